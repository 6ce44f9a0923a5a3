#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <filesystem>
#include <fstream>

#include "arcuate/core/error.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/study.hpp"

/// Files of other programs that hold dense matrices by name, written here as those programs write
/// them.
namespace arcuate::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string path_of(const std::string& name) {
  const auto folder = std::filesystem::temp_directory_path() / "arcuate_dense";
  std::filesystem::create_directories(folder);
  return (folder / name).string();
}

class Writer {
 public:
  Writer(const std::string& path, hsize_t user_block) {
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_userblock(creation, user_block);
    file_ = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, H5P_DEFAULT);
    H5Pclose(creation);
  }
  ~Writer() { H5Fclose(file_); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  [[nodiscard]] hid_t file() const { return file_; }

  void put(const char* name, hid_t type, std::vector<hsize_t> shape, const void* values,
           const char* matlab_class = nullptr) const {
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t data = H5Dcreate2(file_, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    if (matlab_class != nullptr) mark(data, matlab_class);
    H5Dclose(data);
    H5Sclose(space);
  }
  void doubles(const char* name, std::vector<hsize_t> shape, const std::vector<double>& values,
               const char* matlab_class = nullptr) const {
    put(name, H5T_NATIVE_DOUBLE, std::move(shape), values.data(), matlab_class);
  }

 private:
  static void mark(hid_t object, const std::string& text) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, text.size());
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t at = H5Acreate2(object, "MATLAB_class", type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(at, type, text.data());
    H5Aclose(at);
    H5Sclose(space);
    H5Tclose(type);
  }
  hid_t file_;
};

template <class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const DataError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ConnectomeDense, TheVirtualBrainsHdf5) {
  const std::string path = path_of("tvb.h5");
  {
    const Writer h5(path, 0);
    h5.doubles("weights", {2, 2}, {0, 1.5, 2.5, 0});
    h5.doubles("tract_lengths", {2, 2}, {0, 40.1, 30.7, 0});
    h5.doubles("centres", {2, 3}, {1, 2, 3, 4, 5, 6});
    h5.doubles("areas", {2}, {7, 8});
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, 3);
    h5.put("region_labels", text, {2}, "aa\0bbb");
    H5Tclose(text);
    // h5py's bool.
    const hid_t flag = H5Tenum_create(H5T_NATIVE_INT8);
    for (const std::int8_t value : {std::int8_t{0}, std::int8_t{1}})
      H5Tenum_insert(flag, value == 0 ? "FALSE" : "TRUE", &value);
    const std::int8_t sides[2] = {0, 1};
    h5.put("hemispheres", flag, {2}, sides);
    H5Tclose(flag);
  }
  const network::Connectome c = read_connectome(path);
  EXPECT_THAT(c.weight, ElementsAre(1.5, 2.5));
  EXPECT_THAT(c.source, ElementsAre(1, 0));
  EXPECT_THAT(c.length, ElementsAre(40.1, 30.7));
  EXPECT_THAT(c.labels, ElementsAre("aa", "bbb"));
  EXPECT_THAT(c.hemisphere, ElementsAre(0, 1));
  EXPECT_THAT(c.area, ElementsAre(7.0F, 8.0F));
  EXPECT_EQ(c.centres.at(1), (std::array<double, 3>{4, 5, 6}));
  // As a file of lengths it gives its lengths, as weights what is asked for.
  EXPECT_THAT(read_connectome(ConnectomeFiles{path, path}).length, ElementsAre(40.1, 30.7));
  EXPECT_THAT(read_connectome(ConnectomeFiles{{path, "tract_lengths"}}).weight,
              ElementsAre(40.1, 30.7));
  EXPECT_THAT(error_of([&] {
                read_connectome(ConnectomeFiles{{path, "sc9"}});
              }),
              HasSubstr("has no 'sc9': it holds areas (2), centres (2 x 3), hemispheres (2)"));
}

