#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "../../../io/matrix/mat_structure.hpp"
#include "arcuate/core/error.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/hdf5.hpp"
#include "places.hpp"

namespace arcuate::io {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string seeds = std::string(ARCUATE_SOURCE) + "/tests/fuzz/corpus/";
const std::string faults = std::string(ARCUATE_SOURCE) + "/tests/data/faults/";

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string file_refusal(const std::string& path) {
  try {
    read_connectome(path);
    return "";
  } catch (const DataError& error) {
    return error.what();
  }
}

/// What reading says of a file of these bytes.
std::string refusal_of(const std::string& bytes, const std::string& ending) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("arcuate_hostile" + ending)).string();
  std::ofstream(path, std::ios::binary) << bytes;
  std::string message = file_refusal(path);
  std::filesystem::remove(path);
  return message;
}

/// `bytes` with `now` where `before` is for the last time.
std::string with(std::string bytes, const std::string& before, const std::string& now) {
  bytes.replace(bytes.rfind(before), now.size(), now);
  return bytes;
}

std::string words(std::initializer_list<std::uint32_t> numbers) {
  std::string bytes;
  for (const std::uint32_t number : numbers)
    bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
  return bytes;
}

TEST(HostileMat, EverySeedIsWhole) {
  for (const char* name : {"dense", "sparse", "struct", "compressed", "nested"})
    EXPECT_EQ(file_refusal(seeds + "mat/" + name + ".mat"), "") << name;
}

TEST(HostileMat, WhatClaimsMoreThanItHasIsRefused) {
  const std::string dense = content(seeds + "mat/dense.mat");
  const std::string sparse = content(seeds + "mat/sparse.mat");
  const std::string shape = words({5, 8, 3, 3});
  EXPECT_THAT(refusal_of(with(dense, shape, words({5, 8, 3, 300})), ".mat"),
              AllOf(HasSubstr("900 elements"), HasSubstr("72 bytes")));
  EXPECT_THAT(refusal_of(with(dense, shape, words({5, 8, 0x80000000, 3})), ".mat"),
              HasSubstr("a negative dimension"));
  EXPECT_THAT(refusal_of(with(dense, shape, words({5, 8, 0x7FFFFFFF, 0x7FFFFFFF})), ".mat"),
              HasSubstr("more elements than a file can hold"));
  EXPECT_THAT(refusal_of(with(dense, words({5, 8, 1, 3}), words({5, 8, 1, 9})), ".mat"),
              AllOf(HasSubstr("9 elements"), HasSubstr("3 bytes")));  // the last label
  std::string cells = dense;
  cells.replace(cells.find(words({5, 8, 1, 3})), 16, words({5, 8, 1, 9}));
  EXPECT_THAT(refusal_of(cells, ".mat"), AllOf(HasSubstr("cut"), HasSubstr("labels")));
  EXPECT_THAT(refusal_of(with(sparse, shape, words({5, 8, 3, 9})), ".mat"),
              HasSubstr("one pointer per column"));
  EXPECT_THAT(refusal_of(dense.substr(0, dense.size() - 8), ".mat"), HasSubstr("damaged"));
}

TEST(HostileHdf5, WhatEndsTheLibraryIsRefused) {
  EXPECT_THAT(file_refusal(faults + "h5_segv_libhdf5.h5"),
              AllOf(HasSubstr("labels"), HasSubstr("claims more elements than it holds")));
  EXPECT_NE(hdf5::read_everything(faults + "h5_asan_H5Aexists.h5"), 0);
  for (const char* name : {"plain", "chunked", "latest", "latest_chunked", "own"}) {
    EXPECT_EQ(hdf5::read_everything(seeds + "hdf5/" + name + ".h5"), 0) << name;
    EXPECT_EQ(file_refusal(seeds + "hdf5/" + name + ".h5"), "") << name;
  }
}

/// A dense npz of two regions, with a member of these bytes per region beside the weights.
std::string flags_refusal(const std::string& member, const std::string& type,
                          const std::string& bytes) {
  const auto npy = [](const std::string& descr, const std::string& shape, const std::string& data) {
    std::string header =
        "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
    header.resize(117, ' ');
    return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + "\n" + data;
  };
  const std::string path = (std::filesystem::temp_directory_path() / "arcuate_flags.npz").string();
  const std::string weights = npy("<i4", "(2, 2)", words({0, 1, 1, 0}));
  const std::string flags = npy(type, "(2,)", bytes);
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  zip_file_add(archive, "weights.npy",
               zip_source_buffer(archive, weights.data(), weights.size(), 0), 0);
  zip_file_add(archive, member.c_str(), zip_source_buffer(archive, flags.data(), flags.size(), 0),
               0);
  zip_close(archive);
  std::string message = file_refusal(path);
  std::filesystem::remove(path);
  return message;
}

TEST(HostileNpz, FlagsAreZeroOrOneAndAreasFinite) {
  EXPECT_EQ(flags_refusal("cortical.npy", "<i4", words({1, 0})), "");
  EXPECT_THAT(flags_refusal("cortical.npy", "<i4", words({1, 0xFFFFFFFF})),
              AllOf(HasSubstr("cortical.npy: number 2 is -1"), HasSubstr("0 or 1")));
  EXPECT_THAT(flags_refusal("hemispheres.npy", "<i4", words({257, 0})), HasSubstr("257"));
  EXPECT_THAT(flags_refusal("areas.npy", "<f4", words({0x7F800000, 0})),
              AllOf(HasSubstr("areas"), HasSubstr("inf")));
}

/// A zip of one member with so many times the same byte.
std::string bomb(const std::string& name, std::size_t bytes, char filling) {
  const std::string path = (std::filesystem::temp_directory_path() / "arcuate_bomb.zip").string();
  const std::string text(bytes, filling);
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  zip_file_add(archive, name.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0), 0);
  zip_close(archive);
  std::string made = content(path);
  std::filesystem::remove(path);
  return made;
}

TEST(HostileZip, BombIsRefusedWithTheMemberNamed) {
  // 1.2 GB that are claimed: the sizes in the directory and in the member's own head.
  std::string archive = bomb("numbers.npy", 1 << 20, '\n');
  const std::string size = words({1 << 20});
  for (std::size_t at = 0; (at = archive.find(size, at)) != std::string::npos; at += 4)
    archive.replace(at, 4, words({1200000000}));
  const std::string path = (std::filesystem::temp_directory_path() / "arcuate_bomb.npz").string();
  std::ofstream(path, std::ios::binary) << archive;
  try {
    read_numbers(path, 2);
    ADD_FAILURE() << "accepted";
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("numbers.npy"), HasSubstr("more than 1 GiB")));
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace arcuate::io
