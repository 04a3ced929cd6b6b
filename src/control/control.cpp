#include "control/control.hpp"

#include "control/access.hpp"
#include "control/dashboard.hpp"
#include "control/entries.hpp"
#include "control/metrics.hpp"
#include "control/questions.hpp"
#include "control/report.hpp"
#include "http/writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace refrain::control {

namespace {

using net::Task;

struct Reply {
    int status = 200;
    std::string body;
    std::string_view allow{};
    std::string content_type = "application/json";
};

struct Call {
    Context& context;
    std::string_view rest;  // of the path, where a row stands for all below it
    std::string_view query;
    std::string_view body;
};

Reply problem(int status, std::string_view code, std::string_view sentence) {
    nlohmann::ordered_json json;
    json["error"] = {{"code", code}, {"message", sentence}};
    return {status, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

using Endpoint = Reply (*)(const Call&);

Reply health(const Call&) {
    return {200, R"({"status":"ok"})"};
}

Reply ready(const Call& call) {
    if (call.context.draining.load(std::memory_order_relaxed)) {
        return {503, R"({"status":"draining"})"};
    }
    return {200, R"({"status":"ready"})"};
}

Reply stats(const Call& call) {
    const auto filter = read_filter(call.query, wall_now());
    if (!filter) return problem(400, "refrain_bad_query", filter.error().message);
    return {200, stats_json(call.context.ledger, *filter, call.context.cache.stats())};
}

Reply series(const Call& call) {
    const auto question = read_series(call.query, wall_now());
    if (!question) return problem(400, "refrain_bad_query", question.error().message);
    return {200, series_json(call.context.ledger, *question)};
}

Reply requests(const Call& call) {
    const auto question = read_requests(call.query);
    if (!question) return problem(400, "refrain_bad_query", question.error().message);
    return {200, requests_json(call.context.ledger, question->after, question->limit)};
}

Reply list_entries(const Call& call) {
    const auto question = read_entries_question(call.query);
    if (!question) return problem(400, "refrain_bad_query", question.error().message);
    auto json = entries_json(call.context.cache, *question);
    if (!json) return problem(503, "refrain_store", json.error().message);
    return {200, std::move(*json)};
}

Reply no_entry() {
    return problem(404, "refrain_not_found", "no entry has this key; it may have expired");
}

// {key}, or {key}/body for the bytes themselves.
Reply show_entry(const Call& call) {
    constexpr std::string_view kBody = "/body";
    const bool wants_body = call.rest.ends_with(kBody);
    const auto name = call.rest.substr(0, call.rest.size() - (wants_body ? kBody.size() : 0));
    const auto key = cache::Key::from_hex(name);
    const auto found = key ? call.context.cache.find(*key) : cache::Found{};
    if (!found.entry) return no_entry();
    if (!wants_body) return {200, entry_json(*found.entry, call.context.cache.request_of(*key))};
    return {200, std::string(found.entry->body->view()), {}, body_type(*found.entry)};
}

Reply remove_entry(const Call& call) {
    const auto key = cache::Key::from_hex(call.rest);
    if (!key || !call.context.cache.find(*key).entry) return no_entry();
    call.context.cache.remove(*key);
    return {200, R"({"matched":1})"};
}

Reply invalidate_entries(const Call& call) {
    const auto order = read_invalidate_order(call.body, wall_now());
    if (!order) return problem(400, "refrain_bad_request", order.error().message);
    auto json = invalidate(call.context.cache, *order);
    if (!json) return problem(503, "refrain_store", json.error().message);
    return {200, std::move(*json)};
}

Reply metrics(const Call& call) {
    return {200,
            metrics_text(call.context.ledger, call.context.cache.stats(), call.context.inflight()),
            {},
            "text/plain; version=0.0.4; charset=utf-8"};
}

Reply cache_status(const Call& call) {
    return {
        200,
        cache_status_json(
            call.context.ledger, call.context.cache.stats(), call.context.aliases.size_bytes())};
}

Reply reset_stats(const Call& call) {
    const auto archive = call.context.ledger.reset();
    if (!archive) return problem(500, "refrain_not_reset", archive.error().message);
    return cache_status(call);
}

Reply act_on_cache(const Call& call) {
    const auto json = nlohmann::json::parse(call.body, nullptr, false);
    const std::string action =
        json.is_object() && json.contains("action") && json["action"].is_string()
            ? json["action"].get<std::string>()
            : "";
    if (action == "reset-stats") return reset_stats(call);
    if (action != "clear-all") {
        return problem(
            400, "refrain_unknown_action", R"(send {"action": …} with clear-all or reset-stats)");
    }
    call.context.cache.clear();
    call.context.aliases.clear();
    return cache_status(call);
}

struct Row {
    std::string_view method;
    std::string_view path;
    Endpoint endpoint;
    bool open = false;  // needs no token: probes have none

    // A path that ends in "/" stands for all below it.
    bool covers(std::string_view asked) const {
        return path == asked || (path.ends_with('/') && asked.starts_with(path));
    }
};

constexpr std::array kRows{
    Row{"GET", "/refrain/health", health, true},
    Row{"GET", "/refrain/ready", ready, true},
    Row{"GET", "/refrain/stats", stats, false},
    Row{"GET", "/refrain/stats/series", series, false},
    Row{"GET", "/refrain/metrics", metrics, false},
    Row{"GET", "/metrics", metrics, false},
    Row{"GET", "/refrain/requests", requests, false},
    Row{"GET", "/refrain/entries", list_entries, false},
    Row{"GET", "/refrain/entries/", show_entry, false},
    Row{"DELETE", "/refrain/entries/", remove_entry, false},
    Row{"POST", "/refrain/invalidate", invalidate_entries, false},
    Row{"GET", "/refrain/cache/status", cache_status, false},
    Row{"POST", "/refrain/cache/status", act_on_cache, false},
};

Task<void> send(server::Exchange& exchange, Reply reply) {
    std::string& head = exchange.scratch();
    http::HeadWriter writer(head);
    writer.status(reply.status).field("Content-Type", reply.content_type);
    writer.field("Cache-Control", "no-store").field("X-Content-Type-Options", "nosniff");
    if (!reply.allow.empty()) writer.field("Allow", reply.allow);
    if (reply.status == 401) writer.field("WWW-Authenticate", "Bearer");
    const auto sent = co_await exchange.reply(head, reply.body);
    (void)sent;
}

Task<void> send_dashboard(server::Exchange& exchange) {
    std::string& head = exchange.scratch();
    const auto body = dashboard_answer(exchange.head(), head);
    const auto sent = co_await exchange.reply(head, body);
    (void)sent;
}

constexpr std::size_t kMaxBody = 1 << 20;

// Of a body that could not be read.
int status_of(const Error& error) noexcept {
    if (error.code == ErrorCode::too_large) return 413;
    return error.code == ErrorCode::unavailable ? 503 : 400;
}

}  // namespace

Task<void> answer(Context& context, server::Exchange& exchange) {
    const http::RequestHead& head = exchange.head();
    const auto mark = std::min(head.target.find('?'), head.target.size());
    const auto path = head.target.substr(0, mark);
    const auto query = head.target.substr(std::min(mark + 1, head.target.size()));
    if (is_dashboard(path)) {
        co_await send_dashboard(exchange);
        co_return;
    }
    const std::string_view method = head.method == "HEAD" ? "GET" : head.method;
    const auto here = [&](const Row& row) { return row.covers(path); };
    const auto exact = [&](const Row& row) { return row.covers(path) && row.method == method; };
    const auto known = std::find_if(kRows.begin(), kRows.end(), here);
    const auto row = std::find_if(kRows.begin(), kRows.end(), exact);
    const bool open = row != kRows.end() && row->open;
    const Denial denial =
        open ? Denial{} : check_access(head, context.admin_token, context.on_loopback);
    Reply reply;
    if (denial.status != 0) {
        reply = problem(denial.status, "refrain_unauthorized", denial.sentence);
    } else if (known == kRows.end()) {
        reply = problem(404, "refrain_not_found", "the control plane has no such path");
    } else if (row == kRows.end()) {
        reply = problem(405, "refrain_method", "this path takes another method");
        reply.allow = known->method;
    } else {
        const auto body = co_await exchange.read_body(kMaxBody);
        if (!body) {
            reply = problem(status_of(body.error()), "refrain_body", body.error().message);
        } else {
            const auto rest = path.substr(row->path.size());
            auto job = [&] { return row->endpoint({context, rest, query, *body}); };
            reply = co_await context.workers.run(job);
        }
    }
    co_await send(exchange, std::move(reply));
}

}  // namespace refrain::control
