//! The table of this image: one line per handler.
//!
//! A handler's name is its Cargo feature's name. With the feature off its crate is not compiled and
//! its line is not there.

use crate::handler::Handlers;

/// What one binary can be.
#[derive(Debug, Clone, Copy)]
pub struct Image {
    /// What `--version` prints.
    pub version: &'static str,
    /// What HANDLER can name.
    pub handlers: Handlers,
}

macro_rules! handlers {
    ($($name:literal => $event:ident($($argument:path),+),)*) => {
        Handlers::new(&[$(
            #[cfg(feature = $name)]
            $crate::Handler::new($name, || $crate::Function::$event($($argument),+)),
        )*])
    };
}

/// The image of this repository.
pub const IMAGE: Image = Image {
    version: concat!(env!("CARGO_PKG_VERSION"), " (", env!("BOOTSTRAP_REVISION"), ")"),
    handlers: handlers! {
        "api-gateway" => http(handler_api_gateway::handle),
        "s3" => event(handler_s3::handle),
        "kinesis" => event(handler_kinesis::handle),
        "custom-event" => event(handler_custom_event::handle),
        "caller" => event_with(handler_caller::Caller::from_environment, handler_caller::handle),
    },
};
