#include "gateway/call.hpp"

#include "base/duration.hpp"
#include "gateway/retry.hpp"

#include <algorithm>
#include <random>
#include <string>

namespace refrain::gateway {

namespace {

using net::Task;
using std::chrono::milliseconds;

constexpr milliseconds kGlance{100};  // how soon a pause ends when the caller has left

double luck() {
    thread_local std::minstd_rand random(std::random_device{}());
    return std::uniform_real_distribution<>(0, 1)(random);
}

std::optional<milliseconds> pause_before_next(
    const Result<std::unique_ptr<upstream::Exchange>>& outcome,
    const Upstream& upstream,
    unsigned attempt) {
    if (attempt >= upstream.retries) return std::nullopt;
    const FailedAttempt failed{attempt, luck(), wall_now()};
    return outcome ? pause_after((*outcome)->head(), failed) : pause_after(outcome.error(), failed);
}

std::string reason_of(const Result<std::unique_ptr<upstream::Exchange>>& outcome) {
    if (!outcome) return std::string(name(outcome.error().code));
    return "status_" + std::to_string((*outcome)->head().status);
}

Task<void> pause_for(milliseconds pause, const upstream::Cancellation* cancellation) {
    const auto end = SteadyClock::now() + pause;
    while (cancellation == nullptr || !cancellation->is_cancelled()) {
        const auto left = std::chrono::ceil<milliseconds>(end - SteadyClock::now());
        if (left.count() <= 0) break;
        const auto step = cancellation == nullptr ? left : std::min(left, kGlance);
        co_await net::sleep_for(step);
    }
}

}  // namespace

Task<Result<Turnstile::Place>> take_place(Services& services,
                                          net::Loop& loop,
                                          const Upstream& upstream) {
    if (upstream.max_inflight == 0) co_return Turnstile::Place();
    Turnstile& turnstile = services.turnstiles.of(upstream.name);
    auto place = co_await turnstile.enter(loop, upstream.max_inflight, upstream.queue_timeout);
    if (place) co_return place;
    co_return failure(ErrorCode::unavailable,
                      Origin::gateway,
                      upstream.name + " has as many calls under way as upstreams." + upstream.name +
                          ".max_inflight allows (" + std::to_string(upstream.max_inflight) +
                          "), and none ended within " + format_duration(upstream.queue_timeout) +
                          "; try again later");
}

Task<Result<Answering>> call_upstream(Services& services,
                                      net::Loop& loop,
                                      const Upstream& upstream,
                                      upstream::Client& client,
                                      const upstream::Request& request) {
    for (unsigned attempt = 0;; ++attempt) {
        milliseconds pause{};
        {
            Answering answering;
            if (upstream.max_inflight > 0) {
                auto place = co_await take_place(services, loop, upstream);
                if (!place) co_return failure(place.error());
                answering.place = std::move(*place);
            }
            auto exchange = co_await client.exchange(upstream.address, request);
            const auto wait = pause_before_next(exchange, upstream, attempt);
            if (!wait) {
                if (!exchange) co_return failure(exchange.error());
                answering.exchange = std::move(*exchange);
                co_return answering;
            }
            services.ledger.upstream_failed(upstream.provider, reason_of(exchange));
            pause = *wait;
        }
        co_await pause_for(pause, request.cancellation);
    }
}

}  // namespace refrain::gateway
