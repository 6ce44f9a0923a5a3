#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "arcuate/core/index.hpp"
#include "arcuate/engine/names.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/io/study.hpp"
#include "arcuate/model/names.hpp"
#include "arcuate/network/names.hpp"
#include "arcuate/partition/names.hpp"
#include "arcuate/tuning/names.hpp"
#include "file/yaml.hpp"
#include "schema.hpp"

/// What a study says about regions before the connectome is known.
namespace arcuate::io {

/// What a number must be.
struct Quantity {
  std::string_view unit;  ///< udunits name, "" when no unit can be written
  double lower = -model::unbounded;
  double upper = model::unbounded;
  bool drawable = false;  ///< may be drawn by region
};

/// One value per region as written.
struct RegionForm {
  enum class Kind { number, list, file, labels, uniform };
  struct Labelled {
    std::string label;
    double value = 0.0;
    std::string place;
  };
  Kind kind = Kind::number;
  double number = 0.0;
  std::vector<double> list;
  std::string file;  ///< relative to the working folder
  std::vector<Labelled> labels;
  std::optional<double> others;  ///< `default` of the labels
  model::Range uniform;
  Quantity quantity;
  std::string place;  ///< begins every message
};

/// A region by label or by index, or the regions of a range of indices.
struct RegionName {
  std::string label;  ///< as written
  std::optional<GlobalIndex> index;
  std::string place;
  bool quoted = false;  ///< a label, whatever it looks like
};

struct GroupForm {
  std::string name;
  std::vector<RegionName> regions;
};

/// What a study says of sensors; "" for what it does not name.
struct SensorForm {
  MatrixFile gain;
  MatrixFile covariance;
  std::string sensors;  ///< a file
  std::string mapping;  ///< a file
  std::string reference = "none";
  std::string unit;
  std::optional<std::array<double, 3>> centre;  ///< [mm] of the sphere
  std::optional<double> radius;                 ///< [mm]
  std::vector<double> variances;                ///< one, or one for each sensor
  std::string gain_place, sensors_place, mapping_place, reference_place, noise_place, sphere_place;
};

/// Where a study says what sensors see.
inline const std::string& place_of_gain(const SensorForm& form) {
  return form.gain.file.empty() ? form.sensors_place : form.gain_place;
}

struct MonitorForm {
  enum class Groups { none, regions, hemispheres, cortical, named };
  monitor::MonitorSpec spec;  ///< without variables, regions and groups
  std::vector<std::string> variables;
  std::vector<std::string> variable_places;  ///< of each, when the study names them
  bool all_linked_inputs = false;   ///< the variables are the inputs that the network enters
  std::vector<RegionName> regions;  ///< empty: all
  Groups groups = Groups::none;
  std::vector<GroupForm> named;
  SensorForm sensors;
  std::string record_place;
  std::vector<RegionForm> parameters;  ///< (monitor::KindOption::parameters) of the first choice
  std::string parameters_place;
  std::string place;
  std::string groups_place;
};

/// Edges that are scaled, before the regions are known.
struct EdgeForm {
  std::vector<RegionName> from, to;  ///< empty: all
  double scale = 1.0;
  bool both = false;  ///< and the edges the other way
  std::string place;
};

/// A stimulus before the regions are known.
struct StimulusForm {
  engine::Stimulus stimulus;  ///< without weights and samples
  RegionForm weights;
  std::vector<RegionName> regions;   ///< weight 1 here and 0 elsewhere; empty: see weights
  std::string series;                ///< a file, or ""
  std::vector<std::string> columns;  ///< of the file
  std::string series_place;
  std::string place;  ///< of the time course
};

/// The regions of an entry of `models`.
struct EntryRegions {
  bool rest = false;  ///< those of no other entry
  std::vector<RegionName> names;
  std::string file;   ///< of labels or indices, or ""
  std::string place;  ///< of `regions`
};

/// A population before the regions are known: `model`, `noise` and `stimuli`, or an entry of
/// `models`.
struct PopulationForm {
  engine::Population population;       ///< without values per region and default links
  EntryRegions regions;                ///< of an entry of `models`
  std::vector<RegionForm> parameters;  ///< (n_parameters)
  std::vector<RegionForm> initial;     ///< (n_states)
  std::vector<RegionForm> sigma;       ///< (noise terms)
  std::vector<StimulusForm> stimuli;
  bool default_links = false;
  bool usual_sources = false;  ///< the study does not say what regions broadcast
  std::vector<double> usual;   ///< (n_parameters) of the preset, else the defaults
  /// Where the shortest time of coloured noise stands, and it [ms]; dt may be known later.
  std::vector<std::pair<std::string, double>> shortest_times;
};

struct Study::Unresolved {
  engine::SimulationSpec simulation;  ///< without populations and history
  std::vector<PopulationForm> populations;
  bool listed = false;  ///< in `models`, with their regions
  std::string history;  ///< a file, or ""
  std::string history_place;
  std::string coupling_place;  ///< of its name, or of the coupling; "": there is none
  std::string step_place;      ///< of `dt`
  std::string precision_place;
  std::vector<MonitorForm> monitors;
  Step transient = 0;
  std::vector<EdgeForm> edges;
  std::string connectome_place;
  std::string speed_place;
  std::string surface_place, mapping_place, local_place;
  RegionForm strength;                     ///< of local edges, by the vertex that receives
  std::vector<network::Link> local_links;  ///< empty: as the coupling's
};

/// As messages name a region.
std::string region_name(const network::Connectome& connectome, GlobalIndex region);

/// Throws ConfigError for coloured noise that is faster than steps of dt [ms] can show.
void check_noise_times(const PopulationForm& form, double dt);

/// The regions of a connectome by name, or some of them.
class RegionIndex {
 public:
  explicit RegionIndex(const network::Connectome& connectome);
  /// Those of an entry of `models`, ascending; its values are in this order.
  RegionIndex(const network::Connectome& connectome, std::vector<GlobalIndex> members);
  [[nodiscard]] GlobalIndex size() const {
    return members_.empty() ? size_ : static_cast<GlobalIndex>(members_.size());
  }
  /// "the connectome" or "the entry".
  [[nodiscard]] std::string_view owner() const { return members_.empty() ? "connectome" : "entry"; }
  /// Of the i-th of these regions.
  [[nodiscard]] std::string label(std::size_t i) const;
  /// The i-th of these among all.
  [[nodiscard]] GlobalIndex region(std::size_t i) const {
    return members_.empty() ? static_cast<GlobalIndex>(i) : members_[i];
  }
  /// Values of these regions as values of all; what other regions get is read by nobody.
  [[nodiscard]] RegionValues whole(RegionValues values) const;
  /// Throws ConfigError that begins with `place` and names the nearest label.
  [[nodiscard]] GlobalIndex find(const std::string& label, const std::string& place) const;
  /// One, or the vertices of a region.
  [[nodiscard]] std::vector<GlobalIndex> find_all(const std::string& label,
                                                  const std::string& place) const;
  /// Regions that vertices belong to; 0: there are no vertices, or these are some of them.
  [[nodiscard]] std::size_t mapped() const {
    return mapped_ == nullptr || !members_.empty() ? 0 : z(mapped_->regions.n_regions());
  }
  /// Its number among them.
  [[nodiscard]] std::size_t find_mapped(const std::string& label, const std::string& place) const;
  /// Values of the regions that vertices belong to, as values of these.
  [[nodiscard]] std::vector<double> spread(const std::vector<double>& values) const;
  /// One region, or those of a range "first-last".
  [[nodiscard]] std::vector<GlobalIndex> find(const RegionName& name) const;
  [[nodiscard]] GlobalIndex indexed(GlobalIndex region, const std::string& place) const;

