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
    began_ = SteadyClock::now();
    phase_ = Phase::streaming;
    wake_readers();
}

void Flight::append(Piece piece) {
    if (piece->empty()) return;
    const std::lock_guard lock(mutex_);
    REFRAIN_CHECK(phase_ == Phase::streaming, "pieces come between the head and the end");
    bytes_ += piece->size();
    if (recording_) {
        const auto since = SteadyClock::now() - began_;
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
        pace_.push_back({saturated(bytes_), saturated(static_cast<std::uint64_t>(ms))});
    } else if (readers_.empty()) {
        // Nobody reads and nobody can join: the piece is only counted.
        slowest_next_ = ++dropped_;
        slowest_bytes_ = bytes_;
        return;
    }
    pieces_.push_back(std::move(piece));
    wake_readers();
}

void Flight::finish(EntryPtr kept) {
    std::function<void()> forgotten;  // dies after the lock, whatever it holds
    std::deque<Piece> released;
    const std::lock_guard lock(mutex_);
    REFRAIN_CHECK(phase_ == Phase::streaming, "a flight ends well after its head");
    forgotten.swap(drained_);
    kept_ = std::move(kept);
    become_parts_of_kept(released);
    phase_ = Phase::done;
    wake_readers();
}

// An answer that was packed has another form and other bytes than what arrived.
void Flight::become_parts_of_kept(std::deque<Piece>& released) {
    if (!recording_ || !kept_ || !kept_->body) return;
    if (kept_->form != head_.form || kept_->body->size() != bytes_) return;
    released.swap(pieces_);
    std::size_t first = 0;
    for (const auto& piece : released) {
        pieces_.emplace_back(kept_->body, first, piece->size());
        first += piece->size();
    }
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
    return readers_.empty() ? 0 : bytes_ - slowest_bytes_;
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
        slowest_next_ = recording_ ? 0 : dropped_ + pieces_.size();
        slowest_bytes_ = recording_ ? 0 : bytes_;
    } else {
        const auto* slowest = *std::min_element(
            readers_.begin(), readers_.end(), [](const Reader* a, const Reader* b) {
                return a->next_ < b->next_;
            });
        slowest_next_ = slowest->next_;
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
    while (!pieces_.empty() && (dropped_ < slowest_next_ || readers_.empty())) {
        pieces_.pop_front();
        ++dropped_;
    }
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
    if (next_ == flight_->slowest_next_) flight_->find_slowest();
    if (flight_->drained_) flight_->drained_();
}

Flight::Reader::News Flight::Reader::take(std::size_t most_bytes) {
    News news;
    const std::lock_guard lock(flight_->mutex_);
    told_ = false;
    news.phase = flight_->phase_;
    const auto& pieces = flight_->pieces_;
    const auto first = next_ - flight_->dropped_;
    if (first == pieces.size()) return news;
    auto end = first;
    std::size_t bytes = 0;
    while (end < pieces.size() && (end == first || bytes + pieces[end]->size() <= most_bytes)) {
        bytes += pieces[end++]->size();
    }
    if (end < pieces.size() && news.phase == Phase::done) news.phase = Phase::streaming;
    news.pieces.assign(pieces.begin() + static_cast<std::ptrdiff_t>(first),
                       pieces.begin() + static_cast<std::ptrdiff_t>(end));
    const bool was_slowest = next_ == flight_->slowest_next_;
    next_ = flight_->dropped_ + end;
    taken_bytes_ += bytes;
    if (was_slowest && flight_->find_slowest() && flight_->drained_) flight_->drained_();
    return news;
}

std::unique_ptr<Flight::Reader> Flight::follow(const std::shared_ptr<Flight>& flight,
                                               std::function<void()> wake) {
    const std::lock_guard lock(flight->mutex_);
    if (!flight->recording_) return nullptr;
    std::unique_ptr<Reader> reader(new Reader(flight, std::move(wake)));
    flight->readers_.push_back(reader.get());
    flight->slowest_next_ = 0;
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
    REFRAIN_CHECK(phase_ == Phase::streaming || phase_ == Phase::done,
                  "the head of a flight is known once it streams");
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
    const auto pieces = pieces_;
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
    return bytes_;
}

std::vector<PaceMark> Flight::pace() const {
    const std::lock_guard lock(mutex_);
    return pace_;
}

}  // namespace refrain::cache
