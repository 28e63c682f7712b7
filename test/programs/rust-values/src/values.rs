use std::fmt;
use std::io;

use leb128_tokio::{Leb128DecoderU32, Leb128Encoder};
use tokio_util::bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};
use utf8_tokio::Utf8Codec;
use wasm_tokio::cm::{
    BoolCodec, F32Codec, F64Codec, S16Codec, S32Codec, S64Codec, S8Codec, U16Codec, U32Codec, U64Codec,
    U8Codec,
};
use wasm_tokio::{CoreNameDecoder, CoreNameEncoder, CoreVecDecoderBytes, CoreVecEncoderBytes};

use crate::types::Type;

/// A value of any type.
pub enum Value {
    Bool(bool),
    S8(i8),
    U8(u8),
    S16(i16),
    U16(u16),
    S32(i32),
    U32(u32),
    S64(i64),
    U64(u64),
    F32(f32),
    F64(f64),
    Char(char),
    String(String),
    List(Vec<Value>),
    Tuple(Vec<Value>),
    Variant(u32, Option<Box<Value>>),
    Option(Option<Box<Value>>),
    Result(bool, Option<Box<Value>>),
    Flags(Vec<u8>),
    Handle(Bytes),
}

/// Takes a value from the front of the bytes.
pub fn decode(ty: &Type, bytes: &mut BytesMut) -> io::Result<Value> {
    Ok(match ty {
        Type::Bool => Value::Bool(all(BoolCodec.decode(bytes)?)?),
        Type::S8 => Value::S8(all(S8Codec.decode(bytes)?)?),
        Type::U8 => Value::U8(all(U8Codec.decode(bytes)?)?),
        Type::S16 => Value::S16(all(S16Codec.decode(bytes)?)?),
        Type::U16 => Value::U16(all(U16Codec.decode(bytes)?)?),
        Type::S32 => Value::S32(all(S32Codec.decode(bytes)?)?),
        Type::U32 => Value::U32(all(U32Codec.decode(bytes)?)?),
        Type::S64 => Value::S64(all(S64Codec.decode(bytes)?)?),
        Type::U64 => Value::U64(all(U64Codec.decode(bytes)?)?),
        Type::F32 => Value::F32(all(F32Codec.decode(bytes)?)?),
        Type::F64 => Value::F64(all(F64Codec.decode(bytes)?)?),
        Type::Char => Value::Char(all(Utf8Codec.decode(bytes)?)?),
        Type::String => Value::String(all(CoreNameDecoder::default().decode(bytes)?)?),
        Type::Handle => Value::Handle(all(CoreVecDecoderBytes::default().decode(bytes)?)?),
        Type::List(element) => {
            let count = all(Leb128DecoderU32.decode(bytes)?)?;
            Value::List((0..count).map(|_| decode(element, bytes)).collect::<io::Result<_>>()?)
        }
        Type::Tuple(types) => {
            Value::Tuple(types.iter().map(|ty| decode(ty, bytes)).collect::<io::Result<_>>()?)
        }
        Type::Variant(cases) => {
            let index = all(Leb128DecoderU32.decode(bytes)?)?;
            let case = cases.get(index as usize).ok_or_else(|| io::Error::other("no such case"))?;
            Value::Variant(index, payload(case.as_ref(), bytes)?)
        }
        Type::Option(element) => {
            let is_some = all(BoolCodec.decode(bytes)?)?;
            Value::Option(payload(is_some.then_some(element), bytes)?)
        }
        Type::Result(cases) => {
            let is_err = all(BoolCodec.decode(bytes)?)?;
            Value::Result(is_err, payload(cases[usize::from(is_err)].as_ref(), bytes)?)
        }
        Type::Flags(names) => {
            let length = names.div_ceil(8);
            if bytes.len() < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let flags = bytes.chunk()[..length].to_vec();
            bytes.advance(length);
            Value::Flags(flags)
        }
    })
}

fn payload(ty: Option<&Type>, bytes: &mut BytesMut) -> io::Result<Option<Box<Value>>> {
    ty.map(|ty| decode(ty, bytes).map(Box::new)).transpose()
}

