// Which proxy, if any, leads to an address: the rules of curl. Pure.
#pragma once

#include "base/error.hpp"
#include "upstream/address.hpp"
#include "upstream/options.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::upstream {

struct Proxy {
    std::string host;
    std::uint16_t port = 1080;  // curl's default
    std::string authorization;  // the value of Proxy-Authorization, "" if none

    std::string authority() const;
};

// Absent: go directly. An Error names a proxy setting that cannot be used.
Result<std::optional<Proxy>> proxy_for(const Address& to, const Options& options);

// NO_PROXY: "*", names (they cover their subdomains), addresses, networks such as 10.0.0.0/8, each
// but "*" with an optional ":port"; separated by commas or spaces.
bool bypasses_proxy(const Address& to, std::string_view no_proxy);

}  // namespace refrain::upstream
