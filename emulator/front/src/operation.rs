//! What an operation is: a name, a typed input and output, and one call on its service.
//!
//! Everything about one operation stands in one file of its service's crate, and one line in the
//! service's [`Api`](crate::Api) binds it to a wire protocol. Most inputs and outputs are plain serde
//! structs; [`Streamed`] and [`Reply`] are for operations whose body is not a document.

use http::{HeaderMap, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::member::Members;
use crate::protocol::Protocol;
use crate::request::{Malformed, Request, RequestId};
use crate::{Body, WireError};

/// One operation of one AWS service.
pub trait Operation: 'static {
    /// AWS's name for it.
    const NAME: &'static str;

    /// What becomes of every input member that AWS's service model has.
    const MEMBERS: &'static [Members];

    /// Method and path, where the service is a REST one: `GET /2015-03-31/functions/{FunctionName}`.
    /// Other protocols find an operation by its name.
    const ROUTE: &'static str = "";

    /// Headers that are input members, with the member's name.
    const HEADERS: &'static [(&'static str, &'static str)] = &[];

    /// HTTP status of a success.
    const STATUS: u16 = 200;

    /// What the operation is done on.
    type Service: Send + Sync + 'static;
    /// What is asked.
    type Input: Decode + Send;
    /// What is answered.
    type Output: Encode;
    /// Only the failures that this operation can have.
    type Error: WireError;

    /// Does it.
    fn call(
        service: &Self::Service,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send;
}

/// An input that can be read from a request.
pub trait Decode: Sized {
    /// Reads the input.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if the request does not have the operation's shape.
    fn decode(
        request: Request,
        protocol: &Protocol,
    ) -> impl Future<Output = Result<Self, Malformed>> + Send;
}

impl<T: DeserializeOwned> Decode for T {
    async fn decode(request: Request, protocol: &Protocol) -> Result<Self, Malformed> {
        protocol.read(request).await
    }
}

/// An input whose body is not a document but bytes, left unread.
pub struct Streamed<T> {
    /// The members that stand outside the body.
    pub members: T,
    /// Of this request.
    pub request_id: RequestId,
    /// All headers, for those that are not members.
    pub headers: HeaderMap,
    /// The bytes.
    pub body: Body,
}

impl<T: DeserializeOwned> Decode for Streamed<T> {
    async fn decode(request: Request, _: &Protocol) -> Result<Self, Malformed> {
        let Request { id, head, members, body } = request;
        let members =
            members.into_iter().map(|(name, text)| (name, crate::members::Member::Text(text)));
        let members = crate::members::read(members)?;
        Ok(Self { members, request_id: id, headers: head.headers, body })
    }
}

/// An output that can be written as a response.
pub trait Encode {
    /// Writes the output of `operation`; `status` is that of its success.
    fn encode(
        self,
        protocol: &Protocol,
        operation: &'static str,
        status: StatusCode,
        id: RequestId,
    ) -> Response<Body>;
}

impl<T: Serialize> Encode for T {
    fn encode(
        self,
        protocol: &Protocol,
        operation: &'static str,
        status: StatusCode,
        id: RequestId,
    ) -> Response<Body> {
        protocol.write(&self, operation, status, id)
    }
}

/// An output that sets status, headers and body itself.
pub struct Reply(pub Response<Body>);

impl Encode for Reply {
    fn encode(self, _: &Protocol, _: &'static str, _: StatusCode, _: RequestId) -> Response<Body> {
        self.0
    }
}
