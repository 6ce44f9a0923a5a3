#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "support.hpp"

/// Shell completion and man page: everything that the help tells, and nothing else.
namespace arcuate::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Verbs and options by command, as `--help` prints them: "" -> {simulate, ..., --help, ...}.
std::map<std::string, Words> commands_of_help(const Folder& folder, const std::string& path = "") {
  const std::string text = folder.arcuate(path + " --help").out;
  std::map<std::string, Words> all;
  std::istringstream lines(text);
  std::string section;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() != ' ') section = line;
    std::smatch found;
    static const std::regex option("^  (-\\w)?,?(--[\\w-]+)?.*");
    if (section == "Options:" && line.starts_with("  -") && std::regex_match(line, found, option)) {
      for (const std::string& name : {found[1].str(), found[2].str()})
        if (!name.empty()) all[path].push_back(name);
    }
    static const std::regex verb("^  ([a-z][\\w-]*).*");
    if (section == "Subcommands:" && std::regex_match(line, found, verb)) {
      all[path].push_back(found[1]);
      all.merge(
          commands_of_help(folder, path.empty() ? found[1].str() : path + " " + found[1].str()));
    }
  }
  return all;
}

const std::map<std::string, Words>& help() {
  static const std::map<std::string, Words> all = commands_of_help(Folder());
  return all;
}

Words lines_of(const std::string& text) {
  Words lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    // fish appends a description after a tab.
    lines.push_back(line.substr(0, line.find('\t')));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// What bash offers after these words, the last of which is being typed.
Words bash_offers(const Folder& folder, const std::string& words) {
  folder.write("ask.sh", "source out.bash\ncompopt() { echo compopt \"$@\"; }\nCOMP_WORDS=(" +
                             words +
                             ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_arcuate\n"
                             "printf '%s\\n' \"${COMPREPLY[@]}\"\n");
  return lines_of(folder.shell("bash ask.sh").out);
}

Folder& with_files() {
  static Folder folder;
  static const bool written = [] {
    for (const std::string form : {"bash", "zsh", "fish", "man"})
      EXPECT_EQ(folder.arcuate("commands " + form + " > out." + form).code, 0);
    return true;
  }();
  EXPECT_TRUE(written);
  return folder;
}

TEST(Commands, HelpIsReadWhole) {
  ASSERT_GE(help().size(), 15U);
  EXPECT_THAT(help().at(""), testing::IsSupersetOf({"simulate", "connectome", "tune-inhibition"}));
  EXPECT_THAT(help().at("connectome generate"),
              testing::IsSupersetOf({"-o", "--output", "--p-in"}));
}

TEST(Commands, BashOffersEveryVerbAndOption) {
  for (const auto& [path, words] : help()) {
    Words options, verbs;
    for (const std::string& word : words)
      (word.front() == '-' ? options : verbs).push_back(word);
    std::sort(options.begin(), options.end());
    std::sort(verbs.begin(), verbs.end());
    EXPECT_EQ(bash_offers(with_files(), "arcuate " + path + " -"), options) << path;
    if (!verbs.empty()) {
      EXPECT_EQ(bash_offers(with_files(), "arcuate " + path + " ''"), verbs) << path;
    }
  }
}

TEST(Commands, BashOffersValues) {
  const Folder& folder = with_files();
  EXPECT_THAT(bash_offers(folder, "arcuate models Jan"), ElementsAre("JansenRit"));
  EXPECT_THAT(bash_offers(folder, "arcuate tune-inhibition s.yml --method a"),
              ElementsAre("analytic"));
  EXPECT_THAT(bash_offers(folder, "arcuate tune-inhibition --method = a"), ElementsAre("analytic"));
  EXPECT_THAT(bash_offers(folder, "arcuate simulate --threads ''"), ElementsAre(""));
  EXPECT_THAT(bash_offers(folder, "arcuate simulate ''"), ElementsAre("", "compopt -o default"));
  EXPECT_THAT(bash_offers(folder, "arcuate models --markdown ''"),
              ElementsAre("", "compopt -o dirnames"));
}

TEST(Commands, FishOffersEveryVerbAndOption) {
  for (const auto& [path, words] : help()) {
    const std::string typed = "arcuate " + path + (path.empty() ? "" : " ");
    const std::string script = "source out.fish; complete -C '" + typed + "'; complete -C '" +
                               typed + "-'; complete -C '" + typed + "--'";
    const Words offered = lines_of(with_files().shell("HOME=$PWD fish -c \"" + script + "\"").out);
    EXPECT_THAT(offered, testing::IsSupersetOf(words)) << path;
  }
}

/// A terminal in which a tab is pressed after each of these beginnings.
TEST(Commands, ZshCompletesInATerminal) {
  const Folder& folder = with_files();
  folder.write("zsh.in", R"(
zmodload zsh/zpty
zpty z env TERM=dumb zsh -f -i
zpty -w z 'mkdir -p f && cp out.zsh f/_arcuate; fpath=($PWD/f $fpath); autoload -U compinit; compinit -D -u
bindkey "^I" complete-word; arcuate() { print -r -- "typed<$*>" }; print rea""dy'
zpty -r z line '*ready*'
zpty -w z $'arcuate tune-inhi\t--meth\tana\t'
zpty -r z line '*typed<*>*'; print -r -- $line
zpty -w z $'arcuate connecto\tgen\tspat\t--weight-s\t'
zpty -r z line '*typed<*>*'; print -r -- $line
zpty -w z exit
)");
  const Outcome outcome = folder.shell(ARCUATE_UNLESS_HUNG "zsh -f zsh.in");
  EXPECT_THAT(outcome.out, HasSubstr("typed<tune-inhibition --method=analytic>")) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("typed<connectome generate spatial --weight-scale>"));
}

