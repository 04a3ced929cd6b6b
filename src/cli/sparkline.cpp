#include "cli/sparkline.hpp"

#include <algorithm>
#include <array>

namespace refrain::cli {

std::string sparkline(const std::vector<double>& numbers) {
    constexpr std::array kBars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const double most = numbers.empty() ? 0 : *std::max_element(numbers.begin(), numbers.end());
    std::string out;
    for (const double number : numbers) {
        if (number <= 0) {
            out += ' ';
            continue;
        }
        const auto step = static_cast<std::size_t>(number / most * 7.999);
        out += kBars[std::min(step, kBars.size() - 1)];
    }
    return out;
}

}  // namespace refrain::cli
