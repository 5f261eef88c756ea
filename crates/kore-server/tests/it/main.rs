//! What the HTTP edge promises, whatever the use cases do.

mod api;
mod gateway;
mod people;
mod signin;
mod table;
