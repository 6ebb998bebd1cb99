//! What is saved of each record: its fields in their order, each with the way it is written.
//!
//! A field that comes later stands behind the others, as `field Way since VERSION or DEFAULT`, with the version of the payload that
//! first has it (`Kind::version`) and what older bytes mean by its absence.

use super::codec::{Codec, Derived, Items, Number, Own, OwnList, Plain, Reader, Same, Saved, Shared, SharedList, Writer};
use crate::action::ActionKind;
use crate::event::Edit;
use crate::ledger::decided::{Asked, Cell, Done, LevelChange, PolicyVersion, Review, Stop, Verdict, VerdictKind};
use crate::record::{
    Allocation, AllocationKind, Contact, Credit, Customer, CustomerIdx, Deduction, DeductionReason, Dispute, DisputeState, Extension, Failure, FailureKind, FxRate, HandOver, Hold, Instalment, Item,
    ItemIdx, ItemKind, Notice, NoticeState, Payment, PaymentIdx, Plan, PlanState, Promise, PromiseState, Remittance, Reply, Retry, Signal, Terms,
};
use alloc::string::String;
use chrono_tz::Tz;

macro_rules! rows {
    ($($row:ident { $($field:ident $codec:ident $(since $version:literal or $default:expr)?,)+ })+) => { $(
        impl Saved for $row {
            fn save<'b>(&'b self, out: &mut Writer<'b>) {
                $($codec::save(&self.$field, out);)+
            }

            fn load(input: &mut Reader<'_>) -> Option<Self> {
                Some(Self { $($field: rows!(@load input $codec $($version $default)?),)+ })
            }
        }
    )+ };
    (@load $input:ident $codec:ident) => { $codec::load($input)? };
    (@load $input:ident $codec:ident $version:literal $default:expr) => { if $input.version < $version { $default } else { $codec::load($input)? } };
}

rows! {
    Customer {
        id Own, name Own, parent Plain, owner Shared, segment Shared, industry Shared, country Shared, language Shared, time_zone Zone, currency Plain,
        strategic Plain, consumer Plain, do_not_contact Plain, credit_limit Plain, annual_revenue Plain,
        aliases OwnList, channels SharedList, bank_accounts OwnList, blocked_until Plain,
    }
    Item {
        id Own, reference Same, purchase_order Own, notice_group Shared, product Shared, customer Plain, amount Plain, open Plain,
        issued_on Plain, due_on Plain, settled_on Plain, last_notice_on Plain, discount_until Plain, blocked_until Plain,
        discount_ppm Plain, contacts Plain, currency Plain, kind Plain, level Plain, disputed Plain, open_stated Plain,
    }
    Payment {
        id Own, customer Plain, amount Plain, applied Derived, bank_fee Plain, received_on Plain, payer_name Own, payer_account Own,
        text Own, reference Own, method Shared, currency Plain, failed Plain,
    }
    Remittance {
        id Own, customer Plain, payment Plain, received_on Plain, reference Own, amount Plain, discount Plain, deduction Plain, deduction_reason Shared,
    }
    Allocation { item Plain, credit Plain, on Plain, amount Plain, cash Plain, kind Plain, decision Own, tabled Plain, }
    Deduction { item Plain, source Plain, payment Plain, posting Own, reason Plain, code Shared, }
    Promise { id Own, customer Plain, item Plain, amount Plain, made_on Plain, due_on Plain, state Plain, closed_on Plain, currency Plain, source Shared, }
    Dispute {
        id Own, customer Plain, item Plain, amount Plain, reason Shared, opened_on Plain, resolved_on Plain, state Plain, routed Plain, routed_on Plain, valid Plain,
    }
    Plan { id Own, customer Plain, agreed_on Plain, state Plain, items Items, }
    Instalment { plan Plain, due_on Plain, amount Plain, paid_on Plain, }
    Extension { item Plain, on Plain, from Plain, to Plain, }
    Hold { customer Plain, placed_on Plain, released_on Plain, reason Shared, }
    Terms { customer Plain, on Plain, payment_days Plain, credit_limit Plain, }
    HandOver { customer Plain, on Plain, items Items, to Shared, }
    Retry { count Plain, last_on Plain, }
    Failure { kind Plain, first_on Plain, last_on Plain, items Items, }
    Notice { id Own, customer Plain, items Items, sent_on Plain, level Plain, channel Shared, state Plain, before Plain, }
    Reply { id Own, customer Plain, received_on Plain, answered_on Plain, subject Own, text Own, channel Shared, intent Shared, reading Own, }
    Signal { customer Plain, on Plain, kind Shared, severity Plain, }
    FxRate { base Plain, quote Plain, on Plain, rate Plain, }
    Contact { customer Plain, on Plain, channel Shared, }
    Cell { action Plain, segment Plain, }
    Verdict { kind Plain, by Plain, on Plain, approvers Plain, edit Plain, cell Plain, }
    Asked { on Plain, to Plain, }
    Review { right Plain, by Plain, on Plain, cell Plain, }
    Done { on Plain, by_person Plain, action Plain, customer Plain, amount Plain, currency Plain, undone_on Plain, }
    LevelChange { cell Plain, level Plain, on Plain, by Plain, wider Plain, }
    Stop { action Plain, segment Plain, customer Plain, }
    PolicyVersion { digest Plain, on Plain, by Plain, }
}

