//! What a function gets as a process. Each test is done without cgroups, and with them where they can be
//! made; what only they can do is in `tests/process`.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::AsyncReadExt;

use super::*;
use crate::{Exit, Memory, RunsAs};

/// More than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn launch(command: &[&str]) -> Launch {
    Launch {
        function: "hello".to_owned(),
        version: "$LATEST".to_owned(),
        image: Image {
            runs_as: RunsAs::Process,
            uri: "hello:latest".to_owned(),
            digest: "0123".to_owned(),
        },
        entry_point: Vec::new(),
        command: command.iter().map(|&word| word.to_owned()).collect(),
        working_directory: None,
        variables: BTreeMap::new(),
        memory: Memory::DEFAULT,
        storage: 512,
        timeout: Duration::from_secs(3),
        log_group: "/aws/lambda/hello".to_owned(),
        log_format: crate::LogFormat::Text,
        region: "us-east-1".to_owned(),
    }
}

/// An image that is a shell script.
struct Script {
    folder: TempDir,
    path: PathBuf,
}

impl Script {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("program");
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        Self { folder, path }
    }

    /// What runs it, without cgroups and with them.
    fn executors(&self) -> Vec<ProcessExecutor> {
        let executor = || ProcessExecutor::new(&self.path, [], String::new()).unwrap();
        let mut executors = vec![ProcessExecutor { cgroups: None, ..executor() }, executor()];
        executors.dedup_by_key(|executor| executor.limits_memory_as_a_whole());
        executors
    }
}

async fn start(executor: &ProcessExecutor, launch: &Launch) -> Result<Started, StartError> {
    let variables = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
    executor.start(&Arc::new(launch.clone()), variables, (Ipv4Addr::LOCALHOST, 1).into()).await
}

/// What it prints until it ends, and how it ends.
async fn run(executor: &ProcessExecutor, launch: &Launch) -> (String, Exit) {
    let mut started = start(executor, launch).await.unwrap();
    let mut text = String::new();
    let ended = async {
        started.output.read_to_string(&mut text).await.unwrap();
        let exit = started.sandbox.exited().await;
        started.sandbox.kill().await;
        exit
    };
    let exit = tokio::time::timeout(PATIENCE, ended).await.expect("it ends in time");
    (text, exit)
}

