// How many calls arrived, by path: what GET /_demo/calls tells. Thread-safe.
#pragma once

#include "samples/demo_provider/answer.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace refrain::demo {

class CallLog {
  public:
    void count(const std::string& path);
    void forget();
    Json report() const;  // {"total":N,"by_path":{"/v1/…":N}}

  private:
    mutable std::mutex mutex_;
    std::uint64_t total_ = 0;
    std::map<std::string, std::uint64_t> by_path_;
};

}  // namespace refrain::demo
