#!/bin/sh
# Builds audit.wasm with the first compiler found that has the target, or with $RUSTC. The same compiler makes the same bytes.
set -eu
cd "$(dirname "$0")"
target=wasm32-unknown-unknown
for candidate in ${RUSTC:-rustc /usr/bin/rustc}; do
    sysroot=$("$candidate" --print sysroot 2>/dev/null) || continue
    if [ -d "$sysroot/lib/rustlib/$target" ]; then
        rustc=$candidate
        break
    fi
done
if [ -z "${rustc:-}" ]; then
    echo "build.sh: no rustc with the target $target found; on Debian: apt-get install rustc libstd-rust-dev-wasm32 lld, elsewhere: rustup target add $target" >&2
    exit 1
fi
linker=$(command -v wasm-ld || command -v rust-lld) || linker=rust-lld
"$rustc" --target $target --edition 2021 --crate-name audit --crate-type cdylib \
    -C opt-level=s -C lto -C codegen-units=1 -C panic=abort -C strip=symbols -C linker="$linker" -C linker-flavor=wasm-ld \
    -C link-arg=-zstack-size=65536 --remap-path-prefix "$PWD=" --remap-path-prefix "$sysroot=" -D warnings -o audit.wasm audit.rs
