//! An external extension for tests, on AWS's own client: it says what it is told, and does what the
//! environment variable `EXTENSION` asks of it.
//!
//! | `EXTENSION` | when it is told of an invocation |
//! | --- | --- |
//! | not set | says so |
//! | `127.0.0.1:1234` | waits at that rendezvous until it is let go |
//! | `crash` | exits with code 3 |
//!
//! What it says goes to the log of the function that it lives beside. If `EXTENSION_TELEMETRY` names a port,
//! it subscribes to telemetry, and says of each record what it is.

use std::env;
use std::io::Write;
use std::net::SocketAddr;
use std::process::exit;

use lambda_extension::{
    Error, Extension, LambdaEvent, LambdaTelemetry, LambdaTelemetryRecord, LogBuffering, NextEvent,
    SharedService, service_fn,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The shortest time that the Telemetry API lets a record wait, in milliseconds.
const AT_ONCE: usize = 25;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let extension = Extension::new().with_events_processor(service_fn(hear));
    match env::var("EXTENSION_TELEMETRY") {
        Ok(port) => {
            let buffering = LogBuffering { timeout_ms: AT_ONCE, ..LogBuffering::default() };
            extension
                .with_telemetry_types(&["platform", "function"])
                .with_telemetry_buffering(buffering)
                .with_telemetry_port_number(port.parse()?)
                .with_telemetry_processor(SharedService::new(service_fn(take_in)))
                .run()
                .await
        }
        Err(_) => extension.run().await,
    }
}

async fn hear(event: LambdaEvent) -> Result<(), Error> {
    match event.next {
        NextEvent::Shutdown(shutdown) => {
            say(&format!("told to end: {}", shutdown.shutdown_reason))?;
            exit(0)
        }
        NextEvent::Invoke(invoke) => match env::var("EXTENSION").as_deref() {
            Err(_) => say(&format!("told of {}", invoke.request_id)),
            Ok("crash") => exit(3),
            Ok(place) => hold(place.parse()?, &invoke.request_id).await,
        },
    }
}

/// What the probe's `Hold` does: says who is here, and waits for a byte or the end.
async fn hold(place: SocketAddr, request_id: &str) -> Result<(), Error> {
    let mut stream = TcpStream::connect(place).await?;
    stream.write_all(format!("{request_id}\n").as_bytes()).await?;
    let _ = stream.read_u8().await;
    Ok(())
}

async fn take_in(records: Vec<LambdaTelemetry>) -> Result<(), Error> {
    for LambdaTelemetry { record, .. } in records {
        match record {
            LambdaTelemetryRecord::Function(line) => say(&format!("heard function {line}"))?,
            LambdaTelemetryRecord::PlatformStart { request_id, .. } => {
                say(&format!("heard platform.start {request_id}"))?;
            }
            LambdaTelemetryRecord::PlatformRuntimeDone { request_id, status, .. } => {
                say(&format!("heard platform.runtimeDone {request_id} {status:?}"))?;
            }
            LambdaTelemetryRecord::PlatformReport { request_id, .. } => {
                say(&format!("heard platform.report {request_id}"))?;
            }
            LambdaTelemetryRecord::PlatformInitStart { .. } => say("heard platform.initStart")?,
            _ => {}
        }
    }
    Ok(())
}

fn say(what: &str) -> Result<(), Error> {
    Ok(writeln!(std::io::stdout(), "extension: {what}")?)
}
