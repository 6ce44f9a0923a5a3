#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <zlib.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "arcuate/engine/reference.hpp"
#include "arcuate/io/surface_file.hpp"
#include "matrix/zip_writer.hpp"
#include "places.hpp"
#include "study_support.hpp"
#include "support/sphere.hpp"

namespace arcuate::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// A sphere of 66 vertices that belong to six of eight regions, in files.
class StudySurface : public testing::Test {
 protected:
  static constexpr int n_regions = 8;

  void SetUp() override {
    std::filesystem::create_directories(folder);
    io::matrix::ZipWriter zip(folder + "/sphere.zip");
    std::string vertices, triangles, mapping;
    for (const auto& v : surface.vertices)
      vertices += fmt::format("{} {} {}\n", v[0], v[1], v[2]);
    for (const auto& t : surface.triangles)
      triangles += fmt::format("{} {} {}\n", t[0], t[1], t[2]);
    for (std::size_t k = 0; k < surface.vertices.size(); ++k)
      mapping += fmt::format("{}\n", k / 3 % 6);
    zip.add("vertices.txt", vertices);
    zip.add("triangles.txt", triangles);
    zip.close("");
    write("mapping.txt", mapping);
    write_regions();
  }

  [[nodiscard]] std::array<double, 3> middle_of(int region) const {
    std::array<double, 3> sum{};
    double count = 0.0;
    for (std::size_t v = 0; v < surface.vertices.size(); ++v) {
      if (v / 3 % 6 != static_cast<std::size_t>(region)) continue;
      count += 1.0;
      for (std::size_t k = 0; k < 3; ++k)
        sum[k] += surface.vertices[v][k];
    }
    for (double& x : sum)
      x /= count;
    return sum;
  }

  /// The connectome that the runs of The Virtual Brain had.
  void write_regions() {
    std::string weights, lengths, centres, cortical;
    for (int i = 0; i < n_regions; ++i) {
      for (int j = 0; j < n_regions; ++j) {
        const bool none = i == j || i * j % 5 == 3;
        const double weight = none ? 0.0 : (3 * i + 5 * j) % 7 / 7.0;
        weights += fmt::format("{} ", weight);
        lengths += fmt::format("{} ", weight > 0.0 ? 4.0 + (7 * i + 11 * j) % 13 * 2.0 : 0.0);
      }
      weights += "\n";
      lengths += "\n";
      const std::array<double, 3> at = i < 6 ? middle_of(i) : std::array<double, 3>{1.0 * i, 0, 0};
      centres += fmt::format("r{} {} {} {}\n", i, at[0], at[1], at[2]);
      cortical += i < 6 ? "1\n" : "0\n";
    }
    io::matrix::ZipWriter zip(folder + "/regions.zip");
    zip.add("weights.txt", weights);
    zip.add("tract_lengths.txt", lengths);
    zip.add("centres.txt", centres);
    zip.add("cortical.txt", cortical);
    zip.close("");
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder + "/" + name) << text;
  }

  [[nodiscard]] io::Study study(const std::vector<std::string>& overrides = {}) const {
    return io::parse_study(R"(connectome: {file: regions.zip, speed: 4 mm/ms}
surface:
  file: sphere.zip
  mapping: mapping.txt
  local_connectivity: {kernel: neighbours}
  strength: 0.25
model: {name: Generic2dOscillator}
coupling: {name: linear, gain: 0.3}
integrator: {method: heun, dt: 0.5 ms}
duration: 100 ms
)",
                           folder + "/study.yml", overrides);
  }

  [[nodiscard]] std::string error_of(const std::vector<std::string>& overrides) const {
    try {
      const io::Study one = study(overrides);
      static_cast<void>(io::resolve(one, io::load_connectome(one)));
    } catch (const ConfigError& error) {
      return error.what();
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  }

  const std::string folder = testing::TempDir() + "/study_surface";
  const network::Surface surface = sphere(2, 30.0);
};

