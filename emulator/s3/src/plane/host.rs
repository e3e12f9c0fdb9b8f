//! Which bucket a host names, if it names one.

use s3s::S3Result;
use s3s::host::{S3Host, VirtualHost};

/// The name under which every bucket has a host of its own.
pub(super) struct Domain {
    /// In lower case, with a dot in front.
    suffix: String,
}

impl Domain {
    pub(super) fn new(domain: impl Into<String>) -> Self {
        Self { suffix: format!(".{}", domain.into().to_ascii_lowercase()) }
    }

    /// The bucket in `photos.localhost:4566`. Any other host is one of the emulator's own names.
    fn bucket(&self, host: &str) -> Option<String> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
        name.strip_suffix(&self.suffix).filter(|bucket| !bucket.is_empty()).map(str::to_owned)
    }
}

impl S3Host for Domain {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let domain = VirtualHost::new(&self.suffix[1..]);
        Ok(match self.bucket(host) {
            Some(bucket) => domain.with_bucket(bucket),
            None => domain,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_below_the_domain_names_a_bucket() {
        for (host, bucket) in [
            ("localhost:4566", None),
            ("localhost", None),
            ("emulator:4566", None),
            (".localhost", None),
            ("photos.localhost:4566", Some("photos")),
            ("Photos.LOCALHOST", Some("photos")),
            ("my.photos.localhost:80", Some("my.photos")),
        ] {
            let found = Domain::new("localhost").bucket(host);
            assert_eq!(found.as_deref(), bucket, "{host}");
        }
    }
}
