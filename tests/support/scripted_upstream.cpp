#include "support/scripted_upstream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace refrain::tests {
namespace {

constexpr std::chrono::milliseconds kTick{5};  // how soon a waiting reply sees its peer leave

[[noreturn]] void fail(const char* call) {
    throw std::runtime_error(std::string(call) + ": " + std::strerror(errno));
}

bool peer_left(int socket) {
    pollfd state{socket, POLLRDHUP, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void set_option(int socket, int level, int name, int value) {
    ::setsockopt(socket, level, name, &value, sizeof value);
}

}  // namespace

ScriptedUpstream::ScriptedUpstream(std::uint16_t port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener_ < 0) fail("socket");
    set_option(listener_, SOL_SOCKET, SO_REUSEADDR, 1);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0) fail("bind");
    if (::listen(listener_, 1024) != 0) fail("listen");
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_loop(); });
}

ScriptedUpstream::~ScriptedUpstream() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    for (const auto& connection : threads_) {
        connection->thread.join();
    }
}

void ScriptedUpstream::on(const std::string& method, const std::string& path, Reply reply) {
    const bool early = reply.is_early();
    const std::lock_guard lock(mutex_);
    standing_[{method, path}] = {[reply = std::move(reply)](const Seen&) { return reply; }, early};
}

void ScriptedUpstream::on(const std::string& method, const std::string& path, Script script) {
    const std::lock_guard lock(mutex_);
    standing_[{method, path}] = {std::move(script), false};
}

void ScriptedUpstream::once(const std::string& method, const std::string& path, Reply reply) {
    const std::lock_guard lock(mutex_);
    queued_[{method, path}].push_back(std::move(reply));
}

std::string ScriptedUpstream::url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<Seen> ScriptedUpstream::requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
}

Seen ScriptedUpstream::last() {
    const std::lock_guard lock(mutex_);
    if (requests_.empty()) throw std::runtime_error("the upstream has received nothing");
    return requests_.back();
}

std::size_t ScriptedUpstream::received() {
    const std::lock_guard lock(mutex_);
    return requests_.size();
}

std::size_t ScriptedUpstream::received(const std::string& path) {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const Seen& seen : requests_)
        count += seen.path() == path ? 1 : 0;
    return count;
}

void ScriptedUpstream::forget_requests() {
    const std::lock_guard lock(mutex_);
    requests_.clear();
}

std::size_t ScriptedUpstream::connections() {
    const std::lock_guard lock(mutex_);
    return connections_;
}

std::size_t ScriptedUpstream::open_connections() {
    const std::lock_guard lock(mutex_);
    return open_;
}

bool ScriptedUpstream::wait_for_requests(std::size_t count, std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return requests_.size() >= count; });
}

bool ScriptedUpstream::wait_for_bytes(std::size_t count, std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return bytes_ >= count; });
}

bool ScriptedUpstream::wait_for_open_connections(std::size_t count,
                                                 std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return open_ <= count; });
}

void ScriptedUpstream::accept_loop() {
    while (!stopping_) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) {
            if (errno == EINTR || errno == ECONNABORTED) continue;
            break;
        }
        set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
        const timeval tick{0, 1000 * kTick.count()};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof tick);
        ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &tick, sizeof tick);
        threads_.remove_if([](const std::unique_ptr<Connection>& connection) {
            if (!connection->done) return false;
            connection->thread.join();
            return true;
        });
        {
            const std::lock_guard lock(mutex_);
            ++connections_;
            ++open_;
        }
        Connection& connection = *threads_.emplace_back(std::make_unique<Connection>());
        connection.socket = socket;
        connection.thread = std::thread([this, &connection] {
            serve(connection);
            connection.done = true;
        });
    }
}

void ScriptedUpstream::serve(Connection& connection) {
    RequestReader reader(connection.socket, stopping_, [this](std::size_t count) {
        const std::lock_guard lock(mutex_);
        bytes_ += count;
        changed_.notify_all();
    });
    Next next = Next::keep_alive;
    while (next == Next::keep_alive)
        next = serve_request(connection.socket, reader);
    end(connection.socket, stopping_ ? Next::reset : next);
    const std::lock_guard lock(mutex_);
    --open_;
    changed_.notify_all();
}