 private:
  [[nodiscard]] GlobalIndex member(GlobalIndex region, const std::string& label,
                                   const std::string& place) const;

  GlobalIndex size_;
  std::vector<GlobalIndex> members_;  ///< ascending; empty: all regions
  const std::vector<std::string>& labels_;
  std::unordered_map<std::string_view, GlobalIndex> index_;  ///< -1: the label of several regions
  const network::Mapped* mapped_;                            ///< or nullptr
  std::unordered_map<std::string_view, std::vector<GlobalIndex>> vertices_;  ///< of a region
};

/// Where the parts of a study are read from and to.
struct Reading {
  const yaml::Document& document;
  Study& study;
  Study::Unresolved& parts;
};

/// The same for what depends on one population.
struct PopulationReading : Reading {
  PopulationForm& own;
};

/// The models of a study, as `models` lists them.
std::vector<const model::Entry*> models_of(const Study::Unresolved& parts);

/// A path of an input as the study file means it.
std::string input_path(const std::string& study, const std::string& path);

RegionForm read_region_form(const Reading& reading, const yaml::Node& node, const std::string& path,
                            const Quantity& quantity, yaml::Node& normal);
RegionForm fixed_region_form(double value);
/// Regions as labels or, without quotes, as indices.
std::vector<RegionName> read_region_names(const Reading& reading, const yaml::Node& node,
                                          const std::string& path, yaml::Node& normal);
/// Not for drawn values.
RegionValues resolve_region_form(const RegionForm& form, const RegionIndex& regions);
engine::InitialValue resolve_initial(const RegionForm& form, const RegionIndex& regions);

/// `noise: {V: 0.05}` becomes `{V: {sigma: 0.05}}` where "path=value" changes a part of it.
void write_out_noise(yaml::Document& document, const std::string& change);
/// Makes the document of a protocol that of the phase that its `phase` names; others stay as they
/// are. Returns whether the phase goes on from another. Throws ConfigError.
bool choose_phase(yaml::Document& document);
/// `edges` of the section `connectome`.
void read_edges(const Reading& reading, const Section& connectome, yaml::Node& normal);
/// Scales them, and warns of entries that no edge matches. Throws ConfigError.
void apply_edges(const Study& study, network::Connectome& connectome);
void read_connectome_source(const Reading& reading, const Section& top, yaml::Node& normal);
/// After the models.
void read_surface_source(const Reading& reading, const Section& top, yaml::Node& normal);
/// The network of the vertices of a surface, with local edges from a file.
network::Connectome load_vertices(const Study& study, network::Connectome regions);
/// The links of a study become tracts between the regions of a network of vertices; its own are
/// local. tracts: the delays between regions.
void stand_on_vertices(const Study& study, const network::Connectome& network,
                       engine::Delays tracts, ResolvedStudy& resolved);
/// The usual links of a model, without the inputs that are switched off in every region.
std::vector<network::Link> usual_links(const engine::Population& population);
void read_model(const Reading& reading, const Section& top, yaml::Node& normal);
/// The entries of `models`, each with its noise and stimuli.
void read_models(const Reading& reading, const Section& top, yaml::Node& normal);
/// Number of the entry of every region. Throws ConfigError when a region has none or several.
std::vector<std::uint8_t> populations_of_regions(const Study::Unresolved& parts,
                                                 const network::Connectome& connectome,
                                                 const RegionIndex& regions);
void read_coupling(const Reading& reading, const Section& top, yaml::Node& normal);
void read_noise(const PopulationReading& reading, const Section& top, yaml::Node& normal);
void read_stimuli(const PopulationReading& reading, const Section& top, yaml::Node& normal);
engine::Stimulus resolve_stimulus(const StimulusForm& form, const RegionIndex& regions);
void read_inhibition(const Reading& reading, Section& top);
void read_steady(const Reading& reading, Section& top);
void read_monitors(const Reading& reading, const Section& top, yaml::Node& normal);
/// number: of the monitor in the study.
monitor::MonitorSpec resolve_monitor(const MonitorForm& form, int number,
                                     const engine::SimulationSpec& simulation,
                                     const network::Connectome& connectome,
                                     const RegionIndex& regions);
/// `bounds` of a model; before its initial values.
void read_bounds(const PopulationReading& reading, Section& section, const model::ModelInfo& info);
/// What the model and the study keep a state within.
model::Range bounds_of(const engine::Population& population, std::size_t state);
/// The model's own initial value, when the study gives none.
void check_initial_default(const Section& section, const engine::Population& population,
                           std::size_t state);
/// The keys of a variable that the study computes, and the models whose names it may have.
struct ComputedFor {
  std::string schema;
  std::vector<const model::Entry*> models;
};
/// A variable that is a map with an expression.
model::ComputedVariable read_computed(const Reading& reading, const yaml::Node& node,
                                      const std::string& path, const ComputedFor& use,
                                      yaml::Node& normal);
/// `source` of a coupling, of an entry of `models` or of a surface: observables, or variables that
/// the study computes, which the population then has. schema: of the section.
std::vector<int> read_sources(const Reading& reading, Section& section, std::string_view schema,
                              engine::Population& own);
/// Whether a model has all that an expression names.
bool has_names(const model::Entry& model, const expression::Program& program);
/// The keys of kinds that have sensors; for others none of them is allowed.
void read_sensor_keys(const Reading& reading, Section& section, MonitorForm& form);
void check_sensor_keys(const Section& section, const MonitorForm& form);
/// What the sensors see of which regions; reads the files. seen: the regions of the study, in its
/// order; empty: not given.
void resolve_sensors(const MonitorForm& form, int number, std::vector<GlobalIndex> seen,
                     const engine::SimulationSpec& simulation,
                     const network::Connectome& connectome, const RegionIndex& regions,
                     monitor::MonitorSpec& spec);

/// The whole number of steps in `time` [ms]. Throws ConfigError naming the nearest times that are
/// allowed.
Step whole_steps(double time, double dt, const std::string& begin);

/// Where weights of `tune-inhibition` are read that were tuned with other settings than the
/// study's, or did not converge: warnings that begin with file, line and key.
std::vector<std::string> tuned_elsewhere(const Study& study,
                                         const engine::SimulationSpec& simulation,
                                         const network::Connectome& connectome);

/// The observables that can be broadcast: those that do not depend on the input. Others are "".
std::vector<std::string> source_names(const model::Entry& model);
std::vector<std::string> state_names(const model::ModelInfo& info);
std::vector<std::string> input_names(const model::ModelInfo& info);
std::vector<std::string> parameter_names(const model::ModelInfo& info);

}  // namespace arcuate::io
