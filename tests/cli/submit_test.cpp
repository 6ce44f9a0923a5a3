#include "support.hpp"

/// Scripts for SLURM. sbatch, scontrol and srun are stand-ins.
namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Submit : public testing::Test {
 protected:
  Submit() {
    folder.write(
        "it's.yml",
        "title: s\nconnectome: { builtin: 20 }\nmodel: { name: SupHopf }\ncoupling: { gain: 0.02 "
        "}\nduration: 1 s\nmonitors: [ { kind: raw, period: 10 ms } ]\noutput: out.h5\nsweep: { "
        "coupling.gain: { linspace: [0.01, 0.1, 20] } }\n");
    folder.write(
        "sbatch",
        "#!/bin/bash\necho Submitted batch job 7\ncp \"$1\" submitted\nenv >environment\n");
    folder.write("mpirun",
                 "#!/bin/bash\nwhile [ \"${1#-}\" != \"$1\" ]; do shift; "
                 "[ \"${1#slot}\" = \"$1\" ] && [ \"$1\" != core ] || shift; done; exec \"$@\"\n");
    if (folder.shell("chmod +x sbatch mpirun").code != 0) throw std::runtime_error("chmod");
  }
  [[nodiscard]] Outcome submit(const std::string& words) const {
    return folder.shell(
        "PATH=\"$PWD:$PATH\" " ARCUATE_UNLESS_HUNG ARCUATE_PROGRAM " submit \"it's.yml\" " + words);
  }
  Folder folder;
};

TEST_F(Submit, AScriptAsksForWhatIsPredictedAndRuns) {
  const Outcome good = submit(
      "--ranks 3 --threads 2 --nodes 2 --set seed=5 --set \"title=it's\" "
      "--sbatch=--partition=long --argument=--status --argument \"run's.json\"");
  ASSERT_EQ(good.code, 0) << good.err;
  EXPECT_THAT(good.out,
              AllOf(HasSubstr("script: it's.sbatch"), HasSubstr("Submitted batch job 7")));
  const std::string script = content(folder.path("submitted"));
  EXPECT_THAT(script,
              AllOf(HasSubstr("\n#SBATCH --job-name=it's\n"), HasSubstr("\n#SBATCH --nodes=2\n"),
                    HasSubstr("\n#SBATCH --ntasks=3\n"), HasSubstr("\n#SBATCH --cpus-per-task=2\n"),
                    HasSubstr("\n#SBATCH --mem-per-cpu=100M\n"),
                    HasSubstr("\n#SBATCH --time=00:03:00\n"), HasSubstr("\n#SBATCH --requeue\n"),
                    HasSubstr("\n#SBATCH --signal=B:USR1@45\n#SBATCH --partition=long\n"),
                    Not(HasSubstr("ntasks-per-node"))));
  // MPI's marks of this process would be those of the job.
  EXPECT_THAT(content(folder.path("environment")),
              AllOf(HasSubstr("PATH="), Not(HasSubstr("PMIX_RANK")), Not(HasSubstr("ess=single"))));
  // It is a script that runs the study, whatever its name.
  const Outcome job = folder.shell("env -u SLURM_JOB_ID PATH=\"$PWD:$PATH\" bash \"it's.sbatch\"");
  EXPECT_EQ(job.code, 0) << job.err;
  EXPECT_EQ(folder.names().count("out.h5"), 1U);
  EXPECT_THAT(content(folder.path("run's.json")), HasSubstr("\"running\": false"));
  EXPECT_THAT(folder.arcuate("show out.h5 --study").out,
              AllOf(HasSubstr("seed: 5"), HasSubstr("it's")));
}

TEST_F(Submit, ASweepAsksForItsWorkersAndTheMaster) {
  const Outcome printed = submit("--verb sweep --print");
  ASSERT_EQ(printed.code, 0) << printed.err;
  EXPECT_THAT(printed.out, AllOf(HasSubstr("\nset -- sweep '"), Not(HasSubstr("--nodes="))));
  EXPECT_THAT(printed.out, testing::ContainsRegex("#SBATCH --ntasks=[2-9]\n"));
  EXPECT_EQ(folder.names().count("it's.sbatch"), 0U);
}

/// A quarter of a short limit, ninety seconds of a long one.
TEST_F(Submit, TheWarningComesWellAfterTheStart) {
  struct Limit {
    std::string time, warning;
  };
  for (const Limit& limit : {Limit{"1", "15"}, Limit{"5:00", "75"}, Limit{"1-00:00:30", "90"}}) {
    EXPECT_THAT(submit("--print --ranks 1 --time " + limit.time).out,
                HasSubstr("\n#SBATCH --signal=B:USR1@" + limit.warning + "\n"))
        << limit.time;
  }
  const std::string own = submit("--print --ranks 1 --sbatch=--signal=B:USR1@300").out;
  EXPECT_GT(own.rfind("@300\n"), own.rfind("--signal=B:USR1@45\n"));
  for (const char* time : {"1:2:3:4", "soon"})
    expect_one_line(submit("--print --time=" + std::string(time)), 2, {"--time", time});
}

TEST_F(Submit, WhatCannotBeSubmittedIsRefused) {
  expect_one_line(submit("--verb fit --print"), 2, {"fit: the study has no such section"});
  expect_one_line(submit("--print --sbatch 'partition=long'"), 2, {"--sbatch 'partition=long'"});
  expect_one_line(submit("--print --time '1 h; rm -rf x'"), 2, {"--time"});
  EXPECT_EQ(submit("--print --verb report").code, 2);
  folder.write("it's.sbatch", "mine");
  expect_one_line(submit("--overwrite"), 2, {"it's.sbatch", "not a script that Arcuate wrote"});
  ASSERT_EQ(folder.shell("rm sbatch \"it's.sbatch\"").code, 0);
  if (folder.shell("command -v sbatch").code != 0)
    expect_one_line(submit(""), 3, {"sbatch: cannot be started"});
}

}  // namespace
}  // namespace arcuate::test
