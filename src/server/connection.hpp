// One client connection: reads heads, runs the handler for each, keeps the framing right both ways.
// Made by the Listener; belongs to its loop; owned by its own coroutine.
#pragma once

#include "base/byte_budget.hpp"
#include "http/chunked.hpp"
#include "http/head.hpp"
#include "net/deadline.hpp"
#include "net/loop.hpp"
#include "net/stream.hpp"
#include "net/tls_session.hpp"
#include "server/exchange.hpp"
#include "server/listener.hpp"

#include <boost/intrusive/list.hpp>

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace refrain::server {

class Connection final : public Exchange,
                         public std::enable_shared_from_this<Connection>,
                         public boost::intrusive::list_base_hook<
                             boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    // Takes the descriptor, which must be a connected socket.
    Connection(net::Loop& loop, Service& service, int descriptor);
    ~Connection() override;

    // Serves requests until one side has had enough.
    static net::Task<void> serve(std::shared_ptr<Connection> self);
    // Answers 503, where it can be said in the clear, and closes: there are too many already.
    static net::Task<void> turn_away(std::shared_ptr<Connection> self);

    // No more requests after this one; at once if none is under way.
    void drain() noexcept;
    void close() noexcept;

    const http::RequestHead& head() const noexcept override { return head_; }
    std::string_view head_bytes() const noexcept override;
    bool peer_is_loopback() const override;
    net::Task<Result<std::string_view>> read_body(std::size_t limit_bytes) override;
    std::optional<std::string_view> body_if_here() override;
    net::Task<Result<std::string_view>> read_some() override;
    net::Task<Result<void>> reply(std::string_view head, std::string_view body) override;
    net::Task<Result<void>> reply_file(std::string_view head, FileSlice slice) override;
    void reply_at_once(std::string_view head,
                       FileSlice body,
                       std::shared_ptr<const void> owner) override;
    void begin(std::string_view head, std::optional<std::uint64_t> length_bytes) override;
    net::Task<Result<void>> write(std::string_view piece) override;
    Result<bool> write_at_once(std::string_view piece) override;
    net::Task<Result<void>> end() override;
    bool has_begun() const noexcept override { return answer_ != Answer::none; }
    void abort() noexcept override { must_close_ = must_reset_ = true; }
    void watch_peer(std::function<void()> gone) override;
    void unwatch() noexcept override { on_gone_ = nullptr; }
    net::Task<Result<void>> switch_protocols(std::string_view head) override;
    net::Task<Result<std::string_view>> read_raw() override;
    net::Task<Result<void>> write_raw(std::string_view bytes) override;
    void shutdown_raw() noexcept override;
    net::Loop& loop() noexcept override { return loop_; }
    std::string& scratch() noexcept override;

  private:
    enum class Answer { none, begun, complete };
    enum class End { is_failure, fine };  // of the peer, while we read
    enum class Framing { length, chunked, until_close, nothing };
    static constexpr std::size_t kBodyRoom = 2 * 1024;  // behind a head that needs it
    using Pieces = std::array<std::string_view, 4>;

    net::Task<bool> begin_tls();
    bool has_input() const noexcept;
    net::Attempt read_now(char* to, std::size_t room);
    net::Attempt write_now(std::span<const iovec> pieces);
    bool peer_has_left();
    void shut_down(int how) noexcept;
    net::Task<bool> read_head();
    // What serving at once came to: all was served; somebody is to go on with the input, or with an
    // answer; the peer has ended or failed.
    enum class AtOnce { nothing_left, input_left, unfinished, over };
    AtOnce serve_at_once();
    bool answer_at_once();
    AtOnce serve_from_input();
    void keep_input();
    http::HeadStatus look_for_head();
    bool needs_room() const noexcept;
    bool is_last_head() const noexcept;
    void note_head();
    void drop_request();
    net::Task<bool> finish_at_once();
    void arm(std::chrono::milliseconds from_now) noexcept;
    net::Task<Result<std::size_t>> receive(char* to, std::size_t room, End end = End::is_failure);
    net::Task<Result<void>> send(Pieces pieces);
    Result<bool> send_now(Pieces& pieces);
    net::Task<Result<void>> send_file(std::string_view head, FileSlice slice);
    Result<bool> send_file_now(std::string_view& head, FileSlice& slice);
    net::Task<Result<void>> send_held();
    net::Task<Result<void>> wait_for_room();
    net::Task<void> refuse(int status, std::string_view sentence);
    net::Task<bool> finish_exchange();
    net::Task<Result<void>> invite_body();
    bool has_no_room() const noexcept;
    tl::unexpected<Error> give_up_body();
    net::Task<Result<std::string_view>> read_sized(std::size_t limit_bytes);
    net::Task<Result<std::string_view>> read_chunked(std::size_t limit_bytes);
    net::Task<Result<std::string_view>> next_piece();
    net::Task<Result<std::string_view>> next_chunk();
    void start_request();
    Result<Pieces> frame_piece(std::string_view piece, http::ChunkHeader& header);
    Pieces frame_reply(std::string_view head, std::string_view body);
    void add_common_fields();
    bool on_input();
    void look_for_end();
    std::string_view unread() const noexcept;
    Error peer_error(std::string_view doing) const;

    net::Loop& loop_;
    Service& service_;
    net::Stream stream_;
    std::unique_ptr<net::TlsSession> tls_;  // null: in the clear
    net::Deadline deadline_;
    bool timed_out_ = false;

    // Input. in_[0, in_end_) are bytes received; the head of the request stands at in_start_, and
    // in_next_ is the first byte no one has used. in_ never moves between the end of a head and the
    // end of its exchange: views point into it. A connection at rest has no buffer.
    std::string in_;
    std::size_t in_start_ = 0;
    std::size_t in_next_ = 0;
    std::size_t in_end_ = 0;
    http::HeadParser parser_;
    http::RequestHead head_;
    http::HeadStatus looked_ = http::HeadStatus::incomplete;  // what look_for_head() last said
    std::string last_head_;                                   // the bytes head_ was read from
    const char* last_head_at_ = nullptr;                      // where they stood

    // The request's body.
    std::string body_;  // where it does not fit behind the head
    HeldBytes held_;    // its size
    http::ChunkDecoder chunks_;
    std::uint64_t body_left_ = 0;  // of a sized body, not handed out yet
    bool body_done_ = true;
    bool body_whole_ = false;   // whole_body_ was read
    bool body_broken_ = false;  // it can never be read to its end
    bool invited_ = false;      // 100 Continue was sent
    std::string_view whole_body_;

    // The answer.
    Answer answer_ = Answer::none;
    Framing framing_ = Framing::nothing;
    std::uint64_t answer_left_ = 0;  // of a sized answer
    std::string out_;                // a head that waits for the first piece
    // Of an answer given at once, what was not taken yet.
    struct Rest {
        std::string_view head;  // in out_
        FileSlice body;
        std::shared_ptr<const void> owner;
    };
    std::optional<Rest> rest_;
    bool must_close_ = false;
    bool must_reset_ = false;
    bool draining_ = false;
    bool in_exchange_ = false;
    bool between_requests_ = false;       // read_head() waits: on_input() may serve
    AtOnce left_ = AtOnce::nothing_left;  // of the last turn of on_input()
    bool raw_ = false;

    std::function<void()> on_gone_;
};

}  // namespace refrain::server
