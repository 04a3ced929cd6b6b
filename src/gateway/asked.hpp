// What the head of a request means, worked out once: SDKs send the same head again and again, so a
// loop remembers the last ones, and skips all this where the bytes are equal.
#pragma once

#include "gateway/controls.hpp"
#include "gateway/forwarding.hpp"
#include "gateway/identity.hpp"
#include "gateway/policy.hpp"
#include "gateway/route.hpp"
#include "ledger/names.hpp"
#include "server/exchange.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace refrain::gateway {

struct Asked {
    PolicyPtr policy;  // keeps route.upstream alive
    Route route;
    Identity identity;
    bool may_borrow_key = true;  // an upstream's own, where the caller brings no credential
    Controls controls;
    std::string content_type;
    std::vector<TravellingField> fields;  // of the request, that go upstream
    std::vector<std::pair<std::string, std::string>> keyed_headers;
    ledger::PartyId party = 0;  // tenant and tags, for the ledger
    std::string alias_prefix;   // all of the above that can change the key, framed

    bool is_form() const noexcept { return content_type.starts_with("multipart/"); }
    // The request as its provider's functions see it.
    providers::Request request(std::string_view method, std::string_view body) const;
    // What a call upstream carries; valid as long as this is.
    std::vector<http::Field> fields_for_upstream(bool memoized) const;
};

using AskedPtr = std::shared_ptr<const Asked>;

// A provider's name for an answer ("response:resp_123") as it is stored: nobody but the credential
// that caused the answer can name it.
std::string entry_name(const Asked& asked, std::string_view name);

// Belongs to one loop.
class AskedTable {
  public:
    // Fails with what is wrong with the head, in words for the caller.
    Result<AskedPtr> ask(const server::Exchange& exchange,
                         const PolicyPtr& policy,
                         std::string_view secret,
                         ledger::Names& names);

  private:
    static constexpr std::size_t kMaxHeads = 256;
    static constexpr std::size_t kMaxHead = 4 * 1024;  // a longer one is not remembered

    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view bytes) const noexcept;
    };

    PolicyPtr policy_;  // of all that are known
    std::unordered_map<std::string, AskedPtr, Hash, std::equal_to<>> known_;
    std::string looked_up_;  // the last head without its length, for its capacity
};

}  // namespace refrain::gateway
