//! What a host gives the models beside the ledger: payment dates that a model of its own foresees, and holidays.

use super::reader::read_rows;
use super::schema::{self, HOLIDAYS, MODEL_TABLES, PAY_TIMES};
use crate::error::{Error, ErrorCode, ProblemCode, Problems};
use crate::table::Table;
use crate::text::nearest;
use crate::watch::Watch;
use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use chrono::NaiveDate;

/// Delays in days past due by item, each with the probability in parts per billion that it is not exceeded; both rise.
pub type PayTimes = BTreeMap<String, Vec<(i32, i64)>>;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelFacts {
    /// Table `pay_times`.
    pub pay_times: PayTimes,
    /// Table `holidays`: days by calendar (ISO 3166 country or ISO 4217 currency).
    pub holidays: BTreeMap<String, Vec<NaiveDate>>,
}

impl ModelFacts {
    /// Reads the tables of [`MODEL_TABLES`] that are there.
    ///
    /// # Errors
    /// `invalid_tables` with every problem (table, row, column, code).
    pub fn try_new(tables: &[Table<'_>]) -> Result<Self, Error> {
        let (mut found, mut problems) = (Self::default(), Problems::default());
        let mut seen: Vec<&str> = Vec::new();
        for table in tables {
            if seen.contains(&&*table.name) {
                problems.push(&table.name, None, None, ProblemCode::DuplicateId, || "the table is given twice".into());
                continue;
            }
            seen.push(&table.name);
            match &*table.name {
                name if name == PAY_TIMES.name => found.read_pay_times(table, &mut problems),
                name if name == HOLIDAYS.name => found.read_holidays(table, &mut problems),
                other => {
                    let near = nearest(other, MODEL_TABLES.iter().map(|table| table.name)).unwrap_or("");
                    problems.push(other, None, None, ProblemCode::UnknownTable, || format!("models have no such table; did you mean '{near}'?"));
                }
            }
        }
        problems.into_result(ErrorCode::InvalidTables)?;
        Ok(found)
    }

    fn read_pay_times(&mut self, table: &Table<'_>, problems: &mut Problems) {
        const fn at(name: &str) -> usize {
            schema::PAY_TIMES.at(name)
        }
        let mut rows: BTreeMap<String, BTreeMap<i32, (i64, usize)>> = BTreeMap::new();
        read_rows(&PAY_TIMES, table, problems, &Watch::default(), |row| {
            let (id, delay) = (row.text(at("item_id")), row.int(at("delay_days")).and_then(|days| i32::try_from(days).ok()));
            let (Some(id), Some(delay), Some(share)) = (id, delay, row.probability(at("probability"))) else { return };
            let number = row.row;
            if rows.entry(id.into_owned()).or_default().insert(delay, (share, number)).is_some() {
                row.complain(at("delay_days"), ProblemCode::DuplicateId, || "the item has this delay already".into());
            }
        });
        for (id, delays) in rows {
            let falls = delays.values().zip(delays.values().skip(1)).find(|(one, next)| next.0 < one.0);
            if let Some((_, (_, row))) = falls {
                problems.push(PAY_TIMES.name, Some(*row), Some("probability"), ProblemCode::Contradiction, || "a longer delay with a lower probability not to be exceeded".into());
            }
            self.pay_times.insert(id, delays.into_iter().map(|(delay, (share, _))| (delay, share)).collect());
        }
    }

    fn read_holidays(&mut self, table: &Table<'_>, problems: &mut Problems) {
        const fn at(name: &str) -> usize {
            schema::HOLIDAYS.at(name)
        }
        read_rows(&HOLIDAYS, table, problems, &Watch::default(), |row| {
            let (Some(calendar), Some(on)) = (row.text(at("calendar")), row.date(at("on"))) else { return };
            self.holidays.entry(calendar.to_string().trim().to_owned()).or_default().push(on);
        });
        for days in self.holidays.values_mut() {
            days.sort_unstable();
            days.dedup();
        }
    }
}
