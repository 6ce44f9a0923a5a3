"""`arcuate serve` as its users and its enemies meet it. Usage: service_test.py PROGRAM [unittest's words]"""

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import h5py

from support import PROGRAM, Service, answer_of, long_study, study, wait_until

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")


def samples(path):
    with h5py.File(path, "r") as file:
        return file["monitors/raw/data"][()].tobytes()


def without_service(text):
    """The samples of the same study, run by hand."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "study.yml"), "w") as file:
            file.write(text)
        subprocess.run([PROGRAM, "simulate", "study.yml", "--quiet"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return samples(os.path.join(folder, "study.h5"))


class Shared(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = Service(None, "--cores", "2", "--memory", "1", "--largest-upload", "0.002")

    @classmethod
    def tearDownClass(cls):
        cls.service.stop()

    def files(self, job):
        return os.path.join(self.service.folder, "jobs", job, "files")


class Door(Shared):
    def test_the_token_is_its_owners_alone_and_nowhere_else(self):
        path = os.path.join(self.service.folder, "token")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertGreaterEqual(len(self.service.token), 64)
        self.assertNotIn(self.service.token, self.service.said)
        self.service.ask("POST", "/api/session", {"token": self.service.token}, token=False)
        for name in ("audit.log", "queue.db"):
            with open(os.path.join(self.service.folder, name), "rb") as file:
                self.assertNotIn(self.service.token.encode(), file.read())

    def test_a_token_that_others_can_read_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "token"), "w") as file:
                file.write("0123456789abcdef0123")
            os.chmod(os.path.join(folder, "token"), 0o644)
            run = subprocess.run([PROGRAM, "serve", folder, "--port", "0"], capture_output=True, text=True, timeout=300)
            self.assertEqual(run.returncode, 3)
            self.assertIn("others may read", run.stderr)

    def test_who_has_no_token_or_another_gets_nothing(self):
        right = self.service.token
        wrong = ("0" if right[0] != "0" else "1") + right[1:]
        for headers in ({}, {"Authorization": "Bearer " + wrong}, {"Authorization": "Bearer "},
                        {"Authorization": "Basic " + right}, {"Cookie": "arcuate_session=" + right},
                        {"Authorization": "Bearer " + right[:-1]}):
            status, _, body = self.service.ask("GET", "/api/jobs", headers=headers, token=False)
            self.assertIn(status, (401, 429), headers)
            self.assertNotIn(b"jobs", body)
        self.assertIn(self.service.ask("GET", "/api/jobs?token=" + right, token=False)[0], (401, 429))
        self.assertEqual(self.service.get("/api/jobs")[0], 200)

    def test_a_session_is_a_cookie_that_no_script_reads(self):
        status, headers, _ = self.service.ask("POST", "/api/session", {"token": self.service.token}, token=False)
        self.assertEqual(status, 200)
        cookie = headers["Set-Cookie"]
        for word in ("HttpOnly", "SameSite=Strict", "Path=/"):
            self.assertIn(word, cookie)
        self.assertNotIn(self.service.token, cookie)
        own = {"Cookie": cookie.split(";")[0]}
        self.assertEqual(self.service.ask("GET", "/api/jobs", headers=own, token=False)[0], 200)
        self.assertEqual(self.service.ask("DELETE", "/api/session", headers=own, token=False)[0], 200)
        self.assertEqual(self.service.ask("GET", "/api/jobs", headers=own, token=False)[0], 401)

    def test_other_names_and_other_sites_are_refused(self):
        here = f"127.0.0.1:{self.service.port}"
        for headers, allowed in (({"Host": "evil.example"}, False), ({"Host": here + ".evil.example"}, False),
                                 ({"Origin": "http://evil.example"}, False), ({"Origin": "null"}, False),
                                 ({"Origin": "http://127.0.0.1:1"}, False), ({"Sec-Fetch-Site": "cross-site"}, False),
                                 ({"Origin": "http://" + here}, True), ({"Host": "localhost"}, True)):
            status = self.service.ask("POST", "/api/compare", {"jobs": []}, headers=headers)[0]
            self.assertEqual(status, 422 if allowed else 403, headers)

    def test_answers_say_how_browsers_are_to_take_them(self):
        for path in ("/", "/api/status", "/api/nothing", "/api/openapi.json"):
            _, headers, _ = self.service.ask("GET", path)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertNotIn("unsafe", self.service.ask("GET", "/")[1]["Content-Security-Policy"])

    def test_a_body_of_ten_gigabytes_is_refused_unread(self):
        head = (f"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.service.token}\r\n"
                "Content-Type: multipart/form-data; boundary=x\r\n")
        with self.service.raw() as connection:
            connection.sendall((head + "Content-Length: 10000000000\r\n\r\n").encode())
            begin = time.time()
            self.assertIn(" 413 ", answer_of(connection))
            self.assertLess(time.time() - begin, 8)
        for kind, path in (("multipart/form-data; boundary=x", "/api/jobs"), ("application/json", "/api/check")):
            with self.service.raw() as connection:
                connection.sendall((head.replace("/api/jobs", path).replace("multipart/form-data; boundary=x", kind)
                                    + "Transfer-Encoding: chunked\r\n\r\n").encode())
                begin = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
                connection.sendall(b"%x\r\n%s\r\n" % (len(begin), begin))
                sent, chunk = 0, b"10000\r\n" + b"a" * 65536 + b"\r\n"
                try:
                    while sent < 10_000_000_000:
                        connection.sendall(chunk)
                        sent += 65536
                except OSError:
                    pass
                self.assertLess(sent, 50_000_000, path)
        self.assertEqual(os.listdir(os.path.join(self.service.folder, "incoming")), [])
        self.assertEqual(self.service.get("/api/status")[0], 200)

    def test_requests_that_are_not_well_put_are_refused(self):
        token = f"Authorization: Bearer {self.service.token}\r\n"
        for text in ("GET /api/status HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n" + token,
                     "POST /api/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n" + token,
                     "POST /api/check HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n" + token,
                     "GET /" + "a" * 4000 + " HTTP/1.1\r\nHost: localhost\r\n" + token,
                     "GET /api/status HTTP/1.1\r\nHost: localhost\r\n" + token + "X: y\r\n" * 20000,
                     "BREW /api/status HTTP/1.1\r\nHost: localhost\r\n" + token, "\0\0\0\r\n"):
            with self.service.raw() as connection:
                try:
                    connection.sendall(text.encode() + b"\r\n")
                    self.assertRegex(answer_of(connection) or "HTTP/1.1 400", "^HTTP/1.1 4")
                    connection.settimeout(4)  # where the next request would begin is not known
                    while connection.recv(65536):
                        pass
                except socket.timeout:
                    self.fail("the connection stays open after " + text[:40])
                except OSError:
                    pass  # closed while it was still being said
        self.assertEqual(self.service.get("/api/status")[0], 200)

    def test_the_description_is_true(self):
        status, described = self.service.get("/api/openapi.json", token=False)
        self.assertEqual((status, described["openapi"]), (200, "3.0.3"))
        for path, operations in described["paths"].items():
            for method, operation in operations.items():
                if path.endswith("/events"):
                    continue
                real = path.replace("{id}", "0" * 16)
                for name in ("name", "candidate"):
                    real = real.replace("{%s}" % name, "none")
                status, headers, _ = self.service.ask(method.upper(), real)
                self.assertIn(str(status), operation["responses"], (method, path))
                self.assertNotEqual(status, 405)


class Crowd(unittest.TestCase):
    def test_two_hundred_clients_and_slow_ones_do_not_change_a_bit(self):
        service = Service(None, "--cores", "2", "--memory", "1")
        slow = []
        try:
            text = long_study("beside a crowd")
            status, job = service.submit(text)
            self.assertEqual(status, 201, job)
            for k in range(100):
                connection = service.raw()
                connection.sendall(b"GET /api/status HTTP/1.1\r\nHost: local" if k % 2 else b"G")
                slow.append(connection)
            opened = time.time()
            results = []

            def client():
                try:
                    results.extend(service.get(path)[0] for path in ("/api/status", "/api/jobs"))
                except Exception as error:
                    results.append(repr(error))

            threads = [threading.Thread(target=client) for _ in range(200)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(results, [200] * 400)
            done = service.wait(job["id"])
            self.assertEqual(done["state"], "done", done)
            self.assertEqual(samples(os.path.join(service.folder, "jobs", job["id"], "files", "study.h5")),
                             without_service(text))
            # Who does not come to an end of his header is shown out.
            time.sleep(max(0.0, opened + 11.5 - time.time()))
            for connection in slow:
                connection.settimeout(60)
                while connection.recv(4096):
                    pass
        finally:
            for connection in slow:
                connection.close()
            service.stop()

    def test_clients_that_come_at_once_wait_to_be_accepted(self):
        service = Service(None, "--cores", "1", "--memory", "1")
        clients = []
        try:
            service.process.send_signal(signal.SIGSTOP)
            for _ in range(200):
                clients.append(socket.create_connection(("127.0.0.1", service.port), timeout=60))
                clients[-1].sendall(f"GET /api/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                                    f"Authorization: Bearer {service.token}\r\n\r\n".encode())
            service.process.send_signal(signal.SIGCONT)
            for client in clients:
                client.settimeout(120)
                self.assertIn(" 200 ", answer_of(client).split("\r\n")[0])
        finally:
            service.process.send_signal(signal.SIGCONT)
            for client in clients:
                client.close()
            service.stop()

    def test_who_guesses_or_asks_too_much_is_told_to_wait(self):
        service = Service(None, "--cores", "1", "--memory", "1")
        try:
            wrong = "0" * len(service.token)
            guesses = [service.ask("GET", "/api/jobs", headers={"Authorization": "Bearer " + wrong}, token=False)[0] for _ in range(40)]
            others = [service.ask("POST", "/api/session", {"token": wrong}, token=False)[0] for _ in range(5)]
            for one in (guesses, others):
                self.assertLessEqual(set(one), {401, 429})
                self.assertIn(429, one)
            request = (f"GET /api/nothing HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {service.token}\r\n\r\n").encode()
            found = b""
            for _ in range(2):
                with service.raw() as connection:
                    connection.sendall(request * 900 + request.replace(b"Host", b"Connection: close\r\nHost"))
                    while more := connection.recv(1 << 20):
                        found += more
            self.assertGreater(found.count(b"HTTP/1.1 404 "), 900)
            self.assertGreater(found.count(b"HTTP/1.1 429 "), 0)
            self.assertEqual(found.count(b"Retry-After: 1"), found.count(b"HTTP/1.1 429 "))
            wait_until(lambda: service.ask("GET", "/api/status")[0] == 200)
        finally:
            service.stop()

    def test_streams_of_events_leave_room_for_requests(self):
        service = Service(None, "--cores", "1", "--memory", "1")
        try:
            text = study("2000 s", "endless", 400)
            job = service.submit(text)[1]["id"]
            streams = []
            for _ in range(66):
                connection = service.raw()
                connection.sendall(f"GET /api/jobs/{job}/events HTTP/1.1\r\nHost: localhost\r\n"
                                   f"Authorization: Bearer {service.token}\r\n\r\n".encode())
                streams.append((connection, answer_of(connection).split("\r\n")[0]))
            said = [line for _, line in streams]
            self.assertEqual(sum(" 200 " in line for line in said), 64)
            self.assertEqual(sum(" 503 " in line for line in said), 2)
            # Beside these, as many who do not say what they want as there are places for requests but a few.
            for _ in range(120):
                connection = service.raw()
                connection.sendall(b"G")
                streams.append((connection, ""))
            time.sleep(0.3)
            begin = time.time()
            for _ in range(20):
                self.assertEqual(service.get("/api/status")[0], 200)
            self.assertLess(time.time() - begin, 8)
            for connection, _ in streams:
                connection.close()
        finally:
            service.stop()


class Paths(Shared):
    def refused(self, text, files=(), **fields):
        status, answer = self.service.submit(text, files, **fields)
        self.assertEqual(status, 422, (text[-200:], files, answer))
        return answer["error"]["message"]

    def test_no_key_of_a_study_leads_out_of_the_job(self):
        with open(os.path.join(DOCS, "study-file.md")) as file:
            keys = re.findall(r"^\| `([^`]+)` \| file \|", file.read(), re.MULTILINE)
        self.assertGreater(len(keys), 20)
        for key in keys:
            words = re.sub(r"<[^>]+>", "V", key).split(".")
            for path in ("/etc/passwd", "../../token", "a/../../b", "~/x", "x.zip:/etc/passwd", "x.zip:../a", ".."):
                value = json.dumps(path)
                for word in reversed(words):
                    value = "{ %s: %s }" % (word.rstrip("[]"), "[%s]" % value if word.endswith("[]") else value)
                said = json.loads(self.service.ask("POST", "/api/check", {"study": value})[2])
                self.assertFalse(said["ok"])
                if not key.endswith("plugin"):
                    self.assertIn("outside of the job", said["messages"][0]["message"], (key, path))
            if key.endswith("plugin"):
                value = value.replace('".."', '"mine.so"')
                said = json.loads(self.service.ask("POST", "/api/check", {"study": value})[2])
                self.assertIn("plug-ins are programs", said["messages"][0]["message"], key)

    def test_nor_do_values_of_regions_changes_or_the_output(self):
        self.refused(study() + "seed: { file: /etc/passwd }\n")
        self.refused(study() + "phases: [{ until: 1 s, model.plugin: x.so }]\n")
        self.refused(study() + "output: ../study.h5\n")
        self.refused(study() + "output: /tmp/study.h5\n")
        self.refused(study() + "output: study.yml\n")
        for change in ({"output": "/tmp/x.h5"}, {"model.plugin": "x.so"}, {"connectome": {"file": "/etc/passwd"}},
                       {"connectome.file": "../x"}, {"x=y": 1}, {"--set": 1}):
            self.refused(study(), set=json.dumps(change))
        self.refused("\x89HDF\r\n\x1a\n" + "0" * 100)
        self.refused("- a list\n")

    def test_nor_do_names_of_files(self):
        for name in ("../x.npy", "/etc/x.npy", "a/b.npy", "..", ".hidden", "study.yml", "results", "x.so", "x.py", "-x"):
            status = self.service.submit(study(), [(name, b"1")])[0]
            self.assertIn(status, (400, 422), name)
        self.assertEqual(os.listdir(os.path.join(self.service.folder, "incoming")), [])

    def test_nor_do_downloads(self):
        job = self.service.submit(study())[1]["id"]
        self.service.wait(job)
        os.symlink(os.path.join(self.service.folder, "token"), os.path.join(self.files(job), "link.txt"))
        os.symlink(self.service.folder, os.path.join(self.files(job), "folder"))
        for name in ("../log", "..%2flog", "%2e%2e/log", "..%5clog", "/etc/passwd", "%2fetc%2fpasswd", "link.txt",
                     "folder/token", "./study.yml", "", ".", "study.yml/", "study.yml%00.txt"):
            status, _, body = self.service.ask("GET", f"/api/jobs/{job}/files/{name}")
            self.assertIn(status, (400, 404), name)
            self.assertNotIn(self.service.token.encode(), body)
        self.assertNotIn("link.txt", [file["name"] for file in self.service.get(f"/api/jobs/{job}")[1]["files"]])
        for other in ("..", "%2e%2e", "0" * 16, job.upper() if job.upper() != job else "x"):
            self.assertEqual(self.service.ask("GET", f"/api/jobs/{other}/study")[0], 404)
        status, headers, body = self.service.ask("GET", f"/api/jobs/{job}/files/study.yml", headers={"Range": "bytes=0-4"})
        self.assertEqual((status, body), (206, b"title"))
        self.assertIn("attachment", headers["Content-Disposition"])


def beside_slurm(folder, sbatch, squeue, scancel=":"):
    """A service for which these commands of a shell are SLURM, and where the script of a submission will be."""
    script = os.path.join(folder, "script")
    for name, words in (("sbatch", 'cp "$1" "$TEST_SCRIPT"; ' + sbatch), ("squeue", squeue), ("scancel", scancel)):
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write("#!/bin/sh\n" + words + "\n")
        os.chmod(path, 0o755)
    environment = {"PATH": folder + ":" + os.environ["PATH"], "TEST_SCRIPT": script}
    return Service(None, "--cores", "1", environment=environment), script


class Work(Shared):
    def test_a_submission_counts_once(self):
        first = self.service.submit(study(), key="one")
        again = self.service.submit(study(), key="one")
        other = self.service.submit(study("300 ms"), key="one")
        self.assertEqual((first[0], again[0], other[0]), (201, 200, 422))
        self.assertEqual(first[1]["id"], again[1]["id"])
        file = [("w.txt", b"0 1\n1 0\n")]
        self.assertEqual(self.service.submit(study(), file, key="two")[0], 201)
        for files, fields in (([], {}), ([("w.txt", b"0 2\n1 0\n")], {}), ([("v.txt", b"0 1\n1 0\n")], {}),
                              (file, {"name": "x"}), (file, {"threads": "2"})):
            status, answer = self.service.submit(study(), files, key="two", **fields)
            self.assertEqual(status, 422, (files, fields))
            self.assertIn("another submission", answer["error"]["message"])

        def at_once(texts, key):
            results = []
            threads = [threading.Thread(target=lambda text=text: results.append(self.service.submit(text, key=key)))
                       for text in texts]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return results

        results = at_once([study()] * 4, "many")
        self.assertEqual(sorted(status for status, _ in results), [200, 200, 200, 201])
        self.assertEqual(len({job["id"] for _, job in results}), 1)
        results = at_once([study(), study("300 ms")], "either")
        self.assertEqual(sorted(status for status, _ in results), [201, 422])
        jobs = self.service.get("/api/jobs")[1]["jobs"]
        self.assertEqual(len({job["id"] for job in jobs}), len(jobs))
        # The key of a job that was deleted is free again.
        self.service.wait(first[1]["id"])
        self.assertEqual(self.service.ask("DELETE", f"/api/jobs/{first[1]['id']}")[0], 200)
        status, fresh = self.service.submit(study("300 ms"), key="one")
        self.assertEqual(status, 201, fresh)
        self.assertNotEqual(fresh["id"], first[1]["id"])

    def test_what_does_not_fit_is_refused_and_what_is_wrong_is_named(self):
        for fields, word in (({"ranks": "3"}, "cores"), ({"ranks": "x"}, "ranks"), ({"verb": "rm"}, "simulate, sweep"),
                             ({"where": "moon"}, "slurm"), ({"verb": "sweep"}, "no such section")):
            status, answer = self.service.submit(study(), **fields)
            self.assertEqual(status, 422, fields)
            self.assertIn(word, answer["error"]["message"])
        small = Service(None, "--largest-upload", "0.02", "--memory", "0.06")  # [GB], a rank takes a little more before it computes
        try:
            status, answer = small.submit(study())
            self.assertEqual(status, 422)
            self.assertIn("memory", answer["error"]["message"])
            # Fields are kept in memory, files are not.
            long_text = study() + "#" * (9 << 20)
            self.assertEqual(small.submit(long_text)[0], 413)
            self.assertEqual(small.submit(study(), [("w.txt", long_text.encode())])[0], 422)
        finally:
            small.stop()
        status, answer = self.service.submit(study().replace("gain", "gian"))
        error = answer["error"]
        self.assertEqual((status, error["file"], error["line"], error["key"]), (422, "study.yml", 4, "coupling.gian"))
        self.assertIn("gain", error["allowed"] if "allowed" in error else error["message"])

    def planned(self, text, verb, ranks=1):
        """Memory of a job, as the command line predicts it. [bytes]"""
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "study.yml"), "w") as file:
                file.write(text)
            words = [PROGRAM, "plan", "study.yml", "--json", "--verb", verb, "--ranks", str(ranks)]
            return json.loads(subprocess.run(words, cwd=folder, check=True, capture_output=True).stdout)

    def test_a_job_has_the_memory_of_its_plan_and_no_more(self):
        service = Service(None, "--cores", "2", "--memory", "2")
        try:
            one = study("20 ms", regions=100)
            slow = one + "sweep: { connectome.speed: [0.02, 50] }\n"  # long histories of one candidate
            for verb, text, ranks in (("simulate", one, 2), ("sweep", slow, 2), ("steady", one, 1)):
                plan = self.planned(text, verb, ranks)
                status, job = service.submit(text, verb=verb, ranks=str(ranks))
                self.assertEqual(status, 201, job)
                reserve = job["memory"] - 1.25 * plan["memory_bytes"]
                self.assertAlmostEqual(reserve / ranks / 2**20, 64, delta=4, msg=verb)
                self.assertEqual(service.wait(job["id"])["state"], "done", verb)
            fast = self.planned(one + "sweep: { connectome.speed: [40, 50] }\n", "sweep", 2)
            self.assertGreater(self.planned(slow, "sweep", 2)["memory_bytes"], 1.5 * fast["memory_bytes"])
            # A study that grows after it was planned.
            first = service.submit(long_study())[1]["id"]
            job = service.submit(study("1 s"), ranks="2")[1]["id"]
            larger = study("1 s").replace("builtin: 20", "generator: { name: spatial, regions: 100000, degree: 100 }")
            with open(os.path.join(service.folder, "jobs", job, "files", "study.yml"), "w") as file:
                file.write(larger)
            service.ask("POST", f"/api/jobs/{first}/cancel")
            job = service.wait(job)
            self.assertEqual((job["state"], job["exit_code"]), ("failed", 3), job)
            self.assertRegex(job["message"], "out of memory.*may have [0-9]+ MB: what `arcuate plan --verb simulate` predicts")
        finally:
            service.stop()

    def test_a_sweep_is_watched_and_its_rows_are_studies(self):
        text = study() + "features: [{kind: fc}]\nsweep: { coupling.gain: [0.1, 0.2, 0.3] }\n"
        job = self.service.submit(text, verb="sweep", ranks="2")[1]["id"]
        self.assertEqual(self.service.wait(job)["state"], "done")
        status, table = self.service.get(f"/api/jobs/{job}/table")
        self.assertEqual([column["role"] for column in table["columns"][:2]], ["candidate", "parameter"])
        self.assertEqual([row[1] for row in table["rows"]], [0.1, 0.2, 0.3])
        one = self.service.get(f"/api/jobs/{job}/candidate/2")[1]["study"]
        self.assertIn("gain: 0.3", one)
        self.assertNotIn("sweep", one)
        status, headers, page = self.service.ask("GET", f"/api/jobs/{job}/report")
        self.assertEqual(status, 200)
        self.assertIn("sandbox", headers["Content-Security-Policy"])
        self.assertIn(b"<html", page[:200])

    def test_events_tell_progress_and_the_traces_of_the_recording(self):
        text = study("10 s", regions=200).replace(
            "[{ kind: raw, variables: [V], period: 1 ms }]",
            "[{ kind: raw, variables: [W, V], period: 1 ms }, { kind: temporal_average, variables: [V], period: 5 ms }]\n"
            "storage: single")
        job = self.service.submit(text)[1]["id"]
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=300)
        connection.request("GET", f"/api/jobs/{job}/events", headers={"Authorization": "Bearer " + self.service.token})
        text = connection.getresponse().read().decode()
        events = re.findall(r"event: (\w+)\ndata: (.*)\n", text)
        self.assertEqual(json.loads(events[-1][1])["state"], "done")
        traces = [json.loads(data) for kind, data in events if kind == "trace"]
        with h5py.File(os.path.join(self.files(job), "study.h5"), "r") as file:
            monitors = {name: (group["data"][:, 0, :], group["time"][()], [one.decode() for one in group["region"][()]])
                        for name, group in file["monitors"].items()}
        self.assertEqual({trace["monitor"] for trace in traces}, {"raw", "temporal_average"})
        for trace in traces:
            data, times, labels = monitors[trace["monitor"]]
            self.assertEqual((len(set(trace["labels"])), len(trace["values"])), (8, 8))
            self.assertEqual(trace["variable"], "W" if trace["monitor"] == "raw" else "V")
            for name, values in zip(trace["labels"], trace["values"]):
                self.assertEqual(len(values), len(trace["time"]))
                for at, value in zip(trace["time"], values):
                    sample = int(round((at - times[0]) / (times[1] - times[0])))
                    self.assertEqual(value, data[sample, labels.index(name)])
        last = re.findall(r"id: (.*)", text)[-1]
        connection.request("GET", f"/api/jobs/{job}/events", headers={"Authorization": "Bearer " + self.service.token,
                                                                     "Last-Event-ID": last})
        self.assertNotIn("event: trace", connection.getresponse().read().decode())
        connection.close()

    def test_progress_is_one_format_whatever_runs(self):
        with open(os.path.join(DOCS, "file-formats.md")) as file:
            table = file.read().split("### How far a run is")[1].split("\n\n")[2]
        rows = [line.split("|") for line in table.splitlines()[2:]]
        keys = {key: row[2] for row in rows for key in re.findall("`(\\w+)`", row[1])}
        text = study("20 ms") + "sweep: { coupling.gain: [0.1, 0.2, 0.3] }\n"
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "study.yml"), "w") as file:
                file.write(text)
            for words, status, unit, of in ((["simulate", "study.yml", "--status", "now.json"], "now.json", "steps", 200),
                                            (["sweep", "study.yml"], "study.sweep/status.json", "evaluations", 3)):
                subprocess.run([PROGRAM, *words, "--quiet"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
                with open(os.path.join(folder, status)) as file:
                    said = json.load(file)
                others = ("simulate:", "sweep, fit:")
                wanted = {key for key, meaning in keys.items()
                          if not any(meaning.strip().startswith(one) and words[0] not in one for one in others)}
                self.assertEqual(set(said), (wanted - {"steps", "evaluations"}) | {unit})
                self.assertEqual([said[key] for key in ("format", "kind", "running", "unit", "done", "of", unit)],
                                 ["arcuate status 1", words[0], False, unit, of, of, of])
                self.assertEqual(said["seconds_left"], 0)

    def test_cancel_resume_clone_compare_and_delete(self):
        text = long_study()
        job = self.service.submit(text)[1]["id"]
        self.service.wait(job, ("running",))
        self.assertEqual(self.service.ask("DELETE", f"/api/jobs/{job}")[0], 409)
        while self.service.get(f"/api/jobs/{job}")[1]["progress"] == 0:
            time.sleep(0.05)
        self.assertEqual(self.service.ask("POST", f"/api/jobs/{job}/cancel")[0], 200)
        cancelled = self.service.wait(job)
        self.assertEqual((cancelled["state"], cancelled["exit_code"]), ("cancelled", 75), cancelled)
        self.assertEqual(self.service.ask("POST", f"/api/jobs/{job}/cancel")[0], 409)
        self.assertEqual(self.service.ask("POST", f"/api/jobs/{job}/resume")[0], 200)
        status, _, body = self.service.ask("POST", f"/api/jobs/{job}/clone",
                                           {"set": {"duration": "100 ms", "coupling.gain": 0.5}, "name": "other"})
        clone = json.loads(body)
        self.assertEqual((status, clone["parent"], clone["name"]), (201, job, "other"))
        self.assertEqual(self.service.wait(clone["id"])["state"], "done")
        self.assertEqual(self.service.wait(job)["state"], "done")
        self.assertEqual(samples(os.path.join(self.files(job), "study.h5")), without_service(text))
        status, _, body = self.service.ask("POST", "/api/compare", {"jobs": [job, clone["id"]]})
        page = self.service.ask("GET", json.loads(body)["report"])
        self.assertEqual((status, page[0]), (201, 200))
        self.assertIn(b"coupling.gain=0.5", page[2])
        self.assertEqual(self.service.ask("DELETE", f"/api/jobs/{clone['id']}")[0], 200)
        self.assertFalse(os.path.exists(os.path.dirname(self.files(clone["id"]))))
        what = [line["what"] for line in self.service.get("/api/audit")[1]["lines"]]
        for word in ("submit", "cancel", "resume", "clone", "delete"):
            self.assertIn(word, what)

    def test_nothing_of_a_user_reaches_a_shell(self):
        with tempfile.TemporaryDirectory() as bin_folder:
            service, script = beside_slurm(bin_folder, "echo Submitted batch job 7", ":")
            try:
                evil = "$(touch hacked)`touch hacked`;touch hacked\n#SBATCH --wrap=x'\"touch hacked"
                status, job = service.submit(study(title=json.dumps(evil)), name=evil, where="slurm",
                                             set=json.dumps({"title": evil}))
                self.assertEqual(status, 201, job)
                job = service.wait(job["id"])
                with open(script) as file:
                    text = file.read()
                self.assertIn("touch hacked", text)
                echo = subprocess.run(["bash", "-c", re.sub(r"(?s)\nset -eu\n(set -- .*?)\nARCUATE=.*", r"\n\1\n", text)
                                       + '\nprintf "%s\\n" "$@"'], cwd=bin_folder, capture_output=True, text=True)
                self.assertIn("touch hacked", echo.stdout)
                self.assertNotIn("hacked", os.listdir(bin_folder))
                options = [line for line in text.split("\n") if line.startswith("#SBATCH")]
                self.assertFalse([line for line in options if "hacked" in line or "wrap" in line])
            finally:
                service.stop()

    def test_a_slow_slurm_keeps_nobody_waiting_and_a_submission_that_was_not_noted_is_found(self):
        with tempfile.TemporaryDirectory() as bin_folder:
            squeue = 'sed -n "s/#SBATCH --job-name=/77 /p" "$TEST_SCRIPT"'
            service, script = beside_slurm(bin_folder, "sleep 6; echo Submitted batch job 7", squeue)
            try:
                status, job = service.submit(study(), where="slurm")
                self.assertEqual(status, 201, job)
                one = f"/api/jobs/{job['id']}"
                wait_until(lambda: os.path.exists(script))
                begin = time.time()
                job = service.get(one)[1]
                self.assertLess(time.time() - begin, 5)
                self.assertEqual((job["state"], job.get("slurm")), ("running", None))
                with open(script) as file:
                    self.assertIn(f"#SBATCH --job-name=arcuate-{job['id']}\n", file.read())
                service.kill()  # before sbatch has said the number
                service.start()
                wait_until(lambda: service.get(one)[1].get("slurm") == "77")
                self.assertEqual(service.get(one)[1]["state"], "running")
            finally:
                service.stop()

    def test_slurm_is_asked_once_for_all_jobs(self):
        with tempfile.TemporaryDirectory() as folder:
            # The number of a job is that of its turn; SLURM has all but the second, and a stranger's.
            sbatch = 'echo x >> "$TEST_SCRIPT.count"; echo Submitted batch job $((70 + $(wc -l < "$TEST_SCRIPT.count")))'
            squeue = 'echo "$*" >> "$TEST_SCRIPT.asked"; printf "71 one\\n73 three\\n7 x\\n72000 y\\n"'
            service, script = beside_slurm(folder, sbatch, squeue, 'echo "$*" >> "$TEST_SCRIPT.cancelled"')
            try:
                jobs = []
                for k in range(3):
                    jobs.append(service.submit(study(), where="slurm")[1]["id"])
                    wait_until(lambda: service.get(f"/api/jobs/{jobs[-1]}")[1].get("slurm") == str(71 + k))
                service.kill()
                service.start()
                self.assertEqual(service.wait(jobs[1])["state"], "interrupted")
                for job in (jobs[0], jobs[2]):
                    self.assertEqual(service.ask("POST", f"/api/jobs/{job}/cancel")[0], 200)
                for job in (jobs[0], jobs[2]):
                    self.assertEqual(service.get(f"/api/jobs/{job}")[1]["state"], "stopping")
                with open(script + ".asked") as file:
                    asked = file.read().splitlines()
                self.assertLessEqual(len(asked), 4)  # when it begins and every ten seconds, however many they are
                self.assertIn(f"--user={os.getuid()}", asked[0])

                def cancelled():
                    if not os.path.exists(script + ".cancelled"):
                        return []
                    with open(script + ".cancelled") as file:
                        return sorted(file.read().split())

                wait_until(lambda: cancelled() == ["71", "73"])
            finally:
                service.stop()

    def test_the_command_line_talks_to_it(self):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "ARCUATE_TOKEN_FILE": os.path.join(self.service.folder, "token")}
            url = f"http://127.0.0.1:{self.service.port}"

            def arcuate(*words, **rest):
                return subprocess.run([PROGRAM, "submit", "--to", url, *words], cwd=folder, capture_output=True,
                                      text=True, env=rest.get("env", environment))

            with open(os.path.join(folder, "mine.yml"), "w") as file:
                file.write(study().replace("builtin: 20", "weights: w.txt, lengths: w.txt"))
            with open(os.path.join(folder, "w.txt"), "w") as file:
                file.write("0 1 2\n1 0 1\n2 1 0\n")
            run = arcuate("mine.yml", "--name", "by hand", "--set", "coupling.gain=0.1")
            self.assertEqual(run.returncode, 0, run.stderr)
            job = run.stdout.split()[1]
            self.assertEqual(arcuate("--watch", job).returncode, 0)
            self.assertIn("by hand", arcuate("--list").stdout)
            self.assertEqual(arcuate("--fetch", job, "-o", "there").returncode, 0)
            self.assertTrue(os.path.exists(os.path.join(folder, "there", "study.h5")))
            self.assertEqual(arcuate("--cancel", job).returncode, 2)
            wrong = arcuate("--list", env={**environment, "ARCUATE_TOKEN": "wrong"})
            self.assertEqual(wrong.returncode, 2)
            self.assertIn("token is missing or wrong", wrong.stderr)


class Restart(unittest.TestCase):
    def test_jobs_live_on_when_the_service_is_killed(self):
        service = Service(None, "--cores", "2", "--memory", "1", environment={"ARCUATE_TOKEN": "of a client"})
        try:
            text = long_study("outlives")
            job = service.submit(text, key="outlives")[1]["id"]
            other = service.submit(text.replace("outlives", "dies"))[1]["id"]
            waiting = service.submit(study(title="waits"))[1]["id"]
            for one in (job, other):
                while service.wait(one, ("running",))["progress"] == 0:
                    time.sleep(0.05)
            service.kill()
            before = service.running()
            self.assertEqual(len(before), 2)
            for process in before:
                with open(f"/proc/{process}/environ", "rb") as file:
                    self.assertNotIn(b"ARCUATE_TOKEN=", file.read())
            victim = next(process for process in before if other in os.readlink(f"/proc/{process}/cwd"))
            os.kill(victim, signal.SIGKILL)
            # As if it had been killed between the start of a process and its note, and amid submissions.
            queue = sqlite3.connect(os.path.join(service.folder, "queue.db"))
            with queue:
                body = json.loads(queue.execute("SELECT body FROM jobs WHERE id = ?", (job,)).fetchone()[0])
                self.assertIn(body["process"], before)
                queue.execute("UPDATE jobs SET body = ? WHERE id = ?", (json.dumps({**body, "process": 0, "process_start": 0}), job))
            queue.close()
            begun = [os.path.join(service.folder, *name) for name in (("incoming", "a" * 32), ("jobs", "b" * 16))]
            for folder in begun:
                os.makedirs(os.path.join(folder, "files"))
            service.start()
            self.assertEqual([folder for folder in begun if os.path.exists(folder)], [])
            self.assertEqual(service.get(f"/api/jobs/{job}")[1]["state"], "running")
            status, again = service.submit(text, key="outlives")
            self.assertEqual((status, again["id"]), (200, job))
            lost = service.wait(other)
            self.assertEqual((lost["state"], lost["resumable"]), ("interrupted", True), lost)
            self.assertEqual(service.ask("POST", f"/api/jobs/{other}/resume")[0], 200)
            for one in (job, other, waiting):
                self.assertEqual(service.wait(one)["state"], "done")
            wanted = without_service(text)
            for one in (job, other):
                self.assertEqual(samples(os.path.join(service.folder, "jobs", one, "files", "study.h5")), wanted)
        finally:
            service.stop()

    def test_a_job_that_ended_meanwhile_is_done(self):
        service = Service(None, "--cores", "1", "--memory", "1")
        try:
            job = service.submit(long_study())[1]["id"]
            service.wait(job, ("running",))
            service.kill()
            while service.running():
                time.sleep(0.05)
            service.start()
            self.assertEqual(service.wait(job)["state"], "done")
        finally:
            service.stop()

    def test_one_folder_one_service(self):
        service = Service(None)
        try:
            run = subprocess.run([PROGRAM, "serve", service.folder, "--port", "0"], capture_output=True, text=True,
                                 timeout=300)
            self.assertEqual(run.returncode, 3)
            self.assertIn("another service", run.stderr)
        finally:
            service.stop()


class FullDisk(unittest.TestCase):
    def test_a_full_disk_loses_nothing_and_says_so(self):
        folder = tempfile.mkdtemp(prefix="arcuate-disk-")
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], stderr=subprocess.DEVNULL).returncode:
            os.rmdir(folder)
            self.skipTest("a small disk cannot be mounted here")
        try:
            os.mkdir(os.path.join(folder, "service"))
            service = Service(os.path.join(folder, "service"), "--cores", "1", "--memory", "1")
            try:
                first = service.submit(study())[1]["id"]
                self.assertEqual(service.wait(first)["state"], "done")
                other = os.open(os.path.join(folder, "other"), os.O_WRONLY | os.O_CREAT)
                try:
                    while True:
                        os.write(other, b"0" * 4096)
                except OSError:
                    os.close(other)
                big = [("big.npy", b"0" * 200000)]
                self.assertEqual(service.submit(study(), big)[0], 507)
                self.assertEqual(service.submit(study())[0], 507)
                self.assertEqual([job["id"] for job in service.get("/api/jobs")[1]["jobs"]], [first])
                os.remove(os.path.join(folder, "other"))
                status, job = service.submit(study(), key="after")
                self.assertEqual(status, 201, job)
                self.assertEqual(service.wait(job["id"])["state"], "done")
                self.assertEqual(service.get(f"/api/jobs/{first}")[1]["state"], "done")
            finally:
                service.stop()
        finally:
            subprocess.run(["umount", "-l", folder])
            os.rmdir(folder)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
