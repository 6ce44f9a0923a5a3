#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support.hpp"

/// Models that look up a table.
namespace arcuate::test {
namespace {

using testing::HasSubstr;

constexpr const char* table_study = R"(connectome: { builtin: 20 }
model: { name: ALN, table: aln.h5 }
coupling: { name: linear }
integrator: { method: euler, dt: 0.1 ms }
noise: { mue_ou: { sigma: 0.1 }, mui_ou: { sigma: 0.1 } }
duration: 50 ms
monitors:
  - { kind: raw, variables: [r_exc, r_inh] }
output: out.h5
)";

TEST(Table, IsMadeReadAndNamedInTheRecording) {
  const Folder folder;
  if (folder.shell("h5dump --version && h5diff --version").code != 0)
    GTEST_SKIP() << "h5dump and h5diff are not installed";
  folder.write("study.yml", table_study);
  expect_one_line(folder.arcuate("check study.yml"), 2,
                  {"study.yml:2: model.table: ", "aln.h5: cannot be opened"});
  const Outcome made = folder.arcuate("models ALN --make-table aln.h5 --points 12 5");
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("computing 12 x 5 points"));
  EXPECT_THAT(folder.arcuate("check study.yml").out, HasSubstr("aln.h5, SHA-256 "));
  const std::string samples = "/monitors/raw/data";
  for (const int ranks : {1, 3}) {
    const std::string name = "out" + std::to_string(ranks) + ".h5";
    const Outcome run = folder.ranks(ranks, "simulate study.yml --quiet --set output=" + name);
    EXPECT_EQ(run.code, 0) << run.err;
    const Outcome dump = folder.shell("h5dump -a /table_sha256 " + name);
    const Outcome hash = folder.shell("sha256sum aln.h5 | cut -d ' ' -f 1 | tr -d '\\n'");
    EXPECT_THAT(dump.out, HasSubstr(hash.out));
  }
  EXPECT_EQ(folder.shell("h5diff out1.h5 out3.h5 " + samples + " " + samples).code, 0);
}

TEST(Table, IsNotMadeForAModelWithoutOne) {
  const Folder folder;
  expect_one_line(folder.arcuate("models Linear --make-table x.h5"), 2,
                  {"--make-table: ", "no table"});
  EXPECT_NE(folder.arcuate("models --make-table x.h5").code, 0);
}

}  // namespace
}  // namespace arcuate::test
