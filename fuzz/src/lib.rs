//! What the fuzz targets feed to the exports of C: one module a family of entry points, each with `feed(bytes)`.
//!
//! A host can do wrong in ways that a library can see (NULL, odd addresses, wrong numbers, bytes that are no text, tables that make no
//! sense) and in ways that nobody can (a length beyond an array, a handle that was freed). The first are fed here, and each must come
//! back as a status with an error object and nothing written; the second are the caller's promise in the header.

pub mod audit;
mod call;
pub mod conversation;
pub mod day;
pub mod events;
pub mod inputs;
pub mod models;
pub mod names;
pub mod policy;
mod report;
pub mod saved;
mod shared;
pub mod streams;
pub mod tables;
mod taker;
