use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use futures::StreamExt;
use wrpc_transport::InvokeExt as _;
use wrpc_transport_nats::Client;

use crate::types::*;

const WAIT: Duration = Duration::from_secs(60);

pub async fn run(nats: async_nats::Client, prefix: &str) -> Outcome {
    let client = Client::new(Arc::new(nats), prefix, None).await?;
    tokio::time::timeout(WAIT, values(&client)).await??;
    tokio::time::timeout(WAIT, streams(&client)).await??;
    tokio::time::timeout(WAIT, many(&client)).await??;
    println!("done");
    Ok(())
}

async fn values(client: &Client) -> Outcome {
    let none = || paths([]);
    let (text,): (String,) = client
        .invoke_values_blocking(headers(), INSTANCE, "echo", ("hi",), none())
        .await?;
    println!("echo: {text}");
    let long = "A".repeat(3_000_000);
    let (text,): (String,) = client
        .invoke_values_blocking(headers(), INSTANCE, "echo", (long,), none())
        .await?;
    println!("long echo: {}", text.len());
    let (text,): (String,) = client
        .invoke_values_blocking(None, INSTANCE, "zero", (), none())
        .await?;
    println!("zero: {text}");
    client
        .invoke_values_blocking::<_, _, ()>(None, INSTANCE, "void", ("x",), none())
        .await?;
    println!("void");
    for name in ["trap", "nosuch"] {
        let failed = client
            .invoke_values_blocking::<_, _, (String,)>(None, INSTANCE, name, ("x",), none())
            .await;
        println!("{name}: {:#}", failed.err().ok_or("it did not fail")?);
    }
    for (bucket, key) in [("default", "k"), ("default", "zz"), ("bad", "k")] {
        let (found,): (Lookup,) = client
            .invoke_values_blocking(None, INSTANCE, "get", (bucket, key), none())
            .await?;
        println!("get: {found:?}");
    }
    Ok(())
}

async fn streams(client: &Client) -> Outcome {
    let ((lists,), io): ((Result<Lists, String>,), _) = client
        .invoke_values(None, INSTANCE, "list", ("c",), paths([&[0]]))
        .await?;
    let io = tokio::spawn(async move { if let Some(io) = io { io.await } else { Ok(()) } });
    println!("list: {:?}", lists?.collect::<Vec<_>>().await);
    io.await??;
    println!("http: {}", http(client).await?);
    let ((data,), io): ((Result<(Bodies, Finished), String>,), _) = client
        .invoke_values(None, INSTANCE, "getdata", ("c", 0u64, 300u64), paths([&[0, 0], &[0, 1]]))
        .await?;
    let io = tokio::spawn(async move { if let Some(io) = io { io.await } else { Ok(()) } });
    let (body, finished) = data?;
    println!("getdata: {} {:?}", text_of(body).await, finished.await);
    io.await??;
    let ((written,), io): ((Result<Finished, String>,), _) = client
        .invoke_values(None, INSTANCE, "write", (("c", "o"), bodies(["abc"])), paths([&[0]]))
        .await?;
    let io = tokio::spawn(async move { if let Some(io) = io { io.await } else { Ok(()) } });
    println!("write: {:?}", written?.await);
    io.await??;
    Ok(())
}

async fn http(client: &Client) -> Outcome<String> {
    let request: Request = (
        bodies(["abc", "de"]),
        later(None),
        2,
        Some("/p?q=1".to_string()),
        Some(0),
        Some("localhost:8080".to_string()),
        field("host", "localhost:8080"),
    );
    let ((response,), io): ((Result<Response, u32>,), _) = client
        .invoke_values(headers(), INSTANCE, "http", (request,), paths([&[0, 0], &[0, 1]]))
        .await?;
    let io = tokio::spawn(async move { if let Some(io) = io { io.await } else { Ok(()) } });
    let (body, trailers, status, headers) = response.map_err(|code| format!("error {code}"))?;
    let text = text_of(body).await;
    let trailers = trailers.await;
    io.await??;
    Ok(format!("{status} {headers:?} {text} {trailers:?}"))
}

/// Calls that are all under way at the same time.
async fn many(client: &Client) -> Outcome {
    let calls = (0..500).map(|number| async move {
        let text = number.to_string();
        let (answer,): (String,) = client
            .invoke_values_blocking(headers(), INSTANCE, "echo", (text.as_str(),), paths([]))
            .await?;
        Outcome::Ok(answer == format!("echo:{text}"))
    });
    let answers = futures::future::join_all(calls).await;
    println!("many: {}", answers.into_iter().filter(|answer| matches!(answer, Ok(true))).count());
    Ok(())
}

fn headers() -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert("source-id", "rust");
    headers.insert("link-name", "default");
    Some(headers)
}
