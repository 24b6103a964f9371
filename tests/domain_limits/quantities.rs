//! Sizes, decimals, shares, days and versions: exact inside, and shown as users read them.

use pve_vm_setup::domain::units::{date, human_bytes, share_of};
use pve_vm_setup::domain::{DiskSize, Host, MiB, Milli, PveVersion};

use super::judge;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const TIB: u64 = 1 << 40;
const PIB: u64 = 1 << 50;

#[test]
fn a_disk_size_is_exact_thousandths_of_a_gib() {
    judge(
        &[
            "0.001",
            "1",
            "32",
            "32.5",
            "131072",
            "131072.0",
            "131072.000",
            "0032",
            "0.010",
            "0.0010",
            "1,5",
            "32G",
            "32 GiB",
            " 32",
            "32 ",
        ],
        &[
            "",
            "0",
            "0.0",
            "0.000",
            "131072.001",
            "131073",
            "0.0001",
            "1.",
            ".5",
            ".",
            "-1",
            "+1",
            "1e3",
            "1.2.3",
            "inf",
            "NaN",
            "٣",
            "18446744073709551616",
            "18446744073709551",
        ],
        DiskSize::parse,
    );
    for (text, thousandths, shown) in [
        ("0.001", 1, "0.001"),
        ("0.01", 10, "0.01"),
        ("0.1", 100, "0.1"),
        ("0.100", 100, "0.1"),
        ("0.7", 700, "0.7"),
        ("1.05", 1050, "1.05"),
        ("16.384", 16384, "16.384"),
        ("32", 32_000, "32"),
        ("32.0", 32_000, "32"),
        ("131071.999", 131_071_999, "131071.999"),
        ("131072", 131_072_000, "131072"),
    ] {
        let size = DiskSize::parse(text).unwrap();
        assert_eq!(size.thousandths(), thousandths, "{text}");
        assert_eq!(size.to_string(), shown, "{text}");
    }
}

