//! What the name of an image says about the guest in it: a table of patterns, of which the first that fits counts. Knows no
//! storage and decides nothing; an answer of the user always goes before a guess.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

use crate::domain::values::OsType;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess {
    pub guest: OsType,
    /// What the name says, for the reason beside the field.
    pub what: &'static str,
}

/// Case does not matter. `\b` is no boundary beside `_`, so words are bounded by `^`, `$` or what is no letter or digit.
const PATTERNS: &[(&str, OsType, &str)] = &[
    // Evaluation images of Windows Server are known by their builds alone.
    (r"^26100\..*server", OsType::Win11, "Windows Server 2025"),
    (r"^20348\..*server", OsType::Win11, "Windows Server 2022"),
    (r"^17763\..*server", OsType::Win10, "Windows Server 2019"),
    (r"^14393\..*server", OsType::Win10, "Windows Server 2016"),
    (r"^9600\..*server", OsType::Win8, "Windows Server 2012 R2"),
    (r"^9200\..*server", OsType::Win8, "Windows Server 2012"),
    (r"^7601\..*server", OsType::Win7, "Windows Server 2008 R2"),
    (r"server.?2025", OsType::Win11, "Windows Server 2025"),
    (r"server.?2022", OsType::Win11, "Windows Server 2022"),
    (r"server.?2019", OsType::Win10, "Windows Server 2019"),
    (r"server.?2016", OsType::Win10, "Windows Server 2016"),
    (r"server.?2012", OsType::Win8, "Windows Server 2012"),
    (r"server.?2008.?r2", OsType::Win7, "Windows Server 2008 R2"),
    (r"server.?2008", OsType::W2k8, "Windows Server 2008"),
    (r"server.?2003", OsType::Wxp, "Windows Server 2003"),
    (r"server_eval", OsType::Win11, "Windows Server"),
    // Builds of Windows 11 begin at 22000.
    (r"^(22[0-9]{3}|26[0-9]{3})\.", OsType::Win11, "Windows 11"),
    (
        r"^(10240|10586|14393|15063|16299|17134|17763|1836[23]|1904[1-5])\.",
        OsType::Win10,
        "Windows 10",
    ),
    (
        r"(^|[^a-z])win(dows)?[-_. ]?11([^0-9]|$)",
        OsType::Win11,
        "Windows 11",
    ),
    (
        r"(^|[^a-z])win(dows)?[-_. ]?10([^0-9]|$)",
        OsType::Win10,
        "Windows 10",
    ),
    (
        r"(^|[^a-z])win(dows)?[-_. ]?8([^0-9]|$)",
        OsType::Win8,
        "Windows 8",
    ),
    (
        r"(^|[^a-z])win(dows)?[-_. ]?7([^0-9]|$)",
        OsType::Win7,
        "Windows 7",
    ),
    (
        r"(^|[^a-z])win(dows)?[-_. ]?vista",
        OsType::W2k8,
        "Windows Vista",
    ),
    (r"(^|[^a-z])win(dows)?[-_. ]?xp", OsType::Wxp, "Windows XP"),
    (
        r"(^|[^a-z])win(dows)?[-_. ]?2000",
        OsType::W2k,
        "Windows 2000",
    ),
    (r"opnsense", OsType::Other, "OPNsense"),
    (r"pfsense|netgate-installer", OsType::Other, "pfSense"),
    (
        r"truenas-scale|truenas-[a-z]*2[2-9]\.",
        OsType::L26,
        "TrueNAS SCALE",
    ),
    (r"truenas|freenas", OsType::Other, "TrueNAS CORE"),
    (r"freebsd|ghostbsd|nomadbsd", OsType::Other, "FreeBSD"),
    (
        r"openbsd|^(install|cd|miniroot)[67][0-9]\.(iso|img)",
        OsType::Other,
        "OpenBSD",
    ),
    (r"netbsd", OsType::Other, "NetBSD"),
    (r"^dfly-|dragonfly", OsType::Other, "DragonFly BSD"),
    (r"openindiana|omnios|^sol-1[01]", OsType::Solaris, "Solaris"),
    (
        r"haiku|reactos|freedos|memtest",
        OsType::Other,
        "another system",
    ),
    (r"nixos", OsType::L26, "NixOS"),
    (r"debian", OsType::L26, "Debian"),
    (
        r"ubuntu|(noble|jammy|focal|plucky|questing)-server",
        OsType::L26,
        "Ubuntu",
    ),
    (r"rocky", OsType::L26, "Rocky Linux"),
    (r"almalinux", OsType::L26, "AlmaLinux"),
    (r"fedora", OsType::L26, "Fedora"),
    (r"centos", OsType::L26, "CentOS"),
    (r"^rhel-", OsType::L26, "Red Hat Enterprise Linux"),
    (r"oraclelinux|^ol[789]", OsType::L26, "Oracle Linux"),
    (r"opensuse|^sles?[-_0-9]", OsType::L26, "SUSE"),
    (r"^arch(linux|-linux|-boot)", OsType::L26, "Arch Linux"),
    (r"alpine", OsType::L26, "Alpine Linux"),
    (r"kali-linux", OsType::L26, "Kali Linux"),
    (r"linuxmint", OsType::L26, "Linux Mint"),
    (
        r"proxmox|devuan|manjaro|gentoo|^void-|slackware|guix-system|flatcar|coreos|talos|^metal-amd64|amzn2|al2023|endeavouros|^nethserver|tails-",
        OsType::L26,
        "Linux",
    ),
    (
        r"genericcloud|cloudimg|[-_.]linux([-_.]|$)",
        OsType::L26,
        "Linux",
    ),
];

static TABLE: LazyLock<Vec<(Regex, Guess)>> = LazyLock::new(|| {
    let row = |(pattern, guest, what): &(&str, OsType, &'static str)| {
        let pattern = RegexBuilder::new(pattern).case_insensitive(true).build();
        let guess = Guess {
            guest: *guest,
            what,
        };
        pattern.ok().map(|pattern| (pattern, guess))
    };
    PATTERNS.iter().filter_map(row).collect()
});

/// From a file name, without folders. Drivers are no guest.
pub fn guess(file_name: &str) -> Option<Guess> {
    if is_drivers(file_name) {
        return None;
    }
    let fits = TABLE
        .iter()
        .find(|(pattern, _)| pattern.is_match(file_name));
    fits.map(|(_, guess)| *guess)
}

/// The VirtIO drivers for Windows.
pub fn is_drivers(file_name: &str) -> bool {
    file_name.to_ascii_lowercase().starts_with("virtio-win")
}

/// How many patterns there are, and how many of them can be read.
pub fn patterns() -> (usize, usize) {
    (PATTERNS.len(), TABLE.len())
}