TEST_F(StudySurface, IsOneNetworkOfVerticesAndRegionsWithoutVertices) {
  const io::Study one = study();
  const network::Connectome network = io::load_connectome(one);
  ASSERT_EQ(network.n_regions(), 68);
  EXPECT_EQ(network.labels[0], "r0/0");
  EXPECT_EQ(network.labels[65], "r3/65");
  EXPECT_EQ(network.labels[66], "r6");
  EXPECT_EQ(network.labels[67], "r7");
  EXPECT_EQ(network.cortical[65], 1);
  EXPECT_EQ(network.cortical[66], 0);
  EXPECT_EQ(network.centres[66][0], 6.0);
  EXPECT_THAT(network.warnings, ElementsAre());
  EXPECT_EQ(network.n_edges(), 2 * 3 * 128 / 2);  // both directions of 3/2 edges per triangle
  const io::ResolvedStudy resolved = io::resolve(one, network);
  ASSERT_TRUE(resolved.simulation.tracts);
  EXPECT_EQ(resolved.simulation.tracts->n_parcels(), 8);
  EXPECT_EQ(resolved.simulation.tracts->parcel_of[66], 6);
  EXPECT_EQ(resolved.simulation.tracts->coupling.gain, 0.3);
  EXPECT_EQ(resolved.simulation.coupling.gain, 1.0);
}

/// With tracts and local edges as there: euler reads both at the begin of a step, staged Heun local
/// ones at both of its stages and tracts at the begin.
TEST_F(StudySurface, RunsAsTheVirtualBrainDoes) {
  const auto golden =
      nlohmann::json::parse(std::ifstream(ARCUATE_SOURCE "/tests/data/golden/tvb_surface.json"));
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases{
      {"euler_linear", {"integrator.method=euler"}},
      {"heun_linear", {"coupling.stages=staged"}},
      {"heun_difference", {"coupling={name: difference, gain: 0.3, stages: staged}"}},
      {"heun_tanh",
       {"coupling={name: hyperbolic_tangent, a: 0.5, b: 1, midpoint: 0.1, sigma: 0.7, stages: "
        "staged}"}}};
  for (const auto& [name, overrides] : cases) {
    const io::Study one = study(overrides);
    const network::Connectome network = io::load_connectome(one);
    engine::SimulationSpec spec = io::resolve(one, network).simulation;
    std::vector<double> V, W;
    for (int k = 0; k < 68; ++k) {
      V.push_back(0.3 * std::sin(0.7 * k));
      W.push_back(0.2 * std::cos(0.3 * k));
    }
    spec.populations[0].initial = {{RegionValues(V), {}}, {RegionValues(W), {}}};
    const auto run = engine::run_reference(spec, network);
    const double* last = run.states.data() + run.states.size() - 2 * 68;
    const auto expected = golden.at(name).get<std::vector<double>>();
    for (std::size_t k = 0; k < 68; ++k)
      EXPECT_NEAR(last[k], expected[k], 1e-13) << name << " " << k;
  }
}

TEST_F(StudySurface, ValuesByRegionAreThoseOfItsVertices) {
  write("eight.txt", "1\n2\n3\n4\n5\n6\n7\n8\n");
  const auto values = [&](const std::string& override) {
    const io::Study one = study({override});
    const auto resolved = io::resolve(one, io::load_connectome(one));
    const engine::Population& own = resolved.simulation.populations[0];
    return own.parameters[static_cast<std::size_t>(own.model->parameter("I"))];
  };
  for (const RegionValues& I : {values("model.parameters.I=[1, 2, 3, 4, 5, 6, 7, 8]"),
                                values("model.parameters.I={file: eight.txt}")}) {
    ASSERT_EQ(I.values.size(), 68U);
    EXPECT_EQ(I(0), 1.0);
    EXPECT_EQ(I(3), 2.0);
    EXPECT_EQ(I(18), 1.0);
    EXPECT_EQ(I(67), 8.0);
  }
  write("labelled.csv", "region,value\nr7,8\nr6,7\nr5,6\nr4,5\nr3,4\nr2,3\nr1,2\nr0,1\n");
  EXPECT_EQ(values("model.parameters.I={file: labelled.csv}").values,
            values("model.parameters.I={file: eight.txt}").values);
  write("labelled.csv", "region,value\nr7,8\nr6,7\nr5,6\nr4,5\nr3,4\nr2,3\nr1,2\nr9,1\n");
  EXPECT_THAT(error_of({"model.parameters.I={file: labelled.csv}"}),
              HasSubstr("row 8: no region is called 'r9'"));
  const RegionValues I = values("model.parameters.I={r1: 3, r7: 4, \"r0/1\": 5, default: 0}");
  EXPECT_THAT((std::vector<double>{I(0), I(1), I(3), I(5), I(6), I(21), I(67)}),
              ElementsAre(0.0, 5.0, 3.0, 3.0, 0.0, 3.0, 4.0));
  EXPECT_THAT(error_of({"model.parameters.I=[1, 2, 3]"}),
              HasSubstr("3 values, but the connectome has 68 regions"));
}

