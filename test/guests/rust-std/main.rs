//! What the standard library does with WASI: one line of output for each thing that was tried.
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant, SystemTime};

fn say<T: std::fmt::Debug>(what: &str, result: io::Result<T>) {
    match result {
        Ok(value) => println!("{what}: {value:?}"),
        Err(error) => println!("{what}: error {:?}", error.kind()),
    }
}

fn files() -> io::Result<()> {
    say("write", fs::write("/data/new.txt", b"one two three"));
    say("read", fs::read_to_string("/data/new.txt"));
    let mut file = OpenOptions::new().read(true).write(true).open("/data/new.txt")?;
    file.seek(SeekFrom::Start(4))?;
    file.write_all(b"TWO")?;
    file.seek(SeekFrom::End(-5))?;
    let mut rest = String::new();
    file.read_to_string(&mut rest)?;
    println!("rest: {rest}");
    OpenOptions::new().append(true).open("/data/new.txt")?.write_all(b" four")?;
    say("appended", fs::read_to_string("/data/new.txt"));
    file.set_len(3)?;
    say("len", fs::metadata("/data/new.txt").map(|data| data.len()));
    file.sync_all()?;
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    file.set_modified(time)?;
    say("modified", fs::metadata("/data/new.txt")?.modified().map(|at| at == time));
    say("exclusive", File::create_new("/data/new.txt").map(|_| ()));
    say("mkdir", fs::create_dir_all("/data/a/b/c"));
    say("rename", fs::rename("/data/new.txt", "/data/a/b/moved"));
    say("copy", fs::copy("/data/a/b/moved", "/data/a/copy"));
    say("link", fs::hard_link("/data/a/copy", "/data/a/hard"));
    let mut names: Vec<_> = fs::read_dir("/data/a")?
        .map(|entry| entry.map(|e| format!("{} {}", e.file_name().to_string_lossy(), e.file_type().unwrap().is_dir())))
        .collect::<io::Result<_>>()?;
    names.sort();
    println!("list: {names:?}");
    println!("not empty: {:?}", fs::remove_dir("/data/a").map_err(|error| error.raw_os_error()));
    say("rm -r", fs::remove_dir_all("/data/a"));
    say("gone", fs::metadata("/data/a").map(|_| ()));
    Ok(())
}

fn escapes() {
    say("dotdot", fs::read_to_string("/data/../secret"));
    say("outside", fs::read_to_string("/etc/passwd"));
    say("link out", fs::read_to_string("/data/up/secret"));
    say("read-only", fs::write("/fixed/x", b"no"));
    say("fixed", fs::read_to_string("/fixed/there.txt"));
}

fn sockets() {
    say("connect", TcpStream::connect("127.0.0.1:80").map(|_| ()));
    say("listen", TcpListener::bind("127.0.0.1:0").map(|_| ()));
    say("udp", UdpSocket::bind("127.0.0.1:0").map(|_| ()));
}

fn main() {
    if let Err(error) = files() {
        println!("files: error {error:?}");
    }
    escapes();
    sockets();
    let begin = Instant::now();
    std::thread::sleep(Duration::from_millis(3));
    println!("slept: {}", begin.elapsed() >= Duration::from_millis(3));
    println!("now: {}", SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() > 1_600_000_000);
    println!("env: {:?} {:?}", std::env::vars().count(), std::env::args().collect::<Vec<_>>());
    let mut input = String::new();
    say("stdin", io::stdin().read_to_string(&mut input));
    let numbers: std::collections::HashSet<u64> =
        (0..4u64).map(|_| std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 1)).collect();
    println!("random: {}", numbers.len());
    eprint!("no newline at the end");
    std::process::exit(3);
}
