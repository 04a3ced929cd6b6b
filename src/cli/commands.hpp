// The commands and what each was asked for. One source file per command; each returns an exit code.
#pragma once

#include "cli/console.hpp"
#include "cli/run.hpp"

#include <map>
#include <string>
#include <vector>

namespace refrain::cli {

struct ServeOptions {
    std::string config_file;
    // By dotted name of the setting; only those that were given.
    std::map<std::string, std::string, std::less<>> settings;
};
int serve(const ServeOptions& options, const ServeFunction& serve_function, Console& console);

struct HashOptions {
    std::vector<std::string> files;  // or folders; "-" is standard input
    bool json = false;
    bool bytes = false;  // never look inside
    bool check = false;  // the files are lists to compare with
};
int hash(const HashOptions& options, Console& console);

struct KeyOptions {
    std::string file;  // "-" is standard input
    std::string path = "/v1/chat/completions";
    std::string content_type = "application/json";
    std::string scope = "shared";
    bool json = false;
};
int key(const KeyOptions& options, Console& console);

int check_config(const std::string& file, Console& console);

enum class ConfigFormat { text, json, markdown, toml };
struct ShowConfigOptions {
    std::string config_file;
    ConfigFormat format = ConfigFormat::text;
};
int show_config(const ShowConfigOptions& options, Console& console);

struct StatsOptions {
    std::string url;
    bool json = false;
    // By name of the report's filters: since, tenant, model, operation, tag.
    std::map<std::string, std::string, std::less<>> filters;
};
int stats(const StatsOptions& options, Console& console);

struct PurgeOptions {
    std::string url;
    std::map<std::string, std::string> selection;  // members of an invalidation, by their names
    std::vector<std::string> tags;
    bool all = false;
    bool dry_run = false;  // only count
};
int purge(const PurgeOptions& options, Console& console);

struct WarmOptions {
    std::string file;  // "-" is standard input
    std::string url;
    std::size_t concurrency = 4;
    bool links = false;  // print the links of speech
};
int warm(const WarmOptions& options, Console& console);

struct PricesOptions {
    std::string config_file;
    std::string model;  // "" and no voice: all
    std::string voice;
    std::string provider;
};
int prices(const PricesOptions& options, Console& console);

}  // namespace refrain::cli
