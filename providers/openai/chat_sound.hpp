// The sound in a chat answer with modalities ["text", "audio"]: message.audio.data. Pure; called by
// chat.cpp.
#pragma once

#include "providers/endpoint.hpp"

#include <optional>

namespace refrain::providers::openai {

// Of a whole answer with one spoken choice. Raw PCM (24 kHz, one channel) is kept as a WAV file.
std::optional<Packed> pack_chat(const Answer& answer);
// Of a packed answer.
std::optional<Sound> chat_sound(const Answer& answer);

}  // namespace refrain::providers::openai
