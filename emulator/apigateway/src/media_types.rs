//! An API's binary media types: which bodies are bytes, not text.

/// The `binaryMediaTypes` of an API, in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct MediaTypes(Vec<String>);

impl MediaTypes {
    pub(crate) fn new(types: &[String]) -> Self {
        Self(types.iter().map(|each| each.to_ascii_lowercase()).collect())
    }

    /// Whether the first media type in a `Content-Type` or `Accept` header is one of these. `*/*` is
    /// every type, and stands for the header that is missing, too.
    pub(crate) fn contain_first_of(&self, header: Option<&str>) -> bool {
        let header = header.unwrap_or_default();
        let first = header.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
        self.0.iter().any(|each| match each.strip_suffix("/*") {
            Some("*") => true,
            Some(family) => first.split_once('/').is_some_and(|(its, _)| its == family),
            None => *each == first,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(types: &[&str], header: Option<&str>, expected: bool) {
        let types: Vec<_> = types.iter().map(|&each| each.to_owned()).collect();
        assert_eq!(MediaTypes::new(&types).contain_first_of(header), expected, "{header:?}");
    }

    #[test]
    fn only_the_first_type_of_a_header_counts_and_without_its_parameters() {
        check(&["image/png"], Some("image/png"), true);
        check(&["image/PNG"], Some("Image/png; q=0.9"), true);
        check(&["image/png"], Some("image/png, text/html"), true);
        check(&["image/png"], Some("text/html, image/png"), false);
        check(&["image/*"], Some("image/webp"), true);
        check(&["image/*"], Some("text/html"), false);
        check(&["image/png"], Some("*/*"), false);
        check(&["image/png"], None, false);
        check(&["*/*"], Some("text/html"), true);
        check(&["*/*"], None, true);
        check(&[], Some("image/png"), false);
    }
}
