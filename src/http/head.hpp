// The heads of HTTP/1.1 messages (RFC 9112), and the strict parser both the listener and the
// upstream client use. Sans-I/O: bytes in, values out. Fuzzed.
#pragma once

#include "http/fields.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrain::http {

struct HeadLimits {
    std::size_t head_bytes = std::size_t{32} * 1024;   // start line and fields; over it 431
    std::size_t target_bytes = std::size_t{8} * 1024;  // over it 414
    std::size_t field_lines = 100;                     // over it 431
};

struct RequestHead {
    std::string_view method;
    std::string_view target;  // origin-form (or "*" for OPTIONS); absolute-form is reduced to it
    std::string_view host;    // the Host field, or the authority of an absolute-form target
    int minor_version = 1;    // HTTP/1.x
    Fields fields;

    // Framing (RFC 9112 6.3). At most one of the two; neither means no body.
    std::optional<std::uint64_t> content_length;
    bool chunked = false;

    bool keep_alive = true;
    bool expects_continue = false;  // Expect: 100-continue
    bool wants_upgrade = false;     // Connection: upgrade with an Upgrade field

    std::size_t size_bytes = 0;  // of the head, with its empty line and one skipped before it

    // After the bytes it was read from were copied from there to here: its views are of the copy.
    void move_views(const char* from, const char* to);
};

struct ResponseHead {
    int status = 0;
    int minor_version = 1;
    std::string_view reason;
    Fields fields;

    enum class Body { none, length, chunked, until_close };
    Body body = Body::none;
    std::uint64_t content_length = 0;  // where body is `length`

    bool keep_alive = true;
    std::size_t size_bytes = 0;
};

// Why bytes were refused: the status a server answers with, and a sentence for a person.
struct HeadFault {
    int status = 400;
    std::string_view sentence;  // static storage
};

enum class HeadStatus { incomplete, complete, invalid };

// Reads a head that may arrive in pieces. Give it all bytes since the message began, each time more
// are there; it remembers how far it looked. On `complete`, views in `head` point into `bytes`, or
// to static storage.
// On `invalid`, fault() says why: as early as the fault can be seen, not only at the empty line;
// it stays so until reset().
class HeadParser {
  public:
    explicit HeadParser(HeadLimits limits = {}) : limits_(limits) {}

    // Skips up to one empty line before a request line (RFC 9112 2.2).
    HeadStatus parse_request(std::string_view bytes, RequestHead& head);
    // `to_head`: the response answers a HEAD request, so it has no body.
    HeadStatus parse_response(std::string_view bytes, bool to_head, ResponseHead& head);

    const HeadFault& fault() const noexcept { return fault_; }
    // Ready for the next message.
    void reset() noexcept;

  private:
    // What the fields said so far about where the body ends.
    struct Framing {
        std::optional<std::uint64_t> content_length;
        bool chunked = false;
        bool has_host = false;
    };

    template <class Head>
    HeadStatus walk(std::string_view bytes, Head& head);
    template <class Head>
    bool read_line(std::string_view line, Head& head);
    bool read_field(std::string_view line, int minor_version, Fields& fields);
    bool note_field(const Field& field, int minor_version);
    bool note_content_length(std::string_view value);
    bool note_transfer_encoding(std::string_view value, int minor_version);
    bool note_host(std::string_view value);
    bool finish(RequestHead& head);
    bool finish(ResponseHead& head);
    HeadStatus check_rest(std::string_view rest, bool request);
    bool refuse(int status, std::string_view sentence) noexcept;
    bool refuse(const HeadFault& fault) noexcept;

    HeadLimits limits_;
    HeadFault fault_;
    std::size_t scanned_ = 0;   // bytes of the whole lines that were checked
    std::size_t searched_ = 0;  // bytes after which a line end may be found
    std::size_t lines_ = 0;     // checked lines, the first one included
    Framing framing_;
    bool refused_ = false;
    bool to_head_ = false;
};

}  // namespace refrain::http
