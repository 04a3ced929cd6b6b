#include "cache/flight.hpp"

#include "base/check.hpp"

#include <algorithm>
#include <limits>

namespace refrain::cache {

namespace {

std::uint32_t saturated(std::uint64_t value) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

void Flight::begin(FlightHead head) {
    const std::lock_guard lock(mutex_);
    REFRAIN_CHECK(phase_ == Phase::waiting, "a flight begins once");
    head_ = std::move(head);
    record_.expect(static_cast<std::size_t>(head_.total_bytes.value_or(0)));
    began_ = SteadyClock::now();
    has_head_ = true;
    phase_ = Phase::streaming;
    wake_readers();
}

void Flight::append(std::string_view piece) {
    if (piece.empty()) return;
    const std::lock_guard lock(mutex_);
    REFRAIN_CHECK(phase_ == Phase::streaming, "pieces come between the head and the end");
    if (!recording_ && readers_.empty()) {
        // Nobody reads and nobody can join: the piece is only counted.
        record_.skip(piece.size());
        slowest_bytes_ = record_.size();
        return;
    }
    record_.append(piece);
    if (recording_) {
        const auto since = SteadyClock::now() - began_;
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
        pace_.push_back({saturated(record_.size()), saturated(static_cast<std::uint64_t>(ms))});
    }
    wake_readers();
}

void Flight::finish(EntryPtr kept) {
    std::function<void()> forgotten;  // dies after the lock, whatever it holds
    Recording released;
    const std::lock_guard lock(mutex_);
    REFRAIN_CHECK(phase_ == Phase::streaming, "a flight ends well after its head");
    forgotten.swap(drained_);
    kept_ = std::move(kept);
    if (is_kept_as_it_came()) released = record_.move_to(kept_->body);
    phase_ = Phase::done;
    wake_readers();
}

// An answer that was packed has another form and other bytes than what arrived.
bool Flight::is_kept_as_it_came() const {
    return recording_ && kept_ && kept_->body && kept_->form == head_.form &&
           kept_->body->size() == record_.size();
}

void Flight::fail(Error error) {
    std::function<void()> forgotten;
    const std::lock_guard lock(mutex_);
    if (has_ended()) return;
    forgotten.swap(drained_);
    error_ = std::move(error);
    phase_ = Phase::failed;
    wake_readers();
}

void Flight::stop_recording() {
    const std::lock_guard lock(mutex_);
    recording_ = false;
    pace_ = {};
    let_go();
}

std::size_t Flight::backlog_bytes() const {
    const std::lock_guard lock(mutex_);
    return backlog();
}

std::size_t Flight::backlog() const {
    return readers_.empty() ? 0 : record_.size() - slowest_bytes_;
}

void Flight::on_drained(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    // Swapped, so that the old one dies after the lock, with the parameter.
    if (!has_ended()) drained_.swap(wake);
}

void Flight::wake_readers() {
    for (Reader* reader : readers_) {
        if (reader->told_) continue;
        reader->told_ = true;
        if (reader->wake_) reader->wake_();
    }
}

bool Flight::find_slowest() {
    const auto before = slowest_bytes_;
    if (readers_.empty()) {
        slowest_bytes_ = recording_ ? 0 : record_.size();
    } else {
        const auto* slowest = *std::min_element(
            readers_.begin(), readers_.end(), [](const Reader* a, const Reader* b) {
                return a->taken_bytes_ < b->taken_bytes_;
            });
        slowest_bytes_ = slowest->taken_bytes_;
    }
    let_go();
    return slowest_bytes_ != before;
}

bool Flight::has_ended() const {
    return phase_ == Phase::done || phase_ == Phase::failed;
}

void Flight::let_go() {
    if (recording_) return;
    record_.let_go(readers_.empty() ? record_.size() : slowest_bytes_);
}

Flight::Reader::Reader(std::shared_ptr<Flight> flight, std::function<void()> wake)
    : flight_(std::move(flight)), wake_(std::move(wake)) {}

// The leader calls wake_ under the lock and only for readers on the list, so once off the list it
// is never called again.
Flight::Reader::~Reader() {
    const std::lock_guard lock(flight_->mutex_);
    auto& readers = flight_->readers_;
    const auto found = std::find(readers.begin(), readers.end(), this);
    *found = readers.back();
    readers.pop_back();
    if (taken_bytes_ == flight_->slowest_bytes_) flight_->find_slowest();
    if (flight_->drained_) flight_->drained_();
}

Flight::Reader::News Flight::Reader::take(std::size_t most_bytes) {
    News news;
    news.phase = take_into(news.pieces, most_bytes);
    return news;
}

Flight::Phase Flight::Reader::take_into(std::vector<Piece>& into, std::size_t most_bytes) {
    const std::lock_guard lock(flight_->mutex_);
    told_ = false;
    const Phase phase = flight_->phase_;
    const std::size_t left = flight_->record_.size() - taken_bytes_;
    if (left == 0) return phase;
    flight_->record_.read(taken_bytes_, most_bytes, into);
    const bool was_slowest = taken_bytes_ == flight_->slowest_bytes_;
    taken_bytes_ += std::min(left, most_bytes);
    if (was_slowest && flight_->find_slowest() && flight_->drained_) flight_->drained_();
    return left > most_bytes && phase == Phase::done ? Phase::streaming : phase;
}

std::unique_ptr<Flight::Reader> Flight::follow(const std::shared_ptr<Flight>& flight,
                                               std::function<void()> wake) {
    const std::lock_guard lock(flight->mutex_);
    if (!flight->recording_) return nullptr;
    std::unique_ptr<Reader> reader(new Reader(flight, std::move(wake)));
    flight->readers_.push_back(reader.get());
    flight->slowest_bytes_ = 0;
    return reader;
}

Flight::Phase Flight::phase() const {
    const std::lock_guard lock(mutex_);
    return phase_;
}

std::size_t Flight::readers() const {
    const std::lock_guard lock(mutex_);
    return readers_.size();
}

const FlightHead& Flight::head() const {
    const std::lock_guard lock(mutex_);
    REFRAIN_CHECK(has_head_, "the head of a flight is known once it streams");
    return head_;
}

const Error& Flight::error() const {
    const std::lock_guard lock(mutex_);
    REFRAIN_CHECK(phase_ == Phase::failed, "only a failed flight has an error");
    return error_;
}

EntryPtr Flight::kept() const {
    const std::lock_guard lock(mutex_);
    return kept_;
}

BodyPtr Flight::body() const {
    std::unique_lock lock(mutex_);
    REFRAIN_CHECK(recording_, "the start of this flight is gone");
    std::vector<Piece> pieces;
    record_.read(0, kEverything, pieces);
    lock.unlock();

    std::vector<std::string_view> views;
    views.reserve(pieces.size());
    for (const auto& piece : pieces) {
        views.push_back(*piece);
    }
    return join_body(views);
}

std::size_t Flight::body_bytes() const {
    const std::lock_guard lock(mutex_);
    return record_.size();
}

std::vector<PaceMark> Flight::pace() const {
    const std::lock_guard lock(mutex_);
    return pace_;
}

}  // namespace refrain::cache
