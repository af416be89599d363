use support::{any, expect};

use super::total;

#[test]
fn an_order_of_one_pizza_costs_its_price() {
    let price = any(700..=1_900);
    expect("a bill for one pizza", price, total(&[price]));
}

#[test]
fn an_order_of_three_pizzas_costs_all_their_prices() {
    let prices = [any(700..=900), any(901..=1_200), any(1_201..=1_900)];
    let sum = prices[0] + prices[1] + prices[2];
    expect("a bill for three pizzas", sum, total(&prices));
}
