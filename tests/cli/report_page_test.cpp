#include <filesystem>

#include "places.hpp"
#include "support.hpp"

/// Reports as a browser shows them; skipped where there is none.
namespace arcuate::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* pulsed_study = R"(title: two models and a pulse
connectome: { generator: { name: spatial, regions: 21, degree: 6, seed: 3 }, speed: 4 mm/ms }
models:
  - name: MontbrioPazoRoxin
    regions: rest
    source: r
    target: c_r
    initial: { r: 0.1, V: [-2.5, -1.5] }
    noise: { V: 0.05 }
    stimuli:
      - { target: c_r, regions: [2], equation: { name: pulse, onset: 20 ms, duration: 5 ms } }
  - { name: Thalamus, regions: [4, 11-12], source: Q_t, target: c }
coupling: { name: linear, gain: 0.1 }
integrator: { method: heun, dt: 0.05 ms }
duration: 60 ms
monitors:
  - { kind: raw, variables: [r, V_t], period: 1 ms }
output: r.h5
)";

constexpr const char* phases = R"(title: phases
connectome: { generator: { name: spatial, regions: 8, degree: 4, seed: 3 }, speed: 4 mm/ms }
model: { name: Kuramoto, parameters: { omega: 0.0628 rad/ms } }
coupling: { name: kuramoto, gain: 0.02 }
integrator: { method: heun, dt: 0.1 ms }
noise: { theta: 0.1 }
duration: 500 ms
monitors:
  - { kind: raw, variables: [theta], period: 1 ms }
output: r.h5
)";

constexpr const char* scalp = R"(title: scalp
connectome: { generator: { name: spatial, regions: 8, degree: 4, seed: 3 }, speed: 4 mm/ms }
model: { name: JansenRit }
coupling: { name: sigmoidal_jansen_rit, gain: 10 }
integrator: { method: heun, dt: 0.5 ms }
duration: 2 s
monitors:
  - { kind: eeg, variables: [psp], period: 4 ms, forward: sphere, sensors: sensors.txt,
      sphere: { centre: [0, 0, 0], radius: 90 mm }, conductivity: 0.33 S/m, scale: 10 }
output: r.h5
)";

class ReportPage : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v chromium > /dev/null 2>&1") != 0)
      GTEST_SKIP() << "there is no chromium";
  }

  /// The page as a browser leaves it, after `script` has run in it.
  std::string shown(const std::string& text, const std::string& script) {
    folder_.write("study.yml", text);
    EXPECT_EQ(folder_.arcuate("simulate study.yml --quiet").code, 0);
    EXPECT_EQ(folder_.arcuate("report r.h5").code, 0);
    return shown_page("r.html", script);
  }
  std::string shown_page(const std::string& page, const std::string& script) {
    folder_.write("page.html", content(folder_.path(page)) + "<script>" + script + "</script>");
    const Outcome browser =
        folder_.shell(ARCUATE_UNLESS_HUNG
                      "chromium --headless --no-sandbox --disable-gpu --dump-dom "
                      "file://$PWD/page.html");
    EXPECT_EQ(browser.code, 0) << browser.err;
    return browser.out;
  }

  Folder folder_;
};

// Every figure as SVG, and how large it is as PNG.
constexpr const char* export_all = R"(
const found = document.createElement("pre");
found.id = "found";
found.textContent = drawings.length + " figures, " + drawings.filter(d => d.png().width > 600).length + " PNG, " +
  drawings.filter(d => new DOMParser().parseFromString(d.svg(), "image/svg+xml").querySelectorAll("parsererror").length === 0).length +
  " SVG " + drawings.map(d => d.svg()).join("");
document.body.appendChild(found);
)";

