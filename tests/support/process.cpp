#include "support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace refrain::tests {
namespace {

struct Pipe {
    int read_end = -1;
    int write_end = -1;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    return {ends[0], ends[1]};
}

bool would_change_a_gateway(std::string_view variable) {
    for (const std::string_view prefix : {"REFRAIN_",
                                          "OPENAI_",
                                          "GEMINI_",
                                          "GOOGLE_",
                                          "http_proxy=",
                                          "https_proxy=",
                                          "all_proxy=",
                                          "HTTP_PROXY=",
                                          "HTTPS_PROXY=",
                                          "ALL_PROXY="}) {
        if (variable.starts_with(prefix)) return true;
    }
    return false;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& additions) {
    std::vector<std::string> result;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const std::string name(text.substr(0, text.find('=')));
        if (!would_change_a_gateway(text) && !additions.contains(name)) result.emplace_back(text);
    }
    for (const auto& [name, value] : additions)
        result.push_back(name + "=" + value);
    return result;
}

std::vector<char*> pointers_to(std::vector<std::string>& strings) {
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (std::string& text : strings)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

// Only async-signal-safe calls: between fork and exec no other thread exists to release a lock.
[[noreturn]] void become(
    const char* program, char** arguments, char** environment, int input, int output, int errors) {
    // The child must not outlive the test, however the test ends. The kernel ties this to the
    // thread that forked, hence the rule that Process is constructed on the main thread.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(input, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::execvpe(program, arguments, environment);
    ::_exit(127);
}

std::string find_url(const std::string& line) {
    const std::size_t begin = line.find("http");
    if (begin == std::string::npos) return {};
    std::string url = line.substr(begin, line.find_first_of(" \t\r\n\"'<>),", begin) - begin);
    while (url.ends_with('/') || url.ends_with('.'))
        url.pop_back();
    return url;
}

}  // namespace

Process::Process(Command command) {
    std::vector<std::string> arguments = {command.program};
    arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
    std::vector<std::string> environment = environment_with(command.environment);
    const std::vector<char*> argv = pointers_to(arguments);
    const std::vector<char*> envp = pointers_to(environment);
    const Pipe input = make_pipe();
    const Pipe output = make_pipe();
    const Pipe errors = make_pipe();

    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("fork failed");
    if (pid_ == 0) {
        become(command.program.c_str(),
               const_cast<char**>(argv.data()),
               const_cast<char**>(envp.data()),
               input.read_end,
               output.write_end,
               errors.write_end);
    }
    ::close(input.read_end);
    ::close(output.write_end);
    ::close(errors.write_end);
    ::signal(SIGPIPE, SIG_IGN);  // a program need not read its input
    output_reader_ = std::thread([this, end = output.read_end] { collect(end, output_); });
    error_reader_ = std::thread([this, end = errors.read_end] { collect(end, errors_); });
    input_writer_ = std::thread([end = input.write_end, text = std::move(command.standard_input)] {
        std::string_view rest = text;
        while (!rest.empty()) {
            const ssize_t count = ::write(end, rest.data(), rest.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) break;
            rest.remove_prefix(static_cast<std::size_t>(count));
        }
        ::close(end);
    });
    reaper_ = std::thread([this] {
        int status = 0;
        // WNOWAIT leaves the process a zombie, so that its id cannot pass to a stranger while
        // signal() may still use it; the destructor reaps it.
        siginfo_t info{};
        while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 &&
               errno == EINTR) {
        }
        status = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
        const std::lock_guard lock(mutex_);
        exit_code_ = status;
        changed_.notify_all();
    });
}

Process::~Process() {
    if (running()) ::kill(pid_, SIGKILL);
    reaper_.join();
    input_writer_.join();
    output_reader_.join();
    error_reader_.join();
    ::waitpid(pid_, nullptr, 0);
}

void Process::collect(int descriptor, std::string& into) {
    std::array<char, 4096> buffer{};
    while (true) {
        const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        const std::lock_guard lock(mutex_);
        if (count <= 0) {
            --open_streams_;
            changed_.notify_all();
            break;
        }
        into.append(buffer.data(), static_cast<std::size_t>(count));
        changed_.notify_all();
    }
    ::close(descriptor);
}

std::string Process::excerpt_of_errors() {
    const std::string text = standard_error();
    constexpr std::size_t kMost = 4000;
    return text.size() <= kMost ? text : text.substr(text.size() - kMost);
}

std::string Process::first_line(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [this] {
        return output_.find('\n') != std::string::npos || open_streams_ == 0;
    });
    const std::size_t end = output_.find('\n');
    if (end == std::string::npos) {
        const bool ended = exit_code_.has_value();
        lock.unlock();
        throw std::runtime_error(std::string("the program ") + (ended ? "ended" : "waited") +
                                 " without printing a line; its errors: " + excerpt_of_errors());
    }
    return output_.substr(0, end);
}

std::string Process::url(std::chrono::milliseconds timeout) {
    const std::string line = first_line(timeout);
    std::string url = find_url(line);
    if (url.empty()) throw std::runtime_error("no URL in the first line: " + line);
    return url;
}

void Process::signal(int number) {
    if (::kill(pid_, number) != 0) {
        throw std::runtime_error(std::string("kill: ") + std::strerror(errno));
    }
}

std::optional<int> Process::wait(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    // A grandchild may hold the pipes open after the program's own end; the code then arrives
    // without waiting longer for text.
    if (!changed_.wait_for(lock, timeout, [this] { return exit_code_.has_value(); })) return {};
    changed_.wait_for(lock, std::chrono::seconds(2), [this] { return open_streams_ == 0; });
    return exit_code_;
}

int Process::stop(std::chrono::milliseconds timeout) {
    signal(SIGTERM);
    if (const std::optional<int> code = wait(timeout)) return *code;
    kill();
    return 128 + SIGKILL;
}

void Process::kill() {
    signal(SIGKILL);
    wait();
}

bool Process::running() {
    const std::lock_guard lock(mutex_);
    return !exit_code_.has_value();
}

std::string Process::standard_output() {
    const std::lock_guard lock(mutex_);
    return output_;
}

std::string Process::standard_error() {
    const std::lock_guard lock(mutex_);
    return errors_;
}

Finished run(Command command, std::chrono::milliseconds timeout) {
    const std::string program = command.program;
    Process process(std::move(command));
    const std::optional<int> code = process.wait(timeout);
    if (!code) throw std::runtime_error(program + " did not end in time");
    return {*code, process.standard_output(), process.standard_error()};
}

}  // namespace refrain::tests
