#!/usr/bin/env python3
"""An agency's client: pushes records of the feed `force` and lists its series.

    make_messages FOLDER                       # once: the classes of the messages
    PYTHONPATH=FOLDER push_and_read.py --server HOST:PORT --ca ca.pem --cert feed.pem --key feed.key \\
        --agency btp --rejects rejects.jsonl records.jsonl

One line of the input is one ForceRecord as protobuf JSON (deploy/samples/btp.force.jsonl has some).
The client keeps up to 16 batches under way on one stream. When the connection breaks it waits,
connects again and goes on with the first batch that has no answer: what had arrived all the same is answered
as unchanged. Records that are refused go to the file of rejects with every reason, and lines that
are no record, or a larger one than the server takes, are named on standard error; mend and send them
again. Needs grpcio and protobuf
(Debian: python3-grpcio, python3-protobuf).
"""

import argparse
import collections
import itertools
import json
import pathlib
import queue
import random
import sys
import time

import grpc
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2
from serieslink.feed.v1 import feed_pb2
from serieslink.ingest.v1 import ingest_service_pb2 as ingest
from serieslink.series.v1 import series_service_pb2 as series
from serieslink.type.v1 import error_reason_pb2

# What the server allows, and a little less where it costs nothing.
WINDOW_BATCHES = 16
BATCH_BYTES_MAX = 3_500_000  # the server takes 4 MiB
MESSAGE_BYTES_MAX = 1 << 20
# Errors after which the same call may succeed. All others need a change: read the reason.
TEMPORARY = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED,
             grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED,
             grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}
# As those of the client serieslink.
FAILED, SOME_REJECTED = 1, 2
PAUSE_FIRST_S, PAUSE_MAX_S = 0.5, 60.0
ATTEMPTS_MAX = 12


def reason_of(error):
    """The reason in a call's error, e.g. ERROR_REASON_OVERLOADED, or "" where there is none."""
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        for detail in status_pb2.Status.FromString(value).details:
            info = error_details_pb2.ErrorInfo()
            if detail.Unpack(info):
                return info.reason
    return ""


def is_temporary(error):
    """Whether the same call may succeed later."""
    if error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED:
        # What is too large stays so. The second is gRPC's own error, which has no reason.
        return (reason_of(error) != "ERROR_REASON_EVIDENCE_TOO_LARGE"
                and "larger than max" not in (error.details() or ""))
    return error.code() in TEMPORARY


def explain(error):
    return f"{error.code().name} {reason_of(error)}: {error.details()}"


