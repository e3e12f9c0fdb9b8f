//! The trace header that every invocation carries, with the lineage that tells loops from chains.

use uuid::Uuid;

/// Continues the trace of whoever led to this invocation, or begins one.
///
/// Form observed on Lambda, also without active tracing:
/// `Root=1-<8 hex>-<24 hex>;Parent=<16 hex>;Sampled=0;Lineage=1:<8 hex>:0`.
pub(crate) fn continued(given: Option<String>) -> String {
    given.filter(|given| given.contains("Root=")).unwrap_or_else(begun)
}

fn begun() -> String {
    let (one, two) = (Uuid::new_v4().as_u128(), Uuid::new_v4().as_u128());
    // The root's first eight digits are a time on AWS; nothing reads them.
    format!(
        "Root=1-{:08x}-{:024x};Parent={:016x};Sampled=0;Lineage=1:{:08x}:0",
        one >> 96,
        one & ((1 << 96) - 1),
        two >> 64,
        two & 0xffff_ffff,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_begun_once_and_then_continued() {
        let begun = continued(None);
        let lengths: Vec<_> = begun.split(';').map(str::len).collect();
        assert_eq!(lengths, [40, 23, 9, 20], "{begun}");
        assert_eq!(continued(Some(begun.clone())), begun);
    }
}
