//! The stories. The network that they happen in is in tests/world.rs, the addresses in tests/addresses.rs.

mod addresses;
mod world;

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::mpsc::channel;
use std::time::Duration;

use support::{Reply, any, expect, fail};

use self::addresses::{address, any_inside, inside_v4, inside_v6, public_v4, public_v6};
use self::world::{Answer, ENDLESS, PAUSE, World, word};

const LONGEST: usize = 64 * 1024;

#[test]
fn a_public_page_is_previewed() {
    let world = World::new();
    let port = any(1_025..=9_999);
    for address in [public_v4(), public_v6()] {
        let name = world.name("site", &[address]);
        world.shows(&format!("http://{name}/"), &format!("/ at {name}"));
        let host = format!("{name}:{port}");
        let path = format!("/{}?x=1", word());
        world.shows(&format!("http://{host}{path}"), &format!("{path} at {host}"));
    }
    let IpAddr::V4(address) = world.site(public_v4()) else {
        unreachable!("it is IPv4")
    };
    world.shows(&format!("http://{address}/"), &format!("/ at {address}"));
    let address = world.site(public_v6());
    world.shows(&format!("http://[{address}]/"), &format!("/ at [{address}]"));
}

#[test]
fn a_short_link_is_followed() {
    let world = World::new();
    let mut url = world.url("page", &[public_v4()]);
    for _ in 0..3 {
        url = world.redirect(any(0..=4), &url);
        world.preview(&url).is_ok();
    }
}

#[test]
fn a_site_whose_first_address_is_down_is_previewed() {
    let world = World::new();
    let name = world.name("half-down", &[world.down(), public_v4()]);
    world.shows(&format!("http://{name}/"), &format!("/ at {name}"));
}

#[test]
fn what_is_no_link_to_http_is_a_bad_request() {
    let world = World::new();
    let name = world.name("site", &[public_v4()]);
    for url in [
        format!("ftp://{name}/"),
        format!("gopher://{name}/"),
        name.clone(),
        "file:///etc/passwd".to_owned(),
        String::new(),
    ] {
        world.preview(&url).is_bad_request();
    }
}

#[test]
fn nothing_inside_is_asked_for_anything() {
    let world = World::new();
    // There is such a server on this machine, if somebody asks without the test's network.
    world.refuses(&format!("http://127.0.0.1:{}/keys", world.inside.port()));
    for (first, last) in inside_v4() {
        for address in [first, any(first..=last), last] {
            world.refuses(&format!("http://{}/keys", Ipv4Addr::from(address)));
        }
    }
}

#[test]
fn the_neighbours_of_what_is_inside_are_public() {
    let world = World::new();
    for (first, last) in inside_v4() {
        let neighbours = [first.checked_sub(1), last.checked_add(1)];
        for address in neighbours.into_iter().flatten() {
            let address = world.site(Ipv4Addr::from(address).into());
            world.preview(&format!("http://{address}/")).is_ok();
        }
    }
    for first in [0x2001, 0x2003, 0x2620, 0x2a00] {
        let address = Ipv6Addr::new(first, any(0x0200..=0x0db7), 0, 0, 0, 0, 0, any(1..=9));
        let address = world.site(address.into());
        world.preview(&format!("http://[{address}]/")).is_ok();
    }
}

#[test]
fn nothing_inside_has_an_address_of_ipv6() {
    let world = World::new();
    for address in inside_v6() {
        world.refuses(&format!("http://[{address}]/keys"));
        let name = world.name("inside-ipv6", &[address.into()]);
        world.refuses(&format!("http://{name}/keys"));
    }
}

#[test]
fn another_spelling_leads_to_the_same_place() {
    let world = World::new();
    let site = world.name("site", &[public_v4()]);
    for (first, last) in inside_v4() {
        let number = any(first..=last);
        let [a, b, c, d] = number.to_be_bytes();
        let low = number & 0x00ff_ffff;
        for spelling in [
            number.to_string(),
            format!("{number:#x}"),
            format!("{number:#o}").replace("0o", "0"),
            format!("{a:#x}.{b}.{c}.{d}"),
            format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
            format!("{a}.{low}"),
            format!("{a}.{b}.{}", low & 0xffff),
        ] {
            world.names().insert(spelling.clone(), [vec![address(number)]].into());
            world.refuses(&format!("http://{spelling}/keys"));
        }
        world.refuses(&format!("http://{site}@{a}.{b}.{c}.{d}/keys"));
    }
    for name in ["LOCALHOST", "localhost.", "LocalHost", "a.localhost"] {
        world.names().insert(name.to_owned(), [vec![address(0x7f00_0001)]].into());
        world.refuses(&format!("http://{name}/keys"));
    }
}

#[test]
fn a_name_that_leads_inside_is_refused() {
    let world = World::new();
    for (first, last) in inside_v4() {
        let (one, other) = (address(any(first..=last)), address(any(first..=last)));
        world.refuses(&world.url("inside", &[one]));
        world.refuses(&world.url("inside-twice", &[one, other]));
    }
}

#[test]
fn no_address_of_a_name_is_used_that_is_inside() {
    let world = World::new();
    for (first, last) in inside_v4() {
        let inside = address(any(first..=last));
        let public = world.site(public_v4());
        for (name, addresses) in [
            ("public-and-inside", [public, inside]),
            ("inside-and-public", [inside, public]),
        ] {
            is_one_of(world.never_inside(&world.url(name, &addresses)), [200, 403]);
        }
        let addresses = [world.down(), world.down(), inside];
        is_one_of(world.never_inside(&world.url("down-and-inside", &addresses)), [403, 502]);
    }
}

