// One connection to an upstream: a socket, TLS if the address wants it, a deadline, and the buffers
// that are kept between messages. Knows bytes, not messages. Belongs to one loop.
#pragma once

#include "base/error.hpp"
#include "http/head.hpp"
#include "net/deadline.hpp"
#include "net/loop.hpp"
#include "net/signal.hpp"
#include "net/stream.hpp"
#include "net/tls_session.hpp"
#include "upstream/address.hpp"
#include "upstream/read_buffer.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::upstream {

// What a connection waits for; names the time-out.
enum class Phase { resolve, connect, proxy, tls, first_byte, between_bytes };

// Bytes to send that lie in up to three places.
using Parts = std::array<std::string_view, 3>;

class Connection {
  public:
    Connection(net::Loop& loop, Address to);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Ends what is under way, and all that follows, with this error. The first one counts.
    void stop(Error why) noexcept;
    bool is_stopped() const noexcept { return stopped_.has_value(); }
    // REQUIRES: is_stopped()
    const Error& stop_reason() const noexcept { return *stopped_; }
    // An Error of this peer, or why the connection was stopped, if it was.
    tl::unexpected<Error> fail(ErrorCode code, std::string_view what) const;

    // From now, or from the last arm(), until disarm().
    void arm(Phase phase, std::chrono::milliseconds timeout) noexcept;
    void disarm() noexcept { deadline_.clear(); }

    // Waits for `signal`; stop() ends the wait.
    net::Task<void> wait_for(net::Signal& signal);

    // Takes socket(), which was connected.
    Result<void> begin();
    net::Task<Result<void>> begin_tls(const net::TlsContext& context);

    // Reads what is there, at least one byte, into buffer(); 0 is the peer's end.
    // REQUIRES: buffer() has room.
    net::Task<Result<std::size_t>> fill();
    // The same without waiting; absent if nothing is there. Then wait_for_input() returns when
    // another try is worth it, or the connection was stopped.
    std::optional<Result<std::size_t>> fill_now();
    net::Task<void> wait_for_input();

    // All of it, waiting `stall_timeout` at most for each bit of progress. With `listen`, stops
    // early when the peer speaks before it took everything: the answer is then in buffer(), or the
    // next fill() tells of its end, and heard() is true.
    net::Task<Result<void>> write_all(Parts parts,
                                      std::chrono::milliseconds stall_timeout,
                                      bool listen);
    bool heard() const noexcept { return heard_; }

    // Tells the peer that we send no more.
    void shut_down() noexcept;

    // Whether an idle connection is open and silent. Anything else makes it useless.
    bool is_quiet();

    net::Loop& loop() noexcept { return loop_; }
    // While it connects; closed by stop().
    net::Socket& socket() noexcept { return socket_; }
    const Address& peer() const noexcept { return peer_; }
    bool is_tls() const noexcept { return tls_ != nullptr; }
    ReadBuffer& buffer() noexcept { return buffer_; }

    // Kept between messages for the capacity they have grown.
    struct Workspace {
        http::HeadParser parser;
        http::ResponseHead head;
        http::Fields connection_fields;
        std::string outgoing;
    };
    Workspace& workspace() noexcept { return workspace_; }

    // What every request must carry because a plain proxy forwards it.
    struct Forwarding {
        bool by_proxy = false;
        std::string authorization;
    };
    Forwarding& forwarding() noexcept { return forwarding_; }

    // When it became idle, and whether it has carried a message before.
    std::chrono::steady_clock::time_point idle_since{};
    bool reused = false;

  private:
    net::Attempt write_now(const Parts& parts);
    net::Attempt read_now(char* to, std::size_t room);
    net::Attempt noted(net::Attempt attempt) noexcept;
    net::Task<void> wait_until(net::Attempt::Outcome wanted);
    tl::unexpected<Error> fail_io(std::string_view what) const;
    bool on_input();
    void listen_now();

    net::Loop& loop_;
    Address peer_;
    net::Socket socket_;
    net::Stream stream_;
    std::unique_ptr<net::TlsSession> tls_;
    net::Deadline deadline_;
    Phase phase_ = Phase::connect;
    std::chrono::milliseconds timeout_{};
    std::optional<Error> stopped_;
    net::Signal* awaited_ = nullptr;
    bool listening_ = false;  // a writer waits, and wants to know of input
    bool heard_ = false;
    net::Attempt::Outcome wanted_ =
        net::Attempt::Outcome::want_read;  // by the last read that found nothing
    int last_errno_ = 0;
    ReadBuffer buffer_;
    Workspace workspace_;
    Forwarding forwarding_;
};

}  // namespace refrain::upstream
