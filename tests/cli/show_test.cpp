#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fstream>

#include "arcuate/io/hdf5.hpp"
#include "support.hpp"

/// A recording as an input: what it holds, and the study in it run again from elsewhere.
namespace {

using arcuate::test::Folder;
using arcuate::test::Outcome;
using testing::HasSubstr;

constexpr const char* shown_study = R"(title: first
connectome: { weights: w.txt, lengths: l.txt }
model: { name: Generic2dOscillator, parameters: { a: { file: a.txt } } }
coupling: { gain: 0.1 }
noise: { V: 0.01 }
duration: 20
monitors: [{ kind: raw, period: 1 }]
output: first.h5
)";

void write_inputs(const Folder& folder) {
  folder.write("s.yml", shown_study);
  folder.write("w.txt", "0 1\n1 0\n");
  folder.write("l.txt", "0 8\n8 0\n");
  folder.write("a.txt", "1.5\n-0.5\n");
}

TEST(Show, TheStudyInARecordingRunsFromAnywhereWithTheSameBits) {
  const Folder folder;
  write_inputs(folder);
  ASSERT_EQ(folder.arcuate("simulate s.yml").code, 0);
  const Outcome again =
      folder.shell("mkdir elsewhere && cd elsewhere && " ARCUATE_PROGRAM
                   " simulate ../first.h5 --set output=second.h5 && " ARCUATE_PROGRAM
                   " show ../first.h5 --study > printed.yml && " ARCUATE_PROGRAM
                   " simulate printed.yml --set output=third.h5");
  ASSERT_EQ(again.code, 0) << again.err;
  const Outcome equal = folder.shell(
      "/usr/bin/python3 -c \"\n"
      "import h5py\n"
      "one, two, three = [h5py.File(f)['monitors/raw/data'][:].tobytes() for f in\n"
      "  ('first.h5', 'elsewhere/second.h5', 'elsewhere/third.h5')]\n"
      "print(len(one) > 0 and one == two == three)\"");
  EXPECT_EQ(equal.out, "True\n") << equal.err;
}

TEST(Show, TellsWhatARecordingHolds) {
  const Folder folder;
  write_inputs(folder);
  ASSERT_EQ(folder.arcuate("simulate s.yml").code, 0);
  const Outcome shown = folder.arcuate("show first.h5");
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("2 regions, 2 edges"));
  EXPECT_THAT(shown.out, HasSubstr("20 samples every 1 ms"));
  EXPECT_THAT(shown.out, HasSubstr("Generic2dOscillator"));
  EXPECT_THAT(shown.out, HasSubstr("precision   double\n"));
  ASSERT_EQ(folder.arcuate("simulate s.yml --overwrite --set integrator.precision=mixed").code, 0);
  EXPECT_THAT(folder.arcuate("show first.h5").out, HasSubstr("precision   mixed\n"));
  EXPECT_THAT(folder.arcuate("check first.h5").out,
              HasSubstr("precision    mixed: histories, weights, delayed sums and messages"));
}

TEST(Show, RefusesOtherFormatsAndTimesThatDoNotAscend) {
  const Folder folder;
  write_inputs(folder);
  ASSERT_EQ(folder.arcuate("simulate --quiet s.yml").code, 0);
  std::string bytes = arcuate::test::content(folder.path("first.h5"));
  bytes.replace(bytes.find("arcuate recording 1"), 19, "arcuate recording 9");
  folder.write("later.h5", bytes);
  const std::int64_t times =
      arcuate::io::hdf5::open_file(folder.path("first.h5"), arcuate::io::hdf5::Access::read)
          .open_dataset("monitors/raw/time")
          .place();
  {
    std::fstream file(folder.path("first.h5"), std::ios::in | std::ios::out | std::ios::binary);
    const double late = 1.0;
    file.seekp(times + 3 * static_cast<std::int64_t>(sizeof late));
    file.write(reinterpret_cast<const char*>(&late), sizeof late);
  }
  for (const char* verb : {"show ", "report ", "simulate --quiet --set output=again.h5 "}) {
    arcuate::test::expect_one_line(folder.arcuate(verb + std::string("later.h5")), 2,
                                   {"later.h5: has the format 'arcuate recording 9'"});
  }
  for (const char* verb : {"show ", "report "}) {
    arcuate::test::expect_one_line(folder.arcuate(verb + std::string("first.h5")), 2,
                                   {"/monitors/raw/time: expected ascending times"});
  }
}

TEST(Show, RefusesWhatIsNotARecording) {
  const Folder folder;
  write_inputs(folder);
  for (const char* arguments : {"show s.yml", "show none.h5", "show --study w.txt"}) {
    const Outcome outcome = folder.arcuate(arguments);
    EXPECT_EQ(outcome.code, 2) << arguments << outcome.err;
  }
  ASSERT_EQ(folder.arcuate("connectome convert --help").code, 0);
  ASSERT_EQ(folder.arcuate("connectome generate spatial --regions 4 -o net.h5").code, 0);
  const Outcome other = folder.arcuate("simulate net.h5");
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("net.h5: is an HDF5 file but not a recording of Arcuate"));
}

}  // namespace
