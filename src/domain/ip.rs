//! IP addresses with their prefix, as cloud-init gets them: reading, writing, and what lies in a network.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address and the length of its network's prefix, `192.0.2.77/24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    pub address: IpAddr,
    pub prefix: u8,
}

/// The shortest prefix that Proxmox takes.
const LEAST_PREFIX: u8 = 8;

impl Network {
    pub fn parse_v4(text: &str) -> Result<Network, String> {
        parse::<Ipv4Addr>(text, 32, "192.0.2.77/24")
    }

    pub fn parse_v6(text: &str) -> Result<Network, String> {
        parse::<Ipv6Addr>(text, 128, "2001:db8::77/64")
    }

    pub fn contains(&self, other: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(address) => (u128::from(u32::from(address)) << 96, 32),
            IpAddr::V6(address) => (u128::from(address), 128),
        };
        let ((own, width), (other, other_width)) = (bits(self.address), bits(other));
        let differs = own ^ other;
        width == other_width && differs.leading_zeros() >= u32::from(self.prefix)
    }

    /// Whether it is an address alone, which reaches its gateway by a route of its own.
    pub fn is_single(&self) -> bool {
        self.prefix == if self.address.is_ipv4() { 32 } else { 128 }
    }

    /// The network itself, `192.0.2.0/24`.
    pub fn name(&self) -> String {
        let keep = u32::from(self.prefix);
        let address = match self.address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32 - keep).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from(u32::from(address) & mask))
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(128 - keep).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from(u128::from(address) & mask))
            }
        };
        format!("{address}/{}", self.prefix)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

fn parse<A>(text: &str, most: u8, example: &str) -> Result<Network, String>
where
    A: std::str::FromStr + Into<IpAddr>,
{
    let text = text.trim();
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let address: A = address
        .parse()
        .map_err(|_| format!("Enter an address with its prefix, like {example}."))?;
    let Some(prefix) = prefix else {
        return Err(format!("The prefix is missing; write it like {example}."));
    };
    let prefix = prefix.parse().ok();
    let prefix = prefix.filter(|prefix| (LEAST_PREFIX..=most).contains(prefix));
    let prefix = prefix.ok_or_else(|| format!("The prefix is from {LEAST_PREFIX} to {most}."))?;
    Ok(Network {
        address: address.into(),
        prefix,
    })
}

/// An address without a prefix; empty is `None`.
pub fn parse_gateway<A: std::str::FromStr>(text: &str, example: &str) -> Result<Option<A>, String> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            format!("Enter the address alone, like {example}, or leave it empty for no gateway.")
        }),
    }
}

/// Addresses separated by blanks, commas or semicolons.
pub fn parse_servers(text: &str) -> Result<Vec<IpAddr>, String> {
    let texts = text.split([' ', ',', ';']).filter(|one| !one.is_empty());
    texts
        .map(|one| {
            one.parse().map_err(|_| {
                format!(
                    "Enter addresses, like 192.0.2.53: a guest cannot look up {}.",
                    super::text::visible(one)
                )
            })
        })
        .collect()
}
