#include "cli/printable.hpp"

#include "base/text_code.hpp"

namespace refrain::cli {

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        // U+0080 to U+009F are control characters too: C2 80 to C2 9F in UTF-8.
        const bool c1 = byte == 0xc2 && i + 1 < text.size() &&
                        static_cast<unsigned char>(text[i + 1]) >= 0x80 &&
                        static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (byte < 0x20 || byte == 0x7f || c1) {
            out += "\\x" + hex_encode(text.substr(i, 1));
            if (c1) out += "\\x" + hex_encode(text.substr(++i, 1));
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace refrain::cli
