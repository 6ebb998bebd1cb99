//! The behaviour of ar-core, through its public faces.

mod c_face;
mod header;
mod golden;
mod house;
mod kpis;
mod scenarios;
