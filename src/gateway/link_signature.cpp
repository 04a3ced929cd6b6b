#include "gateway/link_signature.hpp"

#include "base/check.hpp"
#include "base/digest.hpp"
#include "http/target.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace refrain::gateway {

namespace {

constexpr std::size_t kMostKeys = 2;
constexpr std::size_t kLeastSecret = 16;
constexpr std::size_t kMostId = 32;

bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= kMostId && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

std::string signature(std::string_view secret,
                      std::string_view file,
                      std::string_view end,
                      std::string_view id) {
    const auto message = sha256_framed({"refrain-audio-link-1", file, end, id});
    return hmac_sha256(secret, message.view()).hex();
}

// What a link says of itself: each part at most once.
struct Claim {
    std::optional<std::string> end;
    std::optional<std::string> id;
    std::optional<std::string> signature;
    bool twice = false;
};

Claim read_claim(std::string_view query) {
    Claim claim;
    for (auto& [name, value] : http::parse_query(query)) {
        auto* part = name == "exp"   ? &claim.end
                     : name == "kid" ? &claim.id
                     : name == "sig" ? &claim.signature
                                     : nullptr;
        if (part == nullptr) continue;
        claim.twice = claim.twice || part->has_value();
        *part = std::move(value);
    }
    return claim;
}

// Seconds since 1970; absent if it is no number.
std::optional<WallTime> read_time(std::string_view text) {
    std::int64_t seconds = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr std::int64_t kMostSeconds = 253'402'300'799;  // the year 9999
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    if (seconds < 0 || seconds > kMostSeconds) return std::nullopt;
    return WallTime{seconds * 1000};
}

tl::unexpected<Error> bad(std::string sentence) {
    return failure(ErrorCode::malformed, Origin::gateway, std::move(sentence));
}

}  // namespace

Result<LinkKeys> LinkKeys::parse(std::string_view text) {
    LinkKeys keys;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        const auto pair = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        const auto colon = pair.find(':');
        const auto id = pair.substr(0, colon);
        const auto secret = colon == pair.npos ? std::string_view{} : pair.substr(colon + 1);
        if (!is_id(id) || secret.empty()) {
            return bad(
                "is not \"id:secret\" or \"id:secret,id2:secret2\"; an id is up to 32 "
                "letters, digits, - and _");
        }
        if (secret.size() < kLeastSecret) {
            return bad(
                "has a secret of fewer than 16 characters; `openssl rand -hex 32` makes a "
                "good one");
        }
        const bool known = std::any_of(
            keys.keys_.begin(), keys.keys_.end(), [&](const auto& key) { return key.first == id; });
        if (known || keys.keys_.size() == kMostKeys) {
            return bad("has more than two keys, or one id twice");
        }
        keys.keys_.emplace_back(id, secret);
    }
    return keys;
}

std::string LinkKeys::sign(std::string_view file, WallTime end) const {
    REFRAIN_CHECK(!keys_.empty(), "links are signed with a key");
    const auto& [id, secret] = keys_.front();
    const std::string seconds = std::to_string(end.ms / 1000);
    return "exp=" + seconds + "&kid=" + id + "&sig=" + signature(secret, file, seconds, id);
}

LinkKeys::Check LinkKeys::check(std::string_view file, std::string_view query, WallTime now) const {
    if (keys_.empty()) return Check::good;
    const Claim claim = read_claim(query);
    if (!claim.end && !claim.id && !claim.signature) return Check::unsigned_link;
    if (!claim.end || !claim.id || !claim.signature || claim.twice) return Check::forged;
    const auto end = read_time(*claim.end);
    const auto key = std::find_if(
        keys_.begin(), keys_.end(), [&](const auto& pair) { return pair.first == *claim.id; });
    if (!end || key == keys_.end()) return Check::forged;
    const std::string expected = signature(key->second, file, *claim.end, *claim.id);
    if (!equal_in_constant_time(expected, *claim.signature)) return Check::forged;
    return now < *end ? Check::good : Check::expired;
}

WallTime LinkKeys::end_of(std::string_view query) {
    const Claim claim = read_claim(query);
    return claim.end ? read_time(*claim.end).value_or(WallTime{}) : WallTime{};
}

}  // namespace refrain::gateway
