#include "base/error.hpp"

namespace refrain {

std::string_view name(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::malformed: return "malformed";
        case ErrorCode::too_large: return "too_large";
        case ErrorCode::unauthorized: return "unauthorized";
        case ErrorCode::not_found: return "not_found";
        case ErrorCode::timeout: return "timeout";
        case ErrorCode::unreachable: return "unreachable";
        case ErrorCode::broken: return "broken";
        case ErrorCode::cancelled: return "cancelled";
        case ErrorCode::unavailable: return "unavailable";
        case ErrorCode::unsupported: return "unsupported";
    }
    return "broken";
}

}  // namespace refrain
