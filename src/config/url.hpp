// URLs as settings hold them. Pure and thread-safe.
#pragma once

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace refrain::config {

struct Url {
    std::string scheme;      // lower case
    std::string host;        // an IPv6 address without brackets
    std::uint16_t port = 0;  // 0: none given
    std::string path;        // "" or "/..."
    bool has_user_info = false;
};

// What is wrong is a complaint that continues a sentence: `has a query; leave out all from "?" on`.
tl::expected<Url, std::string> parse_url(std::string_view text);

struct HostAndPort {
    std::string host;  // an IPv6 address without brackets
    std::uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:0", "localhost:8080". Complaints as above.
tl::expected<HostAndPort, std::string> parse_listen(std::string_view text);
// The same words again.
std::string format_listen(std::string_view host, std::uint16_t port);

}  // namespace refrain::config
