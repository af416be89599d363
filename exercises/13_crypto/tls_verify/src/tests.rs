//! The stories. Authorities and servers are made in tests/chain.rs, and live in memory.

mod chain;

use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use support::{any, random_name};

use self::chain::{Chain, IN_2020, Server, named};

#[test]
fn the_kitchen_gets_the_order_and_answers() {
    let chain = Chain::new();
    let server = chain.server(&[&chain.kitchen]);
    chain.answers("a certificate of our authority", &server);
    let (first, second) = (word() + ".example", word() + ".example");
    let server = chain.server(&[&first, &chain.kitchen, &second]);
    chain.answers("a certificate of our authority, for three names", &server);
}

#[test]
fn a_kitchen_whose_certificate_is_of_a_branch_of_our_authority_is_answered() {
    let chain = Chain::new();
    let branch = chain.branch(chain.now - 9, chain.now + 9);
    let params = chain.params(&[&chain.kitchen]);
    let server = Server::new(&params, &branch, &[branch.der()]);
    chain.answers("a certificate of a branch of our authority", &server);
}

#[test]
fn a_certificate_for_all_kitchens_is_for_this_one() {
    let chain = Chain::new();
    let (_, domain) = chain.kitchen.split_once('.').expect("a domain");
    let all = format!("*.{domain}");
    chain.answers(&format!("a certificate of our authority, for {all}"), &chain.server(&[&all]));
}

#[test]
fn a_certificate_is_valid_to_its_first_and_last_second() {
    let chain = Chain::new();
    let long = any(1..=99_999_999);
    for (from, until) in [(chain.now, chain.now + long), (chain.now - long, chain.now)] {
        let server = chain.server_valid(from, until);
        chain.answers(&chain.told_validity(from, until), &server);
    }
}

#[test]
fn a_certificate_that_somebody_made_himself_is_refused() {
    let chain = Chain::new();
    let mut params = chain.params(&[&chain.kitchen]);
    chain.refuses("a certificate that nobody else has signed", &Server::by_itself(&params));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    chain.refuses("a certificate of its own authority", &Server::by_itself(&params));
}

#[test]
fn a_certificate_of_another_authority_is_refused() {
    let chain = Chain::new();
    let params = chain.params(&[&chain.kitchen]);
    // One of them bears our name.
    for name in [random_name("Authority"), chain.name.clone()] {
        let other = chain.authority_called(&name);
        let what = format!("a certificate of another authority, {name:?}");
        chain.refuses(&what, &Server::new(&params, &other, &[]));
        chain.refuses(&what, &Server::new(&params, &other, &[other.der()]));
        let both = [other.der(), chain.authority.der()];
        chain.refuses(&format!("{what}, and ours behind it"), &Server::new(&params, &other, &both));
    }
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let chain = Chain::new();
    let kitchen = &chain.kitchen;
    let (host, domain) = kitchen.split_once('.').expect("a domain");
    for other in [
        format!("{}.example", word()),
        format!("{}.{domain}", word()),
        format!("{}.{kitchen}", word()),
        format!("*.{kitchen}"),
        format!("x{kitchen}"),
        format!("{kitchen}.{}.example", word()),
        format!("*.{}.example", word()),
        format!("{host}.{}.example", word()),
        domain.to_owned(),
        "127.0.0.1".to_owned(),
    ] {
        let what = format!("a certificate of our authority, for {other}");
        chain.refuses(&what, &chain.server(&[&other]));
    }
}

#[test]
fn a_name_in_the_subject_alone_is_no_name() {
    let chain = Chain::new();
    for names in [vec![], vec![word() + ".example"]] {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let mut params = chain.params(&names);
        params.distinguished_name = named(&chain.kitchen);
        let server = Server::new(&params, &chain.authority, &[]);
        chain.refuses("a certificate with our name where only people read it", &server);
    }
}

#[test]
fn a_certificate_that_is_over_is_refused() {
    let chain = Chain::new();
    let before = chain.now - 100_000_000;
    // The last one is good for the machine's clock.
    for (from, since) in [(before, 1), (before, any(2..=99_999_999)), (IN_2020, 1)] {
        let until = chain.now - since;
        chain.refuses(&chain.told_validity(from, until), &chain.server_valid(from, until));
    }
    let over = chain.branch(chain.now - 9, chain.now - 1);
    let server = Server::new(&chain.params(&[&chain.kitchen]), &over, &[over.der()]);
    chain.refuses("a certificate of a branch that is over", &server);
}

#[test]
fn a_certificate_of_tomorrow_is_refused() {
    let chain = Chain::new();
    for ahead in [1, any(2..=99_999_999)] {
        let (from, until) = (chain.now + ahead, chain.now + 100_000_000);
        chain.refuses(&chain.told_validity(from, until), &chain.server_valid(from, until));
    }
}

#[test]
fn a_copied_certificate_without_its_key_is_refused() {
    let chain = Chain::new();
    let mut server = chain.server(&[&chain.kitchen]);
    chain.answers("a certificate of our authority", &server);
    // Certificates are no secret: the kitchen shows its own to everybody.
    server.key = KeyPair::generate().expect("a key");
    chain.refuses("the kitchen's own certificate, and another key", &server);
}

#[test]
fn a_server_of_ours_is_no_authority() {
    let chain = Chain::new();
    let cook = chain.server(&[&(word() + ".example")]);
    let cook = cook.as_authority();
    let server = Server::new(&chain.params(&[&chain.kitchen]), &cook.issuer, &[&cook.certificate]);
    chain.refuses("a certificate that another server of ours has signed", &server);
}

#[test]
fn a_certificate_for_clients_is_none_for_servers() {
    let chain = Chain::new();
    let mut params = chain.params(&[&chain.kitchen]);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let server = Server::new(&params, &chain.authority, &[]);
    chain.refuses("a certificate of our authority, for clients", &server);
}

fn word() -> String {
    random_name("n").replace(' ', "")
}
