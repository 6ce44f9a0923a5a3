#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arcuate/engine/spec.hpp"
#include "arcuate/equilibrium/options.hpp"
#include "arcuate/io/connectome_file.hpp"
#include "arcuate/io/recording.hpp"
#include "arcuate/monitor/spec.hpp"
#include "arcuate/network/builder.hpp"
#include "arcuate/network/connectome.hpp"
#include "arcuate/network/generators.hpp"
#include "arcuate/network/surface.hpp"
#include "arcuate/network/transform.hpp"
#include "arcuate/partition/partition.hpp"
#include "arcuate/tuning/inhibition.hpp"

/// Study files (YAML): docs/study-file.md is generated from the schema in io/study/schema.cpp.
namespace arcuate::io {

/// A builder of connectomes from a plug-in, and what it is asked for.
struct OwnBuilder {
  const network::Builder* builder = nullptr;
  network::BuilderSettings settings;
  std::string plugin;  ///< absolute path of the library
  std::string plugin_sha256;
};

/// Where the connectome comes from and how it is prepared. Paths are as the program opens them: a
/// path that the study gives is relative to the study file.
struct ConnectomeSource {
  std::string file;       ///< any format read; "" when the parts below are used
  ConnectomeFiles files;  ///< separate files
  std::optional<network::GeneratorOptions> generator;  ///< also for `builtin`
  std::optional<OwnBuilder> own;                       ///< in place of a generator of Arcuate
  network::Normalisation normalise = network::Normalisation::none;
  network::SelfLoops self_loops = network::SelfLoops::keep;
  network::Laplacian laplacian = network::Laplacian::none;  ///< after normalising
  std::vector<network::Transform> transforms;               ///< before normalising
  double speed = 3.0;                                       ///< [mm/ms], infinity = undelayed
  bool speed_given = false;
};

/// A surface, whose vertices take the place of the regions that they belong to.
struct SurfaceSource {
  std::vector<std::string> files;
  std::vector<std::string> mapping;            ///< files
  MatrixFile local;                            ///< local connectivity; "" for none, or
  std::optional<network::LocalKernel> kernel;  ///< computed
};

/// Where a model comes from.
struct ModelSource {
  std::string plugin;  ///< absolute path of the library that holds the model, or ""
  std::string plugin_sha256;
  std::string preset;  ///< of the model's parameters, or ""
};

struct FeatureRequest;
struct FeatureMemory;
struct RecordedSeries;
struct SearchSections;

/// A study file as read: everything that does not need the connectome is already checked and
/// resolved.
struct Study {
  std::string path;  ///< of the file, for messages and relative inputs
  std::string title;
  std::vector<ModelSource> models;  ///< one, or the entries of `models`
  std::string normalised;           ///< the study with all overrides and defaults, as YAML
  std::string network;  ///< what the network is made of, as YAML: the same text, the same network
  ConnectomeSource connectome;
  std::optional<SurfaceSource> surface;
  partition::Options partition;
  double duration = 0.0;   ///< [ms], includes the transient
  double transient = 0.0;  ///< [ms]
  bool goes_on = false;    ///< its beginning, the transient, is that of another run
  std::string output;
  Storage storage = Storage::double_precision;
  bool overwrite = false;              ///< an existing recording may be replaced
  double checkpoint_every = 0.0;       ///< [s] of wall time; 0: only at the end
  double checkpoint_before_end = 0.0;  ///< [s] the run stops so long before its time ends; 0: -
  int checkpoints = 2;                 ///< how many are kept
  bool final_state = true;             ///< is kept in the recording
  std::vector<std::string> inputs;     ///< files and folders it reads, itself included
  equilibrium::SteadyOptions steady;
  std::optional<tuning::InhibitionOptions> inhibition;  ///< of models with an inhibitory weight
  std::shared_ptr<const std::vector<FeatureRequest>> features;  ///< never nullptr
  /// `sweep` and `fit` as written, which sweep_of() and fit_of() read; nullptr without them.
  std::shared_ptr<const SearchSections> searches;
  struct Unresolved;  ///< values that need labels or the number of regions
  std::shared_ptr<const Unresolved> unresolved;
};

/// Reads a study file and applies `overrides` ("coupling.gain=0.02"). Throws ConfigError: file,
/// line, key, value, allowed.
Study read_study(const std::string& path, const std::vector<std::string>& overrides);
/// The same from text that was read already (`path` for messages and relative inputs).
Study parse_study(const std::string& text, const std::string& path,
                  const std::vector<std::string>& overrides);

/// The phases of a protocol in their order, as --set phase=NAME takes them; none: the study has no
/// `phases`, or one is chosen already. Throws ConfigError.
std::vector<std::string> phase_names(const std::string& path,
                                     const std::vector<std::string>& overrides);

/// Where two normalised studies differ, each in words: "`coupling.gain` was 0.1, is 0.2". Long
/// values are shortened. ignored: sections that do not matter.
std::vector<std::string> study_differences(const std::string& was, const std::string& is,
                                           std::span<const std::string_view> ignored = {});

/// Sections that the numbers of a simulation do not depend on.
inline constexpr std::array<std::string_view, 6> outside_of_simulations{
    "title", "output", "overwrite", "checkpoint", "partition", "steady"};

/// A section of a normalised study as text, or "".
std::string study_section(const std::string& normalised, const std::string& key);

/// The text of a study file, or the study that a recording keeps. Throws ConfigError.
std::string study_text(const std::string& path);

/// The part of a study that needs the connectome: parameters per region, initial values, monitors.
/// Reads the files it names.
struct ResolvedStudy {
  engine::SimulationSpec simulation;
  engine::Delays delays;  ///< of the edges of the connectome
  std::vector<monitor::MonitorSpec> monitors;
  Step transient = 0;                                          ///< [steps]
  std::shared_ptr<const std::vector<FeatureMemory>> features;  ///< never nullptr
  /// What monitors will record, where features or searches ask for it; never nullptr.
  std::shared_ptr<const std::vector<RecordedSeries>> series;
  /// What the study can hardly mean, each beginning with file, line and key.
  std::vector<std::string> warnings;
  /// The same of weights that were tuned for another network: not for who tunes them anew.
  std::vector<std::string> weight_warnings;
};
ResolvedStudy resolve(const Study& study, const network::Connectome& connectome);

/// The connectome that a study names, or the network of vertices of its surface, prepared:
/// self-connections removed if asked for, then normalised, then made a Laplacian if asked for.
/// Throws DataError (file), ConfigError (generator).
network::Connectome load_connectome(const Study& study);

/// The same without local edges that a surface's study wants computed: several ranks can do that
/// (network::local_rows), and add_local_edges() puts them in.
network::Connectome load_connectome_without_local(const Study& study);
void add_local_edges(const Study& study, network::Connectome& network, network::LocalRows rows);

/// The options that a generator uses, beyond name, regions, seed, weights and weight_scale.
std::vector<std::string> generator_keys(const std::string& name);

/// network::generate, unless the available memory cannot hold the result: then ConfigError, before
/// anything is built.
network::Connectome generate_connectome(const network::GeneratorOptions& options);

/// What shifts the rates of a study and is not in the analytic solution that its `inhibition` asks
/// for: a warning, or none.
std::vector<std::string> what_analytic_leaves_out(const Study& study,
                                                  const engine::SimulationSpec& simulation);

/// Why the model of a study without `inhibition` cannot be tuned.
std::string no_inhibitory_weight(const Study& study);

/// The generated reference (Markdown) of all keys.
std::string study_reference();
/// Keys whose values are names of files, as the reference has them: `monitors[].gain`.
std::vector<std::string> study_file_keys();

/// The same keys as a JSON schema, for editors and forms. It is wider than the program, which alone
/// knows what belongs together. `x-keys` is the table of the reference: path, type, unit, default,
/// allowed, choices, meaning.
std::string study_schema();

}  // namespace arcuate::io
