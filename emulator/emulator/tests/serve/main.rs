//! `emulator serve` as its users meet it: a process, a line that says where, and an end.

use std::net::TcpListener;

use rustix::process::Signal;
use tempfile::TempDir;

#[cfg(test)]
mod served;

use served::{Served, program, refused};

#[test]
fn it_says_where_it_is_answers_and_stops_when_it_is_told_to() {
    let folder = TempDir::new().unwrap();
    let program = program(&folder);
    for signal in [Signal::TERM, Signal::INT] {
        let bootstrap = program.to_str().unwrap();
        let served = Served::start(&["--port", "0", "--bootstrap", bootstrap]);
        let health = served.request("GET /_emulator/health");
        assert!(health.starts_with("HTTP/1.1 200 OK"), "{health}");
        assert!(health.contains("\"status\":\"running\""), "{health}");
        assert_eq!(served.stop(signal), (Some(0), String::new()));
    }
}

#[test]
fn a_virtual_clock_stands_still_until_it_is_moved() {
    let folder = TempDir::new().unwrap();
    let program = program(&folder);
    let bootstrap = program.to_str().unwrap();
    let served = Served::start(&["--port", "0", "--clock", "virtual", "--bootstrap", bootstrap]);
    let now = |answer: &str| answer.split("\"now\":\"").nth(1).unwrap()[..19].to_owned();
    let first = now(&served.request("GET /_emulator/clock"));
    assert_eq!(now(&served.request("GET /_emulator/clock")), first);
    served.stop(Signal::TERM);
}

#[test]
fn what_cannot_be_served_is_refused_with_a_way_out() {
    let folder = TempDir::new().unwrap();
    let program = program(&folder);
    let bootstrap = program.to_str().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let text = refused(&["--port", &port, "--bootstrap", bootstrap]);
    assert!(text.contains("Address already in use") && text.contains("--port 0"), "{text}");

    let text = refused(&["--bootstrap", "/nowhere/bootstrap"]);
    assert!(text.contains("/nowhere/bootstrap cannot be run as a function"), "{text}");
    assert!(text.contains("(hint: cargo build --release --package bootstrap"), "{text}");

    let text = refused(&["--port", "0", "--bootstrap", bootstrap, "--data-dir", bootstrap]);
    assert!(text.contains("bootstrap cannot keep data: "), "{text}");
    assert!(text.contains("(hint: --data-dir with another directory)"), "{text}");

    for (option, value) in
        [("--bootstrap", bootstrap), ("--image", "a=b"), ("--extensions", "/opt")]
    {
        let text = refused(&["--executor", "container", option, value]);
        let expected = format!(
            "{option} names executables for processes, not for containers (hint: leave it out, or \
             --executor auto)"
        );
        assert!(text.contains(&expected), "{text}");
    }

    let text = refused(&["--bootstrap", bootstrap, "--pull"]);
    assert!(text.contains("--pull is for images of containers"), "{text}");
}
