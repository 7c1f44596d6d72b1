#!/usr/bin/env python3
"""Clients that know nothing but the address and their certificate push and read.

Usage: any_client_test.py SERIESLINKD

Two clients that share no code with this project, Debian's gRPC for Python and buf curl, learn every
message and call from the server's reflection.
"""

import json
import pathlib
import queue
import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import grpc  # noqa: E402
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory  # noqa: E402
from support.running_server import ROOT, running_server  # noqa: E402

BUF = ROOT / "tests/tools/buf"
INGEST = "serieslink.ingest.v1.IngestService"
SERIES = "serieslink.series.v1.SeriesService"
HEALTH = "grpc.health.v1.Health"
REFLECTION = "grpc.reflection.v1alpha.ServerReflection"
DEADLINE_S = 60
SERVER = None


def reflection_messages():
    """The two messages of gRPC server reflection, as far as they are needed here."""
    file = descriptor_pb2.FileDescriptorProto(
        name="walk.proto", package="grpc.reflection.v1alpha", syntax="proto3")
    text, data, message = 9, 12, 11

    def add(name, *fields):
        made = file.message_type.add(name=name)
        for field, number, kind, of in fields:
            made.field.add(name=field, number=number, type=kind,
                           label=3 if field.startswith("all_") else 1,
                           type_name=of and f".grpc.reflection.v1alpha.{of}")

    add("ServerReflectionRequest", ("file_by_filename", 3, text, None),
        ("file_containing_symbol", 4, text, None), ("list_services", 7, text, None))
    add("Files", ("all_files", 1, data, None))
    add("Service", ("name", 1, text, None))
    add("Services", ("all_services", 1, message, "Service"))
    add("Error", ("error_code", 1, 5, None), ("error_message", 2, text, None))
    add("ServerReflectionResponse", ("files", 4, message, "Files"),
        ("services", 6, message, "Services"), ("error", 7, message, "Error"))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    return tuple(factory.GetPrototype(pool.FindMessageTypeByName(
        f"grpc.reflection.v1alpha.ServerReflection{end}")) for end in ("Request", "Response"))


REQUEST, RESPONSE = reflection_messages()


class ReflectedClient:
    """Calls whatever the server at `channel` says that it can do."""

    def __init__(self, channel):
        self.channel = channel
        self.pool = descriptor_pool.DescriptorPool()
        self.known = set()

    def _ask(self, **question):
        call = self.channel.stream_stream(f"/{REFLECTION}/ServerReflectionInfo",
                                          REQUEST.SerializeToString, RESPONSE.FromString)
        # Proto3 without a oneof leaves an empty text out; the server takes any list_services.
        (answer,) = list(call(iter([REQUEST(**question)]), timeout=DEADLINE_S))
        if answer.HasField("error"):
            raise LookupError(answer.error.error_message)
        return answer

    def services(self):
        return [service.name for service in self._ask(list_services="*").services.all_services]

    def learn(self, **question):
        """Adds a file, after all that it imports, each asked for by its name."""
        for data in self._ask(**question).files.all_files:
            file = descriptor_pb2.FileDescriptorProto.FromString(data)
            if file.name in self.known:
                continue
            self.known.add(file.name)
            for name in file.dependency:
                if name not in self.known:
                    self.learn(file_by_filename=name)
            self.pool.Add(file)

    def message(self, name):
        try:
            found = self.pool.FindMessageTypeByName(name)
        except KeyError:
            self.learn(file_containing_symbol=name)
            found = self.pool.FindMessageTypeByName(name)
        return message_factory.MessageFactory(self.pool).GetPrototype(found)

    def service(self, name):
        self.learn(file_containing_symbol=name)
        return self.pool.FindServiceByName(name)

    def call(self, service, method, /, **fields):
        """A unary call: fields of its request as keyword arguments, its response as result."""
        described = self.service(service).FindMethodByName(method)
        request = self.message(described.input_type.full_name)(**fields)
        response = self.message(described.output_type.full_name)
        return self.channel.unary_unary(
            f"/{service}/{method}", lambda message: message.SerializeToString(),
            response.FromString)(request, timeout=DEADLINE_S)

    def stream(self, service, method, requests):
        described = self.service(service).FindMethodByName(method)
        request = self.message(described.input_type.full_name)
        response = self.message(described.output_type.full_name)
        call = self.channel.stream_stream(
            f"/{service}/{method}", lambda message: message.SerializeToString(),
            response.FromString)
        return list(call(iter([request(**fields) for fields in requests]), timeout=DEADLINE_S))


