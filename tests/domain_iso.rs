//! The newest NixOS minimal image is found by its name: stage, release, build number, then the file's date. Text order,
//! upload order, other systems and other processors never mislead it. The newest drivers are found by their version.

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
use pve_vm_setup::domain::iso::{newest_nixos_minimal, newest_virtio_drivers, nixos_minimal_rank};

const X86: &str = "x86_64";

fn rank_of(name: &str) -> Option<pve_vm_setup::domain::iso::Rank> {
    nixos_minimal_rank(name, X86, None)
}

#[test]
fn both_spellings_of_the_names_are_recognised() {
    for name in [
        "nixos-minimal-25.11.1234.abcdef0-x86_64-linux.iso",
        "nixos-minimal-25.11.1234.abcdef0123456789abcdef0123456789abcdef01-x86_64-linux.iso",
        "nixos-minimal-25.11pre123456.abcdef0-x86_64-linux.iso",
        "nixos-minimal-25.11beta78.abcdef0-x86_64-linux.iso",
        "nixos-minimal-25.11-x86_64-linux.iso",
        "nixos-minimal-25-11.1234.x86_64-linux.iso",
        "nixos-minimal-25-11.9f3ab2.x86_64-linux.iso",
        "nixos-minimal-25-11.x86_64-linux.iso",
        "nixos-minimal-25-11pre.1234.x86_64-linux.iso",
        "nixos-minimal-25-11beta.1234.x86_64-linux.iso",
        "NixOS-Minimal-25.11.1234.ABCDEF-x86_64-linux.ISO",
        "nixos-minimal-25.11.1234.abcdef0-x86_64-linux.img",
    ] {
        assert!(rank_of(name).is_some(), "{name}");
    }
}

#[test]
fn other_systems_and_other_editions_are_never_taken() {
    for name in [
        "debian-13.1.0-amd64-netinst.iso",
        "Win11_24H2_English_x64.iso",
        "virtio-win-0.1.271.iso",
        "nixos-graphical-25.11.1234.abcdef0-x86_64-linux.iso",
        "nixos-gnome-25.11.1234.abcdef0-x86_64-linux.iso",
        "nixos-plasma6-25.11.1234.abcdef0-x86_64-linux.iso",
        "nixos-minimal-new-kernel-25.11.1234.abcdef0-x86_64-linux.iso",
        "my-nixos-minimal-25.11.1234.abcdef0-x86_64-linux.iso",
        "nixos-minimal-25.11.1234.abcdef0-x86_64-linux.iso.part",
        "nixos-minimal-25.11.1234.abcdef0-x86_64-linux.iso.sha256",
        "nixos-minimal-25.11.1234.abcdef0-x86_64-darwin.iso",
        "nixos-minimal-25.11.1234.abcdef0-i686-linux.iso",
        "nixos-minimal-25.11.1234.abcdef0.iso",
        "nixos-minimal-x86_64-linux.iso",
        "nixos-minimal-latest-x86_64-linux.iso",
        "nixos-minimal-2.11.1234.abcdef0-x86_64-linux.iso",
        "nixos-minimal-25.111.abcdef0-x86_64-linux.iso",
        "nixos-minimal-٢٥.١١.1234.abcdef0-x86_64-linux.iso",
        "nixos-minimal-25.11.1234.abcdef0-x86_64-linux.iso\n",
        "",
    ] {
        assert_eq!(rank_of(name), None, "{name:?}");
    }
}

#[test]
fn an_image_for_another_processor_is_never_taken() {
    let arm = "nixos-minimal-26.05.9.abcdef0-aarch64-linux.iso";
    let x86 = "nixos-minimal-24.05.1.abcdef0-x86_64-linux.iso";
    for (arch, newest) in [
        ("x86_64", Some(x86)),
        ("aarch64", Some(arm)),
        ("riscv64", None),
        ("", None),
    ] {
        let images = [(arm, Some(9)), (x86, Some(1))];
        assert_eq!(newest_nixos_minimal(images, arch), newest, "{arch}");
    }
}