macro_rules! places {
    ($($place:ident)+) => { $(
        impl Number for $place {
            fn number(self) -> u64 {
                u64::from(self.0)
            }

            fn of(number: u64) -> Option<Self> {
                u32::try_from(number).ok().map(Self)
            }
        }
    )+ };
}
places!(CustomerIdx ItemIdx PaymentIdx);

/// A word is its place in its list: a new one stands at the end, and raises the version.
macro_rules! words {
    ($($list:ident)+) => { $(
        impl Number for $list {
            fn number(self) -> u64 {
                self as u64
            }

            fn of(number: u64) -> Option<Self> {
                Self::ALL.get(usize::try_from(number).ok()?).copied()
            }
        }
    )+ };
}
words!(ItemKind AllocationKind DeductionReason PromiseState DisputeState PlanState NoticeState FailureKind VerdictKind ActionKind);

/// 0 for none, 1 before what there is.
macro_rules! optional {
    ($($value:ty),+) => { $(
        impl Saved for Option<$value> {
            fn save<'b>(&'b self, out: &mut Writer<'b>) {
                out.number(u64::from(self.is_some()));
                if let Some(value) = self {
                    value.save(out);
                }
            }

            fn load(input: &mut Reader<'_>) -> Option<Self> {
                if bool::load(input)? { <$value>::load(input).map(Some) } else { Some(None) }
            }
        }
    )+ };
}
optional!(i64, String, Cell, (Edit, String));

/// What reduces an item: 0 nothing that came in, 1 a payment, 2 an item; then which.
impl Saved for Credit {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        let (side, at) = match self {
            Self::Own => (0, None),
            Self::Payment(at) => (1, Some(at.0)),
            Self::Item(at) => (2, Some(at.0)),
        };
        out.number(side);
        if let Some(at) = at {
            out.number(u64::from(at));
        }
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        Some(match input.number()? {
            0 => Self::Own,
            1 => Self::Payment(PaymentIdx::load(input)?),
            2 => Self::Item(ItemIdx::load(input)?),
            _ => return None,
        })
    }
}

/// What a person changed, as JSON: the form in which events bring it.
impl Saved for Edit {
    fn save<'b>(&'b self, out: &mut Writer<'b>) {
        out.text(&serde_json::to_string(self).unwrap_or_default());
    }

    fn load(input: &mut Reader<'_>) -> Option<Self> {
        serde_json::from_str(input.text()?).ok()
    }
}

/// A time zone by its name, as a text that many rows share.
struct Zone;

impl Codec<Option<Tz>> for Zone {
    fn save<'b>(value: &'b Option<Tz>, out: &mut Writer<'b>) {
        match value {
            Some(zone) => drop(out.word(zone.name())),
            None => out.number(0),
        }
    }

    fn load(input: &mut Reader<'_>) -> Option<Option<Tz>> {
        let name = Shared::load(input)?;
        if name.is_none() { Some(None) } else { crate::calendar::zone(input.texts.get(name)).map(Some) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Codec, Plain, Reader, Saved, Writer};
    use crate::ledger::Books;

    #[derive(Debug, PartialEq)]
    struct Grown {
        count: u32,
        newer: Option<u32>,
    }

    rows! { Grown { count Plain, newer Plain since 2 or Some(9), } }

    #[test]
    fn a_field_that_came_later_has_its_default_in_older_bytes() {
        let (mut old, mut new) = (Reader::new(1, &[5]), Reader::new(2, &[5, 3]));
        assert_eq!(Grown::load(&mut old), Some(Grown { count: 5, newer: Some(9) }));
        let grown = Grown::load(&mut new);
        assert_eq!((&grown, old.left(), new.left()), (&Some(Grown { count: 5, newer: Some(2) }), 0, 0));
        let (books, mut bytes) = (Books::default(), alloc::vec::Vec::new());
        if let Some(grown) = &grown {
            let mut out = Writer::new(&books, bytes);
            grown.save(&mut out);
            bytes = out.into_bytes();
        }
        assert_eq!(bytes, [5, 3]);
    }
}
