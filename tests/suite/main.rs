//! The behaviour of ar-core, through its public faces.

mod c_face;
mod header;
