// Small edits of JSON text that leave every other byte as it was: what goes upstream is the
// caller's own bytes, and what comes back is the provider's. REQUIRES: valid JSON, an object.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace refrain::providers {

// The text of the value of a top-level name, absent if there is none.
std::optional<std::string_view> member_text(std::string_view object, std::string_view name);

// The same for several names in one walk: values[i] is that of names[i].
void read_member_texts(std::string_view object,
                       std::span<const std::string_view> names,
                       std::span<std::optional<std::string_view>> values);

template <std::size_t N>
std::array<std::optional<std::string_view>, N> member_texts(
    std::string_view object, const std::array<std::string_view, N>& names) {
    std::array<std::optional<std::string_view>, N> values;
    read_member_texts(object, names, values);
    return values;
}

// `object` with the value of that name replaced, or the member added at the end.
std::string with_member(std::string_view object, std::string_view name, std::string_view value);

// `object` without that member; unchanged if there is none.
std::string without_member(std::string_view object, std::string_view name);

}  // namespace refrain::providers
