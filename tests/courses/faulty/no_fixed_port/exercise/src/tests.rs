use crate::answer;
use support::expect;

#[test]
fn the_answer_is_one() {
    expect(answer(), 1);
}

#[test]
fn the_answer_is_small() {
    expect(answer() < 10, true);
}

#[test]
fn the_port_is_always_the_same() {
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    expect(address.is_ipv4(), true);
}