/// The text, and the MiB of memory and thousandths of a GiB of a disk that it means, if any.
type Written = (&'static str, Option<u32>, Option<u64>);

#[rustfmt::skip]
const WRITTEN: &[Written] = &[
    ("8192", Some(8192), Some(8_192_000)),
    ("8G", Some(8192), Some(8000)),
    ("8g", Some(8192), Some(8000)),
    ("8 G", Some(8192), Some(8000)),
    ("8GB", Some(8192), Some(8000)),
    ("8 GiB", Some(8192), Some(8000)),
    ("8  gib", Some(8192), Some(8000)),
    ("8Gi", Some(8192), Some(8000)),
    (" 8 GB ", Some(8192), Some(8000)),
    ("8\u{a0}GiB", Some(8192), Some(8000)),
    ("512M", Some(512), Some(500)),
    ("512 mb", Some(512), Some(500)),
    ("1.5G", Some(1536), Some(1500)),
    ("1,5G", Some(1536), Some(1500)),
    ("1,5 GiB", Some(1536), Some(1500)),
    ("1.5T", Some(1_572_864), Some(1_536_000)),
    ("0.0005T", None, Some(512)),
    ("2097152K", Some(2048), Some(2000)),
    ("2097152 KiB", Some(2048), Some(2000)),
    ("3.984375T", Some(4_177_920), Some(4_080_000)),
    ("4178944", Some(4_178_944), None),
    ("4178945", None, None),
    ("4T", None, Some(4_096_000)),
    ("128T", None, Some(131_072_000)),
    ("128.001T", None, None),
    ("131072", Some(131_072), Some(131_072_000)),
    ("16", Some(16), Some(16_000)),
    ("15", None, Some(15_000)),
    ("0016", Some(16), Some(16_000)),
    ("16.000", Some(16), Some(16_000)),
    ("16.5", None, Some(16_500)),
    // A comma before three digits may separate thousands.
    ("16,384", None, None),
    ("1,024", None, None),
    ("1,024 GiB", None, None),
    ("0,512", None, Some(512)),
    ("0,512G", None, Some(512)),
    ("2048,000", Some(2048), Some(2_048_000)),
    ("1,0240", None, Some(1024)),
    ("1,02", None, Some(1020)),
    ("300M", Some(300), None),
    ("1K", None, None),
    ("0", None, None),
    ("0G", None, None),
    ("", None, None),
    (" ", None, None),
    ("G", None, None),
    ("8 G G", None, None),
    ("8 5", None, None),
    ("8X", None, None),
    ("8P", None, None),
    ("8B", None, None),
    ("8GiBB", None, None),
    ("1.5.2G", None, None),
    ("1,024.5M", None, None),
    (".5G", None, None),
    ("5.G", None, None),
    ("-8G", None, None),
    ("+8G", None, None),
    ("1e3", None, None),
    ("0x10", None, None),
    ("viel", None, None),
    ("\u{663}G", None, None),
    ("18446744073709551616", None, None),
    ("340282366920938463463374607431768211455T", None, None),
    ("340282366920938463463374607431768211456", None, None),
    ("8.0000000000000000000000000000000000000001G", None, None),
    ("8.0000000000000000000000000000000000000000000000G", Some(8192), Some(8000)),
];

#[test]
fn a_size_is_understood_in_its_common_forms_only() {
    for (text, mib, thousandths) in WRITTEN {
        let memory = MiB::parse(text, MiB(16));
        assert_eq!(memory.as_ref().ok().map(|mib| mib.0), *mib, "{text:?}");
        let disk = DiskSize::parse(text);
        let read = disk.as_ref().ok().map(|size| size.thousandths());
        assert_eq!(read, *thousandths, "{text:?}");
        for refusal in [memory.err(), disk.err()].into_iter().flatten() {
            assert!(super::is_sentence(&refusal), "{text:?}: {refusal}");
        }
    }
}

#[test]
fn a_refused_size_says_what_is_accepted() {
    let memory = |text| MiB::parse(text, MiB(16)).unwrap_err();
    let disk = |text| DiskSize::parse(text).unwrap_err();
    let range = "Enter a size from 16 to 4178944 MiB, for example 8192 or 8G.";
    assert_eq!(memory("nonsense"), range);
    assert_eq!(memory("8T"), range);
    let range = "Enter a size from 0.001 to 131072 GiB, for example 32, 512M or 1.5T.";
    assert_eq!(disk("nonsense"), range);
    assert_eq!(disk("129T"), range);
    let beside = "Sizes go in steps of 0.001 GiB: enter 0.292 or 0.293 GiB.";
    assert_eq!(disk("300M"), beside);
    let beside = "Sizes go in steps of 0.001 GiB: enter 0.001 GiB.";
    assert_eq!(disk("1K"), beside);
    let beside = "Sizes go in steps of 1 MiB: enter 1536 or 1537 MiB.";
    assert_eq!(memory("1.5001G"), beside);
    let either = "Write 1.024 or 1024: 1,024 can mean either.";
    assert_eq!(disk("1,024"), either);
    assert_eq!(disk("1,024 GiB"), either);
    assert_eq!(memory("1,024 G"), either);
    let either = "Write 8.192 or 8192: 8,192 can mean either.";
    assert_eq!(memory("8,192"), either);
}

#[test]
fn a_disk_size_in_whole_gib_stays_within_the_limits() {
    for (asked, got) in [
        (0, 1),
        (1, 1),
        (32, 32),
        (131_072, 131_072),
        (u64::MAX, 131_072),
    ] {
        assert_eq!(DiskSize::gib(asked).thousandths(), got * 1000, "{asked}");
    }
}

#[test]
fn a_decimal_has_at_most_three_places_and_never_overflows() {
    for (text, thousandths) in [
        ("0", Some(0)),
        ("0.5", Some(500)),
        ("10240", Some(10_240_000)),
        ("18446744073709551.615", Some(u64::MAX)),
        ("18446744073709551.616", None),
        ("18446744073709552", None),
        ("99999999999999999999999", None),
        ("1.2345", None),
        ("", None),
        ("0,5", None),
    ] {
        assert_eq!(
            Milli::parse(text).map(|milli| milli.0),
            thousandths,
            "{text:?}"
        );
    }
}

#[test]
fn a_version_is_read_from_every_spelling_of_proxmox() {
    for (text, read) in [
        ("7.4-16", Some((7, 4, 16))),
        ("7.4", Some((7, 4, 0))),
        ("8.4.5", Some((8, 4, 5))),
        ("9.2.3", Some((9, 2, 3))),
        ("9.2.11", Some((9, 2, 11))),
        ("9.0.0~8", Some((9, 0, 0))),
        ("9.1-beta", Some((9, 1, 0))),
        ("10", Some((10, 0, 0))),
        ("8.4.5+git", Some((8, 4, 5))),
        ("", None),
        ("unknown", None),
        ("v9.2", None),
        ("99999999999.1", None),
    ] {
        let version = PveVersion::parse(text);
        assert_eq!(
            version.map(|v| (v.major, v.minor, v.patch)),
            read,
            "{text:?}"
        );
    }
    for text in ["7.4-16", "8.4.5", "9.2.11"] {
        assert_eq!(PveVersion::parse(text).unwrap().to_string(), text);
    }
}

type Gate = fn(PveVersion) -> bool;

#[test]
fn each_feature_begins_with_the_version_that_brought_it() {
    for (text, cores, sockets) in [
        ("7.4-16", 128, Some(4)),
        ("8.0.0", 256, Some(4)),
        ("9.2.4", 256, Some(4)),
        ("9.2.5", 256, None),
        ("10.0.1", 256, None),
    ] {
        let version = PveVersion::parse(text).unwrap();
        assert_eq!(version.max_cores(), cores, "cores of {text}");
        assert_eq!(version.max_sockets(), sockets, "sockets of {text}");
    }
    let new = PveVersion::parse("9.2.11");
    assert!(new > PveVersion::parse("9.2.3"), "11 is more than 3");
    let gates: [(&str, Gate, &str, &str); 8] = [
        (
            "bridge rights",
            PveVersion::has_bridge_rights,
            "7.4-16",
            "8.0.0",
        ),
        ("import", PveVersion::has_import, "8.2.9", "8.3.0"),
        ("inherited MTU", PveVersion::inherits_mtu, "8.4.5", "9.0.0"),
        ("allow-ksm", PveVersion::has_allow_ksm, "9.0.11", "9.1.0"),
        ("TPM format", PveVersion::has_tpm_format, "9.0.11", "9.1.0"),
        ("arch", PveVersion::has_arch, "9.1.9", "9.2.0"),
        ("CPU flags", PveVersion::has_cpu_flag_list, "9.1.9", "9.2.0"),
        (
            "CPU mappings",
            PveVersion::has_cpu_mappings,
            "9.1.9",
            "9.2.0",
        ),
    ];
    for (gate, is_open, last_without, first_with) in gates {
        for (text, open) in [
            ("7.0.0", false),
            (last_without, false),
            (first_with, true),
            ("10.0.1", true),
        ] {
            let version = PveVersion::parse(text).unwrap();
            assert_eq!(is_open(version), open, "{gate} of {text}");
        }
        assert!(
            !Host::default().has(is_open),
            "{gate} of an unknown version"
        );
        let first = PveVersion::parse(first_with).unwrap();
        assert!(Host::of_version(first).has(is_open), "{gate}");
    }
}

#[test]
fn bytes_are_shown_with_one_decimal_and_rounded_down() {
    for (bytes, shown) in [
        (0, "0 KiB"),
        (512, "0.5 KiB"),
        (KIB, "1 KiB"),
        (KIB + KIB / 2, "1.5 KiB"),
        (MIB - 1, "1023 KiB"),
        (MIB, "1 MiB"),
        (300 * MIB, "300 MiB"),
        (GIB - 1, "1023 MiB"),
        (GIB, "1 GiB"),
        (GIB + GIB / 5, "1.1 GiB"),
        (GIB + GIB / 5 + 1, "1.2 GiB"),
        (812 * GIB, "812 GiB"),
        (99 * GIB + GIB - 1, "99.9 GiB"),
        (100 * GIB + GIB / 2, "100 GiB"),
        (TIB, "1 TiB"),
        (PIB, "1 PiB"),
        (2000 * PIB, "2000 PiB"),
        (u64::MAX, "16383 PiB"),
    ] {
        assert_eq!(human_bytes(bytes), shown, "{bytes}");
    }
}

#[test]
fn a_share_is_in_the_unit_of_the_whole_and_rounded_down() {
    for (part, whole, shown) in [
        (0, 0, "0/0 MiB"),
        (512 * MIB, 2 * GIB, "512/2048 MiB"),
        (GIB, 10 * GIB - 1, "1024/10239 MiB"),
        (GIB, 10 * GIB, "1/10 GiB"),
        (22 * GIB - 1, 64 * GIB, "21/64 GiB"),
        (9 * TIB, 10_000 * GIB - 1, "9216/9999 GiB"),
        (3 * TIB, 10_240 * GIB, "3/10 TiB"),
        (u64::MAX, u64::MAX, "16777215/16777215 TiB"),
    ] {
        assert_eq!(share_of(part, whole), shown, "{part} of {whole}");
    }
}

#[test]
fn a_time_is_shown_as_its_date_in_utc() {
    for (seconds, day) in [
        (0, Some("1970-01-01")),
        (-1, Some("1969-12-31")),
        (1_795_228_665, Some("2026-11-21")),
        (1_772_323_199, Some("2026-02-28")),
        (1_772_323_200, Some("2026-03-01")),
        (1_709_164_800, Some("2024-02-29")),
        (i64::MAX, None),
        (i64::MIN, None),
    ] {
        assert_eq!(date(seconds).as_deref(), day, "{seconds}");
    }
}
