//! Words of a bank text that say something about the whole payment, in the languages our users' customers write.

use super::glyphs::Glyphs;

/// Words for "to" between the ends of a range.
pub(super) const UP_TO: [&str; 10] = ["BIS", "TO", "THRU", "THROUGH", "A", "AU", "HASTA", "TM", "AL", "UNTIL"];

/// Words behind a list that is not complete.
const GOES_ON: [&str; 22] = [
    "...",
    "…",
    "U.A.",
    "U. A.",
    " UA ",
    "AND OTHERS",
    "AND MORE",
    "AND OTHER",
    " ETC",
    "USW",
    "ET AL",
    "U.W.",
    "UND WEITERE",
    "UND ANDERE",
    "ET AUTRES",
    "ED ALTRI",
    "E ALTRE",
    "E ALTRI",
    "EN ANDERE",
    "Y OTROS",
    "Y OTRAS",
    " E.A.",
];

/// Money that is not for open items: deposits, refunds, own transfers.
const ELSEWHERE: [&str; 34] = [
    "DEPOSIT",
    "PREPAYMENT",
    "ANZAHLUNG",
    "VORAUSZAHLUNG",
    "VORKASSE",
    "AKONTO",
    "ACOMPTE",
    "ACCONTO",
    "ANTICIPO",
    "ARRHES",
    "AANBETALING",
    "VOORUITBETALING",
    "PREPAID",
    "ADVANCE",
    "DOWNPAYMENT",
    "REFUND",
    "RUECKERSTATTUNG",
    "RÜCKERSTATTUNG",
    "ERSTATTUNG",
    "REMBOURSEMENT",
    "RIMBORSO",
    "REEMBOLSO",
    "TERUGBETALING",
    "UMBUCHUNG",
    "UEBERTRAG",
    "ÜBERTRAG",
    "ZINSEN",
    "INTEREST",
    "MIETE",
    "GEHALT",
    "SALARY",
    "STEUER",
    "KAUTION",
    "RUECKZAHLUNG",
];

const MONTHS: [(&str, u32); 38] = [
    ("JANUAR", 1),
    ("JANUARY", 1),
    ("JAN", 1),
    ("JANVIER", 1),
    ("FEBRUAR", 2),
    ("FEBRUARY", 2),
    ("FEB", 2),
    ("FEVRIER", 2),
    ("MAERZ", 3),
    ("MÄRZ", 3),
    ("MARCH", 3),
    ("MAR", 3),
    ("MARS", 3),
    ("APRIL", 4),
    ("APR", 4),
    ("AVRIL", 4),
    ("MAI", 5),
    ("MAY", 5),
    ("JUNI", 6),
    ("JUNE", 6),
    ("JUN", 6),
    ("JUIN", 6),
    ("JULI", 7),
    ("JULY", 7),
    ("JUL", 7),
    ("AUGUST", 8),
    ("AUG", 8),
    ("SEPTEMBER", 9),
    ("SEP", 9),
    ("OKTOBER", 10),
    ("OCTOBER", 10),
    ("OKT", 10),
    ("OCT", 10),
    ("NOVEMBER", 11),
    ("NOV", 11),
    ("DEZEMBER", 12),
    ("DECEMBER", 12),
    ("DEC", 12),
];

/// What a text says of the whole payment.
pub(super) struct Said {
    pub(super) goes_on: bool,
    pub(super) elsewhere: bool,
    pub(super) month: Option<u32>,
}

pub(super) fn said(glyphs: &Glyphs, text: &str) -> Said {
    let upper = text.to_uppercase();
    let padded = alloc::format!(" {upper} ");
    // The bank breaks `...` as it breaks words.
    let goes_on = GOES_ON.iter().any(|mark| padded.contains(mark)) || padded.contains(".. .") || padded.contains(". ..");
    let mut said = Said { goes_on, elsewhere: false, month: None };
    for at in 0..glyphs.words.len() {
        let word = glyphs.word(at);
        said.elsewhere |= ELSEWHERE.contains(&word.as_str()) || (word == "ACCOUNT" && at > 0 && glyphs.word(at - 1) == "ON");
        said.month = said.month.or_else(|| MONTHS.iter().find(|(name, _)| *name == word).map(|(_, month)| *month));
    }
    said
}
