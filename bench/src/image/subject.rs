//! An image, and what has been measured of it so far.

use std::fs;
use std::io;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use super::docker::Image;
use super::lambda::Endpoint;
use super::start::{self, StartError};
use crate::server::Runs;
use crate::times::Times;

#[derive(Clone)]
pub(crate) struct Subject {
    binary: PathBuf,
    pub(crate) binary_bytes: u64,
    pub(crate) exec: Times,
    pub(crate) cold_process: Times,
    /// Where the handler is in the image that calls another function: over HTTP, and over HTTPS.
    pub(crate) calls: Option<[Calls; 2]>,
    /// Where there is an engine.
    pub(crate) containers: Option<Containers>,
}

#[derive(Clone)]
pub(crate) struct Calls {
    endpoint: Endpoint,
    /// From exec to the first `/next`.
    pub(crate) next: Times,
    /// From exec to the first answer.
    pub(crate) answer: Times,
}

#[derive(Clone)]
pub(crate) struct Containers {
    pub(crate) image: Image,
    /// This machine, as seen from one.
    host: Ipv4Addr,
    pub(crate) cold: Times,
    pub(crate) docker_run: Times,
}

impl Subject {
    pub(crate) fn of(
        binary: PathBuf,
        calls: Option<[Calls; 2]>,
        containers: Option<Containers>,
    ) -> io::Result<Self> {
        Ok(Self {
            binary_bytes: fs::metadata(&binary)?.len(),
            binary,
            exec: Times::default(),
            cold_process: Times::default(),
            calls,
            containers,
        })
    }

    /// Measures everything once more.
    pub(crate) async fn measure(&mut self, emulator: &Path) -> Result<(), StartError> {
        self.exec.push(start::exec(&self.binary).await?);
        let processes = Runs::Processes(&self.binary);
        self.cold_process.push(start::cold(emulator, processes, "manifold:latest").await?);
        for Calls { endpoint, next, answer } in self.calls.iter_mut().flatten() {
            let [to_next, to_answer] = start::exec_caller(&self.binary, endpoint).await?;
            next.push(to_next);
            answer.push(to_answer);
        }
        if let Some(Containers { image, host, cold, docker_run }) = &mut self.containers {
            docker_run.push(start::docker_run(image, *host).await?);
            cold.push(start::cold(emulator, Runs::Containers, &image.tag).await?);
        }
        Ok(())
    }
}

impl Calls {
    pub(crate) fn to(endpoint: Endpoint) -> Self {
        Self { endpoint, next: Times::default(), answer: Times::default() }
    }
}

impl Containers {
    pub(crate) fn of(image: Image, host: Ipv4Addr) -> Self {
        Self { image, host, cold: Times::default(), docker_run: Times::default() }
    }
}
