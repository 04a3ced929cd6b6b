#include "gateway/policy.hpp"

#include "base/check.hpp"

namespace refrain::gateway {

namespace {

providers::Normalize normalize_of(config::Normalize normalize) {
    switch (normalize) {
        case config::Normalize::exact: return providers::Normalize::exact;
        case config::Normalize::standard: return providers::Normalize::standard;
        case config::Normalize::relaxed: return providers::Normalize::relaxed;
    }
    return providers::Normalize::standard;
}

providers::audio::IdentityMode identity_mode_of(config::AudioIdentity identity) {
    using Mode = providers::audio::IdentityMode;
    return identity == config::AudioIdentity::bytes ? Mode::bytes : Mode::sound;
}

}  // namespace

std::chrono::milliseconds Policy::ttl(providers::Operation operation) const {
    const auto found = config.cache.ttl.find(providers::name(operation));
    REFRAIN_CHECK(found != config.cache.ttl.end(), "every operation has a TTL");
    return found->second;
}

Result<PolicyPtr> make_policy(const config::Config& config) {
    auto upstreams = Upstreams::from(config);
    if (!upstreams) return failure(upstreams.error());
    auto policy = std::make_shared<Policy>();
    policy->config = config;
    policy->upstreams = std::move(*upstreams);
    policy->key_options.normalize = normalize_of(config.cache.normalize);
    policy->key_options.audio_identity = identity_mode_of(config.audio.identity);
    return PolicyPtr(std::move(policy));
}

}  // namespace refrain::gateway
