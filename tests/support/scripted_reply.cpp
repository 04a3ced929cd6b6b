#include "support/scripted_reply.hpp"

#include <condition_variable>
#include <cstdio>
#include <mutex>

namespace refrain::tests {

struct Gate::State {
    mutable std::mutex mutex;
    std::condition_variable opened;
    bool is_open = false;
};

Gate::Gate() : state_(std::make_shared<State>()) {}

void Gate::open() {
    const std::lock_guard lock(state_->mutex);
    state_->is_open = true;
    state_->opened.notify_all();
}

bool Gate::is_open() const {
    const std::lock_guard lock(state_->mutex);
    return state_->is_open;
}

bool Gate::wait_for(std::chrono::milliseconds timeout) const {
    std::unique_lock lock(state_->mutex);
    return state_->opened.wait_for(lock, timeout, [this] { return state_->is_open; });
}

namespace {

std::string head(int status, const HeaderList& headers) {
    std::string text =
        "HTTP/1.1 " + std::to_string(status) + (status == 200 ? " OK\r\n" : " Scripted\r\n");
    for (const auto& [name, value] : headers)
        text += name + ": " + value + "\r\n";
    return text;
}

}  // namespace

Reply Reply::whole(int status, const HeaderList& headers, std::string_view body) {
    std::string bytes = head(status, headers);
    bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    bytes += body;
    return raw(std::move(bytes));
}

Reply Reply::json(std::string_view body, int status) {
    return whole(status, {{"Content-Type", "application/json"}}, body);
}

Reply Reply::chunked(int status, const HeaderList& headers) {
    return raw(head(status, headers) + "Transfer-Encoding: chunked\r\n\r\n");
}

Reply Reply::event_stream(const std::vector<std::string>& events) {
    Reply reply = chunked(200, {{"Content-Type", "text/event-stream; charset=utf-8"}});
    for (const std::string& event : events)
        reply.chunk(event);
    reply.finish();
    return reply;
}

Reply Reply::raw(std::string bytes) {
    Reply reply;
    reply.send(std::move(bytes));
    return reply;
}

Reply& Reply::chunk(std::string_view data) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", data.size());
    return send(std::string(size).append(data).append("\r\n"));
}

Reply& Reply::finish() {
    return send("0\r\n\r\n");
}

Reply& Reply::send(std::string bytes) {
    steps_.emplace_back(Send{std::move(bytes)});
    return *this;
}

Reply& Reply::wait(Gate gate) {
    steps_.emplace_back(Wait{std::move(gate)});
    return *this;
}

Reply& Reply::pause(std::chrono::milliseconds time) {
    steps_.emplace_back(Pause{time});
    return *this;
}

Reply& Reply::close() {
    steps_.emplace_back(End::close);
    return *this;
}

Reply& Reply::reset() {
    steps_.emplace_back(End::reset);
    return *this;
}

Reply& Reply::stall() {
    steps_.emplace_back(End::stall);
    return *this;
}

Reply& Reply::keep(std::size_t count) {
    std::vector<Step> kept;
    for (Step& step : steps_) {
        if (count == 0 || std::holds_alternative<End>(step)) break;
        if (Send* send = std::get_if<Send>(&step)) {
            if (send->bytes.size() > count) send->bytes.resize(count);
            count -= send->bytes.size();
        }
        kept.push_back(std::move(step));
    }
    steps_ = std::move(kept);
    return *this;
}

Reply& Reply::early() {
    early_ = true;
    return *this;
}

std::size_t Reply::size_bytes() const {
    std::size_t total = 0;
    for (const Step& step : steps_) {
        if (const Send* send = std::get_if<Send>(&step)) total += send->bytes.size();
    }
    return total;
}

}  // namespace refrain::tests
