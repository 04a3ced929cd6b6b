#include "cli/commands.hpp"
#include "cli/printable.hpp"
#include "config/pages.hpp"
#include "config/schema.hpp"
#include "providers/json.hpp"

#include <string>

namespace refrain::cli {

namespace {

using config::Setting;
using config::Value;
using providers::Json;

std::string source_of(const Setting& row, const config::Loaded& loaded) {
    const auto found = loaded.sources.find(row.name);
    return found == loaded.sources.end() ? "default" : found->second;
}

std::string default_of(const Setting& row, const config::Config& defaults) {
    return row.default_text.empty() ? row.literal(defaults) : row.default_text;
}

Json to_json(const Value& value) {
    switch (value.kind) {
        case Value::Kind::integer: return std::stoull(value.text);
        case Value::Kind::boolean: return value.text == "true";
        case Value::Kind::list: return value.list;
        default: return value.text;
    }
}

void print_text(const config::Loaded& loaded, Console& console) {
    const config::Config defaults = config::defaults_for(loaded.config.upstreams);
    const char* gap = "";
    for (const Setting& row : config::settings(loaded.config.upstreams)) {
        console.out << gap << row.name << " = " << printable(row.literal(loaded.config)) << "  ("
                    << printable(source_of(row, loaded)) << ")\n    " << row.meaning << "\n    "
                    << row.env << ", default " << default_of(row, defaults) << '\n';
        gap = "\n";
    }
}

void print_json(const config::Loaded& loaded, Console& console) {
    const config::Config defaults = config::defaults_for(loaded.config.upstreams);
    Json all = Json::array();
    for (const Setting& row : config::settings(loaded.config.upstreams)) {
        Json one;
        one["name"] = row.name;
        one["env"] = row.env;
        one["type"] = row.type;
        one["default"] =
            row.default_text.empty() ? to_json(row.visible(defaults)) : Json(row.default_text);
        one["meaning"] = row.meaning;
        one["value"] = to_json(row.visible(loaded.config));
        one["source"] = source_of(row, loaded);
        all.push_back(std::move(one));
    }
    console.out << all.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace

int show_config(const ShowConfigOptions& options, Console& console) {
    if (options.format == ConfigFormat::markdown) {
        console.out << config::markdown_page();
        return kDone;
    }
    if (options.format == ConfigFormat::toml) {
        console.out << config::every_key_toml();
        return kDone;
    }
    const auto loaded = config::load({options.config_file, console.environment, {}});
    if (!loaded) {
        for (const config::Problem& problem : loaded.error())
            console.complain(problem.sentence);
        return kFailed;
    }
    if (options.format == ConfigFormat::json) {
        print_json(*loaded, console);
    } else {
        print_text(*loaded, console);
    }
    return kDone;
}

}  // namespace refrain::cli
