// Sound that stands as base64 in JSON text, and the text around it: taken apart so that the sound
// is kept as itself, and put together again byte for byte. Pure.
//
// The envelope is one line of decimal pairs and then the text without its sound:
//
//   17:480 612:480\n{"audioContent": ""}
//
// Each pair is where in the text (without sound) a piece goes, and its length in bytes.
#pragma once

#include "base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::providers::google {

struct SoundApart {
    std::string sound;  // the pieces joined
    std::string envelope;
};

// `pieces` are base64 as it stands in the text, each as the value of a member of that name, in this
// order. Absent if one is not found so, or is not what base64_encode() makes of its bytes, or if
// there is no sound at all.
std::optional<SoundApart> take_sound_out(std::string_view text,
                                         std::string_view member,
                                         const std::vector<std::string_view>& pieces);

// The text as it was. Fails on an envelope that does not fit the sound.
Result<std::string> put_sound_back(std::string_view sound, std::string_view envelope);

// The text of an envelope, its sound left out.
std::string_view text_around_sound(std::string_view envelope) noexcept;

}  // namespace refrain::providers::google