/// From old to new: each line is newer than those above it.
const AGES: &[(&str, Option<i64>)] = &[
    ("nixos-minimal-9.11.1234.abcdef0-x86_64-linux.iso", Some(99)), // no release: not counted
    ("nixos-minimal-25.11pre1.ffffff-x86_64-linux.iso", Some(50)),
    ("nixos-minimal-25.11pre999.abcdef-x86_64-linux.iso", Some(1)),
    ("nixos-minimal-25.11pre1000.aaaaaa-x86_64-linux.iso", None),
    ("nixos-minimal-26.05pre2.aaaaaa-x86_64-linux.iso", None),
    ("nixos-minimal-99.11pre2.aaaaaa-x86_64-linux.iso", None),
    ("nixos-minimal-25.11beta3.aaaaaa-x86_64-linux.iso", None),
    ("nixos-minimal-26-05beta.2.x86_64-linux.iso", None),
    (
        "nixos-minimal-24.11.99999.ffffff-x86_64-linux.iso",
        Some(99),
    ),
    ("nixos-minimal-25.05.99999.ffffff-x86_64-linux.iso", None),
    ("nixos-minimal-25-11.ffffff.x86_64-linux.iso", Some(99)),
    ("nixos-minimal-25.11.2.ffffff-x86_64-linux.iso", Some(99)),
    ("nixos-minimal-25.11.9.ffffff-x86_64-linux.iso", None),
    ("nixos-minimal-25-11.10.x86_64-linux.iso", None),
    ("nixos-minimal-25.11.1000.aaaaaa-x86_64-linux.iso", None),
    ("nixos-minimal-25.11.1000.aaaaaa-x86_64-linux.iso", Some(5)),
    ("nixos-minimal-25.11.1000.aaaaab-x86_64-linux.iso", Some(6)),
    ("nixos-minimal-26.05.1.aaaaaa-x86_64-linux.iso", Some(0)),
];

#[test]
fn release_ranks_above_beta_above_pre_then_release_number_build_and_date() {
    let ranks: Vec<_> = AGES
        .iter()
        .map(|(name, created)| (name, nixos_minimal_rank(name, X86, *created)))
        .collect();
    for pair in ranks.windows(2) {
        let ((older, old), (newer, new)) = (&pair[0], &pair[1]);
        assert!(
            old < new,
            "{older} {old:?} is not older than {newer} {new:?}"
        );
    }
}

#[test]
fn the_newest_is_found_wherever_it_stands_in_the_list() {
    let newest = "cephfs:iso/nixos-minimal-26.05.1.aaaaaa-x86_64-linux.iso";
    let volids: Vec<String> = AGES
        .iter()
        .map(|(name, _)| format!("cephfs:iso/{name}"))
        .collect();
    for turn in 0..volids.len() {
        let mut images: Vec<_> = volids.iter().map(|volid| (volid.as_str(), None)).collect();
        images.rotate_left(turn);
        assert_eq!(
            newest_nixos_minimal(images, X86),
            Some(newest),
            "turned by {turn}"
        );
    }
}

#[test]
fn a_hash_that_begins_with_digits_is_no_build_number() {
    for hash in ["9f3ab2", "99999999e1", "0abc"] {
        let by_hash = rank_of(&format!("nixos-minimal-25-11.{hash}.x86_64-linux.iso"));
        let built = rank_of("nixos-minimal-25-11.2.x86_64-linux.iso");
        assert!(by_hash.is_some() && by_hash < built, "{hash}");
    }
    let dated = |name, created| nixos_minimal_rank(name, X86, Some(created));
    let old = dated("nixos-minimal-25-11.9f3ab2.x86_64-linux.iso", 1);
    let new = dated("nixos-minimal-25-11.1aaaaa.x86_64-linux.iso", 2);
    assert!(old < new, "two hashes: the date decides");
}

#[test]
fn text_order_does_not_mislead() {
    for (newest, other) in [
        (
            "nixos-minimal-25.11.1000.a-x86_64-linux.iso",
            "nixos-minimal-25.11.999.a-x86_64-linux.iso",
        ),
        (
            "nixos-minimal-25.05.1.a-x86_64-linux.iso",
            "nixos-minimal-25.11pre9.a-x86_64-linux.iso",
        ),
        (
            "nixos-minimal-25.11.1.a-x86_64-linux.iso",
            "nixos-minimal-25-05.9.x86_64-linux.iso",
        ),
        (
            "nixos-minimal-25-11.1.x86_64-linux.iso",
            "nixos-minimal-25.05.9.a-x86_64-linux.iso",
        ),
        (
            "nixos-minimal-25.11.5.a-x86_64-linux.iso",
            "nixos-minimal-25.11.4.z-x86_64-linux.iso",
        ),
    ] {
        for images in [[newest, other], [other, newest]] {
            let images = images.map(|name| (name, None));
            assert_eq!(newest_nixos_minimal(images, X86), Some(newest), "{other}");
        }
    }
}

