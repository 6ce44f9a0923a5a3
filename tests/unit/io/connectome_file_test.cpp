#include "arcuate/io/connectome_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "arcuate/core/error.hpp"
#include "arcuate/network/generators.hpp"
#include "places.hpp"

namespace arcuate::io {
namespace {

using network::Connectome;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

class ConnectomeFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("arcuate-connectome-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }

  static std::string shared(const std::string& name) {
    return std::string(ARCUATE_SHARED "/data/") + name;
  }

  /// Reading the content fails with a DataError that contains all the texts.
  void rejects(const std::string& name, const std::string& content, const std::string& text) {
    file(name, content);
    EXPECT_THAT([&] { read_connectome(path(name)); },
                ThrowsMessage<DataError>(AllOf(HasSubstr(name), HasSubstr(text))));
  }

  std::filesystem::path folder_;
};

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void expect_same(const Connectome& a, const Connectome& b) {
  EXPECT_EQ(a.row, b.row);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.weight, b.weight);
  EXPECT_EQ(a.length, b.length);
  EXPECT_EQ(a.delay, b.delay);
  EXPECT_EQ(a.labels, b.labels);
  EXPECT_EQ(a.centres, b.centres);
  EXPECT_EQ(a.cortical, b.cortical);
  EXPECT_EQ(a.hemisphere, b.hemisphere);
  EXPECT_EQ(a.area, b.area);
  EXPECT_EQ(a.orientation, b.orientation);
}

/// Header and numbers of a version 1 npy file.
template <typename Value>
std::string npy(const std::string& type, const std::string& shape, const std::vector<Value>& values,
                const std::string& order = "False") {
  std::string header =
      "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  header.append(118 - header.size() - 1, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00\x76\x00", 10);
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value));
  return bytes;
}

using Rows = std::vector<GlobalIndex>;
using Sources = std::vector<LocalIndex>;
using Weights = std::vector<double>;

TEST_F(ConnectomeFile, EveryFormatGivesBackWhatWasWritten) {
  for (const char* name : {"a.h5", "a.zip", "a.npz"}) {
    Connectome original = network::generate({.regions = 60});
    original.weight[3] = -0.1;
    write_connectome(original, path(name));
    expect_same(read_connectome(path(name)), original);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1)
        << "no partial file stays";
    std::filesystem::remove(path(name));
  }
}

TEST_F(ConnectomeFile, AnEdgeListKeepsEdgesLabelsAndRegionsWithoutEdges) {
  Connectome original;
  original.row = {0, 1, 1, 3};
  original.source = {1, 0, 1};
  original.weight = {0.1, 1e-300, -3.0};
  original.delay = {0.1F, 0.0F, 2.0F};
  original.labels = {"a, \"b\"", "b c", "\xC3\xA4"};
  for (const char* name : {"a.edges.csv", "a.h5", "a.npz"}) {
    write_connectome(original, path(name));
    expect_same(read_connectome(path(name)), original);
  }
  EXPECT_THROW(write_connectome(original, path("a.zip")), ConfigError);
  EXPECT_THROW(write_connectome(original, path("a.xyz")), ConfigError);
  EXPECT_THROW(write_connectome(original, path("none/a.h5")), EnvironmentError);
}

TEST_F(ConnectomeFile, LargeNetworksAreWrittenSparse) {
  const Connectome original = network::generate({.regions = 6000, .degree = 10.0});
  write_connectome(original, path("a.npz"));
  EXPECT_LT(std::filesystem::file_size(path("a.npz")), 4000000U);
  expect_same(read_connectome(path("a.npz")), original);
}

