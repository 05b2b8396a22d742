# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""What the tests of the whole program share: the gateway as a child process, a fake function, TAP.

    tap = Tap()
    with Function() as fn, Gateway({"functions": {"f": {"http": {"url": fn.url}}},
                                    "routes": [...]}) as gw:
        status, headers, body = request(gw.http, "POST", "/", b"{}")
        tap.equal(status, 200, "a plain request passes")
        tap.ok(wait_for(lambda: len(fn.requests) == 1), "the function saw it")
    tap.done()

Everything binds to loopback, every wait is bounded, and only processes started here are ended.  It does
not judge and it is not an HTTP library: requests that are wrong on purpose are sent as raw bytes."""

import json
import os
import random
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

SRCDIR = os.environ.get("EW_SRCDIR") or os.path.abspath(
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILDDIR = os.environ.get("EW_BUILDDIR") or os.path.join(SRCDIR, "build")
PROGRAM = os.environ.get("EW_PROGRAM") or os.path.join(BUILDDIR, "eventwall")
# Sanitized builds are slower; tests that wait for the gateway scale their patience with this.
PATIENCE = float(os.environ.get("EW_PATIENCE", "1"))


class Tap:
    """Test Anything Protocol on stdout.  done() prints the plan and ends the process."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, good, name):
        self.count += 1
        print("%sok %d - %s" % ("" if good else "not ", self.count, name.replace("#", "\\#")),
              flush=True)
        if not good:
            self.failed += 1
        return bool(good)

    def equal(self, got, want, name):
        if not self.ok(got == want, name):
            self.note("got  %r\nwant %r" % (got, want))
            return False
        return True

    def note(self, text):
        for line in str(text).splitlines():
            print("# " + line, flush=True)

    def skip(self, name, why):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, why), flush=True)

    def done(self):
        print("1..%d" % self.count, flush=True)
        sys.exit(1 if self.failed else 0)


def run_tests(tap, tests):
    """Each function test_NAME of the dictionary, in order; arguments of the program choose by parts of names."""
    only = sys.argv[1:]
    for name, test in sorted(tests.items()):
        if name.startswith("test_") and callable(test) and (not only or any(o in name for o in only)):
            try:
                test(tap)
            except (AssertionError, OSError) as e:
                tap.ok(False, "%s: %s" % (name, e))
                tap.note(traceback.format_exc())


def skip_all(why):
    """The whole test cannot run here: say so and end."""
    print("1..0 # SKIP %s" % why, flush=True)
    sys.exit(0)


def wait_for(condition, seconds=5.0, step=0.01):
    """The first true value of condition(), or its last value once the time is over."""
    end = time.monotonic() + seconds * PATIENCE
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(step)


_ports = set()


def free_port():
    """A loopback TCP port that nothing listens on; never the same one twice in a test.  Below the range
    that outgoing connections take theirs from, or one of those could be faster than the listener."""
    while True:
        port = random.randrange(10000, 32000)
        if port in _ports:
            continue
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        _ports.add(port)
        return port


def which(program, *folders):
    """Path of a program, also looked for where Debian keeps daemons; None if it is not there."""
    return shutil.which(program) or shutil.which(
        program, path=os.pathsep.join(folders + ("/usr/sbin", "/usr/local/sbin")))


# ---------------------------------------------------------------- a client that can be wrong

