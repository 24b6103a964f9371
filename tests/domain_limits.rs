//! What single texts and quantities accept: one table a type, with the values at, below and above each limit.
//! A refusal is a sentence that a person can read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use pve_vm_setup::domain::text::{
    check_name, number, optional_number, parse_mac, parse_tag, visible,
};
use pve_vm_setup::domain::units::{human_bytes, share_of};
use pve_vm_setup::domain::{DiskSize, Milli, PveVersion, Secret, VmId};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const TIB: u64 = 1 << 40;
const PIB: u64 = 1 << 50;

/// Every text is accepted or refused as the table says, and each refusal is a sentence.
fn judge<T: std::fmt::Debug>(
    good: &[&str],
    bad: &[&str],
    read: impl Fn(&str) -> Result<T, String>,
) {
    for text in good {
        let read = read(text);
        assert!(read.is_ok(), "{text:?} was refused: {read:?}");
    }
    for text in bad {
        let refusal = read(text).expect_err(&format!("{text:?} was accepted"));
        assert!(is_sentence(&refusal), "{text:?}: {refusal:?}");
    }
}

fn is_sentence(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
        && text.ends_with('.')
        && !text.contains('\n')
}

#[test]
fn a_vm_id_lies_between_100_and_999999999() {
    judge(
        &["100", "101", "999999998", "999999999"],
        &[
            "",
            "0",
            "99",
            "1000000000",
            "4294967396",
            "99999999999999999999",
            "0100",
            "+100",
            "-100",
            "1e3",
            "100.0",
            " 100",
            "100 ",
            "1 00",
            "٣٣٣",
            "abc",
        ],
        VmId::parse,
    );
    assert_eq!(VmId::new(99), None);
    assert_eq!(VmId::new(1_000_000_000), None);
    assert_eq!(VmId::parse("12345").unwrap().get(), 12345);
    assert_eq!(VmId::parse("12345").unwrap().to_string(), "12345");
}

#[test]
fn the_last_vm_id_has_no_successor() {
    let last = VmId::new(VmId::MAX).unwrap();
    assert_eq!(last.after(), None);
    assert_eq!(VmId::new(VmId::MAX - 1).unwrap().after(), Some(last));
}

#[test]
fn a_name_is_dot_separated_labels_without_a_hyphen_at_an_end() {
    let long = "a".repeat(300);
    judge(
        &[
            "",
            "a",
            "7",
            "web1",
            "web-1",
            "Web.Example.COM",
            "a--b",
            "1.2.3",
            &long,
        ],
        &[
            "-", "-web", "web-", "a.-b", "a-.b", ".", ".a", "a.", "a..b", "web_1", "web 1", " web",
            "web ", "wéb", "web\n", "a/b", "a;b", "日本",
        ],
        check_name,
    );
    let underscore = check_name("web_1").unwrap_err();
    assert!(underscore.contains("underscore"), "{underscore}");
}

#[test]
fn a_tag_begins_with_a_letter_digit_or_underscore_and_is_kept_in_lower_case() {
    judge(
        &[
            "a", "_", "0", "a+b", "a.b", "a-b", "a_b", "prod-2", "_x", " web ", "WEB", "a--", "9+",
        ],
        &[
            "", "   ", "+a", "-a", ".a", "a b", "a;b", "a,b", "a/b", "ä", "aä", "a\tb", "a:b",
            "日本",
        ],
        parse_tag,
    );
    for (typed, kept) in [
        (" Prod ", "prod"),
        ("A+B.c-D_e", "a+b.c-d_e"),
        ("web", "web"),
    ] {
        assert_eq!(parse_tag(typed).unwrap(), kept, "{typed:?}");
    }
}

#[test]
fn a_mac_address_is_six_octets_of_a_unicast_address() {
    judge(
        &[
            "",
            "BC:24:11:0A:1B:2C",
            "bc:24:11:0a:1b:2c",
            "00:00:00:00:00:00",
            "fE:ff:ff:ff:ff:ff",
        ],
        &[
            "BC:24:11:0A:1B",
            "BC:24:11:0A:1B:2C:00",
            "BC-24-11-0A-1B-2C",
            "BC24110A1B2C",
            "BC:24:11:0A:1B:2",
            "BC:24:11:0A:1B:2CC",
            "GC:24:11:0A:1B:2C",
            "+1:24:11:0A:1B:2C",
            ":::::",
            "BC:24:11:0A:1B:2C ",
            " BC:24:11:0A:1B:2C",
            "é:24:11:0A:1B:2C",
        ],
        parse_mac,
    );
    assert_eq!(parse_mac("").unwrap(), None);
    assert_eq!(
        parse_mac("bc:24:11:0a:1b:2c").unwrap().as_deref(),
        Some("BC:24:11:0A:1B:2C")
    );
    for digit in "0123456789abcdefABCDEF".chars() {
        let unicast = digit.to_digit(16).unwrap() % 2 == 0;
        let mac = format!("b{digit}:24:11:0a:1b:2c");
        let read = parse_mac(&mac);
        assert_eq!(read.is_ok(), unicast, "{mac}");
        if let Err(refusal) = read {
            assert!(
                refusal.contains("multicast") && is_sentence(&refusal),
                "{refusal}"
            );
        }
    }
}

