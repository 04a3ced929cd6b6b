// Uploads as SDKs send them: multipart bodies with a boundary of their own, and the recordings of
// samples/audio.
#pragma once

#include "e2e/gateway.hpp"

#include <string>
#include <utility>
#include <vector>

namespace refrain::tests {

// A file of samples/audio.
std::string recording(const std::string& name);

class Upload {
  public:
    explicit Upload(std::string file, std::string name = "speech.wav")
        : file_(std::move(file)), name_(std::move(name)) {}

    Upload& field(const std::string& name, const std::string& value) {
        fields_.emplace_back(name, value);
        return *this;
    }
    Upload& boundary(std::string boundary) {
        boundary_ = std::move(boundary);
        return *this;
    }
    Upload& file_first() {
        file_first_ = true;
        return *this;
    }

    std::string body() const;
    httplib::Headers headers() const;
    Answer to(Gateway& gateway, const std::string& path, httplib::Headers more = {}) const;

  private:
    std::string file_;
    std::string name_;
    std::string boundary_ = "----formdata-undici-0123456789";
    std::vector<std::pair<std::string, std::string>> fields_;
    bool file_first_ = false;
};

// That file with a model, ready to send.
Upload whisper(std::string file, const std::string& format = "");

inline const std::string kTranscriptions = "/v1/audio/transcriptions";
inline const std::string kTranslations = "/v1/audio/translations";

}  // namespace refrain::tests
