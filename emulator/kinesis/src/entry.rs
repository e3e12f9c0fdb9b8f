//! A record on its way in: the members that a producer sends, and what they come to.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use emulator_front::Constraints;
use serde::{Deserialize, Deserializer, de};

use crate::decimal;
use crate::hash_key::{BeyondKeySpace, HashKey};

/// `PutRecordsRequestEntry` of the service model; `PutRecord` has the same members.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct EntryMembers {
    pub(crate) data: Option<Blob>,
    pub(crate) partition_key: Option<String>,
    pub(crate) explicit_hash_key: Option<String>,
}

/// Bytes that travel in base64.
#[derive(Debug)]
pub(crate) struct Blob(Bytes);

/// A record that has no place in a shard yet.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) data: Bytes,
    pub(crate) partition_key: Arc<str>,
    pub(crate) hash_key: HashKey,
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64_STANDARD.decode(text).map_err(de::Error::custom)?;
        Ok(Self(bytes.into()))
    }
}

impl EntryMembers {
    /// Checks the members whose names start with `prefix`.
    pub(crate) fn check(&self, prefix: &str, constraints: &mut Constraints) {
        let key = self.partition_key.as_ref();
        constraints.required(self.data.as_ref(), format_args!("{prefix}data"));
        constraints.required(key, format_args!("{prefix}partitionKey"));
        constraints.length(key.map(String::as_str), format_args!("{prefix}partitionKey"), 1, 256);
        let hash_key = self.explicit_hash_key.as_deref();
        let path = format_args!("{prefix}explicitHashKey");
        decimal::check(hash_key, path, HashKey::MAX_DIGITS, constraints);
    }
}

impl TryFrom<EntryMembers> for Entry {
    type Error = BeyondKeySpace;

    /// Reads members that have been checked.
    fn try_from(members: EntryMembers) -> Result<Self, BeyondKeySpace> {
        let Blob(data) = members.data.expect("`check` refuses an entry without data");
        let partition_key = members.partition_key.expect("`check` refuses an entry without a key");
        let hash_key = match members.explicit_hash_key {
            Some(decimal) => HashKey::explicit(&decimal)?,
            None => HashKey::of_partition_key(&partition_key),
        };
        Ok(Self { data, partition_key: partition_key.into(), hash_key })
    }
}

impl Entry {
    /// Data and partition key together, in bytes: what limits count.
    pub(crate) fn size(&self) -> usize {
        self.data.len() + self.partition_key.len()
    }

    /// Checks that a stream takes records of this size.
    pub(crate) fn check_size(&self, prefix: &str, max_kib: u32, constraints: &mut Constraints) {
        let max = max_kib as usize * 1024;
        constraints.size(self.size(), format_args!("{prefix}data"), 0, max);
    }
}
