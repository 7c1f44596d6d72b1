#!/usr/bin/env python3
"""Connections that are idle, unfinished, strange or noise. The others are served.

Usage: hostile_connections_test.py SERIESLINKD
"""

import contextlib
import pathlib
import random
import ssl
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from support.hostile_case import MIB, SUBMIT_STREAM, HostileCase, run  # noqa: E402
from support.raw_http2 import connect_plain, grpc_message, tls_context  # noqa: E402
from support.running_server import DOMAIN, ROOT  # noqa: E402

HANDSHAKE_S = 6
CONNECTIONS_PER_ADDRESS = 1100
# docs/operating/install_and_run.md: what a connection takes, at most; and what one takes of which
# nobody knows yet whose it is.
CONNECTION_BYTES_MAX = 256 << 10
UNFINISHED_BYTES_MAX = 64 << 10
# The first bytes of a TLS handshake.
HELLO = b"\x16\x03\x01\x02\x00\x01\x00"


def ended_after(connection, seconds):
    """When the server ended a connection on which nothing came, or None while it has not."""
    begun = time.monotonic()
    connection.settimeout(seconds)
    with contextlib.suppress(ConnectionResetError):
        try:
            while connection.recv(4096):
                pass
        except TimeoutError:
            return None
    return time.monotonic() - begun


class HostileConnections(HostileCase):

    def plain(self, **options):
        made = connect_plain(self.server.address, **options)
        self.addCleanup(made.close)
        return made

    def test_a_thousand_that_say_nothing(self):
        threads = self.server.status("Threads")
        context = tls_context(self.server, "mers/feed")
        idle = [self.raw(context=context) for _ in range(1000)]
        # As many as these come from one address.
        unfinished = [self.plain(own_host="127.0.0.2") for _ in range(500)]
        for connection in unfinished[::2]:
            connection.sendall(HELLO)
        self.assert_served()
        self.assertLess(self.peak_growth_bytes(),
                        1000 * CONNECTION_BYTES_MAX + 500 * UNFINISHED_BYTES_MAX)
        self.assertLess(self.server.status("Threads") - threads, 32)
        # Whoever proved who it is may stay for some minutes, the rest is cut off.
        for connection in unfinished:
            self.assertIsNotNone(ended_after(connection, HANDSHAKE_S + 30))
        for connection in idle:
            connection.receive(0.001)
            self.assertFalse(connection.closed)
        self.assert_settles_within(1000 * CONNECTION_BYTES_MAX)
        # Idle connections are good connections.
        answered = idle[-1].open("/no.such.Service/Call")
        self.assertTrue(idle[-1].receive_until(lambda: answered in idle[-1].ended, 20))
        for connection in idle:
            connection.close()
        self.assert_served()

    def test_an_address_has_so_many_connections(self):
        held = [self.plain() for _ in range(CONNECTIONS_PER_ADDRESS + 50)]
        # Those beyond are closed at once, the others when their handshake has taken too long.
        self.assertLess(ended_after(held[-1], 30), HANDSHAKE_S / 2)
        self.assertTrue(self.server.log.read_text("utf-8").count('"connections_refused"'))
        for connection in held:
            connection.close()
        self.assert_served()

    def test_a_handshake_of_a_byte_at_a_time(self):
        slow = [self.plain() for _ in range(20)]
        begun = time.monotonic()
        with contextlib.suppress(OSError):
            for byte in HELLO * 100:
                for connection in slow:
                    connection.sendall(bytes([byte]))
                if ended_after(slow[0], 0.5) is not None:
                    break
        self.assertLess(time.monotonic() - begun, HANDSHAKE_S + 20)
        for connection in slow:
            self.assertIsNotNone(ended_after(connection, 20))
        self.assert_served()

    def test_certificates_of_an_authority_that_nobody_knows(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([ROOT / "deploy/pki/make_dev_pki", folder, "--domain", DOMAIN,
                            "--agency", "mers"], check=True, stdout=subprocess.DEVNULL)
            context = ssl.create_default_context(cafile=self.server.authority())
            context.load_cert_chain(f"{folder}/clients/mers/feed.pem",
                                    f"{folder}/clients/mers/feed.key")
            context.set_alpn_protocols(["h2"])
            for _ in range(200):
                # The server's refusal comes after the client's side of a handshake is over.
                with self.assertRaises(OSError):
                    with context.wrap_socket(connect_plain(self.server.address),
                                             server_hostname="127.0.0.1") as connection:
                        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
                        while connection.recv(4096):
                            pass
                        raise ConnectionResetError
        self.assert_served()
        self.assert_settles_within(30 * MIB)

    def test_bytes_that_mean_nothing(self):
        noise = random.Random(4711)
        for size in (1, 24, 1000, 100_000):
            plain = self.plain()
            with contextlib.suppress(OSError):
                plain.sendall(noise.randbytes(size))
            tls = tls_context(self.server, "mers/feed").wrap_socket(
                connect_plain(self.server.address), server_hostname="127.0.0.1")
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


if __name__ == "__main__":
    run(f"limits {{ handshake_seconds: {HANDSHAKE_S} "
        f"connections_per_address_max: {CONNECTIONS_PER_ADDRESS} }}")
