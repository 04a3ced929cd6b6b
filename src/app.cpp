#include "app.hpp"

#include "cache/alias.hpp"
#include "cache/disk/disk_tier.hpp"
#include "cache/flight.hpp"
#include "cache/memory/memory_tier.hpp"
#include "cache/tiered_cache.hpp"
#include "control/control.hpp"
#include "data_dir.hpp"
#include "gateway/gateway.hpp"
#include "ledger/ledger.hpp"
#include "net/loop.hpp"
#include "net/tls_context.hpp"
#include "net/workers.hpp"
#include "server/listener.hpp"

#include <boost/asio/signal_set.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace refrain {

namespace {

using net::Task;

constexpr std::size_t kWorkers = 4;
constexpr std::size_t kJudges = 2;
constexpr std::chrono::milliseconds kDrainStep{20};

void start_log(config::LogLevel level) {
    auto log = spdlog::stderr_color_mt("refrain");
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    spdlog::set_default_logger(std::move(log));
    spdlog::set_level(spdlog::level::from_str(std::string(config::name(level))));
}

// As many files and sockets as the system lets this process have: the usual bound of 1,024 is there
// for programs that call select().
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// What the operator must change before this gateway may start; "" if nothing.
std::string objection(const config::Config& config,
                      const gateway::Upstreams& upstreams,
                      bool on_loopback) {
    if (!on_loopback && upstreams.has_own_keys() && !config.server.allow_open) {
        return "server.listen is beyond this machine and an upstream has its own key, so anyone "
               "could spend it; listen on 127.0.0.1, unset the key, or set server.allow_open = "
               "true";
    }
    return "";
}

// A loop, its thread, and what serves on it. The order matters: what is left of connections goes
// with the loop, and looks at the service once more.
struct Lane {
    std::unique_ptr<server::Service> service;
    net::Loop loop;
    std::unique_ptr<gateway::Gateway> gateway;
    std::unique_ptr<server::Listener> listener;
    std::thread thread;
};

class App {
  public:
    explicit App(const config::Loaded& loaded) : loaded_(loaded), config_(loaded.config) {}

    int run() {
        const auto built = build();
        if (!built) {
            std::cerr << "refrain: " << built.error().message << "\n";
            return 1;
        }
        const auto& first = *lanes_.front()->listener;
        const std::string host = config_.server.listen_host.find(':') == std::string::npos
                                     ? config_.server.listen_host
                                     : "[" + config_.server.listen_host + "]";
        for (auto& lane : lanes_)
            lane->listener->start();
        watch_signals();
        for (auto& lane : lanes_) {
            lane->thread = std::thread([&loop = lane->loop] { loop.run(); });
        }
        const std::string_view scheme = config_.server.tls_cert.empty() ? "http://" : "https://";
        std::cout << "refrain listens on " << scheme << host << ":" << first.port() << std::endl;
        for (auto& lane : lanes_)
            lane->thread.join();
        end();
        return 0;
    }

  private:
    Result<void> build() {
        raise_descriptor_limit();
        auto policy = gateway::make_policy(config_);
        if (!policy) return failure(policy.error());
        policy_ = std::move(*policy);
        auto kept = build_cache();
        if (!kept) return kept;
        open_ledger();
        auto own_tls = server_tls();
        if (!own_tls) return failure(own_tls.error());
        const std::string ca_file = environment("SSL_CERT_FILE");
        auto tls = net::TlsContext::for_client(ca_file);
        if (!tls) return failure(tls.error());
        workers_ = std::make_unique<net::Workers>(kWorkers);
        judges_ = std::make_unique<net::Workers>(kJudges, net::Workers::Urgency::low);
        // Aggregates, which make_unique cannot make.
        // NOLINTNEXTLINE(modernize-make-unique)
        control_.reset(new control::Context{*cache_,
                                            aliases_,
                                            *ledger_,
                                            *workers_,
                                            environment("REFRAIN_ADMIN_TOKEN"),
                                            true,
                                            draining_,
                                            [this] { return services_->fetches.load(); }});
        // NOLINTNEXTLINE(modernize-make-unique)
        services_.reset(new gateway::Services{
            *cache_,
            aliases_,
            flights_,
            *ledger_,
            *workers_,
            *judges_,
            std::move(*tls),
            secret_,
            [this](server::Exchange& exchange) { return control::answer(*control_, exchange); },
            under_way_});
        return build_lanes(*own_tls);
    }

