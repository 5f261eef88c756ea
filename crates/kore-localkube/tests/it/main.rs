//! Integration tests: real processes, and where they say so real namespaces and cgroups (root).

#[cfg(test)]
mod processes;
