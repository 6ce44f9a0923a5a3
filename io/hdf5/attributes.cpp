#include <array>
#include <cstring>
#include <map>

#include "arcuate/core/error.hpp"
#include "arcuate/io/hdf5.hpp"

namespace arcuate::io::hdf5 {
namespace {

/// Fixed strings with their final null, as the dimension scales specification asks for.
Handle fixed_text(std::size_t bytes) {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.id(), bytes);
  return type;
}

Handle utf8() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.id(), H5T_VARIABLE);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

void write_attribute(hid_t object, const std::string& name, hid_t type, const Handle& space,
                     const void* value, const std::string& file) {
  const Handle attribute(
      H5Acreate2(object, name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  if (attribute.id() < 0) fail("H5Acreate(" + name + ")", file);
  if (H5Awrite(attribute.id(), type, value) < 0) fail("H5Awrite(" + name + ")", file);
}

Handle open_attribute(hid_t object, const std::string& name, const std::string& file) {
  Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  if (attribute.id() < 0) fail("H5Aopen(" + name + ")", file);
  return attribute;
}

void check_attribute(const Handle& attribute, Kind kind, const std::string& name,
                     const std::string& file) {
  const std::string reason = doubt_attribute(attribute.id(), kind);
  if (!reason.empty()) throw EnvironmentError(file + ": attribute '" + name + "': " + reason);
}

void read_number(hid_t object, const std::string& name, hid_t type, void* value,
                 const std::string& file) {
  const Handle from = open_attribute(object, name, file);
  check_attribute(from, Kind::numbers, name, file);
  if (H5Aread(from.id(), type, value) < 0) fail("H5Aread(" + name + ")", file);
}

/// Entry of a scale's list of the datasets that use it.
struct Reference {
  hobj_ref_t dataset;
  std::int32_t dimension;
};

Handle reference_type() {
  Handle type(H5Tcreate(H5T_COMPOUND, sizeof(Reference)), H5Tclose);
  H5Tinsert(type.id(), "dataset", HOFFSET(Reference, dataset), H5T_STD_REF_OBJ);
  H5Tinsert(type.id(), "dimension", HOFFSET(Reference, dimension), H5T_NATIVE_INT32);
  return type;
}

}  // namespace

void Object::set_raw(const std::string& attribute, hid_t type, const void* value) const {
  write_attribute(id(), attribute, type, Handle(H5Screate(H5S_SCALAR), H5Sclose), value, file_);
}

void Object::set(const std::string& attribute, const std::string& text) const {
  // Variable length: the text lies in the heap, because an attribute itself holds at most 64 kB.
  const Handle type = utf8();
  const char* pointer = text.c_str();
  set_raw(attribute, type.id(), &pointer);
}

void Object::set(const std::string& attribute, double value) const {
  set_raw(attribute, H5T_NATIVE_DOUBLE, &value);
}

void Object::set(const std::string& attribute, std::int64_t value) const {
  set_raw(attribute, H5T_NATIVE_INT64, &value);
}

void Object::set(const std::string& attribute, std::uint64_t value) const {
  set_raw(attribute, H5T_NATIVE_UINT64, &value);
}

std::string Object::text(const std::string& attribute) const {
  const Handle from = open_attribute(id(), attribute, file_);
  check_attribute(from, Kind::texts, attribute, file_);
  auto value = read_text_of(from.id());
  if (!value) fail("H5Aread(" + attribute + ")", file_);
  return std::move(*value);
}

double Object::number(const std::string& attribute) const {
  double value = 0.0;
  read_number(id(), attribute, H5T_NATIVE_DOUBLE, &value, file_);
  return value;
}

std::string Object::unsigned_text(const std::string& attribute) const {
  std::uint64_t value = 0;
  read_number(id(), attribute, H5T_NATIVE_UINT64, &value, file_);
  return std::to_string(value);
}

void Object::make_scale(const std::string& axis) const {
  constexpr std::array<char, 16> kind{"DIMENSION_SCALE"};
  const Handle kind_type = fixed_text(kind.size());
  set_raw("CLASS", kind_type.id(), kind.data());
  const Handle name_type = fixed_text(axis.size() + 1);
  set_raw("NAME", name_type.id(), axis.c_str());
}

void attach_scales(const std::vector<ScaleUse>& uses) {
  std::map<const Object*, std::vector<Reference>> used_by;
  for (const ScaleUse& use : uses) {
    const std::string& file = use.dataset->file_;
    Reference back;
    std::memset(&back, 0, sizeof back);  // also the padding: it is written
    if (H5Rcreate(&back.dataset, use.dataset->id(), ".", H5R_OBJECT, -1) < 0)
      fail("H5Rcreate", file);
    std::vector<hobj_ref_t> references(use.scales.size());
    std::vector<hvl_t> lists(use.scales.size());
    for (std::size_t d = 0; d < use.scales.size(); ++d) {
      if (H5Rcreate(&references[d], use.scales[d]->id(), ".", H5R_OBJECT, -1) < 0)
        fail("H5Rcreate", file);
      lists[d] = {1, &references[d]};
      back.dimension = static_cast<std::int32_t>(d);
      used_by[use.scales[d]].push_back(back);
    }
    const Handle list_type(H5Tvlen_create(H5T_STD_REF_OBJ), H5Tclose);
    const hsize_t rank = use.scales.size();
    write_attribute(use.dataset->id(), "DIMENSION_LIST", list_type.id(),
                    Handle(H5Screate_simple(1, &rank, nullptr), H5Sclose), lists.data(), file);
  }
  const Handle type = reference_type();
  for (const auto& [scale, references] : used_by) {
    const hsize_t count = references.size();
    write_attribute(scale->id(), "REFERENCE_LIST", type.id(),
                    Handle(H5Screate_simple(1, &count, nullptr), H5Sclose), references.data(),
                    scale->file_);
  }
}

}  // namespace arcuate::io::hdf5
