//! No two files depend on each other, directly or in a circle. A file depends on the file that defines a name it writes, in
//! a `use` line or an inline path, followed through re-exports. A `mod` line and a re-export are no dependency unless the
//! file uses that name itself, and a parent has no privilege over its children. Importing a whole module is no dependency;
//! a name used through it is. An `impl` names its type, so a type and its members are below the code that works on it.
//! Method calls have no path, so this test does not see them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::made_up;
use super::reading::{Source, Written, module, rooted, sources, written};

struct File {
    name: String,
    module: Vec<String>,
    written: Written,
}

/// A place where a file names something that another one defines.
struct Need {
    line: usize,
    path: String,
    of: usize,
}

struct Tree {
    files: Vec<File>,
    /// By module.
    places: BTreeMap<Vec<String>, usize>,
}

/// The target of a path.
enum Target {
    File(usize),
    /// A module, another crate, or a name of the file itself.
    Nothing,
}

impl Tree {
    fn of(sources: &[Source]) -> Tree {
        let files: Vec<File> = sources
            .iter()
            // A crate of its own, which nothing can name.
            .filter(|source| source.name != "main.rs")
            .map(|source| File {
                name: source.name.clone(),
                module: module(&source.name),
                written: written(&source.text),
            })
            .collect();
        let modules = files.iter().enumerate();
        let places = modules.map(|(at, file)| (file.module.clone(), at));
        Tree {
            places: places.collect(),
            files,
        }
    }

    /// The file that defines what a path means where it is written.
    fn target(&self, file: &File, path: &[String], depth: usize) -> Target {
        // `use anyhow::anyhow;` means another crate, `pub use a_macro;` a name of the file itself.
        if depth == 0 {
            return Target::Nothing;
        }
        let first = &path[0];
        if matches!(first.as_str(), "crate" | "self" | "super") {
            let path = rooted(&file.name, path.to_vec());
            return self.walk(&[], &path[1..], depth);
        }
        if self.places.contains_key(&below(&file.module, first)) {
            return self.walk(&file.module, path, depth);
        }
        let mut uses = file.written.uses.iter();
        match uses.find(|one| one.name == *first && one.path.as_slice() != path) {
            Some(one) => {
                let path = [&one.path, &path[1..]].concat();
                self.target(file, &path, depth - 1)
            }
            None => Target::Nothing,
        }
    }

    fn walk(&self, module: &[String], path: &[String], depth: usize) -> Target {
        let Some((first, rest)) = path.split_first() else {
            return Target::Nothing;
        };
        let child = below(module, first);
        if self.places.contains_key(&child) {
            return self.walk(&child, rest, depth);
        }
        let at = self.places[module];
        let file = &self.files[at];
        match file.written.uses.iter().find(|one| one.name == *first) {
            Some(one) if one.path != [first.clone()] => {
                self.target(file, &[&one.path, rest].concat(), depth - 1)
            }
            _ => Target::File(at),
        }
    }

    fn needs(&self, at: usize) -> Vec<Need> {
        let file = &self.files[at];
        let Written { uses, paths, words } = &file.written;
        let used =
            |name: &str| words.contains_key(name) || paths.iter().any(|(_, path)| path[0] == name);
        let imported = uses
            .iter()
            .filter(|one| !one.shared || used(&one.name))
            .map(|one| (one.line, &one.path));
        imported
            .chain(paths.iter().map(|(line, path)| (*line, path)))
            .filter_map(|(line, path)| match self.target(file, path, 16) {
                Target::File(of) if of != at => Some(Need {
                    line,
                    path: path.join("::"),
                    of,
                }),
                _ => None,
            })
            .collect()
    }

    /// Every set of files that depend on each other, with the lines that do.
    fn circles(&self) -> Vec<(Vec<&str>, String)> {
        let needs: Vec<Vec<Need>> = (0..self.files.len()).map(|at| self.needs(at)).collect();
        let reached: Vec<BTreeSet<usize>> = (0..needs.len())
            .map(|from| {
                let mut reached = BTreeSet::new();
                let mut open = vec![from];
                while let Some(at) = open.pop() {
                    open.extend(
                        needs[at]
                            .iter()
                            .map(|need| need.of)
                            .filter(|of| reached.insert(*of)),
                    );
                }
                reached
            })
            .collect();
        let mut found = Vec::new();
        let mut told = BTreeSet::new();
        for from in 0..needs.len() {
            if !reached[from].contains(&from) || told.contains(&from) {
                continue;
            }
            let back = reached[from].iter().copied();
            let members: Vec<usize> = back.filter(|at| reached[*at].contains(&from)).collect();
            told.extend(members.iter().copied());
            let mut lines = String::new();
            for at in &members {
                for need in needs[*at].iter().filter(|need| members.contains(&need.of)) {
                    let Need { line, path, of } = need;
                    let (file, other) = (&self.files[*at].name, &self.files[*of].name);
                    writeln!(lines, "  src/{file}:{line} names {path} of {other}").unwrap();
                }
            }
            let names = members.iter().map(|at| self.files[*at].name.as_str());
            found.push((names.collect(), lines));
        }
        found
    }
}

fn below(module: &[String], child: &str) -> Vec<String> {
    let child = child.to_owned();
    module.iter().cloned().chain([child]).collect()
}

#[test]
fn no_files_depend_on_each_other_in_a_circle() {
    let sources = sources();
    let tree = Tree::of(&sources);
    let told = tree.circles().into_iter();
    let told: Vec<String> = told
        .map(|(files, lines)| format!("{}:\n{lines}", files.join(", ")))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn a_circle_is_found_however_it_is_closed() {
    for made_up::Case {
        shows,
        files,
        circle,
    } in made_up::CASES
    {
        let root = [("lib.rs", "")];
        let sources: Vec<Source> = root
            .iter()
            .filter(|_| files.iter().all(|(name, _)| *name != "lib.rs"))
            .chain(*files)
            .map(|(name, text)| Source {
                name: (*name).to_owned(),
                text: (*text).to_owned(),
            })
            .collect();
        let tree = Tree::of(&sources);
        let found = tree.circles();
        let mut told: Vec<&str> = found.iter().flat_map(|(files, _)| files.clone()).collect();
        told.sort_unstable();
        assert_eq!(told, *circle, "{shows}: {found:?}");
    }
}
