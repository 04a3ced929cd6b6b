// Whether bytes are text. Pure.
#pragma once

#include <string_view>

namespace refrain::providers {

// RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

}  // namespace refrain::providers
