//! The query protocol: a form in, XML out.

use std::borrow::Cow;

use http::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{form, xml};
use crate::body::Body;
use crate::fault::Fault;
use crate::members;
use crate::request::{Malformed, RequestId};

/// Reads an input from a form whose `Action` and `Version` have been taken out.
pub(super) fn read<T: DeserializeOwned>(
    members: Vec<(Cow<'static, str>, String)>,
) -> Result<T, Malformed> {
    let tree = form::tree(members)?;
    members::read(tree.into_iter().map(|(name, member)| (Cow::Owned(name), member)))
}

/// Writes an output; nothing (`()`) has no result, only the response around it.
pub(super) fn document<T: Serialize>(
    output: &T,
    operation: &str,
    namespace: &str,
    id: RequestId,
) -> Vec<u8> {
    let result = xml::element(&format!("{operation}Result"), output);
    format!(
        "<{operation}Response xmlns=\"{namespace}\">{result}\
         <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{operation}Response>"
    )
    .into_bytes()
}

pub(super) fn refuse(fault: &Fault, namespace: &str, id: RequestId) -> Response<Body> {
    let side = if fault.status.is_server_error() { "Receiver" } else { "Sender" };
    let message = quick_xml::escape::escape(fault.message.as_str());
    let code = fault.code;
    let document = format!(
        "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{side}</Type><Code>{code}</Code>\
         <Message>{message}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
    );
    super::respond(fault.status, "text/xml", document.into_bytes(), id)
}
