//! Tables out, as Arrow C streams.

use crate::borrow::Checked;
use crate::error::Failure;
use ar_arrow::FFI_ArrowArrayStream;
use ar_core::table::Table;

/// The table as a stream: what it owns is moved, not copied. A failure names the table.
pub fn stream(table: Table<'_>) -> Checked<FFI_ArrowArrayStream> {
    let name = table.name.clone().into_owned();
    ar_arrow::into_stream(table).map_err(|error| Failure::arrow(&name, &error))
}
