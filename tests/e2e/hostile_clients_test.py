#!/usr/bin/env python3
"""Slow, stuck and hostile clients: the others are served.

Usage: hostile_clients_test.py SERIESLINKD
"""

import contextlib
import itertools
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import grpc  # noqa: E402
from support.raw_http2 import RawConnection, connect_plain, grpc_message, tls_context  # noqa: E402
from support.running_server import ROOT, running_server  # noqa: E402

SUBMIT_STREAM = "/serieslink.ingest.v1.IngestService/SubmitStream"
LIST_SERIES = "/serieslink.series.v1.SeriesService/ListSeries"
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
MIB = 1 << 20
# Far above what a call takes on a busy machine, and far below any wait for a stuck neighbour.
RECORD_NUMBERS = itertools.count(1)
SERVED_WITHIN_S = 20
SERVER = None


def reason_of(error):
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info):
                    return info.reason
    return ""


class Agency:
    """A well-behaved client on a connection of its own."""

    def __init__(self, name):
        self.name = name
        key = SERVER.key(f"{name}/feed").read_bytes()
        certificate = SERVER.certificate(f"{name}/feed").read_bytes()
        self.channel = grpc.secure_channel(
            SERVER.address,
            grpc.ssl_channel_credentials(SERVER.authority().read_bytes(), key, certificate),
            [("grpc.use_local_subchannel_pool", 1)])
        self._submit = self.channel.unary_unary(
            "/serieslink.ingest.v1.IngestService/Submit", ingest.SubmitRequest.SerializeToString,
            ingest.SubmitResponse.FromString)

    def close(self):
        self.channel.close()

    def submit(self, messages):
        batch = ingest.Batch(agency=self.name, messages=messages)
        return self._submit(ingest.SubmitRequest(batch=batch), timeout=240).result.acknowledgements

    def record(self, **fields):
        return feed_pb2.FeedMessage(force=force_pb2.ForceRecord(**{
            "system": "NICHE", "record_id": f"{os.getpid()}-{next(RECORD_NUMBERS)}",
            "record_type": "INCIDENT", **fields}))


def resident_bytes():
    status = pathlib.Path(f"/proc/{SERVER.process.pid}/status").read_text("ascii")
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


