#include "ledger/archive.hpp"

#include "providers/json.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace refrain::ledger {

namespace {

using providers::Json;

constexpr std::array<std::string_view, kFigures> kNames{
    "hits",         "misses",        "coalesced",     "stale",        "revalidated",
    "bypassed",     "errors",        "would_hits",    "unpriced",     "estimated",
    "spent_usd",    "saved_usd",     "coalesced_usd", "discount_usd", "would_save_usd",
    "input_tokens", "output_tokens", "characters",    "audio_ms",     "latency_ms",
};

Json line_of(const Row& row) {
    Json json = Json::object();
    json[row.period.is_day ? "day" : "hour"] = row.period.start().rfc3339();
    json["operation"] = row.subject.operation;
    json["provider"] = row.subject.provider;
    json["model"] = row.subject.model;
    json["voice"] = row.subject.voice;
    json["tenant"] = row.party.tenant;
    json["tags"] = row.party.tags;
    for (std::size_t i = 0; i < kFigures; ++i) {
        const auto figure = static_cast<Figure>(i);
        const auto value = row.figures[figure];
        if (value == 0) continue;
        const std::string key(name(figure));
        if (is_money(figure)) {
            json[key] = Money::pico(value).decimal();
        } else {
            json[key] = value;
        }
    }
    return json;
}

Result<void> write_whole(const std::string& path, const std::string& text) {
    const std::string draft = path + ".part";
    const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    std::size_t done = 0;
    while (file >= 0 && done < text.size()) {
        const auto wrote = ::write(file, text.data() + done, text.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) break;
        done += static_cast<std::size_t>(wrote);
    }
    const bool good = file >= 0 && done == text.size() && ::fsync(file) == 0;
    const int error = errno;
    if (file >= 0) ::close(file);
    if (good && ::rename(draft.c_str(), path.c_str()) == 0) return {};
    ::unlink(draft.c_str());
    return failure(ErrorCode::unavailable,
                   Origin::gateway,
                   "cannot write " + path + ": " + std::strerror(error));
}

}  // namespace

std::string_view name(Figure figure) noexcept {
    return kNames[static_cast<std::size_t>(figure)];
}

bool is_money(Figure figure) noexcept {
    return name(figure).ends_with("_usd");
}

Result<std::string> write_archive(const std::string& directory,
                                  WallTime since,
                                  WallTime until,
                                  const std::vector<Row>& rows) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    std::string text;
    Json head = Json::object();
    head["since"] = since.rfc3339();
    head["until"] = until.rfc3339();
    text += providers::ordered_json_text(head) + "\n";
    for (const Row& row : rows)
        text += providers::ordered_json_text(line_of(row)) + "\n";
    std::string moment = until.rfc3339();
    std::replace(moment.begin(), moment.end(), ':', '-');
    std::string path = directory + "/stats-" + moment + ".jsonl";
    for (int i = 2; std::filesystem::exists(path, error); ++i)
        path = directory + "/stats-" + moment + "-" + std::to_string(i) + ".jsonl";
    if (auto written = write_whole(path, text); !written) return failure(written.error());
    return path;
}

}  // namespace refrain::ledger
