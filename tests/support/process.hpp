// A real program under test: started with its own arguments and environment, its output collected,
// ended when the object goes. Construct it on the test's main thread (see the .cpp); the rest may
// be called from any thread. What cannot be done throws std::runtime_error, which fails the test.
//
//     Process gateway({.program = "build/dev/refrain", .arguments = {"serve", "--listen",
//     "127.0.0.1:0"}}); httplib::Client client(gateway.url());
//     ...
//     CHECK(gateway.stop() == 0);
#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace refrain::tests {

struct Command {
    std::string program;  // a path, or a name to be found in PATH
    std::vector<std::string> arguments;
    // Added to this process's own environment, from which everything that would change a gateway
    // by accident (REFRAIN_*, provider keys, proxies) is left out first.
    std::map<std::string, std::string> environment;
    std::string standard_input;
};

class Process {
  public:
    explicit Process(Command command);
    ~Process();  // SIGKILL if it still runs
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    // The first line of its standard output, without the line end.
    std::string first_line(std::chrono::milliseconds timeout = std::chrono::seconds(20));
    // The first http:// or https:// URL in that line, without a trailing slash.
    std::string url(std::chrono::milliseconds timeout = std::chrono::seconds(20));

    void signal(int number);
    // The exit code, 128 + N if signal N ended it, or nothing if it still runs after `timeout`.
    std::optional<int> wait(std::chrono::milliseconds timeout = std::chrono::seconds(20));
    // SIGTERM, then wait. A program that does not end in time is killed and reported as 137.
    int stop(std::chrono::milliseconds timeout = std::chrono::seconds(20));
    // SIGKILL, as a crash or an out-of-memory killer would end it, then wait.
    void kill();

    pid_t pid() const noexcept { return pid_; }
    bool running();
    // All output so far; complete once wait() has answered.
    std::string standard_output();
    std::string standard_error();

  private:
    void collect(int descriptor, std::string& into);
    std::string excerpt_of_errors();

    pid_t pid_ = -1;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string output_;
    std::string errors_;
    int open_streams_ = 2;
    std::optional<int> exit_code_;
    std::thread output_reader_;
    std::thread error_reader_;
    std::thread input_writer_;
    std::thread reaper_;
};

struct Finished {
    int exit_code = 0;
    std::string standard_output;
    std::string standard_error;
};

// Runs a program to its end.
Finished run(Command command, std::chrono::milliseconds timeout = std::chrono::seconds(60));

}  // namespace refrain::tests
