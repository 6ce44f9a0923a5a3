#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arcuate/core/error.hpp"
#include "arcuate/core/version.hpp"
#include "stepwise.hpp"

// The module arcuate._engine, which arcuate/simulation.py dresses.

namespace py = pybind11;

namespace arcuate::python {
namespace {

using Numbers = py::array_t<double, py::array::c_style | py::array::forcecast>;

/// handle: the address of an Open MPI communicator, or none: this process by itself, without MPI.
comm::Communicator communicator_of(std::optional<std::uintptr_t> handle) {
  if (!handle) return comm::Communicator::alone();
  return comm::Communicator(reinterpret_cast<MPI_Comm>(*handle));
}

py::array_t<double> copied(const std::vector<double>& values, std::vector<py::ssize_t> shape) {
  py::array_t<double> array(std::move(shape));
  std::copy(values.begin(), values.end(), array.mutable_data());
  return array;
}

/// name -> (times, data, variables, columns)
py::dict taken(Stepwise& stepwise) {
  py::dict all;
  for (const auto& [name, samples] : stepwise.take_samples()) {
    const auto times = static_cast<py::ssize_t>(samples.time.size());
    all[py::str(name)] = py::make_tuple(
        copied(samples.time, {times}),
        copied(samples.data, {times, static_cast<py::ssize_t>(samples.variables.size()),
                              static_cast<py::ssize_t>(samples.columns.size())}),
        samples.variables, samples.columns);
  }
  return all;
}

/// The memory of the simulation itself, which NumPy may not write.
py::array_t<double> view(const py::object& self, const std::string& name) {
  const std::vector<double>& values = self.cast<const Stepwise&>().state(name);
  py::array_t<double> array({static_cast<py::ssize_t>(values.size())}, values.data(), self);
  array.attr("flags").attr("writeable") = false;
  return array;
}

/// Without the interpreter's lock, which it takes to look whether there was a signal.
void run(Stepwise& stepwise, Step steps) {
  const py::gil_scoped_release released;
  stepwise.run(steps, [] {
    const py::gil_scoped_acquire taken;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  });
}

void set_input(Stepwise& stepwise, const std::string& name, const Numbers& values) {
  stepwise.set_input(name, {values.data(), values.data() + values.size()});
}

/// Errors of the program as (code, message).
void translate(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const Error& error) {
    const py::object raised = py::module_::import("arcuate.errors")
                                  .attr("error_of")(static_cast<int>(error.code()),
                                                    std::string("arcuate: error: ") + error.what());
    PyErr_SetObject(py::type::of(raised).ptr(), raised.ptr());
  }
}

}  // namespace
}  // namespace arcuate::python

PYBIND11_MODULE(_engine, module) {
  using arcuate::python::Stepwise;
  py::register_exception_translator(&arcuate::python::translate);
  module.attr("version") = std::string(arcuate::version());
  py::class_<Stepwise>(module, "Stepwise")
      .def(py::init([](const std::string& study, const std::vector<std::string>& overrides,
                       int threads, std::optional<std::uintptr_t> communicator) {
             return std::make_unique<Stepwise>(arcuate::python::communicator_of(communicator),
                                               study, overrides, threads);
           }),
           py::arg("study"), py::arg("overrides"), py::arg("threads"), py::arg("communicator"))
      .def_property_readonly("now", &Stepwise::now)
      .def_property_readonly("steps", &Stepwise::steps)
      .def_property_readonly("dt", &Stepwise::dt)
      .def_property_readonly("labels", &Stepwise::labels)
      .def_property_readonly("state_names", &Stepwise::state_names)
      .def_property_readonly("input_names", &Stepwise::input_names)
      .def("state", &arcuate::python::view, py::arg("name"))
      .def("set_input", &arcuate::python::set_input, py::arg("name"), py::arg("values"))
      .def("clear_input", &Stepwise::clear_input, py::arg("name"))
      .def("run", &arcuate::python::run, py::arg("steps"))
      .def("take_samples", &arcuate::python::taken);
}
