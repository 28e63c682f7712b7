#!/bin/sh
# Builds the guests of this folder; needs `rustup target add wasm32-wasip2`. What it builds is committed, compressed.
set -eu
cd "$(dirname "$0")"
target="${CARGO_TARGET_DIR:-../../../node_modules/.cache/guests-rust}"
cargo build --release --locked --target wasm32-wasip2 --target-dir "$target"
for name in rust_types rust_wasmcloud rust-wstd; do
  gzip -9nc "$target/wasm32-wasip2/release/$name.wasm" > "$(echo "$name" | tr _ -).wasm.gz"
done
