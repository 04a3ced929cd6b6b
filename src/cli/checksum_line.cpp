#include "cli/checksum_line.hpp"

namespace refrain::cli {

namespace {

std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else {
            out += c;
        }
    }
    return out;
}

std::optional<std::string> unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            out += text[i];
            continue;
        }
        const char next = ++i < text.size() ? text[i] : '\0';
        if (next != '\\' && next != 'n' && next != 'r') return std::nullopt;
        out += next == '\\' ? '\\' : next == 'n' ? '\n' : '\r';
    }
    return out;
}

}  // namespace

std::string write_checksum_line(const ChecksumLine& line) {
    const std::string name = escaped(line.file);
    return (name == line.file ? "" : "\\") + line.digest.hex() + "  " + name;
}

std::optional<ChecksumLine> read_checksum_line(std::string_view text) {
    constexpr std::size_t kHexLetters = 64;
    const bool is_escaped = text.starts_with('\\');
    if (is_escaped) text.remove_prefix(1);
    if (text.size() < kHexLetters + 3 || text[kHexLetters] != ' ') return std::nullopt;
    if (text[kHexLetters + 1] != ' ' && text[kHexLetters + 1] != '*') return std::nullopt;
    const auto digest = Digest::from_hex(text.substr(0, kHexLetters));
    const std::string_view name = text.substr(kHexLetters + 2);
    const auto file = is_escaped ? unescaped(name) : std::string(name);
    if (!digest || !file) return std::nullopt;
    return ChecksumLine{*digest, *file};
}

}  // namespace refrain::cli
