#include "providers/utf8.hpp"

#include "providers/byte_scan.hpp"

#include <utf8proc.h>

namespace refrain::providers {

bool is_utf8(std::string_view text) noexcept {
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    for (std::size_t at = find_byte(text, 0, non_ascii); at < text.size();
         at = find_byte(text, at, non_ascii)) {
        utf8proc_int32_t c = 0;
        const auto left = static_cast<utf8proc_ssize_t>(text.size() - at);
        const utf8proc_ssize_t size = utf8proc_iterate(bytes + at, left, &c);
        if (size <= 0) return false;
        at += static_cast<std::size_t>(size);
    }
    return true;
}

}  // namespace refrain::providers
