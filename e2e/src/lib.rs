//! Stories told from outside: see `tests/`.
