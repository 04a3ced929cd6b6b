#include "cli/run.hpp"

#include "cli/commands.hpp"
#include "cli/console.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <utility>

namespace refrain::cli {

namespace {

constexpr const char* kDefaultUrl = "http://127.0.0.1:8080";
constexpr const char* kFooter =
    "Exit codes: 0 done, 1 failed, 2 wrong usage. Every setting: refrain config.";

// The grammar of the command line, and what it was last asked for. One command is chosen.
class Grammar {
  public:
    Grammar(const ServeFunction& serve_function, Console& console)
        : serve_function_(serve_function), console_(console) {
        app_.name("refrain");
        app_.description(
            "An HTTP gateway that memoizes the answers of AI providers: ask once, pay "
            "once.");
        app_.footer(kFooter);
        app_.set_version_flag("--version", version_line());
        app_.require_subcommand(1);
        add_serve();
        add_hash();
        add_key();
        add_check_config();
        add_config();
        add_stats();
        add_warm();
        add_purge();
        add_prices();
    }

    int run(std::vector<std::string> arguments) {
        std::reverse(arguments.begin(), arguments.end());  // as the library takes them
        try {
            app_.parse(std::move(arguments));
        } catch (const CLI::ParseError& fault) {
            // Help and version are thrown as well.
            const int code = app_.exit(fault, console_.out, console_.err);
            return code == 0 ? kDone : kWrongUsage;
        }
        return command_();
    }

  private:
    CLI::App* add(const char* name, const char* description, std::function<int()> command) {
        CLI::App* sub = app_.add_subcommand(name, description);
        sub->callback([this, command = std::move(command)] { command_ = command; });
        return sub;
    }

    void add_serve() {
        CLI::App* sub = add("serve", "Run the gateway", [this] {
            return serve(serve_options_, serve_function_, console_);
        });
        sub->add_option("--config", serve_options_.config_file, "A TOML file")->type_name("FILE");
        const auto flag =
            [&](const char* name, const char* setting, const char* type, const char* text) {
                sub->add_option_function<std::string>(
                       name,
                       [this, setting](const std::string& value) {
                           serve_options_.settings[setting] = value;
                       },
                       text)
                    ->type_name(type);
            };
        flag("--listen", "server.listen", "HOST:PORT", "Where to accept connections; port 0: any");
        flag("--data-dir", "cache.data_dir", "DIR", "The folder of the store");
        flag("--mode", "mode", "MODE", "memoize, observe, refresh, replay or off");
        flag("--log-level", "log_level", "LEVEL", "trace, debug, info, warn, error or off");
    }

    void add_hash() {
        CLI::App* sub = add("hash", "Print the content address of files", [this] {
            return hash(hash_options_, console_);
        });
        sub->footer(
            "Sound is addressed by what is heard: WAV, AIFF and FLAC by their samples, others "
            "without their tags. JSON is addressed by its canonical form, anything else by its "
            "bytes.");
        sub->add_option("FILE", hash_options_.files, "Files and folders; - is standard input")
            ->required();
        auto* json = sub->add_flag("--json", hash_options_.json, "One JSON object a line");
        sub->add_flag("--check", hash_options_.check, "Compare with the lists in these files")
            ->excludes(json);
        sub->add_flag("--bytes", hash_options_.bytes, "By bytes, whatever is in them");
    }

    void add_key() {
        CLI::App* sub = add("key", "Explain the key a request body would get", [this] {
            return key(key_options_, console_);
        });
        sub->add_option("FILE", key_options_.file, "The body; - is standard input")->required();
        sub->add_option("--path", key_options_.path, "The request's path")->capture_default_str();
        sub->add_option("--content-type", key_options_.content_type, "The body's type")
            ->capture_default_str();
        sub->add_option("--scope", key_options_.scope, "Whose entry it is")->capture_default_str();
        sub->add_flag("--json", key_options_.json, "As a JSON object");
    }

    void add_check_config() {
        CLI::App* sub = add("check-config", "Report every problem of a configuration", [this] {
            return check_config(checked_file_, console_);
        });
        sub->add_option("FILE", checked_file_, "A TOML file")->required();
    }

    void add_config() {
        CLI::App* sub = add("config", "Print every setting and where its value comes from", [this] {
            return show_config(show_options_, console_);
        });
        sub->add_option("--config", show_options_.config_file, "A TOML file")->type_name("FILE");
        const auto format = [&](const char* name, ConfigFormat value, const char* text) {
            return sub->add_flag_callback(
                name,
                [this, value] {
                    // Two of them would be two documents.
                    if (show_options_.format != ConfigFormat::text) {
                        throw CLI::ValidationError("only one of --json, --markdown and --toml");
                    }
                    show_options_.format = value;
                },
                text);
        };
        format("--json", ConfigFormat::json, "As a JSON array");
        // For the project's own documents.
        format("--markdown", ConfigFormat::markdown, "")->group("");
        format("--toml", ConfigFormat::toml, "")->group("");
    }

    std::string default_url() const {
        const auto url = console_.environment.find("REFRAIN_URL");
        const bool given = url != console_.environment.end() && !url->second.empty();
        return given ? url->second : kDefaultUrl;
    }

