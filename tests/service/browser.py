"""A headless Chromium that is steered through its devtools protocol over pipes, with Python's standard library alone."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import zlib


def colours_of(picture):
    """Bytes that differ among those of a PNG's filtered rows: few where there is little to see."""
    at, packed = 8, b""
    while at < len(picture):
        size = int.from_bytes(picture[at:at + 4], "big")
        if picture[at + 4:at + 8] == b"IDAT":
            packed += picture[at + 8:at + 8 + size]
        at += size + 12
    return set(zlib.decompress(packed))


class Browser:
    """One page. `problems`: what its scripts threw, what its policy refused, what it logged as an error."""

    def __init__(self, width=1280, height=900, dark=False):
        to_browser, from_browser = os.pipe(), os.pipe()
        self.profile = tempfile.mkdtemp(prefix="arcuate-page-")
        self.problems, self.events, self.number, self.rest = [], [], 0, b""
        arguments = [
            "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--user-data-dir=" + self.profile, "about:blank",
        ]
        # The browser reads its descriptor 3 and writes its descriptor 4; high numbers first, lest one covers the other.
        wire = 'exec "$@" 3<&{} 4>&{}'.format(to_browser[0], from_browser[1])
        self.process = subprocess.Popen(["bash", "-c", wire, "bash"] + arguments, pass_fds=(to_browser[0], from_browser[1]), stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        os.close(to_browser[0])
        os.close(from_browser[1])
        self.write_end, self.read_end = to_browser[1], from_browser[0]
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.call(domain + ".enable")
        self.size(width, height, dark)

    def close(self):
        self.session = None
        try:
            self.call("Browser.close", seconds=5)
        except Exception:
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def size(self, width, height, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def receive(self, until):
        while b"\0" not in self.rest:
            if not select.select([self.read_end], [], [], max(0.0, until - time.time()))[0]:
                raise TimeoutError("the browser does not answer")
            more = os.read(self.read_end, 1 << 20)
            if not more:
                raise EOFError("the browser has ended")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def note(self, message):
        method, inside = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            about = inside["exceptionDetails"]
            self.problems.append(about.get("exception", {}).get("description", about["text"]))
        elif method == "Log.entryAdded" and inside["entry"]["level"] == "error":
            self.problems.append(inside["entry"]["text"] + " " + inside["entry"].get("url", ""))

    def call(self, method, seconds=120, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.write_end, json.dumps(request).encode() + b"\0")
        until = time.time() + seconds
        while True:
            message = self.receive(until)
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(method + ": " + message["error"]["message"])
                return message["result"]
            self.note(message)

    def run(self, script):
        """The value of a JavaScript expression, which may be a promise."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", script))
        return answer["result"].get("value")

    def go(self, address):
        self.call("Page.navigate", url=address)

    def wait(self, condition, seconds=120):
        """Until a JavaScript expression is true; its value."""
        until = time.time() + seconds
        while time.time() < until:
            try:
                value = self.run("(v => v instanceof Node ? true : v)(" + condition + ")")
                if value:
                    return value
            except RuntimeError:  # the page is on its way
                pass
            time.sleep(0.05)
        raise TimeoutError("not within {} s: {}\n{}\n{}".format(seconds, condition, self.problems, self.run("document.body.innerText")[:2000]))

    def type(self, selector, text):
        """As from a keyboard: the input has the focus, and its old text goes."""
        self.run("(e => { e.focus(); e.select && e.select(); })(document.querySelector(" + json.dumps(selector) + "))")
        self.call("Input.insertText", text=text)

    def press(self, key, code=0, text=""):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=text if kind == "keyDown" else "")

    def shot(self, path):
        """A picture of the whole page. What a frame shows is drawn when it can be seen, not before."""
        with open(path, "wb") as out:
            out.write(base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True, format="png")["data"]))

    def seen(self, selector, number=0, seconds=120):
        """Whether there comes to be something to see in an element after it has been scrolled to: more than its background."""
        script = "(e => {{ e.scrollIntoView(); const r = e.getBoundingClientRect(); return {{x: r.x, y: r.y, width: r.width, height: Math.min(r.height, innerHeight - r.y), scale: 1}}; }})(document.querySelectorAll({})[{}])"
        clip = self.run(script.format(json.dumps(selector), number))
        until = time.time() + seconds
        while time.time() < until:
            picture = base64.b64decode(self.call("Page.captureScreenshot", clip={**clip, "y": clip["y"] + self.run("scrollY")}, format="png")["data"])
            if len(colours_of(picture)) > 64:
                return True
            time.sleep(0.1)
        return False
