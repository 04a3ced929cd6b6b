// The one kind of Exchange: a request and its answer on a connection lent by the pool. Made by
// Client; belongs to its loop.
#pragma once

#include "upstream/body_decoder.hpp"
#include "upstream/body_framing.hpp"
#include "upstream/client.hpp"
#include "upstream/connection_pool.hpp"
#include "upstream/request_head.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace refrain::upstream {

class PooledExchange final : public Exchange {
  public:
    PooledExchange(std::shared_ptr<ConnectionPool> pool, Address to, const Request& request);
    ~PooledExchange() override;
    PooledExchange(const PooledExchange&) = delete;
    PooledExchange& operator=(const PooledExchange&) = delete;

    // Sends the request, its body included. Whether that failed, read_head() will tell.
    net::Task<Result<void>> begin_whole();
    // Sends the head alone.
    net::Task<Result<void>> begin_in_pieces(std::optional<std::uint64_t> length_bytes);
    // After the call of the client that began this has its result.
    void forget_cancellation() noexcept;

    net::Task<Result<void>> write_body(std::string_view piece) override;
    net::Task<Result<void>> finish_body() override;
    net::Task<Result<void>> read_head() override;
    const http::ResponseHead& head() const override { return connection_->workspace().head; }
    net::Task<Result<std::string_view>> read_some() override;
    std::optional<Result<std::string_view>> read_here() override;
    net::Task<void> wait_for_more() override;
    net::Task<Result<void>> write_raw(std::string_view bytes) override;
    net::Task<Result<std::string_view>> read_raw() override;
    void shutdown_raw() override { connection_->shut_down(); }
    void cancel() noexcept override;

  private:
    net::Task<Result<void>> begin();
    net::Task<Result<void>> begin_on_new_connection();
    net::Task<Result<void>> send();
    net::Task<Result<void>> send_body(Parts parts);
    net::Task<Result<void>> read_answer();
    std::optional<Result<std::string_view>> read_framed();
    std::optional<Result<std::string_view>> read_decoded();
    Result<void> accept_head();
    void decode_if_coded();
    bool may_repeat(const Error& error) const noexcept;
    bool is_reusable();
    // Ends the exchange: nothing more can be read.
    tl::unexpected<Error> give_up(Error error);
    tl::unexpected<Error> give_up(std::string_view what);

    std::shared_ptr<ConnectionPool> pool_;
    Address to_;
    Request request_;  // its views die when the head was read
    BodyPlan plan_;
    std::unique_ptr<Connection> connection_;
    bool to_head_;
    bool whole_ = false;         // what was sent can be sent again
    bool sent_ = false;          // all of the request, as far as we know
    bool answer_begun_ = false;  // a byte of it came
    bool has_head_ = false;
    bool raw_ = false;
    bool peer_ended_ = false;
    std::uint64_t unsent_bytes_ = 0;  // of a body of known length that comes in pieces
    std::optional<Error> send_error_;
    BodyFraming framing_;
    std::unique_ptr<BodyDecoder> decoder_;
    std::string_view coded_;  // read, not decoded yet
};

}  // namespace refrain::upstream
