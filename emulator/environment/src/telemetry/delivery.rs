//! Delivers to one subscriber, in a task of its own: batch after batch, over one connection.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use emulator_clock::Clock;
use http::Request;
use http::header::{CONTENT_TYPE, HOST};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::buffer::{Buffer, Due, Lost};
use super::subscription::Subscription;
use crate::platform::{Event, Schema};

/// How often a batch is offered to a subscriber that does not listen. Ours.
const ATTEMPTS: usize = 3;

/// How much of a subscriber's answer is read, in bytes, so that its connection can be used again. Ours:
/// there is nothing to be said.
const MAX_ANSWER: usize = 64 * 1024;

/// An extension that gets telemetry. Dropping it ends its delivery.
pub(super) struct Subscriber {
    pub(super) extension: Uuid,
    schema: Schema,
    types: Vec<&'static str>,
    shared: Arc<Shared>,
    _end: DropGuard,
}

struct Shared {
    buffer: Mutex<Buffer>,
    /// Something waits, or is to be delivered at once.
    changed: Notify,
    /// A batch has been delivered or given up.
    done: Notify,
}

impl Shared {
    fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().expect("nothing panics while it holds this")
    }
}

impl Subscriber {
    pub(super) fn start(
        tasks: &TaskTracker,
        clock: Clock,
        sandbox: IpAddr,
        extension: Uuid,
        subscription: Subscription,
    ) -> Self {
        let shared = Arc::new(Shared {
            buffer: Mutex::new(Buffer::new(subscription.buffering)),
            changed: Notify::new(),
            done: Notify::new(),
        });
        let end = CancellationToken::new();
        let (schema, types) = (subscription.schema, subscription.types.clone());
        let delivery = Delivery {
            shared: shared.clone(),
            clock,
            address: SocketAddr::new(sandbox, subscription.port),
            subscription,
            connection: None,
            connections: JoinSet::new(),
        };
        let ended = end.clone();
        tasks.spawn(async move {
            ended.run_until_cancelled(delivery.run()).await;
        });
        Self { extension, schema, types, shared, _end: end.drop_guard() }
    }

    pub(super) fn wants(&self, category: &str) -> bool {
        self.types.contains(&category)
    }

    pub(super) fn schema(&self) -> Schema {
        self.schema
    }

    pub(super) fn push(&self, document: String) {
        self.shared.buffer().push(document, Instant::now());
        self.shared.changed.notify_one();
    }

    /// Has everything delivered at once, and waits until nothing waits any more.
    pub(super) fn flush(&self) -> impl Future<Output = ()> + Send + use<> {
        let shared = self.shared.clone();
        shared.buffer().flush();
        shared.changed.notify_one();
        async move {
            loop {
                let done = shared.done.notified();
                if shared.buffer().is_settled() {
                    return;
                }
                done.await;
            }
        }
    }
}

struct Delivery {
    shared: Arc<Shared>,
    clock: Clock,
    subscription: Subscription,
    address: SocketAddr,
    connection: Option<SendRequest<Full<Bytes>>>,
    connections: JoinSet<()>,
}

impl Delivery {
    async fn run(mut self) {
        loop {
            let due = self.shared.buffer().due(Instant::now());
            match due {
                Due::Never => self.shared.changed.notified().await,
                Due::At(moment) => {
                    tokio::select! {
                        () = tokio::time::sleep_until(moment) => {}
                        () = self.shared.changed.notified() => {}
                    }
                }
                Due::Now => self.deliver_batch().await,
            }
        }
    }

    async fn deliver_batch(&mut self) {
        let (mut batch, lost) = self.shared.buffer().take(Instant::now());
        let (records, bytes) = (batch.len(), batch.iter().map(String::len).sum());
        batch.extend(self.report_of(lost));
        let body = Bytes::from(format!("[{}]", batch.join(",")));
        let delivered = self.offer(&body).await;
        {
            let mut buffer = self.shared.buffer();
            if !delivered {
                buffer.lose(records, bytes);
            }
            buffer.done();
        }
        self.shared.done.notify_waiters();
    }

    /// What a subscriber is told of what it has lost.
    fn report_of(&self, lost: Lost) -> Option<String> {
        let Lost { records, bytes } = lost;
        let reason = "Some logs were dropped because the downstream consumer is slower than the logs production rate";
        let event = Event::LogsDropped { reason, records, bytes };
        (records > 0).then(|| event.document(self.clock.now(), self.subscription.schema)).flatten()
    }

    /// Whether the subscriber has taken it. One that does not listen may be about to.
    async fn offer(&mut self, body: &Bytes) -> bool {
        for _ in 0..ATTEMPTS {
            match self.post(body).await {
                Ok(taken) => return taken,
                Err(error) => {
                    tracing::debug!(%error, address = %self.address, "telemetry could not be delivered");
                    self.connection = None;
                    tokio::time::sleep(self.subscription.buffering.timeout).await;
                }
            }
        }
        false
    }

    async fn post(
        &mut self,
        body: &Bytes,
    ) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
        let Subscription { authority, path, method, .. } = &self.subscription;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, authority)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(body.clone()))?;
        let response = self.connected().await?.send_request(request).await?;
        let taken = response.status().is_success();
        if !read_to_end(response.into_body()).await? {
            self.connection = None;
        }
        Ok(taken)
    }

    /// The connection, made anew if the subscriber has closed it.
    async fn connected(
        &mut self,
    ) -> Result<&mut SendRequest<Full<Bytes>>, Box<dyn std::error::Error + Send + Sync>> {
        if let Some(mut connection) = self.connection.take()
            && connection.ready().await.is_ok()
        {
            return Ok(self.connection.insert(connection));
        }
        self.connections.shutdown().await;
        let stream = TcpStream::connect(self.address).await?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        self.connections.spawn(async move {
            // Its end shows when it is used next.
            let _ = connection.await;
        });
        Ok(self.connection.insert(sender))
    }
}

/// Throws an answer's body away. Says whether that was possible: it may be larger than anybody reads.
async fn read_to_end(mut body: Incoming) -> hyper::Result<bool> {
    let mut room = MAX_ANSWER;
    while let Some(frame) = body.frame().await {
        let size = frame?.data_ref().map_or(0, Bytes::len);
        match room.checked_sub(size) {
            Some(left) => room = left,
            None => return Ok(false),
        }
    }
    Ok(true)
}
