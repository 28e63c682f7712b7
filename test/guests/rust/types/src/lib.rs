//! A guest of wit-bindgen: every type there and back, and a resource.

use std::cell::Cell;

wit_bindgen::generate!({
    path: ["../../../fixtures/components/wit/deps/test-types-0.1.0", "wit"],
    world: "guests:rust/guest",
});

use exports::test::types::{counters, echo};

struct Guest;

export!(Guest);

macro_rules! give_back {
    ($($name:ident: $type:ty,)*) => { $(fn $name(v: $type) -> $type { v })* };
}

impl echo::Guest for Guest {
    give_back! {
        echo_bool: bool,
        echo_u8: u8,
        echo_u16: u16,
        echo_u32: u32,
        echo_u64: u64,
        echo_s8: i8,
        echo_s16: i16,
        echo_s32: i32,
        echo_s64: i64,
        echo_f32: f32,
        echo_f64: f64,
        echo_char: char,
        echo_string: String,
        echo_bytes: Vec<u8>,
        echo_strings: Vec<String>,
        echo_option_string: Option<String>,
        echo_option_option: Option<Option<u32>>,
        echo_result: Result<u32, String>,
        echo_result_empty: Result<(), ()>,
        echo_result_err: Result<(), String>,
        echo_tuple: (u8, String, f64),
        echo_point: echo::Point,
        echo_shape: echo::Shape,
        echo_message: echo::Message,
        echo_color: echo::Color,
        echo_permissions: echo::Permissions,
        echo_pairs: Vec<Option<(String, u64)>>,
    }

    fn nothing() {}

    fn echo_many(
        a: u8,
        b: String,
        c: Vec<u32>,
        d: Option<echo::Point>,
        e: f64,
    ) -> (u8, String, Vec<u32>, Option<echo::Point>, f64) {
        (a, b, c, d, e)
    }

    fn echo_wide(
        a: String,
        b: String,
        c: String,
        d: String,
        e: String,
        f: String,
        g: String,
        h: String,
        i: String,
    ) -> Vec<String> {
        vec![a, b, c, d, e, f, g, h, i]
    }
}

struct Counter(Cell<u32>);

impl counters::Guest for Guest {
    type Counter = Counter;
}

impl counters::GuestCounter for Counter {
    fn new(start: u32) -> Self {
        Self(Cell::new(start))
    }

    fn increment(&self) -> u32 {
        self.0.set(self.0.get().wrapping_add(1));
        self.0.get()
    }

    fn sum(a: counters::CounterBorrow<'_>, b: counters::CounterBorrow<'_>) -> u32 {
        a.get::<Self>().0.get().wrapping_add(b.get::<Self>().0.get())
    }
}
