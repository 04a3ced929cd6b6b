#include "cache/flight.hpp"

#include <array>
#include <list>
#include <unordered_map>

namespace refrain::cache {

namespace {

constexpr std::size_t kShards = 16;
constexpr std::size_t kMarksPerShard = 1024;

struct Mark {
    Key key;
    SteadyClock::time_point until;
};

}  // namespace

struct FlightTable::Shard {
    std::mutex mutex;
    std::unordered_map<Key, std::shared_ptr<Flight>, KeyHash> flights;
    std::list<Mark> marks;  // oldest first
    std::unordered_map<Key, std::list<Mark>::iterator, KeyHash> marked;

    void forget(const Key& key) {
        const auto found = marked.find(key);
        if (found == marked.end()) return;
        marks.erase(found->second);
        marked.erase(found);
    }
};

FlightTable::FlightTable(Now now)
    : now_(std::move(now)), shards_(std::make_unique<Shard[]>(kShards)) {}

FlightTable::~FlightTable() = default;

// The maps inside hash the first eight bytes of the key, so the last one picks the shard.
FlightTable::Shard& FlightTable::shard(const Key& key) const {
    return shards_[key.bytes.back() % kShards];
}

FlightTable::Seat FlightTable::join(const Key& key) {
    auto& home = shard(key);
    const std::lock_guard lock(home.mutex);
    if (const auto mark = home.marked.find(key); mark != home.marked.end()) {
        if (now_() < mark->second->until) return {};
        home.forget(key);
    }
    auto& flight = home.flights[key];
    if (flight) return {flight, false};
    flight = std::make_shared<Flight>();
    return {flight, true};
}

void FlightTable::land(const Key& key, const std::shared_ptr<Flight>& flight) {
    auto& home = shard(key);
    const std::lock_guard lock(home.mutex);
    const auto found = home.flights.find(key);
    if (found != home.flights.end() && found->second == flight) home.flights.erase(found);
}

void FlightTable::mark_uncacheable(const Key& key, std::chrono::milliseconds period) {
    auto& home = shard(key);
    const std::lock_guard lock(home.mutex);
    home.forget(key);
    if (home.marks.size() == kMarksPerShard) home.forget(home.marks.front().key);
    home.marked[key] = home.marks.insert(home.marks.end(), Mark{key, now_() + period});
}

void FlightTable::clear_mark(const Key& key) {
    auto& home = shard(key);
    const std::lock_guard lock(home.mutex);
    home.forget(key);
}

std::size_t FlightTable::size() const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < kShards; ++i) {
        const std::lock_guard lock(shards_[i].mutex);
        sum += shards_[i].flights.size();
    }
    return sum;
}

}  // namespace refrain::cache
