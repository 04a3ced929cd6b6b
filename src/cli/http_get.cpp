#include "cli/http_get.hpp"

#include "config/url.hpp"

#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>

namespace refrain::cli {

namespace {

constexpr std::size_t kMaxAnswerBytes = 16 << 20;

bool is_visible(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string reason(httplib::Error error) {
    switch (error) {
        case httplib::Error::Connection: return "nothing answers there";
        case httplib::Error::ConnectionTimeout: return "the connection timed out";
        case httplib::Error::SSLConnection:
        case httplib::Error::SSLLoadingCerts:
        case httplib::Error::SSLServerVerification:
            return "TLS failed, or its certificate is not trusted";
        case httplib::Error::Canceled: return "the answer is too long";
        default: return "the connection broke before a whole answer came";
    }
}

std::unique_ptr<httplib::ClientImpl> client_for(const config::Url& url) {
    const bool tls = url.scheme == "https";
    const int port = url.port != 0 ? url.port : (tls ? 443 : 80);
    std::unique_ptr<httplib::ClientImpl> client;
    if (tls) {
        client = std::make_unique<httplib::SSLClient>(url.host, port);
    } else {
        client = std::make_unique<httplib::ClientImpl>(url.host, port);
    }
    client->set_connection_timeout(std::chrono::seconds(5));
    client->set_read_timeout(std::chrono::seconds(30));
    return client;
}

// The library writes an IPv6 address without its brackets.
std::string authority(const config::Url& url) {
    const std::string host = url.host.find(':') != url.host.npos ? "[" + url.host + "]" : url.host;
    return url.port == 0 ? host : host + ":" + std::to_string(url.port);
}

}  // namespace

Result<HttpAnswer> http_get(const HttpQuestion& question) {
    const auto url = config::parse_url(question.url);
    if (!url || (url->scheme != "http" && url->scheme != "https") || url->has_user_info) {
        return failure(ErrorCode::malformed,
                       Origin::client,
                       "the gateway's URL is none; write one such as http://127.0.0.1:8080");
    }
    if (!is_visible(question.bearer_token)) {
        return failure(ErrorCode::malformed,
                       Origin::client,
                       "REFRAIN_ADMIN_TOKEN holds a space or a control character; check it");
    }
    httplib::Headers headers{{"Host", authority(*url)}, {"Accept", "application/json"}};
    if (!question.bearer_token.empty()) {
        headers.emplace("Authorization", "Bearer " + question.bearer_token);
    }
    const std::string base = url->path.substr(0, url->path.find_last_not_of('/') + 1);
    HttpAnswer answer;
    const auto result = client_for(*url)->Get(
        base + question.path, headers, [&answer](const char* data, std::size_t size) {
            if (answer.body.size() + size > kMaxAnswerBytes) return false;
            answer.body.append(data, size);
            return true;
        });
    if (!result) {
        return failure(ErrorCode::unreachable,
                       Origin::upstream,
                       "cannot reach a gateway at " + question.url + ": " + reason(result.error()) +
                           "; start one with `refrain serve`, or name another with --url or "
                           "REFRAIN_URL");
    }
    answer.status = result->status;
    return answer;
}

}  // namespace refrain::cli
