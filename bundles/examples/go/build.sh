#!/bin/sh
# Builds audit.wasm. The same compiler makes the same bytes.
set -eu
cd "$(dirname "$0")"
if ! command -v go >/dev/null; then
    echo "build.sh: no go found; install Go 1.24 or newer (Debian 12 has an older one)" >&2
    exit 1
fi
GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=0 GOOS=wasip1 GOARCH=wasm \
    go build -buildmode=c-shared -trimpath -buildvcs=false -ldflags="-s -w -buildid=" -o audit.wasm .
GOTOOLCHAIN=local GOWORK=off go run metadata.go audit.wasm
