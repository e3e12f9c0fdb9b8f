//! A meeting between a test and an invocation: the test knows when the function is inside, and lets
//! it go on. Both sides are here, since together they are the protocol: a line, then a byte or the end.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The test's side: the place to give to [`Step::Hold`](crate::Step::Hold).
pub struct Rendezvous {
    listener: TcpListener,
}

impl Rendezvous {
    /// Opens a place on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// If no port can be opened.
    pub async fn open() -> io::Result<Self> {
        Self::open_at(Ipv4Addr::LOCALHOST.into()).await
    }

    /// Opens a place on a free port of another address of this machine, for functions that reach only that.
    ///
    /// # Errors
    ///
    /// If no port can be opened.
    pub async fn open_at(address: IpAddr) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind((address, 0)).await? })
    }

    /// Where the function has to come.
    ///
    /// # Errors
    ///
    /// If the system cannot say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Waits for an invocation to arrive. It is held until it is released or dropped.
    ///
    /// # Errors
    ///
    /// If the connection breaks before it has said who it is.
    pub async fn arrival(&self) -> io::Result<Held> {
        let (stream, _) = self.listener.accept().await?;
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        match line.strip_suffix('\n') {
            Some(request_id) => Ok(Held { request_id: request_id.into(), stream }),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// An invocation that waits. Dropping it lets it go on.
pub struct Held {
    /// Its request id, or `init` before the first invocation.
    pub request_id: String,
    stream: BufReader<TcpStream>,
}

impl Held {
    /// Lets the invocation go on.
    ///
    /// # Errors
    ///
    /// If the function is gone.
    pub async fn release(mut self) -> io::Result<()> {
        self.stream.write_all(b".").await
    }

    /// Waits until the function is gone without having been released: its process has ended.
    pub async fn gone(mut self) {
        // The probe writes nothing more, so an end and a broken connection mean the same.
        let _ = self.stream.read_u8().await;
    }
}

/// The probe's side: says who is here and waits.
pub(crate) async fn hold(place: SocketAddr, request_id: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect(place).await?;
    stream.write_all(format!("{request_id}\n").as_bytes()).await?;
    match stream.read_u8().await {
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(()),
    }
}
