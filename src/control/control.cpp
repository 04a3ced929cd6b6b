#include "control/control.hpp"

#include "control/access.hpp"
#include "control/dashboard.hpp"
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
    std::string body;  // JSON
    std::string_view allow;
};

Reply problem(int status, std::string_view code, std::string_view sentence) {
    nlohmann::ordered_json json;
    json["error"] = {{"code", code}, {"message", sentence}};
    return {status, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), {}};
}

using Endpoint = Reply (*)(Context&, std::string_view body);

Reply health(Context&, std::string_view) {
    return {200, R"({"status":"ok"})", {}};
}

Reply ready(Context& context, std::string_view) {
    if (context.draining.load(std::memory_order_relaxed)) {
        return {503, R"({"status":"draining"})", {}};
    }
    return {200, R"({"status":"ready"})", {}};
}

Reply stats(Context& context, std::string_view) {
    return {200, stats_json(context.book, context.cache.stats()), {}};
}

Reply cache_status(Context& context, std::string_view) {
    return {200,
            cache_status_json(context.book, context.cache.stats(), context.aliases.size_bytes()),
            {}};
}

Reply act_on_cache(Context& context, std::string_view body) {
    const auto json = nlohmann::json::parse(body, nullptr, false);
    const std::string action =
        json.is_object() && json.contains("action") && json["action"].is_string()
            ? json["action"].get<std::string>()
            : "";
    if (action == "clear-all") {
        context.cache.clear();
        context.aliases.clear();
    } else if (action == "reset-stats") {
        context.book.reset();
    } else {
        return problem(
            400, "refrain_unknown_action", R"(send {"action": …} with clear-all or reset-stats)");
    }
    return cache_status(context, {});
}

struct Row {
    std::string_view method;
    std::string_view path;
    Endpoint endpoint;
    bool open = false;  // needs no token: probes have none
};

constexpr std::array kRows{
    Row{"GET", "/refrain/health", health, true},
    Row{"GET", "/refrain/ready", ready, true},
    Row{"GET", "/refrain/stats", stats, false},
    Row{"GET", "/refrain/cache/status", cache_status, false},
    Row{"POST", "/refrain/cache/status", act_on_cache, false},
};

Task<void> send(server::Exchange& exchange, Reply reply) {
    std::string& head = exchange.scratch();
    http::HeadWriter writer(head);
    writer.status(reply.status).field("Content-Type", "application/json");
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

}  // namespace

Task<void> answer(Context& context, server::Exchange& exchange) {
    const http::RequestHead& head = exchange.head();
    const auto path = head.target.substr(0, head.target.find('?'));
    if (is_dashboard(path)) {
        co_await send_dashboard(exchange);
        co_return;
    }
    const std::string_view method = head.method == "HEAD" ? "GET" : head.method;
    const auto here = [&](const Row& row) { return row.path == path; };
    const auto exact = [&](const Row& row) { return row.path == path && row.method == method; };
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
            const bool large = body.error().code == ErrorCode::too_large;
            reply = problem(large ? 413 : 400, "refrain_body", body.error().message);
        } else {
            auto job = [&] { return row->endpoint(context, *body); };
            reply = co_await context.workers.run(job);
        }
    }
    co_await send(exchange, std::move(reply));
}

}  // namespace refrain::control
