// encode_entry and decode_entry: docs/formats/entry.md has the layout, byte by byte.
#include "cache/bytes.hpp"
#include "cache/entry.hpp"
#include "cache/entry_layout.hpp"

namespace refrain::cache {

namespace {

tl::unexpected<Error> damaged(const char* what) {
    return failure(ErrorCode::broken, Origin::cache, std::string("stored entry: ") + what);
}

void write_list(ByteWriter& out, const std::vector<std::string>& list) {
    out.u32(static_cast<std::uint32_t>(list.size()));
    for (const auto& text : list) {
        out.text(text);
    }
}

std::vector<std::string> read_list(ByteReader& in) {
    std::vector<std::string> list;
    const auto count = in.count(4);
    list.reserve(count);
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
        list.emplace_back(in.text());
    }
    return list;
}

void read_headers(ByteReader& in, Entry& entry) {
    const auto count = in.count(8);
    entry.headers.reserve(count);
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
        std::string name(in.text());
        std::string value(in.text());
        entry.headers.emplace_back(std::move(name), std::move(value));
    }
}

void read_pace(ByteReader& in, Entry& entry) {
    const auto count = in.count(8);
    entry.pace.reserve(count);
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
        const auto end_offset = in.u32();
        const auto ms = in.u32();
        entry.pace.push_back({end_offset, ms});
    }
}

}  // namespace

std::string encode_entry(const Entry& entry) {
    ByteWriter out;
    out.reserve(512 + entry.pace.size() * 8);
    out.raw(kEntryMagic);
    out.u16(kEntryVersion);
    out.u16(static_cast<std::uint16_t>(entry.status));
    out.raw(entry.key.view());
    out.u64(static_cast<std::uint64_t>(entry.expires.ms));
    out.u64(static_cast<std::uint64_t>(entry.created.ms));
    out.raw(entry.body_digest.view());
    out.u64(static_cast<std::uint64_t>(entry.latency.count()));
    out.u64(entry.body_bytes());
    for (const auto* text : {&entry.operation,
                             &entry.provider,
                             &entry.model,
                             &entry.voice,
                             &entry.tenant,
                             &entry.content_type,
                             &entry.form,
                             &entry.usage,
                             &entry.price,
                             &entry.envelope,
                             &entry.sound}) {
        out.text(*text);
    }
    write_list(out, entry.tags);
    write_list(out, entry.names);
    out.u32(static_cast<std::uint32_t>(entry.headers.size()));
    for (const auto& [name, value] : entry.headers) {
        out.text(name);
        out.text(value);
    }
    out.u32(static_cast<std::uint32_t>(entry.pace.size()));
    for (const auto& mark : entry.pace) {
        out.u32(mark.end_offset);
        out.u32(mark.ms);
    }
    return std::move(out).sealed();
}

Result<Entry> decode_entry(std::string_view bytes) {
    if (!bytes.starts_with(kEntryMagic)) return damaged("not an entry");
    if (!unseal(bytes)) return damaged("checksum mismatch");
    ByteReader in(bytes.substr(kEntryMagic.size()));
    if (in.u16() != kEntryVersion) return damaged("unknown version");

    Entry entry;
    entry.status = in.u16();
    const auto key = in.raw(32);
    entry.expires.ms = static_cast<std::int64_t>(in.u64());
    entry.created.ms = static_cast<std::int64_t>(in.u64());
    const auto body_digest = in.raw(32);
    entry.latency = std::chrono::milliseconds(static_cast<std::int64_t>(in.u64()));
    entry.stored_body_bytes = in.u64();
    if (!in.ok()) return damaged("cut short");
    entry.key = Key::from_raw(key);
    entry.body_digest = Digest::from_raw(body_digest);

    for (auto* text : {&entry.operation,
                       &entry.provider,
                       &entry.model,
                       &entry.voice,
                       &entry.tenant,
                       &entry.content_type,
                       &entry.form,
                       &entry.usage,
                       &entry.price,
                       &entry.envelope,
                       &entry.sound}) {
        *text = in.text();
    }
    entry.tags = read_list(in);
    entry.names = read_list(in);
    read_headers(in, entry);
    read_pace(in, entry);
    if (!in.at_end()) return damaged("lengths do not add up");
    return entry;
}

std::optional<EntryFacts> peek_entry(std::string_view bytes) noexcept {
    if (!bytes.starts_with(kEntryMagic)) return std::nullopt;
    ByteReader in(bytes.substr(kEntryMagic.size()));
    if (in.u16() != kEntryVersion) return std::nullopt;
    in.u16();
    in.raw(32);
    EntryFacts facts;
    facts.expires.ms = static_cast<std::int64_t>(in.u64());
    facts.created.ms = static_cast<std::int64_t>(in.u64());
    if (!in.ok()) return std::nullopt;
    return facts;
}

}  // namespace refrain::cache
