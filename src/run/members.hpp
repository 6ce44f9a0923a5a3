#pragma once

#include <tuple>

#include "arcuate/engine/spec.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/monitor/kind.hpp"
#include "arcuate/monitor/recorder.hpp"
#include "arcuate/monitor/spec.hpp"
#include "arcuate/tuning/inhibition.hpp"

/// The members of every type that ranks share, listed once, in order. A member that is missing
/// here, or is new in the type, does not compile: a structured binding names all members or none.
#define ARCUATE_MEMBERS(Type, ...)   \
  inline auto members(Type& value) { \
    auto& [__VA_ARGS__] = value;     \
    return std::tie(__VA_ARGS__);    \
  }

namespace arcuate::run {

ARCUATE_MEMBERS(arcuate::RegionValues, values)
ARCUATE_MEMBERS(arcuate::model::Range, low, high)
ARCUATE_MEMBERS(arcuate::model::TableAxis, first, step, points)
ARCUATE_MEMBERS(arcuate::model::LookupTable, x, y, columns, values, file, sha256)
ARCUATE_MEMBERS(arcuate::model::TemporalFunction, form, parameter, samples, times)
ARCUATE_MEMBERS(arcuate::network::Link, source, target, squared_weights)
ARCUATE_MEMBERS(arcuate::network::Coupling, form, gain, parameters, normalise)
ARCUATE_MEMBERS(arcuate::engine::InitialValue, value_of, uniform)
ARCUATE_MEMBERS(arcuate::engine::InitialHistory, samples, values)
ARCUATE_MEMBERS(arcuate::engine::NoiseTerm, kind, on_input, target, sigma, tau, beta, tau_min,
                tau_max, multiplicative, calculus, shared, shared_by, distribution)
ARCUATE_MEMBERS(arcuate::engine::Stimulus, on, target, weight, function)
ARCUATE_MEMBERS(arcuate::expression::Instruction, op, argument, position)
ARCUATE_MEMBERS(arcuate::expression::Program, text, code, names, constants, depth)
ARCUATE_MEMBERS(arcuate::model::ComputedVariable, name, unit, program)
ARCUATE_MEMBERS(arcuate::engine::Population, model, parameters, initial, links, tracts, noise,
                stimuli, table, bounds, computed)
ARCUATE_MEMBERS(arcuate::engine::Tracts, parcel_of, row, source, weight, delay, coupling)
ARCUATE_MEMBERS(arcuate::engine::SimulationSpec, populations, population_of, history, coupling,
                tracts, speed, stages, delay, method, dt, precision, seed, steps)
ARCUATE_MEMBERS(arcuate::tuning::InhibitionOptions, method, parameter, target_rate, tolerance,
                transient, window, iterations, step)
ARCUATE_MEMBERS(arcuate::monitor::MonitorSpec, kind, name, variables_by_model, computed, period,
                regions, region_group, group_names, numbers, choices, parameters, step, seconds,
                sensor_names, sensors, recorded, goes_on)
ARCUATE_MEMBERS(arcuate::monitor::SeriesInfo, name, kind, variables, units, expressions, missing,
                column_labels, columns, first_time, period, samples, sensors, recorded)
ARCUATE_MEMBERS(arcuate::io::ModelSource, plugin, plugin_sha256, preset)
ARCUATE_MEMBERS(arcuate::io::RecordingHeader, study, title, model, plugin, plugin_sha256,
                connectome_plugin, connectome_plugin_sha256, table, table_sha256, seed, dt,
                duration, precision, storage, ranks, threads, partition_method, owner, models,
                model_of, recovered, continues, stimuli)

template <class Value>
concept Listed = requires(Value& value) {
  members(value);
};

}  // namespace arcuate::run
