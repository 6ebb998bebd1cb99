//! Gives the shared library its soname: the name under which programs ask for it, with the number of the ABI.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        // The number is AR_ABI_VERSION; a test compares the two.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libar_core.so.0");
    }
}
