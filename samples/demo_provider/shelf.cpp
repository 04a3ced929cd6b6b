#include "samples/demo_provider/endpoints.hpp"

#include <algorithm>

namespace refrain::demo {

namespace {
constexpr std::size_t kMostValues = 4096;
}

void Shelf::put(const std::string& id, Json value) {
    const std::lock_guard lock(mutex_);
    values_[id] = std::move(value);
    order_.push_back(id);
    if (order_.size() > kMostValues) {
        values_.erase(order_.front());
        order_.pop_front();
    }
}

Json Shelf::get(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = values_.find(id);
    return found == values_.end() ? Json() : found->second;
}

bool Shelf::remove(const std::string& id) {
    const std::lock_guard lock(mutex_);
    std::erase(order_, id);
    return values_.erase(id) > 0;
}

Json Shelf::all() const {
    const std::lock_guard lock(mutex_);
    Json result = Json::array();
    std::for_each(order_.rbegin(), order_.rend(), [&](const std::string& id) {
        result.push_back(values_.at(id));
    });
    return result;
}

std::string last_segment(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace refrain::demo
