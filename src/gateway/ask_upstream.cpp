// What memory and disk do not have: join the flight of those who ask the same, or lead one, and
// fall back to another upstream where the first fails. Run by gateway.cpp, on the loop of the
// request.
#include "gateway/fallback.hpp"
#include "gateway/fetch.hpp"
#include "gateway/follow.hpp"
#include "gateway/keying.hpp"
#include "gateway/sought.hpp"

#include <exception>

// g++ 12 sees Asio's recycling operator delete of a coroutine frame, but not its operator new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace refrain::gateway {

using net::Task;

namespace {

// Those who joined a flight that need not be.
void give_to_followers(cache::Flight& flight, const cache::EntryPtr& entry) {
    cache::FlightHead head;
    head.status = entry->status;
    head.content_type = entry->content_type;
    head.form = entry->form;
    head.headers = entry->headers;
    head.total_bytes = entry->body->size();
    flight.begin(std::move(head));
    flight.append(entry->body->view());
    flight.finish(entry);
}

}  // namespace

// Join the flight for this key, or begin it.
Task<void> Gateway::ask_upstream(server::Exchange& exchange, Sought& sought) {
    const Asked& asked = *sought.asked;
    Following following;
    following.asked = sought.asked;
    following.key = sought.alias->key;
    following.form = sought.alias->form;
    following.wants_link = asked.controls.wants_link;
    following.by_request = sought.past_cache;
    following.may_fall_back = may_fall_back(asked, *sought.plan);
    if (sought.fell_back) following.detail = "fallback";
    bool in_table = false;
    if (!sought.past_cache) {
        auto seat = services_.flights.join(sought.alias->key);
        following.flight = std::move(seat.flight);
        following.leads = in_table = seat.leads;
    }
    if (in_table && !asked.controls.wants_link) {
        // Another may have led and landed since we looked.
        const Wanted wanted{
            asked.route.endpoint, &asked.controls, sought.alias->key, sought.alias->form};
        const Answered found = look_in_memory(services_, wanted);
        if (found.entry) {
            services_.flights.land(sought.alias->key, following.flight);
            give_to_followers(*following.flight, found.entry);
            co_await answer_found(exchange, sought, found);
            co_return;
        }
    }
    if (!following.flight) {
        // Past the cache, or marked: nobody is to wait for this one, but it may well be kept.
        following.flight = std::make_shared<cache::Flight>();
        following.leads = true;
    }
    if (following.leads) lead(exchange, sought, following.flight, in_table);
    auto flight = following.flight;
    auto outcome = co_await follow(services_, exchange, following);
    if (!outcome && is_of_no_use(following)) {
        // Another form is under way, of which this one cannot be made.
        following.flight = std::make_shared<cache::Flight>();
        following.leads = true;
        flight = following.flight;
        lead(exchange, sought, flight, false);
        outcome = co_await follow(services_, exchange, following);
    }
    if (!outcome && falls_back(following)) {
        co_await ask_fallback(exchange, sought);
        co_return;
    }
    if (!outcome) {
        // The flight outgrew what can be shared just as we joined: go alone.
        co_await pass(exchange, sought, "too-large");
        co_return;
    }
    const bool answered = *outcome != Outcome::failed;
    enter(sought, *outcome, answered ? flight->kept().get() : nullptr);
}

// The upstream has failed this call: it begins again, as one for another.
Task<void> Gateway::ask_fallback(server::Exchange& exchange, Sought& sought) {
    sought.asked = asked_of_fallback(*sought.asked);
    sought.alias = alias_of(*sought.asked, *sought.plan);
    sought.fell_back = true;
    co_await answer_memoizable(exchange, sought);
}

// Whoever joined must not wait for a fetch that could not begin.
void Gateway::lead(server::Exchange& exchange,
                   const Sought& sought,
                   const std::shared_ptr<cache::Flight>& flight,
                   bool in_table) {
    try {
        start_fetch(exchange, sought, flight, in_table);
    } catch (const std::exception& error) {
        if (in_table) services_.flights.land(sought.alias->key, flight);
        flight->fail({ErrorCode::broken, Origin::gateway, error.what()});
    }
}

void Gateway::start_fetch(server::Exchange& exchange,
                          const Sought& sought,
                          std::shared_ptr<cache::Flight> flight,
                          bool in_table) {
    const Asked& asked = *sought.asked;
    auto fetch = std::make_shared<Fetch>();
    fetch->asked = sought.asked;
    fetch->plan = sought.plan;
    fetch->key = sought.alias->key;
    fetch->method = exchange.head().method;
    if (!sought.plan->upstream_body) fetch->body = sought.body;
    fetch->client = client_for(*asked.route.upstream);
    fetch->flight = std::move(flight);
    fetch->in_table = in_table;
    fetch->till = &till_;
    loop_.spawn(run_fetch(services_, loop_, std::move(fetch)));
}

}  // namespace refrain::gateway
