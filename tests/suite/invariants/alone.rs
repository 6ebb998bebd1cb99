//! Invariants of one function, and of no world.

use ar_core::Policy;
use proptest::prelude::*;
use serde_json::json;

fn ladder(levels: &[(i64, &str)]) -> bool {
    let levels: Vec<_> = levels.iter().map(|(after, anchor)| json!({ "after_days": after, "anchor": anchor })).collect();
    Policy::from_json(&json!({ "version": "ladder", "collections": { "ladder": levels } }).to_string()).is_ok()
}

proptest! {
    #![proptest_config(super::super::laws::cases(400))]

    // Killed by: `>` for `>=` between thresholds, a comparison with the level before only, a first level after a notice.
    #[test]
    fn invariant_19_ladders_that_are_no_ladder_are_refused(levels in proptest::collection::vec((0i64..40, 0usize..4), 1..7)) {
        const ANCHORS: [&str; 4] = ["due_date", "invoice_date", "end_of_month", "previous_notice"];
        let levels: Vec<(i64, &str)> = levels.into_iter().map(|(after, anchor)| (after, ANCHORS[anchor])).collect();
        // Days of one anchor can be compared; those since the notice before each stand for themselves.
        let rises = ANCHORS[..3].iter().all(|anchor| {
            let mine: Vec<i64> = levels.iter().filter(|level| level.1 == *anchor).map(|level| level.0).collect();
            mine.windows(2).all(|pair| pair[0] < pair[1])
        });
        prop_assert_eq!(ladder(&levels), rises && levels[0].1 != "previous_notice", "{:?}", levels);
    }
}
