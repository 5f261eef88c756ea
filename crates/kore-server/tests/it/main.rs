//! What the HTTP edge promises, whatever the use cases do.

mod table;