TEST(Commands, ZshKnowsEveryVerbAndOption) {
  const std::string text = content(with_files().path("out.zsh"));
  for (const auto& [path, words] : help()) {
    std::string name = "_arcuate" + (path.empty() ? "" : "_" + path);
    std::replace(name.begin(), name.end(), ' ', '_');
    const std::size_t start = text.find("\n" + name + "() {");
    ASSERT_NE(start, std::string::npos) << name;
    const std::string body = text.substr(start, text.find("\n}\n", start) - start);
    for (const std::string& word : words)
      EXPECT_TRUE(std::regex_search(body, std::regex("['*)]" + word + "[:=\\[]"))) << path << word;
  }
}

TEST(Commands, ManPageTellsEveryVerbAndOption) {
  const Folder& folder = with_files();
  const Outcome plain = folder.shell("mandoc -T ascii out.man | sed 's/.\x08//g'");
  for (const auto& [path, words] : help()) {
    const bool leaf = std::all_of(words.begin(), words.end(), [](auto& w) { return w[0] == '-'; });
    if (!leaf) continue;
    const std::size_t start = plain.out.find("\n   arcuate " + path);
    ASSERT_NE(start, std::string::npos) << path;
    const std::string part =
        plain.out.substr(start, plain.out.find("\n   arcuate ", start + 1) - start);
    for (const std::string& word : words) {
      if (word == "-h" || word == "--help") continue;  // said once, for all verbs
      EXPECT_TRUE(std::regex_search(part, std::regex("\n +(-\\w, )?" + word + "[ ,\n]")))
          << path << " " << word << part;
    }
  }
  EXPECT_EQ(folder.shell("mandoc -T lint -W error out.man").code, 0);
}

TEST(Commands, IsNotAmongTheVerbsThatUsersSee) {
  const Folder folder;
  EXPECT_THAT(folder.arcuate("--help").out, testing::Not(HasSubstr("\n  commands")));
  expect_one_line(folder.arcuate("comands"), 2, {"unknown verb 'comands'"});
  EXPECT_THAT(folder.arcuate("nonsense").err, testing::Not(HasSubstr("commands")));
  expect_one_line(folder.arcuate("commands tcsh"), 2, {"commands: ", "bash", "tcsh"});
}

/// Where MPI cannot start, as on some login nodes, and once for all ranks.
TEST(Commands, HelpAndVersionNeedNoMpi) {
  const Folder folder;
  for (const std::string words : {"--help", "--version", "simulate --help", "loss new -h"}) {
    const Outcome told =
        folder.shell("OMPI_MCA_pml=none_of_this_name " ARCUATE_PROGRAM " " + words);
    EXPECT_EQ(told.code, 0) << words << ": " << told.err;
    EXPECT_NE(told.out, "") << words;
    EXPECT_EQ(told.err, "") << words;
  }
  const Outcome ranks = folder.ranks(3, "--version");
  EXPECT_EQ(ranks.code, 0) << ranks.err;
  EXPECT_EQ(count(ranks.out, "arcuate "), 1U) << ranks.out;
  const Outcome full = folder.arcuate("--help > /dev/full");
  expect_one_line(full, 3, {"cannot write to standard output"});
}

}  // namespace
}  // namespace arcuate::test
