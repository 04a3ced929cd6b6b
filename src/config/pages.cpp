#include "config/pages.hpp"

#include "config/schema.hpp"

#include <string_view>
#include <vector>

namespace refrain::config {

namespace {

constexpr std::string_view kIntroduction = R"(# Configuration

Refrain runs without any configuration. Every setting is a key of a TOML file (`refrain serve --config FILE`),
an environment variable, and for a few also a flag of `refrain serve`. A flag wins over the environment, the
environment over the file, the file over the default.

- An unknown key is an error that names the nearest known one. All problems are reported at once;
  `refrain check-config FILE` reports them without starting anything.
- `refrain config [--config FILE]` prints every setting with its effective value and where that came from.
- An empty environment variable counts as unset. Lists are separated by commas there.
- Durations: `500ms`, `30s`, `10m`, `24h`, `7d`, `2w`, `forever`, or a number of seconds.
  Sizes: `64KiB`, `512MiB`, `10GiB`, or a number of bytes.
- Secrets never stand in the file: a setting that ends in `_env` names the environment variable that holds one.
- A path that begins with `~/` is below `$HOME`; any other relative path is below the working directory.

This page is printed by the program from its table of settings (`refrain config --markdown`), and so is
[samples/configs/every-key.toml](../samples/configs/every-key.toml).
)";

constexpr std::string_view kUpstreamsIntroduction = R"(
`openai`, `gemini`, `google_tts` and `google_stt` are always there. A further `[upstreams.NAME]` adds any server
that speaks one of their APIs; it is reached at `/up/NAME/v1/...` or by `models`. In the names of environment
variables a `-` of NAME is written `_`.
)";

constexpr std::string_view kTtlIntroduction = R"(
One key for each kind of call that is memoized. `0s` keeps nothing, `forever` has no end.
)";

// "cache.ttl" of "cache.ttl.chat", "" of "mode".
std::string_view section_of(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot == name.npos ? std::string_view() : name.substr(0, dot);
}

std::string meaning_of(const Setting& row) {
    if (row.unavailable.empty()) return row.meaning;
    return row.meaning + " Only the default is accepted: " + row.unavailable + ".";
}

// A cell of a Markdown table.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|') out += '\\';
        out += c;
    }
    return out;
}

std::string default_cell(const Setting& row, const Config& defaults) {
    if (!row.default_text.empty()) return cell(row.default_text);
    const std::string literal = row.literal(defaults);
    return literal == "\"\"" || literal == "[]" ? "none" : "`" + cell(literal) + "`";
}

std::string table(const std::vector<Setting>& rows, const Config& defaults) {
    std::string out = "\n| key | default | environment | type | meaning |\n|---|---|---|---|---|\n";
    for (const Setting& row : rows) {
        out += "| `" + row.name + "` | " + default_cell(row, defaults) + " | `" + row.env + "` | " +
               cell(row.type) + " | " + cell(meaning_of(row)) + " |\n";
    }
    return out;
}

std::string presets_table() {
    std::string out =
        "\n[request-path.md](request-path.md#when-an-upstream-fails) tells what `retries`, "
        "`max_inflight` and `fallback` do, and to\nwhich calls.\n"
        "\nThe defaults of those that are always there:\n\n"
        "| upstream | `kind` | `base_url` | `api_key_env` |\n|---|---|---|---|\n";
    for (const auto& [name, upstream] : default_upstreams()) {
        const std::string variable =
            upstream.api_key_env.empty() ? "none" : "`" + upstream.api_key_env + "`";
        out += "| `" + name + "` | `" + std::string(config::name(upstream.kind)) + "` | `" +
               upstream.base_url + "` | " + variable + " |\n";
    }
    return out;
}

std::string upstreams_chapter() {
    const std::string name = "NAME";
    Config config;
    config.upstreams[name] = {};
    return std::string("\n## [upstreams.NAME]\n") + std::string(kUpstreamsIntroduction) +
           table(upstream_settings(name), config) + presets_table();
}

// A comment of a TOML file, broken before column 100.
std::string comment(std::string_view text) {
    constexpr std::size_t kWidth = 98;
    std::string out;
    while (!text.empty()) {
        std::size_t end = text.size();
        if (end > kWidth) end = text.rfind(' ', kWidth);
        out += "# " + std::string(text.substr(0, end)) + "\n";
        text.remove_prefix(end);
        if (text.starts_with(' ')) text.remove_prefix(1);
    }
    return out;
}

}  // namespace

std::string markdown_page() {
    std::string out(kIntroduction);
    const Config defaults;
    const std::vector<Setting> rows = settings({});
    for (std::size_t begin = 0; begin < rows.size();) {
        const std::string_view section = section_of(rows[begin].name);
        std::vector<Setting> group;
        for (; begin < rows.size() && section_of(rows[begin].name) == section; ++begin) {
            group.push_back(rows[begin]);
        }
        if (section == "limits") out += upstreams_chapter();
        out += section.empty() ? "\n## Top level\n" : "\n## [" + std::string(section) + "]\n";
        if (section == "cache.ttl") out += kTtlIntroduction;
        out += table(group, defaults);
    }
    return out;
}

std::string every_key_toml() {
    std::string out = comment(
        "Every setting of Refrain with its default, printed by "
        "`refrain config --toml`. A file needs only what differs from it.");
    const Config defaults;
    std::string section;
    for (const Setting& row : settings(defaults.upstreams)) {
        const std::string next(section_of(row.name));
        if (next != section) out += "\n[" + next + "]\n";
        section = next;
        // The meanings are the same for every upstream: said at the first.
        static const std::string kFirst = default_upstreams().begin()->first;
        const bool repeated = section.starts_with("upstreams.") && section != "upstreams." + kFirst;
        if (!repeated) out += "\n" + comment(meaning_of(row) + " (" + row.type + ")");
        const std::string key = row.name.substr(section.empty() ? 0 : section.size() + 1);
        const bool data_dir = row.name == "cache.data_dir";
        out +=
            key + " = " + (data_dir ? "\"~/.local/share/refrain\"" : row.literal(defaults)) + "\n";
    }
    return out;
}

}  // namespace refrain::config
