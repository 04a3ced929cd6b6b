// The servers requests can be forwarded to, as configured: the only place that holds their own
// keys. Immutable once made; shared by all loops.
#pragma once

#include "base/error.hpp"
#include "config/config.hpp"
#include "upstream/address.hpp"

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::gateway {

struct Upstream {
    std::string name;      // "openai", "gemini", or as configured
    std::string provider;  // for reports: the same word
    config::UpstreamKind kind = config::UpstreamKind::openai;
    upstream::Address address;
    std::string base_url;
    std::vector<std::string> models;  // patterns: "llama*"
    std::string own_key;              // "" if it has none: callers bring their own
    std::string own_bearer;           // the same as a value of Authorization
    unsigned retries = 0;
    unsigned max_inflight = 0;  // 0 is no limit
    std::chrono::milliseconds queue_timeout{0};
    std::string fallback;  // the name of another; "" is none
};

class Upstreams {
  public:
    // Reads base URLs, and keys from the environment variables the config names.
    static Result<Upstreams> from(const config::Config& config);

    const Upstream* find(std::string_view name) const noexcept;
    // The first upstream, by name, that claims this model; null if none does.
    const Upstream* find_for_model(std::string_view model) const noexcept;
    // The first upstream, by name, at that host; null if there is none.
    const Upstream* find_host(std::string_view host) const noexcept;
    bool has_own_keys() const noexcept;

  private:
    std::map<std::string, Upstream, std::less<>> by_name_;
};

}  // namespace refrain::gateway
