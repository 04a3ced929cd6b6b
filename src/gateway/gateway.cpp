#include "gateway/gateway.hpp"

#include "gateway/audio_link.hpp"
#include "gateway/deliver.hpp"
#include "gateway/fallback.hpp"
#include "gateway/keying.hpp"
#include "gateway/lookup.hpp"
#include "gateway/pass_through.hpp"
#include "gateway/pricing.hpp"
#include "gateway/reply.hpp"
#include "gateway/sought.hpp"

#include <array>

// g++ 12 sees Asio's recycling operator delete of a coroutine frame, but not its operator new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace refrain::gateway {

using config::Mode;
using net::Task;

namespace {

// A deleted response must not come back from the cache: the name of its entry, "" for any other
// request.
std::string deleted_name(const server::Exchange& exchange, const Asked& asked) {
    constexpr std::string_view kResponses = "/v1/responses/";
    if (exchange.head().method != "DELETE" || !asked.route.path.starts_with(kResponses)) return "";
    return entry_name(asked, "response:" + asked.route.path.substr(kResponses.size()));
}

}  // namespace

Gateway::Gateway(net::Loop& loop, Services& services, PolicyPtr policy)
    : loop_(loop),
      services_(services),
      policy_(std::move(policy)),
      till_(services.ledger.open_till()) {}

Gateway::~Gateway() = default;

void Gateway::set_policy(PolicyPtr policy) {
    policy_ = std::move(policy);
    clients_.clear();  // their settings may have changed; those in use live on with their fetches
}

Task<void> Gateway::handle(server::Exchange& exchange) {
    if (is_control_path(exchange.head().target)) {
        co_await services_.control(exchange);
        co_return;
    }
    if (is_audio_path(exchange.head().target)) {
        co_await serve_audio(services_, exchange, policy_);
        co_return;
    }
    auto asked = asked_.ask(exchange, policy_, services_.secret, services_.ledger.names());
    if (!asked) {
        const auto answer = error_answer(dialect_of(exchange.head().target), asked.error());
        const auto sent = co_await reply_error(exchange, answer, nullptr);
        (void)sent;
        till_.enter({{}, Outcome::failed, {}});
        co_return;
    }
    co_await this->answer(exchange, *asked);
}

Task<void> Gateway::answer(server::Exchange& exchange, AskedPtr asked) {
    Sought sought;
    sought.asked = asked;
    sought.started = SteadyClock::now();
    const config::Config& config = asked->policy->config;
    const auto no_link = asked->controls.wants_link ? why_no_link(*asked) : std::string_view{};
    if (!no_link.empty()) {
        const auto answer = error_answer(asked->route.dialect, 400, "refrain_no_link", no_link);
        co_await refuse(exchange, sought, answer);
        co_return;
    }
    if (asked->route.endpoint == nullptr || exchange.head().wants_upgrade) {
        co_await pass(exchange, sought, "not-memoized");
        co_return;
    }
    if (config.mode == Mode::off) {
        co_await pass(exchange, sought, "mode-off");
        co_return;
    }
    const auto body = co_await exchange.read_body(config.server.max_body_bytes);
    if (!body) {
        const auto answer = error_answer(asked->route.dialect, body.error());
        co_await refuse(exchange, sought, answer);
        co_return;
    }
    sought.body = *body;
    sought.alias = find_alias(sought);
    if (!sought.alias) {
        co_await find_key(exchange, sought);
    } else if (sought.alias->elsewhere) {
        ask_elsewhere(exchange, sought, sought.alias->model);
    }
    if (sought.plan && !sought.plan->bypass.empty()) {
        co_await pass(exchange, sought, sought.plan->bypass);
        co_return;
    }
    if (asked->controls.cache_control.no_store) {
        if (!sought.plan) co_await make_plan(exchange, sought);
        co_await pass(exchange, sought, "no-store");
        co_return;
    }
    co_await answer_memoizable(exchange, sought);
}

Task<void> Gateway::refuse(server::Exchange& exchange,
                           const Sought& sought,
                           const ErrorAnswer& answer) {
    const auto sent = co_await reply_error(exchange, answer, nullptr);
    (void)sent;
    enter(sought, Outcome::failed);
}

// What is shared is given only to credentials that the provider has accepted once.
bool Gateway::may_be_given_stored(const Asked& asked) const {
    return asked.identity.scope != "shared" || asked.identity.uses_own_key ||
           services_.accepted.has(asked.route.upstream->name, asked.identity.credential_id);
}

