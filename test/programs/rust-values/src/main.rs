//! Decodes wRPC values of types that come with them, says what they are, and encodes them again, with the value codecs of
//! the real peers. Input, all integers little-endian: length and bytes of a type, number of messages, and of each its length
//! and bytes. Output: a line for each message, `<text> <hex>` or `error <reason>`.

mod types;
mod values;

use std::io::{self, BufReader, BufWriter, Read, Write};

use tokio_util::bytes::BytesMut;

fn main() -> io::Result<()> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    while let Some(length) = read_u32(&mut input)? {
        let described = read_bytes(&mut input, length)?;
        let ty = types::parse(&mut described.as_slice());
        let messages = read_u32(&mut input)?.unwrap_or(0);
        for _ in 0..messages {
            let length = read_u32(&mut input)?.unwrap_or(0);
            let bytes = read_bytes(&mut input, length)?;
            match again(&ty, &bytes) {
                Ok((text, encoded)) => writeln!(output, "{text} {}", to_hex(&encoded))?,
                Err(error) => writeln!(output, "error {error}")?,
            }
        }
        output.flush()?;
    }
    Ok(())
}

/// What the bytes say, and what the same values are in bytes again.
fn again(ty: &types::Type, bytes: &[u8]) -> io::Result<(String, BytesMut)> {
    let mut rest = BytesMut::from(bytes);
    let value = values::decode(ty, &mut rest)?;
    if !rest.is_empty() {
        return Err(io::Error::other(format!("{} bytes are left", rest.len())));
    }
    let mut encoded = BytesMut::new();
    values::encode(&value, &mut encoded)?;
    Ok((value.to_string(), encoded))
}

fn read_u32(input: &mut impl Read) -> io::Result<Option<u32>> {
    let mut bytes = [0; 4];
    match input.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(u32::from_le_bytes(bytes))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_bytes(input: &mut impl Read, length: u32) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length as usize];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
