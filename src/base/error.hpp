// The one error type. Values, not exceptions: every function that can fail returns a Result.
// Copyable, so that every follower of a shared upstream call receives the same truth.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace refrain {

// What went wrong. Adding one is a review question: each has one HTTP status in
// gateway/error_response.cpp.
enum class ErrorCode {
    malformed,     // bytes that no rule accepts
    too_large,     // over a limit that the message names
    unauthorized,  // a credential is missing or refused
    not_found,
    timeout,
    unreachable,  // could not connect, resolve or verify
    broken,       // a peer or a store stopped half way or lied
    cancelled,    // somebody we worked for went away
    unavailable,  // overloaded, draining, full, locked
    unsupported,
};

// Who must change something.
enum class Origin { client, upstream, cache, gateway };

// Whether trying again can help.
enum class Retry { never, on_new_connection, always };

struct [[nodiscard]] Error {
    ErrorCode code = ErrorCode::broken;
    Origin origin = Origin::gateway;
    std::string message;  // one clause, no trailing dot: "read segment 12: short read"
    Retry retry = Retry::never;
};

std::string_view name(ErrorCode code) noexcept;

template <class T>
using Result = tl::expected<T, Error>;

// A failure of some part, ready to return as any Result.
inline tl::unexpected<Error> failure(ErrorCode code, Origin origin, std::string message) {
    return tl::unexpected<Error>(Error{code, origin, std::move(message), Retry::never});
}

inline tl::unexpected<Error> failure(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

}  // namespace refrain
