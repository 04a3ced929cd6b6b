// Child processes for disaster tests. The parent must not have opened a store before it forks:
// RocksDB's background threads do not survive a fork.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace refrain::cache {

// Runs `work` in a child and returns its pid; what work() returns is the exit code.
template <class Work>
pid_t start_child(Work work) {
    const pid_t pid = fork();
    if (pid < 0) throw std::runtime_error("fork");
    if (pid == 0) {
        int code = 99;
        try {
            code = work();
        } catch (...) {
        }
        _exit(code);
    }
    return pid;
}

// The exit code, or minus the signal that ended it.
inline int wait_for(pid_t pid) {
    int status = 0;
    if (waitpid(pid, &status, 0) != pid) throw std::runtime_error("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

template <class Work>
int run_child(Work work) {
    return wait_for(start_child(work));
}

inline int from_environment(const char* name, int otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::atoi(text) : otherwise;
}

}  // namespace refrain::cache
