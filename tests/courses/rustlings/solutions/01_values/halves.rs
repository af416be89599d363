// Divide after the conversion.
fn half(number: i32) -> f64 {
    f64::from(number) / 2.0
}

fn main() {
    println!("{}", half(7));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_numbers() {
        assert_eq!(half(8), 4.0);
    }

    #[test]
    fn odd_numbers() {
        assert_eq!(half(7), 3.5);
    }
}
