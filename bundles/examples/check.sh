#!/bin/sh
# Builds every example that this machine can build, in a copy, compares the bytes with those committed, and gives the same tasks
# to all. With --record, takes the bytes and digests of this machine instead. Needs Node.js 20 or newer.
set -eu
cd "$(dirname "$0")"
here=$PWD
command -v node >/dev/null || { echo "check.sh: no node found; install Node.js 20 or newer" >&2; exit 1; }
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar -cf - --exclude=node_modules --exclude=audit.wasm --exclude=echo.wasm . | tar -xf - -C "$copy"
[ ! -d assemblyscript/node_modules ] || ln -s "$here/assemblyscript/node_modules" "$copy/assemblyscript/node_modules"

failed=0
fault() {
    echo "$*" >&2
    failed=1
}

# One version of each compiler, as it calls itself.
compiler() {
    case $1 in
        c | command-c) clang --version | head -n 1 ;;
        rust | command-rust) sed -n 's/^with //p' "$copy/$1/log" ;;
        assemblyscript) "$copy/assemblyscript/node_modules/.bin/asc" --version | sed 's/^Version/AssemblyScript/' ;;
        go) go version ;;
    esac
}

digest() {
    sha256sum "$1" | cut -d ' ' -f 1
}

# Builds a folder of the copy. False if a tool is missing, which build.sh says in a sentence, or if it does not build.
build() {
    if "$copy/$1/build.sh" >"$copy/$1/log" 2>&1; then
        return 0
    fi
    if grep -q '^build.sh: ' "$copy/$1/log"; then
        echo "$1: skipped: $(sed -n 's/^build.sh: //p' "$copy/$1/log")"
    else
        fault "$1: does not build: $(cat "$copy/$1/log")"
    fi
    return 1
}

# The same bytes as those whose digest is recorded, unless another compiler made them.
compare() {
    file=$1/$2.wasm
    build "$1" || return 0
    by=$(compiler "$1")
    made=$(digest "$copy/$file")
    if [ "$mode" = --record ]; then
        printf '# %s\n%s  %s\n' "$by" "$made" "$2.wasm" >"$file.sha256"
        [ "$1" = go ] || cp "$copy/$file" "$file"
    fi
    recorded=$(sed -n '2s/ .*//p' "$file.sha256")
    recorded_by=$(sed -n '1s/^# //p' "$file.sha256")
    if [ "$made" = "$recorded" ]; then
        echo "$file: the same $(wc -c <"$copy/$file") bytes, by $by"
    elif [ "$by" = "$recorded_by" ]; then
        fault "$file: differs from the digest in $file.sha256, although $by made both"
    else
        echo "$file: differs, built by $by instead of $recorded_by"
    fi
    if [ "$2" = audit ] && ! cmp -s "$copy/$file" "$file"; then
        built="$built $copy/$file"
    fi
}

mode=${1:-}
built=
for module in c/audit rust/audit assemblyscript/audit go/audit command-c/echo command-rust/echo; do
    compare "${module%/*}" "${module#*/}"
done

# What is committed is what the digests say, whoever built it.
for file in */*.wasm; do
    [ "$file" = go/audit.wasm ] || [ "$(digest "$file")" = "$(sed -n '2s/ .*//p' "$file.sha256")" ] || fault "$file: not what $file.sha256 says"
done

# The copies of the bindings, which each folder needs for itself.
for file in c/sirsi.h c/agent.s rust/sirsi.rs assemblyscript/sirsi.ts assemblyscript/metadata.mjs \
    assemblyscript/package.json assemblyscript/package-lock.json go/sirsi/sirsi.go go/metadata.go; do
    cmp -s "$file" "templates/$file" || fault "templates/$file: not the same as $file"
done

# What ./sirsi wasm new copies.
for language in c rust assemblyscript go; do
    folder=$copy/templates/$language
    sed -i -e 's/@ID@/com.example.greeter/' -e 's/@TYPE@/greeter/' "$folder/agent.json"
    [ $language != assemblyscript ] || [ ! -d assemblyscript/node_modules ] ||
        ln -s "$here/assemblyscript/node_modules" "$folder/node_modules"
    build "templates/$language" || continue
    if [ "$(node try.mjs "$folder/agent.wasm" --input '{"name": "Ada \"A\""}' --set greeting=Salut 2>/dev/null | tr -d '\n')" = \
        '{  "status": "succeeded",  "output": {    "greeting": "Salut, Ada \"A\""  }}' ]; then
        echo "templates/$language: greets, with $(wc -c <"$folder/agent.wasm") bytes"
    else
        fault "templates/$language: does not greet"
    fi
done

# The bindings of C, which own the only memory that can be read wrongly, against broken JSON.
if clang -g -O1 -w -fsanitize=address,undefined -fno-sanitize-recover=undefined -o "$copy/fuzz" c/fuzz.c 2>"$copy/log"; then
    if ASAN_OPTIONS=detect_leaks=0 "$copy/fuzz" fixture-inventory.json 5000 2>"$copy/log"; then
        echo "c/fuzz.c: 5000 broken tasks and pages, nothing read outside"
    else
        fault "c/fuzz.c: $(cat "$copy/log")"
    fi
else
    echo "c/fuzz.c: skipped: $(head -n 1 "$copy/log")"
fi

# shellcheck disable=SC2086 # a list of files
node check.mjs */audit.wasm $built || failed=1
for module in command-c command-rust; do
    [ "$(node try.mjs $module/echo.wasm --input '{"a": ["ü"]}' 2>/dev/null | tr -d ' \n')" = \
        '{"status":"succeeded","output":{"echo":{"a":["ü"]}}}' ] || fault "$module/echo.wasm: does not give its input back"
done
exit $failed
