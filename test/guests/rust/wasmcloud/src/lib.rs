//! A guest of wasmCloud's own crate for components, as its templates use it.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicU32, Ordering};

use wasmcloud_component::http;

static REQUESTS: AtomicU32 = AtomicU32::new(0);

struct Guest;

http::export!(Guest);

impl http::Server for Guest {
    fn handle(
        request: http::IncomingRequest,
    ) -> http::Result<http::Response<impl http::OutgoingBody>> {
        let count = REQUESTS.fetch_add(1, Ordering::Relaxed) + 1;
        let (parts, mut body) = request.into_parts();
        let answer = match parts.uri.path() {
            "/" => b"Hello from Rust!\n".to_vec(),
            "/counter" => format!("{count}\n").into_bytes(),
            "/echo" => read_all(&mut body),
            "/length" => format!("{}\n", read_all(&mut body).len()).into_bytes(),
            "/headers" => {
                let mut lines: Vec<_> = parts.headers.iter().map(line_of).collect();
                lines.sort();
                lines.concat().into_bytes()
            }
            "/log" => {
                println!("a line on stdout");
                eprintln!("a line on stderr");
                std::io::stdout().flush().expect("stdout takes it");
                b"logged\n".to_vec()
            }
            "/throw" => panic!("asked to throw"),
            "/exit" => std::process::exit(3),
            "/spin" => loop {
                std::hint::spin_loop();
            },
            path => match path.strip_prefix("/big/").and_then(|size| size.parse().ok()) {
                Some(size) => vec![b'a'; size],
                None => return not_found(),
            },
        };
        Ok(http::Response::new(answer))
    }
}

fn read_all(body: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes).expect("the body can be read");
    bytes
}

fn line_of((name, value): (&http::HeaderName, &http::HeaderValue)) -> String {
    format!("{name}: {}\n", value.to_str().unwrap_or_default())
}

fn not_found() -> http::Result<http::Response<Vec<u8>>> {
    let mut response = http::Response::new(b"not found\n".to_vec());
    *response.status_mut() = http::StatusCode::NOT_FOUND;
    Ok(response)
}