def channel_of(client):
    credentials = grpc.ssl_channel_credentials(
        SERVER.authority().read_bytes(),
        SERVER.key(client).read_bytes() if client else None,
        SERVER.certificate(client).read_bytes() if client else None)
    # A connection of its own, not one that another test made with other certificates.
    return grpc.secure_channel(SERVER.address, credentials,
                               [("grpc.use_local_subchannel_pool", 1)])


def incident(number, serial, name=lambda snake: snake):
    """A record of a force. `name` spells a field's name: JSON has it in camel case."""
    return {"system": "NICHE", name("record_id"): number, "version": 1,
            name("record_type"): "INCIDENT", "occurred": "2024-05-01",
            name("crime_references"): [f"{number}/24"],
            "guns": [{"reference": "G1", "make": "Glock", "model": "17", "calibre": "9x19",
                      "serials": [{"text": serial, "part": "FRAME", "legibility": "CLEAR"}]}],
            "marking": {"visibility": "OPEN"}}


def camel(snake):
    first, *rest = snake.split("_")
    return first + "".join(word.capitalize() for word in rest)


class PythonClient(unittest.TestCase):

    def client(self, name="mers/feed"):
        channel = channel_of(name)
        self.addCleanup(channel.close)
        return ReflectedClient(channel)

    def test_pushes_by_stream_and_by_call_and_reads_the_series(self):
        client = self.client()

        def batch(number, *messages):
            return {"batch_id": number, "agency": "mers", "wait_for_linkage": True,
                    "messages": [{"force": message} for message in messages]}

        answers = client.stream(INGEST, "SubmitStream", [
            {"batch": batch(1, incident("P-1", "PY40001"))},
            {"batch": batch(2, incident("P-2", "PY40001"), incident("P-3", "PY40002"))}])
        outcome = client.pool.FindEnumTypeByName("serieslink.ingest.v1.Outcome").values_by_name
        created = outcome["OUTCOME_CREATED"].number
        self.assertEqual([answer.result.batch_id for answer in answers], [1, 2])
        self.assertEqual([one.outcome for answer in answers
                          for one in answer.result.acknowledgements], [created] * 3)
        (series_id,) = answers[1].result.acknowledgements[0].series_ids

        again = client.call(INGEST, "Submit", batch=batch(3, incident("P-2", "PY40001"))).result
        self.assertEqual(again.acknowledgements[0].outcome, outcome["OUTCOME_UNCHANGED"].number)
        series = client.call(SERIES, "GetSeries", series_id=series_id).series
        self.assertEqual(series.incident_count, 2)
        self.assertEqual({exhibit.record_id for exhibit in series.exhibits},
                         {answer.result.acknowledgements[0].record_id for answer in answers})
        listed = client.call(SERIES, "ListSeries", page_size=1000).series
        self.assertIn(series_id, [one.series_id for one in listed])

    def test_what_is_not_utf8_is_rejected_and_no_library_writes_to_the_log(self):
        channel = channel_of("mers/feed")
        self.addCleanup(channel.close)
        client = ReflectedClient(channel)
        response = client.message(f"{INGEST[:INGEST.rindex('.')]}.SubmitResponse")

        def field(number, data):
            return bytes([number << 3 | 2, len(data)]) + data

        force = client.message("serieslink.feed.v1.FeedMessage").DESCRIPTOR.fields_by_name["force"]
        message = field(force.number, field(2, b"\xff"))
        answer = channel.unary_unary(f"/{INGEST}/Submit", response_deserializer=response.FromString)(
            field(1, field(2, b"mers") + field(3, message)), timeout=DEADLINE_S)
        (one,) = answer.result.acknowledgements
        self.assertEqual([violation.field for violation in one.violations], [""])
        self.assertNotIn("libprotobuf", SERVER.log.read_text("utf-8"))

    def test_reads_what_an_error_says(self):
        client = self.client()
        with self.assertRaises(grpc.RpcError) as caught:
            client.call(SERIES, "GetSeries", series_id="EX-0000-0000-00000")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        details = dict(caught.exception.trailing_metadata())["grpc-status-details-bin"]
        # google/rpc is no import of any call, and is described all the same.
        client.learn(file_containing_symbol="google.rpc.ErrorInfo")
        status = client.message("google.rpc.Status").FromString(details)
        found = {detail.TypeName(): client.message(detail.TypeName()).FromString(detail.value)
                 for detail in status.details}
        info = found["google.rpc.ErrorInfo"]
        self.assertEqual((info.reason, info.domain),
                         ("ERROR_REASON_NAME_MALFORMED", "serieslink"))
        self.assertEqual([one.field for one in found["google.rpc.BadRequest"].field_violations],
                         ["series_id"])

    def test_every_service_is_described_whole(self):
        client = self.client()
        services = client.services()
        self.assertLessEqual({INGEST, SERIES, HEALTH, REFLECTION}, set(services))
        for service in services:
            methods = client.service(service).methods
            self.assertTrue(methods, service)
            for method in methods:
                for message in (method.input_type, method.output_type):
                    self.assertIsNotNone(client.message(message.full_name)().SerializeToString())
        self.assertIn("google/protobuf/timestamp.proto", client.known)
        self.assertIn("serieslink/type/v1/error_reason.proto", client.known)

    def test_health_can_be_asked(self):
        client = self.client()
        watched = client.channel.unary_stream(
            f"/{HEALTH}/Watch", lambda message: message.SerializeToString(),
            client.message("grpc.health.v1.HealthCheckResponse").FromString)(
                client.message("grpc.health.v1.HealthCheckRequest")(service="linkage"),
                timeout=DEADLINE_S)
        # NOT_SERVING until it has read its own store.
        self.assertEqual(next(one.status for one in watched if one.status != 2), 1, "SERVING")
        watched.cancel()
        for name in ("", "ingest", "linkage", "series", "firearm", "stolen", INGEST, SERIES):
            self.assertEqual(client.call(HEALTH, "Check", service=name).status, 1, "SERVING")
        with self.assertRaises(grpc.RpcError) as caught:
            client.call(HEALTH, "Check", service="nothing")
        self.assertEqual(caught.exception.code(), grpc.StatusCode.NOT_FOUND)

    def test_every_call_says_why_it_refuses_a_stranger(self):
        known, stranger = self.client(), self.client("mers/foreign")
        calls = [f"/{name}/{method.name}" for name in known.services()
                 if name.startswith("serieslink.") for method in known.service(name).methods]
        self.assertGreater(len(calls), 5)
        known.learn(file_containing_symbol="google.rpc.ErrorInfo")
        for call in calls:
            with self.assertRaises(grpc.RpcError, msg=call) as caught:
                list(stranger.channel.unary_stream(call)(b"", timeout=DEADLINE_S))
            self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAUTHENTICATED, call)
            details = dict(caught.exception.trailing_metadata())["grpc-status-details-bin"]
            (detail,) = known.message("google.rpc.Status").FromString(details).details
            info = known.message("google.rpc.ErrorInfo").FromString(detail.value)
            self.assertEqual(info.reason, "ERROR_REASON_IDENTITY_MISSING", call)

    def test_a_server_that_stops_ends_idle_streams_with_its_reason(self):
        client = self.client()
        request = client.message("serieslink.ingest.v1.SubmitStreamRequest")
        client.learn(file_containing_symbol="google.rpc.ErrorInfo")
        watched = client.channel.unary_stream(
            f"/{HEALTH}/Watch", response_deserializer=client.message(
                "grpc.health.v1.HealthCheckResponse").FromString)(b"", timeout=DEADLINE_S)
        self.assertEqual(next(watched).status, 1, "SERVING")
        requests = queue.SimpleQueue()
        stream = client.channel.stream_stream(
            f"/{INGEST}/SubmitStream", lambda message: message.SerializeToString())(
                iter(requests.get, None), timeout=DEADLINE_S)
        requests.put(request(batch={"agency": "mers",
                                    "messages": [{"force": incident("D-1", "DR60001")}]}))
        next(stream)  # answered, and now idle
        try:
            self.assertEqual(SERVER.stop(), 0)
            self.assertEqual(next(watched).status, 2, "NOT_SERVING")
            with self.assertRaises(grpc.RpcError) as caught:
                next(stream)
        finally:
            requests.put(None)
            SERVER.start()
        self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)
        details = dict(caught.exception.trailing_metadata())["grpc-status-details-bin"]
        (detail,) = client.message("google.rpc.Status").FromString(details).details
        info = client.message("google.rpc.ErrorInfo").FromString(detail.value)
        self.assertEqual(info.reason, "ERROR_REASON_SHUTTING_DOWN")

    def test_nothing_is_told_to_one_without_a_certificate_of_an_agency(self):
        for name, code in ((None, grpc.StatusCode.UNAVAILABLE),
                           ("mers/foreign", grpc.StatusCode.UNAUTHENTICATED)):
            client = self.client(name)
            for service, method in ((HEALTH, "Check"), (HEALTH, "Watch"),
                                    (SERIES, "ListSeries"), (INGEST, "Submit"),
                                    (INGEST, "SubmitStream"), ("no.such.Service", "Call")):
                call = client.channel.unary_stream(f"/{service}/{method}")
                with self.assertRaises(grpc.RpcError, msg=method) as caught:
                    list(call(b"", timeout=DEADLINE_S))
                self.assertEqual(caught.exception.code(), code, f"{name} {method}")
            with self.assertRaises(grpc.RpcError) as caught:
                client.services()
            self.assertEqual(caught.exception.code(), code, name)


