#include "providers/endpoint.hpp"

namespace refrain::providers {

bool Endpoint::plans_slowly(const Request&) const {
    return false;
}

std::optional<Packed> Endpoint::pack(const Answer&) const {
    return std::nullopt;
}

bool Endpoint::may_have_sound() const noexcept {
    return operation() == Operation::speech;
}

std::optional<Sound> Endpoint::sound(const Answer&) const {
    return std::nullopt;
}

std::vector<std::string> Endpoint::names(const Answer&) const {
    return {};
}

}  // namespace refrain::providers
