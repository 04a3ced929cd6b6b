#include "config/check.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>

namespace refrain::config {

namespace {

class Checker {
  public:
    Checker(const Loaded& loaded, const std::vector<Setting>& rows, std::vector<Problem>& problems)
        : loaded_(loaded), rows_(rows), problems_(problems) {}

    void check_tls() {
        const Server& server = loaded_.config.server;
        const bool cert_missing = server.tls_cert.empty();
        if (cert_missing == server.tls_key.empty()) return;
        const std::string missing = cert_missing ? "server.tls_cert" : "server.tls_key";
        const std::string present = cert_missing ? "server.tls_key" : "server.tls_cert";
        add({present, missing},
            said(present) + " needs " + missing + " beside it; set both or none.");
    }

    void check_upstreams() {
        std::set<std::string> variables;
        for (const auto& [name, upstream] : loaded_.config.upstreams) {
            const std::string key = "upstreams." + name;
            if (!variables.insert(environment_name(key)).second) {
                add({key},
                    key +
                        " has the same environment variables as another upstream; \"-\" and "
                        "\"_\" are one there: rename it.");
            }
            check_kind(name, upstream);
            if (upstream.base_url.empty()) {
                add({key + ".base_url"},
                    key +
                        ".base_url is empty; write where it is, such as "
                        "\"http://localhost:8000\".");
            }
            check_fallback(name, upstream);
        }
    }

    void check_tenant_scope() {
        if (loaded_.config.cache.scope != Scope::tenant) return;
        add({"cache.scope"},
            said("cache.scope") +
                " cannot be used: this version has no virtual keys, which tell "
                "tenants apart; write credential or shared.");
    }

    void check_availability() {
        const Config defaults = defaults_for(loaded_.config.upstreams);
        for (const Setting& row : rows_) {
            if (row.unavailable.empty() || row.get(loaded_.config) == row.get(defaults)) continue;
            add({row.name},
                said(row.name) + " cannot be used: " + row.unavailable + "; leave it out.");
        }
    }

  private:
    void check_kind(const std::string& name, const Upstream& upstream) {
        static const Upstreams kPresets = default_upstreams();
        const auto preset = kPresets.find(name);
        if (preset == kPresets.end() || preset->second.kind == upstream.kind) return;
        const std::string key = "upstreams." + name + ".kind";
        add({key},
            said(key) + " cannot be changed from " +
                std::string(config::name(preset->second.kind)) +
                "; leave it out, or choose another name for the upstream.");
    }

    // Follows the chain of fallbacks, which must end and speak one language.
    void check_fallback(const std::string& name, const Upstream& upstream) {
        if (upstream.fallback.empty()) return;
        const std::string key = "upstreams." + name + ".fallback";
        const Upstreams& all = loaded_.config.upstreams;
        std::set<std::string, std::less<>> seen{name};
        for (auto next = all.find(upstream.fallback);; next = all.find(next->second.fallback)) {
            if (next == all.end()) {
                // Only the upstream that names the missing one is to blame.
                if (seen.size() == 1) {
                    add({key},
                        said(key) + " is not a configured upstream; name one of [upstreams.NAME].");
                }
                return;
            }
            if (next->second.kind != upstream.kind) {
                add({key},
                    said(key) + " leads to \"" + next->first +
                        "\", which speaks another API; name one of the same kind.");
                return;
            }
            if (!seen.insert(next->first).second) {
                add({key},
                    said(key) + " leads back to \"" + next->first +
                        "\"; fallbacks must come to an end.");
                return;
            }
            if (next->second.fallback.empty()) return;
        }
    }

    // cache.scope = "tenant" (team.toml:3)
    std::string said(const std::string& key) const {
        std::string out = key;
        for (const Setting& row : rows_) {
            if (row.name == key) out += " = " + row.literal(loaded_.config);
        }
        const auto source = loaded_.sources.find(key);
        return source == loaded_.sources.end() ? out : out + " (" + source->second + ")";
    }

    void add(std::initializer_list<std::string> keys, std::string sentence) {
        for (const std::string& key : keys) {
            const bool known = std::any_of(
                problems_.begin(), problems_.end(), [&](const auto& p) { return p.key == key; });
            if (known) return;
        }
        problems_.push_back({*keys.begin(), std::move(sentence)});
    }

    const Loaded& loaded_;
    const std::vector<Setting>& rows_;
    std::vector<Problem>& problems_;
};

}  // namespace

void check(const Loaded& loaded, const std::vector<Setting>& rows, std::vector<Problem>& problems) {
    Checker checker(loaded, rows, problems);
    checker.check_tls();
    checker.check_upstreams();
    checker.check_tenant_scope();
    checker.check_availability();
}

}  // namespace refrain::config
