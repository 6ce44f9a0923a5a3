#include "serve.hpp"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "arcuate/service/service.hpp"

namespace arcuate::app {

void add_serve(CLI::App& program, std::function<void()>& run) {
  const auto options = std::make_shared<service::Options>();
  const auto sizes = std::make_shared<std::pair<double, double>>(0.0, 2.0);  // [GB]
  CLI::App* verb =
      program.add_subcommand("serve", "Serve jobs over HTTP: a queue, and a page for the browser");
  verb->add_option("FOLDER", options->folder, "What the service keeps: queue, token, jobs")
      ->required();
  verb->add_option("--port", options->port, "Port, 0: any that is free")
      ->check(CLI::Range(0, 65535))
      ->envname("ARCUATE_PORT")
      ->capture_default_str();
  verb->add_option("--address", options->address, "Address to listen at")
      ->envname("ARCUATE_ADDRESS")
      ->capture_default_str();
  verb->add_option("--base-path", options->base, "What a proxy puts before all paths")
      ->envname("ARCUATE_BASE_PATH");
  verb->add_option("--host", options->hosts, "A name by which it is known, beside loopback's")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->envname("ARCUATE_HOSTS");
  verb->add_option("--token-file", options->token_file, "The token (default: FOLDER/token)")
      ->envname("ARCUATE_TOKEN_FILE");
  verb->add_option("--cores", options->cores, "Cores of all local jobs (default: all)")
      ->check(CLI::Range(1, 1 << 20));
  verb->add_option("--memory", sizes->first,
                   "Memory of all local jobs [GB] (default: nine tenths of what is free)")
      ->check(CLI::Range(0.01, 1e6));
  verb->add_option("--largest-upload", sizes->second, "Largest submission [GB]")
      ->check(CLI::Range(0.001, 1e5))
      ->capture_default_str();
  verb->add_flag("--allow-plugins", options->allow_plugins,
                 "Take studies with plug-ins: programs that run as you");
  verb->callback([options, sizes, &run] {
    run = [options, sizes] {
      constexpr double giga = 1e9;
      options->memory = static_cast<std::int64_t>(giga * sizes->first);
      options->largest_body = static_cast<std::int64_t>(giga * sizes->second);
      service::serve(*options);
    };
  });
}

}  // namespace arcuate::app
