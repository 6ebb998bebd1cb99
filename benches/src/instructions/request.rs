//! Requests to callgrind from inside the program that it runs: what is between two of them is counted, and only that.
//!
//! The sequence of instructions is part of valgrind's published interface (`valgrind.h`): it does nothing on a processor. Written here so
//! that no header of valgrind is needed to build.

use std::ffi::CString;

/// `CALLGRIND_…` of `callgrind.h`, behind the letters of the tool.
const TOOL: u64 = (b'C' as u64) << 24 | (b'T' as u64) << 16;
const DUMP_STATS_AT: u64 = TOOL + 3;
const START_INSTRUMENTATION: u64 = TOOL + 4;
const STOP_INSTRUMENTATION: u64 = TOOL + 5;

#[cfg(target_arch = "x86_64")]
fn request(code: u64, argument: u64) {
    let arguments = [code, argument, 0, 0, 0, 0];
    // SAFETY: on a processor the turns of rdi add up to two full ones, and rbx is exchanged with itself. Under valgrind the request reads
    // the six numbers and writes rdx.
    unsafe {
        std::arch::asm!(
            "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
            in("rax") arguments.as_ptr(), inout("rdx") 0u64 => _
        );
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn request(_code: u64, _argument: u64) {}

/// Does the work, counted, and has the counts written under the name. Outside of callgrind it only does the work.
pub fn counted<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let name = CString::new(name).unwrap_or_default();
    request(START_INSTRUMENTATION, 0);
    let made = std::hint::black_box(work());
    request(DUMP_STATS_AT, name.as_ptr() as u64);
    request(STOP_INSTRUMENTATION, 0);
    made
}
