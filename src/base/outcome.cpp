#include "base/outcome.hpp"

namespace refrain {

std::string_view name(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::hit: return "hit";
        case Outcome::miss: return "miss";
        case Outcome::coalesced: return "coalesced";
        case Outcome::stale: return "stale";
        case Outcome::revalidated: return "revalidated";
        case Outcome::bypass: return "bypass";
        case Outcome::failed: return "error";
    }
    return "error";
}

std::string_view x_cache(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::hit: return "HIT";
        case Outcome::miss: return "MISS";
        case Outcome::coalesced: return "COALESCED";
        case Outcome::stale: return "STALE";
        case Outcome::revalidated: return "REVALIDATED";
        case Outcome::bypass: return "BYPASS";
        case Outcome::failed: return "MISS";
    }
    return "MISS";
}

}  // namespace refrain
