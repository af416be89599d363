//! `hosts`: whatever an exercise names as a host may one day be asked: by a learner's first attempt, by a hundred thousand
//! learners. So hosts are names that belong to nobody (RFC 2606, RFC 6761) and addresses that lead nowhere (loopback, RFC
//! 5737, RFC 3849). Texts in the code are looked at, not comments: those may point to something to read.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Fault, Material, Rule};

/// Endings by which a bare text is taken for a host's name; not those that are also endings of files.
const DOMAINS: [&str; 17] = [
    "com", "org", "net", "edu", "gov", "mil", "int", "io", "dev", "app", "info", "biz", "eu", "uk", "de",
    "fr", "internal",
];

pub(super) struct Hosts;

impl Rule for Hosts {
    fn id(&self) -> &'static str {
        "hosts"
    }

    fn subject(&self) -> &'static str {
        "hosts are example.com's kind, loopback or for documentation"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let declared = material.facts.map(|facts| facts.hosts.as_slice()).unwrap_or_default();
        let mut faults = Vec::new();
        for file in &material.sources {
            let texts = file.source.texts.iter().flat_map(|(line, text)| {
                hosts(text).into_iter().map(|(inner, host)| (line + inner, host)).collect::<Vec<_>>()
            });
            let spelt =
                file.source.lines().flat_map(|(line, code)| spelt_out(code).map(move |host| (line, host)));
            let strangers =
                texts.chain(spelt).filter(|(_, host)| !is_nobodys(host) && !declared.contains(host));
            for (line, host) in strangers {
                let what = format!(
                    "{host} may belong to somebody\n  help: write example.com, NAME.example, NAME.test, 127.0.0.1, ::1, or an \
                 address of 192.0.2.0/24 or 2001:db8::/32; where the lesson needs this one: hosts = [{host:?}] at the \
                 top of check.toml"
                );
                faults.push(Fault::new(&file.file, line, what));
            }
        }
        faults.dedup_by(|a, b| a.line == b.line && a.what == b.what && a.file == b.file);
        Some(faults)
    }
}

/// The hosts in a text, with the number of lines before each.
fn hosts(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in text.split('\n').enumerate() {
        let mut add = |host: &str| {
            let host = host.trim_matches('.').to_ascii_lowercase();
            if !found.contains(&(number, host.clone())) {
                found.push((number, host));
            }
        };
        for (at, mark) in line.match_indices("://") {
            let rest = &line[at + mark.len()..];
            let authority = rest.split(['/', '?', '#', ' ', '\\', '"', '\'']).next().unwrap_or_default();
            let host = authority.rsplit('@').next().unwrap_or_default();
            let host = host.strip_prefix('[').map_or_else(
                || host.split(':').next().unwrap_or_default(),
                |bracketed| bracketed.split(']').next().unwrap_or_default(),
            );
            if is_host(host) {
                add(host);
            }
        }
        let is_letter = |c: char| c.is_ascii_alphanumeric() || ".-_:[]".contains(c);
        for word in line.split(|c: char| !is_letter(c)) {
            let (bare, bracketed) = (word.trim_matches(['[', ']']), word.starts_with('['));
            let host = bare.split(':').next().unwrap_or_default();
            if host.parse::<Ipv4Addr>().is_ok() || is_domain(host) {
                add(host);
            }
            let inner = word.trim_start_matches('[').split(']').next().unwrap_or_default();
            if bracketed && inner.parse::<Ipv6Addr>().is_ok() {
                add(inner);
            }
        }
    }
    found
}

/// `Ipv4Addr::new(10, 0, 0, 1)`.
fn spelt_out(code: &str) -> impl Iterator<Item = String> {
    let calls = code.split("Ipv4Addr::new(").skip(1).filter_map(|rest| rest.split(')').next());
    let addresses = calls.filter_map(|numbers| {
        let numbers: Vec<_> = numbers.split(',').map(str::trim).collect();
        numbers.join(".").parse::<Ipv4Addr>().ok()
    });
    addresses.map(|address| address.to_string())
}

/// Not a placeholder, such as `{host}`.
fn is_host(text: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    !text.is_empty() && (text.chars().all(is_name) || text.parse::<Ipv6Addr>().is_ok())
}

fn is_domain(text: &str) -> bool {
    let Some((name, end)) = text.rsplit_once('.') else { return false };
    let is_label = |label: &str| !label.is_empty() && !label.contains('_');
    name.split('.').all(is_label) && DOMAINS.iter().any(|domain| end.eq_ignore_ascii_case(domain))
}

fn is_nobodys(host: &str) -> bool {
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return address.is_loopback() || address.is_documentation() || address.is_unspecified();
    }
    if let Ok(address) = host.parse::<Ipv6Addr>() {
        let is_documentation = address.segments()[..2] == [0x2001, 0xdb8];
        return address.is_loopback() || address.is_unspecified() || is_documentation;
    }
    let reserved = ["example.com", "example.net", "example.org", "example", "test", "invalid", "localhost"];
    reserved
        .iter()
        .any(|name| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strangers(text: &str) -> Vec<String> {
        hosts(text).into_iter().map(|(_, host)| host).filter(|host| !is_nobodys(host)).collect()
    }

    #[test]
    fn a_host_that_may_belong_to_somebody_is_found() {
        let rows = [
            ("https://api.shop.com/x", "api.shop.com"),
            ("https://example.com.evil.org/", "example.com.evil.org"),
            ("https://example.com@evil.org/", "evil.org"),
            ("ada@mail.org", "mail.org"),
            ("10.0.0.7", "10.0.0.7"),
            ("http://10.0.0.7:80/", "10.0.0.7"),
            ("http://payments/", "payments"),
            ("redis://cache:6379", "cache"),
            ("http://[2606:4700::1]:80/", "2606:4700::1"),
            ("notexample.com", "notexample.com"),
            ("Host: shop.io:3000", "shop.io"),
        ];
        for (text, host) in rows {
            assert_eq!(strangers(text), [host], "{text}");
        }
        assert_eq!(spelt_out("Ipv4Addr::new(8, 8, 8, 8)").collect::<Vec<_>>(), ["8.8.8.8"]);
    }

    #[test]
    fn what_belongs_to_nobody_is_fine() {
        let fine = [
            "https://photos.example.com/{path}",
            "https://{host}/x",
            "https://user@clinic.test",
            "http://localhost:3000",
            "127.0.0.1:0",
            "0.0.0.0:3000",
            "http://[::1]:3000/",
            "[2001:db8::1]",
            "203.0.113.9",
            "src/main.rs words.txt tests::name a::b 1.2.3",
            "user.name, cert.pem, std.io_error",
            "https://",
            "EXAMPLE.COM",
        ];
        for text in fine {
            assert_eq!(strangers(text), [] as [&str; 0], "{text}");
        }
    }
}
