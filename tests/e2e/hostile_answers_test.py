#!/usr/bin/env python3
"""Clients that do not take what they are answered. The others are served.

Usage: hostile_answers_test.py SERIESLINKD
"""

import concurrent.futures
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from support.hostile_case import MIB, SUBMIT, SUBMIT_STREAM, HostileCase, run, with_settings  # noqa: E402
from support.raw_http2 import grpc_message  # noqa: E402

BATCH_MESSAGES_MAX = 4096
CALLS_PER_AGENCY = 64
WINDOW_BATCHES = 16
ANSWER_S = 3
# docs/architecture.md: what batches of one agency, and of all, may take until they are answered;
# and what one that is being read takes in gRPC's buffers, at most.
AGENCY_BYTES_MAX = 96 * MIB
ALL_BYTES_MAX = 224 * MIB
REQUEST_BYTES_MAX = 5 * MIB
# What a call takes beside its batch: its thread, and what the allocator keeps for it.
CALL_BYTES_MAX = 100 * 1024
# For what the server itself takes to commit and to link, and for the allocator's own.
OTHER_BYTES_MAX = 150 * MIB
# While a test fills the windows nobody's patience ends.
PATIENT = with_settings("limits { answer_seconds: 300 }")
HOSTILE = ("mers", "kent", "essex", "surrey", "sussex")


