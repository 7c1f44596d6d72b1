"""serieslinkd beside a test: certificates, configuration and data in a folder of its own."""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
DOMAIN = "serieslink.test"


class RunningServer:
    """The server at `address`, and the certificates of its callers under `pki`."""

    def __init__(self, program, folder, agencies=("mers", "btp"), settings="", pki=None):
        """`settings` is more of the server's configuration, as text. `pki` is a folder of
        certificates, which are made unless it is there."""
        self.program = program
        self.settings = settings
        self.folder = pathlib.Path(folder)
        self.pki = pathlib.Path(pki or self.folder / "pki")
        if not self.pki.exists():
            self._make_pki(*(f"--agency={agency}" for agency in agencies))
            # Of the same authority, and nobody of the server's trust domain.
            self._make_pki("--agency=mers/foreign", domain="elsewhere.test")
        self.log = self.folder / "server.log"
        self.process = None
        self.address = "127.0.0.1:0"

    def _make_pki(self, *arguments, domain=DOMAIN):
        words = [word for argument in arguments for word in argument.split("=", 1)]
        subprocess.run([ROOT / "deploy/pki/make_dev_pki", self.pki, "--domain", domain, *words],
                       check=True, stdout=subprocess.DEVNULL)

    def start(self):
        """Starts the server; a second time at the same address, over the same data."""
        config = self.folder / "server.textproto"
        config.write_text(f'''
            listen_address: "{self.address}"
            tls {{
              certificate: "{self.pki}/server.pem"
              private_key: "{self.pki}/server.key"
              client_ca: "{self.pki}/ca.pem"
            }}
            trust_domain: "{DOMAIN}"
            data_directory: "{self.folder}/data"
            {self.settings}
        ''', "utf-8")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.program, "--config", config],
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline().strip()
        if not line.startswith("serving on "):
            raise RuntimeError(f"the server does not start: {self.log.read_text('utf-8')}")
        self.address = line[len("serving on "):]

    def stop(self, with_signal=signal.SIGTERM):
        """Ends the server. Its exit code."""
        self.process.send_signal(with_signal)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        return code

    def events(self):
        """What it has logged: every line is one event, whichever library it comes from."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    def status(self, field):
        """A number of the process, as the system tells it: VmRSS, VmHWM (in KiB), Threads ..."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        return int(text.split(f"\n{field}:")[1].split()[0])

    def processor_s(self):
        """Processor time that it has taken."""
        text = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text("ascii")
        user, system = text.rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def authority(self):
        return self.pki / "ca.pem"

    def certificate(self, client):
        return self.pki / "clients" / f"{client}.pem"

    def key(self, client):
        return self.pki / "clients" / f"{client}.key"


@contextlib.contextmanager
def running_server(program, **options):
    """A server that runs for as long as the block does, and then ends well."""
    # The test's own configuration of a client or proxy has no business here.
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith("SERIESLINK_CLIENT"):
            del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="serieslink_test.") as folder:
        server = RunningServer(program, folder, **options)
        server.start()
        try:
            yield server
        finally:
            if server.process.poll() is None and server.stop() != 0:
                raise RuntimeError(f"the server ended badly: {server.log.read_text('utf-8')}")
            server.events()
