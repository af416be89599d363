#[path = "../../shared/money.rs"]
mod money;

const PRICES: &str = include_str!("../../data/prices.txt");

// What is no price is left out.
fn total(prices: &str) -> u32 {
    prices
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(','))
        .filter_map(|(_, cents)| cents.trim().parse::<u32>().ok())
        .sum()
}

fn main() {
    println!("{}", money::euros(total(PRICES)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[std::prelude::v1::test]
    fn one_price() {
        assert_eq!(total("tea,3"), 3);
    }

    #[std::prelude::v1::test]
    fn the_whole_file() {
        assert_eq!(money::euros(total(PRICES)), "12.78");
    }
}
