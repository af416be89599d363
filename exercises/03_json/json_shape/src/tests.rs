use serde_json::{Value, json};
use support::{Client, any, random_name};

use super::{Member, app};

#[test]
fn a_profile_has_the_names_that_the_documentation_promises() {
    let (id, name, since) = (any(1..=9_999), random_name("Ana"), day());
    let network = network([Member {
        display_name: name.clone(),
        member_since: since.clone(),
        ..member(id)
    }]);
    let profile = network.get(&format!("/members/{id}")).is_ok().is_json();
    let profile = profile.has("/displayName", name).has("/memberSince", since);
    drop(profile.has("/id", id));
}

#[test]
fn a_profile_says_exactly_what_is_public() {
    let (talks, silent) = (member(any(1..=4_999)), member(any(5_000..=9_999)));
    let talks = Member {
        bio: Some(random_name("I like cats and")),
        ..talks
    };
    let silent = Member {
        bio: None,
        ..silent
    };
    let expected = [public(&talks), public(&silent)];
    let network = network([talks, silent]);
    for profile in expected {
        let path = format!("/members/{}", profile["id"]);
        network.get(&path).is_ok().has("", profile);
    }
}

#[test]
fn the_list_says_of_every_member_what_the_profile_says() {
    network([]).get("/members").is_ok().is_json().has("", json!({ "items": [] }));
    let members = [
        Member {
            bio: None,
            ..member(any(1..=99))
        },
        Member {
            bio: Some(random_name("I like cats and")),
            ..member(any(100..=199))
        },
        Member {
            reset_token: None,
            ..member(any(200..=299))
        },
    ];
    let expected: Vec<_> = members.iter().map(public).collect();
    network(members).get("/members").is_ok().is_json().has("", json!({ "items": expected }));
}

#[test]
fn no_reply_gives_anything_away_that_is_not_public() {
    let member = member(any(1..=9_999));
    let path = format!("/members/{}", member.id);
    let token = member.reset_token.clone().expect("she forgot her password");
    let secrets = [member.password_hash.clone(), token, member.email.clone()];
    let network = network([member]);
    for path in [path.as_str(), "/members", "/members/0"] {
        for secret in &secrets {
            drop(network.get(path).hides(secret));
        }
    }
}

#[test]
fn a_member_who_is_not_there_is_not_found() {
    let id = any(1..=9_999);
    let network = network([member(id)]);
    let path = format!("/members/{}", id + 1);
    network.get(&path).is_not_found();
}

fn network(members: impl IntoIterator<Item = Member>) -> Client {
    Client::new(app(members.into_iter().collect()))
}

fn member(id: u64) -> Member {
    Member {
        id,
        display_name: random_name("Ana"),
        bio: Some(random_name("Dogs, and")),
        member_since: day(),
        email: format!("ana.{}@example.com", any(10_000..=99_999)),
        password_hash: format!("$argon2id$v=19$m=19456,t=2,p=1${}", any(10_000..=99_999)),
        reset_token: Some(random_name("reset")),
    }
}

/// What the documentation says that everybody may know.
fn public(member: &Member) -> Value {
    json!({
        "id": member.id,
        "displayName": member.display_name,
        "bio": member.bio,
        "memberSince": member.member_since,
    })
}

fn day() -> String {
    format!("20{}-0{}-1{}", any(10..=25), any(1..=9), any(0..=9))
}
