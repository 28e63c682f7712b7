use std::future::Future;
use std::pin::Pin;

use bytes::{Bytes, BytesMut};
use futures::stream::{self, Stream, StreamExt};

pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
pub type Bodies = Pin<Box<dyn Stream<Item = Bytes> + Send>>;
pub type Lists = Pin<Box<dyn Stream<Item = Vec<String>> + Send>>;
pub type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;
pub type Fields = Vec<(String, Vec<Bytes>)>;
pub type Finished = Later<Result<(), String>>;

/// Errors of wrpc:keyvalue without a payload, by their number.
pub type Lookup = Result<Option<Bytes>, u32>;

/// The request of wrpc:http, a record on the wire.
pub type Request = (
    Bodies,
    Later<Option<Fields>>,
    u32,
    Option<String>,
    Option<u32>,
    Option<String>,
    Fields,
);

/// The response of wrpc:http.
pub type Response = (Bodies, Later<Option<Fields>>, u16, Fields);

pub const INSTANCE: &str = "test:demo/api@0.1.0";

/// Paths of asynchronous values.
pub fn paths<const N: usize>(paths: [&[usize]; N]) -> Vec<Box<[Option<usize>]>> {
    paths
        .into_iter()
        .map(|path| path.iter().copied().map(Some).collect())
        .collect()
}

pub fn bodies<const N: usize>(chunks: [&'static str; N]) -> Bodies {
    Box::pin(stream::iter(chunks.map(Bytes::from)))
}

pub fn later<T: Send + 'static>(value: T) -> Later<T> {
    Box::pin(async move { value })
}

pub async fn text_of(bodies: Bodies) -> String {
    let whole: BytesMut = bodies
        .fold(BytesMut::new(), |mut whole, chunk| async move {
            whole.extend_from_slice(&chunk);
            whole
        })
        .await;
    String::from_utf8_lossy(&whole).into_owned()
}

pub fn field(name: &str, value: &str) -> Fields {
    vec![(name.to_string(), vec![Bytes::from(value.to_string())])]
}
