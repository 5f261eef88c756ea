//! What tests share: real databases, and (feature `platform`) the application with its actors.

pub mod databases;
