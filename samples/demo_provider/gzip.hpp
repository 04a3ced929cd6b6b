// A gzip stream (RFC 1952) written piece by piece. Thread-compatible.
#pragma once

#include <string>
#include <string_view>

namespace refrain::demo {

// Each piece can be decoded as soon as it arrives.
class Gzip {
  public:
    Gzip();
    ~Gzip();
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    std::string add(std::string_view bytes);
    std::string finish();

  private:
    std::string run(std::string_view bytes, int flush);

    void* stream_;
};

}  // namespace refrain::demo
