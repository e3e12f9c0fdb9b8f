//! What a metric is: a namespace, a name and an exact set of dimensions.

use crate::Datum;

/// A name and a value that tell a metric from others of its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dimension {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// A metric's whole name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Metric {
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// In the order in which they were first said; no order means another metric.
    pub(crate) dimensions: Vec<Dimension>,
}

impl Metric {
    /// The metric that a measurement is of.
    pub(crate) fn of(datum: &Datum<'_>) -> Self {
        let dimensions = datum.dimensions.iter().map(|(name, value)| Dimension {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        });
        Self {
            namespace: datum.namespace.to_owned(),
            name: datum.name.to_owned(),
            dimensions: dimensions.collect(),
        }
    }

    /// How much memory its names take.
    pub(crate) fn bytes(&self) -> usize {
        let dimensions = self.dimensions.iter();
        let each = |one: &Dimension| size_of::<Dimension>() + one.name.len() + one.value.len();
        self.namespace.len() + self.name.len() + dimensions.map(each).sum::<usize>()
    }

    /// The metric in one line: equal for equal metrics, and in the order in which metrics are listed.
    pub(crate) fn key(&self) -> String {
        let mut key = String::new();
        let dimensions = self.dimensions.iter();
        let dimensions = dimensions.map(|one| (&*one.name, &*one.value));
        write_key(&mut key, &self.namespace, &self.name, dimensions);
        key
    }
}

/// Writes the key of a metric into an empty text that may have been used before.
pub(crate) fn write_key<'a>(
    key: &mut String,
    namespace: &str,
    name: &str,
    dimensions: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
) {
    push(key, namespace);
    push(key, name);
    if dimensions.len() < 2 {
        return dimensions.for_each(|dimension| push_dimension(key, dimension));
    }
    let mut sorted: Vec<_> = dimensions.collect();
    sorted.sort_unstable();
    for dimension in sorted {
        push_dimension(key, dimension);
    }
}

fn push_dimension(key: &mut String, (name, value): (&str, &str)) {
    push(key, name);
    push(key, value);
}

/// Ends each part with a bar, and says which bars are not ends.
fn push(key: &mut String, part: &str) {
    if part.contains(['|', '\\']) {
        key.push_str(&part.replace('\\', "\\\\").replace('|', "\\|"));
    } else {
        key.push_str(part);
    }
    key.push('|');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(parts: &[&str]) -> String {
        let [namespace, name, dimensions @ ..] = parts else { unreachable!() };
        let dimensions = dimensions
            .chunks(2)
            .map(|pair| Dimension { name: pair[0].to_owned(), value: pair[1].to_owned() });
        let (namespace, name) = ((*namespace).to_owned(), (*name).to_owned());
        Metric { namespace, name, dimensions: dimensions.collect() }.key()
    }

    #[test]
    fn the_order_of_dimensions_makes_no_other_metric() {
        assert_eq!(key(&["shop", "sold", "b", "1", "a", "2"]), "shop|sold|a|2|b|1|");
        assert_eq!(key(&["shop", "sold"]), "shop|sold|");
    }

    #[test]
    fn different_metrics_have_different_keys() {
        assert_ne!(key(&["a|b", "c"]), key(&["a", "b|c"]));
        assert_ne!(key(&["a\\", "b"]), key(&["a", "\\b"]));
        assert_ne!(key(&["a\\|b", "c"]), key(&["a|b", "c"]));
        assert_ne!(key(&["a", "b", "c|d", "e"]), key(&["a", "b", "c", "d|e"]));
    }
}
