#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "arcuate/comm/communicator.hpp"
#include "arcuate/core/types.hpp"
#include "arcuate/engine/local_network.hpp"
#include "arcuate/engine/spec.hpp"
#include "arcuate/model/kernel.hpp"
#include "arcuate/network/coupling.hpp"

/// A network while nothing changes: how fast its states would change, and the linear equations that
/// small departures obey. Noise and stimuli are left out. Times are in ms whatever the models count
/// in.
namespace arcuate::equilibrium {

/// The linear equations of one region: x' = own x + by_port u, and it sends c = sent x. u are the
/// inputs that something enters, and values of the own past; what a coupling reads of its target is
/// an edge, too.
struct RegionForm {
  int states = 0, ports = 0, channels = 0;
  std::vector<double> own;      ///< (states, states) [1/ms] row by row
  std::vector<double> by_port;  ///< (states, ports)
  std::vector<double> sent;     ///< (channels, states)
  std::vector<bool> assigned;   ///< (states) the equation is 0 = ..., without a derivative
};

/// Adds weight c_channel(t - delay) of a source to a port of the target.
struct LinearEdge {
  GlobalIndex source = 0;
  std::int32_t channel = 0, port = 0;
  double weight = 0.0;
  double delay = 0.0;  ///< [ms]
};

/// The equations of all regions, on every rank, and the edges to the regions of this rank.
struct LinearNetwork {
  std::vector<RegionForm> regions;  ///< (n_regions)
  std::vector<std::size_t> row;     ///< (n_owned + 1)
  std::vector<LinearEdge> edges;
};

/// Where the states of the network stand in a vector: the regions of rank 0 first, ascending, then
/// those of rank 1.
struct Layout {
  std::vector<GlobalIndex> first;   ///< (n_regions) of the first state of a region
  std::vector<int> states;          ///< (n_regions)
  std::vector<GlobalIndex> region;  ///< (n_regions) in the order of the vector
  GlobalIndex unknowns = 0;         ///< of the whole network
  GlobalIndex begin = 0, end = 0;   ///< of this rank
  [[nodiscard]] std::size_t own() const { return static_cast<std::size_t>(end - begin); }
};

/// What the deterministic equations of a study are at constant states. Every rank has its rows of
/// the connectome.
class RestingNetwork {
 public:
  /// Collective. `comm` must outlive it.
  RestingNetwork(const comm::Communicator& comm, engine::SimulationSpec spec,
                 engine::LocalNetwork network);
  RestingNetwork(const RestingNetwork&) = delete;
  RestingNetwork& operator=(const RestingNetwork&) = delete;

  [[nodiscard]] const comm::Communicator& comm() const { return comm_; }
  [[nodiscard]] const engine::SimulationSpec& spec() const { return spec_; }
  [[nodiscard]] const engine::LocalNetwork& network() const { return network_; }
  [[nodiscard]] const Layout& layout() const { return layout_; }
  [[nodiscard]] GlobalIndex n_regions() const { return network_.n_regions; }
  /// The longest delay of any edge or inside a region. [ms]
  [[nodiscard]] double longest_delay() const { return longest_delay_; }
  /// (own) what a change of a state is compared with: the width of its usual range.
  [[nodiscard]] const std::vector<double>& widths() const { return widths_; }
  /// (own) bounds that the model or the study keeps the states within.
  [[nodiscard]] const model::Bounds& bounds() const { return bounds_; }

  /// Other parameters and another coupling in the same network: all else of the spec must be equal.
  void change(const engine::SimulationSpec& spec);

  /// d state / dt of the own states; of an assigned one the value less the state. [state unit/ms]
  /// state, rate: (own). Collective.
  void rates(std::span<const double> state, std::span<double> rate) const;
  /// Derivatives of the rates: of states by dual numbers, of inputs, couplings and observables by
  /// extrapolated differences (to about 1e-11 of the slopes). Collective.
  [[nodiscard]] LinearNetwork linearise(std::span<const double> state) const;
  /// (own) d rates / d one input of the region they are in. inputs: (populations) of each model,
  /// -1: none. [state unit/ms/input unit] Collective.
  [[nodiscard]] std::vector<double> by_input(std::span<const double> state,
                                             std::span<const int> inputs) const;
  /// (own) d observable / d states of the region they are in. observables: as `inputs`; none that
  /// depends on the input.
  [[nodiscard]] std::vector<double> by_state(std::span<const double> state,
                                             std::span<const int> observables) const;
  /// Collective. (unknowns) on every rank.
  [[nodiscard]] std::vector<double> everywhere(std::span<const double> own) const;

 private:
  [[nodiscard]] const engine::Population& population(std::size_t owned) const;
  [[nodiscard]] double observed(std::size_t owned, int observable, const double* state) const;
  [[nodiscard]] std::vector<double> gather_sent(std::span<const double> state) const;
  [[nodiscard]] std::vector<double> given_to(std::size_t owned, const double* state,
                                             const std::vector<double>& sent) const;
  void sum_link(std::size_t owned, std::size_t link, const std::vector<double>& sent, double* sum,
                double& strength) const;
  [[nodiscard]] std::vector<double> slopes_by(std::size_t owned, const double* state,
                                              std::vector<double>& given, int input) const;
  [[nodiscard]] RegionForm form_of(std::size_t owned, const double* state,
                                   const std::vector<double>& sent,
                                   std::vector<LinearEdge>& edges) const;
  void add_links(std::size_t owned, const double* state, const std::vector<double>& sent,
                 std::vector<LinearEdge>& edges) const;
  void add_senders(std::size_t owned, const double* state, RegionForm& form) const;
  void lay_out();
  void set_parameters();

  const comm::Communicator& comm_;
  engine::SimulationSpec spec_;
  engine::LocalNetwork network_;
  Layout layout_;
  int parts_ = 1;
  bool reads_target_ = false;                            ///< the coupling does
  std::vector<std::unique_ptr<model::Kernel>> kernels_;  ///< (populations)
  std::vector<std::vector<int>> ports_;  ///< (populations) what is given by port: inputs, own past
  std::vector<std::vector<double>> parameters_;  ///< (n_owned)
  std::vector<double> widths_;
  model::Bounds bounds_;
  double longest_delay_ = 0.0;
};

/// d rates / d states without delays, (unknowns, unknowns) row by row, complete on every rank.
/// [1/ms] Collective.
std::vector<double> whole_jacobian(const RestingNetwork& network, const LinearNetwork& linear);

}  // namespace arcuate::equilibrium
