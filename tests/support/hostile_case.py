"""Test cases of slow, stuck and hostile clients, each beside a client that behaves well."""

import contextlib
import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
import unittest

import grpc
from support.raw_http2 import RawConnection
from support.running_server import ROOT, running_server

SUBMIT = "/serieslink.ingest.v1.IngestService/Submit"
SUBMIT_STREAM = "/serieslink.ingest.v1.IngestService/SubmitStream"
LIST_SERIES = "/serieslink.series.v1.SeriesService/ListSeries"
REFLECTION = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
MIB = 1 << 20
# Far above what a call takes on a busy machine, and far below any wait for a stuck neighbour.
SERVED_WITHIN_S = 20
SETTLED_WITHIN_S = 30
RESTS_WITHIN_S = 120
RECORD_NUMBERS = itertools.count(1)


class Messages:
    """The protocol's modules, made by the running test."""

    def __init__(self):
        from google.rpc import error_details_pb2, status_pb2
        from serieslink.feed.v1 import feed_pb2, force_pb2
        from serieslink.ingest.v1 import ingest_service_pb2
        from serieslink.series.v1 import series_service_pb2
        from serieslink.type.v1 import error_reason_pb2
        self.details, self.status = error_details_pb2, status_pb2
        self.feed, self.force = feed_pb2, force_pb2
        self.ingest, self.series, self.reasons = (
            ingest_service_pb2, series_service_pb2, error_reason_pb2)


class Agency:
    """A well-behaved client on a connection of its own."""

    def __init__(self, server, messages, name):
        self.name = name
        self.messages = messages
        key = server.key(f"{name}/feed").read_bytes()
        certificate = server.certificate(f"{name}/feed").read_bytes()
        self.channel = grpc.secure_channel(
            server.address,
            grpc.ssl_channel_credentials(server.authority().read_bytes(), key, certificate),
            [("grpc.use_local_subchannel_pool", 1)])
        # Requests are given as bytes: what is sent many times is made once.
        self._submit = self.channel.unary_unary(
            SUBMIT, None, messages.ingest.SubmitResponse.FromString)
        self._list_series = self.channel.unary_unary(
            LIST_SERIES, None, messages.series.ListSeriesResponse.FromString)
        self.submit_stream = self.channel.stream_stream(SUBMIT_STREAM, None, None)

    def close(self):
        self.channel.close()

    def request(self, messages):
        batch = self.messages.ingest.Batch(agency=self.name, messages=messages)
        return self.messages.ingest.SubmitRequest(batch=batch).SerializeToString()

    def submit_request(self, request):
        return self._submit(request, timeout=240).result.acknowledgements

    def submit(self, messages):
        return self.submit_request(self.request(messages))

    def list_series(self):
        request = self.messages.series.ListSeriesRequest()
        return self._list_series(request.SerializeToString(), timeout=240)

    def record(self, **fields):
        return self.messages.feed.FeedMessage(force=self.messages.force.ForceRecord(**{
            "system": "NICHE", "record_id": f"{os.getpid()}-{next(RECORD_NUMBERS)}",
            "record_type": "INCIDENT", **fields}))


def with_settings(settings):
    """For a test whose server has more configuration than those of its module."""
    def mark(test):
        test.settings = settings
        return test
    return mark


class HostileCase(unittest.TestCase):
    """Each test has a server of its own, so that what one leaves behind, be it memory that the
    allocator keeps, is not there for the next. `self.good` is another agency's client, which is
    served before and after."""

    program = None
    folder = None
    settings = ""
    agencies = ("mers", "btp")
    messages = None

    def setUp(self):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        # The few files that a shell begins with: the server takes as many as it may.
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        settings = self.settings + getattr(getattr(self, self._testMethodName), "settings", "")
        self.server = self.enterContext(running_server(
            self.program, settings=settings, agencies=self.agencies, pki=f"{self.folder}/pki"))
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
        self.good = self.agency("btp")
        self.assert_served()
        self.bytes_at_first = self.resident_bytes()

    def agency(self, name):
        made = Agency(self.server, self.messages, name)
        self.addCleanup(made.close)
        return made

    def raw(self, client="mers/feed", **options):
        made = RawConnection(self.server, client, **options)
        self.addCleanup(made.close)
        return made

    def resident_bytes(self):
        return self.server.status("VmRSS") * 1024

    def growth_bytes(self):
        """What the server has more in memory than when the test began."""
        return self.resident_bytes() - self.bytes_at_first

    def peak_growth_bytes(self):
        """The most that it had more at any time since."""
        return self.server.status("VmHWM") * 1024 - self.bytes_at_first

    def assert_settles_within(self, growth):
        """The server comes down to less than `growth` bytes more than at first, once it has given
        back what it took for a while only. It does that some seconds after it has become idle."""
        deadline = time.monotonic() + SETTLED_WITHIN_S
        while self.growth_bytes() >= growth and time.monotonic() < deadline:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.server.process.wait(0.1)
        self.assertLess(self.growth_bytes(), growth)

    def await_rest(self):
        """Waits until the server has done what it can do."""
        deadline = time.monotonic() + RESTS_WITHIN_S
        before = -1.0
        while self.server.processor_s() - before > 0.05:
            self.assertLess(time.monotonic(), deadline, "the server finds no rest")
            before = self.server.processor_s()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.server.process.wait(1)

    def assert_served(self):
        """Another agency pushes and reads as ever."""
        begun = time.monotonic()
        answers = self.good.submit([self.good.record()])
        self.assertEqual(answers[0].outcome, self.messages.ingest.OUTCOME_CREATED)
        self.good.list_series()
        self.assertLess(time.monotonic() - begun, SERVED_WITHIN_S)
        self.assertIsNone(self.server.process.poll(), "the server runs")

    def reason_of(self, error):
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                for detail in self.messages.status.Status.FromString(value).details:
                    info = self.messages.details.ErrorInfo()
                    if detail.Unpack(info):
                        return info.reason
        return ""

    def assert_places_come_back(self, agency, within_s):
        """The agency's calls are let in again, once the server has seen the end of others."""
        end = time.monotonic() + within_s
        while True:
            try:
                answers = agency.submit([agency.record()])
                self.assertEqual(answers[0].outcome, self.messages.ingest.OUTCOME_CREATED)
                return
            except grpc.RpcError as error:
                self.assertEqual(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
            self.assertLess(time.monotonic(), end, "places of calls that are gone are not given back")


def run(settings="", agencies=HostileCase.agencies):
    """Runs the calling module's cases against the server program that the command line names."""
    HostileCase.program = sys.argv.pop(1)
    HostileCase.settings = settings
    HostileCase.agencies = agencies
    with tempfile.TemporaryDirectory(prefix="serieslink_test.") as HostileCase.folder:
        messages = f"{HostileCase.folder}/messages"
        subprocess.run([ROOT / "deploy/examples/python/make_messages", messages], check=True)
        sys.path.insert(0, messages)
        HostileCase.messages = Messages()
        passed = unittest.main(module="__main__", exit=False).result.wasSuccessful()
    sys.exit(0 if passed else 1)