class BufCurl(unittest.TestCase):

    def curl(self, method, data, client="mers/feed"):
        """Calls through buf curl, which asks the server's reflection for the schema."""
        certificates = ["--cacert", SERVER.authority()]
        if client:
            certificates += ["--cert", SERVER.certificate(client), "--key", SERVER.key(client)]
        return subprocess.run(
            [BUF, "curl", "--protocol", "grpc", *certificates, "--data", data,
             f"https://{SERVER.address}/{method}"], capture_output=True, text=True, check=False,
            timeout=DEADLINE_S, cwd="/")

    def answers(self, method, *requests):
        done = self.curl(method, "".join(json.dumps(request) for request in requests))
        self.assertEqual(done.returncode, 0, done.stderr)
        decoder, rest, answers = json.JSONDecoder(), done.stdout.strip(), []
        while rest:
            answer, end = decoder.raw_decode(rest)
            answers.append(answer)
            rest = rest[end:].strip()
        return answers

    def test_pushes_and_reads_the_series(self):
        def batch(number, serial):
            return {"batch": {"batchId": number, "agency": "mers", "waitForLinkage": True,
                              "messages": [{"force": incident(f"B-{number}", serial, camel)}]}}

        first, second = self.answers(f"{INGEST}/SubmitStream", batch(1, "BU50001"),
                                     batch(2, "BU50001"))
        self.assertEqual(first["result"]["acknowledgements"][0]["outcome"], "OUTCOME_CREATED")
        (series_id,) = second["result"]["acknowledgements"][0]["seriesIds"]
        (again,) = self.answers(f"{INGEST}/Submit", batch(2, "BU50001"))
        self.assertEqual(again["result"]["acknowledgements"][0]["outcome"], "OUTCOME_UNCHANGED")
        (read,) = self.answers(f"{SERIES}/GetSeries", {"seriesId": series_id})
        self.assertEqual(read["series"]["incidentCount"], 2)

    def test_the_documented_command_lists_the_methods(self):
        text = (ROOT / "docs/integrating.md").read_text("utf-8")
        (command,) = re.findall(r"^    buf (curl .*)$", text, re.MULTILINE)
        for name, value in (("ca.pem", SERVER.authority()), ("HOST:PORT", SERVER.address),
                            ("feed.pem", SERVER.certificate("mers/feed")),
                            ("feed.key", SERVER.key("mers/feed"))):
            self.assertIn(name, command)
            command = command.replace(name, str(value))
        done = subprocess.run([BUF, *command.split()], capture_output=True, text=True, check=False,
                              timeout=DEADLINE_S, cwd="/")
        self.assertEqual(done.returncode, 0, done.stderr)
        for method in (f"{INGEST}/SubmitStream", f"{SERIES}/GetSeries",
                       "serieslink.alert.v1.AlertService/WatchAlerts"):
            self.assertIn(method, done.stdout.split())

    def test_health_can_be_asked(self):
        self.assertEqual(self.answers(f"{HEALTH}/Check", {}), [{"status": "SERVING"}])

    def test_nothing_is_told_to_one_without_a_certificate_of_an_agency(self):
        for client in (None, "mers/foreign"):
            done = self.curl(f"{HEALTH}/Check", "{}", client)
            self.assertNotEqual(done.returncode, 0)
            self.assertNotIn("SERVING", done.stdout)


if __name__ == "__main__":
    # A stop waits so long for those who watch its health.
    with running_server(sys.argv.pop(1), settings="limits { drain_seconds: 3 }") as SERVER:
        passed = unittest.main(exit=False).result.wasSuccessful()
    sys.exit(0 if passed else 1)
