//! Who decides a dispute: the rule of the policy that fits it best.

use crate::policy::disputes::Owner;
use crate::record::DeductionReason;
use core::cmp::Reverse;

/// How closely a rule names a code: the code itself, the longest beginning of it, its family, all. `None` where it does not.
fn closeness(rule: &str, code: &str, family: DeductionReason) -> Option<Reverse<(u8, usize)>> {
    let begins = |start: &str| code.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    let (kind, length) = match rule.strip_suffix('*') {
        Some("") => (0, 0),
        Some(start) if begins(start) => (2, start.len()),
        Some(_) => return None,
        None if rule.eq_ignore_ascii_case(code) => (3, 0),
        None if rule.eq_ignore_ascii_case(family.name()) => (1, 0),
        None => return None,
    };
    Some(Reverse((kind, length)))
}

/// The role of the rule that fits: the closest to the code, and of these the one from the greatest amount. `units` are
/// whole units of the currency.
pub(super) fn owner<'p>(rules: &'p [Owner], code: &str, family: DeductionReason, units: i64) -> Option<&'p str> {
    let fits = rules.iter().filter(|rule| rule.from <= units).filter_map(|rule| Some((closeness(&rule.reason, code, family)?, Reverse(rule.from), rule)));
    fits.min_by_key(|fit| (fit.0, fit.1)).map(|fit| fit.2.role.as_str())
}
