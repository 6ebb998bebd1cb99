//! A part of the items that are asked about, where a book is too large for one machine: counted, seen, and asked by itself.
//!
//! Every customer is in one part, with all of its items and all of its past. How the whole is put together between the parts, says
//! [`crate::scoring::Whole`]; each step goes from machine to machine as bytes.

use super::asked::{Asked, At, past_of, refused};
use super::forecast_table;
use crate::calendar::{date_from_days, days_since_epoch};
use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use crate::ledger::{Books, Ledger, days_of, texts_of};
use crate::models::PayTimeModel;
use crate::record::ItemIdx;
use crate::saved::{self, Kind};
use crate::scoring::{Billed, Counted, Forecast, KeptForecast, NewBusiness, Question, Seen, Unfit, Wanted, Whole, forecast_part, predict_part};
use crate::table::Table;
use crate::watch::Watch;
use alloc::{format, string::String, vec::Vec};
use chrono::NaiveDate;
use serde::{Serialize, de::DeserializeOwned};

/// Some items to ask about, and the past of their customers.
pub struct AskedPart {
    pub(super) items: Ledger,
    pub(super) past: Ledger,
    /// In the order of the rows.
    pub(super) asks: Vec<(ItemIdx, NaiveDate)>,
}

impl AskedPart {
    /// Reads a part. Arguments and errors as of [`Asked::on`].
    ///
    /// # Errors
    /// `invalid_tables` with every problem of the items, or of the past (table `history`); `invalid_argument` where the column of days is
    /// not there, or a row has no day in it.
    pub fn try_new(mut items: Table<'_>, history: &[Table<'_>], at: At<'_>, watch: &Watch) -> Result<Self, Error> {
        let column = if let At::Column(name) = at { Some(name) } else { None };
        let past = past_of(history, watch);
        let ids: Vec<String> = texts_of(&items, "item_id").unwrap_or_default().into_iter().map(Option::unwrap_or_default).collect();
        let days = match at {
            At::Day(day) => alloc::vec![Some(day); ids.len()],
            At::Column(name) => {
                // A table without any column is an empty one.
                let found = days_of(&items, name).or_else(|| items.columns().is_empty().then(Vec::new));
                let days = found.ok_or_else(|| refused("at", ProblemCode::UnknownColumn, format!("the items have no column '{name}'")))?;
                // A column of the host's own may have any name.
                for batch in &mut items.batches {
                    batch.columns.retain(|column| column.name != name || ["issued_on", "due_on", "settled_on", "last_notice_on", "discount_until"].contains(&name));
                }
                days
            }
        };
        let (items, past) = match (Ledger::try_new_watched(&[items], watch), past) {
            (Ok(items), Ok(past)) => (items, past),
            (Err(one), Err(other)) => return Err(one.and(other)),
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let mut problems = Problems::default();
        let mut asks = Vec::with_capacity(ids.len());
        for (row, (id, day)) in ids.iter().zip(days).enumerate() {
            match day {
                Some(day) => asks.extend(items.find_item(id).map(|item| (item, day))),
                None => problems.push("items", Some(row), column, ProblemCode::MissingValue, || "the item has no day to be asked on".into()),
            }
        }
        problems.into_result(ErrorCode::InvalidArgument)?;
        Ok(Self { items, past, asks })
    }

    /// How many items are asked about.
    pub fn len(&self) -> usize {
        self.asks.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.asks.is_empty()
    }

