#include "arcuate/io/subject.hpp"

#include <utility>

#include "arcuate/io/features.hpp"
#include "context.hpp"
#include "spikes/document.hpp"
#include "study/parts.hpp"
#include "study/searches.hpp"

namespace arcuate::io {

template <class Any>
void Subject::take(const Any& study) {
  path = study.path;
  title = study.title;
  normalised = study.normalised;
  inputs = study.inputs;
  checkpoint_every = study.checkpoint_every;
  searches = study.searches;
}

Subject::Subject(const Study& study) : regions_(std::shared_ptr<const Study>(), &study) {
  take(study);
  seed = study.unresolved->simulation.seed;
  duration = study.duration;
}

Subject::Subject(Study&& study) : Subject(std::as_const(study)) {
  regions_ = std::make_shared<const Study>(std::move(study));
}

Subject::Subject(SpikingStudy&& study)
    : neurons_(std::make_shared<const SpikingStudy>(std::move(study))) {
  take(*neurons_);
  warnings = neurons_->warnings;
  seed = neurons_->config.seed;
  duration = 1000.0 * neurons_->seconds();
}

bool Subject::has_features() const {
  return neurons_ != nullptr || !regions_->features->empty();
}

Subject subject_of(const yaml::Document& document, const std::vector<std::string>& overrides) {
  if (is_spiking_document(document, overrides))
    return Subject(spiking_study_of(document, overrides));
  return Subject(study_of(document, overrides));
}

Subject parse_subject(const std::string& text, const std::string& path,
                      const std::vector<std::string>& overrides) {
  return subject_of(yaml::parse(text, path), overrides);
}

}  // namespace arcuate::io
