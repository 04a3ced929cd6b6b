// Event streams as OpenAI's answers use them: reading a recorded one, writing one, and editing one
// while it passes. Built on http/sse. Pure; called by the *_stream and *_filter files.
#pragma once

#include "http/sse.hpp"
#include "providers/endpoint.hpp"

#include <string>
#include <string_view>

namespace refrain::providers::openai {

// The events with data of a recorded stream, in order.
class EventReader {
  public:
    explicit EventReader(std::string_view stream) { splitter_.feed(stream); }

    // False at the end. Blocks without data are skipped. A last event that lacks nothing but its
    // empty line counts as whole.
    bool next(http::SseEvent& event);

    // After the end: whether no bytes are left over.
    bool is_whole() const noexcept;

  private:
    http::SseSplitter splitter_;
    bool closed_ = false;
};

// "event: <type>" unless the type is empty, then the data. REQUIRES: neither has a line break.
void append_event(std::string& stream, std::string_view type, std::string_view data);

// The bytes of an event with other data, everything else as it was.
std::string with_data(std::string_view raw_event, std::string_view data);

// JSON text without white space between its tokens, so that it fits on one line. REQUIRES: valid.
std::string on_one_line(std::string_view json);

// Whether `data` may have a member of that name at its top that is an object: a quick look that
// can be wrong only in saying yes (or where a name is spelled with escapes).
bool may_have_object(std::string_view data, std::string_view name);

// A filter that decides event by event. An event is passed on as soon as it is whole.
class EventFilter : public LiveFilter {
  public:
    std::string feed(std::string_view piece) final;
    bool passes(std::string_view piece) const final;
    std::string finish() final;

  protected:
    // Appends what is passed on for this event: event.raw, something else or nothing. Called only
    // for those that it may change.
    virtual void pass(const http::SseEvent& event, std::string& out) const = 0;
    // Whether pass() would append anything but event.raw for an event in these bytes. It may be
    // wrong in saying yes.
    virtual bool may_change(std::string_view bytes) const = 0;

  private:
    http::SseSplitter splitter_;
};

}  // namespace refrain::providers::openai
