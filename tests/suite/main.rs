//! The behaviour of ar-core, through its public faces.

mod audit;
mod autonomy;
mod autonomy_kpis;
mod c_face;
mod cases;
mod charges;
mod credit;
mod evidence;
mod golden;
mod header;
mod house;
mod invariants;
mod kpis;
mod laws;
mod policy_diff;
mod reader;
mod reader_grammar;
mod rehearsal;
mod risk;
mod scenarios;
mod shadow;
mod statements;
mod verify_notice;
mod whynot;
mod write_notice;
mod year;