TEST_F(ReportPage, DrawsAndExportsEveryFigureOfSeveralModelsAndAStimulus) {
  const std::string dom = shown(pulsed_study, export_all);
  EXPECT_THAT(dom, Not(HasSubstr("class=\"problem\"")));
  EXPECT_THAT(dom, HasSubstr("id=\"found\">8 figures, 8 PNG, 8 SVG "));
  EXPECT_THAT(dom, HasSubstr("18 of 21 regions have r"));
  EXPECT_THAT(dom, HasSubstr("\xE2\x97\x8F c_r")) << "the stimulus above the traces";
}

TEST_F(ReportPage, DrawsAndExportsEveryFigureOfPhases) {
  const std::string dom = shown(phases, export_all);
  EXPECT_THAT(dom, Not(HasSubstr("class=\"problem\"")));
  EXPECT_THAT(dom, HasSubstr("id=\"found\">9 figures, 9 PNG, 9 SVG "));
  EXPECT_THAT(dom, HasSubstr("Phase locking"));
}

TEST_F(ReportPage, DrawsAndExportsSpikesAndAttractors) {
  const std::string dom = shown(
      "title: spikes\nspiking: { clusters: 3, neurons: [96, 24], background: [24, 6], monitors: [ "
      "{ kind: rates, period: 1 ms } ], analysis: { minimum: 2 ms }, perturbation: { rate: { "
      "populations: [E0, E2], vectors: [[1, -1]], coefficients: [2], begin: 2 s, end: 3 s } } "
      "}\nduration: 6 s\noutput: "
      "r.h5\n",
      std::string("rasterChart.canvas.dispatchEvent(new MouseEvent('dblclick'));") + export_all);
  EXPECT_THAT(dom, Not(HasSubstr("class=\"problem\"")));
  EXPECT_THAT(
      dom,
      HasSubstr(
          "spikes from 0 to 6 s are drawn: all of 60 of 120 neurons; rates are means of 20 ms"));
  EXPECT_THAT(dom, HasSubstr("external rate is perturbed, from 2 to 3 s"));
  EXPECT_THAT(dom, HasSubstr("Transitions"));
  EXPECT_THAT(dom, HasSubstr("id=\"found\">8 figures, 8 PNG, 8 SVG "));
}

TEST_F(ReportPage, DrawsTheSpikesOfTheBestCandidateOfAFit) {
  folder_.write("s.yml",
                "spiking: { clusters: 3, neurons: [96, 24], background: [24, 6] }\nduration: 500 "
                "ms\nfit: { vary: { spiking.nu_ext: [5, 9] }, minimise: [{ loss: squared, source: "
                "spikes.rate_E, target: 60 Hz }], budget: 4 }\n");
  ASSERT_EQ(folder_.arcuate("fit s.yml --quiet").code, 0);
  ASSERT_EQ(folder_.arcuate("report s.fit").code, 0);
  const std::string dom = shown_page("s.fit/report.html", export_all);
  EXPECT_THAT(dom, Not(HasSubstr("class=\"problem\"")));
  EXPECT_THAT(dom, HasSubstr("spikes from 0 to 0.5 s are drawn; rates are means"));
}

TEST_F(ReportPage, DrawsAndExportsASurface) {
  const std::string examples = ARCUATE_SOURCE "/jobs/examples/";
  for (const char* name : {"sphere.surf.gii", "sphere.label.gii", "electrodes_19.txt"})
    std::filesystem::copy_file(examples + name, folder_.path(name));
  std::string study = content(examples + "surface.yml");
  study.replace(study.find("surface.h5"), 10, "r.h5");
  const std::string dom = shown(study, export_all);
  EXPECT_THAT(dom, Not(HasSubstr("class=\"problem\"")));
  EXPECT_THAT(dom, HasSubstr("512 triangles; x to the right"));
  EXPECT_THAT(dom, HasSubstr("id=\"found\">7 figures, 7 PNG, 7 SVG "));
  const std::string places = shown_page("r.html", R"(
const of = byId("brain").querySelector("select"), pre = document.createElement("pre");
of.value = [...of.options].findIndex(o => o.text === "mean");
of.onchange();
const words = scale => scale.ticks.map(scale.words).join(" ");
pre.textContent = words(scaleOf(0.9992, 0.9997, false, 3)) + "; " + words(scaleOf(-1.65, -1.2, true, 7)) + "; " + words(scaleOf(-3, 0, true, 7));
document.body.appendChild(pre);)");
  EXPECT_THAT(places, HasSubstr("200 of 258 vertices; right hemisphere: ringed; x to the right"));
  // Neighbours differ, and are round numbers.
  EXPECT_THAT(places, HasSubstr("<pre>0.9992 0.9994 0.9996; 0.04 0.06; "
                                "10\xE2\x81\xBB\xC2\xB3 10\xE2\x81\xBB\xC2\xB2 "));
}

