#include "cli/content_address.hpp"

#include "providers/json.hpp"

#include <string>
#include <utility>

namespace refrain::cli {

namespace {

namespace audio = providers::audio;

constexpr std::size_t kMaxJsonBytes = 64 << 20;
constexpr std::size_t kMaxSoundBytes = 1 << 30;

// The first byte that is no JSON white space (RFC 8259 2), or 0.
char first_letter(std::string_view text) {
    const auto at = text.find_first_not_of(" \t\r\n");
    return at == text.npos ? '\0' : text[at];
}

bool may_be_json(std::string_view held) {
    const char letter = first_letter(held);
    return held.size() <= kMaxJsonBytes && (letter == '{' || letter == '[' || letter == '\0');
}

// By its first piece. A tag may be longer than that.
bool may_be_sound(std::string_view piece) {
    return piece.starts_with("ID3") || piece.starts_with("APETAGEX") ||
           audio::inspect(piece).container != audio::Container::unknown;
}

// Adds what is left of the input to `held` and stops early: at the end, or when it is neither
// sound nor JSON that can be held. True at the end.
Result<bool> hold(Input& input, std::string& held, Progress& progress) {
    bool sound = false;
    for (;;) {
        const auto piece = input.read_some();
        if (!piece) return failure(piece.error());
        if (piece->empty()) return true;
        if (held.empty()) sound = may_be_sound(*piece);
        held += *piece;
        progress.at(held.size());
        if (sound ? held.size() > kMaxSoundBytes : !may_be_json(held)) return false;
    }
}

// As what the whole of it is, if that is more than bytes.
void look_into(std::string_view held, ContentAddress& address) {
    const char letter = first_letter(held);
    if (letter == '{' || letter == '[') {
        const auto document = providers::parse_json(held);
        if (!document) return;
        address.kind = "json";
        address.digest = sha256(providers::canonical_json(*document));
        return;
    }
    if (!may_be_sound(held)) return;
    auto sound = audio::identify_sound(held, audio::IdentityMode::sound);
    if (sound.kind != audio::SoundIdentity::Kind::bytes) {
        address.kind = name(sound.kind);
        address.digest = sound.digest;
    }
    if (sound.facts.container != audio::Container::unknown) address.sound = std::move(sound.facts);
}

}  // namespace

Result<ContentAddress> content_address(Input& input, bool raw, Progress& progress) {
    std::string held;
    bool held_whole = false;
    if (!raw) {
        const auto whole = hold(input, held, progress);
        if (!whole) return failure(whole.error());
        held_whole = *whole;
    }
    Sha256 digest;
    digest.update(held);
    ContentAddress address;
    address.bytes = held.size();
    for (bool more = !held_whole; more;) {
        const auto piece = input.read_some();
        if (!piece) return failure(piece.error());
        more = !piece->empty();
        digest.update(*piece);
        address.bytes += piece->size();
        progress.at(address.bytes);
    }
    address.digest = address.bytes_digest = digest.finish();
    if (held_whole) look_into(held, address);
    return address;
}

}  // namespace refrain::cli
