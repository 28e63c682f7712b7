//! A party of the wRPC protocol made of the crates that wasmCloud 1.9 is made of. The functions are those of
//! test/fixtures/wrpc/capture1.txt and capture2.txt.
//!
//! Usage: rust-wrpc serve URL PREFIX: prints "ready" and answers until its input ends
//!        rust-wrpc call URL PREFIX: calls each function, prints one line for each and "done"

mod call;
mod serve;
mod types;

#[tokio::main]
async fn main() -> types::Outcome {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, mode, url, prefix] = arguments.as_slice() else {
        return Err("usage: rust-wrpc serve|call URL PREFIX".into());
    };
    let nats = async_nats::connect(url).await?;
    match mode.as_str() {
        "serve" => serve::run(nats, prefix).await,
        "call" => call::run(nats, prefix).await,
        _ => Err(format!("no such mode: {mode}").into()),
    }
}
