#include "config/load.hpp"

#include "config/check.hpp"
#include "config/environment.hpp"
#include "config/nearest.hpp"
#include "config/schema.hpp"
#include "config/toml_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace refrain::config {

namespace {

constexpr std::array<std::string_view, 8> kSections{
    "server", "cache", "cache.ttl", "audio", "redis", "upstreams", "limits", "pricing"};
constexpr std::string_view kUpstreams = "upstreams.";

class Loader {
  public:
    explicit Loader(Inputs inputs) { loaded_.inputs = std::move(inputs); }

    tl::expected<Loaded, std::vector<Problem>> run() {
        TomlFile file = read_file();
        accept_sections(file);
        add_upstreams_of(loaded_.inputs.environment, loaded_.config.upstreams);
        rows_ = settings(loaded_.config.upstreams);

        for (const Assignment& assignment : file.assignments)
            apply(assignment);
        FromEnvironment environment = read_environment(loaded_.inputs.environment, rows_);
        for (const Assignment& assignment : environment.assignments)
            apply(assignment);
        for (Problem& problem : environment.problems)
            problems_.push_back(std::move(problem));
        for (const auto& [key, text] : loaded_.inputs.flags) {
            apply({key, Value{Value::Kind::untyped, text, {}}, "flag"});
        }

        choose_data_dir();
        Config& config = loaded_.config;
        expand_home("cache.data_dir", config.cache.data_dir);
        expand_home("server.tls_cert", config.server.tls_cert);
        expand_home("server.tls_key", config.server.tls_key);
        expand_home("pricing.file", config.pricing.file);
        check(loaded_, rows_, problems_);
        if (!problems_.empty()) return tl::unexpected(std::move(problems_));
        return std::move(loaded_);
    }

  private:
    TomlFile read_file() {
        if (loaded_.inputs.file.empty()) return {};
        auto file = read_toml(loaded_.inputs.file);
        if (file) return std::move(*file);
        problems_.push_back(std::move(file.error()));
        return {};
    }

    // Complains once of a section nobody knows and forgets what is in it.
    void accept_sections(TomlFile& file) {
        std::vector<std::string> unknown;
        for (const Section& section : file.sections) {
            if (is_inside(section.name, unknown) || accept(section)) continue;
            unknown.push_back(section.name);
        }
        std::erase_if(file.assignments, [&](const Assignment& assignment) {
            return is_inside(assignment.key, unknown);
        });
    }

    static bool is_inside(std::string_view key, const std::vector<std::string>& sections) {
        return std::any_of(sections.begin(), sections.end(), [&](const std::string& section) {
            return key.starts_with(section) && key.substr(section.size()).starts_with('.');
        });
    }

    bool accept(const Section& section) {
        const std::string_view full = section.name;
        if (std::find(kSections.begin(), kSections.end(), full) != kSections.end()) return true;
        const std::string where = "[" + section.name + "] (" + section.source + ") ";
        if (full.starts_with(kUpstreams)) {
            const std::string_view name = full.substr(kUpstreams.size());
            if (is_upstream_name(name)) {
                loaded_.config.upstreams.try_emplace(std::string(name));
                return true;
            }
            problems_.push_back({section.name,
                                 where + "is no name for an upstream; use lower-case letters, "
                                         "digits, \"-\" and \"_\", at most 64, a letter first."});
            return false;
        }
        for (const Setting& row : settings({})) {
            if (row.name != full) continue;
            problems_.push_back(
                {section.name, where + "is a setting, not a section; give it a value."});
            return false;
        }
        const std::string meant = suggestion(full, '.', {kSections.begin(), kSections.end()});
        problems_.push_back(
            {section.name,
             where + "is no section; " +
                 (meant.empty() ? "leave it out, `refrain config` lists all settings."
                                : "did you mean [" + meant + "]?")});
        return false;
    }

    void apply(const Assignment& assignment) {
        const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const Setting& setting) {
            return setting.name == assignment.key;
        });
        if (row == rows_.end()) {
            problems_.push_back({assignment.key, unknown_key(assignment)});
            return;
        }
        const auto complaint = row->set(loaded_.config, assignment.value);
        if (complaint) {
            const std::string where =
                assignment.source == "environment" ? row->env : assignment.source;
            problems_.push_back({assignment.key,
                                 assignment.key + " = " + row->shown(assignment.value) + " (" +
                                     where + ") " + *complaint + "."});
            return;
        }
        loaded_.sources[assignment.key] = assignment.source;
    }

    std::string unknown_key(const Assignment& assignment) const {
        const std::string where = assignment.key + " (" + assignment.source + ") ";
        if (std::find(kSections.begin(), kSections.end(), assignment.key) != kSections.end()) {
            return where + "is a section, not a setting; write [" + assignment.key + "].";
        }
        std::vector<std::string> names;
        for (const Setting& row : rows_)
            names.push_back(row.name);
        const std::string meant = suggestion(assignment.key, '.', names);
        if (meant.empty()) {
            return where + "is no setting; leave it out, `refrain config` lists all there are.";
        }
        return where + "is no setting; did you mean " + meant + "?";
    }

    std::string variable(std::string_view name) const { return loaded_.secret(name); }

    // The XDG base directory specification: a relative XDG_DATA_HOME counts as unset.
    void choose_data_dir() {
        std::string& data_dir = loaded_.config.cache.data_dir;
        if (!data_dir.empty()) return;
        const std::string xdg = variable("XDG_DATA_HOME");
        data_dir = xdg.starts_with('/') ? xdg + "/refrain" : "~/.local/share/refrain";
    }

    void expand_home(const std::string& key, std::string& path) {
        if (path != "~" && !path.starts_with("~/")) return;
        const std::string home = variable("HOME");
        if (home.empty()) {
            problems_.push_back({key,
                                 key + " = " + quoted(path) +
                                     " needs the variable HOME, which is not set; write a path "
                                     "that begins with \"/\"."});
            return;
        }
        path = home + path.substr(1);
    }

    Loaded loaded_;
    std::vector<Setting> rows_;
    std::vector<Problem> problems_;
};

}  // namespace

std::string Loaded::secret(std::string_view variable) const {
    const auto found = inputs.environment.find(variable);
    return found == inputs.environment.end() ? std::string() : found->second;
}

tl::expected<Loaded, std::vector<Problem>> load(Inputs inputs) {
    return Loader(std::move(inputs)).run();
}

}  // namespace refrain::config
