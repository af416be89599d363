//! What goes wrong around a session, produced on purpose. ARCHITECTURE.md lists the faults with the test that proves each.

mod files;
mod machine;
mod runners;
mod table;
mod terminal;
