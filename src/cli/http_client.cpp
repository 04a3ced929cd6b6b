#include "cli/http_client.hpp"

#include "config/url.hpp"

#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>

namespace refrain::cli {

namespace {

constexpr std::size_t kMaxAnswerBytes = 16 << 20;
constexpr std::size_t kMaxKeptBytes = 64 << 10;

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

// The gateway that is meant, or what is wrong with its URL.
Result<config::Url> gateway_at(const std::string& text) {
    auto url = config::parse_url(text);
    if (!url || (url->scheme != "http" && url->scheme != "https") || url->has_user_info) {
        return failure(ErrorCode::malformed,
                       Origin::client,
                       "the gateway's URL is none; write one such as http://127.0.0.1:8080");
    }
    return *std::move(url);
}

std::string base_path(const config::Url& url) {
    return url.path.substr(0, url.path.find_last_not_of('/') + 1);
}

bool is_half_way(httplib::Error error) noexcept {
    return error == httplib::Error::Read || error == httplib::Error::Write ||
           error == httplib::Error::Canceled;
}

tl::unexpected<Error> no_answer(const std::string& url, httplib::Error error) {
    return failure(is_half_way(error) ? ErrorCode::broken : ErrorCode::unreachable,
                   Origin::upstream,
                   "cannot reach a gateway at " + url + ": " + reason(error) +
                       "; start one with `refrain serve`, or name another with --url or "
                       "REFRAIN_URL");
}

}  // namespace

Result<HttpAnswer> http_get(const HttpQuestion& question) {
    const auto url = gateway_at(question.url);
    if (!url) return failure(url.error());
    if (!is_visible(question.bearer_token)) {
        return failure(ErrorCode::malformed,
                       Origin::client,
                       "REFRAIN_ADMIN_TOKEN holds a space or a control character; check it");
    }
    httplib::Headers headers{{"Host", authority(*url)}, {"Accept", "application/json"}};
    if (!question.bearer_token.empty()) {
        headers.emplace("Authorization", "Bearer " + question.bearer_token);
    }
    HttpAnswer answer;
    const auto result = client_for(*url)->Get(
        base_path(*url) + question.path, headers, [&answer](const char* data, std::size_t size) {
            if (answer.body.size() + size > kMaxAnswerBytes) return false;
            answer.body.append(data, size);
            return true;
        });
    if (!result) return no_answer(question.url, result.error());
    answer.status = result->status;
    return answer;
}

struct HttpPoster::Connection {
    std::string url;
    std::string authority;
    std::string base;
    std::unique_ptr<httplib::ClientImpl> client;
};

HttpPoster::HttpPoster(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {}
HttpPoster::~HttpPoster() = default;
HttpPoster::HttpPoster(HttpPoster&&) noexcept = default;
HttpPoster& HttpPoster::operator=(HttpPoster&&) noexcept = default;

Result<HttpPoster> HttpPoster::open(const std::string& text) {
    const auto url = gateway_at(text);
    if (!url) return failure(url.error());
    auto connection = std::make_unique<Connection>();
    connection->url = text;
    connection->authority = authority(*url);
    connection->base = base_path(*url);
    connection->client = client_for(*url);
    connection->client->set_read_timeout(std::chrono::minutes(10));
    connection->client->set_keep_alive(true);
    connection->client->set_tcp_nodelay(true);
    return HttpPoster(std::move(connection));
}

Result<HttpAnswer> HttpPoster::post(const std::string& path,
                                    const HttpHeaders& headers,
                                    const std::string& body) {
    httplib::Request request;
    request.method = "POST";
    request.path = connection_->base + path;
    request.headers.emplace("Host", connection_->authority);
    for (const auto& [name, value] : headers)
        request.headers.emplace(name, value);
    request.body = body;
    HttpAnswer answer;
    request.content_receiver =
        [&answer](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
            const std::size_t room = kMaxKeptBytes - answer.body.size();
            answer.body.append(data, std::min(size, room));
            return true;
        };
    const auto result = connection_->client->send(request);
    if (!result) return no_answer(connection_->url, result.error());
    answer.status = result->status;
    answer.cache_status = result->get_header_value("Cache-Status");
    answer.retry_after = result->get_header_value("Retry-After");
    return answer;
}

}  // namespace refrain::cli
