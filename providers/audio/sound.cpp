#include "providers/audio/sound.hpp"

#include "providers/audio/containers.hpp"
#include "providers/audio/numbers.hpp"
#include "providers/audio/samples.hpp"
#include "providers/audio/sniff.hpp"
#include "providers/audio/tags.hpp"

#include <utility>

namespace refrain::providers::audio {

namespace {

// What plays: the file without the tags around it, and without the zeros some write after them.
std::string_view body_of(std::string_view bytes) {
    const std::string_view body = without_leading_tags(bytes);
    const bool tagged = body.size() != bytes.size();
    if (!tagged || sniff(body) != Container::unknown) return body;
    return slice(body, body.find_first_not_of('\0'));
}

ReadSound read_sound(std::string_view bytes) {
    const std::string_view body = body_of(bytes);
    const Container container = sniff(body);
    ReadSound sound;
    switch (container) {
        case Container::unknown: break;
        case Container::wav:
        case Container::rf64: sound = read_wave(body); break;
        case Container::aiff: sound = read_aiff(body); break;
        case Container::flac: sound = read_flac(without_trailing_tags(body)); break;
        case Container::mp3: sound = read_mpeg(without_trailing_tags(body)); break;
        case Container::adts: sound = read_adts(without_trailing_tags(body)); break;
        case Container::ogg: sound = read_ogg(body); break;
        case Container::mp4: sound = read_mp4(body); break;
        case Container::webm:
        case Container::matroska: sound = read_matroska(body); break;
        case Container::amr: sound = read_amr(body); break;
    }
    sound.facts.container = container;
    return sound;
}

std::optional<DecodedSound> decode(const ReadSound& sound) {
    if (sound.pcm) return digest_of_pcm(*sound.pcm);
    if (!sound.flac.empty()) return digest_of_flac(sound.flac, sound.facts);
    return std::nullopt;
}

Digest digest_as(SoundIdentity::Kind kind, std::string_view first, std::string_view second) {
    return sha256_framed({"refrain sound 1", name(kind), first, second});
}

}  // namespace

std::string_view name(Container container) noexcept {
    switch (container) {
        case Container::unknown: return "unknown";
        case Container::wav: return "wav";
        case Container::rf64: return "rf64";
        case Container::aiff: return "aiff";
        case Container::flac: return "flac";
        case Container::mp3: return "mp3";
        case Container::ogg: return "ogg";
        case Container::mp4: return "mp4";
        case Container::webm: return "webm";
        case Container::matroska: return "matroska";
        case Container::adts: return "adts";
        case Container::amr: return "amr";
    }
    return "unknown";
}

std::string_view name(SoundIdentity::Kind kind) noexcept {
    switch (kind) {
        case SoundIdentity::Kind::samples: return "samples";
        case SoundIdentity::Kind::payload: return "payload";
        case SoundIdentity::Kind::bytes: return "bytes";
    }
    return "bytes";
}

SoundFacts inspect(std::string_view bytes) {
    return read_sound(bytes).facts;
}

SoundIdentity identify_sound(std::string_view bytes, IdentityMode mode) {
    using Kind = SoundIdentity::Kind;
    ReadSound sound = read_sound(bytes);
    SoundIdentity identity{Kind::bytes, {}, std::move(sound.facts)};
    if (mode == IdentityMode::sound) {
        if (const auto decoded = decode(sound)) {
            identity.kind = Kind::samples;
            identity.digest = decoded->digest;
            identity.facts.frames = decoded->frames;
            settle_duration(identity.facts);
            return identity;
        }
        if (!sound.payload[1].empty()) {
            identity.kind = Kind::payload;
            identity.digest = digest_as(Kind::payload, sound.payload[0], sound.payload[1]);
            return identity;
        }
    }
    identity.digest = digest_as(Kind::bytes, "", bytes);
    return identity;
}

}  // namespace refrain::providers::audio
