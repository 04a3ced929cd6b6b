// OpenSSL's way to a socket that we own. Unlike its own socket BIO it never raises SIGPIPE.
#pragma once

struct bio_st;

namespace refrain::upstream {

// Does not close `descriptor`. Null if there is no memory. When the peer has closed, errno is 0.
bio_st* make_socket_bio(int descriptor);

}  // namespace refrain::upstream
