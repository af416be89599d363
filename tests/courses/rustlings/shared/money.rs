/// Cents as people write them.
pub fn euros(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
