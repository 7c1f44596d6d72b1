#!/usr/bin/env python3
"""Clients that begin calls without end: held, reset, never answered for. The others are served.

Usage: hostile_calls_test.py SERIESLINKD
"""

import contextlib
import pathlib
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import grpc  # noqa: E402
from support.hostile_case import (  # noqa: E402
    LIST_SERIES, MIB, REFLECTION, SUBMIT, SUBMIT_STREAM, HostileCase, run)
from support.raw_http2 import grpc_message  # noqa: E402

CALLS_PER_AGENCY = 64
CALLS_PER_CONNECTION = 60
# Threads that one agency's calls can take: of each under way its handler's and a stream's writer's,
# and of those that wait to be refused (services/rpc/call_gate.cc). Some more are gRPC's own.
THREADS_OF_AN_AGENCY_MAX = 2 * CALLS_PER_AGENCY + 32 + 32


class HostileCalls(HostileCase):

    def hold(self, path, count):
        """Begins `count` calls that never end by themselves, on as many connections as it takes.
        Returns the connections, and how many calls the server has not ended."""
        connections = []
        for number in range(count):
            if number % CALLS_PER_CONNECTION == 0:
                connections.append(self.raw())
            connections[-1].open(path)

        def held():
            return count - sum(len(one.ended) for one in connections)
        for connection in connections:
            connection.receive_until(
                lambda: held() <= CALLS_PER_AGENCY or
                len(connection.ended) == CALLS_PER_CONNECTION, 2)  # noqa: B023
        # It has nothing more to say once it has answered others.
        self.assert_served()
        for connection in connections:
            connection.receive_until(lambda: held() <= CALLS_PER_AGENCY, 2)
            while connection.receive(0.02):
                pass
        return connections, held()

    def test_an_agency_holds_its_own_streams_and_no_more(self):
        threads = self.server.status("Threads")
        connections, held = self.hold(SUBMIT_STREAM, 600)
        self.assertEqual(held, CALLS_PER_AGENCY)
        self.assertLess(self.server.status("Threads") - threads, THREADS_OF_AN_AGENCY_MAX)
        self.assert_served()
        mers = self.agency("mers")
        with self.assertRaises(grpc.RpcError) as caught:
            mers.submit([mers.record()])
        self.assertEqual(caught.exception.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertEqual(self.reason_of(caught.exception), "ERROR_REASON_OVERLOADED")
        for connection in connections:
            connection.close()
        self.assert_places_come_back(mers, 20)

    def test_reflection_is_no_way_around(self):
        _, held = self.hold(REFLECTION, 300)
        self.assertLessEqual(held, CALLS_PER_AGENCY)
        self.assert_served()

    def test_answers_that_nobody_takes_hold_their_agencys_places_only(self):
        request = grpc_message(b"")
        for _ in range(10):
            connection = self.raw(window=0)
            for _ in range(CALLS_PER_CONNECTION):
                connection.send_data(connection.open(LIST_SERIES), request, 3)
        self.assert_served()

    def test_calls_that_are_taken_back_at_once(self):
        """A flood of stream resets, CVE-2023-44487."""
        threads = self.server.status("Threads")
        most_threads = 0
        for path in (SUBMIT_STREAM, SUBMIT, REFLECTION, "/no.such.Service/Call"):
            connections = [self.raw() for _ in range(3)]

            def flood(connection):
                # A server that has had enough of it may close the connection.
                with contextlib.suppress(OSError):
                    for _ in range(20):
                        connection.open_and_reset(path, 100)
            floods = [threading.Thread(target=flood, args=(one,)) for one in connections]
            for one in floods:
                one.start()
            self.assert_served()
            most_threads = max(most_threads, self.server.status("Threads"))
            for one in floods:
                one.join()
            for connection in connections:
                connection.close()
        self.assertLess(self.peak_growth_bytes(), 150 * MIB)
        self.assertLess(most_threads - threads, THREADS_OF_AN_AGENCY_MAX)
        self.assert_served()
        self.assert_places_come_back(self.agency("mers"), 20)


if __name__ == "__main__":
    run()
