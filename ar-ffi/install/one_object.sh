#!/bin/sh
# Makes an archive whose only visible names are the given ones: one_object.sh ARCHIVE NAMES OUT
# ARCHIVE: a static library that cargo made. NAMES: a file of the names to keep, one a line. OUT: the archive to write.
#
# All that the names need becomes one object in which nothing else can be seen. So it can be linked into one program with another
# library that is written in Rust, which brings the same runtime. Group members become ordinary sections, because a linker would
# drop those of the second library although our names for them are no longer shared; copies of the compiler's own intermediate code
# are left out, because they do not survive being joined. Exit status 3: this machine does not have GNU binutils.
set -eu
archive=${1:?usage: one_object.sh ARCHIVE NAMES OUT}
names=${2:?usage: one_object.sh ARCHIVE NAMES OUT}
out=${3:?usage: one_object.sh ARCHIVE NAMES OUT}
command -v objcopy >/dev/null 2>&1 && ld -r --force-group-allocation --version >/dev/null 2>&1 || exit 3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sed 's/^/-u /' "$names" > "$work/wanted"
ld -r --gc-sections --force-group-allocation -o "$work/all.o" @"$work/wanted" "$archive"
name=$(basename "$out" .a).o
objcopy --keep-global-symbols="$names" --strip-unneeded -R .llvmbc -R .llvmcmd "$work/all.o" "$work/$name"
rm -f "$out"
ar rcs "$out" "$work/$name"
chmod 644 "$out"
