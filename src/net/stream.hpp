// A connected socket: one try to read or write at a time, and waiting until the next is worth it.
// Owns its descriptor. Belongs to one loop.
#pragma once

#include "net/loop.hpp"
#include "net/readiness.hpp"

#include <sys/uio.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace refrain::net {

// What one try of a non-blocking operation came to, on a plain socket or through TLS.
struct Attempt {
    enum class Outcome {
        done,        // `bytes` moved
        end,         // the peer sends no more
        want_read,   // try again when the socket is readable
        want_write,  // try again when it is writable
        failed,      // `error` is an errno, 0 where somebody else knows more
    };
    Outcome outcome;
    std::size_t bytes = 0;
    int error = 0;
};

class Stream final : private Readiness::Member, private Outbox::Sender {
  public:
    explicit Stream(Loop& loop) noexcept : loop_(loop) {}
    ~Stream();

    // Takes a connected socket and makes it non-blocking. False: it could not be watched, and was
    // closed.
    bool open(int descriptor) noexcept;
    // Whoever waits wakes soon after. With `reset`, the peer sees a reset instead of an end.
    void close(bool reset = false) noexcept;
    bool is_open() const noexcept { return descriptor_ >= 0; }
    int descriptor() const noexcept { return descriptor_; }
    void shut_down(int how) noexcept;

    Attempt read(char* to, std::size_t room) noexcept;
    // All pieces in one system call.
    Attempt write(std::span<const iovec> pieces) noexcept;
    // The same, but few bytes may leave at the end of the loop's turn. They count as moved, as
    // those in the kernel's buffer do: the next read or write tells if the peer has left.
    Attempt write_soon(std::span<const iovec> pieces) noexcept;
    // What write_soon() kept. False: the socket has no room for it yet; wait until it is writable.
    // Whoever writes to the descriptor past this class calls it first.
    bool flush() noexcept;

    // Whether a read may find something: bytes, the end or an error. Who reads the descriptor past
    // this class says when it found nothing; read() knows by itself.
    bool has_input() const noexcept { return readable_; }
    void found_nothing() noexcept { readable_ = false; }
    // Whether the peer has ended or reset its side; bytes may still be unread.
    bool has_ended() const noexcept { return ended_; }

    // Until a try is worth it, close() or interrupt(). REQUIRES: one reader and one writer at a
    // time; a writer waits only after a write that took less than all.
    Task<void> wait_readable();
    Task<void> wait_writable();
    // Whoever waits wakes soon after.
    void interrupt() noexcept;
    // Called from the loop when input came, before a waiting reader wakes; true keeps him asleep.
    // It must not destroy the stream. Empty: nobody.
    void on_input(std::function<bool()> callback) { on_input_ = std::move(callback); }

  private:
    void on_ready(std::uint32_t events) override;
    void abandon() noexcept override;
    void send_held(std::string_view bytes) noexcept override;
    std::size_t send_some(std::string_view bytes) noexcept;
    void give_up() noexcept;
    Task<void> wait_as(std::optional<Waiter>& place);
    void wake_later(std::optional<Waiter>& place) noexcept;

    Loop& loop_;
    int descriptor_ = -1;
    bool readable_ = false;
    bool ended_ = false;
    bool held_ = false;   // some of ours is in the outbox
    std::string unsent_;  // was in the outbox, and found no room in the socket
    std::optional<Waiter> reader_;
    std::optional<Waiter> writer_;
    std::function<bool()> on_input_;
};

}  // namespace refrain::net
