// Who and what the ledger tells apart, each set of words as a small number: looking at words is
// done once, not for each request. Callers choose models, voices and tags, so how many there can be
// is bounded: beyond that they are "(other)". Thread-safe.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace refrain::ledger {

inline constexpr std::string_view kOther = "(other)";

// What was asked for.
struct Subject {
    std::string operation;  // "" for what is not memoized
    std::string provider;
    std::string model;  // "" where none is known
    std::string voice;

    auto operator<=>(const Subject&) const = default;
};

// Who asked.
struct Party {
    std::string tenant;
    std::vector<std::string> tags;  // sorted, each once

    auto operator<=>(const Party&) const = default;
};

using SubjectId = std::uint32_t;
using PartyId = std::uint32_t;

// One set of figures: what, and by whom.
struct CellId {
    SubjectId subject = 0;
    PartyId party = 0;

    auto operator<=>(const CellId&) const = default;
};

class Names {
  public:
    Names();

    SubjectId subject(const Subject& subject);
    PartyId party(const Party& party);
    // The same without what callers choose: for when there are too many.
    SubjectId coarser(SubjectId subject);

    // All there are, by id. They stay as long as the Names.
    std::vector<const Subject*> subjects() const;
    std::vector<const Party*> parties() const;
    Subject subject_of(SubjectId id) const;
    Party party_of(PartyId id) const;

  private:
    static constexpr std::size_t kMaxWords = 1'000;  // of each kind
    static constexpr std::size_t kMaxIds = 20'000;   // of each kind
    static constexpr std::size_t kMaxWordBytes = 128;
    static constexpr std::size_t kMaxTags = 8;  // of one request

    using Words = std::set<std::string, std::less<>>;

    template <class Thing>
    struct Table {
        std::map<Thing, std::uint32_t> ids;
        std::deque<Thing> things;  // by id
    };

    // REQUIRES: mutex_ held. The word, or "(other)".
    std::string bounded(Words& words, const std::string& word);
    template <class Thing>
    static bool is_full(const Table<Thing>& table, const Thing& thing);
    template <class Thing>
    static std::uint32_t add(Table<Thing>& table, Thing thing);

    mutable std::shared_mutex mutex_;
    Words models_;
    Words voices_;
    Words tenants_;
    Words tags_;
    Table<Subject> subjects_;
    Table<Party> parties_;
};

}  // namespace refrain::ledger
