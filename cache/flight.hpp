// A Flight is the record of an answer while it arrives: a head, then pieces with a time each. One
// leader appends; any number of readers, on any thread, follow from the first piece at their own
// pace. It outlives whoever caused it. Thread-safe.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "cache/entry.hpp"
#include "cache/recording.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrain::cache {

struct FlightHead {
    int status = 0;
    std::string content_type;
    std::string form;  // in which the pieces are written
    std::vector<std::pair<std::string, std::string>> headers;
    std::optional<std::uint64_t> total_bytes{};  // of all pieces, where the leader knows
};

class Flight {
  public:
    enum class Phase {
        waiting,    // no head yet
        streaming,  // head known, pieces arriving
        done,       // ended well
        failed,     // error() says how; what was read so far is not an answer
    };

    using Piece = cache::Piece;

    static constexpr std::size_t kEverything = ~std::size_t{0};

    // ---- the leader
    void begin(FlightHead head);  // REQUIRES: phase() is waiting
    // Copies the piece. REQUIRES: phase() is streaming
    void append(std::string_view piece);
    // Ended well. `kept` is the entry it became, null if it was not worth keeping. Where its body
    // is what arrived, what was not taken yet is part of it from now on: nothing is held twice.
    // REQUIRES: phase() is streaming
    void finish(EntryPtr kept);
    // Nothing happens if it ended already, so a leader may fail its flight on any way out.
    void fail(Error error);
    // From now on what every reader has taken is let go, so nobody can join from the start any
    // more: the answer outgrew what may be kept. The table must have dropped the flight.
    void stop_recording();
    // Bytes that the slowest reader has not taken; the leader pauses above a bound of its own
    // once recording stopped. With no reader left it is 0.
    std::size_t backlog_bytes() const;
    // Called, from a reader's thread and under the flight's lock, whenever the backlog shrank or a
    // reader left: it must only pass the word on. Forgotten when the flight ends; an empty function
    // takes it back, and after that returned no call is under way.
    void on_drained(std::function<void()> wake);

    // ---- a reader
    class Reader {
      public:
        ~Reader();
        Reader(const Reader&) = delete;
        Reader& operator=(const Reader&) = delete;

        struct News {
            Phase phase = Phase::waiting;
            std::vector<Piece> pieces;  // what came since the last call, cut anywhere
        };
        // Everything new since the last call, or the first so many bytes of it: then the phase is
        // streaming until the last of it was taken. Never blocks.
        News take(std::size_t most_bytes = kEverything);
        // The same, at the end of `into`.
        Phase take_into(std::vector<Piece>& into, std::size_t most_bytes = kEverything);
        const Flight& flight() const noexcept { return *flight_; }

      private:
        friend class Flight;
        Reader(std::shared_ptr<Flight> flight, std::function<void()> wake);
        std::shared_ptr<Flight> flight_;
        std::function<void()> wake_;
        // All guarded by the flight's lock.
        std::size_t taken_bytes_ = 0;
        bool told_ = false;  // woken since the last take()
    };

    // Follows a flight from its first byte. `wake` is called, from the leader's thread and under
    // the flight's lock, when there is news, once until the next take(): it must only pass the word
    // on. What is there already is not announced: take() first. Null if the start is gone
    // (stop_recording).
    static std::unique_ptr<Reader> follow(const std::shared_ptr<Flight>& flight,
                                          std::function<void()> wake);

    // ---- anyone
    Phase phase() const;
    std::size_t readers() const;
    // REQUIRES: phase() was streaming once, whatever it is by now; set once, then constant.
    const FlightHead& head() const;
    const Error& error() const;  // REQUIRES: phase() is failed
    EntryPtr kept() const;       // after done
    BodyPtr body() const;        // REQUIRES: recording never stopped; all that came so far
    std::size_t body_bytes() const;
    std::vector<PaceMark> pace() const;  // when each piece came; empty once recording stopped

  private:
    // All REQUIRE: mutex_ held.
    void wake_readers();
    bool is_kept_as_it_came() const;
    bool find_slowest();  // whether it moved on
    void let_go();
    bool has_ended() const;
    std::size_t backlog() const;

    mutable std::mutex mutex_;
    Phase phase_ = Phase::waiting;
    FlightHead head_;
    bool has_head_ = false;
    Error error_;
    EntryPtr kept_;
    Recording record_;
    std::vector<PaceMark> pace_;
    SteadyClock::time_point began_;
    bool recording_ = true;
    std::vector<Reader*> readers_;
    // The least taken_bytes_ of any reader, so that a take() by another costs nothing.
    std::size_t slowest_bytes_ = 0;
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
    // The number of marks is bounded: the oldest is forgotten first.
    void mark_uncacheable(const Key& key, std::chrono::milliseconds period);
    void clear_mark(const Key& key);

    std::size_t size() const;

    using Now = std::function<SteadyClock::time_point()>;
    explicit FlightTable(Now now = SteadyClock::now);
    ~FlightTable();
    FlightTable(const FlightTable&) = delete;
    FlightTable& operator=(const FlightTable&) = delete;

  private:
    struct Shard;
    Shard& shard(const Key& key) const;
    Now now_;
    std::unique_ptr<Shard[]> shards_;
};

}  // namespace refrain::cache