TEST_F(ReportPage, DrawsAndExportsTheScalpOfElectrodes) {
  folder_.write("sensors.txt", "Fpz 0 90 0\nOz 0 -90 0\nT7 -90 0 0\nT8 90 0 0\nCz 0 0 90\n");
  const std::string dom = shown(scalp, export_all);
  EXPECT_THAT(dom, Not(HasSubstr("class=\"problem\"")));
  EXPECT_THAT(dom, HasSubstr("aria-label=\"Scalp map of variance\""));
  EXPECT_THAT(dom, HasSubstr("between 5 sensors; nose by the names of electrodes"));
  EXPECT_THAT(dom, HasSubstr("id=\"found\">8 figures, 8 PNG, 8 SVG "));
}

// More variables of regions than are shown, and electrodes behind them; more features than one.
TEST_F(ReportPage, ShowsEveryKindOfSignalAndOfFeature) {
  folder_.write("sensors.txt", "Fpz 0 90 0\nOz 0 -90 0\nT7 -90 0 0\nT8 90 0 0\nCz 0 0 90\n");
  const std::string many =
      std::string(scalp).insert(std::string(scalp).find("output:"),
                                "  - { kind: raw, period: 4 ms }\n"
                                "  - { kind: temporal_average, period: 4 ms }\n"
                                "features:\n"
                                "  - { kind: autocorrelation_time, monitor: eeg }\n"
                                "  - { kind: psd, monitor: eeg, segment: 0.5 }\n"
                                "  - { kind: moments, monitor: eeg }\n"
                                "  - { kind: fcd, monitor: eeg, window: 0.4, step: 0.1 }\n");
  const std::string dom = shown(many, R"(
    const pre = document.createElement("pre"), figures = [];
    const draw = (id, k) => { byId(id).value = k; byId(id).onchange(); return drawings.map(d => d.svg()).join(""); };
    const options = id => [...byId(id).options].map(o => o.text);
    const all = options("feature-array").map((name, k) => name + ": " + [...draw("feature-array", k).matchAll(/>([^<>]*\[(?:s|Hz|10. mV|mV.)[^<>]*)</g)].map(m => m[1]).join(", "));
    draw("activity-variable", options("activity-variable").findIndex(o => o.startsWith("eeg")));
    pre.textContent = "traces of eeg: " + options("trace-series").filter(o => o.startsWith("eeg")).length + "; scalp: " + !byId("scalp").hidden + "; " + all.join("; ");
    document.body.appendChild(pre);)");
  EXPECT_THAT(dom, Not(HasSubstr("class=\"problem\"")));
  EXPECT_THAT(dom, HasSubstr("traces of eeg: 1; scalp: true; "));
  for (const char* name : {"autocorrelation_time \u00b7 decay: ", "fcd: ", "psd \u00b7 power: ",
                           "moments \u00b7 mean: "})
    EXPECT_THAT(dom, HasSubstr(name));
  EXPECT_THAT(dom, HasSubstr("window [s]"));
  EXPECT_THAT(dom, HasSubstr("frequency [Hz]"));
  EXPECT_THAT(dom, HasSubstr("mV\u00b2/Hz"));
}

constexpr const char* searched = R"(title: searched </script><b>x
connectome: { builtin: 6 }
model: { name: MontbrioPazoRoxin, parameters: { eta: -4.6 } }
coupling: { name: linear, gain: 0.2 }
integrator: { method: heun, dt: 0.1 ms }
noise: { V: { sigma: 0.001 } }
duration: 60 ms
seed: 3
monitors: [ { kind: raw, variables: [r], period: 1 ms } ]
features: [ { kind: fc, monitor: raw }, { kind: moments, monitor: raw } ]
output: r.h5
sweep: { coupling.gain: [0.1, 0.2, 0.3], model.parameters.eta: [-5, -4, 20], repeats: 2 }
fit:
  vary: { coupling.gain: [0.05, 0.35], model.parameters.eta: [-5.5, 4], noise.V.sigma: { log: [1e-4, 1e-2] } }
  minimise: [ { loss: timeseries_rmse, source: raw, target: true.h5 } ]
  islands: [ { method: random }, { method: cma } ]
  budget: 60
  keep: [features]
)";

