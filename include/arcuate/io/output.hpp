#pragma once

#include <memory>
#include <string>
#include <vector>

/// Files that Arcuate writes: claimed first, written under a name of their own, put in place when
/// whole (docs/file-formats.md).
namespace arcuate::io {

/// What is written, and so what may be replaced.
enum class OutputKind {
  recording,
  features,
  report,
  connectome,
  table,
  numbers,
  plugin,
  page,
  exported,
  results,
  study,
  script,
  steady
};

struct OutputOptions {
  OutputKind kind = OutputKind::recording;
  bool overwrite = false;  ///< the user allows to replace a file of this kind
  std::vector<std::string>
      inputs;  ///< files and folders that are never replaced, under whatever name
  std::string how = "--overwrite";  ///< what allows it, for the message
  std::string partial{};            ///< a temporary file to go on with, in the folder of the output
};

/// One file to be written. From the constructor on no other run writes it: a file
/// NAME.arcuate-claim names host, process and temporary file, and its time is renewed every half
/// minute. The claim of a process that is gone is taken over: on this machine at once, else after
/// 10 minutes.
class Output {
 public:
  Output();  ///< none
  /// Throws ConfigError: there is a file that must not be replaced. EnvironmentError: no folder, a
  /// device, another run writes it, the disk.
  Output(const std::string& path, OutputOptions options);
  ~Output();  ///< removes what is not published, and the claim
  Output(Output&& other) noexcept;
  Output& operator=(Output&& other) noexcept;

  [[nodiscard]] const std::string& path() const;       ///< as the user gave it
  [[nodiscard]] const std::string& temporary() const;  ///< a new empty file in the same folder
  /// The temporary file stays when this object goes, and when the process ends.
  void keep_temporary();
  /// Writes the temporary file.
  void write(const std::string& bytes) const;
  /// Flushes the temporary file to the disk, gives it its name and releases the claim. What must
  /// not be replaced may have appeared since the claim: then the temporary file is kept and the
  /// error names it.
  void publish();

 private:
  struct Claim;
  std::unique_ptr<Claim> claim_;
};

/// Why an output cannot be written there now, or "". Writes nothing: another run may come before.
std::string doubt_of_output(const std::string& path, const OutputOptions& options);

/// Writes one file: claim, write, publish.
void write_output(const std::string& path, const std::string& bytes, OutputOptions options);

}  // namespace arcuate::io
