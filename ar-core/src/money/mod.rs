//! Money: integer minor units of one ISO 4217 currency, exact or refused.

mod iso4217;

use alloc::{string::String, vec::Vec};
use core::fmt::{self, Write};
use core::str::FromStr;
use rust_decimal::Decimal;

/// The most decimals that any currency of the table has.
pub const MAX_EXPONENT: u8 = 4;

/// Amounts beyond this many minor units are refused at the door (10^17: a thousand trillion of a two-decimal
/// currency); the door also refuses books whose amounts of one currency do not fit one sum.
pub const MAX_MINOR: i64 = 100_000_000_000_000_000;

/// Why an amount is not money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not an active ISO 4217 code with minor units.
    #[error("unknown currency")]
    UnknownCurrency,
    /// More decimals than the currency has.
    #[error("not a whole number of minor units")]
    NotMinorUnits,
    /// Beyond [`MAX_MINOR`], or an arithmetic overflow.
    #[error("amount out of range")]
    OutOfRange,
    /// Two currencies in one sum.
    #[error("currencies differ")]
    CurrencyMismatch,
    /// Not a number.
    #[error("not a number")]
    Unreadable,
}

/// An ISO 4217 alphabetic code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro.
    pub const EUR: Self = Self(*b"EUR");

    /// Looks the code up (upper case, three letters).
    ///
    /// # Errors
    /// [`MoneyError::UnknownCurrency`] for anything that is not in the table.
    pub fn try_new(code: &str) -> Result<Self, MoneyError> {
        let code: [u8; 3] = code.as_bytes().try_into().map_err(|_| MoneyError::UnknownCurrency)?;
        match iso4217::CURRENCIES.binary_search_by_key(&code, |(code, _)| *code) {
            Ok(_) => Ok(Self(code)),
            Err(_) => Err(MoneyError::UnknownCurrency),
        }
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// The three letters as bytes.
    pub const fn bytes(self) -> [u8; 3] {
        self.0
    }

    /// Decimals of the minor unit: 2 for EUR, 0 for JPY, 3 for BHD.
    pub fn exponent(self) -> u8 {
        match iso4217::CURRENCIES.binary_search_by_key(&self.0, |(code, _)| *code) {
            Ok(at) => iso4217::CURRENCIES.get(at).map_or(2, |(_, exponent)| *exponent),
            Err(_) => 2,
        }
    }

    /// Every currency of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        iso4217::CURRENCIES.iter().map(|(code, _)| Self(*code))
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// 10 to the power of `exponent`, for exponents of currencies and of decimal columns.
pub const fn pow10(exponent: u8) -> i128 {
    let mut value: i128 = 1;
    let mut left = exponent;
    while left > 0 && value < i128::MAX / 10 {
        value *= 10;
        left -= 1;
    }
    value
}

/// Turns a decimal `mantissa / 10^scale` into minor units of a currency with `exponent` decimals.
///
/// # Errors
/// [`MoneyError::NotMinorUnits`] where digits would be lost, [`MoneyError::OutOfRange`] beyond [`MAX_MINOR`].
pub fn minor_from_decimal(mantissa: i128, scale: u8, exponent: u8) -> Result<i64, MoneyError> {
    let minor = if scale <= exponent {
        mantissa.checked_mul(pow10(exponent - scale)).ok_or(MoneyError::OutOfRange)?
    } else {
        let divisor = pow10(scale - exponent);
        if mantissa % divisor != 0 {
            return Err(MoneyError::NotMinorUnits);
        }
        mantissa / divisor
    };
    bounded(minor)
}

/// Checks the range of an amount in minor units.
///
/// # Errors
/// [`MoneyError::OutOfRange`] beyond [`MAX_MINOR`].
pub fn bounded(minor: i128) -> Result<i64, MoneyError> {
    i64::try_from(minor).ok().filter(|minor| (-MAX_MINOR..=MAX_MINOR).contains(minor)).ok_or(MoneyError::OutOfRange)
}

/// Reads decimal text such as `-1234.50` (no grouping, no currency sign, no exponent) without a float in between.
///
/// # Errors
/// [`MoneyError::Unreadable`], or as [`minor_from_decimal`].
pub fn minor_from_text(text: &str, exponent: u8) -> Result<i64, MoneyError> {
    let (mantissa, scale) = decimal_from_text(text)?;
    minor_from_decimal(mantissa, scale, exponent)
}

/// Reads decimal text as `(mantissa, scale)`; trailing zeros behind the point are dropped.
///
/// # Errors
/// [`MoneyError::Unreadable`] for anything but digits with one point and a sign; over 30 digits are out of range.
pub fn decimal_from_text(text: &str) -> Result<(i128, u8), MoneyError> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if (whole.is_empty() && part.is_empty()) || (digits.ends_with('.') && part.is_empty()) {
        return Err(MoneyError::Unreadable);
    }
    let part = part.trim_end_matches('0');
    if whole.trim_start_matches('0').len() + part.len() > 30 || part.len() > 28 {
        return if digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') { Err(MoneyError::OutOfRange) } else { Err(MoneyError::Unreadable) };
    }
    let mut mantissa: i128 = 0;
    for byte in whole.bytes().chain(part.bytes()) {
        if !byte.is_ascii_digit() {
            return Err(MoneyError::Unreadable);
        }
        mantissa = mantissa * 10 + i128::from(byte - b'0');
    }
    Ok((if negative { -mantissa } else { mantissa }, u8::try_from(part.len()).map_err(|_| MoneyError::OutOfRange)?))
}

