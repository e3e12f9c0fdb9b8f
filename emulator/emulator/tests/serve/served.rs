//! A process that serves, and one that refuses to.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A running `emulator serve`.
pub(crate) struct Served {
    child: Child,
    output: BufReader<ChildStdout>,
    address: String,
}

impl Served {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.trim_end().rsplit_once("http://").expect("it says where it is").1;
        Self { child, address: address.to_owned(), output }
    }

    pub(crate) fn request(&self, request: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        write!(connection, "{request} HTTP/1.1\r\nhost: it\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Asks it to stop, and gives back its exit status and what it said in the end.
    pub(crate) fn stop(mut self, signal: Signal) -> (Option<i32>, String) {
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

pub(crate) fn refused(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = command(arguments).output().unwrap();
    assert!(!status.success(), "{arguments:?} should not have been accepted");
    String::from_utf8(stderr).unwrap()
}

/// Something that can be started; no test here starts it.
pub(crate) fn program(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("bootstrap");
    fs::write(&path, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}
