//! Against a server of ours that answers as no registry should, or as few do.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::*;

const OCI: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &[u8] = br#"{"architecture":"amd64","os":"linux"}"#;

/// Answers by path, once each; what it was asked is kept.
struct Server {
    address: SocketAddr,
    answers: Arc<Mutex<HashMap<String, Vec<String>>>>,
    asked: Arc<Mutex<Vec<String>>>,
    _task: JoinSet<()>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (answers, asked) = (Arc::<Mutex<HashMap<_, Vec<_>>>>::default(), Arc::default());
        let mut task = JoinSet::new();
        task.spawn(serve(listener, answers.clone(), Arc::clone(&asked)));
        Self { address, answers, asked, _task: task }
    }

    /// What is answered to the next question for this path that has no answer yet.
    fn answer(&self, path: &str, head: &str, body: &[u8]) -> &Self {
        let body = String::from_utf8(body.to_vec()).unwrap();
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        self.answers.lock().unwrap().entry(path.to_owned()).or_default().insert(0, text);
        self
    }

    /// As a registry does that has one good image under `latest`.
    fn has_an_image(&self) -> &Self {
        self.has_a_manifest();
        self.answer(&config_path(), "200 OK", CONFIG)
    }

    fn has_a_manifest(&self) -> &Self {
        let head = format!("200 OK\r\nContent-Type: {OCI}; charset=utf-8");
        self.answer("/v2/team/image/manifests/latest", &head, manifest().as_bytes())
    }

    async fn look(&self) -> String {
        self.look_for("team/image").await
    }

    async fn look_for(&self, path: &str) -> String {
        let host = self.address.to_string();
        let uri = format!("{host}/{path}");
        match look(&host, &Reference::parse(&uri).unwrap(), "amd64").await {
            Ok(digest) => digest,
            Err(error) => error.to_string().replace(&host, "HOST"),
        }
    }

    /// The paths, with the authorization that came along.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn serve(
    listener: TcpListener,
    answers: Arc<Mutex<HashMap<String, Vec<String>>>>,
    asked: Arc<Mutex<Vec<String>>>,
) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let path = head.split(' ').nth(1).unwrap().to_owned();
        let authorization = head.lines().find_map(|line| line.strip_prefix("authorization: "));
        asked.lock().unwrap().push(format!("{path} {}", authorization.unwrap_or("-")));
        let answer = answers.lock().unwrap().get_mut(&path).and_then(Vec::pop);
        let nothing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned();
        // Who has read enough may have gone.
        let _ = stream.write_all(answer.unwrap_or(nothing).as_bytes()).await;
    }
}

fn manifest() -> String {
    let config = json!({
        "mediaType": "application/vnd.oci.image.config.v1+json",
        "digest": digest_of(CONFIG),
        "size": CONFIG.len(),
    });
    json!({ "schemaVersion": 2, "config": config, "layers": [] }).to_string()
}

fn config_path() -> String {
    format!("/v2/team/image/blobs/{}", digest_of(CONFIG))
}

#[tokio::test]
async fn a_good_image_is_known_by_the_digest_of_its_manifest() {
    let server = Server::start().await;
    server.has_an_image();
    assert_eq!(server.look().await, digest_of(manifest().as_bytes()));
}

#[tokio::test]
async fn a_name_that_a_registry_does_not_have_is_absent() {
    let server = Server::start().await;
    assert_eq!(server.look().await, "has none either");
}

#[tokio::test]
async fn other_bytes_than_the_digest_says_are_no_answer() {
    let server = Server::start().await;
    let digest = format!("sha256:{}", "0".repeat(64));
    let head = format!("200 OK\r\nContent-Type: {OCI}");
    server.answer(&format!("/v2/x/manifests/{digest}"), &head, manifest().as_bytes());
    let found = server.look_for(&format!("x@{digest}")).await;
    let expected = "could not be asked: it answers other bytes than it was asked for, sha256:";
    assert!(found.starts_with(expected), "{found}");

    server.has_a_manifest().answer(&config_path(), "200 OK", b"{}");
    assert!(server.look().await.starts_with(expected));
}

#[tokio::test]
async fn a_config_with_a_path_for_a_digest_is_not_asked_for() {
    let server = Server::start().await;
    let head = format!("200 OK\r\nContent-Type: {OCI}");
    let manifest = manifest().replace(&digest_of(CONFIG), "../../secret");
    server.answer("/v2/team/image/manifests/latest", &head, manifest.as_bytes());
    assert_eq!(server.look().await, "could not be asked: `../../secret` is no SHA-256 digest");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn more_than_a_manifest_may_have_is_not_read() {
    let server = Server::start().await;
    let head = format!("200 OK\r\nContent-Type: {OCI}");
    let body = vec![b' '; 4 * 1024 * 1024 + 1];
    server.answer("/v2/team/image/manifests/latest", &head, &body);
    assert_eq!(
        server.look().await,
        "could not be asked: its answer cannot be read: length limit exceeded"
    );
}

#[tokio::test]
async fn a_token_is_fetched_where_the_registry_says_and_goes_nowhere_else() {
    let (server, storage) = (Server::start().await, Server::start().await);
    let wants = format!(
        "401 Unauthorized\r\nWWW-Authenticate: Bearer realm=\"http://{}/token\",service=\"a b\"",
        server.address
    );
    let token = "/token?service=a+b&scope=repository%3Ateam%2Fimage%3Apull";
    server.answer("/v2/team/image/manifests/latest", &wants, b"");
    server.answer(token, "200 OK", br#"{"token":"secret"}"#);
    server.has_a_manifest();
    let elsewhere = format!("307 Temporary Redirect\r\nLocation: http://{}/blob", storage.address);
    server.answer(&config_path(), &elsewhere, b"");
    storage.answer("/blob", "200 OK", CONFIG);

    assert_eq!(server.look().await, digest_of(manifest().as_bytes()));
    assert_eq!(
        server.asked(),
        [
            "/v2/team/image/manifests/latest -",
            &format!("{token} -"),
            "/v2/team/image/manifests/latest Bearer secret",
            &format!("{} Bearer secret", config_path()),
        ]
    );
    assert_eq!(storage.asked(), ["/blob -"]);
}

#[tokio::test]
async fn a_registry_that_wants_a_login_is_named_with_the_way_to_log_in() {
    let server = Server::start().await;
    let wants = "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"";
    server.answer("/v2/team/image/manifests/latest", wants, b"");
    assert_eq!(
        server.look().await,
        "could not be asked: it answers 401 Unauthorized; hint: docker login HOST"
    );
}

#[tokio::test]
async fn a_registry_that_sends_around_in_circles_is_left() {
    let server = Server::start().await;
    let path = "/v2/team/image/manifests/latest";
    for _ in 0..5 {
        server.answer(path, &format!("302 Found\r\nLocation: {path}"), b"");
    }
    assert_eq!(
        server.look().await,
        "could not be asked: it refers from one place to the next more than 3 times"
    );
}

#[tokio::test]
async fn a_registry_that_is_not_there_is_said_to_be_unreachable() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let host = taken.local_addr().unwrap().to_string();
    drop(taken);
    let uri = format!("{host}/x");
    let error = look(&host, &Reference::parse(&uri).unwrap(), "amd64").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("could not be asked: {host} cannot be reached: Connection refused (os error 111)")
    );
}