class HostileClients(unittest.TestCase):

    def setUp(self):
        self.good = self.agency("btp")
        self.assert_served()

    def agency(self, name):
        made = Agency(name)
        self.addCleanup(made.close)
        return made

    def raw(self, client="mers/feed", **options):
        made = RawConnection(SERVER, client, **options)
        self.addCleanup(made.close)
        return made

    def assert_served(self):
        """Another agency pushes as ever."""
        begun = time.monotonic()
        answers = self.good.submit([self.good.record()])
        self.assertEqual(answers[0].outcome, ingest.OUTCOME_CREATED)
        self.assertLess(time.monotonic() - begun, SERVED_WITHIN_S)
        self.assertIsNone(SERVER.process.poll(), "the server runs")

    def hold(self, path, count):
        """Begins so many calls that never end by themselves, on as many connections as it takes.
        Returns how many the server has not ended, once it has told of the rest."""
        connections = []
        for number in range(count):
            if number % 60 == 0:
                connections.append(self.raw())
            connections[-1].open(path)
        for connection in connections:
            while connection.receive(3):
                pass
        return connections, count - sum(len(connection.ended) for connection in connections)

    def test_an_agency_holds_its_own_streams_and_no_more(self):
        connections, held = self.hold(SUBMIT_STREAM, 600)
        self.assertEqual(held, 64)
        self.assert_served()
        mers = self.agency("mers")
        with self.assertRaises(grpc.RpcError) as caught:
            mers.submit([mers.record()])
        self.assertEqual(caught.exception.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertEqual(reason_of(caught.exception), "ERROR_REASON_OVERLOADED")
        for connection in connections:
            connection.close()
        # Its places come back as soon as the server has seen the end of them.
        for _ in range(200):
            try:
                self.assertEqual(mers.submit([mers.record()])[0].outcome, ingest.OUTCOME_CREATED)
                return
            except grpc.RpcError as error:
                self.assertEqual(reason_of(error), "ERROR_REASON_OVERLOADED")
        self.fail("places of streams that are gone are not given back")

    def test_reflection_is_no_way_around(self):
        _, held = self.hold(REFLECTION, 600)
        self.assertLessEqual(held, 64)
        self.assert_served()

    def test_answers_that_nobody_takes_hold_their_agencys_places_only(self):
        request = grpc_message(series_pb2.ListSeriesRequest().SerializeToString())
        for _ in range(10):
            connection = self.raw(window=0)
            for _ in range(60):
                stream = connection.open(LIST_SERIES)
                connection.send_data(stream, request, 3)
        self.assert_served()

    def test_an_answer_to_a_batch_of_faults_can_be_received(self):
        mers = self.agency("mers")
        gun = force_pb2.ForceRecord().guns.add(barrel_length_mm=-1)
        faulty = feed_pb2.FeedMessage(force=force_pb2.ForceRecord(occurred="x", guns=[gun] * 70))
        answers = mers.submit([faulty] * 4096)
        self.assertEqual(len(answers), 4096)
        self.assertGreater(len(answers[0].violations), 50, "all that is wrong")
        self.assertTrue(all(len(one.violations) >= 1 for one in answers))

    def test_handshakes_that_never_end_are_cut_off(self):
        hello = b"\x16\x03\x01\x02\x00\x01\x00"
        connections = [connect_plain(SERVER.address) for _ in range(300)]
        for number, connection in enumerate(connections):
            self.addCleanup(connection.close)
            if number % 2:
                connection.sendall(hello)
        self.assert_served()
        for connection in connections:
            with contextlib.suppress(ConnectionResetError):
                while connection.recv(4096):
                    pass

    def test_bytes_that_mean_nothing(self):
        noise = random.Random(4711)
        for size in (1, 24, 1000, 100_000):
            plain = connect_plain(SERVER.address)
            self.addCleanup(plain.close)
            with contextlib.suppress(OSError):
                plain.sendall(noise.randbytes(size))
            tls = tls_context(SERVER, "mers/feed").wrap_socket(
                connect_plain(SERVER.address), server_hostname="127.0.0.1")
            self.addCleanup(tls.close)
            with contextlib.suppress(OSError):
                tls.sendall(noise.randbytes(size))
            connection = self.raw()
            stream = connection.open(SUBMIT_STREAM)
            with contextlib.suppress(OSError):
                connection.send_data(stream, noise.randbytes(size), 3)
                connection.send_data(connection.open(SUBMIT_STREAM),
                                     grpc_message(noise.randbytes(size)), 3)
                connection.frame(noise.randrange(256), noise.randrange(256), stream,
                                 noise.randbytes(size % 16000))
        self.assert_served()

    def test_libraries_complain_through_the_servers_log(self):
        secret = b"ZQ77-never-to-be-logged"
        tls = connect_plain(SERVER.address)
        self.addCleanup(tls.close)
        tls.sendall(b"GET /" + secret + b" HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            while tls.recv(4096):
                pass
        mers = self.agency("mers")
        list_series = mers.channel.unary_unary(LIST_SERIES)
        # Field 4, page_token: a text that is not UTF-8.
        text = secret + b"\xc0\xaf"
        with self.assertRaises(grpc.RpcError) as caught:
            list_series(bytes([4 << 3 | 2, len(text)]) + text, timeout=60)
        self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(reason_of(caught.exception), "ERROR_REASON_REQUEST_MALFORMED")
        libraries = {event["library"] for event in SERVER.events()
                     if event["event"] == "library_message"}
        self.assertEqual(libraries, {"grpc", "protobuf"})
        self.assertNotIn(secret.decode(), SERVER.log.read_text("utf-8"))

    def test_a_length_that_nothing_follows_takes_no_memory(self):
        before = resident_bytes()
        for _ in range(8):
            connection = self.raw()
            for _ in range(7):
                stream = connection.open("/serieslink.ingest.v1.IngestService/Submit")
                connection.send_data(stream, b"\0\x00\x4f\xff\xff" + b"a" * 1000, 3)
        self.assert_served()
        self.assertLess(resident_bytes() - before, 200 * MIB)

    def test_batches_of_the_largest_size(self):
        mers = self.agency("mers")
        answers = mers.submit([mers.record() for _ in range(4096)])
        self.assertEqual({one.outcome for one in answers}, {ingest.OUTCOME_CREATED})

        def of_size(size):
            record = force_pb2.ForceRecord(circumstances="a" * (size - 20))
            message = feed_pb2.FeedMessage(force=record)
            message.force.circumstances += "a" * (size - message.ByteSize())
            self.assertEqual(message.ByteSize(), size)
            return message

        def reasons(messages):
            return [{one.reason for one in answer.violations} for answer in mers.submit(messages)]

        too_large = error_reason_pb2.ERROR_REASON_MESSAGE_TOO_LARGE
        largest, larger = reasons([of_size(MIB), of_size(MIB + 1)])
        self.assertNotIn(too_large, largest)
        self.assertEqual(larger, {too_large})
        self.assertEqual(len(reasons([of_size(MIB)] * 4)), 4)
        for messages in ([of_size(MIB)] * 4 + [of_size(30)], [mers.record()] * 4097):
            with self.assertRaises(grpc.RpcError) as caught:
                mers.submit(messages)
            self.assertEqual(reason_of(caught.exception), "ERROR_REASON_BATCH_TOO_LARGE")
        self.assert_served()


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with tempfile.TemporaryDirectory() as messages:
        subprocess.run([ROOT / "deploy/examples/python/make_messages", messages], check=True)
        sys.path.insert(0, messages)
        from google.rpc import error_details_pb2, status_pb2
        from serieslink.feed.v1 import feed_pb2, force_pb2
        from serieslink.ingest.v1 import ingest_service_pb2 as ingest
        from serieslink.series.v1 import series_service_pb2 as series_pb2
        from serieslink.type.v1 import error_reason_pb2
        # The few files that a shell begins with: the server takes as many as it may.
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        with running_server(sys.argv.pop(1)) as SERVER:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
            passed = unittest.main(exit=False).result.wasSuccessful()
    sys.exit(0 if passed else 1)
