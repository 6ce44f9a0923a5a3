#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "command_tree.hpp"

namespace arcuate::app {
namespace {

/// Dashes that can be copied, backslashes that show, and no line that is taken for a request.
std::string roff(std::string_view text) {
  std::string safe;
  if (!text.empty() && (text.front() == '.' || text.front() == '\'')) safe = "\\&";
  for (const char c : text) {
    if (c == '-') {
      safe += "\\-";
    } else if (c == '\\') {
      safe += "\\e";
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string sentence(const std::string& help) {
  std::string text = help;
  if (!text.empty())
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text;
}

void add_option(std::string& page, const CommandOption& option, bool positional) {
  page += ".TP\n";
  for (std::size_t n = 0; n < option.names.size(); ++n) {
    page += fmt::format("{}\\f{}{}\\fR", n == 0 ? "" : ", ", positional ? "I" : "B",
                        roff(option.names[n]));
  }
  if (!positional && !option.value.empty()) page += fmt::format(" \\fI{}\\fR", roff(option.value));
  page += "\n" + roff(sentence(option.help));
  if (!option.limits.empty()) page += fmt::format(" ({})", roff(option.limits));
  if (!option.usual.empty()) page += fmt::format("; default {}", roff(option.usual));
  if (option.repeated) page += "; may be given more than once";
  page += "\n";
}

/// Every verb has it: said once.
bool is_help(const CommandOption& option) {
  return std::find(option.names.begin(), option.names.end(), "--help") != option.names.end();
}

std::string usage(const Command& command) {
  std::string text = fmt::format("\\fBarcuate {}\\fR", roff(command.path));
  for (const CommandOption& positional : command.positionals) {
    const std::string name = fmt::format("\\fI{}\\fR", roff(positional.names.front()));
    text += positional.required ? " " + name : " [" + name + "]";
  }
  return text + " [\\fIoptions\\fR]";
}

void add_command(std::string& page, const Command& command) {
  page += fmt::format(".SS {}\n{}\n", usage(command), roff(sentence(command.help)) + ".");
  for (const CommandOption& positional : command.positionals)
    add_option(page, positional, true);
  for (const CommandOption& option : command.options) {
    if (!is_help(option)) add_option(page, option, false);
  }
}

constexpr const char* ending = R"(.SH EXIT STATUS
.TP
0
Done.
.TP
2
The study, the connectome or the arguments are wrong; the message says where, and what is allowed.
.TP
3
The environment: disk, permission, memory, MPI, HDF5.
.TP
4
The simulation diverged.
.TP
5
A tuning did not converge.
.SH ENVIRONMENT
.TP
.B OMP_NUM_THREADS
Threads of each rank, unless \fB\-\-threads\fR is given.
.SH EXAMPLES
.EX
arcuate check study.yml
arcuate plan study.yml \-\-ranks 16
mpirun \-n 16 arcuate simulate study.yml
arcuate simulate study.yml \-\-set coupling.gain=0.04 \-\-set output=stronger.h5
.EE
.SH FILES
.TP
.I PREFIX/share/arcuate
The documents, example studies and job templates of this installation in \fIPREFIX\fR.
.SH SEE ALSO
.BR mpirun (1),
.BR sbatch (1)
)";

}  // namespace

std::string man_page(const std::vector<Command>& tree, std::string_view version) {
  const Command& program = tree.front();
  std::string page = fmt::format(
      ".\\\" Written by: arcuate commands man\n.TH ARCUATE 1 \"\" \"arcuate {}\" \"\"\n.SH NAME\n"
      "arcuate \\- whole\\-brain network simulation for MPI clusters\n.SH SYNOPSIS\n",
      roff(version));
  for (const Command& command : tree) {
    if (!command.verbs.empty()) continue;
    page += (page.ends_with("SYNOPSIS\n") ? "" : ".br\n") + usage(command) + "\n";
  }
  page +=
      ".SH DESCRIPTION\nReads a study file (YAML), simulates the network it describes and writes a "
      "recording "
      "(HDF5).\nThe same study gives the same bits on any number of ranks and threads.\n";
  page += "Every verb has the option \\fB\\-\\-help\\fR.\n";
  for (const CommandOption& option : program.options)
    add_option(page, option, false);
  page += ".SH VERBS\n";
  for (const Command& command : tree) {
    if (!command.path.empty() && command.verbs.empty()) add_command(page, command);
  }
  return page + ending;
}

}  // namespace arcuate::app