    // Null: callers speak in the clear.
    Result<std::shared_ptr<net::TlsContext>> server_tls() const {
        const config::Server& server = config_.server;
        if (server.tls_cert.empty()) return std::shared_ptr<net::TlsContext>();
        return net::TlsContext::for_server(server.tls_cert, server.tls_key);
    }

    Result<void> build_cache() {
        const config::Cache& settings = config_.cache;
        auto prepared = prepare_data_dir(settings.data_dir);
        if (!prepared) return prepared;
        auto secret = load_secret(settings.data_dir);
        if (!secret) return failure(secret.error());
        secret_ = std::move(*secret);
        const auto invalidation = std::make_shared<cache::Invalidation>();
        std::unique_ptr<cache::DiskTier> disk;
        if (settings.disk_bytes > 0) {
            cache::DiskOptions options;
            options.directory = settings.data_dir + "/store";
            options.capacity_bytes = settings.disk_bytes;
            options.max_entry_bytes = settings.max_entry_bytes;
            options.body_coding = settings.compression == config::Compression::none
                                      ? cache::BodyCoding::plain
                                      : cache::BodyCoding::zstd;
            options.invalidation = invalidation;
            auto opened = cache::DiskTier::open(options);
            if (!opened) return failure(opened.error());
            disk = std::move(*opened);
            if (!disk->notice().empty()) spdlog::warn("{}", disk->notice());
        }
        cache::TieredOptions options;
        options.max_entry_bytes = settings.max_entry_bytes;
        options.invalidation = invalidation;
        cache_ = std::make_unique<cache::TieredCache>(
            std::make_unique<cache::MemoryTier>(
                settings.memory_bytes - settings.memory_bytes / 8, wall_now, invalidation),
            std::move(disk),
            options);
        return {};
    }

    // Without a store the figures are in memory, until there is one.
    void open_ledger() {
        ledger::LedgerOptions options;
        options.directory = config_.cache.data_dir + "/ledger";
        options.archive = config_.cache.data_dir + "/archive";
        ledger_ = std::make_unique<ledger::Ledger>(std::move(options));
        const std::string trouble = ledger_->trouble();
        if (!trouble.empty()) spdlog::warn("savings are counted in memory only: {}", trouble);
    }

    Result<void> build_lanes(const std::shared_ptr<net::TlsContext>& tls) {
        const unsigned wanted = config_.server.threads;
        const unsigned count =
            wanted > 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
        std::uint16_t port = config_.server.listen_port;
        for (unsigned i = 0; i < count; ++i) {
            auto lane = std::make_unique<Lane>();
            lane->gateway = std::make_unique<gateway::Gateway>(lane->loop, *services_, policy_);
            lane->service = std::make_unique<server::Service>(connections_, under_way_);
            lane->service->handler = [&gateway = *lane->gateway](server::Exchange& exchange) {
                return gateway.handle(exchange);
            };
            lane->service->at_once = [&gateway = *lane->gateway](server::Exchange& exchange) {
                return gateway.answer_at_once(exchange);
            };
            lane->service->refuse = gateway::refuse;
            lane->service->tls = tls;
            lane->service->limits = limits();
            auto listener = server::Listener::open(
                lane->loop, *lane->service, config_.server.listen_host, port);
            if (!listener) return failure(listener.error());
            lane->listener = std::move(*listener);
            port = lane->listener->port();
            lanes_.push_back(std::move(lane));
        }
        const bool on_loopback = lanes_.front()->listener->is_loopback();
        control_->on_loopback = on_loopback;
        const std::string wrong = objection(config_, policy_->upstreams, on_loopback);
        if (!wrong.empty()) return failure(ErrorCode::unsupported, Origin::gateway, wrong);
        return {};
    }

