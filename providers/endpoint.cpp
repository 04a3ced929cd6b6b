#include "providers/endpoint.hpp"

namespace refrain::providers {

std::vector<std::string> Endpoint::names(const Answer&) const {
    return {};
}

}  // namespace refrain::providers
