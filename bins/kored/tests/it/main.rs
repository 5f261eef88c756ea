//! `kored` as a process of its own.

#[cfg(test)]
mod local;
