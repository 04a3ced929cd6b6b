// Stage 5: is there an answer already, in the form this caller wants. Memory never blocks; the disk
// is asked on a worker thread, and only when it may have it.
#pragma once

#include "cache/entry.hpp"
#include "gateway/controls.hpp"
#include "gateway/services.hpp"
#include "net/loop.hpp"
#include "providers/endpoint.hpp"

#include <string>
#include <string_view>

namespace refrain::gateway {

struct Wanted {
    const providers::Endpoint* endpoint = nullptr;
    const Controls* controls = nullptr;
    cache::Key key;
    std::string_view form;
    bool as_link = false;  // whatever its form, as long as it is kept as sound
};

// An entry in the wanted form, null for none.
struct Answered {
    cache::EntryPtr entry;
    std::string_view tier;  // "memory", "disk", or "derived" of an entry with more in it
};

// What memory has, without waiting. A form that was not asked for before is made and kept, unless
// that is so much work that it belongs to a worker: then nothing is found here.
Answered look_in_memory(Services& services, const Wanted& wanted);

// Everything else: the disk, and large conversions. REQUIRES: `wanted`'s views outlive the call.
net::Task<Answered> look_further(Services& services, const Wanted& wanted);
// Whether look_further could find more than memory did.
bool worth_looking_further(Services& services, const Wanted& wanted);

}  // namespace refrain::gateway
