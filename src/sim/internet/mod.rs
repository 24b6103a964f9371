//! What the simulated nodes find on the Internet: files by their addresses, how fast they come, and which servers do not
//! answer. Plain data, so that no test and no demo needs a network. Knows no request and no storage.

pub mod wget;

use std::collections::BTreeMap;

use ring::digest;

use super::units;

/// A file of a web server.
#[derive(Debug, Clone)]
pub struct RemoteFile {
    pub url: String,
    /// Bytes.
    pub size: u64,
    /// `Content-Type`
    pub mime: String,
    /// The name in `Content-Disposition`, where the server sends it.
    pub name: Option<String>,
    /// For a disk image: the size of the disk in it, in bytes.
    pub disk: Option<u64>,
    pub contents: Contents,
    /// What arrives at a node is not what was published.
    pub damaged: bool,
}

impl RemoteFile {
    pub fn new(url: &str, size: u64, mime: &str) -> RemoteFile {
        RemoteFile {
            url: url.to_owned(),
            size,
            mime: mime.to_owned(),
            name: None,
            disk: None,
            contents: Contents::of(url),
            damaged: false,
        }
    }

    /// What a download brings.
    pub fn received(&self) -> Contents {
        if self.damaged {
            Contents::of(&format!("{} damaged", self.url))
        } else {
            self.contents.clone()
        }
    }
}

/// The contents of a file, known by nothing but their checksums.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents {
    seed: String,
    /// Sums that are known; others are made up.
    sums: BTreeMap<String, String>,
}

impl Contents {
    /// Equal seeds are equal contents.
    pub fn of(seed: &str) -> Contents {
        Contents {
            seed: seed.to_owned(),
            sums: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn with_sum(mut self, algorithm: &str, sum: &str) -> Contents {
        self.sums.insert(algorithm.to_owned(), sum.to_owned());
        self
    }

    /// In lower-case hexadecimal digits, as many as the algorithm gives; none for an unknown algorithm.
    pub fn sum(&self, algorithm: &str) -> String {
        if let Some(known) = self.sums.get(algorithm) {
            return known.clone();
        }
        let digits = match algorithm {
            "md5" => 32,
            "sha1" => 40,
            "sha224" => 56,
            "sha256" => 64,
            "sha384" => 96,
            "sha512" => 128,
            _ => 0,
        };
        let text = format!("{algorithm} {}", self.seed);
        let mut sum = units::hex(digest::digest(&digest::SHA512, text.as_bytes()).as_ref());
        sum.truncate(digits);
        sum
    }
}

/// What a request for an address finds.
#[derive(Debug, Clone)]
pub enum Reached<'a> {
    File(&'a RemoteFile),
    NotFound,
    /// Nothing listens there.
    Refused,
    /// No server has this name.
    Unresolved,
}

#[derive(Debug, Clone)]
pub struct Internet {
    pub files: Vec<RemoteFile>,
    /// Small files that this program itself reads, by their addresses: lists of checksums.
    pub texts: BTreeMap<String, String>,
    /// Hosts that exist and serve nothing that is listed.
    pub hosts: Vec<String>,
    /// Hosts where nothing listens.
    pub silent: Vec<String>,
    /// Bytes per second to a node.
    pub rate: u64,
    /// What servers call a 404.
    pub not_found: String,
}

impl Default for Internet {
    fn default() -> Internet {
        Internet {
            files: Vec::new(),
            texts: BTreeMap::new(),
            hosts: Vec::new(),
            silent: Vec::new(),
            rate: 96 << 20,
            not_found: "Not Found".to_owned(),
        }
    }
}

impl Internet {
    pub fn reach(&self, url: &str) -> Reached<'_> {
        let (host, _) = host_and_port(url);
        if self.silent.iter().any(|silent| silent == host) {
            return Reached::Refused;
        }
        if let Some(file) = self.files.iter().find(|file| file.url == url) {
            return Reached::File(file);
        }
        let of_files = self.files.iter().map(|file| host_and_port(&file.url).0);
        let mut hosts = of_files.chain(self.hosts.iter().map(String::as_str));
        if hosts.any(|known| known == host) {
            Reached::NotFound
        } else {
            Reached::Unresolved
        }
    }

    /// The file is gone; its server still answers.
    pub fn remove(&mut self, url: &str) {
        self.files.retain(|file| file.url != url);
        self.hosts.push(host_and_port(url).0.to_owned());
    }

    /// From now on, downloads of this file bring something else.
    pub fn damage(&mut self, url: &str) {
        for file in &mut self.files {
            file.damaged |= file.url == url;
        }
    }
}

/// `https://cloud.debian.org/images/x.qcow2` → (`cloud.debian.org`, 443)
pub fn host_and_port(url: &str) -> (&str, u16) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let server = authority.rsplit('@').next().unwrap_or_default();
    let default = if scheme == "https" { 443 } else { 80 };
    match server.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(default)),
        None => (server, default),
    }
}
