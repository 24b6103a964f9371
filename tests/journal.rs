//! The journal on disk, shared by several running programs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use pve_vm_setup::creation::Entry;
use pve_vm_setup::runtime::Journal;

fn entry(user: &str, name: &str) -> Entry {
    Entry {
        format: 1,
        server: "pve1.lan:8006".to_owned(),
        user: user.to_owned(),
        node: "pve1".to_owned(),
        vmid: 105,
        name: name.to_owned(),
        requests: Vec::new(),
        stages: Vec::new(),
        file: None,
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
}

fn names(journal: &Journal) -> Vec<String> {
    let found = journal.unfinished().into_iter();
    found.map(|left| left.entry.name).collect()
}

#[test]
fn closing_twice_does_not_remove_the_file_of_another_running_program() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (
        Journal::at(folder.path().to_owned()),
        Journal::at(folder.path().to_owned()),
    );
    two.record(&entry("root@pam", "two")).unwrap();
    one.record(&entry("root@pam", "one")).unwrap();
    assert_eq!(files(folder.path()).len(), 2);
    one.close(&entry("root@pam", "one"));
    one.close(&entry("root@pam", "one"));
    assert_eq!(files(folder.path()).len(), 1);
    drop(two);
    assert_eq!(names(&one), ["two"]);
}

#[test]
fn a_new_creation_with_the_id_of_an_interrupted_one_does_not_hide_it() {
    let folder = tempfile::tempdir().unwrap();
    Journal::at(folder.path().to_owned())
        .record(&entry("root@pam", "interrupted"))
        .unwrap();
    let later = Journal::at(folder.path().to_owned());
    later.record(&entry("root@pam", "new")).unwrap();
    assert_eq!(names(&later), ["interrupted"]);
    later.close(&entry("root@pam", "new"));
    assert_eq!(names(&later), ["interrupted"]);
}

#[test]
fn a_resumed_creation_continues_its_file_and_removes_it_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["first", "second"] {
        Journal::at(folder.path().to_owned())
            .record(&entry("root@pam", name))
            .unwrap();
    }
    let journal = Journal::at(folder.path().to_owned());
    let left = journal.unfinished();
    let second = &left
        .iter()
        .find(|l| l.entry.name == "second")
        .unwrap()
        .entry;
    journal.record(second).unwrap();
    assert_eq!(files(folder.path()).len(), 2);
    assert_eq!(names(&journal), ["first"]);
    journal.close(second);
    assert_eq!(files(folder.path()).len(), 1);
    let first = &journal.unfinished()[0].entry;
    // Forgotten without having been resumed.
    journal.close(first);
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_line_cut_inside_a_character_does_not_spoil_the_others() {
    let folder = tempfile::tempdir().unwrap();
    Journal::at(folder.path().to_owned())
        .record(&entry("root@pam", "für-alle"))
        .unwrap();
    let path = files(folder.path()).remove(0);
    let mut file = OpenOptions::new().append(true).open(path).unwrap();
    file.write_all("{\"at\":\"f\u{fc}".as_bytes().split_last().unwrap().1)
        .unwrap();
    let journal = Journal::at(folder.path().to_owned());
    assert_eq!(names(&journal), ["für-alle"]);
    let mut entry = journal.unfinished().remove(0).entry;
    "after".clone_into(&mut entry.name);
    journal.record(&entry).unwrap();
    drop(journal);
    assert_eq!(names(&Journal::at(folder.path().to_owned())), ["after"]);
}

#[test]
fn the_files_are_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let journal = Journal::at(folder.path().join("creations"));
    journal.record(&entry("root@pam", "one")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path().join("creations")), 0o700);
    assert_eq!(mode(&files(&folder.path().join("creations"))[0]), 0o600);
}
