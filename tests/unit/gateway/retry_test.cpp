#include "gateway/retry.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace refrain::gateway {
namespace {

using std::chrono::milliseconds;

http::ResponseHead answer(int status, const std::string& name = "", const std::string& value = "") {
    http::ResponseHead head;
    head.status = status;
    if (!name.empty()) head.fields.add(name, value);
    return head;
}

TEST_CASE("Only answers that say the failure may pass are worth another attempt",
          "[gateway][retry]") {
    for (const int status : {429, 502, 503, 504})
        CHECK(pause_after(answer(status), {}));
    for (const int status : {200, 301, 400, 401, 403, 404, 409, 500, 501, 529})
        CHECK_FALSE(pause_after(answer(status), {}));
    CHECK_FALSE(pause_after(answer(429, "X-Should-Retry", "false"), {}));
    CHECK(pause_after(answer(429, "X-Should-Retry", "true"), {}));
}

TEST_CASE("A call that may have arrived is not made again, one that cannot have is",
          "[gateway][retry]") {
    Error error{ErrorCode::unreachable, Origin::upstream, "connect", Retry::always};
    CHECK(pause_after(error, {}));
    error.retry = Retry::never;
    CHECK_FALSE(pause_after(error, {}));
}

TEST_CASE("Pauses double, to 8 s at most, and luck spreads each over its upper half",
          "[gateway][retry]") {
    const auto pause = [](unsigned number, double luck) {
        return pause_after(answer(503), {number, luck}).value_or(milliseconds(-1));
    };
    CHECK(pause(0, 0) == milliseconds(250));
    CHECK(pause(0, 0.999999) > milliseconds(498));
    CHECK(pause(0, 0.999999) <= milliseconds(500));
    CHECK(pause(1, 0) == milliseconds(500));
    CHECK(pause(4, 0) == milliseconds(4'000));
    CHECK(pause(9, 0) == milliseconds(4'000));
    CHECK(pause(4'000'000'000, 0.999999) <= milliseconds(8'000));
}

TEST_CASE("Retry-After is obeyed, as seconds, milliseconds or a date", "[gateway][retry]") {
    const WallTime now{784'111'777'000};  // Sun, 06 Nov 1994 08:49:37 GMT
    const FailedAttempt first{0, 0, now};
    CHECK(pause_after(answer(429, "Retry-After", "7"), first) == milliseconds(7'000));
    CHECK(pause_after(answer(429, "Retry-After-Ms", "1500"), first) == milliseconds(1'500));
    CHECK(pause_after(answer(503, "Retry-After", "Sun, 06 Nov 1994 08:49:47 GMT"), first) ==
          milliseconds(10'000));
    CHECK(pause_after(answer(503, "Retry-After", "0"), first) == milliseconds(250));
    for (const char* const unsound : {"", "soon", "-7", "7 s", "1e3", "Sun, 06 Nov 1994"}) {
        CHECK(pause_after(answer(503, "Retry-After", unsound), first) == milliseconds(250));
    }
}

TEST_CASE("Whoever asks for more than half a minute is not asked again", "[gateway][retry]") {
    const WallTime now{784'111'777'000};
    const FailedAttempt first{0, 0, now};
    CHECK(pause_after(answer(429, "Retry-After", "30"), first) == milliseconds(30'000));
    for (const char* const value : {"31", "999999999999999999", "Mon, 07 Nov 1994 08:49:37 GMT"}) {
        CHECK_FALSE(pause_after(answer(429, "Retry-After", value), first));
    }
}

}  // namespace
}  // namespace refrain::gateway