class Connection:
    """The calls of the server over mutual TLS."""

    def __init__(self, arguments):
        self._channel = grpc.secure_channel(
            arguments.server,
            grpc.ssl_channel_credentials(arguments.ca.read_bytes(), arguments.key.read_bytes(),
                                         arguments.cert.read_bytes()),
            # Finds out that the server's machine is gone when nothing else would tell.
            [("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 20_000),
             ("grpc.max_reconnect_backoff_ms", 5_000)])
        self.submit_stream = self._channel.stream_stream(
            "/serieslink.ingest.v1.IngestService/SubmitStream",
            ingest.SubmitStreamRequest.SerializeToString, ingest.SubmitStreamResponse.FromString)
        self.list_series = self._channel.unary_unary(
            "/serieslink.series.v1.SeriesService/ListSeries",
            series.ListSeriesRequest.SerializeToString, series.ListSeriesResponse.FromString)

    def close(self):
        self._channel.close()


def pauses():
    """Seconds to wait before each new attempt: doubling, and never the same for two clients."""
    for attempt in range(ATTEMPTS_MAX):
        yield random.uniform(0.5, 1.0) * min(PAUSE_MAX_S, PAUSE_FIRST_S * 2 ** attempt)


def read_records(path, counts):
    """The records of a file, as messages. A line that is none, or a larger one than the server takes,
    is told and counted, and its neighbours go on."""
    # Bytes: what ends a line is "\n" alone. A text may hold other characters that end lines.
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            message = feed_pb2.FeedMessage()
            problem = None
            try:
                json_format.Parse(line.decode("utf-8"), message.force)
                if message.ByteSize() > MESSAGE_BYTES_MAX:
                    problem = "larger than 1 MiB"
            except (UnicodeDecodeError, json_format.ParseError):
                problem = "no ForceRecord as JSON"
            if problem is None:
                yield message
            else:
                counts["unreadable"] += 1
                print(f"line {number} is {problem} and is left out", file=sys.stderr)


def batches_of(records, agency, batch_messages):
    """Requests of at most so many records each, numbered from 1."""
    def new_batch(number):
        return ingest.SubmitStreamRequest(batch=ingest.Batch(batch_id=number, agency=agency))

    numbers = itertools.count(1)
    request, size = new_batch(next(numbers)), 0
    for record in records:
        record_size = record.ByteSize() + 16
        messages = request.batch.messages
        if messages and (len(messages) == batch_messages or size + record_size > BATCH_BYTES_MAX):
            yield request
            request, size = new_batch(next(numbers)), 0
            messages = request.batch.messages
        messages.append(record)
        size += record_size
    if request.batch.messages:
        yield request


def one_stream(connection, fresh, unanswered):
    """Sends what is unanswered, then fresh batches. Yields (batch, result) for each answer."""
    outgoing = queue.SimpleQueue()  # gRPC's thread takes from it; None ends our side of the stream
    for request in unanswered:
        outgoing.put(request)

    def fill():
        while len(unanswered) < WINDOW_BATCHES:
            request = next(fresh, None)
            if request is None:
                outgoing.put(None)
                return
            unanswered.append(request)
            outgoing.put(request)

    try:
        fill()
        for response in connection.submit_stream(iter(outgoing.get, None)):
            batch = unanswered[0].batch
            if response.result.batch_id != batch.batch_id:
                raise RuntimeError("the server answered another batch than the first unanswered")
            unanswered.popleft()
            yield batch, response.result
            fill()
    finally:
        outgoing.put(None)


def push(connection, fresh):
    """Sends all batches, over as many streams as it takes. Yields (batch, result)."""
    unanswered = collections.deque()
    waits = pauses()
    while True:
        try:
            for answer in one_stream(connection, fresh, unanswered):
                waits = pauses()  # it works again
                yield answer
            return
        except grpc.RpcError as error:
            if not is_temporary(error):
                raise
            pause = next(waits, None)
            if pause is None:
                raise
            print(f"interrupted, {len(unanswered)} batches to send again: {explain(error)}",
                  file=sys.stderr)
            time.sleep(pause)


def list_series(connection, agency, revision):
    """Series with a record of the agency, once linkage has covered the revision."""
    request = series.ListSeriesRequest(page_size=200)
    request.filter.agency = agency
    request.view.min_revision = revision
    waits = pauses()
    while True:
        try:
            page = connection.list_series(request, timeout=35)
        except grpc.RpcError as error:
            pause = next(waits, None)
            if not is_temporary(error) or pause is None:
                raise
            time.sleep(pause)
            continue
        yield from page.series
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


def run(arguments):
    counts = collections.Counter()
    revision = 0
    connection = Connection(arguments)
    try:
        requests = batches_of(read_records(arguments.records, counts), arguments.agency,
                              arguments.batch_messages)
        with open(arguments.rejects, "w", encoding="utf-8") as rejects:
            for batch, result in push(connection, requests):
                for message, answer in zip(batch.messages, result.acknowledgements):
                    outcome = ingest.Outcome.Name(answer.outcome).removeprefix("OUTCOME_").lower()
                    counts[outcome] += 1
                    revision = max(revision, answer.revision)
                    if answer.outcome != ingest.OUTCOME_REJECTED:
                        continue
                    rejects.write(json.dumps({
                        "record": json_format.MessageToDict(message.force),
                        "violations": [
                            {"field": one.field, "description": one.description,
                             "reason": error_reason_pb2.ErrorReason.Name(one.reason)}
                            for one in answer.violations]}) + "\n")
        print("pushed:", ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
        for one in list_series(connection, arguments.agency, revision):
            print(f"{one.series_id}: {one.incident_count} incidents, "
                  f"{one.exhibit_count} exhibits, {', '.join(one.agencies)}")
    finally:
        connection.close()
    return SOME_REJECTED if counts["rejected"] or counts["unreadable"] else 0


class Parser(argparse.ArgumentParser):
    """Ends with 1 where the command line is wrong: argparse's own 2 means something else here."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(FAILED, f"{self.prog}: {message}\n")


def main():
    parser = Parser(description=__doc__.splitlines()[0],
                    epilog="Exit codes: 0 all accepted, 2 some were rejected or could not be read, "
                           "1 failed.")
    parser.add_argument("--server", required=True, help="HOST:PORT, as in its certificate")
    for name, what in (("ca", "who issued the server's certificate"),
                       ("cert", "your certificate"), ("key", "its key")):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path, help=f"{what}, PEM")
    parser.add_argument("--agency", required=True, help="as in your certificate")
    parser.add_argument("--rejects", required=True, type=pathlib.Path,
                        help="what was refused goes here; it holds whole records")
    parser.add_argument("--batch-messages", type=int, default=256, help="records in a batch")
    parser.add_argument("records", type=pathlib.Path, help="JSON lines")
    try:
        return run(parser.parse_args())
    except grpc.RpcError as error:
        print(explain(error), file=sys.stderr)
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
