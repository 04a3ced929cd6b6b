// Runs one coroutine to its end on a loop of its own.
#pragma once

#include "net/loop.hpp"

namespace refrain::net {

// `start` makes a Task<void> from the loop.
template <class Start>
void run_task(Start start) {
    Loop loop;
    auto task = [&](Loop& on) -> Task<void> {
        co_await start(on);
        on.stop();
    };
    loop.spawn(task(loop));
    loop.run();
}

}  // namespace refrain::net
