// The memoized endpoints of OpenAI's API, one object each, alive as long as the program.
#pragma once

#include "providers/endpoint.hpp"

namespace refrain::providers::openai {

const Endpoint& chat();           // POST /v1/chat/completions
const Endpoint& responses();      // POST /v1/responses
const Endpoint& completions();    // POST /v1/completions
const Endpoint& embeddings();     // POST /v1/embeddings
const Endpoint& moderation();     // POST /v1/moderations
const Endpoint& images();         // POST /v1/images/generations
const Endpoint& speech();         // POST /v1/audio/speech
const Endpoint& transcription();  // POST /v1/audio/transcriptions
const Endpoint& translation();    // POST /v1/audio/translations
const Endpoint& catalog();        // GET /v1/models

}  // namespace refrain::providers::openai
