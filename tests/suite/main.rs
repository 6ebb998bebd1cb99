//! The behaviour of ar-core, through its public faces.

mod c_face;
mod cases;
mod charges;
mod credit;
mod golden;
mod header;
mod house;
mod invariants;
mod kpis;
mod laws;
mod risk;
mod scenarios;
mod statements;
mod whynot;
mod year;
