#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "arcuate/core/error.hpp"
#include "http.hpp"

/// HTTP as who asks sees it.
namespace arcuate::service::http {
namespace {

struct Address {
  std::string host, base;
};

/// Of "http://host:port/base".
Address address_of(const std::string& url) {
  const std::size_t begin = url.find("://");
  const std::string scheme = url.substr(0, begin);
  if (begin == std::string::npos || (scheme != "http" && scheme != "https"))
    throw ConfigError(fmt::format("{}: expected http://HOST:PORT or https://HOST", url));
  const std::size_t end = std::min(url.find('/', begin + 3), url.size());
  std::string base = url.substr(end);
  while (base.ends_with('/'))
    base.pop_back();
  return {url.substr(0, end), base};
}

httplib::MultipartFormDataItems items_of(const std::vector<Part>& parts) {
  httplib::MultipartFormDataItems items;
  for (const Part& part : parts) {
    std::string content = part.text;
    if (!part.path.empty()) {
      std::ifstream file(part.path, std::ios::binary);
      content.assign(std::istreambuf_iterator<char>(file), {});
      if (!file.is_open()) throw ConfigError(fmt::format("{}: cannot be read", part.path));
    }
    items.push_back({part.name, content, part.file_name,
                     part.file_name.empty() ? "" : "application/octet-stream"});
  }
  return items;
}

httplib::Result get(httplib::Client& client, const std::string& path,
                    const httplib::Headers& headers, const std::string& into) {
  if (into.empty()) return client.Get(path, headers);
  std::ofstream file;
  const auto begin = [&](const httplib::Response& response) {
    if (response.status == 200) file.open(into, std::ios::binary | std::ios::trunc);
    return true;
  };
  std::string said;
  const auto more = [&](const char* bytes, std::size_t size) {
    if (!file.is_open()) {
      said.append(bytes, size);
      return true;
    }
    return static_cast<bool>(file.write(bytes, static_cast<std::streamsize>(size)));
  };
  httplib::Result result = client.Get(path, headers, begin, more);
  if (result && !said.empty()) result->body = said;
  if (file.is_open()) file.close();
  if (!file) throw EnvironmentError(fmt::format("{}: cannot be written", into));
  return result;
}

}  // namespace

Reply call(const Call& what) {
  const Address address = address_of(what.url);
  httplib::Client client(address.host);
  if (!client.is_valid()) throw ConfigError(fmt::format("{}: is no address", what.url));
  client.set_connection_timeout(10);
  client.set_read_timeout(300);
  httplib::Headers headers{{"Authorization", "Bearer " + what.token}};
  if (!what.key.empty()) headers.emplace("Idempotency-Key", what.key);
  const std::string path = address.base + what.path;
  const httplib::Result result = what.method == "GET"      ? get(client, path, headers, what.into)
                                 : what.method == "DELETE" ? client.Delete(path, headers)
                                 : !what.parts.empty()
                                     ? client.Post(path, headers, items_of(what.parts))
                                     : client.Post(path, headers, what.body, "application/json");
  if (!result)
    throw EnvironmentError(
        fmt::format("{}: no answer: {}", what.url, httplib::to_string(result.error())));
  return {result->status, result->body};
}

}  // namespace arcuate::service::http
