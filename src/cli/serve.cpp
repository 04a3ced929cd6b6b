#include "cli/commands.hpp"
#include "config/schema.hpp"

#include <string>

namespace refrain::cli {

namespace {

// "--data-dir" of "cache.data_dir".
std::string flag_of(std::string_view setting) {
    std::string flag = "--" + std::string(setting.substr(setting.rfind('.') + 1));
    for (char& c : flag) {
        if (c == '_') c = '-';
    }
    return flag;
}

// A flag that cannot be right is wrong usage, before any file is looked at.
bool flags_make_sense(const ServeOptions& options, Console& console) {
    bool sound = true;
    config::Config scratch;
    for (const config::Setting& row : config::settings({})) {
        const auto flag = options.settings.find(row.name);
        if (flag == options.settings.end()) continue;
        const config::Value value{config::Value::Kind::untyped, flag->second, {}};
        if (const auto complaint = row.set(scratch, value)) {
            console.complain(flag_of(row.name) + " " + row.shown(value) + " " + *complaint);
            sound = false;
        }
    }
    return sound;
}

}  // namespace

int serve(const ServeOptions& options, const ServeFunction& serve_function, Console& console) {
    if (!flags_make_sense(options, console)) return kWrongUsage;
    const auto loaded = config::load({options.config_file, console.environment, options.settings});
    if (!loaded) {
        for (const config::Problem& problem : loaded.error())
            console.complain(problem.sentence);
        return kFailed;
    }
    return serve_function(*loaded);
}

}  // namespace refrain::cli