TEST_F(ReportPage, DrawsAndExportsEveryFigureOfAFitWithIslandsAndFailures) {
  folder_.write("s.yml", searched);
  ASSERT_EQ(folder_.arcuate("simulate s.yml --set output=true.h5 --quiet").code, 0);
  ASSERT_EQ(folder_.arcuate("fit s.yml --quiet").code, 0);
  ASSERT_EQ(folder_.arcuate("report s.fit").code, 0);
  const std::string dom = shown_page("s.fit/report.html", export_all);
  EXPECT_THAT(dom, Not(HasSubstr("class=\"problem\"")));
  EXPECT_THAT(dom, Not(HasSubstr("<b>x")));
  EXPECT_THAT(dom, HasSubstr("id=\"found\">8 figures, 8 PNG, 8 SVG "));
  EXPECT_THAT(dom, HasSubstr("Convergence of the loss"));
  EXPECT_THAT(dom, HasSubstr("random"));
}

TEST_F(ReportPage, DrawsAndExportsEveryFigureOfAGrid) {
  folder_.write("s.yml", searched);
  ASSERT_EQ(folder_.arcuate("simulate s.yml --set output=true.h5 --quiet").code, 0);
  ASSERT_EQ(folder_.arcuate("sweep s.yml --quiet").code, 0);
  ASSERT_EQ(folder_.arcuate("report s.sweep").code, 0);
  // As a map, and as lines of the axis that `up` no longer has.
  const std::string lines =
      "grid.y = -1; const select = byId('grid-tools').querySelectorAll('select')[2]; "
      "select.value = '-1'; select.onchange();";
  const std::string map = shown_page("s.sweep/report.html", export_all);
  EXPECT_THAT(map, Not(HasSubstr("class=\"problem\"")));
  EXPECT_THAT(map, HasSubstr("id=\"found\">7 figures, 7 PNG, 7 SVG "));
  EXPECT_THAT(map, HasSubstr("aria-label=\"Map of loss\""));
  EXPECT_THAT(map, HasSubstr("gain (3) \xC3\x97 eta (3) \xC3\x97 repeat (2); 6 failed"));
  const std::string line = shown_page("s.sweep/report.html", lines + export_all);
  EXPECT_THAT(line, HasSubstr("id=\"found\">7 figures, 7 PNG, 7 SVG "));
  EXPECT_THAT(line, HasSubstr("aria-label=\"Sweep along model.parameters.eta\""));
}

// How far the drawn nullclines of W are from W = 1 - 5 V^2, and what is on the branches.
constexpr const char* look_at_steady = R"(
const [v, w] = data.plane, pieces = zeroLines(w.rate, v.values.length, w.values.length);
const off = Math.max(...pieces.map(([i, j]) => Math.abs(valueAlong(w.values, j) - 1 + 5 * valueAlong(v.values, i) ** 2)));
const folds = data.branches.bifurcation.flatMap((kind, k) => kind === "fold" ? [data.branches.parameter[k]] : []);
found.prepend((pieces.length > 20 && off < 0.05 ? "nullcline " : "no nullcline ") + folds.map(x => x.toFixed(6)).join(" ") + "; ");
)";

