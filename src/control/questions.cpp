#include "control/questions.hpp"

#include "base/duration.hpp"
#include "http/target.hpp"

#include <string>

namespace refrain::control {

namespace {

constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24) * 366 * 100;
constexpr std::int64_t kMaxPoints = 10'000;

tl::unexpected<Error> wrong(std::string sentence) {
    return failure(ErrorCode::malformed, Origin::client, std::move(sentence));
}

Result<std::chrono::milliseconds> read_duration(const std::string& name, const std::string& text) {
    const auto duration = parse_duration(text);
    if (!duration || duration->count() <= 0 || *duration > kLongest) {
        return wrong(name + " must be a duration such as 24h or 7d");
    }
    return *duration;
}

}  // namespace

Result<ledger::Filter> read_filter(std::string_view query, WallTime now) {
    ledger::Filter filter;
    for (auto& [name, value] : http::parse_query(query)) {
        if (value.empty()) continue;
        if (name == "since") {
            const auto since = read_duration(name, value);
            if (!since) return failure(since.error());
            filter.from = {now.ms - since->count()};
        } else if (name == "tenant") {
            filter.tenant = std::move(value);
        } else if (name == "model") {
            filter.model = std::move(value);
        } else if (name == "operation") {
            filter.operation = std::move(value);
        } else if (name == "tag") {
            filter.tag = std::move(value);
        } else {
            return wrong("a report has since, tenant, model, operation and tag to ask by");
        }
    }
    return filter;
}

Result<SeriesQuestion> read_series(std::string_view query, WallTime now) {
    std::chrono::milliseconds window = std::chrono::hours(24);
    std::chrono::milliseconds step = std::chrono::hours(1);
    std::string rest;
    for (const auto& [name, value] : http::parse_query(query)) {
        if (name != "window" && name != "step") {
            rest += (rest.empty() ? "" : "&") + http::percent_encode(name) + "=" +
                    http::percent_encode(value);
            continue;
        }
        const auto duration = read_duration(name, value);
        if (!duration) return failure(duration.error());
        (name == "window" ? window : step) = *duration;
    }
    auto filter = read_filter(rest, now);
    if (!filter) return failure(filter.error());
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(step);
    if (hours != step || hours.count() == 0) return wrong("step must be whole hours");
    if (window / step > kMaxPoints) return wrong("window must not hold that many steps");
    filter->from = {now.ms - window.count()};
    return SeriesQuestion{std::move(*filter), hours};
}

}  // namespace refrain::control
