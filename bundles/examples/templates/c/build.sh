#!/bin/sh
# Builds agent.wasm. The same compiler makes the same bytes.
set -eu
cd "$(dirname "$0")"
for tool in clang wasm-ld; do
    command -v $tool >/dev/null || {
        echo "build.sh: no $tool found; install it, on Debian with: apt-get install clang lld wasi-libc libclang-rt-14-dev-wasm32" >&2
        exit 1
    }
done
clang --target=wasm32-wasi -mexec-model=reactor -std=c11 -Oz -Wall -Wextra -Werror -Wl,--strip-all,--stack-first \
    -o agent.wasm agent.c agent.s
