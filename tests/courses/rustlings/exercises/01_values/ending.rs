use std::num::ParseIntError;

fn main() -> Result<(), ParseIntError> {
    // TODO: The program must end well.
    let steps: u32 = "7O".parse()?;
    println!("{steps} steps");
    Ok(())
}