class Flood:
    """A client that fills the windows of as many streams as its agency may have, each with the same
    batch again and again, and takes no answer."""

    def __init__(self, case, agency, request, streams=CALLS_PER_AGENCY):
        self.request = request
        self.connections = [case.raw(f"{agency}/feed", window=0, buffer_bytes=4096)
                            for _ in range(4)]
        self.streams = [(connection, connection.open(SUBMIT_STREAM))
                        for connection in self.connections for _ in range(streams // 4)]
        self.left = {one: (0, b"") for one in self.streams}  # batches begun, rest of the last one
        self.sent_bytes = 0

    def fill(self):
        """Sends whatever the server takes now. Whether that was anything."""
        sent_before = self.sent_bytes
        moved = True
        while moved:
            moved = False
            # Who does not answer a server's pings is taken to be gone.
            for connection in self.connections:
                while connection.receive(0.01):
                    pass
            for one in self.streams:
                begun, rest = self.left[one]
                if not rest:
                    if begun == WINDOW_BATCHES:
                        continue
                    begun, rest = begun + 1, memoryview(self.request)
                connection, stream = one
                sent = connection.send_data(stream, rest, 0.05)
                self.left[one] = begun, rest[sent:]
                self.sent_bytes += sent
                moved = moved or sent > 0
        return self.sent_bytes > sent_before


class HostileAnswers(HostileCase):

    def batch(self, messages, agency="mers"):
        batch = self.messages.ingest.Batch(agency=agency, messages=messages)
        return grpc_message(self.messages.ingest.SubmitRequest(batch=batch).SerializeToString())

    def force(self, **fields):
        return self.messages.feed.FeedMessage(force=self.messages.force.ForceRecord(**fields))

    def faulty(self, agency="mers"):
        """Some 28 KiB, of which there is more than a MiB to say."""
        return self.batch([self.force(occurred="x")] * BATCH_MESSAGES_MAX, agency)

    def largest_faulty(self):
        """4 MiB to be kept as rejects, of which there is little to say."""
        return self.batch([self.force(system="NICHE", record_id=f"F{number}", occurred="x",
                                      circumstances="a" * 950)
                           for number in range(BATCH_MESSAGES_MAX)])

    def smallest(self):
        return self.batch([self.force(system="NICHE", record_id=f"S{number}", record_type="RECOVERY")
                           for number in range(BATCH_MESSAGES_MAX)])

    def largest(self):
        return self.batch([self.force(system="NICHE", record_id=f"L{number}", record_type="RECOVERY",
                                      circumstances="a" * 950)
                           for number in range(BATCH_MESSAGES_MAX)])

    def hold(self, request, bytes_max):
        """Fills the windows with a batch, and looks at what the server holds meanwhile."""
        flood = Flood(self, "mers", request)
        while flood.fill():
            self.await_rest()
        self.assertGreater(flood.sent_bytes, 4 * len(request), "some was taken")
        self.assert_served()
        print(f"{self.id()}: {flood.sent_bytes >> 20} MiB sent, "
              f"{self.growth_bytes() >> 20} MiB held, {self.peak_growth_bytes() >> 20} at most")
        self.assertLess(self.peak_growth_bytes(), bytes_max)
        self.assertFalse(any(connection.ended for connection in flood.connections))

    @PATIENT
    def test_windows_of_faulty_batches(self):
        self.hold(self.faulty(), AGENCY_BYTES_MAX + OTHER_BYTES_MAX)

    @PATIENT
    def test_windows_of_the_smallest_records(self):
        self.hold(self.smallest(), AGENCY_BYTES_MAX + OTHER_BYTES_MAX)

    @PATIENT
    def test_windows_of_the_largest_batches(self):
        self.hold(self.largest(),
                  AGENCY_BYTES_MAX + OTHER_BYTES_MAX + CALLS_PER_AGENCY * REQUEST_BYTES_MAX)

    @PATIENT
    def test_windows_of_the_largest_faulty_batches(self):
        self.hold(self.largest_faulty(),
                  AGENCY_BYTES_MAX + OTHER_BYTES_MAX + CALLS_PER_AGENCY * REQUEST_BYTES_MAX)

    @PATIENT
    def test_windows_of_several_agencies(self):
        floods = [Flood(self, agency, self.faulty(agency)) for agency in HOSTILE]
        with concurrent.futures.ThreadPoolExecutor(len(floods)) as pool:
            while any(list(pool.map(Flood.fill, floods))):
                self.await_rest()
        for flood in floods:
            self.assertGreater(flood.sent_bytes, 0)
        self.assert_served()
        print(f"{self.id()}: {self.growth_bytes() >> 20} MiB held, "
              f"{self.peak_growth_bytes() >> 20} at most")
        self.assertLess(self.peak_growth_bytes(),
                        ALL_BYTES_MAX + OTHER_BYTES_MAX
                        + len(HOSTILE) * CALLS_PER_AGENCY * CALL_BYTES_MAX)

    @PATIENT
    def test_answers_of_single_calls(self):
        request = self.faulty()
        connections = [self.raw(window=0, buffer_bytes=4096) for _ in range(4)]
        for connection in connections:
            for _ in range(CALLS_PER_AGENCY // 4):
                connection.send_data(connection.open(SUBMIT), request, 20)
        self.assert_served()
        self.assertLess(self.peak_growth_bytes(), AGENCY_BYTES_MAX + OTHER_BYTES_MAX)

    @with_settings(f"limits {{ answer_seconds: {ANSWER_S} }}")
    def test_acknowledgements_that_nobody_takes(self):
        """Neither a client that gives no leave to answer, nor one that does and reads no more, holds
        more than its places, and not for long."""
        request = self.faulty()
        connections = []
        for number in range(4):
            connection = self.raw(window=0, buffer_bytes=4096)
            connections.append(connection)
            streams = [connection.open(SUBMIT_STREAM) for _ in range(CALLS_PER_AGENCY // 4)]
            for stream in streams:
                connection.send_data(stream, request, 20)
            # Some find room once others have been ended.
            self.assertTrue(connection.receive_until(
                lambda: len(connection.answered) == len(streams), 60))  # noqa: B023
            if number % 2:
                # From here on all may be sent, more than the system holds, and nobody reads.
                connection.widen(1 << 30)
        self.assert_served()
        self.assertLess(self.peak_growth_bytes(), AGENCY_BYTES_MAX + OTHER_BYTES_MAX)
        self.assert_places_come_back(self.agency("mers"), ANSWER_S + 30)
        for connection in connections[::2]:
            self.assertTrue(connection.receive_until(
                lambda: connection.ended >= connection.answered, ANSWER_S + 30))  # noqa: B023
            for stream in connection.answered:
                self.assertIn(b"an answer was not taken within", connection.trailers[stream])
        self.assert_served()


if __name__ == "__main__":
    run(agencies=HOSTILE + ("btp",))
