#include "gateway/asked.hpp"

#include "http/origin.hpp"

#include <xxhash.h>

#include <cctype>

namespace refrain::gateway {

namespace {

void add_framed(std::string& out, std::string_view part) {
    out.append(std::to_string(part.size())).push_back(':');
    out.append(part);
}

// The media type in lower case; its parameters as sent.
std::string content_type_of(const http::Fields& fields) {
    std::string type(fields.find("content-type").value_or(""));
    for (char& c : type) {
        if (c == ';') break;
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return type;
}

// All that leads from the bytes of a body to a key. The policy too, for it says how prompts are
// normalized and who is asked for which model; and the mount, since a model may be asked elsewhere
// only where the path does not name the upstream.
std::string alias_prefix_of(const Asked& asked, std::string_view method) {
    std::string prefix;
    const std::string serial = std::to_string(asked.policy->serial);
    for (const std::string_view part : {std::string_view(serial),
                                        std::string_view(asked.route.mounted ? "mounted" : ""),
                                        method,
                                        std::string_view(asked.route.upstream->name),
                                        std::string_view(asked.route.path),
                                        std::string_view(asked.route.query),
                                        std::string_view(asked.identity.scope),
                                        std::string_view(asked.identity.credential_id),
                                        std::string_view(asked.controls.variant),
                                        std::string_view(asked.content_type)}) {
        add_framed(prefix, part);
    }
    for (const auto& [name, value] : asked.keyed_headers) {
        add_framed(prefix, name);
        add_framed(prefix, value);
    }
    return prefix;
}

// The head's bytes but for the digits of its Content-Length, the one field that differs from prompt
// to prompt and means nothing here. A head with no digits there is none, so nothing else is equal.
void write_without_length(const server::Exchange& exchange, std::string& out) {
    const std::string_view bytes = exchange.head_bytes();
    const auto length = exchange.head().fields.find("content-length");
    if (!length) {
        out.assign(bytes);
        return;
    }
    const auto at = static_cast<std::size_t>(length->data() - bytes.data());
    out.assign(bytes, 0, at).append(bytes, at + length->size());
}

// A web page in a browser on this machine reaches the gateway too; it must not spend its key.
bool may_borrow_key(const http::RequestHead& head, const config::Config& config) {
    if (config.server.allow_open) return true;
    return (head.host.empty() || http::is_local_host(head.host)) && !http::is_cross_site(head);
}

Result<AskedPtr> work_out(const http::RequestHead& head,
                          const PolicyPtr& policy,
                          std::string_view secret,
                          ledger::Names& names) {
    auto route = find_route(head, policy->upstreams);
    if (!route) return failure(route.error());
    auto controls = read_controls(head.fields);
    if (!controls) return failure(controls.error());
    if (!route->deliver.empty()) {
        const auto wants_link = read_deliver("?deliver", route->deliver);
        if (!wants_link) return failure(wants_link.error());
        controls->wants_link = *wants_link;
    }
    auto asked = std::make_shared<Asked>();
    asked->policy = policy;
    asked->route = std::move(*route);
    asked->controls = std::move(*controls);
    const auto mark = head.target.find('?');
    const auto query =
        mark == std::string_view::npos ? std::string_view{} : head.target.substr(mark + 1);
    const Upstream& upstream = *asked->route.upstream;
    asked->may_borrow_key = may_borrow_key(head, policy->config);
    asked->identity =
        identify(head, query, upstream, policy->config.cache.scope, secret, asked->may_borrow_key);
    const bool is_bare = asked->identity.credential_id.empty();
    if (is_bare && !asked->may_borrow_key && !upstream.own_key.empty()) {
        return failure(ErrorCode::unauthorized,
                       Origin::client,
                       "send a credential: the gateway's own key is lent to programs that call it "
                       "by the name localhost or 127.0.0.1 and to no web page, unless "
                       "server.allow_open is set");
    }
    asked->content_type = content_type_of(head.fields);
    asked->fields = travelling_fields(head);
    asked->keyed_headers = keyed_headers(asked->fields);
    asked->party = names.party({"", asked->controls.tags});
    asked->alias_prefix = alias_prefix_of(*asked, head.method);
    return AskedPtr(std::move(asked));
}

}  // namespace

providers::Request Asked::request(std::string_view method, std::string_view body) const {
    providers::Request request;
    request.method = method;
    request.path = route.path;
    request.query = route.query;
    request.content_type = content_type;
    request.body = body;
    request.keyed_headers = keyed_headers;
    return request;
}

std::vector<http::Field> Asked::fields_for_upstream(bool memoized) const {
    std::vector<http::Field> out;
    out.reserve(fields.size() + 2);
    for (const auto& [name, value, travel] : fields) {
        const bool replaced =
            identity.withheld || identity.uses_own_key;  // the latter: it is empty
        if (travel == Travel::credential && replaced) continue;
        if (travel == Travel::unmemoized && memoized) continue;
        out.push_back({name, value});
    }
    if (memoized) out.push_back({"Accept-Encoding", "identity"});
    if (!identity.uses_own_key) return out;
    if (route.dialect == providers::Dialect::openai) {
        out.push_back({"Authorization", route.upstream->own_bearer});
    } else {
        out.push_back({"x-goog-api-key", route.upstream->own_key});
    }
    return out;
}

std::string entry_name(const Asked& asked, std::string_view name) {
    return "credential:" + asked.identity.credential_id + "|" + std::string(name);
}

std::size_t AskedTable::Hash::operator()(std::string_view bytes) const noexcept {
    return XXH3_64bits(bytes.data(), bytes.size());
}

Result<AskedPtr> AskedTable::ask(const server::Exchange& exchange,
                                 const PolicyPtr& policy,
                                 std::string_view secret,
                                 ledger::Names& names) {
    if (policy != policy_) {
        known_.clear();
        policy_ = policy;
    }
    write_without_length(exchange, looked_up_);
    const auto known = known_.find(looked_up_);
    if (known != known_.end()) return known->second;
    auto asked = work_out(exchange.head(), policy, secret, names);
    if (!asked || looked_up_.size() > kMaxHead) return asked;
    if (known_.size() == kMaxHeads) known_.clear();
    known_.emplace(looked_up_, *asked);
    return asked;
}

}  // namespace refrain::gateway
