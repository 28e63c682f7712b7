use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, StreamExt};
use wrpc_transport::ServeExt as _;
use wrpc_transport_nats::Client;

use crate::types::*;

/// Serves one function; each call in a task of its own.
macro_rules! serve {
    ($client:expr, $name:literal, $paths:expr, $params:ty => $results:ty, |$given:pat_param, $io:ident, $answer:ident| $body:block) => {{
        let invocations = $client
            .serve_values::<$params, $results>(INSTANCE, $name, $paths)
            .await?;
        tokio::spawn(async move {
            let mut invocations = std::pin::pin!(invocations);
            while let Some(invocation) = invocations.next().await {
                match invocation {
                    Ok((_context, $given, $io, $answer)) => {
                        tokio::spawn(async move {
                            let outcome: Outcome = async { $body }.await;
                            if let Err(error) = outcome {
                                eprintln!("{}: {error}", $name);
                            }
                        });
                    }
                    Err(error) => eprintln!("{}: {error:#}", $name),
                }
            }
        });
    }};
}

pub async fn run(nats: async_nats::Client, prefix: &str) -> Outcome {
    let nats = Arc::new(nats);
    let client = Client::new(Arc::clone(&nats), prefix, Some(prefix.into())).await?;
    values(&client).await?;
    streams(&client).await?;
    nats.flush().await?;
    println!("ready");
    // Whoever started this program ends it by closing its input.
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(())
}

async fn values(client: &Client) -> Outcome {
    let none = || paths([]);
    serve!(client, "echo", none(), (String,) => (String,), |(text,), _io, answer| {
        Ok(answer((format!("echo:{text}"),)).await?)
    });
    serve!(client, "zero", none(), () => (String,), |(), _io, answer| {
        Ok(answer(("zero".to_string(),)).await?)
    });
    serve!(client, "void", none(), (String,) => (), |(_text,), _io, answer| {
        Ok(answer(()).await?)
    });
    serve!(client, "trap", none(), (String,) => (String,), |(_text,), _io, answer| {
        drop(answer);
        Ok(())
    });
    serve!(client, "get", none(), (String, String) => (Lookup,), |(bucket, key), _io, answer| {
        let found = match (bucket.as_str(), key.as_str()) {
            ("bad", _) => Err(0),
            (_, "k") => Ok(Some(Bytes::from("v"))),
            _ => Ok(None),
        };
        Ok(answer((found,)).await?)
    });
    Ok(())
}

async fn streams(client: &Client) -> Outcome {
    serve!(client, "list", paths([]), (String,) => (Result<Lists, String>,), |(_name,), _io, answer| {
        let chunks = [vec!["a".to_string(), "b".to_string()], vec!["c".to_string()]];
        Ok(answer((Ok(Box::pin(stream::iter(chunks)) as Lists),)).await?)
    });
    serve!(client, "http", paths([&[0, 0], &[0, 1]]), (Request,) => (Result<Response, u32>,), |(request,), io, answer| {
        let (body, trailers, _method, path, _scheme, _authority, _headers) = request;
        let io = tokio::spawn(async move { if let Some(io) = io { io.await } else { Ok(()) } });
        let text = text_of(body).await;
        let heard = format!("{} {text} {}", path.unwrap_or_default(), trailers.await.map_or(0, |fields| fields.len()));
        let chunks: [Bytes; 2] = [Bytes::from("hello "), Bytes::from(heard)];
        let body = Box::pin(stream::iter(chunks)) as Bodies;
        let trailers = later(Some(field("x", "y")));
        answer((Ok((body, trailers, 200, field("content-type", "text/plain"))),)).await?;
        Ok(io.await??)
    });
    serve!(client, "getdata", paths([]), (String, u64, u64) => (Result<(Bodies, Finished), String>,), |(_id, _start, _end), _io, answer| {
        Ok(answer((Ok((bodies(["data"]), later(Ok(())))),)).await?)
    });
    serve!(client, "write", paths([&[1]]), ((String, String), Bodies) => (Result<Finished, String>,), |(_id, data), io, answer| {
        let io = tokio::spawn(async move { if let Some(io) = io { io.await } else { Ok(()) } });
        let text = text_of(data).await;
        answer((Ok(later(Err(format!("late {text}")))),)).await?;
        Ok(io.await??)
    });
    Ok(())
}
