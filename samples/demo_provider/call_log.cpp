#include "samples/demo_provider/call_log.hpp"

namespace refrain::demo {

void CallLog::count(const std::string& path) {
    const std::lock_guard lock(mutex_);
    ++total_;
    ++by_path_[path];
}

void CallLog::forget() {
    const std::lock_guard lock(mutex_);
    total_ = 0;
    by_path_.clear();
}

Json CallLog::report() const {
    const std::lock_guard lock(mutex_);
    return {{"total", total_}, {"by_path", by_path_.empty() ? Json::object() : Json(by_path_)}};
}

}  // namespace refrain::demo
