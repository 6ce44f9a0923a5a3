#!/usr/bin/env python3
"""The service's page in a real browser, as a user goes through it.

    check_page.py ARCUATE             starts a service of its own
    check_page.py --at URL --token T  asks a running one
    --shots FOLDER                    leaves pictures of all views, light and dark, 1280 and 360 wide

Exit code 77 where there is no Chromium. Prints what was wrong, a line each.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from browser import Browser

HERE = pathlib.Path(__file__).resolve().parent
HOSTILE = "<img src=x onerror=\"window.taken=1\">'\"&amp;"
STUDY = """title: {title}
connectome: {{ builtin: 12, normalize: row_sum, speed: 4 mm/ms }}   # small
model:
  name: SupHopf
  parameters: {{ a: 0.02, omega: 0.0628 rad/ms }}
coupling: {{ name: difference, gain: 0.02 }}
integrator: {{ method: heun, dt: 0.1 ms }}
noise: {{ x: 0.01 }}
seed: 42
duration: 2 s
monitors:
  - {{ kind: temporal_average, variables: [x], period: 4 ms }}
output: run.h5
"""
SWEEP = STUDY + """features: [{{ kind: kuramoto }}]
sweep:
  coupling.gain: [0.01, 0.02, 0.03]
  model.parameters.a: [0.01, 0.02]
"""
FIT = STUDY.replace("duration: 2 s", "duration: 1 s") + """fit:
  vary: {{ coupling.gain: [0.01, 0.2], model.parameters.a: [-0.02, 0.05] }}
  minimise: [{{ loss: fc_corr, source: temporal_average, target: fc.txt }}]
  islands: [{{ method: de, share: 2 }}, lshade]
  budget: 90