TEST_F(ConnectomeFile, TheDefaultConnectomeOfTheVirtualBrain) {
  if (!std::filesystem::exists(shared("tvb"))) GTEST_SKIP() << "no reference data";
  const Connectome c = read_connectome(shared("tvb/connectivity_76.zip"));
  EXPECT_EQ(c.n_regions(), 76);
  EXPECT_EQ(c.n_edges(), 1560);
  EXPECT_EQ(c.labels.front(), "rA1");
  EXPECT_EQ(c.hemisphere.front(), 1);
  EXPECT_DOUBLE_EQ(c.centres[0][0], -9.885591);
  EXPECT_EQ(c.orientation.size(), 76U);
  GlobalIndex loops = 0;
  for (GlobalIndex i = 0; i < 76; ++i) {
    for (GlobalIndex e = c.row[static_cast<std::size_t>(i)];
         e < c.row[static_cast<std::size_t>(i) + 1]; ++e) {
      const auto at = static_cast<std::size_t>(e);
      if (c.source[at] == i && c.length[at] == 0.0F) ++loops;
    }
  }
  EXPECT_EQ(loops, 66);
}

TEST_F(ConnectomeFile, ZipsWithMappingsAndRepeatedLabels) {
  if (!std::filesystem::exists(shared("tvb"))) GTEST_SKIP() << "no reference data";
  const Connectome c = read_connectome(shared("tvb/connectivity_998.zip"));
  EXPECT_EQ(c.n_regions(), 998);
  EXPECT_EQ(c.labels[0], "rLOF_1");
  EXPECT_EQ(c.labels[1], "rLOF_2");
  EXPECT_EQ(c.hemisphere[0], 1);
  const Connectome toy = read_connectome(shared("tvb/paupau.zip"));
  EXPECT_EQ(toy.labels, (std::vector<std::string>{"lA1", "lA2", "rA1", "rA2"}));
  EXPECT_EQ(toy.row, (Rows{0, 3, 5, 7, 9}));
  EXPECT_EQ(toy.source, (Sources{0, 1, 3, 0, 1, 2, 3, 0, 3}));
  EXPECT_EQ(toy.weight, (Weights{2, 3, 2, 2, 2, 2, 2, 2, 2}));
}

TEST_F(ConnectomeFile, MatlabSparseAndNumpyPairsOfOtherTools) {
  if (!std::filesystem::exists(shared("tvb"))) GTEST_SKIP() << "no reference data";
  const Connectome local = read_connectome(shared("tvb/local_connectivity_16384.mat"));
  EXPECT_EQ(local.n_regions(), 16384);
  EXPECT_GT(local.n_edges(), 16384);
  const Connectome hcp = read_connectome(ConnectomeFiles{shared("hcp_schaefer100/sc_strength.npz"),
                                                         shared("hcp_schaefer100/sc_length.npz")});
  EXPECT_EQ(hcp.n_regions(), 100);
  EXPECT_GT(*std::max_element(hcp.length.begin(), hcp.length.end()), 50.0F);
}

TEST_F(ConnectomeFile, TextMatricesWithEverySeparatorAndHeader) {
  for (const char* text :
       {"0 1 0\n2 0 0\n0 0 3\n", "0,1,0\r\n2,0,0\r\n0,0,3\r\n", "0;1;0\n2;0;0\n0;0;3",
        "0\t1\t0\n2\t0\t0\n0\t0\t3", "# comment\n\n 0 1 0 \n 2 0 0\n 0 0 +3.0e0\n",
        "a,b,c\n0,1,0\n2,0,0\n0,0,3\n", ",a,b,c\na,0,1,0\nb,2,0,0\nc,0,0,3\n",
        "a 0 1 0\nb 2 0 0\nc 0 0 3\n",
        "\xEF\xBB\xBF"
        "0 1 0\n2 0 0\n0 0 3\n"}) {
    const Connectome c = read_connectome(file("w.csv", text));
    EXPECT_EQ(c.row, (Rows{0, 1, 2, 3})) << text;
    EXPECT_EQ(c.source, (Sources{1, 0, 2})) << text;
    EXPECT_EQ(c.weight, (Weights{1, 2, 3})) << text;
    const bool named = std::string(text).find('b') != std::string::npos;
    EXPECT_EQ(c.labels[1], named ? "b" : "r001") << text;
  }
}

