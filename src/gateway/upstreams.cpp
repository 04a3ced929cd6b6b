#include "gateway/upstreams.hpp"

#include <algorithm>
#include <cstdlib>

namespace refrain::gateway {

namespace {

// "*" stands for any letters, none included; everything else for itself.
bool matches(std::string_view pattern, std::string_view text) noexcept {
    while (!pattern.empty() && pattern.front() != '*') {
        if (text.empty() || text.front() != pattern.front()) return false;
        pattern.remove_prefix(1);
        text.remove_prefix(1);
    }
    if (pattern.empty()) return text.empty();
    pattern.remove_prefix(1);
    for (std::size_t skip = 0; skip <= text.size(); ++skip) {
        if (matches(pattern, text.substr(skip))) return true;
    }
    return false;
}

}  // namespace

Result<Upstreams> Upstreams::from(const config::Config& config) {
    Upstreams all;
    for (const auto& [name, settings] : config.upstreams) {
        const auto address = upstream::parse_base_url(settings.base_url);
        if (!address) return failure(address.error());
        Upstream one;
        one.name = one.provider = name;
        one.kind = settings.kind;
        one.address = *address;
        one.base_url = settings.base_url;
        one.models = settings.models;
        one.retries = settings.retries;
        one.max_inflight = settings.max_inflight;
        one.queue_timeout = settings.queue_timeout;
        one.fallback = settings.fallback;
        if (!settings.api_key_env.empty()) {
            const char* key = std::getenv(settings.api_key_env.c_str());
            if (key != nullptr) {
                one.own_key = key;
                one.own_bearer = "Bearer " + one.own_key;
            }
        }
        all.by_name_.emplace(name, std::move(one));
    }
    return all;
}

const Upstream* Upstreams::find(std::string_view name) const noexcept {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &found->second;
}

const Upstream* Upstreams::find_for_model(std::string_view model) const noexcept {
    for (const auto& [name, upstream] : by_name_) {
        for (const auto& pattern : upstream.models) {
            if (matches(pattern, model)) return &upstream;
        }
    }
    return nullptr;
}

const Upstream* Upstreams::find_host(std::string_view host) const noexcept {
    for (const auto& [name, upstream] : by_name_) {
        if (upstream.address.host == host) return &upstream;
    }
    return nullptr;
}

bool Upstreams::has_own_keys() const noexcept {
    return std::any_of(by_name_.begin(), by_name_.end(), [](const auto& pair) {
        return !pair.second.own_key.empty();
    });
}

}  // namespace refrain::gateway
