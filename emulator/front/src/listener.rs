//! HTTP/1.1 on one socket: every connection is a task with an owner, and stop is asked and awaited.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{Admission, Body};

/// How long a peer that stands in the way is waited for: one that neither sends the rest of its request
/// nor takes the rest of its answer when everything stops, or too many of them at once. Ours.
const GRACE: Duration = Duration::from_secs(1);

/// Something that answers requests.
pub trait Serve: Send + Sync + 'static {
    /// The answer to one request from `peer`.
    fn serve(
        &self,
        request: Request<Body>,
        peer: SocketAddr,
    ) -> impl Future<Output = Response<Body>> + Send;
}

/// Answers every connection on `listener` that is admitted until `stop`; returns once the last one has
/// ended.
///
/// A request that is being answered when `stop` comes is answered, unless its peer lets that take
/// longer than a second; a connection that is idle is closed.
pub async fn serve<S: Serve>(
    listener: TcpListener,
    admission: Admission,
    service: Arc<S>,
    stop: CancellationToken,
) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let answered = connection(stream, peer, service.clone(), stop.clone());
                let (mut admission, stop) = (admission.clone(), stop.clone());
                connections.spawn(async move {
                    let admitted = stop.run_until_cancelled(admission.admits(peer.ip())).await;
                    if admitted == Some(true) {
                        tokio::select! {
                            () = answered => {}
                            () = admission.ends(peer.ip()) => {}
                        }
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                // Most likely there are too many: trying again before one has ended would be in vain.
                tokio::select! {
                    Some(_) = connections.join_next() => {}
                    () = tokio::time::sleep(GRACE) => {}
                    () = stop.cancelled() => break,
                }
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn connection<S: Serve>(
    stream: TcpStream,
    peer: SocketAddr,
    service: Arc<S>,
    stop: CancellationToken,
) {
    // Answers are small and waited for: a delay to fill a packet would only be felt.
    let _ = stream.set_nodelay(true);
    let answer = service_fn(|request: Request<hyper::body::Incoming>| {
        let service = service.clone();
        async move { Ok::<_, Infallible>(service.serve(request.map(Body::incoming), peer).await) }
    });
    let mut connection =
        std::pin::pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            match tokio::time::timeout(GRACE, connection).await {
                Ok(ended) => ended,
                Err(_) => return tracing::debug!(%peer, "a connection was given up"),
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}
