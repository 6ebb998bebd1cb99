#!/bin/sh
# The tests of the C face and the scenarios under Rust's own AddressSanitizer (gcc's does not see what Rust code reads), then faults that
# are planted and must be seen: check_asan.sh. The runtime comes with Rust; its flag is unstable, hence RUSTC_BOOTSTRAP.
set -eu
cd "$(dirname "$0")/.."
target=x86_64-unknown-linux-gnu
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/asan" RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=address" WORLDS="${WORLDS:-500}"
# A panic that is caught unwinds through frames of C, which is what is wanted; stacks in debug builds are deep, and red zones deepen them.
export ASAN_OPTIONS="detect_leaks=1:detect_stack_use_after_return=1" RUST_MIN_STACK=33554432

suite() { cargo test --locked --target "$target" -p ar-tests --test suite -- "$@"; }

# The example and the programs of tests/c are linked by another compiler, without the runtime: valgrind has them (make check-memory).
suite c_face scenarios ar_arrow --skip example
for fault in a_row_is_read_after_its_report_was_freed an_array_is_shorter_than_it_is_said a_ledger_is_used_after_it_was_freed \
    a_handle_is_freed_twice a_text_is_never_freed; do
    if said=$(suite --ignored --exact "abi::faults::$fault" 2>&1); then
        echo "the planted fault $fault was not seen" >&2
        exit 1
    fi
    case $said in
    *"ERROR: AddressSanitizer"* | *"ERROR: LeakSanitizer"*) echo "seen: $fault" ;;
    *) printf '%s\n' "$said" >&2; echo "$fault failed, but not by the sanitizer" >&2; exit 1 ;;
    esac
done
echo "AddressSanitizer: clean, and every planted fault was seen"
