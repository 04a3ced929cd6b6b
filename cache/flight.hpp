// A Flight is the record of an answer while it arrives: a head, then pieces with a time each. One
// leader appends; any number of readers, on any thread, follow from the first piece at their own
// pace. It outlives whoever caused it. Thread-safe.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cache/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace refrain::cache {

struct FlightHead {
    int status = 0;
    std::string content_type;
    std::string form;  // in which the pieces are written
    std::optional<std::uint64_t> total_bytes;  // of all pieces, where the leader knows
    std::vector<std::pair<std::string, std::string>> headers;
};

class Flight {
  public:
    enum class Phase {
        waiting,    // no head yet
        streaming,  // head known, pieces arriving
        done,       // ended well
        failed,     // error() says how; what was read so far is not an answer
    };

    using Piece = std::shared_ptr<const std::string>;

    // ---- the leader
    void begin(FlightHead head);
    void append(Piece piece);
    // Ended well. `kept` is the entry it became, null if it was not worth keeping.
    void finish(EntryPtr kept);
    void fail(Error error);
    // From now on pieces every reader has taken are let go, so nobody can join from the start any
    // more: the answer outgrew what may be kept. The table must have dropped the flight.
    void stop_recording();
    // Bytes held that the slowest reader has not taken; the leader pauses above a bound of its own
    // once recording stopped. With no reader left it is 0.
    std::size_t backlog_bytes() const;
    // Called, from a reader's thread, whenever the backlog shrank or a reader left.
    void on_drained(std::function<void()> wake);

    // ---- a reader
    class Reader {
      public:
        ~Reader();
        Reader(const Reader&) = delete;
        Reader& operator=(const Reader&) = delete;

        struct News {
            Phase phase = Phase::waiting;
            std::vector<Piece> pieces;  // those since the last call
        };
        // Everything new since the last call; never blocks.
        News take();
        const Flight& flight() const noexcept { return *flight_; }

      private:
        friend class Flight;
        Reader(std::shared_ptr<Flight> flight, std::function<void()> wake);
        std::shared_ptr<Flight> flight_;
        std::function<void()> wake_;
        std::size_t next_ = 0;
    };

    // Follows a flight from its first piece. `wake` is called, from the leader's thread and under
    // the flight's lock, whenever there is news: it must only pass the word on. Null if the start
    // is gone (stop_recording).
    static std::unique_ptr<Reader> follow(const std::shared_ptr<Flight>& flight,
                                          std::function<void()> wake);

    // ---- anyone
    Phase phase() const;
    std::size_t readers() const;
    // REQUIRES: phase() is streaming or done; set once, then constant.
    const FlightHead& head() const;
    const Error& error() const;  // REQUIRES: phase() is failed
    EntryPtr kept() const;       // after done
    std::string body() const;    // REQUIRES: recording never stopped; all pieces so far
    std::size_t body_bytes() const;

  private:
    void wake_readers();  // REQUIRES: mutex_ held

    mutable std::mutex mutex_;
    Phase phase_ = Phase::waiting;
    FlightHead head_;
    Error error_;
    EntryPtr kept_;
    std::vector<Piece> pieces_;
    std::size_t dropped_ = 0;  // pieces let go from the front
    std::size_t bytes_ = 0;
    bool recording_ = true;
    std::vector<Reader*> readers_;
    std::function<void()> drained_;
};

// Who is asking for what right now. One per process; sharded inside.
class FlightTable {
  public:
    struct Seat {
        std::shared_ptr<Flight> flight;
        bool leads = false;  // the caller must run it, and land() it whatever happens
    };

    // Joins the flight for that key, or begins one. The key carries the scope, so tenants never
    // meet. Null flight: the key is marked uncacheable, go alone.
    Seat join(const Key& key);
    // Takes the flight off the table: later callers begin anew. Its readers keep it.
    void land(const Key& key, const std::shared_ptr<Flight>& flight);
    // The last answer was not worth keeping: for `period`, callers go alone instead of queueing.
    void mark_uncacheable(const Key& key, std::chrono::milliseconds period);
    void clear_mark(const Key& key);

    std::size_t size() const;

    FlightTable();
    ~FlightTable();

  private:
    struct Shard;
    std::unique_ptr<Shard[]> shards_;
};

}  // namespace refrain::cache
