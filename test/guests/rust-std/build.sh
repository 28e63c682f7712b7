#!/bin/sh
# Builds the guest of this folder; needs `rustup target add wasm32-wasip2`. What it builds is committed, compressed.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rustc --target wasm32-wasip2 -C opt-level=s -C strip=symbols -C lto -C panic=abort main.rs -o "$work/main.wasm"
gzip -9nc "$work/main.wasm" > rust-std.wasm.gz