    /// The days on which its items are asked about, rising.
    pub fn days(&self) -> Vec<NaiveDate> {
        let mut days: Vec<NaiveDate> = self.asks.iter().map(|ask| ask.1).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    fn question<'q>(&'q self, customers: &'q Books, watch: &'q Watch) -> Question<'q> {
        Question { items: &self.items, history: &self.past, customers, watch }
    }

    /// What it brings to the whole. `asked`: every day on which an item of any part is asked about, rising. As bytes for [`whole_of`].
    pub fn count(&self, model: &PayTimeModel, customers: &Books, asked: &[NaiveDate]) -> Vec<u8> {
        sealed(Kind::Counted, &Counted::new(model, self.question(customers, &Watch::default()), asked))
    }

    /// What the model missed lately of those customers of the part that are looked at. As bytes for [`rolled_of`].
    ///
    /// # Errors
    /// `invalid_bytes` where `whole` is not what [`whole_of`] gave.
    pub fn see(&self, model: &PayTimeModel, customers: &Books, whole: &[u8]) -> Result<Vec<u8>, Error> {
        let whole: Whole = opened(Kind::Whole, whole)?;
        Ok(sealed(Kind::Seen, &Seen::new(model, self.question(customers, &Watch::default()), &whole)))
    }

    /// Asks the items of the part.
    ///
    /// # Errors
    /// `invalid_bytes` where `whole` is not what [`rolled_of`] gave, or of other days.
    pub fn ask(&self, model: &PayTimeModel, customers: &Books, whole: &[u8]) -> Result<Asked, Error> {
        let whole = self.rolled(whole, &self.days())?;
        let answers = predict_part(model, self.question(customers, &Watch::default()), &self.asks, &whole);
        Ok(Asked { items: self.items.clone(), asks: self.asks.clone(), answers })
    }

    /// The forecast of the part. As bytes for [`forecast_of`].
    ///
    /// # Errors
    /// As [`AskedPart::ask`].
    pub fn forecast(&self, model: &PayTimeModel, customers: &Books, whole: &[u8], as_of: NaiveDate, wanted: &Wanted) -> Result<Vec<u8>, Error> {
        let whole = self.rolled(whole, &[as_of])?;
        let (forecast, business) = forecast_part(model, self.question(customers, &Watch::default()), as_of, wanted, &whole);
        Ok(sealed(Kind::Forecast, &(forecast.kept(), business.kept(), whole.billed_on())))
    }

    fn rolled(&self, whole: &[u8], days: &[NaiveDate]) -> Result<Whole, Error> {
        let whole: Whole = opened(Kind::Whole, whole)?;
        if !whole.is_rolled() || !days.iter().all(|day| whole.knows(*day)) {
            return Err(saved::refused(ProblemCode::WrongContent, None, "the whole was made for other days, or what was seen of its parts was not added".into()));
        }
        Ok(whole)
    }

    /// The part as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        saved::seal(Kind::Part, |mut bytes| {
            for ledger in [&self.items, &self.past] {
                let own = ledger.to_bytes();
                saved::push_number(&mut bytes, own.len() as u64);
                bytes.extend_from_slice(&own);
            }
            saved::push_number(&mut bytes, self.asks.len() as u64);
            for (item, day) in &self.asks {
                saved::push_number(&mut bytes, u64::from(item.0));
                saved::push_number(&mut bytes, saved::folded(i64::from(days_since_epoch(*day))));
            }
            bytes
        })
    }

    /// Reads what [`AskedPart::to_bytes`] wrote.
    ///
    /// # Errors
    /// `invalid_bytes` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let (_, payload) = saved::open(bytes, Kind::Part)?;
        let mut rest = payload;
        let mut ledger = || {
            let length = usize::try_from(number(&mut rest)?).ok()?;
            let (own, behind) = rest.split_at_checked(length)?;
            rest = behind;
            Some(Ledger::from_bytes(own))
        };
        let short = || wrong("a part ends too early");
        let (items, past) = (ledger().ok_or_else(short)??, ledger().ok_or_else(short)??);
        let count = number(&mut rest).ok_or_else(short)?;
        let mut asks = Vec::new();
        for _ in 0..count {
            let (item, day) = (number(&mut rest).ok_or_else(short)?, number(&mut rest).ok_or_else(short)?);
            let item = u32::try_from(item).map(ItemIdx).ok().filter(|at| items.item(*at).is_some());
            // Folded: the lowest bit is the sign.
            let day = i32::try_from((day >> 1).cast_signed() ^ -(day & 1).cast_signed()).ok().and_then(date_from_days);
            asks.push(item.zip(day).ok_or_else(|| wrong("a part asks about what it does not have"))?);
        }
        Ok(Self { items, past, asks })
    }
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for place in 0..10u32 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f).checked_shl(7 * place)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn wrong(message: &str) -> Error {
    saved::refused(ProblemCode::WrongContent, None, message.into())
}

