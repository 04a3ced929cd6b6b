// store_filler DATA_DIR ENTRIES: makes the store of a gateway that has been used for long, with as
// many answers of about 2 KB, each different, through the same module that the gateway writes with.
// Ends with one line of JSON.
#include "base/digest.hpp"
#include "cache/disk/disk_tier.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>

namespace {

using namespace refrain;

constexpr std::uint64_t kCapacity = 1ULL << 40;
constexpr std::size_t kBodyBytes = 2'048;

constexpr std::string_view kWords[] = {"the ",
                                       "of ",
                                       "answer ",
                                       "cache ",
                                       "model ",
                                       "token ",
                                       "river ",
                                       "seven ",
                                       "under ",
                                       "bright ",
                                       "window ",
                                       "please ",
                                       "again ",
                                       "never ",
                                       "quietly ",
                                       "because "};

std::string body_of(std::uint64_t number, std::minstd_rand& random) {
    std::string body = R"({"id":"chatcmpl-)" + std::to_string(number) +
                       R"(","object":"chat.completion","created":1790000000,"model":"gpt-4o-mini",)"
                       R"("choices":[{"index":0,"message":{"role":"assistant","content":")";
    const std::string_view end =
        R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":200,"completion_tokens":300}})";
    while (body.size() + end.size() < kBodyBytes)
        body.append(kWords[random() % std::size(kWords)]);
    return body.append(end);
}

cache::EntryPtr entry_of(std::uint64_t number, std::minstd_rand& random) {
    auto entry = std::make_shared<cache::Entry>();
    std::string body = body_of(number, random);
    entry->key = sha256("entry " + std::to_string(number));
    entry->operation = "chat";
    entry->provider = "openai";
    entry->model = "gpt-4o-mini";
    entry->content_type = "application/json";
    entry->form = "json";
    entry->usage = R"({"input":200,"output":300})";
    entry->created = wall_now();
    entry->body_digest = sha256(body);
    entry->body = cache::make_body(std::move(body));
    return entry;
}

int fail(const Error& error) {
    std::fprintf(stderr, "store_filler: %s\n", error.message.c_str());
    return 1;
}

int fill(const std::string& data_dir, std::uint64_t count) {
    std::filesystem::create_directories(data_dir);
    cache::DiskOptions options;
    options.directory = data_dir + "/store";
    options.capacity_bytes = kCapacity;
    const auto opened = cache::DiskTier::open(options);
    if (!opened) return fail(opened.error());
    cache::DiskTier& disk = **opened;
    std::minstd_rand random(1);
    for (std::uint64_t number = 0; number < count; ++number) {
        const auto put = disk.put(entry_of(number, random));
        if (!put) return fail(put.error());
    }
    const auto stats = disk.stats();
    std::printf("{\"entries\": %llu, \"bytes\": %llu}\n",
                static_cast<unsigned long long>(stats.entries),
                static_cast<unsigned long long>(stats.bytes));
    return stats.entries == count ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: store_filler DATA_DIR ENTRIES\n");
        return 2;
    }
    return fill(argv[1], std::strtoull(argv[2], nullptr, 10));
}