Task<void> Gateway::answer_memoizable(server::Exchange& exchange, Sought& sought) {
    const Asked& asked = *sought.asked;
    const Mode mode = asked.policy->config.mode;
    const bool observes = mode == Mode::observe;
    const bool may_look = !asked.controls.cache_control.no_cache && mode != Mode::refresh &&
                          may_be_given_stored(asked);
    sought.past_cache = observes || !may_look;
    if (may_look) {
        const Wanted wanted{asked.route.endpoint,
                            &asked.controls,
                            sought.alias->key,
                            sought.alias->form,
                            asked.controls.wants_link};
        Answered found = look_in_memory(services_, wanted);
        if (!found.entry && worth_looking_further(services_, wanted)) {
            found = co_await look_further(services_, wanted);
        }
        if (!found.entry && sought.alias->wider) {
            found = co_await look_in_wider(sought);
        }
        if (observes) {
            sought.would_hit = found.entry;
        } else if (found.entry) {
            co_await answer_found(exchange, sought, found);
            co_return;
        }
    }
    if (asked.controls.cache_control.only_if_cached || mode == Mode::replay) {
        co_await only_if_cached(exchange, sought);
        co_return;
    }
    if (!sought.plan) co_await make_plan(exchange, sought);
    const auto no_link = asked.controls.wants_link ? why_no_link(*sought.plan) : std::string_view{};
    if (!no_link.empty()) {
        const auto answer = error_answer(asked.route.dialect, 400, "refrain_no_link", no_link);
        co_await refuse(exchange, sought, answer);
        co_return;
    }
    co_await ask_upstream(exchange, sought);
}

Task<void> Gateway::answer_found(server::Exchange& exchange,
                                 const Sought& sought,
                                 const Answered& found) {
    const Asked& asked = *sought.asked;
    const Standing& standing = standing_of(services_.ledger.names(), *found.entry);
    const std::string_view detail = sought.fell_back ? "fallback" : found.tier;
    if (asked.controls.wants_link) {
        StatusLines lines;
        lines.outcome = Outcome::hit;
        lines.detail = detail;
        lines.key = standing.key;
        lines.money = standing.saved_fields;
        const auto sent = co_await reply_link(exchange, sought.asked, found.entry, lines);
        (void)sent;
    } else {
        const auto sent =
            co_await reply_stored(exchange, found.entry, standing, detail, asked.controls.paced);
        (void)sent;
    }
    enter(sought, Outcome::hit, found.entry.get());
}

// What these very bytes were found to mean before; null if they are new. A form is never looked
// for: its boundary is another one each time.
cache::AliasPtr Gateway::find_alias(const Sought& sought) const {
    if (sought.asked->is_form()) return nullptr;
    const std::array<std::string_view, 2> parts{sought.asked->alias_prefix, sought.body};
    return services_.aliases.find(parts);
}

// From the request to its key, by the plan.
Task<void> Gateway::find_key(server::Exchange& exchange, Sought& sought) {
    const AskedPtr as_asked = sought.asked;  // make_plan may move it to another upstream
    co_await make_plan(exchange, sought);
    if (!sought.plan->bypass.empty()) co_return;
    auto alias = alias_of(*sought.asked, *sought.plan);
    alias->elsewhere = sought.asked->route.upstream != as_asked->route.upstream;
    sought.alias = std::move(alias);
    if (as_asked->is_form()) co_return;
    const std::array<std::string_view, 2> parts{as_asked->alias_prefix, sought.body};
    services_.aliases.put(parts, sought.alias);
}

Task<void> Gateway::make_plan(server::Exchange& exchange, Sought& sought) {
    const AskedPtr asked = sought.asked;
    const auto request = asked->request(exchange.head().method, sought.body);
    const providers::Endpoint& endpoint = *asked->route.endpoint;
    const providers::KeyOptions& options = asked->policy->key_options;
    if (endpoint.plans_slowly(request)) {
        auto job = [&]() { return endpoint.plan(request, options); };
        auto plan = co_await services_.workers.run(job);
        sought.plan = std::make_shared<const providers::Plan>(std::move(plan));
    } else {
        sought.plan = std::make_shared<const providers::Plan>(endpoint.plan(request, options));
    }
    ask_elsewhere(exchange, sought, sought.plan->model);
}

