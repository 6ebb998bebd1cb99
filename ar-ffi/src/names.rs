//! Names of codes, as C texts that live as long as the library.
#![expect(clippy::indexing_slicing, reason = "only in tables that the compiler evaluates: a wrong index does not compile")]

use crate::borrow;
use crate::guard::guard;
use crate::status::Status;
use crate::words::{Action, Mode, Part, PaymentStatus, Unit};
use ar_core::error::ProblemCode;
use ar_core::money::Currency;
use ar_core::reason::ReasonCode;
use std::ffi::c_char;
use std::ptr;

/// Room for a name and its NUL.
const WIDTH: usize = 32;

/// Makes the names of a list at compile time, so that no function has to allocate or lock for them.
macro_rules! names {
    ($table:ident, $kind:ty) => {
        static $table: [[u8; WIDTH]; <$kind>::ALL.len()] = {
            let mut rows = [[0; WIDTH]; <$kind>::ALL.len()];
            let mut row = 0;
            while row < rows.len() {
                let name = <$kind>::ALL[row].name().as_bytes();
                assert!(name.len() < WIDTH);
                let mut at = 0;
                while at < name.len() {
                    rows[row][at] = name[at];
                    at += 1;
                }
                row += 1;
            }
            rows
        };
    };
}

names!(STATUSES, Status);
names!(PROBLEMS, ProblemCode);
names!(REASONS, ReasonCode);
names!(UNITS, Unit);
names!(PARTS, Part);
names!(ACTIONS, Action);
names!(MODES, Mode);
names!(PAYMENT_STATUSES, PaymentStatus);

fn name(table: &'static [[u8; WIDTH]], position: Option<usize>) -> *const c_char {
    position.and_then(|position| table.get(position)).map_or(ptr::null(), |name| name.as_ptr().cast())
}

/// A number that should be one of `ar_status`; exported under that name, as C may pass any number.
pub type StatusNumber = u32;
/// A number that should be one of `ar_problem_code`.
pub type ProblemCodeNumber = u16;
/// A number that should be one of `ar_reason_code`.
pub type ReasonCodeNumber = u16;
/// A number that should be one of `ar_unit`.
pub type UnitNumber = u16;
/// A number that should be one of `ar_part`.
pub type PartNumber = u16;
/// A number that should be one of `ar_action`.
pub type ActionNumber = u16;
/// A number that should be one of `ar_mode`.
pub type ModeNumber = u16;
/// A number that should be one of `ar_payment_status`.
pub type PaymentStatusNumber = u16;

/// The name of a status ("invalid_tables"). Static; NULL for an unknown number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_status_name(status: StatusNumber) -> *const c_char {
    unsafe { guard(ptr::null_mut(), || Ok(name(&STATUSES, Status::ALL.iter().position(|known| *known as u32 == status)))) }
}

/// The name of a problem code ("missing_column"), the same in every language. Static; NULL for an unknown number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_problem_code_name(code: ProblemCodeNumber) -> *const c_char {
    unsafe { guard(ptr::null_mut(), || Ok(name(&PROBLEMS, ProblemCode::ALL.iter().position(|known| *known as u16 == code)))) }
}

/// The name of a reason code ("past_due"), the same in every language. Static; NULL for an unknown number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_reason_code_name(code: ReasonCodeNumber) -> *const c_char {
    unsafe { guard(ptr::null_mut(), || Ok(name(&REASONS, ReasonCode::ALL.iter().position(|known| *known as u16 == code)))) }
}

/// The name of a unit ("days"). Static; NULL for an unknown number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_unit_name(unit: UnitNumber) -> *const c_char {
    unsafe { guard(ptr::null_mut(), || Ok(name(&UNITS, Unit::ALL.iter().position(|known| *known as u16 == unit)))) }
}

/// The name of a part ("worklist"). Static; NULL for an unknown number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_part_name(part: PartNumber) -> *const c_char {
    unsafe { guard(ptr::null_mut(), || Ok(name(&PARTS, Part::ALL.iter().position(|known| *known as u16 == part)))) }
}

/// The name of an action ("send_notice"). Static; NULL for an unknown number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_action_name(action: ActionNumber) -> *const c_char {
    unsafe { guard(ptr::null_mut(), || Ok(name(&ACTIONS, Action::ALL.iter().position(|known| *known as u16 == action)))) }
}

/// The name of a mode ("ask"). Static; NULL for an unknown number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_mode_name(mode: ModeNumber) -> *const c_char {
    unsafe { guard(ptr::null_mut(), || Ok(name(&MODES, Mode::ALL.iter().position(|known| *known as u16 == mode)))) }
}

/// The name of a payment's status ("auto"). Static; NULL for an unknown number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_payment_status_name(status: PaymentStatusNumber) -> *const c_char {
    unsafe { guard(ptr::null_mut(), || Ok(name(&PAYMENT_STATUSES, PaymentStatus::ALL.iter().position(|known| *known as u16 == status)))) }
}

/// How many decimals the minor units of a currency make ("EUR" 2, "JPY" 0, "BHD" 3); -1 if it is not an ISO 4217 currency.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_currency_exponent(currency: *const c_char) -> i32 {
    unsafe { guard(ptr::null_mut(), || Ok(Currency::try_new(borrow::name(currency, "currency")?).map_or(-1, |known| i32::from(known.exponent())))) }
}
