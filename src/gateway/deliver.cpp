#include "gateway/deliver.hpp"

#include "gateway/kept_sound.hpp"
#include "gateway/reply.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace refrain::gateway {

namespace {

// Where the caller reaches this gateway, "" if the request does not say (HTTP/1.0).
std::string origin_of(const server::Exchange& exchange, const config::Config& config) {
    if (!config.server.public_url.empty()) return config.server.public_url;
    const auto host = exchange.head().fields.find("host");
    if (!host || host->empty()) return "";
    const std::string_view scheme = config.server.tls_cert.empty() ? "http://" : "https://";
    return std::string(scheme).append(*host);
}

}  // namespace

std::string_view why_no_link(const Asked& asked) {
    if (asked.route.endpoint == nullptr || !asked.route.endpoint->may_have_sound()) {
        return "X-Refrain-Deliver: url asks for a link to audio, and this call answers with none; "
               "leave it out";
    }
    if (asked.policy->config.mode == config::Mode::off) {
        return "X-Refrain-Deliver: url needs the cache, and this gateway runs with mode = \"off\"; "
               "leave it out";
    }
    if (asked.controls.cache_control.no_store) {
        return "X-Refrain-Deliver: url needs the answer kept, and Cache-Control: no-store forbids "
               "it; leave one of them out";
    }
    return "";
}

std::string link_json(const server::Exchange& exchange,
                      const Policy& policy,
                      const cache::Entry& entry,
                      Outcome outcome) {
    const KeptSound sound = KeptSound::from_text(entry.sound).value_or(KeptSound{});
    const std::string digest = entry.body_digest.hex();
    const std::string file = digest + "." + sound.extension;
    std::string url = origin_of(exchange, policy.config) + "/audio/" + file;
    WallTime end = entry.expires;
    if (!policy.link_keys.empty()) {
        end = std::min(end, wall_now().plus(policy.config.audio.link_ttl));
        url.append("?").append(policy.link_keys.sign(file, end));
    }
    nlohmann::ordered_json json;
    json["url"] = url;
    json["digest"] = digest;
    json["content_type"] = sound.content_type;
    json["bytes"] = entry.body->size();
    json["duration_seconds"] = static_cast<double>(sound.duration.count()) / 1000;
    json["expires_at"] = nullptr;
    if (!end.is_forever()) json["expires_at"] = end.rfc3339();
    std::string cache(x_cache(outcome));
    for (char& c : cache)
        c = static_cast<char>(c | 0x20);  // they are capital letters
    json["cache"] = cache;
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

net::Task<Result<void>> reply_link(server::Exchange& exchange,
                                   AskedPtr asked,
                                   cache::EntryPtr entry,
                                   StatusLines lines) {
    const std::string body = link_json(exchange, *asked->policy, *entry, lines.outcome);
    if (lines.outcome == Outcome::hit) describe_stored(lines, *entry);
    std::string& head = exchange.scratch();
    begin_head(head, 200, "application/json");
    append_status_lines(head, lines);
    auto sent = co_await exchange.reply(head, body);
    co_return sent;
}

}  // namespace refrain::gateway
