// JSON as this product needs it: strict parsing that keeps what a key must not lose (order,
// numbers as written where a double cannot hold them), and RFC 8785 output.
//
// nlohmann_json holds the values. Reading and writing are ours: see json_reader.hpp, and dump() is
// not always shortest.
#pragma once

#include "base/error.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace refrain::providers {

// Keeps the order of names. A number that a double cannot hold exactly (an integer beyond 2^53, a
// literal that does not round-trip) is a binary value holding its token as written.
using Json = nlohmann::ordered_json;

inline constexpr int kMaxJsonDepth = 128;

// Strict RFC 8259 in UTF-8 without a BOM. Fails, with a token in the message, on: "invalid-json",
// "duplicate-names", "too-deep", "invalid-unicode" (bad UTF-8 or a lone surrogate).
Result<Json> parse_json(std::string_view text);
// The same, but a number spelled otherwise than canonical_json() would ("1.0", "1e3") keeps its
// token as well. canonical_json() still writes its value; ordered_json_text() writes the token.
Result<Json> parse_json_as_written(std::string_view text);

// RFC 8785: names sorted by UTF-16 units, shortest numbers, no white space.
std::string canonical_json(const Json& value);
// The same writing, but the order of names kept: for JSON Schemas, where it counts.
std::string ordered_json_text(const Json& value);

// A number's value however it is held; absent if it is none.
std::optional<double> number_value(const Json& value);
// A value that is written as exactly this JSON text wherever it stands. It can only be written.
Json json_written_as(std::string_view text);
// One string, quoted and escaped as RFC 8785 3.2.2.2 says. REQUIRES: valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace refrain::providers
