#include "cli/content_address.hpp"

#include "providers/json.hpp"

#include <string>

namespace refrain::cli {

namespace {

constexpr std::size_t kMaxJsonBytes = 64 << 20;

// The first byte that is no JSON white space (RFC 8259 2), or 0.
char first_letter(std::string_view text) {
    const auto at = text.find_first_not_of(" \t\r\n");
    return at == text.npos ? '\0' : text[at];
}

// Adds what is left of the input to `held` and stops early: at the end, at `kMaxJsonBytes`, or when
// it turns out not to begin like JSON. True at the end.
Result<bool> hold_json(Input& input, std::string& held) {
    for (;;) {
        const auto piece = input.read_some();
        if (!piece) return failure(piece.error());
        if (piece->empty()) return true;
        held += *piece;
        const char letter = first_letter(held);
        const bool promising = letter == '{' || letter == '[' || letter == '\0';
        if (!promising || held.size() > kMaxJsonBytes) return false;
    }
}

}  // namespace

Result<ContentAddress> content_address(Input& input, bool raw) {
    std::string held;
    if (!raw) {
        const auto complete = hold_json(input, held);
        if (!complete) return failure(complete.error());
        const char letter = first_letter(held);
        if (*complete && (letter == '{' || letter == '[')) {
            if (const auto document = providers::parse_json(held)) {
                return ContentAddress{
                    "json", sha256(providers::canonical_json(*document)), held.size()};
            }
        }
    }
    Sha256 digest;
    digest.update(held);
    std::uint64_t bytes = held.size();
    for (;;) {
        const auto piece = input.read_some();
        if (!piece) return failure(piece.error());
        if (piece->empty()) return ContentAddress{"bytes", digest.finish(), bytes};
        digest.update(*piece);
        bytes += piece->size();
    }
}

}  // namespace refrain::cli
