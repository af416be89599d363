use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use support::{Client, any, expect, random_name};
use tokio::time::sleep;

use super::app;
use super::studio::Studio;

/// A photo comes in pieces of this size.
const PIECE: usize = 100_000;

// The clock stands still while the service works, and jumps when it only waits: no test takes ten seconds.

#[test]
fn a_photo_is_taken_and_made_small() {
    let size = any(100..=999_999);
    let user = Client::with_paused_clock(app(Studio::that_takes(1)));
    let reply = user.send("POST", "/photos", photo(size)).is_created();
    reply.has("/bytes", size).has("/small", size / 100);
}

#[test]
fn a_photo_of_five_megabytes_is_taken() {
    let user = Client::with_paused_clock(app(Studio::that_takes(1)));
    for size in [any(2_100_000..=4_999_999), 5_000_000] {
        user.send("POST", "/photos", photo(size)).is_created().has("/bytes", size);
    }
}

#[test]
fn one_byte_more_is_too_large() {
    let user = Client::with_paused_clock(app(Studio::that_takes(1)));
    for size in [5_000_001, any(5_000_002..=9_999_999)] {
        user.send("POST", "/photos", photo(size)).has_status(413);
    }
}

#[test]
fn a_photo_that_hardly_ends_is_not_read_to_its_end() {
    let user = Client::with_paused_clock(app(Studio::that_takes(1)));
    let read = Arc::new(AtomicUsize::new(0));
    let counter = read.clone();
    let pieces = stream::iter(0..any(100..=150)).map(move |_| {
        counter.fetch_add(PIECE, Ordering::Relaxed);
        Ok::<_, Infallible>(photo(PIECE))
    });
    let reply = user.stream("POST", "/photos", Body::from_stream(pieces)).has_status(413);
    reply.costs_at_most(5_000_000 + PIECE, "bytes read", read.load(Ordering::Relaxed));
}

#[test]
fn a_slow_studio_may_take_its_time() {
    let seconds = any(2..=9);
    let user = Client::with_paused_clock(app(Studio::that_takes(seconds)));
    user.send("POST", "/photos", photo(PIECE)).is_created().came_after(seconds);
}

#[test]
fn nobody_waits_longer_than_ten_seconds() {
    for seconds in [any(11..=60), any(61..=3_600), 1_000_000] {
        let user = Client::with_paused_clock(app(Studio::that_takes(seconds)));
        user.send("POST", "/photos", photo(PIECE)).has_status(504).came_after(10);
    }
}

#[test]
fn a_photo_that_comes_slowly_counts_among_the_ten_seconds() {
    let first = any(3..=7);
    let studio = Studio::that_takes(9 - first);
    let user = Client::with_paused_clock(app(studio));
    user.stream("POST", "/photos", slowly(first)).is_created().came_after(9);
    let user = Client::with_paused_clock(app(Studio::that_takes(any(8..=9))));
    user.stream("POST", "/photos", slowly(first)).has_status(504).came_after(10);
    let never = stream::pending::<Result<Bytes, Infallible>>();
    user.stream("POST", "/photos", Body::from_stream(never)).has_status(504).came_after(10);
}

#[test]
fn a_client_gets_its_own_request_id_back() {
    let id = random_name("app");
    let studio = Studio::that_takes(1);
    let user = Client::with_paused_clock(app(studio.clone())).with("x-request-id", &id);
    user.send("POST", "/photos", photo(PIECE)).is_created().has_header("x-request-id", &id);
    expect("the log of the studio", format!("{:?}", [id]), format!("{:?}", studio.log()));
}

#[test]
fn a_client_without_a_request_id_gets_a_new_one_each_time() {
    let studio = Studio::that_takes(1);
    let user = Client::with_paused_clock(app(studio.clone()));
    let mut ids = Vec::new();
    for number in 1..=5 {
        let reply = user.send("POST", "/photos", photo(PIECE)).is_created();
        ids.push(reply.header("x-request-id"));
        let different: BTreeSet<_> = ids.iter().filter(|id| !id.is_empty()).collect();
        reply.counts(number, "different ids", different.len());
    }
    expect("the log of the studio", format!("{ids:?}"), format!("{:?}", studio.log()));
}

#[test]
fn a_reply_that_is_no_success_has_the_request_id_too() {
    let id = random_name("app");
    let user = Client::with_paused_clock(app(Studio::that_takes(any(11..=60))));
    let app = user.with("x-request-id", &id);
    let late = app.send("POST", "/photos", photo(PIECE)).has_status(504);
    let large = app.send("POST", "/photos", photo(5_000_001)).has_status(413);
    let unknown = app.get(&format!("/photos/{}", any(1..=9_999))).is_not_found();
    let method = app.delete("/photos").is_method_not_allowed();
    for reply in [late, large, unknown, method] {
        reply.has_header("x-request-id", &id);
    }
    let late = user.send("POST", "/photos", photo(PIECE)).has_status(504).header("x-request-id");
    let large = user.send("POST", "/photos", photo(5_000_001));
    let large = large.has_status(413).header("x-request-id");
    expect(
        "two replies, 504 and 413",
        "two ids",
        if late == large { "one id" } else { "two ids" },
    );
}

/// A photo on a line that is quiet for so long first.
fn slowly(seconds: u64) -> Body {
    Body::from_stream(stream::once(async move {
        sleep(Duration::from_secs(seconds)).await;
        Ok::<_, Infallible>(photo(PIECE))
    }))
}

/// Nothing that could be read as a text.
fn photo(bytes: usize) -> Bytes {
    vec![0xd8; bytes].into()
}
