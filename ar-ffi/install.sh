#!/bin/sh
# Installs the C library: install.sh PREFIX [FOLDER OF THE BUILT LIBRARY]
# Cargo calls the library libar_core_ffi (see Cargo.toml); programs know it as libar_core, by the soname that build.rs gave it.
set -eu
prefix=${1:?usage: install.sh PREFIX [FOLDER OF THE BUILT LIBRARY]}
here=$(cd "$(dirname "$0")" && pwd)
built=${2:-$here/../target/release}
abi=$(sed -n 's/^#define AR_ABI_VERSION //p' "$here/../include/ar_core.h")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../Cargo.toml" | head -n 1)

mkdir -p "$prefix/lib/pkgconfig" "$prefix/include"
prefix=$(cd "$prefix" && pwd)
install -m 755 "$built/libar_core_ffi.so" "$prefix/lib/libar_core.so.$abi.$version"
ln -sf "libar_core.so.$abi.$version" "$prefix/lib/libar_core.so.$abi"
ln -sf "libar_core.so.$abi" "$prefix/lib/libar_core.so"
install -m 644 "$built/libar_core_ffi.a" "$prefix/lib/libar_core.a"
install -m 644 "$here/../include/ar_core.h" "$prefix/include/ar_core.h"
sed -e "s|@PREFIX@|$prefix|" -e "s|@VERSION@|$version|" "$here/ar_core.pc.in" > "$prefix/lib/pkgconfig/ar_core.pc"