TEST(ConnectomeDense, MatlabSevenThreeStoresColumns) {
  const std::string path = path_of("v73.mat");
  {
    const Writer h5(path, 512);
    // W = [0 1; 2 0], of which MATLAB writes the columns one after the other.
    h5.doubles("sc", {2, 2}, {0, 2, 1, 0}, "double");
    h5.doubles("len", {2, 2}, {0, 20, 10, 0}, "double");
    const std::uint16_t cells[2][2] = {{'l', 'A'}, {'r', 0xE9}};
    h5.put("#a", H5T_NATIVE_UINT16, {2, 1}, cells[0], "char");
    h5.put("#b", H5T_NATIVE_UINT16, {2, 1}, cells[1], "char");
    hobj_ref_t references[2];
    H5Rcreate(&references[0], h5.file(), "#a", H5R_OBJECT, -1);
    H5Rcreate(&references[1], h5.file(), "#b", H5R_OBJECT, -1);
    h5.put("labels", H5T_STD_REF_OBJ, {1, 2}, references, "cell");
  }
  {
    std::fstream header(path, std::ios::in | std::ios::out | std::ios::binary);
    header << "MATLAB 7.3 MAT-file, Platform: GLNXA64";
  }
  const network::Connectome c = read_connectome(path);
  EXPECT_THAT(c.weight, ElementsAre(1, 2));  // from the second to the first, and back
  EXPECT_THAT(c.source, ElementsAre(1, 0));
  EXPECT_THAT(c.length, ElementsAre(10, 20));
  EXPECT_THAT(c.labels, ElementsAre("lA", "r\xC3\xA9"));
  EXPECT_THAT(c.hemisphere, ElementsAre(0, 1));
}

TEST(ConnectomeDense, MatlabFourIsNamed) {
  const std::string path = path_of("v4.mat");
  // MOPT 0: little-endian full doubles; 1 x 1, real, a name of 2 bytes.
  const std::int32_t header[5] = {0, 1, 1, 0, 2};
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(header), sizeof header);
  file.write("W\0\0\0\0\0\0\0\0\0", 10);
  file.close();
  EXPECT_THAT(error_of([&] { read_connectome(path); }), HasSubstr("version 4"));
}

TEST(ConnectomeDense, LengthsBesideDelaysAreSaidWithTheSpeedTheyAgreeAt) {
  const std::string path = path_of("both.h5");
  const auto write = [&](double delay) {
    const Writer h5(path, 0);
    h5.doubles("weights", {2, 2}, {0, 1, 1, 0});
    h5.doubles("tract_lengths", {2, 2}, {0, 40, 20, 0});
    h5.doubles("delays", {2, 2}, {0, 10, delay, 0});
    h5.doubles("lenghts", {2, 2}, {0, 0, 0, 0});
  };
  write(5.0);
  const network::Connectome c = read_connectome(path);
  EXPECT_THAT(c.delay, ElementsAre(10, 5));
  EXPECT_DOUBLE_EQ(c.implied_speed, 4.0);
  EXPECT_THAT(c.warnings, testing::Contains(HasSubstr("the delays are used")));
  EXPECT_THAT(c.warnings,
              testing::Contains(HasSubstr("'lenghts' is not read: is it meant to be 'lengths'?")));
  const auto at = [&](const std::string& speed) {
    return load_connectome(parse_study("connectome: {file: " + path + ", speed: " + speed +
                                           "}\nmodel: {name: Linear}\nduration: 1",
                                       "s.yml", {}));
  };
  EXPECT_THAT(at("4 mm/ms").delay, ElementsAre(10, 5));
  EXPECT_THROW(at("3 mm/ms"), ConfigError);
  write(6.0);
  EXPECT_THROW(at("4 mm/ms"), ConfigError);
  EXPECT_EQ(read_connectome(path).implied_speed, 0.0);
}

TEST(ConnectomeDense, SeveralMatricesOfWeightsAreSaidAndUnknownNamesListed) {
  const std::string path = path_of("several.h5");
  {
    const Writer h5(path, 0);
    h5.doubles("W", {2, 2}, {0, 1, 1, 0});
    h5.doubles("weights", {2, 2}, {0, 3, 3, 0});
  }
  const network::Connectome c = read_connectome(path);
  EXPECT_THAT(c.weight, testing::Each(3.0));
  EXPECT_THAT(c.warnings,
              ElementsAre(HasSubstr("weights, W could all be the weights: weights is read")));
  // Two matrices of weights and none of lengths: neither is taken for lengths.
  EXPECT_THAT(
      error_of([&] {
        read_connectome(ConnectomeFiles{path, path});
      }),
      HasSubstr("has no lengths under a name that is read: it holds W (2 x 2), weights (2 x 2)"));
  {
    const Writer h5(path, 0);
    h5.doubles("first", {2, 2}, {0, 1, 1, 0});
    h5.doubles("second", {2, 2}, {0, 3, 3, 0});
  }
  EXPECT_THAT(error_of([&] { read_connectome(path); }),
              HasSubstr("pick one with `weights: {file: several.h5, variable: second}`"));
}

}  // namespace
}  // namespace arcuate::io
