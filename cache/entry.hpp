// One memoized answer: metadata and bytes. Immutable once shared; handed around by pointer, on any
// thread. Knows no HTTP: a status is a number, a form is a word.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cache/attachment.hpp"
#include "cache/body.hpp"
#include "cache/key.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::cache {

// When a piece of a stream arrived, for replay at the recorded pace.
struct PaceMark {
    std::uint32_t end_offset = 0;  // of the piece in the body
    std::uint32_t ms = 0;          // since the answer's head

    bool operator==(const PaceMark&) const = default;
};

struct Entry {
    Key key;
    std::string operation;
    std::string provider;
    std::string model;
    std::string voice;
    std::string tenant;
    std::vector<std::string> tags;
    std::vector<std::string> names;  // other names it is found by: "response:resp_123" and the like

    int status = 200;
    std::string content_type;
    std::string form;  // how the body is written down; a word of the provider's
    std::vector<std::pair<std::string, std::string>> headers;  // others worth repeating
    std::string usage;                                         // JSON, as the provider reported it
    std::string price;     // JSON: what it cost, and by which prices
    std::string envelope;  // the text around a body that is kept as sound alone
    std::string sound;     // what the body is where it is sound, as the gateway writes it; else ""

    WallTime created;  // when the provider answered
    WallTime expires = WallTime::forever();
    std::chrono::milliseconds latency{0};  // what asking took
    std::vector<PaceMark> pace;

    Digest body_digest;  // SHA-256 of the body
    BodyPtr body;
    std::uint64_t stored_body_bytes = 0;  // where the body itself was not read

    Attachment attachment;  // what a floor above worked out about it; never stored

    bool is_fresh(WallTime now) const noexcept { return now < expires; }
    std::uint64_t body_bytes() const noexcept { return body ? body->size() : stored_body_bytes; }
    // What it takes in memory, the body included.
    std::size_t size_bytes() const noexcept;
};

using EntryPtr = std::shared_ptr<const Entry>;

// The stored form: version, checksum, metadata; the body stands elsewhere under its digest
// (docs/formats/entry.md). decode fails on any damage and never reads past the end. Fuzzed.
std::string encode_entry(const Entry& entry);
Result<Entry> decode_entry(std::string_view bytes);  // body is null

// How a body is stored, at most: short ones and what does not shrink stay plain.
enum class BodyCoding { plain, zstd };

// A body's stored form: version, checksum, with zstd above 1 KiB where that helps.
std::string encode_body(std::string_view body, BodyCoding coding = BodyCoding::zstd);
// `limit_bytes` bounds what a lying header can make us allocate.
Result<BodyPtr> decode_body(std::string_view bytes, std::size_t limit_bytes);

}  // namespace refrain::cache