TEST_F(StudySurface, VerticesAndRegionsWithoutMayHaveModelsOfTheirOwn) {
  const io::Study one = io::parse_study(R"(connectome: {file: regions.zip, speed: 4 mm/ms}
surface: {file: sphere.zip, mapping: mapping.txt, local_connectivity: {kernel: neighbours}}
models:
  - {name: Generic2dOscillator, regions: [r0, r1, r2, r3, r4, r5]}
  - {name: MontbrioPazoRoxin, regions: rest, source: V, target: c_V}
coupling: {name: linear, gain: 0.3}
duration: 100 ms
)",
                                        folder + "/study.yml", {});
  const auto resolved = io::resolve(one, io::load_connectome(one));
  const auto& of = resolved.simulation.population_of;
  EXPECT_EQ(std::count(of.begin(), of.end(), 0), 66);
  EXPECT_EQ(of[67], 1);
  for (const engine::Population& own : resolved.simulation.populations) {
    EXPECT_EQ(own.tracts.size(), 1U);
    EXPECT_EQ(own.links.size(), 1U);
  }
}

TEST_F(StudySurface, MonitorsAverageOverRegions) {
  const io::Study one =
      study({"monitors=[{kind: temporal_average, period: 5 ms, groups: regions}, {kind: raw, "
             "period: 5 ms, regions: [r1, r7]}]"});
  const auto resolved = io::resolve(one, io::load_connectome(one));
  EXPECT_EQ(resolved.monitors[0].group_names.size(), 8U);
  EXPECT_EQ(resolved.monitors[0].region_group[66], 6);
  EXPECT_EQ(monitor::extent_of(resolved.monitors[0], 0, 200, 68).columns, 8);
  EXPECT_EQ(resolved.monitors[1].regions.size(), 13U);
  EXPECT_THAT(error_of({"monitors=[{kind: raw, groups: regions, regions: [r1]}]"}),
              HasSubstr("not with `groups`"));
}

TEST_F(StudySurface, MappingsThatDoNotFitAreErrors) {
  const auto with = [&](const std::string& mapping) {
    write("bad.txt", mapping);
    return error_of({"surface.mapping=bad.txt"});
  };
  std::string right;
  for (int k = 0; k < 66; ++k)
    right += fmt::format("{}\n", k / 11);
  EXPECT_EQ(with(right), "");
  EXPECT_THAT(with(right + "0\n"), HasSubstr("has 67 entries, and"));
  EXPECT_THAT(with(right + "0\n"), HasSubstr("--set surface.mapping=bad.txt: "));
  EXPECT_THAT(with("8\n" + right.substr(2)), HasSubstr("bad.txt: vertex 0: no region 8 in " +
                                                       folder + "/regions.zip (allowed: 0 to 7)"));
  EXPECT_THAT(with("-1\n" + right.substr(2)), HasSubstr("vertex 0: no region -1"));
  EXPECT_THAT(with("0.5\n" + right.substr(2)), HasSubstr("vertex 0: 0.5 is not a whole number"));
  EXPECT_THAT(with("nan\n" + right.substr(2)), HasSubstr("vertex 0"));
  EXPECT_THAT(with("4294967296\n" + right.substr(2)), HasSubstr("is not a whole number"));
}

TEST_F(StudySurface, AMappingThatPutsRegionsElsewhereIsSaid) {
  std::string shifted;
  for (int k = 0; k < 66; ++k)
    shifted += fmt::format("{}\n", k / 3 % 6 + 1);
  write("shifted.txt", shifted);
  const network::Connectome network = io::load_connectome(study({"surface.mapping=shifted.txt"}));
  EXPECT_THAT(network.warnings,
              ElementsAre(HasSubstr("1 region without vertices is a single node: r0"),
                          HasSubstr("6 of 6 regions lie nearer to many other regions' centres")));
}

TEST_F(StudySurface, CorticalRegionsWithoutVerticesAreNamed) {
  write("half.txt", [] {
    std::string text;
    for (int k = 0; k < 66; ++k)
      text += "2\n";
    return text;
  }());
  const network::Connectome network = io::load_connectome(study({"surface.mapping=half.txt"}));
  EXPECT_EQ(network.n_regions(), 66 + 7);
  EXPECT_THAT(network.warnings,
              Contains(HasSubstr("5 regions without vertices are single nodes: r0, r1, r3, r4, "
                                 "r5")));
}

