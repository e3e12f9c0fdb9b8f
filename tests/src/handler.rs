//! The handlers in the image.

/// A handler in the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    /// Greets over HTTP.
    ApiGateway,
    /// Calls another function.
    Caller,
    /// Greets by name.
    CustomEvent,
    /// Logs the text of every record.
    Kinesis,
    /// Logs every object.
    S3,
}

impl Handler {
    /// Every one, by name.
    pub const ALL: [Self; 5] =
        [Self::ApiGateway, Self::Caller, Self::CustomEvent, Self::Kinesis, Self::S3];

    /// What HANDLER says for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ApiGateway => "api-gateway",
            Self::Caller => "caller",
            Self::CustomEvent => "custom-event",
            Self::Kinesis => "kinesis",
            Self::S3 => "s3",
        }
    }
}
