//! How an emulator starts, why it does not, and how it ends.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use aws_sdk_lambda::primitives::Blob;
use emulator::{Config, Emulator, Executor, Processes};
use probe::{Rendezvous, Step, event};
use serde_json::json;
use tempfile::TempDir;
use tests::{World, programs, soon};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

/// Why an emulator does not start so.
async fn refused(change: impl FnOnce(&mut Config)) -> String {
    let mut config = World::config();
    change(&mut config);
    match Emulator::start(config).await {
        Ok(_) => panic!("this emulator should not have started"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn a_started_emulator_is_healthy() {
    let world = World::start().await;
    let page = world.get("/_emulator/health").await.json();
    assert_eq!(page["status"], "running");
    world.close().await;
}

#[tokio::test]
async fn another_region_and_account_stand_in_every_arn() {
    let world = World::start_with(|config| {
        config.home.region = "eu-west-1".to_owned();
        config.home.account = "123456789012".to_owned();
    })
    .await;
    assert_eq!(
        world.sts().get_caller_identity().send().await.unwrap().account(),
        Some("123456789012")
    );
    let created = world.deploy_probe("probe").request().send().await.unwrap();
    let arn = "arn:aws:lambda:eu-west-1:123456789012:function:probe";
    assert_eq!(created.function_arn(), Some(arn));
    world.close().await;
}

#[tokio::test]
async fn a_port_in_use_is_named_with_a_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    assert_eq!(
        refused(|config| config.address = address).await,
        format!(
            "{address} cannot be listened on: Address already in use (os error 98) (hint: --port 0 \
             takes a free port)"
        ),
    );
}

fn running(bootstrap: impl Into<PathBuf>) -> Executor {
    Executor::Process(Processes {
        bootstrap: bootstrap.into(),
        images: Vec::new(),
        extensions: None,
    })
}

#[tokio::test]
async fn a_bootstrap_that_is_not_there_is_refused() {
    let text = refused(|config| config.executor = running("/nowhere/bootstrap")).await;
    let expected =
        "/nowhere/bootstrap cannot be run as a function: No such file or directory (os error 2)";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn a_bootstrap_that_cannot_run_is_refused_with_what_was_found() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("bootstrap");
    let refused = async || {
        let text = refused(|config| config.executor = running(&file)).await;
        let what = format!("{} cannot be run as a function: ", file.display());
        text.strip_prefix(&what).unwrap_or(&text).to_owned()
    };
    fs::write(&file, "hello").unwrap();
    assert_eq!(refused().await, "it is not executable (hint: chmod +x)");
    programs::replace(&file, &text_file(folder.path()));
    assert_eq!(
        refused().await,
        "it is neither an ELF executable nor a script with an interpreter line"
    );
    programs::replace(&file, &foreign(folder.path()));
    let here = std::env::consts::ARCH;
    assert_eq!(
        refused().await,
        format!("it is an executable for riscv, and this machine is {here}")
    );
}

fn text_file(folder: &Path) -> PathBuf {
    let path = folder.join("text");
    fs::write(&path, "hello").unwrap();
    path
}

/// The probe, with another machine in its header: `e_machine` at offset 18, 243 for RISC-V.
fn foreign(folder: &Path) -> PathBuf {
    let mut program = fs::read(programs::probe()).unwrap();
    program[18..20].copy_from_slice(&243_u16.to_le_bytes());
    let path = folder.join("foreign");
    fs::write(&path, program).unwrap();
    path
}

#[tokio::test]
async fn a_program_that_was_named_for_an_image_is_looked_at_before_anything_starts() {
    let mine = World::as_processes([("mine:latest", "/nowhere/mine".into())]);
    let text = refused(|config| config.executor = mine).await;
    assert!(text.starts_with("/nowhere/mine cannot be run as a function: "), "{text}");
}

#[tokio::test]
async fn a_clean_stop_leaves_no_process_and_frees_the_port() {
    // A loopback address of its own, so that nobody else is given the port once it is free.
    let own = SocketAddr::from(([127, 0, 0, 77], 0));
    let world = World::start_with(|config| config.address = own).await;
    let place = Rendezvous::open().await.unwrap();
    world.deploy_probe("idle").await;
    world.deploy_probe("busy").timeout(900).await;
    world.invoke("idle", json!({})).await.value();
    let steps = event([Step::Hold(place.address().unwrap())]);
    let busy = world.lambda().invoke().function_name("busy").payload(Blob::new(steps.to_string()));
    let address = world.authority().to_owned();
    let stopped = async {
        let held = soon("the busy function", place.arrival()).await.unwrap();
        assert_eq!(world.processes(), 2);
        world.stop().await;
        soon("the end of the busy process", held.gone()).await;
    };
    let (busy, ()) = tokio::join!(busy.send(), stopped);
    assert!(busy.is_err(), "what runs when an emulator stops has no answer");
    drop(TcpListener::bind(address).await.unwrap());
}

#[tokio::test]
async fn a_peer_that_never_finishes_its_request_does_not_hold_up_the_end() {
    let world = World::start().await;
    let mut peer = TcpStream::connect(world.authority()).await.unwrap();
    peer.write_all(b"POST /2015-03-31/functions HTTP/1.1\r\nhost: it\r\n").await.unwrap();
    world.get("/_emulator/health").await;
    world.stop().await;
}