fn all<T>(decoded: Option<T>) -> io::Result<T> {
    decoded.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// Appends a value to the bytes.
pub fn encode(value: &Value, bytes: &mut BytesMut) -> io::Result<()> {
    match value {
        Value::Bool(value) => BoolCodec.encode(*value, bytes),
        Value::S8(value) => S8Codec.encode(*value, bytes),
        Value::U8(value) => U8Codec.encode(*value, bytes),
        Value::S16(value) => S16Codec.encode(*value, bytes),
        Value::U16(value) => U16Codec.encode(*value, bytes),
        Value::S32(value) => S32Codec.encode(*value, bytes),
        Value::U32(value) => U32Codec.encode(*value, bytes),
        Value::S64(value) => S64Codec.encode(*value, bytes),
        Value::U64(value) => U64Codec.encode(*value, bytes),
        Value::F32(value) => F32Codec.encode(*value, bytes),
        Value::F64(value) => F64Codec.encode(*value, bytes),
        Value::Char(value) => Utf8Codec.encode(*value, bytes),
        Value::String(value) => CoreNameEncoder.encode(value.as_str(), bytes),
        Value::Handle(value) => CoreVecEncoderBytes.encode(value, bytes),
        Value::List(items) => {
            Leb128Encoder.encode(items.len() as u32, bytes)?;
            items.iter().try_for_each(|item| encode(item, bytes))
        }
        Value::Tuple(items) => items.iter().try_for_each(|item| encode(item, bytes)),
        Value::Variant(index, payload) => {
            Leb128Encoder.encode(*index, bytes)?;
            encode_payload(payload.as_deref(), bytes)
        }
        Value::Option(payload) => {
            BoolCodec.encode(payload.is_some(), bytes)?;
            encode_payload(payload.as_deref(), bytes)
        }
        Value::Result(is_err, payload) => {
            BoolCodec.encode(*is_err, bytes)?;
            encode_payload(payload.as_deref(), bytes)
        }
        Value::Flags(flags) => {
            bytes.put_slice(flags);
            Ok(())
        }
    }
}

fn encode_payload(payload: Option<&Value>, bytes: &mut BytesMut) -> io::Result<()> {
    payload.map_or(Ok(()), |value| encode(value, bytes))
}

/// Without spaces; floats as their bits, text as hexadecimal UTF-8.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(value) => write!(f, "{value}"),
            Value::S8(value) => write!(f, "{value}"),
            Value::U8(value) => write!(f, "{value}"),
            Value::S16(value) => write!(f, "{value}"),
            Value::U16(value) => write!(f, "{value}"),
            Value::S32(value) => write!(f, "{value}"),
            Value::U32(value) => write!(f, "{value}"),
            Value::S64(value) => write!(f, "{value}"),
            Value::U64(value) => write!(f, "{value}"),
            Value::F32(value) => write!(f, "{:08x}", value.to_bits()),
            Value::F64(value) => write!(f, "{:016x}", value.to_bits()),
            Value::Char(value) => write!(f, "U+{:x}", u32::from(*value)),
            Value::String(value) => write!(f, "'{}'", crate::to_hex(value.as_bytes())),
            Value::Handle(value) => write!(f, "<{}>", crate::to_hex(value)),
            Value::List(items) => write_all(f, "[", items, "]"),
            Value::Tuple(items) => write_all(f, "(", items, ")"),
            Value::Variant(index, payload) => write_case(f, &index.to_string(), payload.as_deref()),
            Value::Option(payload) => {
                write_case(f, if payload.is_some() { "some" } else { "none" }, payload.as_deref())
            }
            Value::Result(is_err, payload) => {
                write_case(f, if *is_err { "err" } else { "ok" }, payload.as_deref())
            }
            Value::Flags(flags) => write!(f, "0x{}", crate::to_hex(flags)),
        }
    }
}

fn write_all(f: &mut fmt::Formatter<'_>, start: &str, items: &[Value], end: &str) -> fmt::Result {
    f.write_str(start)?;
    for (index, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if index == 0 { "" } else { "," })?;
    }
    f.write_str(end)
}

fn write_case(f: &mut fmt::Formatter<'_>, name: &str, payload: Option<&Value>) -> fmt::Result {
    match payload {
        Some(value) => write!(f, "{name}:{value}"),
        None => f.write_str(name),
    }
}
