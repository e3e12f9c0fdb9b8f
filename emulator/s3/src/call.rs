//! What an operation knows of its request besides its input.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use uuid::Uuid;

use crate::checksum::Checksum;

/// One element of an error document: name and text.
pub(crate) type Element = (Cow<'static, str>, String);

/// The two names that S3 gives to every request.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    /// `x-amz-request-id`: 16 upper-case letters and digits.
    pub(crate) request: String,
    /// `x-amz-id-2`, the host's: opaque, base64.
    pub(crate) host: String,
}

impl Ids {
    pub(crate) fn fresh() -> Self {
        let mut request = Uuid::new_v4().simple().to_string().to_uppercase();
        request.truncate(16);
        let host = [Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4()].map(Uuid::into_bytes);
        Self { request, host: STANDARD.encode(host.as_flattened()) }
    }
}

/// One request, once its body has been read and checked.
pub(crate) struct Call {
    pub(crate) ids: Ids,
    /// Who asks.
    pub(crate) peer: IpAddr,
    /// All of it, without any encoding of the transfer.
    pub(crate) body: Bytes,
    /// The checksum that the client sent with the body, which is true.
    pub(crate) checksum: Option<Checksum>,
    /// Whether the client sent an MD5 of the body, which then is true.
    pub(crate) has_md5: bool,
    /// What a refusal says beyond its code and text. `s3s` has no room for it, so it goes around.
    elements: Mutex<Vec<Element>>,
}

impl Call {
    pub(crate) fn new(
        ids: Ids,
        peer: IpAddr,
        body: Bytes,
        checksum: Option<Checksum>,
        has_md5: bool,
    ) -> Self {
        Self { ids, peer, body, checksum, has_md5, elements: Mutex::default() }
    }

    /// Adds elements to the error document that this request will get.
    pub(crate) fn explain(&self, elements: Vec<Element>) {
        *self.elements.lock().expect("nothing panics while it holds the elements") = elements;
    }

    /// The elements added by [`explain`](Self::explain).
    pub(crate) fn explanation(&self) -> Vec<Element> {
        self.elements.lock().expect("nothing panics while it holds the elements").clone()
    }
}
