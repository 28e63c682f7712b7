/// A value type; records are tuples, enums are variants.
pub enum Type {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    List(Box<Type>),
    Tuple(Vec<Type>),
    Variant(Vec<Option<Type>>),
    Option(Box<Type>),
    Result(Box<[Option<Type>; 2]>),
    Flags(usize),
    Handle,
}

/// Reads a type: a byte for its kind, and what belongs to it, counts in two bytes.
pub fn parse(bytes: &mut &[u8]) -> Type {
    match take(bytes) {
        0 => Type::Bool,
        1 => Type::S8,
        2 => Type::U8,
        3 => Type::S16,
        4 => Type::U16,
        5 => Type::S32,
        6 => Type::U32,
        7 => Type::S64,
        8 => Type::U64,
        9 => Type::F32,
        10 => Type::F64,
        11 => Type::Char,
        12 => Type::String,
        13 => Type::List(Box::new(parse(bytes))),
        14 => Type::Tuple((0..count(bytes)).map(|_| parse(bytes)).collect()),
        15 => Type::Variant((0..count(bytes)).map(|_| maybe(bytes)).collect()),
        16 => Type::Option(Box::new(parse(bytes))),
        17 => Type::Result(Box::new([maybe(bytes), maybe(bytes)])),
        18 => Type::Flags(count(bytes)),
        19 => Type::Handle,
        kind => panic!("no type has the number {kind}"),
    }
}

fn maybe(bytes: &mut &[u8]) -> Option<Type> {
    (take(bytes) == 1).then(|| parse(bytes))
}

fn count(bytes: &mut &[u8]) -> usize {
    usize::from(take(bytes)) | usize::from(take(bytes)) << 8
}

fn take(bytes: &mut &[u8]) -> u8 {
    let byte = bytes[0];
    *bytes = &bytes[1..];
    byte
}