TEST_F(StudySurface, LocalConnectivityThatDoesNotFitIsAnError) {
  write("small.csv", "0,1\n1,0\n");
  EXPECT_THAT(error_of({"surface.local_connectivity={file: small.csv}"}),
              HasSubstr("has shape (2, 2): expected a row and a column for each of 66 vertices"));
  std::string rows;
  for (int row = 0; row < 66; ++row) {
    for (int column = 0; column < 66; ++column)
      rows += fmt::format("{}{}", row == 3 && column == 5 ? "nan" : "1", column < 65 ? "," : "\n");
  }
  write("nan.csv", rows);
  EXPECT_THAT(error_of({"surface.local_connectivity={file: nan.csv}"}),
              AllOf(HasSubstr("surface.local_connectivity"), HasSubstr("nan")));
  EXPECT_THAT(error_of({"surface.local_connectivity={kernel: gaussian}"}), HasSubstr("sigma"));
  EXPECT_THAT(error_of({"surface.local_connectivity={kernel: gaussian, sigma: -3}"}),
              HasSubstr("sigma"));
  EXPECT_THAT(error_of({"surface.local_connectivity={kernel: neighbours, cutoff: 3}"}),
              HasSubstr("has no meaning for neighbours"));
  EXPECT_THAT(error_of({"surface.local_connectivity={kernel: gaussian, sigma: 3, sigma_2: 4}"}),
              HasSubstr("is for double_gaussian only"));
  EXPECT_THAT(error_of({"surface.local_connectivity={file: small.csv, sigma: 4}"}),
              HasSubstr("is for a `kernel`"));
  EXPECT_THAT(error_of({"surface.local_connectivity={}"}), HasSubstr("either `file` or `kernel`"));
  EXPECT_THAT(error_of({"surface.source=V"}), HasSubstr("give both"));
  EXPECT_THAT(error_of({"surface.source=X", "surface.target=c_0"}), HasSubstr("X"));
}

TEST_F(StudySurface, AMeshThatIsTooCoarseForTheCutOffIsSaid) {
  const network::Connectome network = io::load_connectome(
      study({"surface.local_connectivity={kernel: gaussian, sigma: 3, cutoff: 11.71}"}));
  // Edges at the six corners of the octahedron are shorter than those between others.
  EXPECT_THAT(network.warnings, ElementsAre(HasSubstr("the mesh is too coarse")));
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text +=
          i + k > bytes.size() ? '=' : digits[bits >> (18U - 6U * static_cast<unsigned>(k)) & 63U];
    if (i % 57 == 0) text += '\n';
  }
  return text;
}

template <class Number>
std::string bytes_of(const std::vector<Number>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Number)};
}

