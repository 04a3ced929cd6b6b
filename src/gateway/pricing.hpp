// What an answer cost, in the words of the gateway: who was asked for what, and where. Pure.
#pragma once

#include "gateway/asked.hpp"
#include "ledger/till.hpp"
#include "providers/bill.hpp"
#include "providers/endpoint.hpp"

namespace refrain::gateway {

ledger::Subject subject_of(const Asked& asked, const providers::Plan& plan);

// At the prices of now.
providers::Bill bill_for(const Asked& asked,
                         const providers::Plan& plan,
                         const providers::Usage& usage);

// The bill as the ledger takes it; the cell is still to be filled in.
ledger::Bought bought_by(const providers::Bill& bill);

}  // namespace refrain::gateway
