// Who may use the control plane: on loopback everybody on the machine, but no web page; elsewhere
// the bearer of the admin token. Pure.
#pragma once

#include "http/head.hpp"

#include <string_view>

namespace refrain::control {

struct Denial {
    int status = 0;  // 0: may enter
    std::string_view sentence;
};

Denial check_access(const http::RequestHead& head, std::string_view admin_token, bool on_loopback);

}  // namespace refrain::control
