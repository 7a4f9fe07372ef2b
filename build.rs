//! Embeds `cases/` and `schemas/` anew whenever a file in them changes, comes or goes.

fn main() {
    for folder in ["cases", "schemas"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
