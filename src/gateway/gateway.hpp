// The request path, in order. One Gateway per loop; everything it shares with the others is in
// Services. gateway.cpp runs the stages:
//
//   ask       where it goes, who asks, what they ask of the cache        asked.hpp
//   plan      its canonical form and key, or why there is none           providers/
//   look      an answer in memory, on disk                               lookup.hpp
//   fetch     the upstream, once for all who ask the same                ask_upstream.cpp,
//   fetch.hpp follow    the answer, as it arrives or as it was stored              follow.hpp,
//   reply.hpp
//
// and pass_through.hpp for what is not memoized.
#pragma once

#include "gateway/asked.hpp"
#include "gateway/error_response.hpp"
#include "gateway/lookup.hpp"
#include "gateway/policy.hpp"
#include "gateway/services.hpp"
#include "net/loop.hpp"
#include "server/exchange.hpp"
#include "server/listener.hpp"
#include "upstream/client.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace refrain::gateway {

class Gateway {
  public:
    Gateway(net::Loop& loop, Services& services, PolicyPtr policy);
    ~Gateway();
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    // Answers one request. On the loop.
    net::Task<void> handle(server::Exchange& exchange);
    // The same for most hits, without waiting for anything; false leaves the request to handle().
    bool answer_at_once(server::Exchange& exchange);

    // A reload. On the loop; requests under way keep the policy they began with.
    void set_policy(PolicyPtr policy);

  private:
    struct Sought;
    net::Task<void> answer(server::Exchange& exchange, AskedPtr asked);
    net::Task<void> answer_memoizable(server::Exchange& exchange, Sought& sought);
    net::Task<void> answer_found(server::Exchange& exchange,
                                 const Sought& sought,
                                 const Answered& found);
    net::Task<void> ask_upstream(server::Exchange& exchange, Sought& sought);
    net::Task<void> ask_fallback(server::Exchange& exchange, Sought& sought);
    net::Task<void> pass(server::Exchange& exchange, Sought& sought, std::string_view why);
    net::Task<void> refuse(server::Exchange& exchange,
                           const Sought& sought,
                           const ErrorAnswer& answer);
    net::Task<void> only_if_cached(server::Exchange& exchange, const Sought& sought);
    bool may_be_given_stored(const Asked& asked) const;
    cache::AliasPtr find_alias(const Sought& sought) const;
    net::Task<void> find_key(server::Exchange& exchange, Sought& sought);
    net::Task<void> make_plan(server::Exchange& exchange, Sought& sought);
    void ask_elsewhere(server::Exchange& exchange, Sought& sought, std::string_view model) const;
    net::Task<Answered> look_in_wider(const Sought& sought);
    void lead(server::Exchange& exchange,
              const Sought& sought,
              const std::shared_ptr<cache::Flight>& flight,
              bool in_table);
    void start_fetch(server::Exchange& exchange,
                     const Sought& sought,
                     std::shared_ptr<cache::Flight> flight,
                     bool in_table);
    std::shared_ptr<upstream::Client> client_for(const Upstream& upstream);
    void enter(const Sought& sought, Outcome outcome, const cache::Entry* entry = nullptr);

    net::Loop& loop_;
    Services& services_;
    PolicyPtr policy_;
    ledger::Till& till_;
    AskedTable asked_;
    std::map<std::string, std::shared_ptr<upstream::Client>, std::less<>> clients_;
};

// How the listener words its own refusals (bad heads, too many connections).
server::Refusal refuse(int status, std::string_view sentence, std::string_view target);

}  // namespace refrain::gateway
