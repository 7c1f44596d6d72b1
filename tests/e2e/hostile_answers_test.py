#!/usr/bin/env python3
"""Clients that do not take what they are answered. The others are served.

Usage: hostile_answers_test.py SERIESLINKD
"""

import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from support.hostile_case import MIB, SUBMIT_STREAM, HostileCase, run, with_settings  # noqa: E402
from support.raw_http2 import grpc_message  # noqa: E402

BATCH_MESSAGES_MAX = 4096
CALLS_PER_AGENCY = 64
ANSWER_S = 3


class HostileAnswers(HostileCase):

    def faulty(self):
        """Some 28 KiB, of which there is more than a MiB to say."""
        force = self.messages.force.ForceRecord(occurred="x")
        batch = self.messages.ingest.Batch(
            agency="mers",
            messages=[self.messages.feed.FeedMessage(force=force)] * BATCH_MESSAGES_MAX)
        return grpc_message(self.messages.ingest.SubmitRequest(batch=batch).SerializeToString())

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
            self.assertTrue(connection.receive_until(
                lambda: len(connection.answered) == len(streams), 60))  # noqa: B023
            if number % 2:
                # From here on all may be sent, more than the system holds, and nobody reads.
                connection.widen(1 << 30)
        self.assert_served()
        self.assertLess(self.peak_growth_bytes(), 400 * MIB)
        self.assert_places_come_back(self.agency("mers"), ANSWER_S + 30)
        for connection in connections[::2]:
            self.assertTrue(connection.receive_until(
                lambda: connection.ended >= connection.answered, ANSWER_S + 30))  # noqa: B023
            for stream in connection.answered:
                self.assertIn(b"an answer was not taken within", connection.trailers[stream])
        self.assert_served()


if __name__ == "__main__":
    run()
