//! The words of each language, folded. A list is in the order of the calendar, of the clock, or of counting.

use super::Language;

/// Full names first, then what people shorten them to; each row is one month.
pub(in crate::conversation) const MONTHS: [[&[&str]; 12]; 4] = [
    [
        &["january", "jan"],
        &["february", "feb", "febr"],
        &["march", "mar"],
        &["april", "apr"],
        &["may"],
        &["june", "jun"],
        &["july", "jul"],
        &["august", "aug"],
        &["september", "sep", "sept"],
        &["october", "oct"],
        &["november", "nov"],
        &["december", "dec"],
    ],
    [
        &["januar", "janner", "jaenner", "jan"],
        &["februar", "feber", "feb"],
        &["marz", "maerz", "mrz"],
        &["april", "apr"],
        &["mai"],
        &["juni", "jun"],
        &["juli", "jul"],
        &["august", "aug"],
        &["september", "sep", "sept"],
        &["oktober", "okt"],
        &["november", "nov"],
        &["dezember", "dez"],
    ],
    [
        &["janvier", "janv", "jan"],
        &["fevrier", "fevr", "fev"],
        &["mars"],
        &["avril", "avr"],
        &["mai"],
        &["juin"],
        &["juillet", "juil"],
        &["aout"],
        &["septembre", "sept", "sep"],
        &["octobre", "oct"],
        &["novembre", "nov"],
        &["decembre", "dec"],
    ],
    [
        &["enero", "ene"],
        &["febrero", "feb"],
        &["marzo", "mar"],
        &["abril", "abr"],
        &["mayo", "may"],
        &["junio", "jun"],
        &["julio", "jul"],
        &["agosto", "ago"],
        &["septiembre", "setiembre", "sept", "sep"],
        &["octubre", "oct"],
        &["noviembre", "nov"],
        &["diciembre", "dic"],
    ],
];

/// As they are written: the names of the months with capitals and accents.
const WRITTEN_MONTHS: [[&str; 12]; 4] = [
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"],
    ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
];

/// From Monday.
pub(in crate::conversation) const WEEKDAYS: [[&[&str]; 7]; 4] = [
    [&["monday", "mon"], &["tuesday", "tue", "tues"], &["wednesday", "wed", "weds"], &["thursday", "thu", "thur", "thurs"], &["friday", "fri"], &["saturday", "sat"], &["sunday", "sun"]],
    [&["montag", "mo"], &["dienstag", "di"], &["mittwoch", "mi"], &["donnerstag", "do"], &["freitag", "fr"], &["samstag", "sonnabend", "sa"], &["sonntag", "so"]],
    [&["lundi", "lun"], &["mardi", "mar"], &["mercredi", "mer"], &["jeudi", "jeu"], &["vendredi", "ven"], &["samedi", "sam"], &["dimanche", "dim"]],
    [&["lunes", "lun"], &["martes"], &["miercoles", "mie"], &["jueves", "jue"], &["viernes", "vie"], &["sabado", "sab"], &["domingo", "dom"]],
];

const WRITTEN_WEEKDAYS: [[&str; 7]; 4] = [
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
];

/// From nought; words of one token only.
pub(in crate::conversation) const NUMBERS: [&[&[&str]]; 4] = [
    &[
        &["zero", "nil"],
        &["one"],
        &["two", "couple"],
        &["three"],
        &["four"],
        &["five"],
        &["six"],
        &["seven"],
        &["eight"],
        &["nine"],
        &["ten"],
        &["eleven"],
        &["twelve"],
        &["thirteen"],
        &["fourteen"],
        &["fifteen"],
        &["sixteen"],
        &["seventeen"],
        &["eighteen"],
        &["nineteen"],
        &["twenty"],
    ],
    &[
        &["null"],
        &["ein", "eins", "eine", "einer", "einem", "einen"],
        &["zwei", "zwo"],
        &["drei"],
        &["vier"],
        &["funf", "fuenf"],
        &["sechs"],
        &["sieben"],
        &["acht"],
        &["neun"],
        &["zehn"],
        &["elf"],
        &["zwolf", "zwoelf"],
        &["dreizehn"],
        &["vierzehn"],
        &["funfzehn", "fuenfzehn"],
        &["sechzehn"],
        &["siebzehn"],
        &["achtzehn"],
        &["neunzehn"],
        &["zwanzig"],
    ],
    &[
        &["zero"],
        &["un", "une"],
        &["deux"],
        &["trois"],
        &["quatre"],
        &["cinq"],
        &["six"],
        &["sept"],
        &["huit"],
        &["neuf"],
        &["dix"],
        &["onze"],
        &["douze"],
        &["treize"],
        &["quatorze"],
        &["quinze"],
        &["seize"],
        &["dixsept"],
        &["dixhuit"],
        &["dixneuf"],
        &["vingt"],
    ],
    &[
        &["cero"],
        &["un", "uno", "una"],
        &["dos"],
        &["tres"],
        &["cuatro"],
        &["cinco"],
        &["seis"],
        &["siete"],
        &["ocho"],
        &["nueve"],
        &["diez"],
        &["once"],
        &["doce"],
        &["trece"],
        &["catorce"],
        &["quince"],
        &["dieciseis"],
        &["diecisiete"],
        &["dieciocho"],
        &["diecinueve"],
        &["veinte"],
    ],
];

fn find(rows: &[&[&str]], word: &str) -> Option<usize> {
    rows.iter().position(|names| names.contains(&word))
}

impl Language {
    const fn at(self) -> usize {
        self as usize
    }

    /// The month (1 to 12) that a folded word names.
    pub fn month(self, word: &str) -> Option<u32> {
        MONTHS.get(self.at()).and_then(|rows| find(rows, word)).map(|at| at as u32 + 1)
    }

    /// The weekday (0 = Monday) that a folded word names, in the singular.
    pub fn weekday(self, word: &str) -> Option<u32> {
        WEEKDAYS.get(self.at()).and_then(|rows| find(rows, word)).map(|at| at as u32)
    }

    /// The number up to twenty that a folded word is.
    pub fn number(self, word: &str) -> Option<u32> {
        NUMBERS.get(self.at()).and_then(|rows| find(rows, word)).map(|at| at as u32)
    }

    /// The name of a month (1 to 12) as it is written.
    pub fn month_name(self, month: u32) -> &'static str {
        WRITTEN_MONTHS.get(self.at()).and_then(|rows| rows.get((month as usize).wrapping_sub(1))).copied().unwrap_or("")
    }

    /// The name of a weekday (0 = Monday) as it is written.
    pub fn weekday_name(self, weekday: u32) -> &'static str {
        WRITTEN_WEEKDAYS.get(self.at()).and_then(|rows| rows.get(weekday as usize)).copied().unwrap_or("")
    }
}
