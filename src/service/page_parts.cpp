#include "page_parts.hpp"

#include <array>

namespace arcuate::service {

// Of src/service/page, by the build.
extern const std::string_view page_index, page_style, page_api, page_compare, page_connectome,
    page_create, page_dom, page_draft, page_figures, page_form, page_job, page_jobs, page_live,
    page_main, page_model, page_schema, page_studies, page_study_text, page_sweep, page_yaml;

std::span<const PagePart> page_parts() {
  constexpr std::string_view script = "text/javascript; charset=utf-8";
  static const std::array parts{
      PagePart{"index.html", "text/html; charset=utf-8", page_index},
      PagePart{"page.css", "text/css; charset=utf-8", page_style},
      PagePart{"api.js", script, page_api},
      PagePart{"compare.js", script, page_compare},
      PagePart{"connectome.js", script, page_connectome},
      PagePart{"create.js", script, page_create},
      PagePart{"dom.js", script, page_dom},
      PagePart{"draft.js", script, page_draft},
      PagePart{"figures.js", script, page_figures},
      PagePart{"form.js", script, page_form},
      PagePart{"job.js", script, page_job},
      PagePart{"jobs.js", script, page_jobs},
      PagePart{"live.js", script, page_live},
      PagePart{"main.js", script, page_main},
      PagePart{"model.js", script, page_model},
      PagePart{"schema.js", script, page_schema},
      PagePart{"studies.js", script, page_studies},
      PagePart{"study_text.js", script, page_study_text},
      PagePart{"sweep.js", script, page_sweep},
      PagePart{"yaml.js", script, page_yaml},
  };
  return parts;
}

}  // namespace arcuate::service
