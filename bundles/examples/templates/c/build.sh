#!/bin/sh
# Builds agent.wasm. The same compiler makes the same bytes.
set -eu
cd "$(dirname "$0")"
if ! echo 'int main(void) { return 0; }' | clang --target=wasm32-wasi -x c - -o /dev/null 2>/dev/null; then
    echo "build.sh: no clang that builds for wasm32-wasi found; on Debian: apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32" >&2
    exit 1
fi
clang --target=wasm32-wasi -mexec-model=reactor -std=c11 -Oz -Wall -Wextra -Wl,--strip-all,--stack-first \
    -o agent.wasm agent.c agent.s
