#!/bin/sh
# Builds the fuzz targets and runs one: run.sh TARGET SECONDS [more arguments of libFuzzer]
# Coverage and AddressSanitizer are instruments of the compiler that need its unstable flags; nothing else here does. The same as
# `cargo fuzz run TARGET -- -max_total_time=SECONDS`, without a tool to install.
set -eu
cd "$(dirname "$0")"
target=${1:?usage: run.sh TARGET SECONDS}
seconds=${2:?usage: run.sh TARGET SECONDS}
shift 2
[ -f "fuzz_targets/$target.rs" ] || { echo "no target $target; there are: $(ls fuzz_targets | sed 's/\.rs$//' | tr '\n' ' ')" >&2; exit 2; }
export RUSTC_BOOTSTRAP=1
export RUSTFLAGS="--cfg fuzzing -Zsanitizer=address -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --locked --release --target x86_64-unknown-linux-gnu --bin "$target"
mkdir -p "corpus/$target" "artifacts/$target"
[ -d "seeds/$target" ] || mkdir -p "seeds/$target"
exec "${CARGO_TARGET_DIR:-target}/x86_64-unknown-linux-gnu/release/$target" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=4096 -len_control=10 \
    -artifact_prefix="artifacts/$target/" -print_final_stats=1 "$@" "corpus/$target" "seeds/$target"