TEST_F(ReportPage, DrawsAndExportsEveryFigureOfSteadyStates) {
  folder_.write("alone.txt", "0\n");
  folder_.write("s.yml",
                "title: <b>rest\n"
                "connectome: { weights: alone.txt, lengths: alone.txt }\n"
                "model: { name: Generic2dOscillator, parameters: { a: 1, b: 0, c: -5 } }\n"
                "noise: { V: 0.001 }\n"
                "duration: 1 s\n"
                "steady:\n"
                "  starts: 12\n"
                "  linear_noise: {}\n"
                "  continue: { path: model.parameters.I, from: -3, to: 3 }\n");
  ASSERT_EQ(folder_.arcuate("steady s.yml --quiet").code, 0);
  ASSERT_EQ(folder_.arcuate("report s.steady.h5").code, 0);
  const std::string dom = shown_page("s.steady.html", std::string(export_all) + look_at_steady);
  EXPECT_THAT(dom, Not(HasSubstr("class=\"problem\"")));
  EXPECT_THAT(dom, Not(HasSubstr("<b>rest")));
  // -V^3 - 2 V^2 + 1 + I has a double root at V = 0 and at V = -4/3.
  EXPECT_THAT(dom,
              HasSubstr("id=\"found\">nullcline 0.185185 -1.000000; 4 figures, 4 PNG, 4 SVG "));
  EXPECT_THAT(dom, HasSubstr("<td class=\"name\">saddle</td>"));
  EXPECT_THAT(dom, HasSubstr("Power spectra of linear noise"));
}

TEST_F(ReportPage, DrawsAndExportsTheLandscapeOfAMeanField) {
  std::filesystem::copy_file(ARCUATE_SOURCE "/jobs/examples/two_clusters.yml",
                             folder_.path("two.yml"));
  ASSERT_EQ(
      folder_
          .arcuate(
              "steady two.yml --quiet --starts 10 --set steady.landscape.populations='[E0, E1]' "
              "--set 'steady.landscape.step=6 Hz'")
          .code,
      0);
  ASSERT_EQ(folder_.arcuate("report two.steady.h5").code, 0);
  const std::string dom = shown_page("two.steady.html", export_all);
  EXPECT_THAT(dom, Not(HasSubstr("class=\"problem\"")));
  EXPECT_THAT(dom, HasSubstr("id=\"found\">3 figures, 3 PNG, 3 SVG "));
  EXPECT_THAT(dom, HasSubstr("51.092"));  // of lif.md, as in the table
  EXPECT_THAT(dom, HasSubstr("aria-label=\"Potential along the path\""));
}

TEST_F(ReportPage, ShowsSlicesOfALandscapeOfThreePopulations) {
  std::filesystem::copy_file(ARCUATE_SOURCE "/jobs/examples/two_clusters.yml",
                             folder_.path("two.yml"));
  ASSERT_EQ(
      folder_
          .arcuate(
              "steady two.yml --quiet --starts 4 --set steady.landscape.populations='[E1, Eb, E0]' "
              "--set 'steady.landscape.step=20 Hz'")
          .code,
      0);
  ASSERT_EQ(folder_.arcuate("report two.steady.h5").code, 0);
  const std::string dom =
      shown_page("two.steady.html",
                 std::string("const one = byId('landscape-slice'); one.value = 2; one.oninput();") +
                     export_all);
  EXPECT_THAT(dom, Not(HasSubstr("class=\"problem\"")));
  // The grid's axes are in the order of the study: the third one is that of slices.
  EXPECT_THAT(dom, HasSubstr("E0 held at 40 Hz"));
  EXPECT_THAT(dom, HasSubstr(">E1 [Hz]<"));
}

}  // namespace
}  // namespace arcuate::test
