#include <gtest/gtest.h>

#include "support.hpp"

namespace arcuate {
namespace {

constexpr const char* compared_study = R"(title: beside what was measured
connectome: { generator: { name: spatial, regions: 6, degree: 4, seed: 3 } }
model: { name: MontbrioPazoRoxin }
coupling: { name: linear, gain: 0.1 }
integrator: { method: heun, dt: 0.1 ms }
noise: { V: { sigma: 1 } }
duration: 300 ms
monitors:
  - { kind: raw, variables: [r], period: 1 ms }
output: r.h5
)";

/// Entry i, j of the target is 1/(1 + |i - j|); the pair of the first two regions is not there.
std::string measured_fc() {
  std::string text;
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < 6; ++j) {
      const int apart = i > j ? i - j : j - i;
      text += (i + j == 1 ? "nan" : std::to_string(1.0 / (1 + apart))) + (j == 5 ? "\n" : ",");
    }
  }
  return text;
}

class Compare : public testing::Test {
 protected:
  Compare() {
    folder.write("s.yml", compared_study);
    folder.write("fc.csv", measured_fc());
    folder.write("fcd.txt", "0.1\n0.25\n0.3\n0.9\n");
    EXPECT_EQ(folder.arcuate("simulate s.yml").code, 0);
  }
  const std::string targets = "--fc fc.csv --fcd fcd.txt --window 0.1 --step 0.02";
  test::Folder folder;
};

// NumPy and SciPy on the same samples.
TEST_F(Compare, PrintsWhatNumpyAndScipyCompute) {
  const test::Outcome done =
      folder.arcuate("compare r.h5 --fcd-preset braintools --json " + targets);
  ASSERT_EQ(done.code, 0) << done.err;
  folder.write("c.json", done.out);
  if (folder.shell("/usr/bin/python3 -c 'import numpy, scipy.stats, h5py'").code != 0)
    GTEST_SKIP() << "python3-numpy, python3-scipy and python3-h5py are not installed";
  const test::Outcome checked = folder.shell(R"(/usr/bin/python3 - <<'END'
import h5py, json, numpy as np, scipy.stats as st
said = json.load(open("c.json"))
is_ = {row["name"]: row["value"] for row in said["losses"]}
x = h5py.File("r.h5")["monitors/raw/data"][:, 0]
fc, target = np.corrcoef(x.T), np.genfromtxt("fc.csv", delimiter=",")
iu = np.triu_indices(6, 1)
there = ~np.isnan(target[iu])
assert there.sum() == 14 and "FC: 1 of 15 pairs of regions are left out" in said["notes"], said
np.testing.assert_allclose(is_["fc_corr"], np.corrcoef(fc[iu][there], target[iu][there])[0, 1], rtol=1e-10)
np.testing.assert_allclose(is_["fc_rmse"], np.sqrt(np.nanmean((fc - target) ** 2)), rtol=1e-10)
windows = [np.corrcoef(x[s:s + 100].T)[iu] for s in range(0, len(x) - 99, 20)]
fcd = np.corrcoef(windows)[np.tril_indices(len(windows), -1)]
measured = np.loadtxt("fcd.txt")
np.testing.assert_allclose(is_["fcd_ks"], st.ks_2samp(fcd, measured).statistic, rtol=1e-10)
np.testing.assert_allclose(is_["fcd_wasserstein"], st.wasserstein_distance(fcd, measured), rtol=1e-9)
losses = [1 - is_["fc_corr"], is_["fc_rmse"], is_["fcd_ks"], is_["fcd_wasserstein"]]
np.testing.assert_allclose(said["total"], sum(losses), rtol=1e-12)
END)");
  EXPECT_EQ(checked.code, 0) << checked.err << done.out;
}

TEST_F(Compare, DrawsAPageThatABrowserCanShow) {
  const test::Outcome done = folder.arcuate("compare r.h5 --report c.html " + targets);
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_NE(done.out.find("fcd_wasserstein"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("report: c.html"), std::string::npos) << done.out;
  EXPECT_NE(done.err.find("note: FC: 1 of 15 pairs"), std::string::npos) << done.err;
  test::expect_one_line(folder.arcuate("compare r.h5 --report fc.csv " + targets), 2, {"fc.csv"});
  if (folder.shell("command -v chromium").code != 0) GTEST_SKIP() << "there is no chromium";
  const test::Outcome shown =
      folder.shell(ARCUATE_UNLESS_HUNG
                   "chromium --headless --no-sandbox --disable-gpu --virtual-time-budget=2000 "
                   "--dump-dom file://$PWD/c.html");
  // FC and its target, FCD, and the distributions: the target of FCD is a list.
  EXPECT_EQ(test::count(shown.out, "<canvas"), 4U);
  EXPECT_EQ(test::count(shown.out, "id=\"fcd-target\""), 0U);
}

TEST_F(Compare, SaysWhatIsMissing) {
  test::expect_one_line(folder.arcuate("compare r.h5"), 2, {"--fc, --fcd, --psd or --series"});
  test::expect_one_line(folder.arcuate("compare r.h5 --fc fc.csv --monitor eeg"), 2,
                        {"no monitor 'eeg'", "raw"});
  test::expect_one_line(folder.arcuate("compare r.h5 --fc fc.csv --loss fc_cor"), 2,
                        {"no loss 'fc_cor'", "fc_corr"});
  test::expect_one_line(folder.arcuate("compare r.h5 --fc fcd.txt"), 2, {"4 x 1"});
  test::expect_one_line(folder.arcuate("compare s.yml --fc fc.csv"), 2, {"s.yml"});
  for (const char* option : {"--window 0.1", "--step 0.1", "--fcd-preset vbi"})
    test::expect_one_line(
        folder.arcuate(std::string("compare r.h5 --fc fc.csv ") + option), 2,
        {std::string(option).substr(0, std::string(option).find(' ')), "requires --fcd"});
  std::string none;
  for (int i = 0; i < 6; ++i)
    none += "nan,nan,nan,nan,nan,nan\n";
  folder.write("none.csv", none);
  test::expect_one_line(folder.arcuate("compare r.h5 --fc none.csv"), 2,
                        {"none.csv: of 15 pairs that are compared none has a number"});
}

}  // namespace
}  // namespace arcuate