/// Reads a float that came from a CSV: accepted only within 1e-6 of a whole number of minor units.
///
/// # Errors
/// [`MoneyError::NotMinorUnits`] or [`MoneyError::OutOfRange`] (also for NaN and infinities).
pub fn minor_from_float(value: f64, exponent: u8) -> Result<i64, MoneyError> {
    let unit = libm::pow(10.0, f64::from(exponent));
    let scaled = value * unit;
    // Above 2^53 / 10 a double no longer separates neighbouring minor units.
    if !scaled.is_finite() || scaled.abs() > 900_719_925_474_099.0 {
        return Err(MoneyError::OutOfRange);
    }
    let whole = libm::round(scaled);
    // The double nearest to the decimal is what a CSV reader makes of it; for large amounts it is off by more than 1e-6.
    let is_nearest = (whole / unit).to_bits() == value.to_bits() || (whole == 0.0 && value == 0.0);
    if !is_nearest && (scaled - whole).abs() > 1e-6 {
        return Err(MoneyError::NotMinorUnits);
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above, whole by rounding")]
    Ok(whole as i64)
}

/// Writes minor units as decimal text of the currency: `-1234.50`, `500` (JPY).
pub fn minor_to_text(minor: i64, exponent: u8) -> String {
    let mut out = String::with_capacity(16);
    write_minor(minor, exponent, &mut out);
    out
}

/// As [`minor_to_text`], behind what is there.
pub(crate) fn write_minor(minor: i64, exponent: u8, out: &mut String) {
    let sign = if minor < 0 { "-" } else { "" };
    let digits = minor.unsigned_abs();
    // Writing into a text cannot fail.
    let _ = match 10_u64.checked_pow(exponent.into()) {
        Some(1) => write!(out, "{sign}{digits}"),
        Some(unit) => write!(out, "{sign}{}.{:0width$}", digits / unit, digits % unit, width = usize::from(exponent)),
        // More decimals than a minor amount has digits.
        None => write!(out, "{sign}0.{digits:0width$}", width = usize::from(exponent)),
    };
}

/// Whole units of a currency in minor units; a limit too large to hold is no limit.
pub fn units(amount: i64, currency: Currency) -> i64 {
    i64::try_from(i128::from(amount) * pow10(currency.exponent())).unwrap_or(i64::MAX)
}

/// Minor units for people, with grouped digits: `-1,234,567.80`.
pub fn grouped(minor: i64, exponent: u8) -> String {
    let text = minor_to_text(minor, exponent);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if part.is_empty() { out } else { out + "." + part }
}

/// An amount: minor units of one currency. Never a float; arithmetic is checked and never mixes currencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount of `minor` units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// From a decimal in units of the currency, exact or refused.
    ///
    /// # Errors
    /// [`MoneyError::NotMinorUnits`], [`MoneyError::OutOfRange`].
    pub fn try_from_decimal(value: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let scale = u8::try_from(value.scale()).map_err(|_| MoneyError::OutOfRange)?;
        Ok(Self::new(minor_from_decimal(value.mantissa(), scale, currency.exponent())?, currency))
    }

    /// In units of the currency, with the currency's decimals.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, u32::from(self.currency.exponent()))
    }

    /// Minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// `self + other`.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], [`MoneyError::OutOfRange`].
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::OutOfRange)?;
        Ok(Self::new(minor, self.currency))
    }

    /// `self - other`.
    ///
    /// # Errors
    /// [`MoneyError::CurrencyMismatch`], [`MoneyError::OutOfRange`].
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        let negated = other.minor.checked_neg().ok_or(MoneyError::OutOfRange)?;
        self.checked_add(Self::new(negated, other.currency))
    }

    /// `self * numerator / denominator`, rounded half to even, once.
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] on overflow or a zero denominator.
    pub fn checked_mul_ratio(self, numerator: i64, denominator: i64) -> Result<Self, MoneyError> {
        let minor = mul_ratio(self.minor, numerator, denominator).ok_or(MoneyError::OutOfRange)?;
        Ok(Self::new(minor, self.currency))
    }

    /// Splits the amount by `weights`, to the minor unit: the parts sum to the whole. What cannot be divided goes
    /// one unit each to the largest remainders, earlier parts first (Hamilton's method).
    ///
    /// # Errors
    /// [`MoneyError::OutOfRange`] when there is no positive weight, or on overflow.
    pub fn checked_split(self, weights: &[u32]) -> Result<Vec<Self>, MoneyError> {
        let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        if total == 0 {
            return Err(MoneyError::OutOfRange);
        }
        let mut parts: Vec<(i64, u128, usize)> = Vec::with_capacity(weights.len());
        let sign = self.minor.signum();
        let whole = u128::from(self.minor.unsigned_abs());
        for (at, weight) in weights.iter().enumerate() {
            let product = whole * u128::from(*weight);
            let part = i64::try_from(product / u128::from(total)).map_err(|_| MoneyError::OutOfRange)?;
            parts.push((part, product % u128::from(total), at));
        }
        let given: i128 = parts.iter().map(|part| i128::from(part.0)).sum();
        let mut left = i128::from(self.minor.unsigned_abs()) - given;
        parts.sort_by_key(|part| (core::cmp::Reverse(part.1), part.2));
        for part in &mut parts {
            if left > 0 {
                part.0 += 1;
                left -= 1;
            }
        }
        parts.sort_by_key(|part| part.2);
        Ok(parts.into_iter().map(|part| Self::new(part.0 * sign, self.currency)).collect())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, minor_to_text(self.minor, self.currency.exponent()))
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    /// Reads `EUR 12.50`.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (code, amount) = text.split_once(' ').ok_or(MoneyError::Unreadable)?;
        let currency = Currency::try_new(code)?;
        Ok(Self::new(minor_from_text(amount, currency.exponent())?, currency))
    }
}

/// `value * numerator / denominator` in 128 bits, rounded half to even; `None` on overflow or a zero denominator.
pub fn mul_ratio(value: i64, numerator: i64, denominator: i64) -> Option<i64> {
    if denominator == 0 {
        return None;
    }
    let product = i128::from(value).checked_mul(i128::from(numerator))?;
    let (product, divisor) = if denominator < 0 { (-product, -i128::from(denominator)) } else { (product, i128::from(denominator)) };
    let (floor, rest) = (product.div_euclid(divisor), product.rem_euclid(divisor));
    let up = match (rest * 2).cmp(&divisor) {
        core::cmp::Ordering::Less => false,
        core::cmp::Ordering::Greater => true,
        core::cmp::Ordering::Equal => floor % 2 != 0,
    };
    i64::try_from(floor + i128::from(up)).ok()
}
