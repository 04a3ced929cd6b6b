#include "base/background.hpp"

#include <sys/resource.h>
#include <unistd.h>

namespace refrain {

void yield_to_loops() noexcept {
    constexpr int kNice = 10;
    // On Linux a thread has a niceness of its own.
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
}

}  // namespace refrain
