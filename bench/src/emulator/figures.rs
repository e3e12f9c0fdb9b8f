//! What is measured of one server, round by round, and the median of it.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use super::load::{self, Load};
use crate::server::{Memory, PEER_FUNCTION, Runs, Server, ServerError};
use crate::times::Times;

/// Numbers of connections at which warm invocations are measured.
pub(crate) const CONNECTIONS: [u32; 2] = [1, 16];

/// A server, and what has been measured of it so far.
pub(crate) struct Subject {
    server: Server,
    function: &'static str,
    idle: Option<Memory>,
    after_first_invoke: Memory,
    /// By place in [`CONNECTIONS`].
    loads: [Vec<Load>; CONNECTIONS.len()],
    /// CPU time of the server per invocation, by place in [`CONNECTIONS`].
    cpu: [Times; CONNECTIONS.len()],
}

/// What was measured of one server.
pub(crate) struct Figures {
    /// Before the first invocation; of a server that has nothing else to do then.
    pub(crate) idle: Option<Memory>,
    pub(crate) after_first_invoke: Memory,
    pub(crate) after_all: Memory,
    /// By place in [`CONNECTIONS`].
    pub(crate) loads: [Load; CONNECTIONS.len()],
    /// CPU time of the server, without its functions, per invocation: what the machine does besides
    /// changes it least.
    pub(crate) cpu: [Duration; CONNECTIONS.len()],
}

impl Subject {
    pub(crate) async fn emulator(program: &Path, runs: Runs<'_>) -> Result<Self, ServerError> {
        let server = Server::emulator(program, runs).await?;
        let idle = server.memory()?;
        server.create_function("custom-event", "manifold:latest").await?;
        Self::warmed(server, "custom-event", Some(idle)).await
    }

    pub(crate) async fn peer() -> Result<Self, ServerError> {
        Self::warmed(Server::peer().await?, PEER_FUNCTION, None).await
    }

    async fn warmed(
        server: Server,
        function: &'static str,
        idle: Option<Memory>,
    ) -> Result<Self, ServerError> {
        server.invoke(function).await?;
        let after_first_invoke = server.memory()?;
        Ok(Self {
            server,
            function,
            idle,
            after_first_invoke,
            loads: Default::default(),
            cpu: Default::default(),
        })
    }

    /// Measures invocations at one of [`CONNECTIONS`].
    pub(crate) fn load(
        &mut self,
        connections: u32,
        length: Duration,
    ) -> Result<(), Box<dyn Error>> {
        let place = CONNECTIONS.iter().position(|each| *each == connections);
        let place = place.expect("only these are measured");
        let before = self.server.cpu_time()?;
        let load = load::measure(&self.server.url(self.function), connections, length)?;
        let used = self.server.cpu_time()?.saturating_sub(before);
        self.cpu[place].push(used.div_f64(load.per_second * length.as_secs_f64()));
        self.loads[place].push(load);
        Ok(())
    }

    /// Stops the server. At least one load was measured by then.
    pub(crate) async fn stop(self) -> Result<Figures, ServerError> {
        let after_all = self.server.memory()?;
        self.server.stop().await?;
        Ok(Figures {
            idle: self.idle,
            after_first_invoke: self.after_first_invoke,
            after_all,
            loads: self.loads.map(|loads| median_load(&loads)),
            cpu: self.cpu.map(|times| times.median()),
        })
    }
}

/// Each figure's own median.
fn median_load(loads: &[Load]) -> Load {
    let latency = |of: fn(&Load) -> Duration| loads.iter().map(of).collect::<Times>().median();
    let mut rates: Vec<_> = loads.iter().map(|load| load.per_second).collect();
    rates.sort_by(f64::total_cmp);
    Load {
        per_second: rates[rates.len() / 2],
        p50: latency(|load| load.p50),
        p90: latency(|load| load.p90),
        p99: latency(|load| load.p99),
    }
}
