//! Addresses as numbers. Text that names somebody's address might be asked for by mistake.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use support::any;

/// First and last addresses of what is not public.
pub fn inside_v4() -> Vec<(u32, u32)> {
    let ranges = [
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([10, 0, 0, 0], 8),
        ([172, 16, 0, 0], 12),
        ([192, 168, 0, 0], 16),
        ([0, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([192, 0, 0, 0], 24),
        ([198, 18, 0, 0], 15),
        ([192, 0, 2, 0], 24),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 3),
    ];
    let bounds = |(first, bits): ([u8; 4], u32)| {
        let first = u32::from_be_bytes(first);
        (first, first | (u32::MAX >> bits))
    };
    ranges.map(bounds).to_vec()
}

pub fn inside_v6() -> [Ipv6Addr; 14] {
    let v4 = any(0x7f00_0001..=0x7fff_fffe);
    let (high, low) = ((v4 >> 16) as u16, (v4 & 0xffff) as u16);
    let rest = any(1..=u16::MAX);
    [
        Ipv6Addr::LOCALHOST,
        Ipv6Addr::UNSPECIFIED,
        Ipv4Addr::from(v4).to_ipv6_mapped(),
        Ipv4Addr::from(0xa9fe_a9fe).to_ipv6_mapped(),
        Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, rest),
        Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, !high, !low),
        Ipv6Addr::new(0x2001, 0x0db8, rest, 0, 0, 0, 0, 1),
        Ipv6Addr::new(any(0xfc00..=0xfdff), rest, 0, 0, 0, 0, 0, 1),
        Ipv6Addr::new(any(0xfe80..=0xfebf), 0, 0, 0, rest, 0, 0, 1),
        Ipv6Addr::new(any(0xff00..=0xffff), 0, 0, 0, 0, 0, 0, rest),
        Ipv6Addr::new(0x1fff, rest, 0, 0, 0, 0, 0, 1),
        Ipv6Addr::new(0x4000, rest, 0, 0, 0, 0, 0, 1),
    ]
}

pub fn address(number: u32) -> IpAddr {
    Ipv4Addr::from(number).into()
}

/// An address of one of the first five ranges, which are those that a cloud uses.
pub fn any_inside() -> IpAddr {
    let (first, last) = inside_v4()[any(0..=4)];
    address(any(first..=last))
}

/// One from the public ranges of AS112, which exist to swallow what was never meant for anybody.
pub fn public_v4() -> IpAddr {
    let [a, b, c] = [[192, 31, 196], [192, 52, 193], [192, 175, 48]][any(0..=2)];
    Ipv4Addr::new(a, b, c, any(1..=254)).into()
}

pub fn public_v6() -> IpAddr {
    Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, any(1..=u16::MAX)).into()
}
