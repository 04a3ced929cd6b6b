#include "gateway/upstreams.hpp"

#include <algorithm>
#include <cstdlib>

namespace refrain::gateway {

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
        if (!settings.api_key_env.empty()) {
            const char* key = std::getenv(settings.api_key_env.c_str());
            if (key != nullptr) one.own_key = key;
        }
        all.by_name_.emplace(name, std::move(one));
    }
    return all;
}

const Upstream* Upstreams::find(std::string_view name) const noexcept {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : &found->second;
}

bool Upstreams::has_own_keys() const noexcept {
    return std::any_of(by_name_.begin(), by_name_.end(), [](const auto& pair) {
        return !pair.second.own_key.empty();
    });
}

}  // namespace refrain::gateway
