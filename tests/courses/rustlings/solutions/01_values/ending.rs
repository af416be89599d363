use std::num::ParseIntError;

fn main() -> Result<(), ParseIntError> {
    // The letter O is no digit.
    let steps: u32 = "70".parse()?;
    println!("{steps} steps");
    Ok(())
}