#[test]
fn without_a_nixos_minimal_image_none_is_chosen() {
    let none: [(&str, Option<i64>); 0] = [];
    assert_eq!(newest_nixos_minimal(none, X86), None);
    let others = [
        "cephfs:iso/debian-13.1.0-amd64-netinst.iso",
        "local:iso/virtio-win.iso",
        "odd",
        ":",
        "/",
    ];
    assert_eq!(
        newest_nixos_minimal(others.map(|volid| (volid, Some(1))), X86),
        None
    );
}

#[test]
fn the_newest_drivers_are_found_by_the_numbers_of_their_version() {
    // From old to new.
    let ages = [
        "virtio-win-0.1.iso",
        "virtio-win-0.1.96.iso",
        "virtio-win-0.1.96-1.iso",
        "virtio-win-0.1.208.iso",
        "virtio-win-0.1.271.iso",
        "VirtIO-Win-0.1.271-1.ISO",
        "virtio-win-0.1.271-2.iso",
        "virtio-win-0.1.271-10.iso",
        "virtio-win-0.1.1000.iso",
        "virtio-win-0.2.1.iso",
        "virtio-win-1.0.iso",
    ]
    .map(|name| format!("cephfs:iso/{name}"));
    for (at, newest) in ages.iter().enumerate() {
        let mut known: Vec<&str> = ages[..=at].iter().map(String::as_str).collect();
        for _ in 0..=at {
            known.rotate_left(1);
            let found = newest_virtio_drivers(known.iter().copied());
            assert_eq!(found, Some(newest.as_str()), "of {known:?}");
        }
    }
}

#[test]
fn no_other_image_is_taken_for_drivers() {
    let others = [
        "cephfs:iso/virtio-win.iso",
        "cephfs:iso/virtio-win-0.1.271.img",
        "cephfs:iso/virtio-win-0.1.271.iso.part",
        "cephfs:iso/virtio-win-0.1.271-1_amd64.vfd",
        "cephfs:iso/virtio-win-latest.iso",
        "cephfs:iso/my-virtio-win-0.1.271.iso",
        "cephfs:iso/virtio-win-guest-tools-0.1.271.iso",
        "cephfs:iso/Win11_24H2_English_x64.iso",
        "odd",
        "",
    ];
    assert_eq!(newest_virtio_drivers(others), None);
}

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/fixtures/domain_iso.regressions",
        ))),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_name_makes_the_ranking_panic(name in any::<String>(), tail in any::<String>(), created: Option<i64>) {
        let _ = nixos_minimal_rank(&name, X86, created);
        let begun = format!("nixos-minimal-25.11{tail}-x86_64-linux.iso");
        let _ = newest_nixos_minimal([(name.as_str(), created), (begun.as_str(), None)], &tail);
    }

    #[test]
    fn no_name_makes_the_search_for_drivers_panic(name in any::<String>(), version in "[0-9.-]{0,30}") {
        let begun = format!("virtio-win-{version}.iso");
        let _ = newest_virtio_drivers([name.as_str(), begun.as_str()]);
    }

    #[test]
    fn odd_middles_keep_the_release_and_never_panic(
        middle in "[0-9a-z._-]{0,40}",
        digits in "[0-9]{1,40}",
    ) {
        for name in [
            format!("nixos-minimal-25.11.{middle}-x86_64-linux.iso"),
            format!("nixos-minimal-25-11.{digits}.x86_64-linux.iso"),
        ] {
            let rank = rank_of(&name);
            prop_assert!(rank < rank_of("nixos-minimal-26.05-x86_64-linux.iso"), "{}", name);
        }
        let long = format!("nixos-minimal-25-11.{digits}.x86_64-linux.iso");
        prop_assert!(rank_of(&long).is_some());
    }

    #[test]
    fn a_higher_build_of_the_same_release_is_always_newer(a: u64, b: u64) {
        let name = |build: u64| format!("nixos-minimal-25.11.{build}.abcdef0-x86_64-linux.iso");
        prop_assert_eq!(rank_of(&name(a)).cmp(&rank_of(&name(b))), a.cmp(&b));
    }
}
