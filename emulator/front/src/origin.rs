//! Pages of other hosts, and what they may not do.
//!
//! A browser lets any page send requests to this machine. It says where the page is from, though, in a header
//! that the page cannot change. Operations start programs, so only pages of this machine may call them;
//! what is no browser sends no such header.

use std::net::IpAddr;

use http::Uri;
use http::header::ORIGIN;
use http::request::Parts;

/// Whether a request is made by a page of another host.
pub(crate) fn is_foreign(head: &Parts) -> bool {
    head.headers.get(ORIGIN).is_some_and(|origin| !origin.to_str().is_ok_and(is_here))
}

fn is_here(origin: &str) -> bool {
    let Ok(uri) = origin.parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_here;

    #[test]
    fn a_page_is_of_this_machine_if_its_host_is() {
        for here in [
            "http://localhost:3000",
            "https://localhost",
            "http://api.localhost:4566",
            "http://127.0.0.1:8080",
            "http://[::1]:80",
        ] {
            assert!(is_here(here), "{here}");
        }
        for elsewhere in [
            "http://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1",
            "null",
            "",
        ] {
            assert!(!is_here(elsewhere), "{elsewhere}");
        }
    }
}
