#include "cache/selector.hpp"

#include <algorithm>

namespace refrain::cache {

namespace {

bool allows(const std::string& glob, std::string_view text) {
    return glob.empty() || matches_glob(glob, text);
}

bool has_tag(const Entry& entry, const std::string& tag) {
    return std::find(entry.tags.begin(), entry.tags.end(), tag) != entry.tags.end();
}

bool has_name_like(const Entry& entry, const std::string& glob) {
    if (matches_glob(glob, entry.key.hex())) return true;
    return std::any_of(entry.names.begin(), entry.names.end(), [&](const std::string& name) {
        return matches_glob(glob, name);
    });
}

}  // namespace

bool Selector::matches(const Entry& entry) const {
    if (!allows(model, entry.model) || !allows(operation, entry.operation) ||
        !allows(voice, entry.voice) || !allows(tenant, entry.tenant)) {
        return false;
    }
    const auto is_tagged = [&](const std::string& tag) { return has_tag(entry, tag); };
    if (!tags.empty() && !std::any_of(tags.begin(), tags.end(), is_tagged)) return false;
    return pattern.empty() || has_name_like(entry, pattern);
}

// On a mismatch, the last star takes one character more.
bool matches_glob(std::string_view glob, std::string_view text) noexcept {
    std::size_t g = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_text = 0;
    while (t < text.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = g++;
            star_text = t;
        } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
            ++g;
            ++t;
        } else if (star != std::string_view::npos) {
            g = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    return glob.find_first_not_of('*', g) == std::string_view::npos;
}

}  // namespace refrain::cache
