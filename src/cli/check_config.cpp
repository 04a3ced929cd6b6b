#include "cli/commands.hpp"
#include "cli/printable.hpp"
#include "providers/prices.hpp"

namespace refrain::cli {

int check_config(const std::string& file, Console& console) {
    if (file.empty()) {
        console.complain("check-config needs the name of a file");
        return kWrongUsage;
    }
    const auto loaded = config::load({file, console.environment, {}});
    if (loaded) {
        const config::Pricing& pricing = loaded->config.pricing;
        const auto prices = providers::Prices::load(pricing.file, pricing.overrides);
        if (!prices) {
            console.out << printable(prices.error().message) << '\n';
            return kFailed;
        }
        console.out << printable(file) << ": ok\n";
        return kDone;
    }
    for (const config::Problem& problem : loaded.error()) {
        console.out << printable(problem.sentence) << '\n';
    }
    return kFailed;
}

}  // namespace refrain::cli
