#include "upstream/options.hpp"

#include <cstdlib>
#include <initializer_list>

namespace refrain::upstream {

namespace {

// The first of these variables that is set and not empty.
std::string first_set(std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') return value;
    }
    return {};
}

}  // namespace

Options options_from_environment() {
    Options options;
    options.https_proxy = first_set({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
    // HTTP_PROXY is what a CGI server makes of a client's "Proxy:" field, so nobody may trust it.
    options.http_proxy = first_set({"http_proxy", "all_proxy", "ALL_PROXY"});
    options.no_proxy = first_set({"no_proxy", "NO_PROXY"});
    return options;
}

}  // namespace refrain::upstream
