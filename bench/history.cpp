// Makes the data directory of a gateway that has run for long: so many entries on disk, and 90 days
// of hours in the books. Arguments: DIRECTORY ENTRIES CELLS_PER_HOUR. Run before the gateway.
#include "base/clock.hpp"
#include "base/digest.hpp"
#include "cache/disk/disk_tier.hpp"
#include "ledger/store.hpp"

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace refrain;

constexpr std::uint32_t kHours = 90 * 24;
constexpr std::int64_t kHourMs = 3'600'000;

cache::EntryPtr entry(std::uint64_t number, WallTime now) {
    cache::Entry entry;
    const std::string body = R"({"id":"chatcmpl-)" + std::to_string(number) +
                             R"(","choices":[{"index":0,"message":{"role":"assistant",)" +
                             R"("content":"An answer."},"finish_reason":"stop"}]})";
    entry.key = sha256("entry " + std::to_string(number));
    entry.operation = "chat";
    entry.provider = "openai";
    entry.model = "gpt-4o-mini";
    entry.content_type = "application/json";
    entry.form = "json";
    entry.usage = R"({"input_tokens":9,"output_tokens":3})";
    entry.price = R"({"usd":"0.00000315"})";
    entry.created = now;
    entry.body_digest = sha256(body);
    entry.body = cache::make_body(body);
    return std::make_shared<const cache::Entry>(std::move(entry));
}

// The cell of that number, the same in every hour: 25 models in 4 operations, then parties.
ledger::Row row(std::uint32_t hour, std::uint32_t number) {
    constexpr const char* kOperations[] = {"chat", "responses", "embeddings", "speech"};
    ledger::Row row;
    row.period = {false, hour};
    row.subject.operation = kOperations[number % 4];
    row.subject.provider = number % 8 < 6 ? "openai" : "gemini";
    row.subject.model = "model-" + std::to_string(number % 100 / 4);
    row.party.tenant = "team-" + std::to_string(number / 100);
    row.party.tags = {"tag-" + std::to_string(number % 7), "tag-" + std::to_string(7 + number % 3)};
    for (std::size_t i = 0; i < ledger::kFigures; ++i)
        row.figures.values[i] = static_cast<std::int64_t>((hour * 31 + number * 7 + i) % 1'000);
    return row;
}

bool write_entries(const std::string& directory, std::uint64_t count) {
    auto disk = cache::DiskTier::open({.directory = directory});
    if (!disk) return std::fprintf(stderr, "%s\n", disk.error().message.c_str()), false;
    const WallTime now = wall_now();
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto put = (*disk)->put(entry(i, now));
        if (!put) return std::fprintf(stderr, "%s\n", put.error().message.c_str()), false;
    }
    return true;
}

bool write_hours(const std::string& directory, std::uint32_t cells) {
    auto store = ledger::Store::open(directory);
    if (!store) return std::fprintf(stderr, "%s\n", store.error().message.c_str()), false;
    const auto now = static_cast<std::uint32_t>(wall_now().ms / kHourMs);
    const auto begun = (*store)->clear({(std::int64_t{now} - kHours) * kHourMs});
    if (!begun) return std::fprintf(stderr, "%s\n", begun.error().message.c_str()), false;
    for (std::uint32_t hour = now - kHours + 1; hour <= now; ++hour) {
        std::vector<ledger::Row> rows;
        for (std::uint32_t number = 0; number < cells; ++number)
            rows.push_back(row(hour, number));
        const auto written = (*store)->write(rows, {});
        if (!written) return std::fprintf(stderr, "%s\n", written.error().message.c_str()), false;
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return std::fputs("usage: DIRECTORY ENTRIES CELLS_PER_HOUR\n", stderr), 2;
    const std::string directory = argv[1];
    ::mkdir(directory.c_str(), 0700);
    const bool done = write_entries(directory + "/store", std::strtoull(argv[2], nullptr, 10)) &&
                      write_hours(directory + "/ledger",
                                  static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10)));
    return done ? 0 : 1;
}
