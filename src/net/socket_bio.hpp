// OpenSSL's way to a socket that we own. Unlike its own socket BIO it never raises SIGPIPE, and
// what it writes leaves with the rest of the loop's turn.
#pragma once

struct bio_st;

namespace refrain::net {

class Stream;

// `stream` must outlive it. Null if there is no memory. When the peer has closed, errno is 0.
bio_st* make_socket_bio(Stream& stream);

}  // namespace refrain::net