class Client:
    """One connection.  send() raw bytes, read_response() parsed answers in order."""

    def __init__(self, address, timeout=10.0):
        self.sock = socket.create_connection(address, timeout=timeout * PATIENCE)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()  # grows in place: answers may be large

    def send(self, data):
        self.sock.sendall(data)

    def _more(self):
        data = self.sock.recv(65536)
        self.buffer += data
        return bool(data)

    def _take(self, n):
        taken = bytes(self.buffer[:n])
        del self.buffer[:n]
        return taken

    def read_response(self, head_only=False, interim=False):
        """(status, headers, body); headers is a list of (lower-case name, value).  None: closed
        before a whole answer.  `interim`: 1xx are answers, too, else they are passed over."""
        while True:
            while b"\r\n\r\n" not in self.buffer:
                try:
                    if not self._more():
                        return None
                except (ConnectionResetError, BrokenPipeError):
                    return None
            head = self._take(self.buffer.index(b"\r\n\r\n") + 4)[:-4]
            lines = head.decode("latin-1").split("\r\n")
            status = int(lines[0].split(" ")[1])
            if interim or status >= 200:
                break
        headers = [(n.strip().lower(), v.strip())
                   for n, v in (line.split(":", 1) for line in lines[1:])]
        get = dict(headers).get
        if head_only or status in (204, 304) or status < 200:
            return status, headers, b""
        if get("transfer-encoding", "").lower() == "chunked":
            return self._chunked(status, headers)
        if get("content-length") is not None:
            want = int(get("content-length"))
            while len(self.buffer) < want:
                if not self._more():
                    return None
            return status, headers, self._take(want)
        while self._more():
            pass
        return status, headers, self._take(len(self.buffer))

    def _chunked(self, status, headers):
        body = bytearray()
        while True:
            while b"\r\n" not in self.buffer:
                if not self._more():
                    return None
            line = self._take(self.buffer.index(b"\r\n") + 2)[:-2]
            size = int(line.split(b";")[0], 16)
            while len(self.buffer) < size + 2:
                if not self._more():
                    return None
            body += self._take(size + 2)[:-2]
            if size == 0:
                return status, headers, bytes(body)

    def read_all(self):
        """Everything until the peer closes (a reset counts as closing)."""
        try:
            while self._more():
                pass
        except (ConnectionResetError, BrokenPipeError):
            pass
        return bytes(self.buffer)

    def closed(self, seconds=2.0):
        """True if the peer closes within that time, reading on past what it still sends."""
        self.sock.settimeout(seconds * PATIENCE)
        try:
            while self.sock.recv(65536):
                pass
            return True
        except (ConnectionResetError, BrokenPipeError):
            return True
        except socket.timeout:
            return False

    def reset(self):
        """Close with RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.sock.close()


def request_bytes(method, target, body=None, headers=(), host="test"):
    lines = ["%s %s HTTP/1.1" % (method, target), "Host: %s" % host]
    lines += ["%s: %s" % h for h in headers]
    if body is not None:
        lines.append("Content-Length: %d" % len(body))
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (body or b"")


def request(address, method, target, body=None, headers=(), host="test", timeout=10.0):
    """One request on a connection of its own: (status, headers, body) or None."""
    with Client(address, timeout) as c:
        c.send(request_bytes(method, target, body, headers, host))
        return c.read_response(head_only=method == "HEAD")


# ---------------------------------------------------------------- a fake function

class Request:
    """What reached the function: `raw` is every byte of it."""

    def __init__(self, raw, method, target, headers, body, connection):
        self.raw, self.method, self.target = raw, method, target
        self.headers, self.body, self.connection = headers, body, connection

    def get(self, name):
        values = self.all(name)
        return values[0] if values else None

    def all(self, name):
        return [v for n, v in self.headers if n == name.lower()]


class Function:
    """An HTTP function.  `answer(request)` decides: (status, headers, body), raw bytes, an iterator of
    raw pieces, None (close without a word), or Function.HANG.  All bytes of all connections are kept
    in `raw`, whole requests in `requests`, accepted connections in `connections`."""

    HANG = object()

    def __init__(self, answer=None, port=0):
        self.answer = answer or (lambda r: (200, [], b"ok"))
        self.requests = []
        self.raw = bytearray()
        self.connections = 0
        self.lock = threading.Lock()
        self.open = set()
        self.stopping = False
        self.port = port
        self.listener = None
        self.start()

    def start(self):
        self.stopping = False
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen(512)
        self.port = self.listener.getsockname()[1]
        self.address = ("127.0.0.1", self.port)
        self.url = "http://127.0.0.1:%d/" % self.port
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _accept(self, listener):
        while not self.stopping:
            try:
                s, _ = listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                number = self.connections
                self.open.add(s)
            threading.Thread(target=self._serve, args=(s, number), daemon=True).start()

    def _serve(self, s, number):
        try:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._talk(s, number)
        except OSError:
            pass
        finally:
            with self.lock:
                self.open.discard(s)
            s.close()

    def _talk(self, s, number):
        buffer = b""

        def more():
            data = s.recv(262144)
            with self.lock:
                self.raw += data
            return data

        while True:
            while b"\r\n\r\n" not in buffer:
                data = more()
                if not data:
                    return
                buffer += data
            head, rest = buffer.split(b"\r\n\r\n", 1)
            lines = head.decode("latin-1").split("\r\n")
            method, target, _ = lines[0].split(" ")
            headers = [(n.strip().lower(), v.strip())
                       for n, v in (line.split(":", 1) for line in lines[1:])]
            want = int(dict(headers).get("content-length", "0"))
            rest = bytearray(rest)
            while len(rest) < want:
                data = more()
                if not data:
                    return
                rest += data
            body, buffer = bytes(rest[:want]), bytes(rest[want:])
            r = Request(head + b"\r\n\r\n" + body, method, target, headers, body, number)
            with self.lock:
                self.requests.append(r)
            if not self._reply(s, r):
                return

    def _reply(self, s, r):
        answer = self.answer(r)
        if answer is None:
            return False
        if answer is Function.HANG:
            while not self.stopping and s.recv(65536):
                pass
            return False
        if isinstance(answer, bytes):
            s.sendall(answer)
            return b"onnection: close" not in answer
        if isinstance(answer, tuple):
            status, headers, body = answer
            lines = ["HTTP/1.1 %d Answer" % status] + ["%s: %s" % h for h in headers]
            if status not in (204, 304):
                lines.append("Content-Length: %d" % len(body))
            s.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
                      + (b"" if r.method == "HEAD" else body))
            return True
        for piece in answer:
            if piece is None:
                return False
            s.sendall(piece)
        return True

    def cut(self):
        """Close every open connection, go on listening."""
        with self.lock:
            sockets = list(self.open)
        for s in sockets:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def stop(self):
        """Nobody listens any more; start() comes back on the same port."""
        self.stopping = True
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        self.cut()

    def clear(self):
        with self.lock:
            self.requests = []
            self.raw = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()


# ---------------------------------------------------------------- the gateway

class Gateway:
    """`eventwall run` as a child.  `config` is the configuration as a dict; what it leaves out of
    "admin", "log", "signature_dir", "cache_dir", "workers" and "drain" is filled in with files of a
    folder that is removed at the end.  "@http" in a route's "listen" stands for a free port, kept in
    `gw.http` as an address pair; "@http2" and so on in gw.listen["@http2"].  `files` is the most
    descriptors the process may have."""

    def __init__(self, config, env=None, start=True, workers=1, files=None):
        self.folder = tempfile.mkdtemp(prefix="ew-")
        self.admin = ("127.0.0.1", free_port())
        self.socket = os.path.join(self.folder, "control")
        self.config_file = os.path.join(self.folder, "eventwall.json")
        self.log_file = os.path.join(self.folder, "events.json")
        self.stderr_file = os.path.join(self.folder, "stderr")
        self.listen = {}
        self.env = dict(os.environ, **(env or {}))
        self.process = None
        self.stopping = False
        self.workers = workers
        self.files = files
        self.write(config)
        if start:
            self.start()

    @property
    def http(self):
        return self.listen["@http"]

    def _address(self, name):
        if not name.startswith("@"):
            return name
        if name not in self.listen:
            self.listen[name] = ("127.0.0.1", free_port())
        return "%s:%d" % self.listen[name]

    def write(self, config):
        """Write the configuration file (anew)."""
        config = json.loads(json.dumps(config))
        config.setdefault("workers", self.workers)
        # A machine that runs tests, or a sanitizer, says nothing about what a signature takes.
        config.setdefault("signature_ns_per_kb", 0)
        config.setdefault("signature_dir", os.path.join(SRCDIR, "signatures", "sets"))
        config.setdefault("cache_dir", os.path.join(BUILDDIR, "net-cache"))
        os.makedirs(config["cache_dir"], exist_ok=True)
        admin = config.setdefault("admin", {})
        admin.setdefault("listen", "%s:%d" % self.admin)
        admin.setdefault("socket", self.socket)
        log = config.setdefault("log", {})
        log.setdefault("file", self.log_file)
        config.setdefault("drain", {}).setdefault("delay_ms", 0)
        for route in config.get("routes", ()):
            for source in route.get("source", {}).values():
                if "listen" in source:
                    source["listen"] = self._address(source["listen"])
        self.config = config
        self.write_text(json.dumps(config, indent=1))

    def write_text(self, text):
        with open(self.config_file + ".new", "w") as f:
            f.write(text)
        os.replace(self.config_file + ".new", self.config_file)

    def _limit(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.files, self.files))

    def start(self, wait=True):
        self.stopping = False
        with open(self.stderr_file, "ab") as err:
            self.process = subprocess.Popen([PROGRAM, "run", "-c", self.config_file], env=self.env,
                                            stdin=subprocess.DEVNULL, stdout=err, stderr=err,
                                            preexec_fn=self._limit if self.files else None)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=60.0):
        if not wait_for(lambda: self.process.poll() is not None or self.get("/ready")[0] == 200,
                        seconds, 0.02) or self.process.poll() is not None:
            raise RuntimeError("the gateway did not become ready (exit code %s):\n%s"
                               % (self.process.poll(), self.stderr()))

    def get(self, path, timeout=5.0):
        """(status, text) of the admin listener; (0, "") if it does not answer."""
        try:
            answer = request(self.admin, "GET", path, timeout=timeout)
        except OSError:
            return 0, ""
        return (answer[0], answer[2].decode("utf-8", "replace")) if answer else (0, "")

    def metric(self, start):
        """Sum of all metric lines that begin with `start`, or None if there is none."""
        values = [float(line.rsplit(" ", 1)[1]) for line in self.get("/metrics")[1].splitlines()
                  if line.startswith(start)]
        return sum(values) if values else None

    def command(self, *args, timeout=60.0):
        """Run a subcommand: (exit code, stdout and stderr)."""
        done = subprocess.run([PROGRAM] + list(args), env=self.env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=timeout * PATIENCE)
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def reload(self, timeout=60.0):
        """Ask over the control socket and wait until the reload has ended: (status, text)."""
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(timeout * PATIENCE)
            s.connect(self.socket)
            s.sendall(b"POST /reload HTTP/1.1\r\nHost: control\r\nContent-Length: 0\r\n"
                      b"Connection: close\r\n\r\n")
            answer = b""
            while True:
                data = s.recv(65536)
                if not data:
                    break
                answer += data
        head, _, text = answer.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]), text.decode("utf-8", "replace")

    def events(self, **match):
        """Lines of the event log (whole ones) whose members equal `match`."""
        try:
            with open(self.log_file, "rb") as f:
                lines = f.read().split(b"\n")[:-1]
        except FileNotFoundError:
            return []
        parsed = [json.loads(line) for line in lines if line]
        return [e for e in parsed if all(e.get(k) == v for k, v in match.items())]

    def wait_events(self, n=1, seconds=5.0, **match):
        """The same, once there are `n` of them or the time is over."""
        wait_for(lambda: len(self.events(**match)) >= n, seconds, 0.05)
        return self.events(**match)

    def stderr(self):
        try:
            with open(self.stderr_file, "rb") as f:
                return f.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def signal(self, number):
        # A second SIGTERM means "at once": stop() must not send it again.
        self.stopping = self.stopping or number == signal.SIGTERM
        self.process.send_signal(number)

    def kill(self):
        """SIGKILL, as a crash would."""
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()

    def stop(self, seconds=30.0):
        """SIGTERM and wait: the exit code, None if it had to be killed."""
        if not self.process:
            return None
        if self.process.poll() is None and not self.stopping:
            self.signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def close(self):
        code = self.stop()
        if code != 0:
            print("# gateway ended with %s\n# %s"
                  % (code, self.stderr()[-4000:].replace("\n", "\n# ")), flush=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        return code

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
