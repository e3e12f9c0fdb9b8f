//! The fields of a span or an event, kept as the JSON values that they will be written as.

use std::{error::Error, fmt::Debug};

use serde_json::Value;
use tracing::field::{Field, Visit};

/// Names and values in the order in which they were recorded; a name is there once, with its latest
/// value.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    /// Removes a field and gives its value as text.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let position = self.0.iter().position(|(other, _)| *other == name)?;
        Some(match self.0.remove(position).1 {
            Value::String(text) => text,
            value => value.to_string(),
        })
    }

    /// Adds the fields of `others`, which are nearer to what is logged.
    pub(super) fn extend(&mut self, others: &Self) {
        others.iter().for_each(|(name, value)| self.set(name, value.clone()));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    fn set(&mut self, name: &'static str, value: Value) {
        match self.0.iter_mut().find(|(other, _)| *other == name) {
            Some(field) => field.1 = value,
            None => self.0.push((name, value)),
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field.name(), value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field.name(), value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.set(field.name(), value.to_string().into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field.name(), format!("{value:?}").into());
    }
}
