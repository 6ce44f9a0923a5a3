#include "store.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace arcuate::service {

void throw_file_error(const std::string& what, int code) {
  const std::string text = fmt::format("{}: {}", what, std::strerror(code));
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) throw StorageError(text);
  throw EnvironmentError(text);
}

Json kept(const Job& job) {
  Json json{
      {"id", job.id},           {"name", job.name},          {"verb", job.verb},
      {"state", job.state},     {"where", job.where},        {"ranks", job.ranks},
      {"threads", job.threads}, {"memory", job.memory},      {"most_memory", job.most_memory},
      {"created", job.created}, {"started", job.started},    {"ended", job.ended},
      {"message", job.message}, {"parent", job.parent},      {"overrides", job.overrides},
      {"inputs", job.inputs},   {"output", job.output},      {"wish", job.wish},
      {"starts", job.starts},   {"process", job.process.id}, {"process_start", job.process.start},
      {"slurm", job.slurm}};
  if (job.exit_code) json["exit_code"] = *job.exit_code;
  return json;
}

Job job_of(const Json& json, std::int64_t number) {
  Job job;
  job.number = number;
  job.id = json.at("id");
  job.name = json.at("name");
  job.verb = json.at("verb");
  job.state = json.at("state");
  job.where = json.at("where");
  job.ranks = json.at("ranks");
  job.threads = json.at("threads");
  job.memory = json.at("memory");
  job.most_memory = json.value("most_memory", std::int64_t{0});  // earlier ones have no limit
  job.created = json.at("created");
  job.started = json.at("started");
  job.ended = json.at("ended");
  job.message = json.at("message");
  job.parent = json.at("parent");
  job.overrides = json.at("overrides").get<std::vector<std::string>>();
  job.inputs = json.at("inputs").get<std::vector<std::string>>();
  job.output = json.at("output");
  job.wish = json.at("wish");
  job.starts = json.at("starts");
  job.process.id = json.at("process");
  job.process.start = json.at("process_start");
  job.slurm = json.at("slurm");
  if (json.contains("exit_code")) job.exit_code = json.at("exit_code").get<int>();
  return job;
}

struct Store::Impl {
  sqlite3* database = nullptr;

  [[noreturn]] void fail(const char* what) const {
    const int code = sqlite3_errcode(database);
    const std::string text = fmt::format("queue: {}: {}", what, sqlite3_errmsg(database));
    const bool full = code == SQLITE_FULL || (code & 0xff) == SQLITE_IOERR;
    if (full) throw StorageError(text);
    throw EnvironmentError(text);
  }

  void run(const char* words) const {
    if (sqlite3_exec(database, words, nullptr, nullptr, nullptr) != SQLITE_OK) fail(words);
  }
};

namespace {

/// One prepared statement. Values are always bound, never part of its text.
class Statement {
 public:
  Statement(sqlite3* database, const char* words, const std::vector<std::string>& values)
      : database_(database) {
    good_ = sqlite3_prepare_v2(database, words, -1, &statement_, nullptr) == SQLITE_OK;
    for (std::size_t k = 0; good_ && k < values.size(); ++k)
      good_ = sqlite3_bind_text(statement_, static_cast<int>(k) + 1, values[k].data(),
                                static_cast<int>(values[k].size()), SQLITE_TRANSIENT) == SQLITE_OK;
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  /// A row, the end, or an error.
  int step() { return good_ ? sqlite3_step(statement_) : sqlite3_errcode(database_); }
  [[nodiscard]] std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    const int size = sqlite3_column_bytes(statement_, column);
    return bytes == nullptr ? "" : std::string(bytes, static_cast<std::size_t>(size));
  }
  [[nodiscard]] std::int64_t number(int column) const {
    return sqlite3_column_int64(statement_, column);
  }

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  bool good_ = false;
};

}  // namespace

Store::Store(const std::string& file) : impl_(std::make_unique<Impl>()) {
  if (sqlite3_open_v2(file.c_str(), &impl_->database,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX,
                      nullptr) != SQLITE_OK) {
    const std::string why = sqlite3_errmsg(impl_->database);
    sqlite3_close(impl_->database);
    throw EnvironmentError(fmt::format("{}: {}", file, why));
  }
  sqlite3_busy_timeout(impl_->database, 5000);
  impl_->run("PRAGMA journal_mode=DELETE");
  impl_->run("PRAGMA synchronous=FULL");
  impl_->run(
      "CREATE TABLE IF NOT EXISTS jobs (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL "
      "UNIQUE, body TEXT NOT NULL)");
  impl_->run(
      "CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, id TEXT NOT NULL, digest TEXT NOT "
      "NULL)");
}

Store::~Store() {
  sqlite3_close(impl_->database);
}

std::vector<Job> Store::all() const {
  Statement rows(impl_->database, "SELECT number, body FROM jobs ORDER BY number", {});
  std::vector<Job> jobs;
  int state = 0;
  while ((state = rows.step()) == SQLITE_ROW)
    jobs.push_back(job_of(Json::parse(rows.text(1)), rows.number(0)));
  if (state != SQLITE_DONE) impl_->fail("reading");
  return jobs;
}

void Store::put(Job& job) {
  const std::string body = kept(job).dump(-1, ' ', false, Json::error_handler_t::replace);
  Statement put(impl_->database,
                "INSERT INTO jobs (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = "
                "excluded.body",
                {job.id, body});
  if (put.step() != SQLITE_DONE) impl_->fail("writing");
  Statement number(impl_->database, "SELECT number FROM jobs WHERE id = ?1", {job.id});
  if (number.step() == SQLITE_ROW) job.number = number.number(0);
}

void Store::put(Job& job, const std::string& key, const std::string& digest) {
  if (key.empty()) return put(job);
  impl_->run("BEGIN IMMEDIATE");
  try {
    put(job);
    Statement put_key(impl_->database, "INSERT INTO keys (key, id, digest) VALUES (?1, ?2, ?3)",
                      {key, job.id, digest});
    if (put_key.step() != SQLITE_DONE) impl_->fail("writing");
    impl_->run("COMMIT");
  } catch (...) {
    sqlite3_exec(impl_->database, "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

void Store::remove(const std::string& id) {
  for (const char* words : {"DELETE FROM keys WHERE id = ?1", "DELETE FROM jobs WHERE id = ?1"}) {
    Statement gone(impl_->database, words, {id});
    if (gone.step() != SQLITE_DONE) impl_->fail("removing");
  }
}

std::optional<Store::Key> Store::find(const std::string& key) const {
  Statement rows(impl_->database, "SELECT id, digest FROM keys WHERE key = ?1", {key});
  const int state = rows.step();
  if (state == SQLITE_DONE) return std::nullopt;
  if (state != SQLITE_ROW) impl_->fail("reading");
  return Key{rows.text(0), rows.text(1)};
}

}  // namespace arcuate::service
