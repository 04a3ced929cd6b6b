#include "ledger/names.hpp"

#include <algorithm>
#include <mutex>

namespace refrain::ledger {

namespace {

// At most that many bytes, never half a code point.
std::string shortened(const std::string& word, std::size_t limit) {
    if (word.size() <= limit) return word;
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xc0) == 0x80)
        --end;
    return word.substr(0, end) + "…";
}

}  // namespace

Names::Names() {
    subject({});
    party({});
}

std::string Names::bounded(Words& words, const std::string& word) {
    if (word.empty()) return word;
    std::string kept = shortened(word, kMaxWordBytes);
    if (words.count(kept) > 0) return kept;
    if (words.size() >= kMaxWords) return std::string(kOther);
    words.insert(kept);
    return kept;
}

template <class Thing>
std::uint32_t Names::add(Table<Thing>& table, Thing thing) {
    const auto found = table.ids.find(thing);
    if (found != table.ids.end()) return found->second;
    const auto id = static_cast<std::uint32_t>(table.things.size());
    table.things.push_back(thing);
    table.ids.emplace(std::move(thing), id);
    return id;
}

template <class Thing>
bool Names::is_full(const Table<Thing>& table, const Thing& thing) {
    return table.things.size() >= kMaxIds && table.ids.count(thing) == 0;
}

SubjectId Names::subject(const Subject& subject) {
    {
        const std::shared_lock lock(mutex_);
        const auto found = subjects_.ids.find(subject);
        if (found != subjects_.ids.end()) return found->second;
    }
    const std::unique_lock lock(mutex_);
    Subject kept = subject;
    kept.model = bounded(models_, subject.model);
    kept.voice = bounded(voices_, subject.voice);
    // Operations and providers are the operator's: these few always find room.
    if (is_full(subjects_, kept)) kept.model = kept.voice = kOther;
    return add(subjects_, std::move(kept));
}

PartyId Names::party(const Party& party) {
    Party kept = party;
    std::sort(kept.tags.begin(), kept.tags.end());
    kept.tags.erase(std::unique(kept.tags.begin(), kept.tags.end()), kept.tags.end());
    if (kept.tags.size() > kMaxTags) kept.tags.resize(kMaxTags);
    {
        const std::shared_lock lock(mutex_);
        const auto found = parties_.ids.find(kept);
        if (found != parties_.ids.end()) return found->second;
    }
    const std::unique_lock lock(mutex_);
    kept.tenant = bounded(tenants_, kept.tenant);
    for (std::string& tag : kept.tags)
        tag = bounded(tags_, tag);
    std::sort(kept.tags.begin(), kept.tags.end());
    kept.tags.erase(std::unique(kept.tags.begin(), kept.tags.end()), kept.tags.end());
    // Tags combine, tenants do not: where there are too many, the combination goes first.
    if (is_full(parties_, kept)) kept.tags = {std::string(kOther)};
    return add(parties_, std::move(kept));
}

SubjectId Names::coarser(SubjectId id) {
    Subject subject = subject_of(id);
    subject.model = subject.voice = kOther;
    return this->subject(subject);
}

std::vector<const Subject*> Names::subjects() const {
    const std::shared_lock lock(mutex_);
    std::vector<const Subject*> all;
    all.reserve(subjects_.things.size());
    for (const Subject& subject : subjects_.things)
        all.push_back(&subject);
    return all;
}

std::vector<const Party*> Names::parties() const {
    const std::shared_lock lock(mutex_);
    std::vector<const Party*> all;
    all.reserve(parties_.things.size());
    for (const Party& party : parties_.things)
        all.push_back(&party);
    return all;
}

Subject Names::subject_of(SubjectId id) const {
    const std::shared_lock lock(mutex_);
    return id < subjects_.things.size() ? subjects_.things[id] : Subject{};
}

Party Names::party_of(PartyId id) const {
    const std::shared_lock lock(mutex_);
    return id < parties_.things.size() ? parties_.things[id] : Party{};
}

}  // namespace refrain::ledger
