#include "samples/demo_provider/faults.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace refrain::demo {
namespace {

constexpr std::array<std::pair<std::string_view, Fault>, 8> kFaults = {{
    {"429", Fault::rate_limited},
    {"500", Fault::server_error},
    {"stall", Fault::stall},
    {"reset", Fault::reset},
    {"truncated", Fault::truncated},
    {"slow", Fault::slow},
    {"gzip", Fault::gzip},
    {"garbage", Fault::garbage},
}};

}  // namespace

std::optional<FaultOrder> parse_fault(std::string_view text) {
    FaultOrder order;
    const std::size_t star = text.find('*');
    if (star != std::string_view::npos) {
        const std::string_view number = text.substr(star + 1);
        std::size_t times = 0;
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), times);
        if (error != std::errc{} || end != number.data() + number.size()) return {};
        order.times = times;
    }
    for (const auto& [name, fault] : kFaults) {
        if (name == text.substr(0, star)) {
            order.fault = fault;
            return order;
        }
    }
    return {};
}

std::string fault_names() {
    std::string names;
    for (const auto& [name, fault] : kFaults) {
        if (!names.empty()) names += ", ";
        names += name;
    }
    return names;
}

Fault FaultCounter::next(const FaultOrder& order, const std::string& key) {
    if (!order.times) return order.fault;
    const std::lock_guard lock(mutex_);
    std::size_t& suffered = suffered_[key];
    if (suffered >= *order.times) return Fault::none;
    ++suffered;
    return order.fault;
}

void FaultCounter::forget() {
    const std::lock_guard lock(mutex_);
    suffered_.clear();
}

}  // namespace refrain::demo
