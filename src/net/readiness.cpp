#include "net/readiness.hpp"

#include "base/check.hpp"
#include "net/outbox.hpp"
#include "net/woken.hpp"

#include <unistd.h>

#include <cerrno>

namespace refrain::net {

Readiness::Readiness() : set_(::epoll_create1(EPOLL_CLOEXEC)) {
    REFRAIN_CHECK(set_ >= 0, "a loop needs an epoll set");
}

Readiness::~Readiness() {
    stop();
    ::close(set_);
}

void Readiness::start(boost::asio::io_context& context, Woken& woken, Outbox& outbox) {
    woken_ = &woken;
    outbox_ = &outbox;
    watched_.emplace(context.get_executor(), set_);
    arm();
}

void Readiness::stop() noexcept {
    if (watched_) watched_->release();
    watched_.reset();
    // Letting one go may destroy others, and what they own.
    while (!members_.empty()) {
        Member& member = members_.front();
        members_.pop_front();
        member.abandon();
    }
}

bool Readiness::add(int descriptor, Member& member) noexcept {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLRDHUP | EPOLLOUT | EPOLLET;
    event.data.ptr = &member;
    if (::epoll_ctl(set_, EPOLL_CTL_ADD, descriptor, &event) != 0) return false;
    members_.push_back(member);
    return true;
}

void Readiness::remove(int descriptor, Member& member) noexcept {
    epoll_event ignored{};
    ::epoll_ctl(set_, EPOLL_CTL_DEL, descriptor, &ignored);
    if (member.is_linked()) member.unlink();
    for (int i = batch_begin_; i < batch_end_; ++i) {
        auto& event = batch_[static_cast<std::size_t>(i)];
        if (event.data.ptr == &member) event.data.ptr = nullptr;
    }
}

// Arming looks at the set again, so what one batch could not hold is the next.
void Readiness::arm() {
    watched_->async_wait(Descriptor::wait_read, [this](const boost::system::error_code& error) {
        if (error || !watched_) return;
        dispatch();
        if (watched_) arm();
    });
}

void Readiness::dispatch() {
    const int count =
        ::epoll_wait(set_, batch_.data(), static_cast<int>(batch_.size()), /*timeout=*/0);
    batch_end_ = count > 0 ? count : 0;
    const Outbox::Turn held(*outbox_);
    const Woken::Turn turn(*woken_);
    for (batch_begin_ = 0; batch_begin_ < batch_end_;) {
        const epoll_event event = batch_[static_cast<std::size_t>(batch_begin_++)];
        if (event.data.ptr != nullptr) static_cast<Member*>(event.data.ptr)->on_ready(event.events);
        woken_->run();
    }
    batch_begin_ = batch_end_ = 0;
}

}  // namespace refrain::net