#[test]
fn a_whole_number_is_digits_within_its_limits() {
    judge(
        &["3", "4", "9", "10", "007"],
        &[
            "",
            "2",
            "11",
            "-3",
            "+3",
            "3.0",
            "3e0",
            " 3",
            "3 ",
            "٣",
            "99999999999",
            "x",
        ],
        |text| number(text, 3, 10),
    );
    judge(&["0", "4294967295"], &["4294967296", "-0"], |text| {
        number(text, 0, u32::MAX)
    });
    let refusal = number("11", 3, 10).unwrap_err();
    assert!(refusal.contains("3 to 10"), "{refusal}");
}

#[test]
fn an_empty_optional_number_is_none_and_a_refusal_says_what_emptiness_means() {
    let read = |text: &str| optional_number(text, 1, 4094, "no VLAN");
    assert_eq!(read(""), Ok(None));
    assert_eq!(read("1"), Ok(Some(1)));
    assert_eq!(read("4094"), Ok(Some(4094)));
    for bad in ["0", "4095", " ", "-1", "x"] {
        let refusal = read(bad).unwrap_err();
        assert!(is_sentence(&refusal), "{bad:?}: {refusal:?}");
        assert!(
            refusal.contains("1 to 4094") && refusal.contains("no VLAN"),
            "{refusal}"
        );
    }
}

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
        ],
        &[
            "",
            "0",
            "0.0",
            "0.000",
            "131072.001",
            "131073",
            "0.0001",
            "0.0010",
            "1.",
            ".5",
            ".",
            "1,5",
            "-1",
            "+1",
            "1e3",
            "32G",
            "32 GiB",
            " 32",
            "32 ",
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

#[test]
fn the_gates_of_a_version_open_where_proxmox_opened_them() {
    for (text, ksm, cores, sockets) in [
        ("7.4-16", false, 128, Some(4)),
        ("8.0.0", false, 256, Some(4)),
        ("8.4.5", false, 256, Some(4)),
        ("9.0.11", false, 256, Some(4)),
        ("9.1.0", true, 256, Some(4)),
        ("9.2.4", true, 256, Some(4)),
        ("9.2.5", true, 256, None),
        ("9.2.11", true, 256, None),
        ("10.0.1", true, 256, None),
    ] {
        let version = PveVersion::parse(text).unwrap();
        assert_eq!(version.has_allow_ksm(), ksm, "KSM of {text}");
        assert_eq!(version.max_cores(), cores, "cores of {text}");
        assert_eq!(version.max_sockets(), sockets, "sockets of {text}");
    }
    let new = PveVersion::parse("9.2.11");
    assert!(new > PveVersion::parse("9.2.3"), "11 is more than 3");
}

#[test]
fn visible_text_holds_nothing_that_a_terminal_acts_on() {
    for (text, shown) in [
        ("plain", "plain"),
        ("Größe 日本 🙂", "Größe 日本 🙂"),
        ("\u{1b}[31mred", "␛[31mred"),
        ("a\tb\r\nc\u{0}", "a␉b␍␊c␀"),
        ("\u{7f}", "␡"),
        ("\u{9b}31m\u{85}", "\u{fffd}31m\u{fffd}"),
        (
            "a\u{202e}b\u{2066}c\u{200b}d",
            "a\u{fffd}b\u{fffd}c\u{fffd}d",
        ),
        (
            "\u{feff}\u{ad}\u{2028}\u{fff9}",
            "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
        ),
        (
            "\u{61c}\u{180e}\u{e0001}\u{e0041}",
            "\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
        ),
    ] {
        assert_eq!(visible(text), shown, "{text:?}");
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
fn a_secret_does_not_show_itself_in_debug_output() {
    let secret = Secret::new("hunter2".to_owned());
    let debug = format!("{secret:?} {:#?}", Some(&secret));
    assert!(!debug.contains("hunter2"), "{debug}");
    assert_eq!(secret.expose(), "hunter2");
    assert_eq!(secret, Secret::new("hunter2".to_owned()));
    assert_ne!(secret, Secret::new("hunter3".to_owned()));
    assert!(Secret::default().is_empty() && !secret.is_empty());
}

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/fixtures/domain_limits.regressions",
        ))),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_disk_size_that_is_shown_reads_as_the_same_size(thousandths in 1..=131_072_000_u64) {
        let text = Milli(thousandths).to_string();
        prop_assert_eq!(DiskSize::parse(&text).unwrap().thousandths(), thousandths);
        prop_assert_eq!(DiskSize::parse(&text).unwrap().to_string(), text);
    }

    #[test]
    fn no_text_makes_a_limit_panic_or_refuse_without_a_sentence(text in any::<String>()) {
        let answers = [
            VmId::parse(&text).err(),
            check_name(&text).err(),
            parse_tag(&text).err(),
            parse_mac(&text).err(),
            DiskSize::parse(&text).err(),
            number(&text, 1, 9).err(),
            optional_number(&text, 1, 9, "any").err(),
        ];
        for refusal in answers.into_iter().flatten() {
            prop_assert!(is_sentence(&refusal), "{:?}", refusal);
        }
        let _ = (Milli::parse(&text), PveVersion::parse(&text));
    }

    #[test]
    fn visible_text_has_no_control_character_and_keeps_its_length(text in any::<String>()) {
        let shown = visible(&text);
        prop_assert!(!shown.chars().any(char::is_control));
        prop_assert_eq!(shown.chars().count(), text.chars().count());
        prop_assert_eq!(visible(&shown), shown);
    }
}
