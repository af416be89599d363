use std::sync::Arc;

use serde_json::{Value, json};
use support::{Client, Reply, any, expect, fail};

use super::app;
use super::bank::{Bank, NO_MONEY};

#[test]
fn a_guest_buys_two_seats_and_two_fewer_are_left() {
    let seats = any(11..=99);
    let hall = Hall::with_seats(seats);
    let sold = hall.guest.post("/orders", &order(2)).is_created();
    hall.has_sold(2, seats - 2, &sold);
}

#[test]
fn the_last_seat_is_sold_and_none_after_it() {
    let seats = any(2..=9);
    let hall = Hall::with_seats(seats);
    let more = hall.guest.post("/orders", &order(seats + 1)).is_conflict();
    hall.has_sold(0, seats, &more);
    let all = hall.guest.post("/orders", &order(seats)).is_created();
    hall.has_sold(seats, 0, &all);
    let late = hall.guest.post("/orders", &order(1)).is_conflict();
    hall.has_sold(seats, 0, &late);
}

#[test]
fn a_declined_card_buys_nothing_and_takes_no_seat_away() {
    let seats = any(2..=9);
    let hall = Hall::with_seats(seats);
    let declined = hall.guest.post("/orders", &declined(seats)).has_status(402);
    hall.has_sold(0, seats, &declined);
    let sold = hall.guest.after(&declined).post("/orders", &order(seats)).is_created();
    hall.has_sold(seats, 0, &sold);
}

#[test]
fn a_hundred_guests_at_once_get_no_more_seats_than_there_are() {
    let seats = any(11..=49);
    let hall = Hall::with_seats(seats);
    let orders: Vec<_> = (0..100).map(|_| order(1)).collect();
    let replies = hall.guest.post_at_once("/orders", &orders);
    let count = |status| replies.iter().filter(|reply| reply.status() == status).count();
    expect(
        format!("POST /orders  100 guests at once, a seat for each, {seats} seats"),
        format!("{seats} times 201, and 409 for {} guests", 100 - seats),
        format!("{} times 201, and 409 for {} guests", count(201), count(409)),
    );
    hall.has_sold(seats, 0, &replies[0]);
}

#[test]
fn guests_at_once_who_all_find_room_take_each_their_own_seats() {
    let groups: Vec<u32> = (0..any(11..=19)).map(|_| any(1..=5)).collect();
    let (sold, more) = (groups.iter().sum(), any(0..=9));
    let hall = Hall::with_seats(sold + more);
    let orders: Vec<_> = groups.into_iter().map(order).collect();
    for reply in hall.guest.post_at_once("/orders", &orders) {
        hall.has_sold(sold, more, &reply.is_created());
    }
}

#[test]
fn a_group_is_refused_only_if_too_few_seats_are_left_for_it() {
    let seats = any(20..=40);
    let hall = Hall::with_seats(seats);
    let groups: Vec<u32> = (0..30).map(|_| any(1..=6)).collect();
    let orders: Vec<_> = groups.iter().copied().map(order).collect();
    let replies = hall.guest.post_at_once("/orders", &orders);
    let sold = groups.iter().zip(&replies).filter(|(_, reply)| reply.status() == 201);
    let sold = sold.map(|(group, _)| group).sum();
    let Some(left) = seats.checked_sub(sold) else {
        let story = format!("POST /orders  30 groups at once, {seats} seats");
        fail(story, format!("at most {seats} seats sold"), format!("{sold} seats sold"))
    };
    for (group, reply) in groups.into_iter().zip(replies) {
        let found_room = group <= left || reply.status() == 201;
        let reply = reply.has_status(if found_room { 201 } else { 409 });
        hall.has_sold(sold, left, &reply);
    }
}

#[test]
fn declined_cards_at_once_give_back_exactly_what_they_held() {
    let (good, bad, more) = (any(5..=15), any(5..=15), any(0..=9));
    let hall = Hall::with_seats(2 * good + 3 * bad + more);
    let mut orders = Vec::new();
    for turn in 0..good.max(bad) {
        orders.extend((turn < good).then(|| order(2)));
        orders.extend((turn < bad).then(|| declined(3)));
    }
    let replies = hall.guest.post_at_once("/orders", &orders);
    for (reply, order) in replies.into_iter().zip(orders) {
        let reply = reply.has_status(if order["card"] == NO_MONEY { 402 } else { 201 });
        hall.has_sold(2 * good, 3 * bad + more, &reply);
    }
}

#[test]
fn nobody_waits_while_the_bank_looks_at_the_card_of_another() {
    let guests = any(11..=99);
    let hall = Hall::with_seats(guests + any(0..=9));
    let orders: Vec<_> = (0..guests).map(|_| order(1)).collect();
    for reply in hall.guest.post_at_once("/orders", &orders) {
        reply.is_created().came_after(1);
    }
}

/// A hall with its bank, and somebody who asks for seats.
struct Hall {
    guest: Client,
    bank: Arc<Bank>,
}

impl Hall {
    fn with_seats(seats: u32) -> Self {
        let bank = Arc::new(Bank::default());
        // The bank takes a second, and no test has that long: on this clock it is over at once.
        let guest = Client::with_paused_clock(app(seats, bank.clone()));
        Self { guest, bank }
    }

    /// So many seats have been paid for after this reply, and so many are left.
    #[track_caller]
    fn has_sold(&self, paid: u32, left: u32, reply: &Reply) {
        let seats = self.guest.after(reply).get("/seats").is_ok();
        seats.has("", json!({ "left": left })).counts(paid, "seats paid for", self.bank.paid());
    }
}

fn order(seats: u32) -> Value {
    json!({ "seats": seats, "card": any(4_001..=9_999).to_string() })
}

fn declined(seats: u32) -> Value {
    json!({ "seats": seats, "card": NO_MONEY })
}
