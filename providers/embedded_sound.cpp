#include "providers/embedded_sound.hpp"

#include "base/text_code.hpp"

#include <charconv>

namespace refrain::providers {

namespace {

tl::unexpected<Error> bad_envelope() {
    return failure(ErrorCode::broken, Origin::cache, "the envelope does not fit its sound");
}

constexpr std::string_view kSpace = " \t\r\n";

// Where the value of the next member of that name begins, after `at`: inside of its quotes. npos
// if there is none. An unescaped quote in valid JSON begins or ends a string, and no letter follows
// one that ends, so a name between two of them is that name.
std::size_t find_value(std::string_view text, std::string_view member, std::size_t at) {
    const std::string name = "\"" + std::string(member) + "\"";
    for (;;) {
        at = text.find(name, at);
        if (at == text.npos) return at;
        at += name.size();
        std::size_t value = text.find_first_not_of(kSpace, at);
        if (value == text.npos || text[value] != ':') continue;
        value = text.find_first_not_of(kSpace, value + 1);
        if (value != text.npos && text[value] == '"') return value + 1;
    }
}

// Where this piece stands, after `at`.
std::size_t find_piece(std::string_view text,
                       std::string_view member,
                       std::string_view piece,
                       std::size_t at) {
    for (;;) {
        at = find_value(text, member, at);
        if (at == text.npos) return at;
        const std::size_t end = at + piece.size();
        if (end < text.size() && text[end] == '"' && text.substr(at, piece.size()) == piece) {
            return at;
        }
    }
}

// Reads a number off the line, and the blank or colon after it.
std::optional<std::size_t> take_number(std::string_view& line) {
    std::size_t number = 0;
    const auto read = std::from_chars(line.data(), line.data() + line.size(), number);
    if (read.ec != std::errc{}) return std::nullopt;
    line.remove_prefix(static_cast<std::size_t>(read.ptr - line.data()));
    if (line.starts_with(' ') || line.starts_with(':')) line.remove_prefix(1);
    return number;
}

}  // namespace

std::optional<SoundApart> take_sound_out(std::string_view text,
                                         std::string_view member,
                                         const std::vector<std::string_view>& pieces) {
    if (pieces.empty()) return std::nullopt;
    SoundApart apart;
    std::string rest;
    std::string places;
    std::size_t done = 0;
    for (const std::string_view piece : pieces) {
        const std::size_t at = find_piece(text, member, piece, done);
        const auto decoded = base64_decode(piece);
        if (at == text.npos || !decoded) return std::nullopt;
        rest.append(text.substr(done, at - done));
        if (!places.empty()) places.push_back(' ');
        places.append(std::to_string(rest.size())).push_back(':');
        places.append(std::to_string(decoded->size()));
        apart.sound.append(*decoded);
        done = at + piece.size();
    }
    if (apart.sound.empty()) return std::nullopt;
    rest.append(text.substr(done));
    apart.places = places + "\n" + rest;
    return apart;
}

Result<std::string> put_sound_back(std::string_view sound, std::string_view envelope) {
    const auto line_end = envelope.find('\n');
    if (line_end == envelope.npos) return bad_envelope();
    std::string_view line = envelope.substr(0, line_end);
    const std::string_view text = envelope.substr(line_end + 1);
    const auto header = take_number(line);
    if (!header || *header > sound.size()) return bad_envelope();
    sound.remove_prefix(*header);
    std::string whole;
    whole.reserve(text.size() + sound.size() / 3 * 4 + 4);
    std::size_t done = 0;
    while (!line.empty()) {
        const auto at = take_number(line);
        const auto size = take_number(line);
        if (!at || !size || *at < done || *at > text.size() || *size > sound.size()) {
            return bad_envelope();
        }
        whole.append(text.substr(done, *at - done));
        whole.append(base64_encode(sound.substr(0, *size)));
        sound.remove_prefix(*size);
        done = *at;
    }
    if (!sound.empty()) return bad_envelope();
    whole.append(text.substr(done));
    return whole;
}

Result<std::string> text_of_answer(const Answer& answer) {
    if (is_packed(answer.form)) return put_sound_back(answer.body, answer.envelope);
    return std::string(answer.body);
}

Packed SoundApart::packed(std::string_view form, std::string header) && {
    Packed out;
    out.form = std::string(form) + std::string(kSoundSuffix);
    out.envelope = std::to_string(header.size()) + " " + places;
    out.body = std::move(header);
    out.body.append(sound);
    return out;
}

bool is_packed(std::string_view form) noexcept {
    return form.ends_with(kSoundSuffix);
}

std::string_view unpacked_form(std::string_view form) noexcept {
    if (is_packed(form)) form.remove_suffix(kSoundSuffix.size());
    return form;
}

}  // namespace refrain::providers
