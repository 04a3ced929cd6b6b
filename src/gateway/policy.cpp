#include "gateway/policy.hpp"

#include "base/check.hpp"

#include <atomic>
#include <cstdlib>

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

// The keys of links, from the variable that the configuration names.
Result<LinkKeys> link_keys_of(const config::Audio& audio) {
    if (audio.signing_key_env.empty()) return LinkKeys{};
    const auto problem = [&audio](const std::string& what) {
        return failure(ErrorCode::malformed,
                       Origin::gateway,
                       "audio.signing_key_env: the environment variable " + audio.signing_key_env +
                           " " + what);
    };
    const char* text = std::getenv(audio.signing_key_env.c_str());
    if (text == nullptr || *text == '\0') return problem("is not set");
    auto keys = LinkKeys::parse(text);
    if (!keys) return problem(keys.error().message);
    return keys;
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
    auto link_keys = link_keys_of(config.audio);
    if (!link_keys) return failure(link_keys.error());
    auto prices = providers::Prices::load(config.pricing.file, config.pricing.overrides);
    if (!prices) return failure(prices.error());
    static std::atomic<std::uint64_t> made{0};
    auto policy = std::make_shared<Policy>();
    policy->serial = ++made;
    policy->link_keys = std::move(*link_keys);
    policy->prices = std::move(*prices);
    policy->config = config;
    policy->upstreams = std::move(*upstreams);
    policy->key_options.normalize = normalize_of(config.cache.normalize);
    policy->key_options.audio_identity = identity_mode_of(config.audio.identity);
    return PolicyPtr(std::move(policy));
}

}  // namespace refrain::gateway
