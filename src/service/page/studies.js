// The studies of jobs, with the changes that a clone made to them.
import * as api from "./api.js";
import {pathOf} from "./schema.js";
import {StudyText} from "./study_text.js";

/// job: as the service tells it; set: ["coupling.gain=0.4"], values in JSON, which is YAML.
export async function studyOf(job) {
  let text = await api.getText(api.jobPath(job.id, "/study"));
  for (const change of job.set || []) {
    const at = change.indexOf("=");
    text = new StudyText(text).with(pathOf(change.slice(0, at)), change.slice(at + 1));
  }
  return new StudyText(text);
}
