//! Validates WebAssembly components: an independent opinion for the tests.
//!
//! Standard input holds any number of binaries, each after its length as four bytes, least first. For each, one line
//! is written: `valid`, or `invalid`, the offset and what is wrong.

use std::io::{self, BufWriter, Read, Write};
use wasmparser::{Validator, WasmFeatures};

fn main() -> io::Result<()> {
    let features = WasmFeatures::WASM2
        | WasmFeatures::TAIL_CALL
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::THREADS
        | WasmFeatures::COMPONENT_MODEL
        | WasmFeatures::CM_FIXED_LENGTH_LISTS;
    let mut input = io::stdin().lock();
    let mut output = BufWriter::new(io::stdout().lock());
    let mut length = [0; 4];
    while input.read_exact(&mut length).is_ok() {
        let mut binary = vec![0; u32::from_le_bytes(length) as usize];
        input.read_exact(&mut binary)?;
        match Validator::new_with_features(features).validate_all(&binary) {
            Ok(_) => writeln!(output, "valid")?,
            Err(error) => writeln!(
                output,
                "invalid {} {}",
                error.offset(),
                error.message().escape_debug()
            )?,
        }
        output.flush()?;
    }
    Ok(())
}
