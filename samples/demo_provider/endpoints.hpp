// Everything the demo provider answers, one function for each operation, called from any thread.
#pragma once

#include "samples/demo_provider/answer.hpp"

#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace refrain::demo {

Answer chat(const Call& call);         // POST /v1/chat/completions
Answer completions(const Call& call);  // POST /v1/completions
Answer embeddings(const Call& call);   // POST /v1/embeddings
Answer moderations(const Call& call);  // POST /v1/moderations
Answer images(const Call& call);       // POST /v1/images/generations
Answer speech(const Call& call);       // POST /v1/audio/speech
Answer demo_image(const Call& call);   // GET /_demo/images/RRGGBB.png
Answer transcribe(const Call& call);   // POST /v1/audio/transcriptions
Answer translate(const Call& call);    // POST /v1/audio/translations
Answer list_models(const Call& call);  // GET /v1/models
Answer get_model(const Call& call);    // GET /v1/models/{id}

// Remembers values by id, the newest few thousand.
class Shelf {
  public:
    void put(const std::string& id, Json value);
    Json get(const std::string& id) const;  // null if there is none
    bool remove(const std::string& id);
    Json all() const;  // newest first

  private:
    mutable std::mutex mutex_;
    std::map<std::string, Json> values_;
    std::deque<std::string> order_;
};

// POST /v1/responses, and GET and DELETE of those that were stored.
class Responses {
  public:
    Answer create(const Call& call);
    Answer get(const Call& call);
    Answer remove(const Call& call);
    Answer input_tokens(const Call& call);

  private:
    // {"response": …, "meaning": "…"} of a stored response; previous_response_id builds on the
    // latter.
    Shelf stored_;
};

// POST and GET /v1/files, GET and DELETE /v1/files/{id}, GET /v1/files/{id}/content.
class Files {
  public:
    Answer upload(const Call& call);
    Answer list(const Call& call);
    Answer get(const Call& call);
    Answer content(const Call& call);
    Answer remove(const Call& call);

  private:
    Shelf stored_;  // {"file": …, "content": "base64"}
};

// What follows the last slash of a path.
std::string last_segment(const std::string& path);

}  // namespace refrain::demo
