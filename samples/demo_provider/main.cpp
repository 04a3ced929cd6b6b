// refrain-demo-provider: enough of the OpenAI API to try everything offline.
#include "samples/demo_provider/server.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <string>
#include <thread>

namespace {

// Splits HOST:PORT, with an IPv6 host in brackets. Returns what is wrong, or nothing.
std::string read_address(const std::string& text, refrain::demo::Settings& settings) {
    const std::size_t colon = text.rfind(':');
    const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
    if (port.empty() || port.size() > 5 ||
        port.find_first_not_of("0123456789") != std::string::npos || std::stoi(port) > 65535) {
        return "HOST:PORT expected, as in 127.0.0.1:9090";
    }
    settings.port = std::stoi(port);
    settings.host = text.substr(0, colon);
    if (settings.host.starts_with('[') && settings.host.ends_with(']')) {
        settings.host = settings.host.substr(1, settings.host.size() - 2);
    }
    return {};
}

int serve(refrain::demo::Server& server) {
    // Blocked here and thus in every thread to come; only the one that waits takes them.
    sigset_t ends;
    ::sigemptyset(&ends);
    ::sigaddset(&ends, SIGTERM);
    ::sigaddset(&ends, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    ::signal(SIGPIPE, SIG_IGN);

    const std::string url = server.bind();
    if (url.empty()) {
        std::cerr << "refrain-demo-provider: cannot listen there; is the port taken?\n";
        return 1;
    }
    std::cout << "demo provider listening on " << url << std::endl;
    std::thread waiter([&] {
        int number = 0;
        ::sigwait(&ends, &number);
        server.stop();
    });
    server.run();
    waiter.join();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("A pretend AI provider: the OpenAI API with made-up but repeatable answers.");
    std::string listen = "127.0.0.1:9090";
    std::string fault;
    long latency_ms = 0;
    refrain::demo::Settings settings;
    app.add_option("--listen", listen, "HOST:PORT; port 0 takes any free one")
        ->capture_default_str()
        ->check([&](const std::string& text) { return read_address(text, settings); });
    app.add_option("--latency-ms", latency_ms, "Milliseconds to the first byte")
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber);
    app.add_option("--token-rate",
                   settings.pace.tokens_per_second,
                   "Tokens a second in streams; 0 for all at once")
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber);
    app.add_option(
           "--fault",
           fault,
           "Fail every call: " + refrain::demo::fault_names() +
               "; NAME*N fails only the first N calls. The request header X-Demo-Fault does "
               "the same for one call.")
        ->check([](const std::string& text) {
            return refrain::demo::parse_fault(text) ? "" : "one of " + refrain::demo::fault_names();
        });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    read_address(listen, settings);
    settings.pace.latency = std::chrono::milliseconds(latency_ms);
    if (!fault.empty()) settings.fault = refrain::demo::parse_fault(fault).value();
    refrain::demo::Server server(settings);
    return serve(server);
}
