// Entries, clocks and directories for the tests of the cache.
#pragma once

#include "base/digest.hpp"
#include "cache/entry.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace refrain::cache {

inline Key key_of(int number) {
    return sha256("key " + std::to_string(number));
}

inline Entry sample_entry(int number, std::string body) {
    Entry entry;
    entry.key = key_of(number);
    entry.operation = "chat";
    entry.provider = "openai";
    entry.model = "gpt-4o-mini";
    entry.content_type = "application/json";
    entry.form = "json";
    entry.created = {1'000};
    entry.body_digest = sha256(body);
    entry.body = make_body(std::move(body));
    return entry;
}

inline EntryPtr shared(Entry entry) {
    return std::make_shared<const Entry>(std::move(entry));
}

inline EntryPtr sample(int number, std::string body = "{}") {
    return shared(sample_entry(number, std::move(body)));
}

// Bytes that no compressor makes smaller, the same for the same seed.
inline std::string noise(std::size_t size, int seed = 0) {
    std::string bytes;
    bytes.reserve(size + 32);
    for (int block = 0; bytes.size() < size; ++block) {
        bytes += sha256(std::to_string(seed) + "/" + std::to_string(block)).view();
    }
    bytes.resize(size);
    return bytes;
}

// Wall time that stands still until it is told to move. Any thread.
class FakeClock {
  public:
    std::function<WallTime()> reader() {
        return [now = now_] { return WallTime{*now}; };
    }
    void set(std::int64_t ms) { *now_ = ms; }

  private:
    std::shared_ptr<std::atomic<std::int64_t>> now_ =
        std::make_shared<std::atomic<std::int64_t>>(10'000);
};

// A new directory, gone with this object unless keep() was called; `path()` is inside it and does
// not exist yet.
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        auto name = (std::filesystem::temp_directory_path() / "refrain-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
        root_ = name;
    }
    ~TemporaryDirectory() {
        if (kept_) return;
        std::error_code error;
        std::filesystem::remove_all(root_, error);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::filesystem::path& root() const { return root_; }
    std::string path() const { return (root_ / "store").string(); }
    void keep() { kept_ = true; }

  private:
    std::filesystem::path root_;
    bool kept_ = false;
};

}  // namespace refrain::cache
