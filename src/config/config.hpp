// Every setting as a plain value with its default. Filled by load.hpp before anything else starts,
// then read only: any thread may look. What each key means to a user stands in schema.cpp.
#pragma once

#include "base/duration.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::config {

using std::chrono::milliseconds;

// What is done with a request that could be memoized.
enum class Mode {
    memoize,
    observe,  // forward everything, count what would have been saved
    refresh,  // forward everything, record again
    replay,   // never forward
    off,      // plain proxy
};

// Who may be answered from an entry.
enum class Scope {
    automatic,   // credential for callers' own keys, tenant for virtual keys
    credential,  // requests bearing the same key
    tenant,
    shared,
};

// What is done to prompts before they are keyed.
enum class Normalize { exact, standard, relaxed };

enum class Compression { none, zstd };

// What makes two pieces of audio the same.
enum class AudioIdentity { sound, bytes };

enum class LogLevel { trace, debug, info, warn, error, off };

// Whose API an upstream speaks.
enum class UpstreamKind { openai, gemini, google_tts, google_stt };

struct Server {
    std::string listen_host = "127.0.0.1";  // a name or an address, IPv6 without brackets
    std::uint16_t listen_port = 8080;       // 0: any free port
    std::string public_url;                 // origin of links; "" is the request's own
    unsigned threads = 0;                   // event loops; 0 is one per core
    std::uint64_t max_body_bytes = 128ULL << 20;
    unsigned max_connections = 10'000;
    std::uint64_t inflight_bytes = 512ULL << 20;
    milliseconds header_timeout{15'000};  // from a request's first byte to the end of its head
    milliseconds body_timeout{60'000};    // the longest pause inside a request's body
    milliseconds idle_timeout{75'000};    // between requests on one connection
    milliseconds drain_timeout{30'000};   // for requests under way when told to stop
    std::string tls_cert;                 // PEM files; both or none
    std::string tls_key;
    bool allow_open = false;  // serve beyond loopback with own keys but without virtual keys
};

// The operations of the contract (docs/configuration.md) and how long their answers are kept.
using TtlTable = std::map<std::string, milliseconds, std::less<>>;
TtlTable default_ttl();

struct Cache {
    std::uint64_t memory_bytes = 512ULL << 20;
    std::uint64_t disk_bytes = 10ULL << 30;  // 0: nothing is kept on disk
    std::string data_dir;                    // absolute or relative to the working directory
    std::uint64_t max_entry_bytes = 32ULL << 20;
    Compression compression = Compression::zstd;
    Scope scope = Scope::automatic;
    Normalize normalize = Normalize::standard;
    bool sealed = false;  // stored bodies can be read only with the request that made them

    TtlTable ttl = default_ttl();  // by operation; always holds all of them; may be kForever
    milliseconds stale_while_revalidate{0};
    milliseconds stale_if_error{0};
    milliseconds refresh_ahead{0};  // a hit this close to its end asks again in the background
};

struct Audio {
    AudioIdentity identity = AudioIdentity::sound;
    std::string signing_key_env;  // name of the variable that holds the key; "" is unsigned links
    milliseconds link_ttl{86'400'000};
};

struct Redis {
    std::string url;  // "" is no Redis. May hold a password: print it with masked_url()
    bool cluster = false;
    std::string prefix = "refrain:";
    milliseconds timeout{250};
};

struct Upstream {
    UpstreamKind kind = UpstreamKind::openai;
    std::string base_url;     // the request's own path is appended
    std::string api_key_env;  // name of the variable that holds the gateway's own key; may be ""
    milliseconds timeout{600'000};                // from the request sent to the answer's head
    milliseconds connect_timeout{5'000};          // resolve, connect and TLS, each
    milliseconds between_bytes_timeout{120'000};  // the longest pause inside an answer
    unsigned retries = 0;                         // after a failure that may pass
    unsigned max_inflight = 0;                    // calls at once; 0 is no limit
    milliseconds queue_timeout{10'000};           // for a place among them
    std::string fallback;             // the upstream asked when this one fails; "" is none
    std::vector<std::string> models;  // "llama*": these come here without a mount
};

// openai, gemini, google_tts and google_stt are always there; more by [upstreams.NAME].
using Upstreams = std::map<std::string, Upstream, std::less<>>;
Upstreams default_upstreams();

struct Limits {
    unsigned requests_per_minute = 0;  // per key; 0 is no limit
};

struct Pricing {
    std::string file;                    // JSON, over the built-in prices
    std::vector<std::string> overrides;  // "MODEL unit=USD ...", each
};

struct Config {
    Mode mode = Mode::memoize;
    LogLevel log_level = LogLevel::info;
    Server server;
    Cache cache;
    Audio audio;
    Redis redis;
    Upstreams upstreams = default_upstreams();
    Limits limits;
    Pricing pricing;
};

// The words of the file for each choice.
std::string_view name(Mode mode) noexcept;
std::string_view name(Scope scope) noexcept;
std::string_view name(Normalize normalize) noexcept;
std::string_view name(Compression compression) noexcept;
std::string_view name(AudioIdentity identity) noexcept;
std::string_view name(LogLevel level) noexcept;
std::string_view name(UpstreamKind kind) noexcept;

// "redis://:***@host:6379": a URL fit for logs and tables.
std::string masked_url(std::string_view url);

}  // namespace refrain::config