std::string zipped(const std::string& bytes) {
  uLongf size = compressBound(bytes.size());
  std::string packed(size, 0);
  compress(reinterpret_cast<Bytef*>(packed.data()), &size,
           reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  packed.resize(size);
  return packed;
}

std::string array(const std::string& intent, const std::string& type, std::size_t rows,
                  std::size_t columns, const std::string& encoding, const std::string& data,
                  const std::string& more = "") {
  return fmt::format(
      "<DataArray Intent=\"NIFTI_INTENT_{}\" DataType=\"NIFTI_TYPE_{}\" "
      "ArrayIndexingOrder=\"RowMajorOrder\" Dimensionality=\"{}\" Dim0=\"{}\"{} Encoding=\"{}\" "
      "Endian=\"LittleEndian\"{}><Data>{}</Data></DataArray>",
      intent, type, columns > 1 ? 2 : 1, rows,
      columns > 1 ? fmt::format(" Dim1=\"{}\"", columns) : "", encoding, more, data);
}

/// The sphere in GIFTI, floats zipped and integers in base 64, its labels in text.
class Gifti : public StudySurface {
 protected:
  void SetUp() override {
    StudySurface::SetUp();
    std::vector<float> places;
    std::vector<std::int32_t> corners;
    for (const auto& v : surface.vertices)
      places.insert(places.end(),
                    {static_cast<float>(v[0]), static_cast<float>(v[1]), static_cast<float>(v[2])});
    for (const auto& t : surface.triangles)
      corners.insert(corners.end(), t.begin(), t.end());
    points =
        array("POINTSET", "FLOAT32", 66, 3, "GZipBase64Binary", base64(zipped(bytes_of(places))));
    triangles = array("TRIANGLE", "INT32", 128, 3, "Base64Binary", base64(bytes_of(corners)));
    write("sphere.surf.gii", document(points + triangles));
    for (int k = 0; k < 66; ++k)
      keys += fmt::format("{}{}", k % 5 == 0 ? "\n" : "\t ", 10 + k / 3 % 6);
    write("sphere.label.gii", labels("r"));
  }

  static std::string document(const std::string& inside) {
    return "<?xml version=\"1.0\"?><!DOCTYPE GIFTI SYSTEM \"gifti.dtd\"><GIFTI Version=\"1.0\">" +
           inside + "</GIFTI>";
  }
  [[nodiscard]] std::string labels(const std::string& letter) const {
    std::string table = "<LabelTable>";
    for (int k = 0; k < 6; ++k)
      table += fmt::format("<Label Key=\"{}\"><![CDATA[{}{}]]></Label>", 10 + k, letter, k);
    return document(table + "</LabelTable>" + array("LABEL", "INT32", 66, 1, "ASCII", keys));
  }
  [[nodiscard]] std::string error_with(const std::string& text) const {
    write("bad.surf.gii", text);
    return error_of({"surface.file=bad.surf.gii"});
  }

  std::string points, triangles, keys;
};

TEST_F(Gifti, SurfacesAndLabelsAreThoseOfTheZip) {
  const network::Connectome zip = io::load_connectome(study());
  const network::Connectome gifti = io::load_connectome(
      study({"surface.file=sphere.surf.gii", "surface.mapping=sphere.label.gii"}));
  EXPECT_EQ(gifti.labels, zip.labels);
  EXPECT_EQ(gifti.source, zip.source);
  for (std::size_t v = 0; v < 66; ++v) {
    for (std::size_t k = 0; k < 3; ++k)
      EXPECT_NEAR(gifti.centres[v][k], zip.centres[v][k], 2e-6);
  }
}

TEST_F(Gifti, SeveralFilesAreOneSurface) {
  const network::Connectome both =
      io::load_connectome(study({"surface.file=[sphere.surf.gii, sphere.zip]",
                                 "surface.mapping=[sphere.label.gii, mapping.txt]"}));
  EXPECT_EQ(both.n_regions(), 2 * 66 + 2);
  EXPECT_EQ(both.labels[66], "r0/66");
  EXPECT_EQ(both.source[static_cast<std::size_t>(both.row[66])] >= 66, true);
}

TEST_F(Gifti, DamagedFilesAreErrors) {
  EXPECT_THAT(error_with("<GIFTI>"), HasSubstr("is not a GIFTI file"));
  EXPECT_THAT(error_with(document(points)), HasSubstr("has no array of triangles"));
  EXPECT_THAT(error_with(document(points + points + triangles)),
              HasSubstr("has several arrays of vertices"));
  EXPECT_THAT(error_with(document(points.substr(0, points.find("<Data>") + 6) +
                                  "AAAA</Data></DataArray>" + triangles)),
              HasSubstr("array 1: "));
  std::string other = triangles;
  other.replace(other.find("Dim0=\"128\""), 10, "Dim0=\"129\"");
  EXPECT_THAT(error_with(document(points + other)), HasSubstr("array 2: has 1536 bytes"));
  other = points;
  other.replace(other.find("Dim1=\"3\""), 8, "Dim1=\"2\"");
  EXPECT_THAT(error_with(document(other + triangles)), HasSubstr("the compressed data"));
  other = points;
  other.replace(other.find("GZipBase64Binary"), 16, "ExternalFileBinary");
  EXPECT_THAT(error_with(document(other + triangles)), HasSubstr("is not read"));
  std::string more = labels("r");
  more.replace(more.find("</Data>"), 7, " 10</Data>");
  write("other.label.gii", more);
  EXPECT_THAT(error_of({"surface.mapping=other.label.gii"}), HasSubstr("has 67 values"));
  write("other.label.gii", labels("x"));
  EXPECT_THAT(error_of({"surface.mapping=other.label.gii"}), HasSubstr("is called 'x0'"));
  EXPECT_THAT(error_of({"surface.file=mapping.txt"}), HasSubstr("expected a surface"));
  EXPECT_THAT(error_of({"surface.file=regions.zip"}), HasSubstr("has no member vertices.txt"));
  EXPECT_THAT(error_of({"surface.file=[]"}), HasSubstr("not an empty list"));
  EXPECT_THAT(error_of({"surface.file=none.zip"}), HasSubstr("none.zip"));
}

}  // namespace
}  // namespace arcuate::test