TEST_F(ConnectomeFile, NumpyArraysOfEveryTypeAndOrder) {
  const Weights expected{1, 2, 3};
  const auto check = [&](const std::string& bytes, const Weights& weights) {
    const Connectome c = read_connectome(file("w.npy", bytes));
    EXPECT_EQ(c.row, (Rows{0, 1, 3}));
    EXPECT_EQ(c.source, (Sources{1, 0, 1}));
    EXPECT_EQ(c.weight, weights);
  };
  check(npy<double>("<f8", "(2, 2)", {0, 1, 2, 3}), expected);
  check(npy<double>("<f8", "(2, 2)", {0, 2, 1, 3}, "True"), expected);
  check(npy<float>("<f4", "(2, 2)", {0, 1, 2, 3}), expected);
  check(npy<std::int32_t>("<i4", "(2, 2)", {0, 1, 2, 3}), expected);
  check(npy<std::int64_t>("<i8", "(2, 2)", {0, 1, 2, 3}), expected);
  check(npy<std::uint8_t>("|u1", "(2, 2)", {0, 1, 2, 3}), expected);
  check(npy<std::uint8_t>("|b1", "(2, 2)", {0, 1, 1, 1}), {1, 1, 1});
  check(npy<std::uint16_t>(">u2", "(2, 2)", {0, 0x0100, 0x0200, 0x0300}), expected);
}

TEST_F(ConnectomeFile, MatrixMarketCountsFromOneAndMirrorsSymmetricEntries) {
  const Connectome general = read_connectome(
      file("w.mtx", "%%MatrixMarket matrix coordinate real general\n% c\n3 3 2\n1 2 0.5\n3 1 2\n"));
  EXPECT_EQ(general.row, (Rows{0, 1, 1, 2}));
  EXPECT_EQ(general.source, (Sources{1, 0}));
  EXPECT_EQ(general.weight, (Weights{0.5, 2}));
  const Connectome symmetric = read_connectome(
      file("w.mtx", "%%MatrixMarket matrix coordinate pattern symmetric\n2 2 2\n2 1\n2 2\n"));
  EXPECT_EQ(symmetric.row, (Rows{0, 1, 3}));
  const Connectome array =
      read_connectome(file("w.mtx", "%%MatrixMarket matrix array real general\n2 2\n0\n2\n1\n3\n"));
  EXPECT_EQ(array.weight, (Weights{1, 2, 3}));
}

TEST_F(ConnectomeFile, EdgeListsRunFromSourceToTarget) {
  const Connectome c =
      read_connectome(file("w.edges.csv", "source,target,weight,length\n0,2,1.5,30\n1,0,2,10\n"));
  EXPECT_EQ(c.row, (Rows{0, 1, 1, 2}));
  EXPECT_EQ(c.source, (Sources{1, 0}));
  EXPECT_EQ(c.length, (std::vector<double>{10, 30}));
}

