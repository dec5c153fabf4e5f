#!/bin/sh
# Builds audit.wasm. The same compiler makes the same bytes.
set -eu
cd "$(dirname "$0")"
if ! command -v node >/dev/null; then
    echo "build.sh: no node found; install Node.js 20 or newer" >&2
    exit 1
fi
asc=node_modules/.bin/asc
if [ ! -x $asc ]; then
    echo "build.sh: no AssemblyScript found; run 'npm ci' in $PWD" >&2
    exit 1
fi
$asc audit.ts -O3 --runtime incremental --use abort=sirsi/abort --exportStart _initialize --transform ./metadata.mjs \
    --outFile audit.wasm