#[tokio::test]
async fn the_image_runs_with_the_command_as_its_arguments() {
    let script = Script::new(r#"echo "$0: $*"; exit 3"#);
    for executor in script.executors() {
        let (text, exit) = run(&executor, &launch(&["a", "b c"])).await;
        assert_eq!(text, format!("{}: a b c\n", script.path.display()));
        assert_eq!(exit, Exit::Code(3));
    }
}

#[tokio::test]
async fn an_entry_point_replaces_the_program_and_the_command_follows_it() {
    let script = Script::new("exit 1");
    let mut launch = launch(&["world"]);
    launch.entry_point = ["echo", "hello,"].map(str::to_owned).into();
    for executor in script.executors() {
        assert_eq!(run(&executor, &launch).await, ("hello, world\n".to_owned(), Exit::Code(0)));
    }
}

#[tokio::test]
async fn the_programs_path_in_the_image_names_the_program_here() {
    let script = Script::new(r#"echo "$*""#);
    let mut launch = launch(&["b"]);
    launch.entry_point = ["/var/runtime/bootstrap", "a"].map(str::to_owned).into();
    for executor in script.executors() {
        assert_eq!(run(&executor, &launch).await, ("a b\n".to_owned(), Exit::Code(0)));
    }
}

#[tokio::test]
async fn a_working_directory_is_where_it_runs() {
    let script = Script::new("pwd -P");
    let mut launch = launch(&[]);
    launch.working_directory = Some("/usr/bin/..".to_owned());
    for executor in script.executors() {
        assert_eq!(run(&executor, &launch).await.0, "/usr\n");
    }
}

#[tokio::test]
async fn what_cannot_be_run_is_named_with_the_reason() {
    let script = Script::new("exit 1");
    let nonsense = script.folder.path().join("nonsense");
    fs::write(&nonsense, "neither").unwrap();
    fs::set_permissions(&nonsense, Permissions::from_mode(0o755)).unwrap();
    let plain = script.folder.path().join("plain");
    fs::write(&plain, "#!/bin/sh\n").unwrap();
    let (nonsense, plain) = (nonsense.display().to_string(), plain.display().to_string());
    let exec_format = format!("fork/exec {nonsense}: exec format error");
    let permission = format!("fork/exec {plain}: permission denied");
    let cases = [
        ("/nowhere/bootstrap", "fork/exec /nowhere/bootstrap: no such file or directory"),
        ("no-such-program", "fork/exec no-such-program: no such file or directory"),
        (&plain, &permission),
        ("/etc/hosts/x", "fork/exec /etc/hosts/x: not a directory"),
        (&nonsense, &exec_format),
    ];
    let mut launch = launch(&["a", "b"]);
    for executor in script.executors() {
        for (entry_point, expected) in cases {
            launch.entry_point = vec![entry_point.to_owned(), "-v".to_owned()];
            let error = start(&executor, &launch).await.err().unwrap();
            assert_eq!(error.to_string(), expected);
            assert!(!error.is_ours());
            assert_eq!(
                error.log_line(),
                format!(
                    "IMAGE\tLaunch error: {expected}\tEntrypoint: [{entry_point},-v]\tCmd: [a,b]\t\
                     WorkingDir: []\n"
                )
            );
        }
    }
}

#[tokio::test]
async fn a_working_directory_that_cannot_be_entered_is_named_with_the_reason() {
    let script = Script::new("exit 1");
    let cases = [
        ("/nowhere", "chdir /nowhere: no such file or directory"),
        ("/etc/hosts", "chdir /etc/hosts: not a directory"),
    ];
    let mut launch = launch(&[]);
    for executor in script.executors() {
        for (directory, expected) in cases {
            launch.working_directory = Some(directory.to_owned());
            let error = start(&executor, &launch).await.err().unwrap();
            assert_eq!(error.to_string(), expected);
            assert!(matches!(error.obstacle, Obstacle::WorkingDirectory { .. }));
            assert!(error.log_line().ends_with(&format!("\tWorkingDir: [{directory}]\n")));
        }
    }
}

#[tokio::test]
async fn a_process_has_lambdas_limits() {
    // The first line tells that they are set, for it does that only once it is started.
    let script = Script::new("read go < go; cat /proc/self/limits");
    let mut launch = launch(&[]);
    launch.working_directory = Some(script.folder.path().display().to_string());
    for executor in script.executors() {
        let go = script.folder.path().join("go");
        let _ = fs::remove_file(&go);
        rustix::fs::mknodat(rustix::fs::CWD, &go, rustix::fs::FileType::Fifo, 0o600.into(), 0)
            .unwrap();
        let mut started = start(&executor, &launch).await.unwrap();
        tokio::fs::write(&go, "\n").await.unwrap();
        let mut text = String::new();
        started.output.read_to_string(&mut text).await.unwrap();
        started.sandbox.kill().await;
        let limit = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(limit("Max open files")[..2], ["1024", "1024"]);
        assert_eq!(limit("Max locked memory")[..2], ["65536", "65536"]);
        assert_eq!(limit("Max stack size")[0], "8388608");
        let data = if executor.limits_memory_as_a_whole() { "unlimited" } else { "134217728" };
        assert_eq!(limit("Max data size")[0], data);
    }
}

#[tokio::test]
async fn what_a_function_has_started_ends_with_it() {
    let script = Script::new("sleep 1000 & sleep 1000 & echo started; wait");
    for executor in script.executors() {
        let mut started = start(&executor, &launch(&[])).await.unwrap();
        let mut line = [0; 8];
        started.output.read_exact(&mut line).await.unwrap();
        started.sandbox.kill().await;
        // The pipe closes with the last process that holds it.
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(PATIENCE, started.output.read_to_end(&mut rest));
        assert_eq!(closed.await.unwrap().unwrap(), 0);
        assert_eq!(started.sandbox.exited().await, Exit::Signal(9));
    }
}

#[tokio::test]
async fn a_function_that_ends_by_a_kill_has_not_run_out_of_memory() {
    let script = Script::new("kill -9 $$");
    for executor in script.executors() {
        assert_eq!(run(&executor, &launch(&[])).await.1, Exit::Signal(9));
    }
}

#[tokio::test]
async fn a_function_is_asked_to_end_without_being_ended() {
    let script = Script::new(
        "trap 'echo asked; exit 4' TERM; echo ready; while :; do sleep 1000 & wait; done",
    );
    for executor in script.executors() {
        let mut started = start(&executor, &launch(&[])).await.unwrap();
        let mut line = [0; 6];
        started.output.read_exact(&mut line).await.unwrap();
        started.sandbox.terminate().await;
        let exit = tokio::time::timeout(PATIENCE, started.sandbox.exited()).await.unwrap();
        started.sandbox.kill().await;
        let mut text = String::new();
        started.output.read_to_string(&mut text).await.unwrap();
        assert_eq!((text.as_str(), exit), ("asked\n", Exit::Code(4)));
    }
}

#[tokio::test]
async fn a_frozen_function_does_nothing_until_it_is_thawed() {
    let script = Script::new("echo ready; read line < ask; echo \"$line\"");
    let mut launch = launch(&[]);
    launch.working_directory = Some(script.folder.path().display().to_string());
    let ask = script.folder.path().join("ask");
    rustix::fs::mknodat(rustix::fs::CWD, &ask, rustix::fs::FileType::Fifo, 0o600.into(), 0)
        .unwrap();
    for executor in script.executors() {
        // Both ends, so that nobody waits for the other.
        let mut question = fs::File::options().read(true).write(true).open(&ask).unwrap();
        let mut started = start(&executor, &launch).await.unwrap();
        let mut line = [0; 6];
        started.output.read_exact(&mut line).await.unwrap();
        started.sandbox.freeze().await;
        started.sandbox.freeze().await;
        io::Write::write_all(&mut question, b"asked\n").unwrap();
        // Time enough for it to answer, if it could.
        Command::new("/bin/sh").args(["-c", ":"]).status().await.unwrap();
        let early = started.output.try_read(&mut line);
        assert_eq!(early.unwrap_err().kind(), io::ErrorKind::WouldBlock);
        started.sandbox.thaw().await;
        tokio::time::timeout(PATIENCE, started.output.read_exact(&mut line))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(&line, b"asked\n");
        started.sandbox.kill().await;
    }
}
