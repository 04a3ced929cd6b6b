// The demo provider: listens, reads requests, finds who answers, and delivers. Owned by main();
// stop() may be called from any thread.
#pragma once

#include "samples/demo_provider/call_log.hpp"
#include "samples/demo_provider/delivery.hpp"
#include "samples/demo_provider/endpoints.hpp"
#include "samples/demo_provider/faults.hpp"

#include <httplib.h>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace refrain::demo {

struct Settings {
    std::string host = "127.0.0.1";
    int port = 9090;  // 0: any free one
    Pace pace;
    FaultOrder fault;  // for every call that does not bring its own
};

class Server final : private httplib::Server {
  public:
    explicit Server(const Settings& settings);

    // The URL it listens on, or empty if the address cannot be had.
    std::string bind();
    // Answers until stop(). REQUIRES: bind() succeeded.
    void run();
    void stop();

  private:
    using Endpoint = std::function<Answer(const Call&)>;
    struct Route {
        std::string method;
        std::string pattern;  // "*" stands for one segment
        Endpoint endpoint;
    };

    std::vector<Route> routes();
    void handle(const httplib::Request& request, httplib::Response& response);
    Answer answer(const httplib::Request& request, const Call& call);
    Answer route(const httplib::Request& request, const Call& call);
    Fault fault_for(const httplib::Request& request);
    bool process_and_close_socket(socket_t socket) override;

    Settings settings_;
    std::atomic<bool> stopping_ = false;
    int listener_ = -1;
    CallLog calls_;
    FaultCounter faults_;
    Responses responses_;
    Files files_;
    std::vector<Route> routes_;
};

}  // namespace refrain::demo
