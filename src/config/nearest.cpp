#include "config/nearest.hpp"

#include <algorithm>

namespace refrain::config {

namespace {

// Nobody mistypes more than this; it bounds the work on hostile input.
constexpr std::size_t kLongestWord = 128;

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Three rows of the table of optimal string alignment are enough.
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> above(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::swap(before, above);
        std::swap(above, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
    }
    return row[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
    if (word.size() > kLongestWord) return {};
    const std::size_t tolerance = std::max<std::size_t>(2, word.size() / 3);
    std::size_t best = tolerance + 1;
    std::string found;
    for (const std::string& candidate : known) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best) {
            best = distance;
            found = candidate;
        }
    }
    return found;
}

std::string suggestion(std::string_view name,
                       char separator,
                       const std::vector<std::string>& known) {
    std::string close = nearest(name, known);
    if (!close.empty()) return close;
    const auto last = name.rfind(separator);
    const std::string ending =
        separator + std::string(last == name.npos ? name : name.substr(last + 1));
    for (const std::string& candidate : known) {
        if (!candidate.ends_with(ending)) continue;
        if (!close.empty()) return {};  // more than one
        close = candidate;
    }
    return close;
}

}  // namespace refrain::config
