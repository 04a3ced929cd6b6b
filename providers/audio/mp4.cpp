// MP4, M4A, 3GP and QuickTime: boxes (ISO/IEC 14496-12). The first sound track counts.
#include "providers/audio/containers.hpp"
#include "providers/audio/numbers.hpp"

namespace refrain::providers::audio {

namespace {

struct Box {
    std::string_view type;
    std::string_view content;
};

// Takes the first box off `rest`. A box longer than what holds it is cut to that.
std::optional<Box> next_box(std::string_view& rest) {
    std::uint64_t head = 8;
    if (rest.size() < head) return std::nullopt;
    std::uint64_t size = big_endian(rest, 0, 4);
    if (size == 1) {
        head = 16;
        size = big_endian(rest, 8, 8);
    } else if (size == 0) {
        size = rest.size();  // to the end
    }
    if (size < head) return std::nullopt;
    size = std::min<std::uint64_t>(size, rest.size());
    const Box box{slice(rest, 4, 4), slice(rest.substr(0, static_cast<std::size_t>(size)), head)};
    rest.remove_prefix(static_cast<std::size_t>(size));
    return box;
}

std::string_view find_box(std::string_view boxes, std::string_view type) {
    while (const auto box = next_box(boxes)) {
        if (box->type == type) return box->content;
    }
    return {};
}

struct Span {
    std::uint64_t units = 0;
    std::uint64_t per_second = 0;
};

// "mvhd" and "mdhd" hold both in 32 bits, or the length in 64 if their version is 1 (8.2.2, 8.4.2).
Span span_of(std::string_view header) {
    if (byte_at(header, 0) == 1) return {big_endian(header, 24, 8), big_endian(header, 20, 4)};
    return {big_endian(header, 16, 4), big_endian(header, 12, 4)};
}

struct Track {
    std::uint64_t id = 0;
    Span span;
    std::string_view entry_type;  // "mp4a"
    std::string_view entry;
};

std::optional<Track> sound_track(std::string_view movie) {
    while (const auto box = next_box(movie)) {
        if (box->type != "trak") continue;
        const std::string_view media = find_box(box->content, "mdia");
        if (!has_at(find_box(media, "hdlr"), 8, "soun")) continue;
        Track track;
        const std::string_view head = find_box(box->content, "tkhd");
        track.id = big_endian(head, byte_at(head, 0) == 1 ? 20 : 12, 4);
        track.span = span_of(find_box(media, "mdhd"));
        const std::string_view table = find_box(find_box(media, "minf"), "stbl");
        std::string_view entries = slice(find_box(table, "stsd"), 8);
        if (const auto entry = next_box(entries)) {
            track.entry_type = entry->type;
            track.entry = entry->content;
        }
        return track;
    }
    return std::nullopt;
}

std::string codec_of(std::string_view entry_type) {
    if (entry_type == "mp4a") return "aac";
    if (entry_type == "alac") return "alac";
    if (entry_type == "Opus") return "opus";
    if (entry_type == "fLaC") return "flac";
    if (entry_type == ".mp3") return "mp3";
    if (entry_type == "samr") return "amr_nb";
    if (entry_type == "sawb") return "amr_wb";
    if (entry_type == "ac-3") return "ac3";
    if (entry_type == "ec-3") return "eac3";
    return "";
}

// Lengths in a "trun" (8.8.8), each `fallback` where it states none.
std::uint64_t run_units(std::string_view run, std::uint64_t fallback) {
    const std::uint64_t flags = big_endian(run, 1, 3);
    const std::uint64_t count = big_endian(run, 4, 4);
    if ((flags & 0x100) == 0) return count * fallback;
    std::uint64_t record = 4;
    for (const std::uint64_t flag : {0x200U, 0x400U, 0x800U})
        record += (flags & flag) != 0 ? 4U : 0U;
    std::uint64_t at = 8 + ((flags & 0x1) != 0 ? 4U : 0U) + ((flags & 0x4) != 0 ? 4U : 0U);
    std::uint64_t units = 0;
    for (std::uint64_t i = 0; i < count && at < run.size(); ++i, at += record)
        units += big_endian(run, at, 4);
    return units;
}

// The length of a sample in a "traf" (8.8.7): its own word, or the track's.
std::uint64_t default_units(std::string_view head, std::uint64_t fallback) {
    const std::uint64_t flags = big_endian(head, 1, 3);
    if ((flags & 0x8) == 0) return fallback;
    return big_endian(head, 8 + ((flags & 0x1) != 0 ? 8U : 0U) + ((flags & 0x2) != 0 ? 4U : 0U), 4);
}

// A recording that was written while it was made has its lengths in its fragments.
std::uint64_t fragment_units(std::string_view boxes, std::uint64_t track, std::uint64_t fallback) {
    std::uint64_t units = 0;
    while (const auto box = next_box(boxes)) {
        if (box->type != "moof") continue;
        std::string_view parts = box->content;
        while (const auto part = next_box(parts)) {
            const std::string_view head = find_box(part->content, "tfhd");
            if (part->type != "traf" || big_endian(head, 4, 4) != track) continue;
            std::string_view runs = part->content;
            while (const auto run = next_box(runs)) {
                if (run->type == "trun")
                    units += run_units(run->content, default_units(head, fallback));
            }
        }
    }
    return units;
}

std::uint64_t track_default_units(std::string_view movie, std::uint64_t track) {
    std::string_view extends = find_box(movie, "mvex");
    while (const auto box = next_box(extends)) {
        if (box->type == "trex" && big_endian(box->content, 4, 4) == track) {
            return big_endian(box->content, 12, 4);
        }
    }
    return 0;
}

constexpr bool is_unknown(std::uint64_t units) {
    return units == 0 || units == 0xFFFF'FFFF || units == ~std::uint64_t{0};
}

}  // namespace

ReadSound read_mp4(std::string_view bytes) {
    ReadSound sound;
    sound.payload[1] = bytes;
    const std::string_view movie = find_box(bytes, "moov");
    const auto track = sound_track(movie);
    if (!track) {
        const Span span = span_of(find_box(movie, "mvhd"));
        if (!is_unknown(span.units))
            sound.facts.duration = duration_of(span.units, span.per_second);
        return sound;
    }
    // AudioSampleEntry (12.2.3): the rate is 16.16 and useless above 65 kHz; mdhd's scale is it.
    const auto rate = static_cast<std::int64_t>(track->span.per_second);
    const auto channels = static_cast<std::int64_t>(big_endian(track->entry, 16, 2));
    sound.facts.codec = codec_of(track->entry_type);
    if (is_sane(rate, channels)) {
        sound.facts.rate = static_cast<int>(rate);
        sound.facts.channels = static_cast<int>(channels);
    }
    std::uint64_t units = track->span.units;
    if (is_unknown(units)) {
        units = fragment_units(bytes, track->id, track_default_units(movie, track->id));
    }
    if (is_unknown(units)) return sound;
    sound.facts.duration = duration_of(units, track->span.per_second);
    if (sound.facts.rate > 0 && sound.facts.duration) {
        sound.facts.frames = static_cast<std::int64_t>(units);
    }
    return sound;
}

}  // namespace refrain::providers::audio
