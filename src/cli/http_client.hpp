// HTTP for the commands that talk to a running gateway. The one place that knows the HTTP client
// library. Blocks.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace refrain::cli {

struct HttpAnswer {
    int status = 0;
    std::string cache_status;  // "" if there is none
    std::string retry_after;   // likewise
    std::string body;
};

struct HttpQuestion {
    std::string url;  // of the gateway: http://127.0.0.1:8080
    std::string path;
    std::string bearer_token;  // "" sends none
};

// Fails with a sentence for people if there is no answer: unreachable, TLS, timeout, over 16 MiB.
Result<HttpAnswer> http_get(const HttpQuestion& question);

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// One connection that is used again and again, by one thread.
class HttpPoster {
  public:
    // `url` as in HttpQuestion.
    static Result<HttpPoster> open(const std::string& url);
    ~HttpPoster();
    HttpPoster(HttpPoster&&) noexcept;
    HttpPoster& operator=(HttpPoster&&) noexcept;

    // Takes the whole answer but keeps only its first 64 KiB; a provider has ten minutes. Fails as
    // http_get does, with `broken` where a connection was there and ended half way.
    Result<HttpAnswer> post(const std::string& path,
                            const HttpHeaders& headers,
                            const std::string& body);

  private:
    struct Connection;
    explicit HttpPoster(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> connection_;
};

}  // namespace refrain::cli
