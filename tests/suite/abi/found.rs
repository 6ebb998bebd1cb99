//! What the fuzz targets of `fuzz/` found, one test a find, under the name of what it was.

use ar_core_ffi::status::Status;
use ar_core_ffi::tables::{ar_tables_add_bool_column, ar_tables_add_date_column, ar_tables_free, ar_tables_new};
use std::ptr;

/// -1 as a length was refused, half of it was not for bytes: the library asked for that much memory, and the process ended.
#[test]
fn a_length_that_no_memory_has_is_refused_and_not_tried() {
    let (mut tables, flags, days) = (ptr::null_mut(), [1_u8], [0_i32]);
    unsafe {
        assert_eq!(ar_tables_new(&mut tables, ptr::null_mut()), Status::Ok);
        for len in [usize::MAX, usize::MAX / 2, usize::MAX / 4, usize::MAX / 8, 4_000_000_001] {
            let bools = ar_tables_add_bool_column(tables, c"customers".as_ptr(), c"strategic".as_ptr(), flags.as_ptr(), ptr::null(), len, ptr::null_mut());
            let dates = ar_tables_add_date_column(tables, c"items".as_ptr(), c"due_on".as_ptr(), days.as_ptr(), ptr::null(), len, ptr::null_mut());
            assert_eq!((bools, dates), (Status::InvalidArgument, Status::InvalidArgument), "{len}");
        }
        ar_tables_free(tables);
    }
}
