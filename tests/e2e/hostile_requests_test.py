#!/usr/bin/env python3
"""Requests that are huge or slow. The others are served.

Usage: hostile_requests_test.py SERIESLINKD
"""

import concurrent.futures
import contextlib
import pathlib
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import grpc  # noqa: E402
from support.hostile_case import (  # noqa: E402
    LIST_SERIES, MIB, SUBMIT, HostileCase, run)
from support.raw_http2 import connect_plain  # noqa: E402

BATCH_MESSAGES_MAX = 4096
BATCH_BYTES_MAX = 4 * MIB
CALLS_PER_AGENCY = 64
REQUEST_S = 6
STREAM_IDLE_S = 6


class HostileRequests(HostileCase):

    def of_size(self, size):
        """A message of exactly so many bytes."""
        record = self.messages.force.ForceRecord(circumstances="a" * (size - 20))
        message = self.messages.feed.FeedMessage(force=record)
        message.force.circumstances += "a" * (size - message.ByteSize())
        self.assertEqual(message.ByteSize(), size)
        return message

    def refusal(self, call):
        with self.assertRaises(grpc.RpcError) as caught:
            call()
        return self.reason_of(caught.exception)

    def test_a_length_that_nothing_follows_takes_no_memory(self):
        for _ in range(8):
            connection = self.raw()
            for _ in range(7):
                connection.send_data(connection.open(SUBMIT),
                                     b"\0\x00\x4f\xff\xff" + b"a" * 1000, 3)
        self.assert_served()
        self.assertLess(self.peak_growth_bytes(), 60 * MIB)

    def test_libraries_complain_through_the_servers_log(self):
        secret = b"ZQ77-never-to-be-logged"
        plain = connect_plain(self.server.address)
        self.addCleanup(plain.close)
        plain.sendall(b"GET /" + secret + b" HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            while plain.recv(4096):
                pass
        list_series = self.agency("mers").channel.unary_unary(LIST_SERIES)
        # Field 4, page_token: a text that is not UTF-8.
        text = secret + b"\xc0\xaf"
        self.assertEqual(
            self.refusal(lambda: list_series(bytes([4 << 3 | 2, len(text)]) + text, timeout=60)),
            "ERROR_REASON_REQUEST_MALFORMED")
        libraries = {event["library"] for event in self.server.events()
                     if event["event"] == "library_message"}
        self.assertEqual(libraries, {"grpc", "protobuf"})
        self.assertNotIn(secret.decode(), self.server.log.read_text("utf-8"))

    def test_a_byte_a_second(self):
        """A client that sends a request so slowly has its call ended, and its place is free."""
        connections = [self.raw() for _ in range(2)]
        streams = [(connection, connection.open(SUBMIT))
                   for connection in connections for _ in range(CALLS_PER_AGENCY // 2)]
        for connection, stream in streams:
            connection.send_data(stream, b"\0\0\0\x10\0", 3)
        begun = time.monotonic()
        while not all(stream in connection.ended for connection, stream in streams):
            self.assertLess(time.monotonic() - begun, REQUEST_S + 30)
            for connection, stream in streams:
                connection.send_data(stream, b"a", 3)
            for connection in connections:
                connection.receive(0.5)
        self.assertGreater(time.monotonic() - begun, REQUEST_S / 2)
        self.assertLess(self.peak_growth_bytes(), 40 * MIB)
        self.assert_served()
        self.assert_places_come_back(self.agency("mers"), 20)

    def test_a_stream_without_a_batch_is_told_so(self):
        mers = self.agency("mers")
        hang_up = threading.Event()

        def requests():
            yield mers.request([mers.record()])
            hang_up.wait()
        answers = mers.submit_stream(requests(), timeout=240)
        self.assertTrue(next(answers))
        begun = time.monotonic()
        try:
            reason = self.refusal(lambda: next(answers))
        finally:
            hang_up.set()
        self.assertEqual(reason, "ERROR_REASON_DEADLINE_EXCEEDED")
        self.assertEqual(answers.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
        self.assertLess(time.monotonic() - begun, STREAM_IDLE_S + 30)
        self.assertGreater(time.monotonic() - begun, STREAM_IDLE_S / 2)

    def test_an_answer_to_a_batch_of_faults_can_be_received(self):
        mers = self.agency("mers")
        force = self.messages.force
        gun = force.ForceRecord().guns.add(barrel_length_mm=-1)
        faulty = self.messages.feed.FeedMessage(
            force=force.ForceRecord(occurred="x", guns=[gun] * 70))
        answers = mers.submit([faulty] * BATCH_MESSAGES_MAX)
        self.assertEqual(len(answers), BATCH_MESSAGES_MAX)
        self.assertGreater(len(answers[0].violations), 50, "all that is wrong")
        self.assertTrue(all(len(one.violations) >= 1 for one in answers))

    def test_the_largest_and_a_byte_more(self):
        mers = self.agency("mers")

        def reasons(messages):
            return [{one.reason for one in answer.violations} for answer in mers.submit(messages)]

        too_large = self.messages.reasons.ERROR_REASON_MESSAGE_TOO_LARGE
        largest, larger = reasons([self.of_size(MIB), self.of_size(MIB + 1)])
        self.assertNotIn(too_large, largest)
        self.assertEqual(larger, {too_large})
        quarter = self.of_size(BATCH_BYTES_MAX // 4)
        self.assertEqual(len(reasons([quarter] * 4)), 4)
        byte_more = [quarter] * 3 + [self.of_size(MIB - 99), self.of_size(100)]
        self.assertEqual(sum(one.ByteSize() for one in byte_more), BATCH_BYTES_MAX + 1)
        for messages in (byte_more, [mers.record()] * (BATCH_MESSAGES_MAX + 1)):
            self.assertEqual(self.refusal(lambda: mers.submit(messages)),  # noqa: B023
                             "ERROR_REASON_BATCH_TOO_LARGE")
        self.assert_served()

    def test_many_of_the_largest_at_once(self):
        mers = self.agency("mers")
        messages = [mers.record(record_type="RECOVERY", circumstances="a" * 900) for _ in range(BATCH_MESSAGES_MAX)]
        request = mers.request(messages)
        self.assertGreater(len(request), BATCH_BYTES_MAX * 9 // 10)
        created, unchanged = (
            self.messages.ingest.OUTCOME_CREATED, self.messages.ingest.OUTCOME_UNCHANGED)
        senders = [mers] + [self.agency("mers") for _ in range(3)]
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = [pool.submit(senders[number % 4].submit_request, request)
                       for number in range(12)]
            self.assert_served()
            outcomes = [[one.outcome for one in answer.result()] for answer in answers]
        self.assertEqual(sum(one.count(created) for one in outcomes), BATCH_MESSAGES_MAX)
        self.assertEqual(sum(one.count(unchanged) for one in outcomes), BATCH_MESSAGES_MAX * 11)
        self.assertLess(self.peak_growth_bytes(), 400 * MIB)


if __name__ == "__main__":
    run(f"limits {{ request_seconds: {REQUEST_S} stream_idle_seconds: {STREAM_IDLE_S} }}")
