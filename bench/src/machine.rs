//! The machine, and how busy it was: numbers without it mean nothing.

use std::fmt;
use std::fs;
use std::num::NonZero;
use std::thread;

/// What a reader of the numbers wants to know of the machine.
pub(crate) struct Machine {
    cores: usize,
    cpu: String,
    kernel: String,
    /// Average number of running processes over the last minute, before the measurements.
    load: String,
}

impl Machine {
    pub(crate) fn read() -> Self {
        let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            cores: thread::available_parallelism().map_or(1, NonZero::get),
            cpu: model.map_or("unknown CPU", |(_, name)| name).to_owned(),
            kernel: kernel.trim().to_owned(),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cores, cpu, kernel, load } = self;
        write!(f, "{cores} cores ({cpu}), Linux {kernel}, load {load} before")
    }
}
