//! One connection and one exchange on it.

use std::io;
use std::net::SocketAddr;

use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

pub(super) type Connection = SendRequest<Empty<Bytes>>;

/// What went wrong with a request.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExchangeError {
    #[error("can't connect: {0}")]
    Connect(io::Error),
    #[error("{}", innermost(.0))]
    Http(#[from] hyper::Error),
}

/// hyper's errors say what it was doing, their causes what happened.
fn innermost(error: &hyper::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// An exchange that came to an answer.
#[derive(Debug)]
pub(super) struct Exchanged {
    pub(super) status: StatusCode,
    /// Whether a connection that had been idle turned out to be closed.
    pub(super) reconnected: bool,
    /// The connection, unless it is of no more use.
    pub(super) connection: Option<Connection>,
}

async fn connect(address: SocketAddr) -> Result<Connection, ExchangeError> {
    let stream = TcpStream::connect(address).await.map_err(ExchangeError::Connect)?;
    stream.set_nodelay(true).map_err(ExchangeError::Connect)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        // Whoever waits for an answer is told what went wrong.
        let _ = connection.await;
    });
    Ok(sender)
}

/// Sends `request` on `idle`, or on a new connection if there is none, and reads the answer to its
/// end.
///
/// A server may close an idle connection at any moment, also while the next request is on its way. A
/// GET that met that is sent once more, on a new connection (RFC 9110, section 9.2.2).
pub(super) async fn exchange(
    address: SocketAddr,
    idle: Option<Connection>,
    request: Request<Empty<Bytes>>,
) -> Result<Exchanged, ExchangeError> {
    let mut reconnected = false;
    if let Some(mut connection) = idle {
        match connection.send_request(request.clone()).await {
            Ok(response) => return finish(response, connection, reconnected).await,
            Err(error) => {
                tracing::debug!("an idle connection was closed: {error}");
                reconnected = true;
            }
        }
    }
    let mut connection = connect(address).await?;
    let response = connection.send_request(request).await?;
    finish(response, connection, reconnected).await
}

async fn finish(
    response: hyper::Response<hyper::body::Incoming>,
    mut connection: Connection,
    reconnected: bool,
) -> Result<Exchanged, ExchangeError> {
    let status = response.status();
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        frame?;
    }
    // Ready means that the next request may be sent; an answer with `connection: close` has none.
    let usable = !connection.is_closed() && connection.ready().await.is_ok();
    Ok(Exchanged { status, reconnected, connection: usable.then_some(connection) })
}
