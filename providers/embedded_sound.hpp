// Sound that stands as base64 in JSON text, and the text around it: taken apart so that the sound
// is kept as itself, and put together again byte for byte. Pure.
//
// The envelope is one line of decimal numbers and then the text without its sound:
//
//   44 17:480 612:480\n{"audioContent": ""}
//
// The first is how many bytes in front of the sound are a header that the text does not have (raw
// PCM is kept as a WAV file). Each pair is where in the text (without sound) a piece goes, and its
// length in bytes.
#pragma once

#include "base/error.hpp"
#include "providers/endpoint.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers {

struct SoundApart {
    std::string sound;   // the pieces joined
    std::string places;  // the rest of the envelope's line, and the text

    // With `header` in front of the sound, "" for none. `form` is that of the text.
    Packed packed(std::string_view form, std::string header) &&;
};

inline constexpr std::string_view kSoundSuffix = "+sound";
// "json" for "json+sound", and for "json".
bool is_packed(std::string_view form) noexcept;
std::string_view unpacked_form(std::string_view form) noexcept;

// `pieces` are base64 as it stands in the text, each as the value of a member of that name, in this
// order. Absent if one is not found so, or is not what base64_encode() makes of its bytes, or if
// there is no sound at all.
std::optional<SoundApart> take_sound_out(std::string_view text,
                                         std::string_view member,
                                         const std::vector<std::string_view>& pieces);

// The text as it was. Fails on an envelope that does not fit the sound.
Result<std::string> put_sound_back(std::string_view sound, std::string_view envelope);
// The same for an answer that may be packed or not.
Result<std::string> text_of_answer(const Answer& answer);

}  // namespace refrain::providers
