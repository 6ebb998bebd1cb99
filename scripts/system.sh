#!/bin/sh
# Looks for what cargo and pip cannot bring: system.sh run|test
# As root on Debian or Ubuntu it installs what is missing; otherwise it says what is. A missing tool that only a few
# tests need is not an error: those tests skip.
set -eu
purpose=${1:?usage: system.sh run|test}
python=${PYTHON:-python3}
root=$(cd "$(dirname "$0")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }
fail() { say "error: $*"; exit 1; }

# Names the Debian packages of the tools that are missing.
missing() {
    has cc || printf 'gcc libc6-dev '
    has "$python" || printf 'python3 '
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || printf 'python3-venv '
    if [ "$purpose" = test ]; then
        has c++ || printf 'g++ '
        has valgrind || printf 'valgrind '
        has pkg-config || printf 'pkg-config '
        has strace || printf 'strace '
        # The state of a book in PostgreSQL, and the report in a browser.
        [ -n "$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null)" ] || printf 'postgresql '
        has chromium-headless-shell || has chromium || printf 'chromium-headless-shell '
        # Only where there is a Java already: the example in Java is built and run.
        if has javac && [ ! -e /usr/share/java/jna.jar ]; then printf 'libjna-java libjna-jni '; fi
    fi
}

install_packages() {
    say "installing with apt-get: $*"
    export DEBIAN_FRONTEND=noninteractive
    # A new machine has no package lists; a machine whose network is elsewhere may still have what is needed.
    apt-get -qq -o DPkg::Lock::Timeout=120 update >&2 || say "note: apt-get update failed"
    apt-get -qq -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@" >&2 || say "note: apt-get install failed"
}

wanted=$(missing)
if [ -n "$wanted" ] && has apt-get && [ "$(id -u)" = 0 ]; then
    # shellcheck disable=SC2086 # a list of packages
    install_packages $wanted
    wanted=$(missing)
fi

has cc || fail "no C compiler and linker (cc), which Rust needs; on Debian, as root: apt-get install gcc libc6-dev"
has "$python" || fail "no $python; Python 3.11 or newer is needed"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$("$python" --version) is too old, Python 3.11 or newer is needed; name another with: make PYTHON=python3.11 …"
"$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || fail "$python cannot make a virtual environment; on Debian, as root: apt-get install python3-venv"
has cargo || fail "no cargo; Rust comes from https://rustup.rs"
least=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")
found=$(rustc --version | cut -d' ' -f2)
[ "$(printf '%s\n%s\n' "$least" "$found" | sort -V | head -n 1)" = "$least" ] || fail "rustc $found is too old, $least or newer is needed; with rustup: rustup update stable"

if [ "$purpose" = test ]; then
    for tool in rustfmt clippy; do
        case $tool in rustfmt) word=fmt ;; clippy) word=clippy ;; esac
        if ! cargo "$word" --version >/dev/null 2>&1; then
            if has rustup; then rustup component add "$tool" >&2 || true; fi
            cargo "$word" --version >/dev/null 2>&1 || say "note: no $tool; its check is skipped"
        fi
    done
    if [ -n "$wanted" ]; then say "note: the tests that need these are skipped: $wanted(as root: apt-get install $wanted)"; fi
fi
