#!/bin/sh
# Sets up the environment of `make bench` in a folder: the peers at their pinned versions, the engine's wheel, the peers that are
# programs. What cannot be installed or built is said and left out: its row in the table says so, too.
set -eu
venv=$1
here=benches/suite
python=${PYTHON:-python3}
export PIP_DISABLE_PIP_VERSION_CHECK=1

test -x "$venv/bin/python" || "$python" -m venv "$venv"
if ! cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
    echo "Installing the peers; the first time takes some minutes."
    if ! "$venv/bin/python" -m pip install --quiet -r "$here/requirements.txt"; then
        echo "Not all together: one after the other."
        sed 's/#.*//' "$here/requirements.txt" | while read -r line; do
            test -z "$line" || "$venv/bin/python" -m pip install --quiet --no-deps "$line" || echo "not installed: $line; tried again next time"
        done
    else
        cp "$here/requirements.txt" "$venv/installed.txt"
    fi
fi

echo "Building the engine and the peers that are programs, in release."
rm -rf target/wheels/bench
"$venv/bin/maturin" build --quiet --release --locked --manifest-path ar-python/Cargo.toml --interpreter "$venv/bin/python" --out target/wheels/bench
"$venv/bin/python" -m pip install --quiet --no-deps --no-index --force-reinstall target/wheels/bench/ar_core-*.whl
cargo build --quiet --release --locked --manifest-path benches/peers/florecon/Cargo.toml --target-dir benches/peers/florecon/target ||
    echo "not built: florecon"
