//! The built program from outside: transcripts of status, standard output and standard error.

mod behaviour;
mod local;
mod nouns;
mod sessions;
mod world;
