//! Rows in: arrays of plain structs, as ERP programs have them, one function a table. Their layouts are part of the ABI.
//!
//! [`fields`] says where the members of a struct stand, `copy` reads them into columns: the one reader of all tables.

mod books;
mod claims;
mod copy;
pub mod fields;

use crate::borrow::{Checked, borrow_mut};
use crate::error::ErrorHandle;
use crate::guard::guard;
use crate::status::Status;
use crate::tables::TablesHandle;
pub use books::{AllocationInput, CustomerInput, FxRateInput, ItemInput, PaymentInput, RemittanceInput};
pub use claims::{DisputeInput, HolidayInput, InstalmentInput, NoticeInput, PayTimeInput, PlanInput, PromiseInput, ReplyInput, SignalInput};
use fields::{Input, Layout};

/// Every input struct, in the order of the tables.
pub const INPUTS: &[Layout] = &[
    Layout::of::<CustomerInput>(),
    Layout::of::<ItemInput>(),
    Layout::of::<PaymentInput>(),
    Layout::of::<RemittanceInput>(),
    Layout::of::<AllocationInput>(),
    Layout::of::<PromiseInput>(),
    Layout::of::<DisputeInput>(),
    Layout::of::<PlanInput>(),
    Layout::of::<InstalmentInput>(),
    Layout::of::<NoticeInput>(),
    Layout::of::<ReplyInput>(),
    Layout::of::<SignalInput>(),
    Layout::of::<FxRateInput>(),
    Layout::of::<PayTimeInput>(),
    Layout::of::<HolidayInput>(),
];

// Programs are compiled against these. What is added goes behind it, and changes the size, but never `FIRST_SIZE`.
#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<CustomerInput>() == CustomerInput::FIRST_SIZE && std::mem::offset_of!(CustomerInput, struct_size) == 0);
    assert!(size_of::<ItemInput>() == ItemInput::FIRST_SIZE && std::mem::offset_of!(ItemInput, struct_size) == 0);
    assert!(size_of::<PaymentInput>() == PaymentInput::FIRST_SIZE && std::mem::offset_of!(PaymentInput, struct_size) == 0);
    assert!(size_of::<RemittanceInput>() == RemittanceInput::FIRST_SIZE && std::mem::offset_of!(RemittanceInput, struct_size) == 0);
    assert!(size_of::<AllocationInput>() == AllocationInput::FIRST_SIZE && std::mem::offset_of!(AllocationInput, struct_size) == 0);
    assert!(size_of::<PromiseInput>() == PromiseInput::FIRST_SIZE && std::mem::offset_of!(PromiseInput, struct_size) == 0);
    assert!(size_of::<DisputeInput>() == DisputeInput::FIRST_SIZE && std::mem::offset_of!(DisputeInput, struct_size) == 0);
    assert!(size_of::<PlanInput>() == PlanInput::FIRST_SIZE && std::mem::offset_of!(PlanInput, struct_size) == 0);
    assert!(size_of::<InstalmentInput>() == InstalmentInput::FIRST_SIZE && std::mem::offset_of!(InstalmentInput, struct_size) == 0);
    assert!(size_of::<NoticeInput>() == NoticeInput::FIRST_SIZE && std::mem::offset_of!(NoticeInput, struct_size) == 0);
    assert!(size_of::<ReplyInput>() == ReplyInput::FIRST_SIZE && std::mem::offset_of!(ReplyInput, struct_size) == 0);
    assert!(size_of::<SignalInput>() == SignalInput::FIRST_SIZE && std::mem::offset_of!(SignalInput, struct_size) == 0);
    assert!(size_of::<FxRateInput>() == FxRateInput::FIRST_SIZE && std::mem::offset_of!(FxRateInput, struct_size) == 0);
    assert!(size_of::<PayTimeInput>() == PayTimeInput::FIRST_SIZE && std::mem::offset_of!(PayTimeInput, struct_size) == 0);
    assert!(size_of::<HolidayInput>() == HolidayInput::FIRST_SIZE && std::mem::offset_of!(HolidayInput, struct_size) == 0);
};

/// The common part of the functions below.
unsafe fn add<R: Input>(tables: *mut TablesHandle, rows: *const R, rows_len: usize) -> Checked<Status> {
    unsafe {
        let tables = borrow_mut(tables, "tables")?;
        tables.check_rows(R::TABLE)?;
        tables.add_rows(R::TABLE, copy::batch(rows, rows_len)?);
        Ok(Status::Ok)
    }
}

/// Adds rows to the table "customers". The values are copied: rows, texts and lists may be freed after the call.
/// `rows`: `rows_len` structs, one after the other. Zero them, set `struct_size` to their sizeof, and fill in what you have: a text that is
/// NULL, a day or amount that is 0, a list without elements is not given, unless the member says otherwise. (1970-01-01 can be said in
/// columns only.) Texts end with NUL. So a program that was compiled with an earlier or a later header works: what it does not know
/// is not given, what this library does not know is not read. May be called again to add more rows, which are numbered on; but
/// a table comes by rows, by columns or as a stream. Columns of your own ("x_...") come by columns or streams.
/// Whether the values are right is checked by ar_ledger_new, all at once: a member is named there as its column.
/// Errors: AR_STATUS_NULL_POINTER; AR_STATUS_INVALID_ARGUMENT (a `struct_size` that is smaller than the first version of the struct, no
/// multiple of the size of a pointer, over 4096, or not that of the first row: the problem names the row; more than 4,000,000,000 rows; the
/// table came in another way).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_customers(tables: *mut TablesHandle, rows: *const CustomerInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "items"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_items(tables: *mut TablesHandle, rows: *const ItemInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "payments"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_payments(tables: *mut TablesHandle, rows: *const PaymentInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "remittances"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_remittances(tables: *mut TablesHandle, rows: *const RemittanceInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "allocations"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_allocations(tables: *mut TablesHandle, rows: *const AllocationInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "promises"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_promises(tables: *mut TablesHandle, rows: *const PromiseInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "disputes"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_disputes(tables: *mut TablesHandle, rows: *const DisputeInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "plans"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_plans(tables: *mut TablesHandle, rows: *const PlanInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "instalments"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_instalments(tables: *mut TablesHandle, rows: *const InstalmentInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "notices"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_notices(tables: *mut TablesHandle, rows: *const NoticeInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "replies"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_replies(tables: *mut TablesHandle, rows: *const ReplyInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "signals"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_signals(tables: *mut TablesHandle, rows: *const SignalInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "fx_rates"; otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_fx_rates(tables: *mut TablesHandle, rows: *const FxRateInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "pay_times" (not for a ledger: the tables are then given to ar_models_fit_on); otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_pay_times(tables: *mut TablesHandle, rows: *const PayTimeInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}

/// Adds rows to the table "holidays" (not for a ledger: as ar_tables_add_pay_times); otherwise as ar_tables_add_customers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ar_tables_add_holidays(tables: *mut TablesHandle, rows: *const HolidayInput, rows_len: usize, error: *mut *mut ErrorHandle) -> Status {
    unsafe { guard(error, || add(tables, rows, rows_len)) }
}
