// Reads what users send to a model: prompts, pictures, sounds, files. Normalizes the text of the
// key, replaces data URLs by their digest, and refuses what lives outside of the request. Pure;
// called by the endpoints' plan().
#pragma once

#include "providers/openai/request_fields.hpp"

#include <string_view>

namespace refrain::providers::openai {

// A string, or each string of an array, is a prompt.
void read_prompts(RequestDraft& draft, std::string_view field);

// A message's content: a string, or parts of which those named as text are prompts.
void read_content(const RequestDraft& draft, Json& content);

// Looks through a value as deep as it goes: files by id and links to elsewhere are refused, inline
// data is replaced by its media type and SHA-256, sound by its identity (audio/sound.hpp), defaults
// of parts are dropped. Adds how long the sound plays to what is asked.
void read_media(RequestDraft& draft, Json& value);

// Whether a body may hold sound that takes milliseconds to decode.
bool has_much_sound(std::string_view body) noexcept;

}  // namespace refrain::providers::openai
