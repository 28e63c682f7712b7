//! A guest with an asynchronous main loop of its own (wstd), which polls what it waits for.

use std::sync::atomic::{AtomicU32, Ordering};

use wstd::http::{Body, Error, Request, Response, StatusCode};
use wstd::time::Duration;

static REQUESTS: AtomicU32 = AtomicU32::new(0);

#[wstd::http_server]
async fn main(request: Request<Body>) -> Result<Response<Body>, Error> {
    let count = REQUESTS.fetch_add(1, Ordering::Relaxed) + 1;
    let path = request.uri().path().to_owned();
    Ok(match path.as_str() {
        "/" => Response::new("Hello from Rust!\n".to_owned().into()),
        "/counter" => Response::new(format!("{count}\n").into()),
        "/echo" => Response::new(request.into_body()),
        "/length" => {
            let mut body = request.into_body();
            let length = body.contents().await?.len();
            Response::new(format!("{length}\n").into())
        }
        "/headers" => {
            let lines = request.headers().iter();
            let mut lines: Vec<_> = lines
                .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap_or_default()))
                .collect();
            lines.sort();
            Response::new(lines.concat().into())
        }
        "/log" => {
            println!("a line on stdout");
            eprintln!("a line on stderr");
            Response::new("logged\n".to_owned().into())
        }
        "/sleep" => {
            wstd::task::sleep(Duration::from_millis(5)).await;
            Response::new("slept\n".to_owned().into())
        }
        "/throw" => panic!("asked to throw"),
        "/exit" => std::process::exit(3),
        "/spin" => loop {
            std::hint::spin_loop();
        },
        path => match path.strip_prefix("/big/").and_then(|size| size.parse().ok()) {
            Some(size) => Response::new(vec![b'a'; size].into()),
            None => Response::builder()
                .status(StatusCode::NOT_FOUND)
                .body("not found\n".to_owned().into())?,
        },
    })
}
