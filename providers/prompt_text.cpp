#include "providers/prompt_text.hpp"

#include "base/check.hpp"
#include "providers/byte_scan.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace refrain::providers {

namespace {

// Ranges of characters that are composed already and never combine with a neighbour
// (NFC_Quick_Check=Yes, combining class 0), so that most text is not taken apart at all.
struct Range {
    utf8proc_int32_t first;
    utf8proc_int32_t last;
};
constexpr std::array kComposed{
    Range{0x0000, 0x02FF},    // Latin, IPA
    Range{0x0400, 0x0482},    // Cyrillic
    Range{0x2010, 0x2027},    // dashes, quotes, ellipsis
    Range{0x3001, 0x3029},    // CJK punctuation
    Range{0x3041, 0x3096},    // Hiragana
    Range{0x30A0, 0x30FF},    // Katakana
    Range{0x3400, 0x4DBF},    // Han
    Range{0x4E00, 0x9FFF},    // Han
    Range{0xAC00, 0xD7A3},    // Hangul syllables
    Range{0xFF01, 0xFF60},    // full-width forms
    Range{0x1F300, 0x1FAFF},  // pictographs
};

bool is_composed(utf8proc_int32_t c) noexcept {
    return std::any_of(kComposed.begin(), kComposed.end(), [c](const Range& range) {
        return c >= range.first && c <= range.last;
    });
}

// Calls `visit` with each character and its bytes until it returns false.
template <class Visit>
void each_character(std::string_view text, Visit visit) {
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    std::size_t at = 0;
    while (at < text.size()) {
        utf8proc_int32_t c = 0;
        const auto left = static_cast<utf8proc_ssize_t>(text.size() - at);
        const utf8proc_ssize_t size = utf8proc_iterate(bytes + at, left, &c);
        REFRAIN_CHECK(size > 0, "prompts are valid UTF-8");
        if (!visit(c, text.substr(at, static_cast<std::size_t>(size)))) return;
        at += static_cast<std::size_t>(size);
    }
}

bool is_all_composed(std::string_view text) {
    bool composed = true;
    each_character(text, [&composed](utf8proc_int32_t c, std::string_view) {
        composed = is_composed(c);
        return composed;
    });
    return composed;
}

// Whether all of it is below U+0300, where the combining marks begin: no UTF-8 lead byte from CC
// on.
bool is_latin(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        constexpr unsigned char kFirstOther = 0xCC;
        return static_cast<unsigned char>(c) < kFirstOther;
    });
}

void compose(std::string& text) {
    if (is_latin(text) || is_all_composed(text)) return;
    utf8proc_uint8_t* composed = nullptr;
    const utf8proc_ssize_t size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                     static_cast<utf8proc_ssize_t>(text.size()),
                     &composed,
                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(composed, &std::free);
    REFRAIN_CHECK(size >= 0, "prompts can be composed");
    text.assign(reinterpret_cast<const char*>(composed), static_cast<std::size_t>(size));
}

void unify_line_ends(std::string& text) {
    std::size_t end = text.find("\r\n");
    if (end == std::string::npos) return;
    for (std::size_t i = end; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        text[end++] = text[i];
    }
    text.resize(end);
}

bool is_white_space(utf8proc_int32_t c) noexcept {
    if (c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85) return true;
    if (c < 0x80) return false;
    const utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

void collapse_white_space(std::string& text) {
    std::string collapsed;
    collapsed.reserve(text.size());
    bool in_run = false;
    each_character(text, [&](utf8proc_int32_t c, std::string_view bytes) {
        const bool space = is_white_space(c);
        if (!space) collapsed += bytes;
        if (space && !in_run) collapsed += ' ';
        in_run = space;
        return true;
    });
    text = std::move(collapsed);
}

}  // namespace

void normalize_prompt(std::string& text, Normalize how) {
    if (how == Normalize::exact) return;
    if (find_byte(text, 0, non_ascii) != text.size()) compose(text);
    unify_line_ends(text);
    if (how == Normalize::relaxed) collapse_white_space(text);
}

void normalize_speech(std::string& text, Normalize how) {
    normalize_prompt(text, how);
    if (how == Normalize::exact) return;
    std::size_t first = text.size();
    std::size_t end = 0;
    std::size_t at = 0;
    each_character(text, [&](utf8proc_int32_t c, std::string_view bytes) {
        if (!is_white_space(c)) {
            first = std::min(first, at);
            end = at + bytes.size();
        }
        at += bytes.size();
        return true;
    });
    text = first < end ? text.substr(first, end - first) : std::string();
}

std::size_t count_characters(std::string_view text) noexcept {
    constexpr unsigned char kMarker = 0xC0;  // the two top bits; 10 is inside a character
    constexpr unsigned char kInside = 0x80;
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & kMarker) != kInside;
    }));
}

}  // namespace refrain::providers