ScriptedUpstream::Next ScriptedUpstream::serve_request(int socket, RequestReader& reader) {
    Seen seen;
    if (!reader.read_head(seen)) return Next::peer_left;
    if (const std::optional<Reply> reply = reply_to(seen, true)) {
        const Next next = play(socket, *reply);
        return next == Next::keep_alive ? Next::orderly_close : next;
    }
    if (seen.header("Expect") == "100-continue" &&
        !send_all(socket, "HTTP/1.1 100 Continue\r\n\r\n", stopping_)) {
        return Next::peer_left;
    }
    if (!reader.read_body(seen)) return Next::peer_left;
    const Next next = play(socket, *reply_to(seen, false));
    if (next != Next::keep_alive) return next;
    return seen.header("Connection") == "close" ? Next::orderly_close : Next::keep_alive;
}

namespace {

std::vector<std::pair<std::string, std::string>> routes_of(const Seen& seen) {
    return {{seen.method, seen.path()}, {"*", seen.path()}, {seen.method, "*"}, {"*", "*"}};
}

}  // namespace

// Notes the request down and takes its reply in one step, so that a test that has seen the request
// may script what the next one gets. Nothing, and nothing noted, if only an early reply will do and
// there is none.
std::optional<Reply> ScriptedUpstream::reply_to(const Seen& seen, bool only_early) {
    Script script;
    {
        const std::lock_guard lock(mutex_);
        const auto record = [&] {
            requests_.push_back(seen);
            changed_.notify_all();
        };
        for (const Route& route : routes_of(seen)) {
            const auto queue = queued_.find(route);
            if (queue == queued_.end() || queue->second.empty()) continue;
            if (only_early && !queue->second.front().is_early()) return {};
            Reply reply = std::move(queue->second.front());
            queue->second.pop_front();
            record();
            return reply;
        }
        for (const Route& route : routes_of(seen)) {
            const auto found = standing_.find(route);
            if (found == standing_.end()) continue;
            if (only_early && !found->second.early) return {};
            script = found->second.script;
            break;
        }
        if (!script && only_early) return {};
        record();
    }
    // Outside the lock: a script may call back into this object, or take its time.
    if (script) return script(seen);
    return Reply::json(R"({"error":{"message":"the test has scripted no reply for this path",)"
                       R"("type":"not_found","param":null,"code":"unscripted"}})",
                       404);
}

ScriptedUpstream::Next ScriptedUpstream::play(int socket, const Reply& reply) {
    for (const Reply::Step& step : reply.steps()) {
        if (const auto* bytes = std::get_if<Reply::Send>(&step)) {
            if (!send_all(socket, bytes->bytes, stopping_)) return Next::peer_left;
        } else if (const auto* waiting = std::get_if<Reply::Wait>(&step)) {
            if (!wait_until(socket, [&] { return waiting->gate.wait_for(kTick); }))
                return Next::reset;
        } else if (const auto* pause = std::get_if<Reply::Pause>(&step)) {
            const auto until = std::chrono::steady_clock::now() + pause->time;
            if (!wait_until(socket, [&] {
                    std::this_thread::sleep_for(std::min(pause->time, kTick));
                    return std::chrono::steady_clock::now() >= until;
                })) {
                return Next::reset;
            }
        } else {
            switch (std::get<Reply::End>(step)) {
                case Reply::End::close: return Next::orderly_close;
                case Reply::End::reset: return Next::reset;
                case Reply::End::stall:
                    wait_until(socket, [] {
                        std::this_thread::sleep_for(kTick);
                        return false;
                    });
                    return Next::reset;
            }
        }
    }
    return Next::keep_alive;
}

// Polls `passes`, which waits a tick itself, until it holds. False if the peer left or the test
// ended.
bool ScriptedUpstream::wait_until(int socket, const std::function<bool()>& passes) {
    while (!passes()) {
        if (stopping_ || peer_left(socket)) return false;
    }
    return !stopping_;
}

void ScriptedUpstream::end(int socket, Next next) {
    if (next == Next::orderly_close) {
        // Closing with unread bytes would turn the FIN into a RST (RFC 9112 section 9.6), so read
        // on until the peer has closed its side too.
        ::shutdown(socket, SHUT_WR);
        char ignored[4096];
        ssize_t count = 1;
        while (count > 0 || (count < 0 && errno == EAGAIN && !stopping_)) {
            count = ::recv(socket, ignored, sizeof ignored, 0);
        }
    }
    if (next == Next::reset) {
        const linger at_once{1, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    ::close(socket);
}

}  // namespace refrain::tests
