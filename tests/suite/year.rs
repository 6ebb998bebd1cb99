//! A small year: what `make check-year` lives with 2,000 customers, in little.

use ar_year::Year;

#[test]
fn a_small_year_breaks_no_invariant() {
    let lived = Year { customers: 40, days: 60, seed: 1 }.live().unwrap_or_else(|why| panic!("{why}"));
    for action in ["post_allocation", "send_notice", "send_reminder", "call", "reply", "charge_fee", "route_dispute"] {
        assert!(lived.decided(action) > 0, "nothing decides {action}\n{lived}");
    }
    for event in ["ItemsAllocated", "NoticeSent", "PaymentFailed", "PromiseMade", "DisputeResolved", "DecisionRejected"] {
        assert!(lived.happened(event) > 0, "nothing tells {event}\n{lived}");
    }
}
