"""A client of HTTP/2 over mutual TLS that does what no gRPC library would."""

import socket
import ssl
import struct
import time

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM, ACK, END_HEADERS = 0x1, 0x1, 0x4
CANCEL = 8
FRAME_BYTES_MAX = 16384


def tls_context(server, client):
    context = ssl.create_default_context(cafile=server.authority())
    context.load_cert_chain(server.certificate(client), server.key(client))
    context.set_alpn_protocols(["h2"])
    return context


def connect_plain(address, buffer_bytes=None, own_host=""):
    """`buffer_bytes` is how much the system may hold of what is received and not read; `own_host`
    the address that the server sees."""
    host, port = address.rsplit(":", 1)
    made = socket.socket()
    made.bind((own_host, 0))
    if buffer_bytes is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    made.settimeout(60)
    made.connect((host, int(port)))
    return made


def literal(name, value):
    """A header that no table knows (RFC 7541, 6.2.3), each text below 127 bytes."""
    name, value = name.encode(), value.encode()
    return b"\x10" + bytes([len(name)]) + name + bytes([len(value)]) + value


def frame(kind, flags, stream, payload=b""):
    return (struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) +
            struct.pack(">I", stream) + payload)


def call_headers(path):
    return b"".join(literal(name, value) for name, value in (
        (":method", "POST"), (":scheme", "https"), (":path", path), (":authority", "test"),
        ("content-type", "application/grpc"), ("te", "trailers")))


class RawConnection:
    """One connection. `window` is how much of a stream the server may send before it is told that
    it was taken: with 0 it can answer with headers only."""

    def __init__(self, server, client, window=65535, context=None, buffer_bytes=None):
        self.socket = (context or tls_context(server, client)).wrap_socket(
            connect_plain(server.address, buffer_bytes),
            server_hostname=server.address.rsplit(":", 1)[0])
        self.next_stream = 1
        self.answered = set()  # streams of which an answer has begun
        self.ended = set()
        self.trailers = {}  # by stream, as they came: gRPC writes texts that no table knows plainly
        self.closed = False
        self._received = b""
        self._connection_window = 65535
        self._stream_window_first = 65535
        self._stream_windows = {}
        self.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        self.frame(SETTINGS, 0, 0, struct.pack(">HI", 4, window))

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def frame(self, kind, flags, stream, payload=b""):
        self.send(frame(kind, flags, stream, payload))

    def open(self, path):
        """Begins a call, and returns its stream."""
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        self.frame(HEADERS, END_HEADERS, stream, call_headers(path))
        return stream

    def open_and_reset(self, path, count):
        """Begins so many calls and takes each back at once."""
        headers = call_headers(path)
        frames = []
        for _ in range(count):
            stream, self.next_stream = self.next_stream, self.next_stream + 2
            frames.append(frame(HEADERS, END_HEADERS, stream, headers))
            frames.append(frame(RST_STREAM, 0, stream, struct.pack(">I", CANCEL)))
        self.send(b"".join(frames))

    def widen(self, more):
        """Lets the server send so much more, of every stream."""
        self.frame(SETTINGS, 0, 0, struct.pack(">HI", 4, more))
        self.frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", more))

    def receive_until(self, is_done, within_s):
        """Takes in what the server sends until `is_done()`. False when it is not, by then."""
        end = time.monotonic() + within_s
        while not is_done() and not self.closed and time.monotonic() < end:
            self.receive(0.2)
        return is_done()

    def receive(self, timeout_s):
        """Takes in what the server has sent by then. False when that was nothing."""
        self.socket.settimeout(timeout_s)
        try:
            data = self.socket.recv(1 << 20)
        except (TimeoutError, ssl.SSLWantReadError):
            return False
        except OSError:
            data = b""
        if not data:
            self.closed = True
            return False
        self.socket.settimeout(60)
        self._received += data
        while len(self._received) >= 9:
            length = int.from_bytes(self._received[:3], "big")
            if len(self._received) < 9 + length:
                break
            kind, flags = self._received[3], self._received[4]
            stream = int.from_bytes(self._received[5:9], "big") & 0x7FFFFFFF
            payload, self._received = self._received[9:9 + length], self._received[9 + length:]
            self._take(kind, flags, stream, payload)
        return True

    def _take(self, kind, flags, stream, payload):
        if kind == SETTINGS and not flags & ACK:
            for name, value in struct.iter_unpack(">HI", payload):
                if name == 4:
                    change = value - self._stream_window_first
                    self._stream_window_first = value
                    for one in self._stream_windows:
                        self._stream_windows[one] += change
            self.frame(SETTINGS, ACK, 0)
        elif kind == PING and not flags & ACK:
            self.frame(PING, ACK, 0, payload)
        elif kind == WINDOW_UPDATE:
            more = int.from_bytes(payload, "big")
            if stream == 0:
                self._connection_window += more
            elif stream in self._stream_windows:
                self._stream_windows[stream] += more
        elif kind == RST_STREAM or (kind == HEADERS and flags & END_STREAM):
            self.ended.add(stream)
            if kind == HEADERS:
                self.trailers[stream] = payload
        elif kind == HEADERS:
            self.answered.add(stream)

    def send_data(self, stream, data, patience_s):
        """Sends as much of a stream's data as the server takes: stops when it has not asked for
        more within `patience_s`. Returns how much that was."""
        self._stream_windows.setdefault(stream, self._stream_window_first)
        sent = 0
        while sent < len(data) and stream not in self.ended and not self.closed:
            room = min(self._connection_window, self._stream_windows[stream], FRAME_BYTES_MAX)
            if room <= 0:
                if not self.receive(patience_s):
                    break
                continue
            part = data[sent:sent + room]
            self.frame(DATA, 0, stream, part)
            self._connection_window -= len(part)
            self._stream_windows[stream] -= len(part)
            sent += len(part)
        return sent


def grpc_message(data):
    """A message as gRPC frames it."""
    return b"\0" + struct.pack(">I", len(data)) + data
