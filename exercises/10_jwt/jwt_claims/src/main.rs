//! The till of a pizzeria.
//!
//! From the guests: "We had three pizzas, and the bill says one. Who do we tell?"
//!
//! The menu promises that the bill is the sum of its prices, in cents. The tests call `total`.

#[cfg(test)]
mod tests;

fn total(prices: &[u64]) -> u64 {
    prices.first().copied().unwrap_or_default() // TODO: what about the other pizzas?
}

fn main() {
    println!("{} cents", total(&[850, 1_100, 1_250]));
}
