"""A service under test, and a client that says exactly what it wants to say."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])

STUDY = """title: {title}
connectome: {{ builtin: {regions} }}
model: {{ name: Generic2dOscillator }}
coupling: {{ name: linear, gain: 0.02 }}
noise: {{ V: {{ kind: white, sigma: 0.05 }} }}
integrator: {{ method: heun, dt: 0.1 ms }}
duration: {duration}
monitors: [{{ kind: raw, variables: [V], period: 1 ms }}]
"""


def study(duration="200 ms", title="short", regions=20):
    return STUDY.format(duration=duration, title=title, regions=regions)


def long_study(title="long"):
    """Some seconds of work, more than two submissions of others take."""
    return study("80 s", title, 400).replace("period: 1 ms", "period: 2 ms")


def form(fields, files=()):
    """A multipart body, byte by byte: (headers, bytes). files: (name of the part, file name, bytes)."""
    mark = "boundary7e1f"
    out = b""
    for name, value in fields:
        out += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        out += (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    for name, file_name, content in files:
        out += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'.encode()
        out += b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n"
    out += f"--{mark}--\r\n".encode()
    return {"Content-Type": f"multipart/form-data; boundary={mark}"}, out


def wait_until(true, seconds=120):
    end = time.time() + seconds
    while not true():
        if time.time() > end:
            raise AssertionError("it does not come true")
        time.sleep(0.05)


class Service:
    def __init__(self, folder=None, *options, environment=None):
        self.own = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="arcuate-service-")
        self.options = options
        self.environment = {**os.environ, "OMP_NUM_THREADS": "1", **(environment or {})}
        self.start()

    def start(self):
        with open(self.folder + ".err", "ab") as errors:
            self.process = subprocess.Popen([PROGRAM, "serve", self.folder, "--port", "0", *self.options],
                                            stdout=subprocess.PIPE, stderr=errors, text=True, env=self.environment)
        self.said = self.process.stdout.readline() + self.process.stdout.readline()
        if "token: in " not in self.said:
            raise RuntimeError("the service did not start: " + self.said)
        address = self.said.split(" at http://")[1].split("/")[0]
        self.port = int(address.rsplit(":", 1)[1])
        with open(self.said.split("token: in ")[1].strip()) as file:
            self.token = file.read().strip()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self.process.stdout.close()
        for job in self.running():
            try:
                os.kill(job, signal.SIGKILL)
            except ProcessLookupError:
                pass
        os.remove(self.folder + ".err")
        if self.own:
            shutil.rmtree(self.folder)

    def running(self):
        """Runs of the program in the service's folder, not what Open MPI puts beside them."""
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.path.samefile(f"/proc/{name}/exe", PROGRAM) and os.readlink(f"/proc/{name}/cwd").startswith(os.path.realpath(self.folder) + "/jobs/"):
                    found.append(int(name))
            except OSError:
                pass
        return found

    def ask(self, method, path, body=None, headers=None, token=True, timeout=300):
        """(status, headers, bytes)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        all_headers = {}
        if token:
            all_headers["Authorization"] = "Bearer " + self.token
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            all_headers["Content-Type"] = "application/json"
        all_headers.update(headers or {})
        try:
            connection.request(method, path, body, all_headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def get(self, path, **rest):
        status, _, body = self.ask("GET", path, **rest)
        return status, json.loads(body)

    def submit(self, text, files=(), key=None, **fields):
        headers, body = form([("study", text), *fields.items()], [("file", name, content) for name, content in files])
        if key:
            headers["Idempotency-Key"] = key
        status, _, answer = self.ask("POST", "/api/jobs", body, headers)
        return status, json.loads(answer)

    def wait(self, job, until=("done", "failed", "cancelled", "interrupted"), seconds=300):
        end = time.time() + seconds
        while time.time() < end:
            state = self.get(f"/api/jobs/{job}")[1]
            if state["state"] in until:
                return state
            time.sleep(0.05)
        raise AssertionError(f"{job} is {state}")

    def raw(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=120)


def answer_of(connection):
    """What is said on a socket until it closes or a whole header has come."""
    text = b""
    while b"\r\n\r\n" not in text:
        more = connection.recv(65536)
        if not more:
            break
        text += more
    return text.decode(errors="replace")
