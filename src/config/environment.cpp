#include "config/environment.hpp"

#include "config/nearest.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace refrain::config {

namespace {

constexpr std::string_view kPrefix = "REFRAIN_";
constexpr std::string_view kUpstreamsPrefix = "REFRAIN_UPSTREAMS_";

constexpr std::array<std::string_view, 7> kSectionPrefixes{"REFRAIN_SERVER_",
                                                           "REFRAIN_CACHE_",
                                                           "REFRAIN_AUDIO_",
                                                           "REFRAIN_REDIS_",
                                                           kUpstreamsPrefix,
                                                           "REFRAIN_LIMITS_",
                                                           "REFRAIN_PRICING_"};

// Variables of the commands, the tests and the tools.
constexpr std::array<std::string_view, 6> kOthers{"REFRAIN_URL",
                                                  "REFRAIN_ADMIN_TOKEN",
                                                  "REFRAIN_BIN",
                                                  "REFRAIN_DEMO_BIN",
                                                  "REFRAIN_KILL_LOOPS",
                                                  "REFRAIN_GOLDEN_UPDATE"};

bool is_no_setting(std::string_view variable) {
    return std::find(kOthers.begin(), kOthers.end(), variable) != kOthers.end() ||
           variable.starts_with("REFRAIN_TEST_") ||
           // Kubernetes and Docker links describe a service called "refrain" or "refrain-cache" by
           // REFRAIN_SERVICE_HOST, REFRAIN_CACHE_PORT_8080_TCP and the like.
           variable.find("_SERVICE_HOST") != variable.npos ||
           variable.find("_SERVICE_PORT") != variable.npos ||
           variable.find("_PORT") != variable.npos;
}

std::string lower_case(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

// The keys of an upstream as its variables end: "_BASE_URL", the longest first, because
// LLAMA_CONNECT_TIMEOUT is llama's connect_timeout and not llama_connect's timeout.
std::vector<std::string> upstream_suffixes() {
    constexpr std::string_view kAny = "any";
    const std::string start = environment_name("upstreams." + std::string(kAny));
    std::vector<std::string> suffixes;
    for (const Setting& row : upstream_settings(std::string(kAny))) {
        suffixes.push_back(row.env.substr(start.size()));
    }
    std::sort(suffixes.begin(), suffixes.end(), [](const std::string& a, const std::string& b) {
        return a.size() > b.size();
    });
    return suffixes;
}

// The upstream that a variable's name speaks of, or "".
std::string upstream_of(std::string_view variable, const std::vector<std::string>& suffixes) {
    for (const std::string& suffix : suffixes) {
        if (!variable.ends_with(suffix)) continue;
        variable.remove_suffix(suffix.size());
        if (variable.size() <= kUpstreamsPrefix.size()) return {};
        return lower_case(variable.substr(kUpstreamsPrefix.size()));
    }
    return {};
}

bool looks_like_setting(std::string_view variable, const std::vector<Setting>& rows) {
    if (is_no_setting(variable)) return false;
    for (const std::string_view prefix : kSectionPrefixes) {
        if (variable.starts_with(prefix)) return true;
    }
    std::vector<std::string> names;
    names.reserve(rows.size());
    for (const Setting& row : rows)
        names.push_back(row.env);
    return !suggestion(variable, '_', names).empty();
}

}  // namespace

void add_upstreams_of(const Environment& environment, Upstreams& upstreams) {
    std::vector<std::string> known;
    for (const auto& [name, upstream] : upstreams) {
        for (const Setting& row : upstream_settings(name))
            known.push_back(row.env);
    }
    const auto suffixes = upstream_suffixes();
    const auto first = environment.lower_bound(kUpstreamsPrefix);
    for (auto it = first; it != environment.end(); ++it) {
        const auto& [variable, value] = *it;
        if (!std::string_view(variable).starts_with(kUpstreamsPrefix)) break;
        if (value.empty() || std::find(known.begin(), known.end(), variable) != known.end()) {
            continue;
        }
        const std::string name = upstream_of(variable, suffixes);
        if (is_upstream_name(name)) upstreams.try_emplace(name);
    }
}

FromEnvironment read_environment(const Environment& environment, const std::vector<Setting>& rows) {
    std::map<std::string_view, const Setting*> by_variable;
    std::vector<std::string> names;
    names.reserve(rows.size());
    for (const Setting& row : rows) {
        by_variable[row.env] = &row;
        names.push_back(row.env);
    }
    FromEnvironment out;
    for (const auto& [variable, value] : environment) {
        if (!variable.starts_with(kPrefix) || value.empty()) continue;
        if (const auto found = by_variable.find(variable); found != by_variable.end()) {
            out.assignments.push_back(
                {found->second->name, Value{Value::Kind::untyped, value, {}}, "environment"});
        } else if (looks_like_setting(variable, rows)) {
            const std::string meant = suggestion(variable, '_', names);
            out.problems.push_back(
                {variable,
                 variable + " (environment) is no setting; " +
                     (meant.empty() ? "unset it, `refrain config` lists all there are."
                                    : "did you mean " + meant + "?")});
        }
    }
    return out;
}

Environment environment_of_process() {
    Environment out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const auto equals = text.find('=');
        if (equals == text.npos || equals == 0) continue;
        out.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return out;
}

}  // namespace refrain::config
