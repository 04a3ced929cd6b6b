// What a ScriptedUpstream does with one request: bytes to send, gates to wait at, and how to end.
// A Reply is a plain value; a Gate is a handle shared by its copies and safe from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace refrain::tests {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// A door that a test opens. Replies stop at it; once open it stays open.
class Gate {
  public:
    Gate();

    void open();
    bool is_open() const;
    // Whether it opened within `timeout`.
    bool wait_for(std::chrono::milliseconds timeout) const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

class Reply {
  public:
    // A complete answer with a Content-Length, after which the connection stays open.
    static Reply whole(int status, const HeaderList& headers, std::string_view body);
    static Reply json(std::string_view body, int status = 200);
    // The head of a chunked answer; go on with chunk() and finish().
    static Reply chunked(int status, const HeaderList& headers);
    // A complete event stream as OpenAI sends it, one chunk for each of `events`.
    static Reply event_stream(const std::vector<std::string>& events);
    // Nothing but these bytes, whatever they are.
    static Reply raw(std::string bytes);

    Reply& chunk(std::string_view data);  // one chunk of a chunked body
    Reply& finish();                      // the last chunk
    Reply& send(std::string bytes);       // exactly these bytes
    Reply& wait(Gate gate);
    Reply& pause(std::chrono::milliseconds time);
    Reply& close();  // FIN after the last byte
    Reply& reset();  // RST: the peer sees ECONNRESET
    Reply& stall();  // silence until the peer leaves or the upstream ends

    // Lets go of everything after the first `count` bytes (the head counts), and of how it ended.
    Reply& keep(std::size_t count);
    // Answers as soon as the request's head is in, without reading its body. Ends the connection.
    Reply& early();

    std::size_t size_bytes() const;
    bool is_early() const noexcept { return early_; }

    struct Send {
        std::string bytes;
    };
    struct Wait {
        Gate gate;
    };
    struct Pause {
        std::chrono::milliseconds time;
    };
    enum class End { close, reset, stall };
    using Step = std::variant<Send, Wait, Pause, End>;
    const std::vector<Step>& steps() const noexcept { return steps_; }

  private:
    std::vector<Step> steps_;
    bool early_ = false;
};

}  // namespace refrain::tests
