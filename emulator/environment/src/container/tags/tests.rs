use std::time::Duration;

use bollard::API_DEFAULT_VERSION;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;

use super::*;
use crate::process::tests::launch;

/// More than anything here takes, also on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// An engine that answers as a test wants it to.
struct Engine {
    listener: UnixListener,
    folder: TempDir,
}

impl Engine {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("docker.sock")).unwrap();
        Self { listener, folder }
    }

    fn client(&self) -> Docker {
        let path = self.folder.path().join("docker.sock").display().to_string();
        Docker::connect_with_unix(&path, 60, API_DEFAULT_VERSION).unwrap()
    }

    /// Waits to be asked for `expected`, and answers with this body, which ends with the connection.
    async fn answer(&self, expected: &str, body: &str) -> UnixStream {
        let asked = async {
            let (mut asker, _) = self.listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(asker.read_u8().await.unwrap());
            }
            let head = String::from_utf8(head).unwrap();
            assert!(head.contains(expected), "{expected} in {head}");
            let answer = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}");
            asker.write_all(answer.as_bytes()).await.unwrap();
            asker
        };
        timeout(PATIENCE, asked).await.expect("it is asked in time")
    }
}

/// Ends an answer, and waits until whoever asked has seen it.
async fn hang_up(mut asker: UnixStream) {
    asker.shutdown().await.unwrap();
    let rest = timeout(PATIENCE, asker.read_to_end(&mut Vec::new())).await;
    assert_eq!(rest.expect("it is seen in time").unwrap(), 0);
}

#[tokio::test]
async fn an_engine_that_has_gone_is_listened_to_again_with_the_next_start() {
    let engine = Engine::start();
    let tags = Tags::new(engine.client());
    let mut moved = tags.moved();
    let launch = Arc::new(launch(&[]));
    let image = format!("/images/{}/json", launch.image.uri);

    tags.watch(&launch);
    engine.answer(&image, r#"{"Id":"sha256:0123"}"#).await;
    let asker = engine.answer("/events?", "").await;
    hang_up(asker).await;

    tags.watch(&launch);
    engine.answer(&image, r#"{"Id":"sha256:0123"}"#).await;
    let _open = engine.answer("/events?", r#"{"Type":"image","Action":"tag"}"#).await;
    engine.answer(&image, r#"{"Id":"sha256:4567"}"#).await;

    let moved = timeout(PATIENCE, moved.recv()).await.expect("it is told in time").unwrap();
    assert_eq!((&*moved.pinned, &*moved.now), ("0123", "4567"));
}

#[tokio::test]
async fn a_function_that_is_no_more_is_not_looked_after() {
    let engine = Engine::start();
    let tags = Tags::new(engine.client());
    let (gone, mut stays) = (Arc::new(launch(&[])), launch(&[]));
    stays.function = "stays".to_owned();
    stays.image.uri = "stays:latest".to_owned();

    let stays = Arc::new(stays);

    tags.watch(&gone);
    drop(gone);
    tags.watch(&stays);
    // The other's would be asked for first: it comes first in the alphabet.
    engine.answer("/images/stays:latest/json", r#"{"Id":"sha256:0123"}"#).await;
}

#[test]
fn only_the_tag_of_a_version_that_can_change_is_watched() {
    let check = |version: &str, uri: &str, expected: bool| {
        let mut launch = launch(&[]);
        launch.version = version.to_owned();
        launch.image.uri = uri.to_owned();
        assert_eq!(is_outdated_by_a_tag(&launch), expected, "{version} {uri}");
    };
    check("$LATEST", "manifold", true);
    check("$LATEST", "localhost:5000/manifold:latest", true);
    check("$LATEST", &format!("manifold@sha256:{}", "0123456789abcdef".repeat(4)), false);
    check("1", "manifold:latest", false);
}
