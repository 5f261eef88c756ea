//! Rules of the workspace that are checked by tests (`tests/`), and generated documents.
