//! The address of a Proxmox VE server: parses what the user types into host and port. Does not resolve names.

use std::fmt;

/// Host (a name, an IPv4 or an IPv6 address without brackets) and port; 8006 unless one is given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ServerAddress {
    host: String,
    port: u16,
}

impl ServerAddress {
    pub const DEFAULT_PORT: u16 = 8006;

    /// Accepts `host`, `host:port`, `https://host[:port][/...]`, and IPv6 with or without brackets.
    pub fn parse(text: &str) -> Result<ServerAddress, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Enter the name or address of a Proxmox VE server.".to_owned());
        }
        if text
            .get(..7)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"))
        {
            return Err(
                "Plain http would show your password to the network; Proxmox VE speaks https."
                    .to_owned(),
            );
        }
        let rest = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => rest,
            Some(_) => return Err("Only https addresses work; leave the scheme out.".to_owned()),
            None => text,
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = split_port(authority)?;
        if authority.contains('@') {
            return Err("Leave the user out of the address; it has its own field.".to_owned());
        }
        let port = match port {
            None => ServerAddress::DEFAULT_PORT,
            // `parse` would accept a sign.
            Some(port) => Some(port)
                .filter(|port| port.bytes().all(|digit| digit.is_ascii_digit()))
                .and_then(|port| port.parse().ok())
                .filter(|port| *port > 0)
                .ok_or("The port must be from 1 to 65535.")?,
        };
        let bracketed = authority.starts_with('[');
        if !bracketed && host.contains(':') && looks_like_a_port(host) {
            let (address, port) = host.rsplit_once(':').unwrap_or((host, ""));
            return Err(format!(
                "Is {port} the port? Write [{address}]:{port}; or [{host}] for that address."
            ));
        }
        if looks_like_ipv4(host) && host.parse::<std::net::Ipv4Addr>().is_err() {
            return Err(
                "This is not an IPv4 address: it needs four numbers, each from 0 to 255."
                    .to_owned(),
            );
        }
        if !valid_host(host) || (bracketed && !host.contains(':')) {
            return Err(
                "This is not a host name or address; try pve1.example.com or 192.0.2.10."
                    .to_owned(),
            );
        }
        Ok(ServerAddress {
            host: host.to_lowercase(),
            port,
        })
    }

    /// The path or fragment of an address copied from a browser: Proxmox answers at the root, so it is not used.
    pub fn unused_part(text: &str) -> Option<&str> {
        let rest = text
            .trim()
            .split_once("://")
            .map_or(text.trim(), |(_, rest)| rest);
        let at = rest.find(['/', '?', '#'])?;
        rest.get(at..).filter(|part| *part != "/")
    }

    /// The part of an address that may be repeated on screen: before the last `@` there may be a password.
    pub fn repeatable(text: &str) -> &str {
        text.rsplit('@').next().unwrap_or_default()
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// `https://host:port`, IPv6 in brackets.
    pub fn base_url(&self) -> String {
        format!("https://{self}")
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<&str>), String> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest
            .split_once(']')
            .ok_or("The bracket of the IPv6 address is not closed.")?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if after.is_empty() => Ok((host, None)),
            None => {
                Err("After the bracket only a port may follow, as in [fe80::1]:8006.".to_owned())
            }
        };
    }
    match authority.matches(':').count() {
        1 => Ok(authority
            .split_once(':')
            .map_or((authority, None), |(host, port)| (host, Some(port)))),
        _ => Ok((authority, None)),
    }
}

/// `2001:db8::10:8006`: a valid address, but hardly what the user meant.
fn looks_like_a_port(host: &str) -> bool {
    let last = host.rsplit(':').next().unwrap_or_default();
    matches!(last, "8006" | "8007" | "443" | "8443")
}

fn looks_like_ipv4(host: &str) -> bool {
    let numbers = host
        .split('.')
        .all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit()));
    numbers && !host.is_empty()
}

fn valid_host(host: &str) -> bool {
    if host.contains(':') {
        return host.parse::<std::net::Ipv6Addr>().is_ok();
    }
    // A dot at the end marks a name as complete.
    host.len() <= 253
        && host
            .strip_suffix('.')
            .unwrap_or(host)
            .split('.')
            .all(valid_label)
}

fn valid_label(label: &str) -> bool {
    !label.is_empty()
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
