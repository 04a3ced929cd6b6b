// Where an upstream is: the parts of its base URL.
#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace refrain::upstream {

struct Address {
    bool tls = true;
    std::string host;  // a name, an IPv4 address, or an IPv6 address without brackets
    std::uint16_t port = 443;
    std::string base_path;  // "" or "/prefix", no trailing slash

    bool operator==(const Address&) const = default;
    // For Host and for messages: host[:port], the port left out where it is the scheme's own.
    std::string authority() const;
};

// "https://api.openai.com", "http://127.0.0.1:9000/prefix". No user info, query or fragment.
Result<Address> parse_base_url(std::string_view url);

}  // namespace refrain::upstream
