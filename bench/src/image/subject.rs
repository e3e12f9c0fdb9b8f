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
    /// Where the handler is in the image that calls another function.
    pub(crate) calls: Option<Calls>,
    /// Where there is an engine.
    pub(crate) containers: Option<Containers>,
}

/// By how Lambda's endpoint is spoken to.
#[derive(Clone)]
pub(crate) struct Calls {
    pub(crate) http: FirstCall,
    pub(crate) https: FirstCall,
}

/// The first call of a new caller.
#[derive(Clone)]
pub(crate) struct FirstCall {
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
        calls: Option<Calls>,
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
        if let Some(Calls { http, https }) = &mut self.calls {
            http.measure(&self.binary).await?;
            https.measure(&self.binary).await?;
        }
        if let Some(Containers { image, host, cold, docker_run }) = &mut self.containers {
            docker_run.push(start::docker_run(image, *host).await?);
            cold.push(start::cold(emulator, Runs::Containers, &image.tag).await?);
        }
        Ok(())
    }
}

impl FirstCall {
    pub(crate) fn to(endpoint: Endpoint) -> Self {
        Self { endpoint, next: Times::default(), answer: Times::default() }
    }

    async fn measure(&mut self, binary: &Path) -> Result<(), StartError> {
        let [next, answer] = start::exec_caller(binary, &self.endpoint).await?;
        self.next.push(next);
        self.answer.push(answer);
        Ok(())
    }
}

impl Containers {
    pub(crate) fn of(image: Image, host: Ipv4Addr) -> Self {
        Self { image, host, cold: Times::default(), docker_run: Times::default() }
    }
}