"""
CORRELATIONS = "".join(" ".join("1" if i == k else "0.{}".format(1 + (i * k) % 7) for k in range(12)) + "\n" for i in range(12))
# Roles that a screen reader announces by their names.
NAMED = {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "spinbutton", "listbox", "img", "image", "region", "progressbar", "Iframe", "table", "heading"}


class Service:
    """`arcuate serve` on a free port, in a folder of its own, as behind a proxy that puts something before all paths."""

    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix="arcuate-service-")
        self.process = subprocess.Popen([program, "serve", self.folder, "--port", "0", "--base-path", "/lab"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.address = None
        for line in self.process.stdout:
            found = re.search(r"http://[^\s]+", line)
            if found:
                self.address = found.group(0).rstrip("/.,") + "/"
                break
        if not self.address:
            raise RuntimeError("the service did not say where it is")
        self.token = pathlib.Path(self.folder, "token").read_text().strip()

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Visit:
    def __init__(self, browser, address, token, shots):
        self.b, self.address, self.token, self.shots, self.wrong = browser, address, token, shots, []

    def want(self, what, condition):
        if not condition:
            self.wrong.append(what)

    def audit(self, view):
        """Names, roles, contrasts and widths of what is shown; with pictures in every size and colour."""
        script = (HERE / "page_audit.js").read_text().split("\n", 1)[1]
        for width in (1280, 360):
            for dark in (False, True) if self.shots else (width == 1280,):
                self.b.size(width, 900, dark)
                time.sleep(0.15)
                where = "{}, {} wide, {}".format(view, width, "dark" if dark else "light")
                self.wrong += [where + ": " + w for w in self.b.run("(" + script + ")()")]
                if self.shots:
                    time.sleep(0.5)
                    self.frames(where)
                    self.b.shot("{}/{}_{}{}.png".format(self.shots, view, width, "_dark" if dark else ""))
        self.b.size(1280, 900)
        for node in self.b.call("Accessibility.getFullAXTree")["nodes"]:
            role, name = node.get("role", {}).get("value"), node.get("name", {}).get("value", "")
            if not node.get("ignored") and role in NAMED and not name.strip():
                self.wrong.append("{}: a {} without a name".format(view, role))

    def frames(self, where):
        """Every frame has its report, and no words about one that is still being made."""
        for k in range(self.b.run("document.querySelectorAll('.framed').length")):
            self.b.run("document.querySelectorAll('.framed')[{}].scrollIntoView()".format(k))
            self.b.wait("document.querySelectorAll('.framed > p')[{}].hidden".format(k))
            self.want(where + ": frame {} is empty".format(k), self.b.seen(".framed", k))

    def log_in(self):
        b = self.b
        b.go(self.address)
        b.wait("document.querySelector('input[type=password]')")
        self.audit("login")
        b.type("input[type=password]", "not the token")
        b.press("Enter", 13, "\r")
        b.wait("document.querySelector('.problem') && document.querySelector('.problem').textContent.includes('does not know this token')")
        b.type("input[type=password]", self.token)
        b.press("Enter", 13, "\r")
        b.wait("document.querySelector('h1') && document.querySelector('h1').textContent === 'Jobs'")
        kept = b.run("document.cookie + location.href + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
        self.want("scripts can read the token", self.token not in kept)

    def by_keyboard(self):
        b = self.b
        b.go(self.address + "?keys#/jobs")
        b.wait("document.querySelector('h1')")
        b.press("Tab", 9)
        self.want("the first stop is the skip link", b.run("document.activeElement.className") == "skip")
        b.press("Enter", 13, "\r")
        self.want("the skip link leads to the content", b.run("document.activeElement.id") == "view")

    def logic(self):
        script = (HERE / "page_logic.js").read_text().split("\n", 1)[1]
        self.wrong += ["form and text: " + w for w in self.b.run("(" + script + ")()")]

    def text(self, script="document.querySelector('#study-text').value"):
        return self.b.run(script)

    def set_text(self, text):
        self.b.type("#study-text", text)

    def write(self):
        """The form and the text, what is wrong beside its key, a file that is dropped; then the job."""
        b = self.b
        b.go(self.address + "?write#/new")
        b.wait("document.querySelector('#study-text')")
        self.set_text(STUDY.format(title="written"))
        b.wait("document.querySelector('.verdict.good')")
        b.wait("document.querySelector('[data-key=\"coupling.gain\"]').value === '0.02'")
        b.type("[data-key='coupling.gain']", "0.03")
        self.want("the text follows the form, and keeps its comments", "gain: 0.03 }" in self.text() and "# small" in self.text())
        b.type("[data-key='coupling.gain']", "3 mV")
        b.wait("document.querySelector('[data-wrong=\"coupling.gain\"]').textContent.length > 5 && document.querySelector('[data-key=\"coupling.gain\"]').ariaInvalid === 'true'")
        self.want("what is wrong is told to screen readers", b.run("document.querySelector('#checked').ariaLive === 'polite' && document.querySelector('#checked').textContent.includes('error')"))
        b.type("[data-key='coupling.gain']", "0.03")
        self.set_text(self.text().replace("seed:", "sead:"))
        b.wait("document.querySelector('#checked').textContent.includes(\"did you mean 'seed'\")")
        self.set_text(self.text().replace("sead:", "seed:"))
        b.wait("document.querySelector('.verdict.good')")
        good = self.text()
        self.set_text(good + "broken: [1\n")
        b.wait("document.querySelector('.verdict.bad') && document.querySelector('#form').inert")
        self.set_text(good)
        b.wait("!document.querySelector('#form').inert && document.querySelector('.verdict.good')")
        b.run("(e => { e.value = 'Kuramoto'; e.dispatchEvent(new Event('change')); })(document.querySelector('[data-key=\"model.name\"]'))")
        b.wait("document.querySelector('#about-model summary').textContent === 'About Kuramoto'")
        self.want("the model goes into the text", "name: Kuramoto" in self.text())
        self.set_text(STUDY.format(title="written"))
        b.wait("document.querySelector('.verdict.good')")
        self.audit("new")

    def drop(self):
        b = self.b
        rows = "\\n".join(",".join("0" if i == k else "0.{}".format(1 + (i * k) % 7) for k in range(9)) for i in range(9))
        b.run("(e => { const t = new DataTransfer(); t.items.add(new File(['" + rows + "\\n'], 'mine.csv')); e.dispatchEvent(new DragEvent('drop', {dataTransfer: t, bubbles: true, cancelable: true})); })(document.querySelector('.drop'))")
        b.wait("document.querySelector('#preview canvas')")
        self.want("the dropped connectome is in the study", "file: mine.csv" in self.text() and "builtin" not in self.text())
        b.wait("document.querySelector('.verdict.good') || document.querySelector('#checked .messages')")
        self.audit("connectome")
        b.run("[...document.querySelectorAll('.files button')].forEach(e => e.click())")

    def submit(self):
        """From the button to the report."""
        b = self.b
        self.set_text(STUDY.format(title="written"))
        b.wait("document.querySelector('.verdict.good')")
        b.type("#run-title ~ * input[type=text], section[aria-labelledby=run-title] input[type=text]", HOSTILE)
        b.run("document.querySelector('#submit').click()")
        b.wait("location.hash.startsWith('#/jobs/')")
        b.wait("document.querySelector('h1') && document.querySelector('h1').textContent === " + json.dumps(HOSTILE))
        b.wait("document.querySelector('.summary .state') && document.querySelector('.summary .state').textContent.includes('done')")
        b.wait("document.querySelector('#live canvas')")
        b.wait("document.querySelector('iframe.report')")
        self.want("the end is told to screen readers", b.run("document.querySelector('#says').textContent.endsWith('is done')"))
        for width in (1280, 360):
            b.size(width, 740)
            self.frames("job, {} wide".format(width))
        b.size(1280, 900)
        self.want("what a user wrote became HTML", not b.run("document.querySelector('img[src=x]') || window.taken ? true : false"))
        job = b.run("location.hash").split("/")[-1]
        self.audit("job")
        return job

    def report(self, job):
        b = self.b
        b.go(self.address + "api/jobs/" + job + "/report")
        b.wait("document.querySelectorAll('canvas').length > 3")
        self.want("the report is not complete", not b.run("document.querySelectorAll('.problem').length"))
        self.want("a report reaches the service", b.run("window.origin") == "null")

    def post_job(self, text, verb, name, files=()):
        return self.b.run("""(async () => {
          const form = new FormData();
          form.append("study", new File([%s], "study.yml"));
          for (const [k, v] of Object.entries(%s)) form.append("file", new File([v], k));
          for (const [k, v] of Object.entries({verb: %s, ranks: 1, threads: 1, where: "local", name: %s})) form.append(k, v);
          const answer = await fetch("api/jobs", {method: "POST", body: form, headers: {"Idempotency-Key": Math.random().toString(36)}});
          const job = await answer.json();
          if (!job.id) throw new Error(JSON.stringify(job));
          return job.id;
        })()""" % tuple(json.dumps(one) for one in (text, dict(files), verb, name)))

    def sweep(self):
        """A map whose cells open studies, by mouse and from the table."""
        b = self.b
        b.go(self.address + "?sweep#/jobs")
        b.wait("document.querySelector('table')")
        job = self.post_job(SWEEP.format(title="swept"), "sweep", "swept")
        b.go(self.address + "?map#/jobs/" + job)
        b.wait("document.querySelector('.summary .state') && document.querySelector('.summary .state').textContent.includes('done')")
        b.wait("document.querySelector('#grid canvas')")
        self.want("every candidate is in the table", b.run("document.querySelectorAll('#sweep tbody a').length") == 6)
        choices = b.run("[...document.querySelectorAll('#grid-tools select')].map(e => [...e.options].map(o => o.textContent).join())")
        self.want("features are quantities of the map, parameters its axes: " + str(choices), "kuramoto.metastability" in choices[0] and choices[1] == "gain,a")
        self.audit("sweep")
        b.run("(e => { const r = e.getBoundingClientRect(); e.dispatchEvent(new MouseEvent('click', {clientX: r.left + r.width / 3, clientY: r.top + r.height / 3, bubbles: true})); })(document.querySelector('#grid canvas'))")
        b.wait("document.querySelector('#study-text')")
        self.want("a cell opens its study", re.search(r"gain: 0\.0[123]", self.text()) and "sweep" not in self.text())
        return job

    def live(self):
        """A run that is watched: what it tells, what it has so far, and its end when it is cancelled."""
        b = self.b
        b.go(self.address + "?watch#/jobs")
        b.wait("document.querySelector('table')")
        job = self.post_job(STUDY.format(title="long").replace("2 s", "20000 s").replace("4 ms }", "40 ms }"), "simulate", "watched")
        b.go(self.address + "?live#/jobs/" + job)
        b.wait("document.querySelector('#live canvas')")
        b.wait("document.querySelector('div.running').textContent.includes('s simulated')")
        self.want("files of a run that are no business of its user", not b.run("document.querySelector('#results').textContent.includes('claim')"))
        in_use = "/: [1-9][0-9]* of [0-9]+ cores/.test(document.querySelector('#host').textContent)"
        b.wait(in_use)
        self.audit("live")
        b.run("[...document.querySelectorAll('button')].find(one => one.textContent === 'Cancel').click()")
        b.wait("document.querySelector('.summary .state').textContent.includes('cancelled')")
        b.wait("!" + in_use)

    def fit(self):
        b = self.b
        job = self.post_job(FIT.format(title="fitted"), "fit", "fitted", {"fc.txt": CORRELATIONS})
        b.go(self.address + "?fit#/jobs/" + job)
        b.wait("document.querySelector('.summary .state') && document.querySelector('.summary .state').textContent.includes('done')")
        b.wait("document.querySelector('#convergence canvas')")
        counts = "[...document.querySelectorAll('#islands tr')].slice(1).map(row => +row.cells[1].textContent)"
        b.wait(counts + ".reduce((sum, n) => sum + n, 0) === 90")
        counts = b.run(counts)
        self.want("candidates by island: " + str(counts), len(counts) == 2 and counts[0] > counts[1] > 0)
        b.wait("document.querySelector('#best-title') && document.querySelector('#grid canvas')")
        self.audit("fit")

    def others(self, one, other):
        b = self.b
        b.go(self.address + "?all#/jobs")
        b.wait("document.querySelectorAll('tbody tr').length >= 2")
        self.audit("jobs")
        b.go(self.address + "?models#/models")
        b.wait("document.querySelectorAll('tbody tr').length > 10")
        self.audit("models")
        b.go(self.address + "?model#/models/JansenRit")
        b.wait("document.querySelector('main').innerText.includes('10.1007/BF00199471')")
        self.audit("model")
        b.go(self.address + "?compare#/compare?jobs=" + one + "," + other)
        b.wait("document.querySelectorAll('iframe.report').length === 2")
        self.want("differences of the studies", b.run("document.querySelector('#differences-title').parentElement.parentElement.innerText.includes('sweep.coupling')"))
        self.audit("compare")
        b.run("[...document.querySelectorAll('button')].find(one => one.textContent === 'Put them on one page').click()")
        b.wait("[...document.querySelectorAll('a')].some(one => one.textContent === 'Open the comparison')")
        b.go(b.run("[...document.querySelectorAll('a')].find(one => one.textContent === 'Open the comparison').href"))
        b.wait("document.querySelectorAll('iframe').length === 2")
        reports = "performance.getEntriesByType('resource').filter(one => one.name.endsWith('/report'))"
        b.wait(reports + ".length === 2")
        self.want("the comparison shows reports", b.run(reports + ".every(one => one.responseStatus === 200)"))

    def leave(self):
        b = self.b
        b.go(self.address + "?leave#/jobs")
        b.wait("!document.querySelector('#leave').hidden")
        b.run("document.querySelector('#leave').click()")
        b.wait("document.querySelector('input[type=password]')")
        b.go(self.address + "?left#/jobs")
        b.wait("document.querySelector('input[type=password]')")


    def whole(self):
        try:
            self.log_in()
            self.by_keyboard()
            self.logic()
            self.write()
            self.drop()
            job = self.submit()
            self.others(job, self.sweep())
            self.live()
            self.fit()
            self.report(job)
            self.leave()
        except (TimeoutError, RuntimeError) as problem:
            self.wrong.append(str(problem))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?")
    parser.add_argument("--at")
    parser.add_argument("--token")
    parser.add_argument("--shots")
    arguments = parser.parse_args()
    if not shutil.which("chromium"):
        print("skipped: there is no chromium")
        return 77
    service = None if arguments.at else Service(os.path.abspath(arguments.program))
    try:
        with Browser() as browser:
            browser.call("Emulation.setScrollbarsHidden", hidden=True)
            visit = Visit(browser, arguments.at or service.address, arguments.token or service.token, arguments.shots)
            visit.whole()
            # Answers of 401 and 403 before the log-in are as they should be.
            visit.wrong += ["in the browser: " + p for p in dict.fromkeys(browser.problems) if not re.search(r"status of 40[13]", p)]
    finally:
        if service:
            service.close()
    print("\n".join(visit.wrong) or "the page is right")
    return 1 if visit.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
