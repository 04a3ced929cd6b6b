#include "gateway/lookup.hpp"

namespace refrain::gateway {

namespace {

constexpr std::size_t kLargeBody = 128 * 1024;  // to convert on a loop: some milliseconds

// Whether the caller's own directives allow this entry (RFC 9111 5.2.1).
bool is_acceptable(const cache::Entry& entry, const Controls& controls, WallTime now) {
    const auto& asked = controls.cache_control;
    if (!entry.is_fresh(now)) return false;
    if (asked.max_age && now.seconds_since(entry.created) > asked.max_age->count()) return false;
    if (asked.min_fresh && !entry.expires.is_forever() &&
        entry.expires.seconds_since(now) < asked.min_fresh->count()) {
        return false;
    }
    return true;
}

bool can_serve(const cache::Entry& entry, const Wanted& wanted) {
    if (wanted.as_link) return !entry.sound.empty();
    return entry.form == wanted.form || wanted.endpoint->can_render(entry.form, wanted.form);
}

bool is_as_wanted(const cache::Entry& entry, const Wanted& wanted) {
    return wanted.as_link || entry.form == wanted.form;
}

// The entry in the wanted form, made now if need be; null if it cannot be made.
cache::EntryPtr in_wanted_form(Services& services,
                               const cache::EntryPtr& entry,
                               const Wanted& wanted) {
    if (is_as_wanted(*entry, wanted)) return entry;
    if (auto known = services.cache.find_form(wanted.key, wanted.form)) return known;
    const providers::Answer recorded{
        entry->status, entry->content_type, entry->body->view(), entry->form, entry->envelope};
    auto rendered = wanted.endpoint->render(recorded, wanted.form);
    if (!rendered) return nullptr;
    auto converted = std::make_shared<cache::Entry>(*entry);
    converted->form = wanted.form;
    converted->content_type = std::move(rendered->content_type);
    converted->body = cache::make_body(std::move(rendered->body));
    converted->body_digest = {};
    converted->envelope.clear();
    converted->pace.clear();
    services.cache.keep_form(converted);
    return converted;
}

}  // namespace

Answered look_in_memory(Services& services, const Wanted& wanted) {
    const auto entry = services.cache.find_in_memory(wanted.key);
    if (!entry || !can_serve(*entry, wanted)) return {};
    if (!is_acceptable(*entry, *wanted.controls, wall_now())) return {};
    if (is_as_wanted(*entry, wanted)) return {entry, "memory"};
    if (auto known = services.cache.find_form(wanted.key, wanted.form)) return {known, "memory"};
    if (entry->body->size() > kLargeBody) return {};
    return {in_wanted_form(services, entry, wanted), "memory"};
}

bool worth_looking_further(Services& services, const Wanted& wanted) {
    const auto entry = services.cache.find_in_memory(wanted.key);
    if (!entry) return services.cache.worth_asking_disk(wanted.key);
    return !is_as_wanted(*entry, wanted) && can_serve(*entry, wanted) &&
           is_acceptable(*entry, *wanted.controls, wall_now());
}

net::Task<Answered> look_further(Services& services, const Wanted& wanted) {
    auto job = [&services, &wanted]() -> Answered {
        const auto found = services.cache.find(wanted.key);
        if (!found.entry || !can_serve(*found.entry, wanted)) return {};
        if (!is_acceptable(*found.entry, *wanted.controls, wall_now())) return {};
        return {in_wanted_form(services, found.entry, wanted), found.tier};
    };
    auto answered = co_await services.workers.run(job);
    co_return answered;
}

}  // namespace refrain::gateway