// Some models are asked elsewhere than their path says.
void Gateway::ask_elsewhere(server::Exchange& exchange,
                            Sought& sought,
                            std::string_view model) const {
    const Asked& asked = *sought.asked;
    Route route = route_for_model(asked.route, asked.policy->upstreams, model);
    if (route.upstream == asked.route.upstream) return;
    auto moved = std::make_shared<Asked>(asked);
    moved->route = std::move(route);
    moved->identity = identify(exchange.head(),
                               asked.route.raw_query(),
                               *moved->route.upstream,
                               asked.policy->config.cache.scope,
                               services_.secret,
                               asked.may_borrow_key);
    sought.asked = std::move(moved);
}

// An answer that holds the wanted one, and what is in it for this caller.
Task<Answered> Gateway::look_in_wider(const Sought& sought) {
    const Asked& asked = *sought.asked;
    const Wanted wanted{
        asked.route.endpoint, &asked.controls, *sought.alias->wider, sought.alias->form};
    Answered found = look_in_memory(services_, wanted);
    if (!found.entry && worth_looking_further(services_, wanted)) {
        found = co_await look_further(services_, wanted);
    }
    if (found.entry) found.tier = "derived";
    co_return found;
}

Task<void> Gateway::pass(server::Exchange& exchange, Sought& sought, std::string_view why) {
    Passing passing;
    passing.asked = sought.asked;
    passing.client = client_for(*sought.asked->route.upstream);
    passing.detail = why;
    if (sought.plan || sought.alias) passing.body = sought.body;
    passing.forgets = deleted_name(exchange, *sought.asked);
    passing.may_fall_back = sought.plan && may_fall_back(*sought.asked, *sought.plan);
    passing.plan = sought.plan.get();
    passing.till = &till_;
    const auto passed = co_await pass_through(services_, exchange, passing);
    if (passed.falls_back) {
        sought.asked = asked_of_fallback(*sought.asked);
        co_await pass(exchange, sought, why);
        co_return;
    }
    enter(sought, passed.outcome);
}

Task<void> Gateway::only_if_cached(server::Exchange& exchange, const Sought& sought) {
    const bool replay = sought.asked->policy->config.mode == Mode::replay;
    const auto answer = error_answer(
        sought.asked->route.dialect,
        504,
        replay ? "refrain_not_recorded" : "refrain_only_if_cached",
        replay ? "replay mode never asks the provider, and this request was not recorded"
               : "no stored answer, and Cache-Control: only-if-cached forbids asking the provider");
    StatusLines lines;
    lines.outcome = Outcome::miss;
    lines.detail = replay ? "replay" : "only-if-cached";
    const std::string key = sought.alias->key.hex();
    lines.key = key;
    const auto sent = co_await reply_error(exchange, answer, &lines);
    (void)sent;
    enter(sought, Outcome::failed);
}

std::shared_ptr<upstream::Client> Gateway::client_for(const Upstream& upstream) {
    auto& client = clients_[upstream.name];
    if (!client) {
        auto options = upstream::options_from_environment();
        const auto settings = policy_->config.upstreams.find(upstream.name);
        if (settings != policy_->config.upstreams.end()) {
            options.connect_timeout = settings->second.connect_timeout;
            options.first_byte_timeout = settings->second.timeout;
            options.between_bytes_timeout = settings->second.between_bytes_timeout;
        }
        client = std::make_shared<upstream::Client>(loop_, services_.tls, options);
    }
    return client;
}

void Gateway::enter(const Sought& sought, Outcome outcome, const cache::Entry* entry) {
    ledger::Names& names = services_.ledger.names();
    ledger::Line line;
    line.outcome = outcome;
    line.cell.party = sought.asked->party;
    if (entry != nullptr) {
        line.credit = &standing_of(names, *entry).credit;
        line.cell.subject = line.credit->subject;
    } else if (sought.plan) {
        line.cell.subject = names.subject(subject_of(*sought.asked, *sought.plan));
    } else {
        ledger::Subject subject;
        subject.provider = sought.asked->route.upstream->provider;
        if (sought.alias) {
            subject.operation = sought.alias->operation;
            subject.model = sought.alias->model;
        }
        line.cell.subject = names.subject(subject);
    }
    if (sought.would_hit) line.would_credit = &standing_of(names, *sought.would_hit).credit;
    line.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - sought.started);
    till_.enter(line);
}

server::Refusal refuse(int status, std::string_view sentence, std::string_view target) {
    const std::string_view code = status == 503   ? "refrain_unavailable"
                                  : status == 408 ? "refrain_request_timeout"
                                  : status == 413 ? "refrain_body_too_large"
                                  : status == 500 ? "refrain_internal"
                                                  : "refrain_malformed";
    auto answer = error_answer(dialect_of(target), status, code, sentence);
    return {std::move(answer.head), std::move(answer.body)};
}

}  // namespace refrain::gateway
