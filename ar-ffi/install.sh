#!/bin/sh
# Installs the C library: install.sh PREFIX [FOLDER OF THE BUILT LIBRARY]
# DESTDIR, if set, is put in front of every path, as packagers want it. UNINSTALL=1 takes away what was installed.
# Cargo calls the library libar_core_ffi (see Cargo.toml); programs know it as libar_core, by the soname that build.rs gave it.
set -eu
prefix=${1:?usage: install.sh PREFIX [FOLDER OF THE BUILT LIBRARY]}
here=$(cd "$(dirname "$0")" && pwd)
root=$here/..
built=${2:-$root/target/dist}
abi=$(sed -n 's/^#define AR_ABI_VERSION //p' "$root/include/ar_core.h")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
to=${DESTDIR:-}$prefix
lib=$to/lib
package=$lib/cmake/ar_core
shared=libar_core.so.$abi.$version

if [ -n "${UNINSTALL:-}" ]; then
    rm -f "$lib/libar_core.so" "$lib/libar_core.so.$abi" "$lib/$shared" "$lib/libar_core.a"
    rm -f "$to/include/ar_core.h" "$to/include/ar_core.hpp" "$lib/pkgconfig/ar_core.pc" "$lib/pkgconfig/ar_core-static.pc"
    rm -rf "$package"
    exit 0
fi

mkdir -p "$lib/pkgconfig" "$package" "$to/include"
# A program may be running with the old one: it keeps its file, the new one takes the name.
rm -f "$lib/$shared"
install -m 755 "$built/libar_core_ffi.so" "$lib/$shared"
# The names of the exports stay, for the loader and for a debugger; those of what is inside go.
if command -v strip >/dev/null 2>&1; then strip --strip-unneeded "$lib/$shared"; fi
ln -sf "$shared" "$lib/libar_core.so.$abi"
ln -sf "libar_core.so.$abi" "$lib/libar_core.so"

names=$(mktemp)
trap 'rm -f "$names"' EXIT
# The functions that the header declares: the name stands before the first parenthesis of a line that is no comment.
sed -n '/^\/\//d; /^#/d; s/^[a-z].*[ *]\(ar_[a-z0-9_]*\)(.*/\1/p' "$root/include/ar_core.h" | sort -u > "$names"
sh "$here/install/one_object.sh" "$built/libar_core_ffi.a" "$names" "$lib/libar_core.a" || {
    [ $? = 3 ] || exit 1
    echo "note: no GNU binutils; libar_core.a keeps the names of what is inside" >&2
    install -m 644 "$built/libar_core_ffi.a" "$lib/libar_core.a"
}

install -m 644 "$root/include/ar_core.h" "$root/include/ar_core.hpp" "$to/include"
for file in pkgconfig/ar_core.pc pkgconfig/ar_core-static.pc cmake/ar_core/ar_coreConfig.cmake cmake/ar_core/ar_coreConfigVersion.cmake; do
    sed -e "s|@VERSION@|$version|" -e "s|@ABI@|$abi|" "$here/install/$(basename "$file").in" > "$lib/$file"
done
