#include "base/money.hpp"
#include "cli/commands.hpp"
#include "cli/http_client.hpp"
#include "cli/sparkline.hpp"
#include "cli/stats_page.hpp"
#include "http/target.hpp"
#include "providers/json.hpp"

#include <string>
#include <vector>

namespace refrain::cli {

namespace {

std::string refusal(int status) {
    const std::string code = std::to_string(status);
    if (status == 400) return "the gateway did not understand (400); --since takes 24h, 7d, …";
    if (status == 401 || status == 403) {
        return "the gateway refused (" + code +
               "); set REFRAIN_ADMIN_TOKEN to the token it was started with";
    }
    return "the answer was " + code + "; is a Refrain gateway at that URL?";
}

std::string query_of(const StatsOptions& options) {
    std::string query;
    for (const auto& [name, value] : options.filters) {
        query += (query.empty() ? "?" : "&") + name + "=" + http::percent_encode(value);
    }
    return query;
}

HttpQuestion question(const StatsOptions& options, const Console& console, std::string path) {
    const auto token = console.environment.find("REFRAIN_ADMIN_TOKEN");
    return {options.url, std::move(path), token == console.environment.end() ? "" : token->second};
}

// A day's savings, hour by hour. What cannot be had is left out: the report stands without it.
std::string day(const StatsOptions& options, const Console& console) {
    StatsOptions of_day = options;
    of_day.filters.erase("since");
    const auto answer =
        http_get(question(of_day, console, "/refrain/stats/series" + query_of(of_day)));
    if (!answer || answer->status != 200) return "";
    const auto json = providers::parse_json(answer->body);
    if (!json || !json->is_object() || !json->contains("points")) return "";
    std::vector<double> saved;
    for (const auto& point : (*json)["points"]) {
        if (!point.is_object() || !point.contains("saved_usd")) return "";
        const auto& text = point["saved_usd"];
        const auto money = text.is_string() ? Money::parse(text.get<std::string>()) : std::nullopt;
        saved.push_back(money ? static_cast<double>(money->pico64()) : 0);
    }
    return "\nsaved in the last 24 hours  [" + sparkline(saved) + "]\n";
}

}  // namespace

int stats(const StatsOptions& options, Console& console) {
    const auto answer = http_get(question(options, console, "/refrain/stats" + query_of(options)));
    if (!answer) {
        console.complain(answer.error().message);
        return kFailed;
    }
    if (answer->status != 200) {
        console.complain(refusal(answer->status));
        return kFailed;
    }
    const auto page = stats_page(answer->body);
    if (!page) {
        console.complain(page.error().message + "; is a Refrain gateway at that URL?");
        return kFailed;
    }
    if (options.json) {
        console.out << answer->body;
        if (!answer->body.ends_with('\n')) console.out << '\n';
    } else {
        console.out << *page;
        if (console.out_is_terminal) console.out << day(options, console);
    }
    return kDone;
}

}  // namespace refrain::cli
