#include "cli/text_table.hpp"

#include <algorithm>
#include <cstddef>

namespace refrain::cli {

namespace {

// Of UTF-8, one column for each code point.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
}

}  // namespace

std::string text_table(const std::vector<TableRow>& rows) {
    std::vector<std::size_t> widths(rows.empty() ? 0 : rows[0].size());
    for (const TableRow& row : rows) {
        for (std::size_t i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], width(row[i]));
    }
    std::string out;
    for (const TableRow& row : rows) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const std::string padding(widths[i] - width(row[i]), ' ');
            if (i > 0) out += "  ";
            out += i == 0 ? row[i] + padding : padding + row[i];
        }
        out += '\n';
    }
    return out;
}

}  // namespace refrain::cli
