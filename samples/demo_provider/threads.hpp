// Runs each connection on a thread of its own: an idle one if there is one, else a new one, as
// streams and kept-alive connections hold theirs for long. Beyond the limit connections wait.
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace refrain::demo {

class GrowingThreads final : public httplib::TaskQueue {
  public:
    explicit GrowingThreads(std::size_t most_threads) : most_threads_(most_threads) {}

    void enqueue(std::function<void()> job) override;
    void shutdown() override;  // finishes what was enqueued

  private:
    void work();

    const std::size_t most_threads_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    std::vector<std::thread> threads_;
    std::size_t idle_ = 0;
    bool ends_ = false;
};

}  // namespace refrain::demo
