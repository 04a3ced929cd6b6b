// The header fields of one message as views into the bytes they were read from.
// Owned by a head; valid only while those bytes stay where they are.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace refrain::http {

struct Field {
    std::string_view name;   // as written; compared without case
    std::string_view value;  // without surrounding white space
};

// ASCII, as RFC 9110 5.1 compares field names.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

// Whether a comma-separated list holds this token (RFC 9110 5.6.1).
bool list_has_token(std::string_view list, std::string_view token) noexcept;

class Fields {
  public:
    void clear() noexcept { list_.clear(); }
    void add(std::string_view name, std::string_view value) { list_.push_back({name, value}); }

    // The first field of that name, or absent.
    std::optional<std::string_view> find(std::string_view name) const noexcept;
    bool has(std::string_view name) const noexcept { return find(name).has_value(); }
    std::size_t count(std::string_view name) const noexcept;
    // The same for a list field, over all its lines.
    bool has_token(std::string_view name, std::string_view token) const noexcept;

    // To change what they are views of.
    template <class Change>
    void for_each(Change change) {
        for (Field& field : list_)
            change(field);
    }

    auto begin() const noexcept { return list_.begin(); }
    auto end() const noexcept { return list_.end(); }
    std::size_t size() const noexcept { return list_.size(); }

  private:
    std::vector<Field> list_;  // capacity kept between messages
};

// Fields that belong to one connection, never to the message (RFC 9110 7.6.1): Connection and what
// it names, Keep-Alive, Proxy-*, TE, Trailer, Transfer-Encoding, Upgrade.
bool is_hop_by_hop(const Fields& fields, std::string_view name) noexcept;

}  // namespace refrain::http