TEST_F(ConnectomeFile, PartsComeFromSeparateFiles) {
  const Connectome c = read_connectome(
      ConnectomeFiles{file("w.csv", "0,1\n2,0\n"), "", file("d.csv", "0,0.5\n1.5,0\n"),
                      file("l.json", "[\"x\", \"y\"]"), file("c.txt", "x 1 2 3\ny 4 5 6\n")});
  EXPECT_EQ(c.delay, (std::vector<double>{0.5F, 1.5F}));
  EXPECT_TRUE(c.length.empty());
  EXPECT_EQ(c.labels, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(c.centres[1][2], 6.0F);
  const Connectome straight =
      read_connectome(ConnectomeFiles{path("w.csv"), "", "", "", file("c2.txt", "0 0 0\n3 4 0\n")});
  EXPECT_EQ(straight.length, (std::vector<double>{5, 5}))
      << "without lengths: the distance of the centres";
}

TEST_F(ConnectomeFile, MalformedTextIsRejectedWithItsPlace) {
  rejects("w.csv", "", "the file is empty");
  rejects("w.csv", "0,1\n2\n", "row 2 has 1 values: expected 2");
  rejects("w.csv", "0,1\n2,x\n", "row 2, column 2 (line 2): 'x' is not a number");
  rejects("w.csv", "0,1\n2,\n", "the cell is empty");
  rejects("w.csv", "0,1,0\n2,0,0\n", "not square: 2 rows, 3 columns");
  rejects("w.csv", "0,1\n2,0\n1,1\n", "not square");
  rejects("w.csv", "0,1\n2,nan\n", "row 2, column 2: nan is not allowed");
  rejects("w.csv", "0,1\n-inf,1\n", "row 2, column 1: -inf is not allowed");
  rejects("w.csv", "0,5;1\n2;0\n", "decimal commas are not read");
  rejects("w.csv", "a,b,a\n0,1,0\n2,0,0\n0,0,3\n", "label 'a' is there twice (regions 1 and 3)");
  rejects("w.csv", std::string("0,1\n2,\0\n", 9), "zero byte");
  rejects("w.mtx", "%%MatrixMarket matrix coordinate complex general\n1 1 0\n", "is not read");
  rejects("w.mtx", "%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 1\n",
          "index 3 is not allowed");
  rejects("w.mtx", "%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1\n", "truncated");
  rejects("w.edges.csv", "0,1,2\n", "the header is not allowed");
  rejects("w.edges.csv", "source,target,weight\n0,1,2\n0,1,3\n", "there twice");
  rejects("w.edges.csv", "source,target,weight,length\n0,1,2,-3\n",
          "line 2: length: '-3' is not allowed");
  rejects("w.xyz", "0 1", "the format is not known");
}

TEST_F(ConnectomeFile, MalformedArraysAreRejected) {
  rejects("w.npy", "not an array", "damaged");
  rejects("w.npy", npy<double>("<f8", "(2, 2)", {0, 1, 2}), "truncated: 8 of 16 bytes");
  rejects("w.npy", npy<double>("<f8", "(2, 3)", {0, 1, 2, 3, 4, 5}),
          "shape (2, 3): expected a square matrix");
  rejects("w.npy", npy<double>("<c16", "(2, 2)", {}), "complex");
  rejects("w.npy", npy<double>("|O", "(2, 2)", {}), "pickled objects");
  rejects("w.npy", npy<double>("<f8", "(99999999999, 99999999999)", {}), "absurd");
  rejects("w.npy", npy<double>("<f8", "(-2, 2)", {}), "sizes >= 0");
}

TEST_F(ConnectomeFile, MissingFilesAndFoldersAreRejected) {
  EXPECT_THAT([&] { read_connectome(path("none.zip")); },
              ThrowsMessage<DataError>(HasSubstr("no such file")));
  EXPECT_THAT([&] { read_connectome(folder_.string()); },
              ThrowsMessage<DataError>(HasSubstr("is a folder")));
  file("w.csv", "0,1\n1,0\n");
  file("l.csv", "0,1\n-1,0\n");
  EXPECT_THAT(
      [&] {
        read_connectome(ConnectomeFiles{path("w.csv"), path("l.csv")});
      },
      ThrowsMessage<DataError>(AllOf(HasSubstr("l.csv: row 2, column 1: -1"), HasSubstr(">= 0"))));
  file("labels.txt", "a\nb\nc\n");
  EXPECT_THAT(
      [&] {
        read_connectome(ConnectomeFiles{path("w.csv"), "", "", path("labels.txt")});
      },
      ThrowsMessage<DataError>(HasSubstr("3 labels for the 2 regions of ")));
}

TEST_F(ConnectomeFile, ATruncatedFileOfAnyFormatIsADataError) {
  const Connectome original = network::generate({.regions = 20, .degree = 6.0});
  for (const char* name : {"a.h5", "a.zip", "a.npz"}) {
    write_connectome(original, path(name));
    const std::string whole = bytes_of(path(name));
    for (std::size_t parts = 1; parts < 16; ++parts) {
      file(name, whole.substr(0, whole.size() * parts / 16));
      EXPECT_THROW(read_connectome(path(name)), DataError) << name << " " << parts << "/16";
    }
  }
}

TEST_F(ConnectomeFile, DamagedMatlabFilesAreDataErrors) {
  if (!std::filesystem::exists(shared("tvb"))) GTEST_SKIP() << "no reference data";
  const std::string whole = bytes_of(shared("tvb/local_connectivity_16384.mat"));
  for (std::size_t parts = 0; parts < 8; ++parts) {
    file("a.mat", whole.substr(0, std::max<std::size_t>(1, whole.size() * parts / 8)));
    EXPECT_THROW(read_connectome(path("a.mat")), DataError) << parts << "/8";
  }
  file("b.mat", "MATLAB 7.3 MAT-file" + std::string(200, ' '));
  EXPECT_THAT([&] { read_connectome(path("b.mat")); },
              ThrowsMessage<DataError>(HasSubstr("b.mat: is not a whole HDF5 file")));
}

TEST_F(ConnectomeFile, FlippedBytesNeverEndInAnythingButADataError) {
  const Connectome original = network::generate({.regions = 20, .degree = 6.0});
  for (const char* name : {"a.h5", "a.zip", "a.npz", "a.edges.csv"}) {
    write_connectome(original, path(name));
    const std::string whole = bytes_of(path(name));
    for (std::size_t k = 0; k < 100; ++k) {
      std::string damaged = whole;
      damaged[k * 7919 % whole.size()] ^= static_cast<char>(1 + k % 255);
      file(name, damaged);
      try {
        read_connectome(path(name));
      } catch (const DataError&) {
      }
    }
  }
}

TEST_F(ConnectomeFile, NumbersAndHistoriesHaveTheExpectedShape) {
  EXPECT_EQ(read_numbers(file("n.csv", "1\n2.5\n"), 2), (Weights{1, 2.5}));
  EXPECT_EQ(read_numbers(file("n.npy", npy<double>("<f8", "(2,)", {1, 2.5})), 2),
            (Weights{1, 2.5}));
  EXPECT_THAT([&] { read_numbers(path("n.csv"), 3); },
              ThrowsMessage<DataError>(HasSubstr("2 numbers: expected 3")));
  std::size_t samples = 0;
  file("h.npy", npy<double>("<f8", "(2, 1, 3)", {1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(read_history(path("h.npy"), 1, 3, samples), (Weights{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(samples, 2U);
  EXPECT_THAT([&] { read_history(path("h.npy"), 2, 3, samples); },
              ThrowsMessage<DataError>(HasSubstr("shape (2, 1, 3): expected (samples, 2, 3)")));
}

std::string all_findings(const Connectome& connectome) {
  std::string text;
  for (const Finding& finding : lint(connectome))
    text += finding.message + "\n";
  return text;
}

TEST_F(ConnectomeFile, TheLinterFindsWhatAnOwnerMayNotHaveMeant) {
  EXPECT_EQ(all_findings(network::generate({})), "");
  Connectome c = read_connectome(file("w.csv", "0,1,0,0\n1,0,0,0\n0,0,2,0\n0,0,0,0\n"));
  EXPECT_THAT(all_findings(c),
              AllOf(HasSubstr("1 edge from a region to itself"),
                    HasSubstr("2 edges between different regions have length or delay 0"),
                    HasSubstr("2 regions have no edge to or from another (first: r002)")));
  c.weight[0] = -1.0;
  EXPECT_THAT(all_findings(c), AllOf(HasSubstr("1 weight is negative"), HasSubstr("directed")));
  const Connectome transposed = read_connectome(file("t.csv", "0,1,0.5\n0.25,0,0.5\n0.75,0,0\n"));
  EXPECT_THAT(all_findings(transposed), HasSubstr("may be transposed"));
  const Connectome parts = read_connectome(file("p.csv", "0,1,0,0\n1,0,0,0\n0,0,0,1\n0,0,1,0\n"));
  EXPECT_THAT(all_findings(parts), HasSubstr("falls into 2 parts"));
}

}  // namespace
}  // namespace arcuate::io
