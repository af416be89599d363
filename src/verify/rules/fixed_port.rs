//! `no-fixed-port`: on the learner's machine the port may be taken, and two tests that share it fail together. Port 0 is a
//! free one.

use super::{Fault, Material, Rule};

/// Whatever opens a port, or names one to be opened.
const CALLS: [&str; 8] = [
    "bind",
    "connect",
    "connect_timeout",
    "SocketAddr::new",
    "SocketAddr::from",
    "SocketAddrV4::new",
    "set_var",
    "env",
];

pub(super) struct NoFixedPort;

impl Rule for NoFixedPort {
    fn id(&self) -> &'static str {
        "no-fixed-port"
    }

    fn subject(&self) -> &'static str {
        "no test needs a certain port"
    }

    fn check(&self, material: &Material<'_>) -> Option<Vec<Fault>> {
        let mut faults = Vec::new();
        for tests in material.tests() {
            // Addresses are texts, so texts are looked at; a call may go over several lines.
            let text = &tests.source.uncommented;
            for (at, arguments) in calls(text) {
                if let Some(port) = port(arguments) {
                    let line = text[..at].matches('\n').count() + 1;
                    let what =
                        format!("a test needs port {port}\n  help: bind port 0, and ask for local_addr()");
                    faults.push(Fault::new(&tests.file, line, what));
                }
            }
        }
        Some(faults)
    }
}

/// The calls with what is between their parentheses.
fn calls(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for call in CALLS {
        let open = format!("{call}(");
        for (at, _) in text.match_indices(&open) {
            let rest = &text[at + open.len()..];
            let whole = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let mut depth = 1_usize;
            let end = rest.find(|c: char| {
                match c {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                depth == 0
            });
            if let Some(end) = end.filter(|_| whole) {
                let arguments = &rest[..end];
                let is_variable = ["env", "set_var"].contains(&call);
                if !is_variable || arguments.contains("PORT") {
                    found.push((at, arguments));
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup_by_key(|(at, _)| *at);
    found
}

/// The number at the end: `"127.0.0.1:8080"`, `([127, 0, 0, 1], 8080)`, `"PORT", "3000"`.
fn port(arguments: &str) -> Option<u16> {
    let trimmed = arguments.trim_end_matches(|c: char| c.is_whitespace() || ")\",".contains(c));
    let digits = trimmed.rsplit(|c: char| !c.is_ascii_digit() && c != '_').next()?;
    let before = trimmed[..trimmed.len() - digits.len()].trim_end();
    let is_last = before.ends_with([':', ',', '"']);
    digits.replace('_', "").parse().ok().filter(|port| *port != 0 && is_last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(text: &str) -> Vec<u16> {
        calls(text).into_iter().filter_map(|(_, arguments)| port(arguments)).collect()
    }

    #[test]
    fn a_port_that_is_given_is_found_and_a_free_one_is_not() {
        let fixed = [
            "TcpListener::bind(\"127.0.0.1:8080\")",
            "TcpStream::connect(\n    (\"localhost\", 8_080),\n)",
            "SocketAddr::from(([127, 0, 0, 1], 8080))",
            "Command::new(x).env(\"PORT\", \"8080\")",
        ];
        for text in fixed {
            assert_eq!(ports(text), [8080], "{text}");
        }
        let free = [
            "TcpListener::bind(\"127.0.0.1:0\")",
            "bind((Ipv4Addr::LOCALHOST, 0))",
            "connect(address)",
            "finds(&[\"Host: [::1]:3000\"])",
            "rebind(\"x:1\")",
            "env(\"SEED\", \"7\")",
            "connect(server.port2)",
        ];
        for text in free {
            assert_eq!(ports(text), [] as [u16; 0], "{text}");
        }
    }
}
