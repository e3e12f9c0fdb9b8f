//! `emulator serve` as its users meet it: a process, a line that says where, and an end.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A running `emulator serve`.
struct Served {
    child: Child,
    output: BufReader<ChildStdout>,
    address: String,
}

impl Served {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.trim_end().rsplit_once("http://").expect("it says where it is").1;
        Self { child, address: address.to_owned(), output }
    }

    fn request(&self, request: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        write!(connection, "{request} HTTP/1.1\r\nhost: it\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Asks it to stop, and gives back its exit status and what it said in the end.
    fn stop(mut self, signal: Signal) -> (Option<i32>, String) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).unwrap();
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_emulator"));
    command.arg("serve").args(arguments).env_remove("AWS_REGION");
    command
}

fn refused(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = command(arguments).output().unwrap();
    assert!(!status.success(), "{arguments:?} should not have been accepted");
    String::from_utf8(stderr).unwrap()
}

/// Something that can be started; no test here starts it.
fn program(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("bootstrap");
    fs::write(&path, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

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

    let text = refused(&["--data-dir", "/tmp"]);
    assert!(text.contains("--data-dir"), "{text}");

    let text = refused(&["--executor", "container", "--image", "a=b"]);
    assert!(text.contains("--image names executables for processes"), "{text}");
}