    void add_stats() {
        CLI::App* sub = add("stats", "Print the savings report of a running gateway", [this] {
            return stats(stats_options_, console_);
        });
        stats_options_.url = default_url();
        sub->footer("REFRAIN_URL names the gateway too; REFRAIN_ADMIN_TOKEN is sent if it is set.");
        sub->add_option("--url", stats_options_.url, "The gateway")->capture_default_str();
        sub->add_flag("--json", stats_options_.json, "The report as served");
        const auto filter = [&](const std::string& name, const char* type, const char* text) {
            sub->add_option_function<std::string>(
                   "--" + name,
                   [this, name](const std::string& value) { stats_options_.filters[name] = value; },
                   text)
                ->type_name(type);
        };
        filter("since", "DURATION", "Only the last 24h, 7d, …");
        filter("tenant", "NAME", "Only this tenant's requests");
        filter("model", "NAME", "Only requests for this model");
        filter("operation", "NAME", "Only this operation: chat, speech, …");
        filter("tag", "NAME", "Only requests with this tag");
    }

    void add_prices() {
        CLI::App* sub = add("prices", "Print what a model costs, and why", [this] {
            return prices(prices_options_, console_);
        });
        sub->footer("Without a model, all that are known.");
        sub->add_option("MODEL", prices_options_.model, "A model's name, as requests have it");
        sub->add_option("--voice", prices_options_.voice, "A voice that is priced by its name");
        sub->add_option("--provider", prices_options_.provider, "The upstream that is asked");
        sub->add_option("--config", prices_options_.config_file, "A TOML file")->type_name("FILE");
    }

    void add_purge() {
        CLI::App* sub = add("purge", "Make kept answers dead", [this] {
            const auto& asked = purge_options_;
            if (asked.all || !asked.tags.empty() || !asked.selection.empty()) {
                return purge(asked, console_);
            }
            console_.complain("purge needs to know what: --model, --tag, … or --all");
            return kWrongUsage;
        });
        purge_options_.url = default_url();
        sub->footer("Of several that are given, all must match; names may have * and ?.");
        sub->add_option("--url", purge_options_.url, "The gateway")->capture_default_str();
        sub->add_option("--tag", purge_options_.tags, "Any of these tags")->type_name("TAG");
        const auto selects = [&](const char* flag, const char* member, const char* text) {
            sub->add_option_function<std::string>(
                flag,
                [this, member](const std::string& value) {
                    purge_options_.selection[member] = value;
                },
                text);
        };
        selects("--model", "model", "Of this model");
        selects("--operation", "operation", "Of this operation: chat, speech, …");
        selects("--voice", "voice", "In this voice");
        selects("--tenant", "tenant", "Of this tenant");
        selects("--older-than", "older_than", "Bought longer ago than 24h, 7d, …");
        selects("--key", "pattern", "With this key");
        sub->add_flag("--all", purge_options_.all, "All there are");
        sub->add_flag("--dry-run", purge_options_.dry_run, "Only say how many");
    }

    void add_warm() {
        CLI::App* sub = add("warm", "Send a list of requests through a running gateway", [this] {
            return warm(warm_options_, console_);
        });
        warm_options_.url = default_url();
        sub->footer(
            "Each line of FILE is {\"path\": …, \"body\": {…}, \"headers\": {…}}; headers may be "
            "left out.\nOPENAI_API_KEY is sent to paths of OpenAI's that bring no credential of "
            "their own.\nWhat is there already is not bought again: after an interruption, run it "
            "again.");
        sub->add_option("FILE", warm_options_.file, "JSON lines; - is standard input")->required();
        sub->add_option("--url", warm_options_.url, "The gateway")->capture_default_str();
        sub->add_option("--concurrency", warm_options_.concurrency, "Requests at the same time")
            ->check(CLI::Range(1, 256))
            ->capture_default_str();
        sub->add_flag("--links", warm_options_.links, "Print the links of speech, one a line");
    }

    const ServeFunction& serve_function_;
    Console& console_;
    CLI::App app_;
    std::function<int()> command_;

    ServeOptions serve_options_;
    HashOptions hash_options_;
    KeyOptions key_options_;
    std::string checked_file_;
    ShowConfigOptions show_options_;
    StatsOptions stats_options_;
    WarmOptions warm_options_;
    PurgeOptions purge_options_;
    PricesOptions prices_options_;
};

}  // namespace

int run(std::vector<std::string> arguments, const ServeFunction& serve, Console& console) {
    return Grammar(serve, console).run(std::move(arguments));
}

int run(int argc, char** argv, const ServeFunction& serve) {
    std::ios::sync_with_stdio(false);
    Console console{std::cin,
                    std::cout,
                    std::cerr,
                    config::environment_of_process(),
                    isatty(STDERR_FILENO) == 1,
                    isatty(STDOUT_FILENO) == 1};
    std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    const int code = run(std::move(arguments), serve, console);
    std::cout.flush();
    if (!std::cout && code == kDone) {
        console.complain("cannot write to the standard output");
        return kFailed;
    }
    return code;
}

std::string version_line() {
    return "refrain " REFRAIN_VERSION;
}

}  // namespace refrain::cli
