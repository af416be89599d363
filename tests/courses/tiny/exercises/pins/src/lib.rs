//! Where a real course names the crates that its exercises share.
