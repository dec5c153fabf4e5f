#!/bin/sh
# Builds agent.wasm with the first compiler found that has the target, or with $RUSTC. The same compiler makes the same bytes.
set -eu
cd "$(dirname "$0")"
targets=wasm32-unknown-unknown
rustc='' target=''
for candidate in ${RUSTC:-rustc /usr/bin/rustc}; do
    sysroot=$("$candidate" --print sysroot 2>/dev/null) || continue
    for one in $targets; do
        [ -n "$rustc" ] || [ ! -d "$sysroot/lib/rustlib/$one" ] || { rustc=$candidate target=$one; }
    done
done
if [ -z "$rustc" ]; then
    echo "build.sh: no rustc with the target $targets found; on Debian: apt-get install rustc libstd-rust-dev-wasm32 lld, elsewhere: rustup target add $targets" >&2
    exit 1
fi
echo "with $("$rustc" --version), $target"
sysroot=$("$rustc" --print sysroot)
linker=rust-lld # comes with rustup's compiler, not with Debian's
ls "$sysroot"/lib/rustlib/*/bin/rust-lld >/dev/null 2>&1 || linker=wasm-ld
"$rustc" --target "$target" --edition 2021 --crate-name agent --crate-type cdylib \
    -C opt-level=s -C lto -C codegen-units=1 -C panic=abort -C strip=symbols \
    -C linker=$linker -C linker-flavor=wasm-ld -C link-arg=-zstack-size=65536 \
    --remap-path-prefix "$PWD=." --remap-path-prefix "$sysroot=sysroot" -o agent.wasm agent.rs