#[test]
fn a_name_that_moves_inside_meanwhile_is_not_followed() {
    for (round, (first, last)) in inside_v4().into_iter().enumerate() {
        let world = World::new();
        let (public, inside) = (world.site(public_v4()), address(any(first..=last)));
        // Whoever asks to check may ask more than once.
        let answers = 1 + round % 3;
        let mut row = VecDeque::from(vec![vec![public]; answers]);
        row.push_back(vec![inside]);
        let name = format!("moves-after-{answers}-{}.example", word());
        world.names().insert(name.clone(), row);
        for _ in 0..4 {
            is_one_of(world.never_inside(&format!("http://{name}/keys")), [200, 403]);
        }
    }
}

#[test]
fn a_redirect_that_leads_inside_is_not_followed() {
    let world = World::new();
    for status in 0..=4 {
        let name = world.name("inside", &[any_inside()]);
        let [v6, ..] = inside_v6();
        for target in [
            format!("http://{}/keys", any_inside()),
            format!("http://127.0.0.1:{}/keys", world.inside.port()),
            format!("http://{name}/keys"),
            format!("http://[{v6}]/keys"),
        ] {
            let mut url = target;
            for _ in 0..3 {
                url = world.redirect(status, &url);
                world.refuses(&url);
            }
        }
    }
}

#[test]
fn a_row_of_redirects_ends_after_the_third() {
    let world = World::new();
    let mut url = world.url("page", &[public_v4()]);
    for _ in 0..4 {
        url = world.redirect(any(0..=4), &url);
    }
    world.preview(&url).has_status(502);
    let url = world.redirect(any(0..=4), &world.redirect(any(0..=4), &url));
    world.preview(&url).has_status(502);
}

#[test]
fn a_page_that_is_too_long_is_refused() {
    let world = World::new();
    for (length, status) in [(LONGEST, 200), (LONGEST + 1, 502), (LONGEST * 3, 502)] {
        let path = format!("/{length}-bytes");
        world.serves(&path, Answer::Long(length));
        let name = world.name("site", &[public_v4()]);
        let reply = world.preview(&format!("http://{name}{path}"));
        expect(format!("the preview of a reply of {length} bytes"), status, reply.status());
    }
}

#[test]
fn a_page_without_end_is_not_read_to_the_end() {
    let world = World::new();
    let (tell, sent) = channel();
    world.serves("/endless", Answer::Endless(tell));
    let name = world.name("site", &[public_v4()]);
    let reply = world.preview(&format!("http://{name}/endless")).has_status(502);
    match sent.recv_timeout(Duration::from_secs(3)) {
        // The rest of it is in the buffers of the system.
        Ok(sent) => drop(reply.costs_at_most(ENDLESS / 2, "bytes that the site got rid of", sent)),
        Err(_) => fail("a page without end", "a closed connection", "one that stays open"),
    }
}

#[test]
fn nobody_waits_longer_than_was_promised() {
    let world = World::with_patience(Duration::from_millis(60));
    let name = world.name("site", &[public_v4()]);
    world.serves("/never", Answer::Never);
    world.serves("/byte-by-byte", Answer::Slow);
    let mute = world.name("connects-never", &[world.mute()]);
    world.names().insert("resolves-never.example".to_owned(), VecDeque::new());
    for url in [
        format!("http://{name}/never"),
        format!("http://{name}/byte-by-byte"),
        format!("http://{mute}/"),
        "http://resolves-never.example/".to_owned(),
    ] {
        world.preview(&url).has_status(504);
    }
    let url = format!("http://{name}/byte-by-byte");
    world.preview(&world.redirect(any(0..=4), &url)).has_status(504);
}

#[test]
fn three_redirects_that_take_their_time_take_it_from_the_same_patience() {
    // More than any one of them needs, and less than all three.
    let world = World::with_patience(PAUSE * 3 - Duration::from_millis(50));
    let mut url = world.url("page", &[public_v4()]);
    for _ in 0..3 {
        url = world.late_redirect(&url);
    }
    world.preview(&url).has_status(504);
}

#[test]
fn whoever_gives_up_hangs_up() {
    // Long enough that there is a connection.
    let world = World::with_patience(Duration::from_millis(400));
    world.serves("/never", Answer::Never);
    let name = world.name("site", &[public_v4()]);
    world.preview(&format!("http://{name}/never")).has_status(504);
    world.has_been_left("a page that never comes, after the 504");
}

#[test]
fn what_does_not_exist_is_a_bad_gateway() {
    let world = World::new();
    world.preview(&format!("http://nowhere-{}.example/", word())).has_status(502);
    world.preview(&world.url("down", &[world.down()])).has_status(502);
    world.serves("/gone", Answer::Gone);
    let name = world.name("site", &[public_v4()]);
    world.preview(&format!("http://{name}/gone")).has_status(502);
}

#[track_caller]
fn is_one_of(reply: Reply, allowed: [u16; 2]) {
    if !allowed.contains(&reply.status()) {
        let _ = reply.has_status(allowed[0]);
    }
}