fn sealed(kind: Kind, what: &impl Serialize) -> Vec<u8> {
    saved::seal(kind, |mut bytes| {
        bytes.extend(serde_json::to_vec(what).unwrap_or_default());
        bytes
    })
}

fn opened<T: DeserializeOwned>(kind: Kind, bytes: &[u8]) -> Result<T, Error> {
    let (_, payload) = saved::open(bytes, kind)?;
    serde_json::from_slice(payload).map_err(|bad| wrong(&format!("not what was saved: {bad}")))
}

fn unfit(unfit: Unfit) -> Error {
    let message = match unfit {
        Unfit::OtherDays => "other days were asked of one part than of another".into(),
        Unfit::InTwoParts(customer) => format!("customer '{customer}' is in two parts; all of a customer must be in one"),
        Unfit::NotOnce(count) => format!("{count} customers were seen in no part, or in more than one"),
    };
    Error::one(ErrorCode::InvalidArgument, "arguments", Some("parts"), ProblemCode::Contradiction, message)
}

/// What is known of the whole, from what was counted of every part, in any order.
///
/// # Errors
/// `invalid_bytes` for anything else than what [`AskedPart::count`] gave; `invalid_argument` where the parts are not those of one book.
pub fn whole_of(model: &PayTimeModel, counted: &[&[u8]]) -> Result<Vec<u8>, Error> {
    let parts = counted.iter().map(|bytes| opened(Kind::Counted, bytes)).collect::<Result<Vec<Counted>, _>>()?;
    Whole::new(model, parts).map(|whole| sealed(Kind::Whole, &whole)).map_err(unfit)
}

/// The whole with what was seen of every part, in any order: what the parts are asked with.
///
/// # Errors
/// `invalid_bytes` for other bytes; `invalid_argument` where a part is missing or was seen twice.
pub fn rolled_of(whole: &[u8], seen: &[&[u8]]) -> Result<Vec<u8>, Error> {
    let whole: Whole = opened(Kind::Whole, whole)?;
    let parts = seen.iter().map(|bytes| opened(Kind::Seen, bytes)).collect::<Result<Vec<Seen>, _>>()?;
    whole.rolled(parts).map(|whole| sealed(Kind::Whole, &whole)).map_err(unfit)
}

/// What a part has of a forecast: cash, what was billed, and since when.
type KeptPart = (KeptForecast, Vec<(String, Billed)>, Vec<(String, i32)>);

/// The forecast of the whole from those of every part, in any order, as [`forecast_on`](super::forecast_on) gives it. `tables`: `fx_rates`,
/// for a line in one currency.
///
/// # Errors
/// `invalid_bytes` for anything else than what [`AskedPart::forecast`] gave for the same day and windows; `invalid_tables` for the rates.
pub fn forecast_of(model: &PayTimeModel, parts: &[&[u8]], tables: &[Table<'_>], as_of: NaiveDate, wanted: &Wanted) -> Result<Table<'static>, Error> {
    let rates = Ledger::try_new(tables)?;
    let mut all = Forecast::from_today(wanted.windows, wanted.width);
    let mut business: Option<NewBusiness> = None;
    for bytes in parts {
        let (kept, billed, first): KeptPart = opened(Kind::Forecast, bytes)?;
        let part = Forecast::restored(kept).filter(|part| part.count() == wanted.windows && part.start(as_of) == all.start(as_of));
        all.merge(&part.ok_or_else(|| wrong("the forecast of a part is for other windows"))?);
        if wanted.new_business {
            let business = business.get_or_insert_with(|| NewBusiness::empty(as_of, all.start(as_of), wanted, &first));
            business.merge(billed);
        }
    }
    let mut rows = all.lines(&rates, as_of, &model.bands, wanted);
    rows.extend(business.iter().flat_map(NewBusiness::rows));
    Ok(forecast_table(&rows))
}
