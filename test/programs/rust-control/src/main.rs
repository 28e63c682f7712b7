//! A client of the control interface made of the crate that wash and wadm are made of.
//!
//! Usage: rust-control URL LATTICE: prints `{"ready":true}`, then answers each line of its input, a JSON object with `id`,
//! `operation` and that operation's arguments, by a line `{"id", "answer"}`, where the answer is the host's (a list of them
//! where several answer), or `{"id", "error"}` where the crate gives an error. `watch` answers, and then prints each event
//! of those types as `{"event"}`. Ends with its input.

mod operation;

use operation::{Line, Outcome};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::time::Duration;
use wasmcloud_control_interface::{Client, ClientBuilder};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, url, lattice] = arguments.as_slice() else {
        return Err("usage: rust-control URL LATTICE".into());
    };
    let client = ClientBuilder::new(async_nats::connect(url).await?)
        .lattice(lattice)
        .timeout(Duration::from_secs(20))
        // Answers that are gathered are always waited for that long.
        .auction_timeout(Duration::from_millis(400))
        .build();
    println!("{}", serde_json::json!({ "ready": true }));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        answer(&client, &line).await?;
    }
    Ok(())
}

async fn answer(client: &Client, line: &str) -> Outcome<()> {
    let Line { id, operation } = serde_json::from_str(line)?;
    let printed = match operation.run(client).await {
        Ok(answer) => serde_json::json!({ "id": id, "answer": answer }),
        Err(error) => serde_json::json!({ "id": id, "error": error.to_string() }),
    };
    println!("{printed}");
    Ok(())
}
