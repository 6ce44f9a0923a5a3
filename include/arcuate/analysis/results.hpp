#pragma once

#include <string>
#include <vector>

#include "arcuate/analysis/feature.hpp"

/// What kinds of features make their results of.
namespace arcuate::analysis {

/// "mV^2", "(mV/ms)^2"; that of a number is "1".
std::string squared(const std::string& unit);

/// [samples] nearest to a time [s]; a note where that is another time. `what`: "fcd: window".
Index samples_of(double seconds, double rate, const std::string& what,
                 std::vector<std::string>& notes);

Axis region_axis(const Input& input);
Axis other_region_axis(const Input& input);
/// [s] of every sample.
Axis time_axis(const Input& input);

Array number(std::string name, std::string unit, double value);
Array vector(std::string name, std::string unit, std::string axis, const Vector& values);
/// Rows of `matrix` along the first axis.
Array table(std::string name, std::string unit, std::vector<std::string> axes,
            const Matrix& matrix);

/// Entries of a matrix over pairs that do not count become NaN; the diagonal stays.
Matrix masked(Matrix matrix, const PairMask& mask);

/// Throws DataError, or notes, as the option `undefined` says, when regions are constant or not
/// finite: `what` is not defined for them.
void require_variance(const Input& input, const Options& options, const std::string& what);
void require_none(const Input& input, const std::vector<Index>& constant, const Options& options,
                  const std::string& what);
/// The same as a note only.
void note_constant(const Input& input, Result& result);
void note_constant(const Input& input, const std::vector<Index>& constant, Result& result);

}  // namespace arcuate::analysis
