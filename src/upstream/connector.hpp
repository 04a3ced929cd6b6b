// Opens connections: resolves the name, tries its addresses in order, goes through a proxy where
// the options say so, and does the TLS handshake. Each phase has the connect time-out of its own.
#pragma once

#include "base/error.hpp"
#include "net/loop.hpp"
#include "upstream/connection.hpp"
#include "upstream/options.hpp"

namespace refrain::net {
class TlsContext;
}

namespace refrain::upstream {

// Opens `connection` to its peer. `tls` may be null where no https address is ever used.
// Connection::stop() ends it. After an Error the connection is of no use.
net::Task<Result<void>> open_connection(Connection& connection,
                                        const net::TlsContext* tls,
                                        const Options& options);

}  // namespace refrain::upstream
