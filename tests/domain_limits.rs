//! What single texts and quantities accept: one table per type, with the values at, below and above each limit. A refusal
//! is a sentence for the user.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

#[path = "domain_limits/quantities.rs"]
mod quantities;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use pve_vm_setup::domain::text::{
    MAX_NOTES, check_name, check_notes, number, parse_cpu_set, parse_mac, parse_tag, parse_trunks,
    visible,
};
use pve_vm_setup::domain::token::{parse_token, parse_token_secret};
use pve_vm_setup::domain::units::date;
use pve_vm_setup::domain::{DiskSize, Milli, PveVersion, Secret, VmId};

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
        |text| {
            let either = parse_tag(text, true);
            assert_eq!(either.is_ok(), parse_tag(text, false).is_ok(), "{text:?}");
            either
        },
    );
    for (typed, kept, lowered) in [
        (" Prod ", "Prod", "prod"),
        ("A+B.c-D_e", "A+B.c-D_e", "a+b.c-d_e"),
        ("web", "web", "web"),
    ] {
        assert_eq!(parse_tag(typed, true).unwrap(), kept, "{typed:?}");
        assert_eq!(parse_tag(typed, false).unwrap(), lowered, "{typed:?}");
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
fn a_set_of_cpus_is_numbers_and_rising_ranges_with_commas_between() {
    judge(
        &[
            "", " ", "0", "0,5,8-11", "7-7", "0-8191", "8191", "01", "3,3", "0, 2 - 4",
        ],
        &[
            ",",
            "0,",
            ",0",
            "0,,1",
            "-",
            "1-",
            "-1",
            "4-2",
            "8192",
            "0-8192",
            "1;2",
            "a",
            "0-3-5",
            "1.5",
            "+1",
            "٣",
            "0\t1",
            "0\n1",
            "0,\t1",
            "0,\u{a0}1",
        ],
        parse_cpu_set,
    );
    for (typed, kept) in [("", ""), (" 0, 2 - 4 ", "0,2-4"), ("0,5,8-11", "0,5,8-11")] {
        assert_eq!(parse_cpu_set(typed).as_deref(), Ok(kept), "{typed:?}");
    }
}

#[test]
fn trunks_are_vlans_and_rising_ranges_of_them_with_semicolons_between() {
    judge(
        &[
            "", "1", "4094", "2-10;20", "1-4094", "20;2-10", "7-7", "2, 3 - 5",
        ],
        &[
            ";", "1;", ";1", "1;;2", "0", "4095", "0-5", "5-4095", "10-2", "-", "2-", "-2", "a",
            "1-2-3", "+1", "٣", "1\t2",
        ],
        parse_trunks,
    );
    for (typed, kept) in [("", ""), ("2, 3 - 5", "2;3-5"), (" 2-10 ; 20", "2-10;20")] {
        assert_eq!(parse_trunks(typed).as_deref(), Ok(kept), "{typed:?}");
    }
}

#[test]
fn notes_are_limited_in_characters_whatever_these_are() {
    let (most, more) = ("é".repeat(MAX_NOTES), "é".repeat(MAX_NOTES + 1));
    judge(&["", "one\ntwo\n", &most], &[&more], check_notes);
    assert_eq!(MAX_NOTES, 8192);
    let refusal = check_notes(&more).unwrap_err();
    assert!(
        refusal.contains("8192") && refusal.contains("8193"),
        "{refusal}"
    );
}

#[test]
fn a_pasted_token_is_split_into_id_and_secret() {
    const UUID: &str = "6f1d3f6e-0c1a-4a52-9d7b-3c1f7a9e5b21";
    for (text, id, has_secret) in [
        ("root@pam!wizard", "root@pam!wizard", false),
        (" root@pam!wizard", "root@pam!wizard", false),
        ("root@pam!wizard\r\n", "root@pam!wizard", false),
        ("\"root@pam!wizard\"", "root@pam!wizard", false),
        ("root@pam!wizard=UUID", "root@pam!wizard", true),
        ("PVEAPIToken=root@pam!wizard=UUID", "root@pam!wizard", true),
        ("pveapitoken=root@pam!wizard=UUID", "root@pam!wizard", true),
        (
            "Authorization: PVEAPIToken=joe.doe@my.realm!ci-2=UUID\n",
            "joe.doe@my.realm!ci-2",
            true,
        ),
    ] {
        let token = parse_token(&text.replace("UUID", UUID)).unwrap();
        assert_eq!(token.id, id, "{text}");
        let secret = token
            .secret
            .as_ref()
            .map(|secret| secret.expose().to_owned());
        assert_eq!(secret.as_deref(), has_secret.then_some(UUID), "{text}");
        assert!(!format!("{token:?}").contains(UUID));
    }
    for text in [
        "",
        "root@pam",
        "root!x",
        "@pam!x",
        "root@!x",
        "root@pam!",
        "root@pam!a b",
        "root@pam!x=short",
    ] {
        assert!(parse_token(text).is_err(), "{text}");
    }
}

#[test]
fn a_tokens_secret_is_cleaned_and_anything_but_a_uuid_is_refused() {
    const UUID: &str = "6f1d3f6e-0c1a-4a52-9d7b-3c1f7a9e5b21";
    for text in [
        "UUID",
        "  UUID  ",
        "UUID\r\n",
        "\"UUID\"",
        "'UUID'",
        "\u{feff}UUID",
        "secret=UUID",
        "root@pam!wizard=UUID",
        "PVEAPIToken=root@pam!wizard=UUID",
        "value: UUID".split(' ').next_back().unwrap(),
    ] {
        let secret = parse_token_secret(&text.replace("UUID", UUID)).unwrap();
        assert_eq!(secret.expose(), UUID, "{text}");
    }
    let upper = parse_token_secret(&UUID.to_uppercase()).unwrap();
    assert_eq!(upper.expose(), UUID);
    for text in [
        "",
        "hush-hush",
        "6f1d3f6e0c1a4a529d7b3c1f7a9e5b21",
        "6f1d3f6e-0c1a-4a52-9d7b-3c1f7a9e5b2z",
        "root@pam!wizard",
    ] {
        let sentence = parse_token_secret(text).unwrap_err();
        assert!(
            sentence.starts_with("A token's secret is a UUID")
                && (text.is_empty() || !sentence.contains(text))
        );
    }
}

#[test]
fn a_million_combining_marks_become_a_handful() {
    let text = format!("log: x{}", "\u{301}".repeat(1_000_000));
    assert_eq!(visible(&text).chars().count(), 10);
}

#[test]
fn visible_text_has_no_control_characters() {
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
        (
            "\u{34f}\u{115f}\u{180b}\u{180f}\u{2800}\u{fe0f}\u{fffc}\u{e0100}\u{13430}",
            "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
        ),
        ("\u{3164}\u{ffa0}\u{2065}", "\u{fffd}\u{fffd}\u{fffd}"),
        ("e\u{301}", "e\u{301}"),
        (
            "z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}a",
            "z\u{300}\u{301}\u{302}\u{303}a",
        ),
    ] {
        assert_eq!(visible(text), shown, "{text:?}");
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
            parse_tag(&text, false).err(),
            parse_mac(&text).err(),
            DiskSize::parse(&text).err(),
            number(&text, 1, 9).err(),
            parse_cpu_set(&text).err(),
            parse_trunks(&text).err(),
            check_notes(&text).err(),
        ];
        for refusal in answers.into_iter().flatten() {
            prop_assert!(is_sentence(&refusal), "{:?}", refusal);
        }
        let _ = (Milli::parse(&text), PveVersion::parse(&text));
    }

    #[test]
    fn a_list_of_ranges_that_is_kept_reads_as_itself(text in "[0-9;, \t\u{a0}-]{0,12}") {
        for read in [parse_cpu_set, parse_trunks] {
            if let Ok(kept) = read(&text) {
                prop_assert_eq!(read(&kept), Ok(kept.clone()));
            }
        }
    }

    #[test]
    fn every_moment_has_a_day_or_none(seconds: i64) {
        let day = date(seconds);
        prop_assert!(day.is_none_or(|day| day.ends_with(|c: char| c.is_ascii_digit())));
    }

    #[test]
    fn visible_text_has_no_control_character_and_grows_no_longer(text in any::<String>()) {
        let shown = visible(&text);
        prop_assert!(!shown.chars().any(char::is_control));
        prop_assert!(shown.chars().count() <= text.chars().count());
        prop_assert_eq!(visible(&shown), shown);
    }
}
