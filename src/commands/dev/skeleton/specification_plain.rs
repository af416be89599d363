use super::total;

#[test]
fn an_order_of_one_pizza_costs_its_price() {
    assert_eq!(total(&[850]), 850);
}

#[test]
fn an_order_of_three_pizzas_costs_all_their_prices() {
    assert_eq!(total(&[850, 1_100, 1_250]), 3_200);
}
