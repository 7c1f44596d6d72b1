"""A TCP relay that breaks connections: what a client's network does to it."""

import selectors
import socket
import threading


class CuttingRelay:
    """Passes connections on to `target`, and breaks each of the first `cuts` of them once the
    client has sent `after_bytes`."""

    def __init__(self, target, cuts, after_bytes):
        host, port = target.rsplit(":", 1)
        self._target = (host, int(port))
        self._cuts = cuts
        self._after_bytes = after_bytes
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.broken = 0
        self._open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()
        for end in self._open:
            end.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            server = socket.create_connection(self._target)
            self._open += [client, server]
            threading.Thread(target=self._relay, args=(client, server), daemon=True).start()

    def _relay(self, client, server):
        sent = 0
        with selectors.DefaultSelector() as ready, client, server:
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            while True:
                for key, _ in ready.select():
                    try:
                        data = key.fileobj.recv(16384)
                        if not data:
                            return
                        if key.fileobj is client:
                            sent += len(data)
                            if self.broken < self._cuts and sent > self._after_bytes:
                                self.broken += 1
                                return
                        key.data.sendall(data)
                    except OSError:
                        return
