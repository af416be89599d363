#[path = "../../shared/money.rs"]
mod money;

const PRICES: &str = include_str!("../../data/prices.txt");

// TODO: Not every line of the file is a price.
fn total(prices: &str) -> u32 {
    prices
        .lines()
        .map(|line| {
            let (_, cents) = line.split_once(',').expect("a name and its price");
            cents.trim().parse().unwrap_or(0)
        })
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
