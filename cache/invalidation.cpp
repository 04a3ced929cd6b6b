#include "cache/invalidation.hpp"

#include "cache/bytes.hpp"

#include <algorithm>
#include <array>
#include <mutex>

namespace refrain::cache {

namespace {

constexpr std::string_view kMagic = "RfIv";
constexpr std::uint16_t kVersion = 1;

template <class Rule_>
auto texts_of(Rule_& rule) {
    auto& selector = rule.selector;
    return std::array{
        &selector.model, &selector.operation, &selector.voice, &selector.tenant, &selector.pattern};
}

Rule read_rule(ByteReader& in) {
    Rule rule;
    rule.before.ms = static_cast<std::int64_t>(in.u64());
    for (auto* text : texts_of(rule))
        *text = in.text();
    const auto tags = in.count(4);
    for (std::uint32_t i = 0; i < tags && in.ok(); ++i)
        rule.selector.tags.emplace_back(in.text());
    rule.issued = SteadyClock::now();
    return rule;
}

}  // namespace

bool Invalidation::kills(const Entry& entry) const {
    if (!may_kill(entry.created)) return false;
    const std::shared_lock lock(mutex_);
    return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
        return entry.created < rule.before && rule.selector.matches(entry);
    });
}

// A rule about as much or less, and not younger, says nothing any more.
void Invalidation::add(Rule rule) {
    const std::lock_guard lock(mutex_);
    std::erase_if(rules_, [&](const Rule& old) {
        return old.before <= rule.before &&
               (old.selector == rule.selector || rule.selector.is_empty());
    });
    rules_.push_back(std::move(rule));
    note_newest();
}

void Invalidation::forget_issued_before(SteadyClock::time_point time) {
    const std::lock_guard lock(mutex_);
    const auto forgotten =
        std::erase_if(rules_, [&](const Rule& rule) { return rule.issued < time; });
    if (forgotten > 0) ++times_forgotten_;  // before anyone can see that they are gone
    note_newest();
}

void Invalidation::note_newest() {
    std::int64_t newest = INT64_MIN;
    for (const auto& rule : rules_)
        newest = std::max(newest, rule.before.ms);
    newest_.store(newest, std::memory_order_release);
}

std::size_t Invalidation::size() const {
    const std::shared_lock lock(mutex_);
    return rules_.size();
}

std::string Invalidation::encode() const {
    const std::shared_lock lock(mutex_);
    ByteWriter out;
    out.raw(kMagic);
    out.u16(kVersion);
    out.u32(static_cast<std::uint32_t>(rules_.size()));
    for (const auto& rule : rules_) {
        out.u64(static_cast<std::uint64_t>(rule.before.ms));
        for (const auto* text : texts_of(rule))
            out.text(*text);
        out.u32(static_cast<std::uint32_t>(rule.selector.tags.size()));
        for (const auto& tag : rule.selector.tags)
            out.text(tag);
    }
    return std::move(out).sealed();
}

Result<void> Invalidation::restore(std::string_view bytes) {
    const auto damaged = [] {
        return failure(ErrorCode::broken, Origin::cache, "the list of invalidations is damaged");
    };
    if (!unseal(bytes) || !bytes.starts_with(kMagic)) return damaged();
    ByteReader in(bytes.substr(kMagic.size()));
    if (in.u16() != kVersion) return damaged();
    std::vector<Rule> rules;
    const auto count = in.count(8);
    for (std::uint32_t i = 0; i < count && in.ok(); ++i)
        rules.push_back(read_rule(in));
    if (!in.at_end()) return damaged();
    for (auto& rule : rules)
        add(std::move(rule));
    return {};
}

}  // namespace refrain::cache
