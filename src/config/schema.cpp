#include "config/schema.hpp"

#include "config/row.hpp"

#include <algorithm>

namespace refrain::config {

namespace {

using namespace row;
using std::chrono::hours;
using std::chrono::milliseconds;
using Rows = std::vector<Setting>;

constexpr DurationRange kTimeout{milliseconds(1), hours(24)};
constexpr DurationRange kAnyLength{milliseconds(0), kForever};
constexpr DurationRange kUpToAYear{milliseconds(0), hours(24 * 365)};

void add_general(Rows& rows) {
    rows.push_back(word({"mode",
                         "What is done with requests that could be memoized: answer them from the "
                         "cache (memoize), forward all and count what would have been saved "
                         "(observe), forward all and record again (refresh), never forward "
                         "(replay), or nothing (off)."},
                        at(&Config::mode),
                        kModes));
    rows.push_back(word({"log_level", "The least important messages that are still logged."},
                        at(&Config::log_level),
                        kLogLevels));
}

// The one setting that fills two members.
Setting listen_row() {
    Setting row;
    row.name = "server.listen";
    row.env = environment_name(row.name);
    row.type = "HOST:PORT";
    row.meaning = "Address and port to accept connections on; port 0 takes any free one.";
    row.set = [](Config& config, const Value& value) -> std::optional<std::string> {
        auto reading = read_listen(value);
        if (!reading) return std::move(reading.error());
        config.server.listen_host = std::move(reading->host);
        config.server.listen_port = reading->port;
        return std::nullopt;
    };
    row.get = [](const Config& config) {
        return text_value(format_listen(config.server.listen_host, config.server.listen_port));
    };
    return row;
}

void add_server(Rows& rows) {
    const auto in = [](auto member) { return at(&Config::server, member); };
    rows.push_back(listen_row());
    rows.push_back(url({"server.public_url",
                        "Origin of the links handed out, such as a CDN in front; empty means the "
                        "address the request came to."},
                       in(&Server::public_url),
                       {{"http", "https"}, false, false}));
    rows.push_back(integer({"server.threads", "Event loops; 0 is one per processor core."},
                           in(&Server::threads),
                           {0, 1024}));
    rows.push_back(bytes(
        {"server.max_body", "The longest request body accepted; anything over it is answered 413."},
        in(&Server::max_body_bytes),
        1024));
    rows.push_back(integer(
        {"server.max_connections", "Connections open at once; over it new ones are answered 503."},
        in(&Server::max_connections),
        {1, 1'000'000}));
    rows.push_back(bytes({"server.inflight_memory",
                          "Memory for requests and answers that are not done yet, all together. "
                          "Above 90 % of it answers are passed on but not kept; above 98 % new "
                          "connections, and bodies over 64 KiB that are still arriving, are "
                          "answered 503."},
                         in(&Server::inflight_bytes),
                         1024 * 1024));
    rows.push_back(duration(
        {"server.header_timeout", "Time for a request's head to arrive, from its first byte."},
        in(&Server::header_timeout),
        kTimeout));
    rows.push_back(duration({"server.body_timeout", "The longest pause inside a request's body."},
                            in(&Server::body_timeout),
                            kTimeout));
    rows.push_back(duration(
        {"server.idle_timeout", "How long a connection is kept open between two requests."},
        in(&Server::idle_timeout),
        kTimeout));
    rows.push_back(
        duration({"server.drain_timeout", "Time for requests under way to finish after SIGTERM."},
                 in(&Server::drain_timeout),
                 kTimeout));
    rows.push_back(path({"server.tls_cert",
                         "PEM file with the certificate chain; with server.tls_key it turns on "
                         "HTTPS. SIGHUP reads both files again."},
                        in(&Server::tls_cert)));
    rows.push_back(path(
        {"server.tls_key", "PEM file with the certificate's private key, without a passphrase."},
        in(&Server::tls_key)));
    rows.push_back(boolean({"server.allow_open",
                            "Lend the gateway's own provider keys to whoever reaches it: beyond "
                            "loopback, and under other names than localhost (a reverse proxy's)."},
                           in(&Server::allow_open)));
}

void add_cache(Rows& rows) {
    const auto in = [](auto member) { return at(&Config::cache, member); };
    rows.push_back(bytes({"cache.memory", "Memory for answers kept at hand, bookkeeping included."},
                         in(&Cache::memory_bytes),
                         1 << 20));
    rows.push_back(bytes({"cache.disk", "Disk space for answers; 0 keeps them in memory only."},
                         in(&Cache::disk_bytes),
                         0));
    rows.push_back(path({"cache.data_dir",
                         "Folder of the store, created for its owner alone; one gateway at a time "
                         "may use it."},
                        in(&Cache::data_dir)));
    rows.back().default_text = "$XDG_DATA_HOME/refrain, or ~/.local/share/refrain";
    rows.push_back(bytes({"cache.max_entry", "Answers longer than this are passed on, not kept."},
                         in(&Cache::max_entry_bytes),
                         1024));
    rows.push_back(
        word({"cache.compression",
              "How bodies are compressed on disk from now on; what is there is read either way."},
             in(&Cache::compression),
             kCompressions));
    rows.push_back(word({"cache.scope",
                         "Who may be answered from an entry: requests with the same provider key "
                         "(credential), with virtual keys of the same tenant (tenant), anyone "
                         "(shared); automatic is tenant for virtual keys and credential for all "
                         "others."},
                        in(&Cache::scope),
                        kScopes));
    rows.push_back(word({"cache.normalize",
                         "Which differences in prompts do not matter to the key: none (exact), "
                         "Unicode composition and line ends (standard), also how much white space "
                         "(relaxed)."},
                        in(&Cache::normalize),
                        kNormalizes));
    rows.push_back(unavailable(
        boolean({"cache.sealed",
                 "Store bodies encrypted so that only the request that made them can open them."},
                in(&Cache::sealed)),
        "this version does not encrypt what it stores"));
}

void add_ttl(Rows& rows) {
    struct Kept {
        const char* operation;
        const char* what;
    };
    constexpr Kept kKept[] = {
        {"chat", "chat completions"},
        {"responses", "answers of the Responses API"},
        {"completions", "text completions"},
        {"embeddings", "embeddings"},
        {"speech", "audio files of speech"},
        {"transcription", "transcriptions"},
        {"translation", "audio translations"},
        {"images", "generated images"},
        {"moderation", "moderation results"},
        {"generate", "answers of Gemini models"},
        {"count_tokens", "token counts of Gemini"},
        {"catalog", "lists of models and voices"},
    };
    for (const Kept& kept : kKept) {
        const std::string operation = kept.operation;
        rows.push_back(duration(
            {"cache.ttl." + operation, "How long " + std::string(kept.what) + " are kept."},
            [operation](auto& config) -> auto& { return config.cache.ttl.at(operation); },
            kAnyLength));
    }
    const auto in = [](auto member) { return at(&Config::cache, member); };
    rows.push_back(unavailable(
        duration({"cache.ttl.stale_while_revalidate",
                  "How long past its end an answer is still served while a new one is fetched."},
                 in(&Cache::stale_while_revalidate),
                 kUpToAYear),
        "this version serves no stale answers"));
    rows.push_back(unavailable(
        duration({"cache.ttl.stale_if_error",
                  "How long past its end an answer is still served while the provider fails."},
                 in(&Cache::stale_if_error),
                 kUpToAYear),
        "this version serves no stale answers"));
    rows.push_back(unavailable(
        duration({"cache.ttl.refresh_ahead",
                  "A hit this close to its end fetches a new answer in the background."},
                 in(&Cache::refresh_ahead),
                 kUpToAYear),
        "this version does not refresh ahead"));
}

void add_audio(Rows& rows) {
    const auto in = [](auto member) { return at(&Config::audio, member); };
    rows.push_back(
        word({"audio.identity",
              "What makes two pieces of audio the same: the samples of lossless files and "
              "the payload of others, without tags (sound), or every byte (bytes)."},
             in(&Audio::identity),
             kAudioIdentities));
    rows.push_back(variable({"audio.signing_key_env",
                             "Environment variable that holds the keys for signed, expiring audio "
                             "links, \"id:secret\" or \"id:secret,id2:secret2\": the first signs, "
                             "both are accepted; empty leaves links unsigned."},
                            in(&Audio::signing_key_env)));
    rows.push_back(duration({"audio.link_ttl", "How long a signed link works."},
                            in(&Audio::link_ttl),
                            {milliseconds(1000), hours(24 * 365)}));
}

void add_redis(Rows& rows) {
    const auto in = [](auto member) { return at(&Config::redis, member); };
    rows.push_back(unavailable(
        url({"redis.url",
             "Redis or Valkey shared by several gateways, redis:// or rediss://; empty is none."},
            in(&Redis::url),
            {{"redis", "rediss"}, true, true}),
        "this version keeps answers in memory and on disk only"));
    rows.push_back(
        boolean({"redis.cluster", "Whether the server is a cluster."}, in(&Redis::cluster)));
    rows.push_back(
        text({"redis.prefix", "What every key in Redis begins with."}, in(&Redis::prefix)));
    rows.push_back(
        duration({"redis.timeout", "How long Redis may take before it is left out of a request."},
                 in(&Redis::timeout),
                 kTimeout));
}

void add_limits_and_pricing(Rows& rows) {
    rows.push_back(unavailable(
        integer({"limits.requests_per_minute", "Requests a minute for each key; 0 is no limit."},
                at(&Config::limits, &Limits::requests_per_minute)),
        "this version does not limit rates"));
    rows.push_back(path({"pricing.file",
                         "JSON file of prices, over the built-in ones or instead of them; empty is "
                         "none."},
                        at(&Config::pricing, &Pricing::file)));
    rows.push_back(
        list({"pricing.overrides",
              "Prices of single models, each \"MODEL unit=USD ...\", over those of the file."},
             at(&Config::pricing, &Pricing::overrides)));
}

}  // namespace

std::vector<Setting> upstream_settings(const std::string& name) {
    const auto in = [&name](auto member) { return of(name, member); };
    const std::string prefix = "upstreams." + name + ".";
    Rows rows;
    rows.push_back(word(
        {prefix + "kind", "Whose API this upstream speaks."}, in(&Upstream::kind), kUpstreamKinds));
    rows.push_back(
        url({prefix + "base_url", "Where it is; the path of the request itself is appended to it."},
            in(&Upstream::base_url),
            {{"http", "https"}, false, true}));
    rows.push_back(variable({prefix + "api_key_env",
                             "Environment variable that holds the gateway's own key, used for "
                             "requests that bear none; empty is none."},
                            in(&Upstream::api_key_env)));
    rows.push_back(
        duration({prefix + "timeout", "Time for the answer to begin after the request was sent."},
                 in(&Upstream::timeout),
                 kTimeout));
    rows.push_back(
        duration({prefix + "connect_timeout", "Time for each of name lookup, connection and TLS."},
                 in(&Upstream::connect_timeout),
                 kTimeout));
    rows.push_back(
        duration({prefix + "between_bytes_timeout", "The longest pause inside an answer."},
                 in(&Upstream::between_bytes_timeout),
                 kTimeout));
    rows.push_back(integer({prefix + "retries",
                            "Further attempts after 429, 502, 503, 504 or a failed connection, "
                            "with growing pauses; Retry-After is obeyed."},
                           in(&Upstream::retries),
                           {0, 10}));
    rows.push_back(integer(
        {prefix + "max_inflight", "Calls under way at once, over all event loops; 0 is no limit."},
        in(&Upstream::max_inflight)));
    rows.push_back(duration({prefix + "queue_timeout",
                             "How long a call over max_inflight waits for its turn before it is "
                             "answered 503."},
                            in(&Upstream::queue_timeout),
                            kTimeout));
    rows.push_back(text({prefix + "fallback",
                         "Name of the upstream of the same kind that is asked when this one cannot "
                         "be reached or answers 5xx; empty is none."},
                        in(&Upstream::fallback)));
    rows.push_back(list({prefix + "models",
                         "Models that come here without naming the upstream in the path; \"*\" "
                         "stands for any letters."},
                        in(&Upstream::models)));
    return rows;
}

std::vector<Setting> settings(const Upstreams& upstreams) {
    Rows rows;
    add_general(rows);
    add_server(rows);
    add_cache(rows);
    add_ttl(rows);
    add_audio(rows);
    add_redis(rows);
    for (const auto& [name, upstream] : upstreams) {
        for (Setting& row : upstream_settings(name))
            rows.push_back(std::move(row));
    }
    add_limits_and_pricing(rows);
    return rows;
}

Config defaults_for(const Upstreams& upstreams) {
    Config config;
    for (const auto& [name, upstream] : upstreams)
        config.upstreams.try_emplace(name);
    return config;
}

std::string environment_name(std::string_view key) {
    std::string out = "REFRAIN_";
    for (const char c : key) {
        if (c >= 'a' && c <= 'z') {
            out += static_cast<char>(c - 'a' + 'A');
        } else {
            out += c == '.' || c == '-' ? '_' : c;
        }
    }
    return out;
}

bool is_upstream_name(std::string_view name) noexcept {
    constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
           name.find_first_not_of(kAllowed) == name.npos;
}

std::string Setting::shown(const Value& value) const {
    if (!may_hold_secret) return value.literal();
    Value masked = value;
    // What should be the name of a variable may be the secret itself.
    masked.text = type == "URL" ? masked_url(value.text) : "...";
    for (std::string& element : masked.list)
        element = "...";
    return masked.literal();
}

Value Setting::visible(const Config& config) const {
    Value value = get(config);
    if (type == "URL") value.text = masked_url(value.text);
    return value;
}

std::string Setting::literal(const Config& config) const {
    return visible(config).literal();
}

}  // namespace refrain::config
