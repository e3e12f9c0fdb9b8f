//! A registry on a free port of this machine, with what tests push to it by hand.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use http::{Request, StatusCode};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tests::command::probed;
use tests::{fetch, soon};

/// What Debian calls it.
pub(crate) const PROGRAM: &str = "docker-registry";

/// Debian's registry, which is gone with this, as are the images that an engine has of it.
pub(crate) struct Registry {
    /// Host and port.
    pub(crate) address: String,
    process: Child,
    log: Arc<Mutex<Vec<Value>>>,
    _folder: TempDir,
}

impl Registry {
    pub(crate) async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let configuration = folder.path().join("config.yml");
        let store = folder.path().display();
        let text = format!(
            "version: 0.1\n\
             log: {{ formatter: json, accesslog: {{ disabled: true }} }}\n\
             storage: {{ filesystem: {{ rootdirectory: {store} }} }}\n\
             http: {{ addr: '127.0.0.1:0' }}\n"
        );
        std::fs::write(&configuration, text).unwrap();
        let mut command = Command::new(PROGRAM);
        command.arg("serve").arg(&configuration).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let log = Arc::<Mutex<Vec<Value>>>::default();
        let (listens, address) = tokio::sync::oneshot::channel();
        let (kept, mut listens) = (log.clone(), Some(listens));
        // Ends with the registry.
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let line: Value = serde_json::from_str(&line).unwrap_or_default();
                let address =
                    line["msg"].as_str().and_then(|text| text.strip_prefix("listening on "));
                if let (Some(address), Some(listens)) =
                    (address, listens.take_if(|_| address.is_some()))
                {
                    let _ = listens.send(address.to_owned());
                }
                kept.lock().unwrap().push(line);
            }
        });
        let address = soon("a registry", address).await.unwrap();
        Self { address, process, log, _folder: folder }
    }

    /// The name of an image here.
    pub(crate) fn uri(&self, image: &str) -> String {
        format!("{}/{image}", self.address)
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Pushes bytes, and answers their digest.
    pub(crate) async fn push(&self, repository: &str, bytes: &[u8]) -> String {
        let digest = digest(bytes);
        let upload = Request::post(self.url(&format!("/v2/{repository}/blobs/uploads/")));
        let ready = fetch(upload.body(String::new()).unwrap()).await;
        assert_eq!(ready.status, StatusCode::ACCEPTED, "{}", ready.body);
        let place = ready.headers["location"].to_str().unwrap();
        let (_, path) = place.split_once("/v2/").unwrap();
        let content = Request::put(self.url(&format!("/v2/{path}&digest={digest}")));
        let pushed = fetch(content.body(bytes.to_vec()).unwrap()).await;
        assert_eq!(pushed.status, StatusCode::CREATED, "{}", pushed.body);
        digest
    }

    /// Pushes a manifest under a tag, or under its digest, and answers the latter.
    pub(crate) async fn push_manifest(
        &self,
        repository: &str,
        tag: Option<&str>,
        media_type: &str,
        manifest: &Value,
    ) -> String {
        let text = manifest.to_string();
        let digest = digest(text.as_bytes());
        let path = format!("/v2/{repository}/manifests/{}", tag.unwrap_or(&digest));
        let request = Request::put(self.url(&path)).header("content-type", media_type);
        let pushed = fetch(request.body(text).unwrap()).await;
        assert_eq!(pushed.status, StatusCode::CREATED, "{}", pushed.body);
        digest
    }

    /// How often it was asked for a path by whoever calls itself so.
    pub(crate) fn asked(&self, agent: &str, path: &str) -> usize {
        let is_asked = |line: &&Value| {
            let text = |field: &str| line[field].as_str().unwrap_or_default();
            text("msg").starts_with("response completed")
                && text("http.request.useragent").starts_with(agent)
                && text("http.request.uri") == path
        };
        self.log.lock().unwrap().iter().filter(is_asked).count()
    }

    /// The ids of the images that the engine has of this registry.
    pub(crate) fn pulled(&self) -> Vec<String> {
        let pattern = format!("reference={}/*", self.address);
        let listed = probed("docker", &["images", "--quiet", "--no-trunc", "--filter", &pattern]);
        let mut images: Vec<_> = listed.unwrap().lines().map(str::to_owned).collect();
        images.sort();
        images
    }

    /// Stops answering.
    pub(crate) fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        for image in self.pulled() {
            probed("docker", &["rmi", "--force", &image]);
        }
    }
}

/// SHA-256, as registries write it.
pub(crate) fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
