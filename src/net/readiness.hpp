// Which sockets can be read or written: an epoll set of one loop's own, edge-triggered, which the
// loop's Asio watches as one descriptor. An operation of Asio's on a socket tries a read that finds
// nothing, allocates and takes locks; that is a good part of what a hit costs
// (docs/decisions/0013). Belongs to one loop; no locks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/intrusive/list.hpp>
#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <optional>

namespace refrain::net {

class Outbox;
class Woken;

class Readiness {
  public:
    // Somebody whose descriptor is in the set.
    class Member : public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
      public:
        Member() = default;
        Member(const Member&) = delete;
        Member& operator=(const Member&) = delete;

        // On the loop, when one of the epoll `events` is new. It may remove and destroy any member.
        virtual void on_ready(std::uint32_t events) = 0;
        // The loop will not run again: let go of whoever waits.
        virtual void abandon() noexcept = 0;

      protected:
        ~Member() = default;
    };

    Readiness();
    ~Readiness();
    Readiness(const Readiness&) = delete;
    Readiness& operator=(const Readiness&) = delete;

    // Whom a member wakes in on_ready() runs right after it; what they write leaves at the end.
    void start(boost::asio::io_context& context, Woken& woken, Outbox& outbox);
    // Before the io_context goes; members may outlive this, and leave later.
    void stop() noexcept;

    // Watches for input, its end, and room to write. False: the system refuses, errno says why.
    bool add(int descriptor, Member& member) noexcept;
    // Before the descriptor is closed.
    void remove(int descriptor, Member& member) noexcept;

  private:
    using Descriptor =
        boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;
    void arm();
    void dispatch();

    int set_ = -1;
    Woken* woken_ = nullptr;
    Outbox* outbox_ = nullptr;
    std::optional<Descriptor> watched_;
    boost::intrusive::list<Member, boost::intrusive::constant_time_size<false>> members_;
    std::array<epoll_event, 256> batch_{};
    int batch_begin_ = 0;  // of what is still to be dispatched
    int batch_end_ = 0;
};

}  // namespace refrain::net