    server::Limits limits() const {
        server::Limits limits;
        limits.idle_timeout = config_.server.idle_timeout;
        limits.header_timeout = config_.server.header_timeout;
        limits.body_timeout = config_.server.body_timeout;
        limits.max_connections = config_.server.max_connections;
        return limits;
    }

    void watch_signals() {
        signals_ = std::make_unique<boost::asio::signal_set>(
            lanes_.front()->loop.context(), SIGTERM, SIGINT, SIGHUP);
        std::signal(SIGPIPE, SIG_IGN);
        wait_for_signal();
    }

    void wait_for_signal() {
        signals_->async_wait([this](const boost::system::error_code& error, int signal) {
            if (error) return;
            if (signal == SIGHUP) {
                reload();
            } else if (draining_.exchange(true)) {
                stop();  // asked twice: now
            } else {
                lanes_.front()->loop.spawn(drain());
            }
            wait_for_signal();
        });
    }

    // Reads the configuration again. What is wrong with it is said, and the old one stays.
    void reload() {
        auto loaded = config::load(loaded_.inputs);
        if (!loaded) {
            for (const auto& problem : loaded.error()) {
                spdlog::error("configuration not reloaded: {}", problem.sentence);
            }
            return;
        }
        // What is listened to stays as it is, and links say https only where that is so.
        loaded->config.server.tls_cert = config_.server.tls_cert;
        const auto policy = gateway::make_policy(loaded->config);
        if (!policy) {
            spdlog::error("configuration not reloaded: {}", policy.error().message);
            return;
        }
        const auto tls = server_tls();  // the files may be new ones
        if (!tls) {
            spdlog::error("configuration not reloaded: {}", tls.error().message);
            return;
        }
        spdlog::info("configuration reloaded");
        for (auto& lane : lanes_) {
            lane->loop.post([&lane = *lane, policy = *policy, tls = *tls] {
                lane.service->tls = tls;
                lane.gateway->set_policy(policy);
            });
        }
    }

    // No new connections; those under way, and answers being recorded, may finish.
    Task<void> drain() {
        spdlog::info("draining");
        for (auto& lane : lanes_)
            lane->listener->drain();
        const auto end = SteadyClock::now() + config_.server.drain_timeout;
        while (SteadyClock::now() < end) {
            const bool busy = connections_.load() > 0 || services_->fetches.load() > 0;
            if (!busy) break;
            co_await net::sleep_for(kDrainStep);
        }
        stop();
    }

    void stop() {
        for (auto& lane : lanes_)
            lane->loop.stop();
    }

    // No loop runs any more, but requests may have been left half way: told twice, nobody waits for
    // them. What is to last is made to before anything is taken apart.
    void end() {
        judges_->join();
        workers_->join();
        cache_->flush();
        ledger_->flush();
        signals_.reset();
        for (auto& lane : lanes_)
            lane->loop.let_go();
    }

    const config::Loaded& loaded_;
    const config::Config& config_;
    gateway::PolicyPtr policy_;
    std::string secret_;
    std::atomic<bool> draining_{false};
    std::atomic<std::size_t> connections_{0};
    ByteBudget under_way_{loaded_.config.server.inflight_bytes};
    std::unique_ptr<ledger::Ledger> ledger_;
    cache::FlightTable flights_;
    cache::AliasTable aliases_{loaded_.config.cache.memory_bytes / 8};
    std::unique_ptr<cache::TieredCache> cache_;
    std::unique_ptr<net::Workers> workers_;
    std::unique_ptr<net::Workers> judges_;
    std::unique_ptr<control::Context> control_;
    std::unique_ptr<gateway::Services> services_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::unique_ptr<boost::asio::signal_set> signals_;
};

}  // namespace

int serve(const config::Loaded& loaded) {
    start_log(loaded.config.log_level);
    App app(loaded);
    return app.run();
}

}  // namespace refrain
