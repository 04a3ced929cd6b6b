#include "gateway/audio_link.hpp"

#include "gateway/audio_file.hpp"
#include "gateway/kept_sound.hpp"
#include "http/target.hpp"
#include "http/writer.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace refrain::gateway {

namespace {

using net::Task;

constexpr std::string_view kPrefix = "/audio/";
constexpr std::size_t kDigestLetters = 64;
constexpr std::size_t kMostExtension = 5;
constexpr std::int64_t kYear = 31'536'000;  // seconds

constexpr std::string_view kAllow = "Allow: GET, HEAD, OPTIONS\r\n";
constexpr std::string_view kPreflight =
    "Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\n"
    "Access-Control-Allow-Headers: If-Match, If-Modified-Since, If-None-Match, If-Range, "
    "If-Unmodified-Since, Range\r\n"
    "Access-Control-Max-Age: 86400\r\n";

struct Link {
    std::string file;  // "<digest>.mp3"
    std::string name;  // of the entry
    std::string_view query;
};

// Absent if the target is not spelled as links are.
std::optional<Link> read_link(std::string_view target) {
    const auto parsed = http::parse_target(target);
    if (!parsed || !parsed->path.starts_with(kPrefix)) return std::nullopt;
    Link link;
    link.file = parsed->path.substr(kPrefix.size());
    link.query = parsed->query;
    const std::string_view file = link.file;
    if (file.size() < kDigestLetters + 2 || file[kDigestLetters] != '.') return std::nullopt;
    const auto extension = file.substr(kDigestLetters + 1);
    const bool plain = std::all_of(extension.begin(), extension.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    });
    const auto digest = Digest::from_hex(file.substr(0, kDigestLetters));
    if (!plain || extension.size() > kMostExtension || !digest) return std::nullopt;
    link.name = audio_name(*digest);
    return link;
}

struct Refused {
    int status;
    std::string_view code;
    std::string_view sentence;
};

// Whether the link's signature lets the caller have the file.
std::optional<Refused> check_signature(const Policy& policy, const Link& link) {
    using Check = LinkKeys::Check;
    switch (policy.link_keys.check(link.file, link.query, wall_now())) {
        case Check::good: return std::nullopt;
        case Check::expired:
            return Refused{
                410, "refrain_link_expired", "this link has expired; ask for the speech again"};
        case Check::unsigned_link:
            return Refused{403,
                           "refrain_link_unsigned",
                           "links of this gateway are signed and this one is not; ask for the "
                           "speech with X-Refrain-Deliver: url"};
        case Check::forged: break;
    }
    return Refused{403,
                   "refrain_link_forged",
                   "the signature of this link is not one for this file and this time; use the "
                   "link as it was handed out"};
}

// For as long as the link works. The answer has no Age, so this is the time from now.
std::string cache_control(const Policy& policy, const Link& link, const cache::Entry& entry) {
    const bool is_signed = !policy.link_keys.empty();
    WallTime end = entry.expires;
    if (is_signed) end = std::min(end, LinkKeys::end_of(link.query));
    const auto left = end.is_forever() ? kYear : std::min(end.seconds_since(wall_now()), kYear);
    const bool shared = policy.config.cache.scope == config::Scope::shared;
    return std::string(is_signed && !shared ? "private" : "public") +
           ", max-age=" + std::to_string(left) + ", immutable";
}

Task<void> answer_preflight(server::Exchange& exchange) {
    std::string& head = exchange.scratch();
    http::HeadWriter(head).status(204);
    head.append(kAllow).append(kSharingField).append(kPreflight);
    const std::string_view nothing;
    const auto sent = co_await exchange.reply(head, nothing);
    (void)sent;
}

Task<void> refuse(server::Exchange& exchange, Refused refused, std::string_view fields) {
    const auto sent =
        co_await refuse_audio(exchange, refused.status, refused.code, refused.sentence, fields);
    (void)sent;
}

Task<void> answer_link(Services& services,
                       server::Exchange& exchange,
                       const Policy& policy,
                       const Link& link) {
    cache::Found found{services.cache.find_named_in_memory(link.name), "memory"};
    if (!found.entry) {
        auto job = [&services, &link] { return services.cache.find_named(link.name); };
        found = co_await services.workers.run(job);
    }
    if (!found.entry) {
        const Refused gone{
            404,
            "refrain_no_such_audio",
            "this audio is not kept: it has expired or was purged, or never was; ask "
            "for the speech again"};
        co_await refuse(exchange, gone, "");
        co_return;
    }
    AudioFile file{found.entry, found.tier, cache_control(policy, link, *found.entry)};
    const auto sent = co_await reply_audio(exchange, file);
    (void)sent;  // a caller who left costs only himself
}

}  // namespace

bool is_audio_path(std::string_view target) noexcept {
    return target.starts_with(kPrefix);
}

Task<void> serve_audio(Services& services, server::Exchange& exchange, PolicyPtr policy) {
    const std::string_view method = exchange.head().method;
    if (method == "OPTIONS") {
        co_await answer_preflight(exchange);
        co_return;
    }
    if (method != "GET" && method != "HEAD") {
        const Refused refused{
            405, "refrain_method_not_allowed", "audio links answer GET, HEAD and OPTIONS"};
        co_await refuse(exchange, refused, kAllow);
        co_return;
    }
    const auto link = read_link(exchange.head().target);
    if (!link) {
        const Refused refused{
            404,
            "refrain_no_such_audio",
            "an audio link is /audio/, 64 hexadecimal digits, a dot and an extension"};
        co_await refuse(exchange, refused, "");
        co_return;
    }
    if (const auto refused = check_signature(*policy, *link)) {
        co_await refuse(exchange, *refused, "");
        co_return;
    }
    co_await answer_link(services, exchange, *policy, *link);
}

}  // namespace refrain::gateway
