//! What answers of EC2 and of Elastic Load Balancing have in common.

use serde::Deserialize;

/// A list as EC2 writes it.
#[derive(Deserialize)]
pub(super) struct Items<T> {
    #[serde(rename = "item", default = "Vec::new")]
    pub(super) items: Vec<T>,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

/// A tag.
#[derive(Deserialize)]
pub(super) struct Tag {
    #[serde(rename = "key", alias = "Key")]
    pub(super) key: String,
    #[serde(rename = "value", alias = "Value", default)]
    pub(super) value: String,
}

/// An answer of which nothing is read.
#[derive(Deserialize)]
pub(super) struct Anything {}
