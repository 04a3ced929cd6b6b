// What is written in one turn of a loop leaves at its end. A send to a process that sleeps wakes
// it, which costs more than the send itself; the second send of a burst finds it awake
// (docs/decisions/0016). Belongs to one loop; no locks.
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace refrain::net {

class Outbox {
  public:
    // Whose bytes are held.
    class Sender {
      public:
        Sender() = default;
        Sender(const Sender&) = delete;
        Sender& operator=(const Sender&) = delete;

        // Sends them, in the order in which they were held. It must hold none meanwhile.
        virtual void send_held(std::string_view bytes) noexcept = 0;

      protected:
        ~Sender() = default;
    };

    Outbox();
    Outbox(const Outbox&) = delete;
    Outbox& operator=(const Outbox&) = delete;

    // While one lives, bytes are held; its end sends them. Made at the bottom of the loop.
    class Turn {
      public:
        explicit Turn(Outbox& outbox) noexcept : outbox_(outbox) { outbox.in_turn_ = true; }
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

      private:
        Outbox& outbox_;
    };

    // Copies the pieces. False: they are too large, or this is no turn. A sender that goes, or that
    // sends past this class, flushes first.
    bool hold(Sender& sender, std::span<const iovec> pieces) noexcept;
    void flush() noexcept;

  private:
    static constexpr std::size_t kRoom = 96 * 1024;
    static constexpr std::size_t kLargest = 8 * 1024;
    static constexpr std::size_t kMost = 32;  // so that the first of a long turn leaves soon

    struct Held {
        Sender* sender;
        std::size_t bytes;
    };

    bool in_turn_ = false;
    std::size_t count_ = 0;
    std::size_t used_ = 0;
    std::array<Held, kMost> held_{};
    std::vector<char> bytes_;
};

}  // namespace refrain::net
