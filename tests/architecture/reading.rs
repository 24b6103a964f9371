//! Reads source files for the rules: their tokens, the trees of their `use` lines, every path that they name. Comments,
//! strings and characters do not count as code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

pub struct Source {
    /// Below `src`.
    pub name: String,
    pub text: String,
}

pub fn sources() -> Vec<Source> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    collect(Path::new(ROOT), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| Source {
            name: path
                .strip_prefix(ROOT)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned(),
            text: fs::read_to_string(&path).unwrap(),
        })
        .collect()
}

/// The tokens of code with their lines, without comments, strings and characters.
pub fn tokens(text: &str) -> Vec<(usize, String)> {
    let chars: Vec<char> = text.chars().collect();
    let (mut at, mut line, mut found) = (0, 1, Vec::new());
    let is = |at: usize, c: char| chars.get(at) == Some(&c);
    while at < chars.len() {
        let start = at;
        let c = chars[at];
        if c == '/' && is(at + 1, '/') {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
        } else if c == '/' && is(at + 1, '*') {
            while at < chars.len() && !(chars[at] == '*' && is(at + 1, '/')) {
                at += 1;
            }
            at += 2;
        } else if c == 'r'
            && (is(at + 1, '"') || (is(at + 1, '#') && (is(at + 2, '"') || is(at + 2, '#'))))
        {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            at += hashes + 2;
            while at < chars.len()
                && !(chars[at] == '"' && (1..=hashes).all(|ahead| is(at + ahead, '#')))
            {
                at += 1;
            }
            at += hashes + 1;
        } else if c == '"' {
            at += 1;
            while at < chars.len() && chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if c == '\'' && (is(at + 1, '\\') || is(at + 2, '\'')) {
            at += if is(at + 1, '\\') { 3 } else { 2 };
            while at < chars.len() && chars[at] != '\'' {
                at += 1;
            }
            at += 1;
        } else if c.is_alphanumeric() || c == '_' {
            while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '_') {
                at += 1;
            }
            found.push((line, chars[start..at].iter().collect()));
        } else if c == ':' && is(at + 1, ':') {
            at += 2;
            found.push((line, "::".to_owned()));
        } else {
            at += 1;
            if !c.is_whitespace() {
                found.push((line, c.to_string()));
            }
        }
        let end = at.min(chars.len());
        line += chars[start..end].iter().filter(|c| **c == '\n').count();
    }
    found
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The paths of a tree after `use`, with their local names. Returns where the tree ends.
fn tree(
    tokens: &[(usize, String)],
    mut at: usize,
    prefix: &[String],
    found: &mut Vec<(usize, Vec<String>, String)>,
) -> usize {
    let mut path = prefix.to_vec();
    let mut line = 0;
    while let Some((here, token)) = tokens.get(at) {
        line = *here;
        at += 1;
        match token.as_str() {
            "::" => {}
            "{" => {
                while tokens[at].1 != "}" {
                    at = tree(tokens, at, &path, found);
                    if tokens[at].1 == "," {
                        at += 1;
                    }
                }
                return at + 1;
            }
            "as" => {
                found.push((line, path, tokens[at].1.clone()));
                return at + 1;
            }
            "," | "}" | ";" => {
                at -= 1;
                break;
            }
            "self" if path.len() > prefix.len() || !prefix.is_empty() => {}
            word => path.push(word.to_owned()),
        }
    }
    let name = path.last().cloned().unwrap_or_default();
    found.push((line, path, name));
    at
}

/// The module of a file below `src`.
pub fn module(source: &str) -> Vec<String> {
    let mut module: Vec<String> = source
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    if module
        .last()
        .is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main"))
    {
        module.pop();
    }
    module
}

/// `self` and `super` in words from the root of the crate.
pub fn rooted(source: &str, path: Vec<String>) -> Vec<String> {
    let mut module = module(source);
    let mut rest = path.as_slice();
    if !matches!(rest.first().map(String::as_str), Some("self" | "super")) {
        return path;
    }
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "self" => {}
            "super" => {
                module.pop();
            }
            _ => break,
        }
        rest = after;
    }
    let crate_root = std::iter::once("crate".to_owned());
    crate_root
        .chain(module)
        .chain(rest.iter().cloned())
        .collect()
}

/// One name imported by a `use` line.
pub struct Use {
    pub line: usize,
    pub path: Vec<String>,
    pub name: String,
    /// `pub use`, `pub(super) use`.
    pub shared: bool,
}

/// What a file writes: its `use` lines, the paths in between, and single names: no fields, no methods, no `mod` lines.
#[derive(Default)]
pub struct Written {
    pub uses: Vec<Use>,
    pub paths: Vec<(usize, Vec<String>)>,
    pub words: BTreeMap<String, usize>,
}

pub fn written(text: &str) -> Written {
    let tokens = tokens(text);
    let is = |at: usize, sign: &str| tokens.get(at).is_some_and(|(_, token)| token == sign);
    let mut found = Written::default();
    let mut at = 0;
    while at < tokens.len() {
        let (line, token) = &tokens[at];
        let before = at.checked_sub(1);
        if token == "use" {
            let shared = before.is_some_and(|before| is(before, "pub") || is(before, ")"));
            let mut names = Vec::new();
            at = tree(&tokens, at + 1, &[], &mut names);
            found
                .uses
                .extend(names.into_iter().map(|(line, path, name)| Use {
                    line,
                    path,
                    name,
                    shared,
                }));
        } else if is_word(token) && is(at + 1, "::") {
            let mut path = vec![token.clone()];
            at += 1;
            while is(at, "::") && tokens.get(at + 1).is_some_and(|next| is_word(&next.1)) {
                path.push(tokens[at + 1].1.clone());
                at += 2;
            }
            found.paths.push((*line, path));
            at += usize::from(is(at, "::"));
        } else {
            let stands_alone = !before.is_some_and(|before| is(before, ".") || is(before, "mod"));
            if is_word(token) && stands_alone {
                found.words.entry(token.clone()).or_insert(*line);
            }
            at += 1;
        }
    }
    found
}

/// Every path that a file names, from its root, with the line.
pub fn paths(source: &Source) -> Vec<(usize, String)> {
    let Written { uses, paths, .. } = written(&source.text);
    let aliases: BTreeMap<&str, &[String]> = uses
        .iter()
        .map(|one| (one.name.as_str(), one.path.as_slice()))
        .collect();
    let named = paths.into_iter().map(|(line, mut path)| {
        if let Some(long) = aliases.get(path[0].as_str()) {
            path.splice(..1, long.iter().cloned());
        }
        (line, path)
    });
    uses.iter()
        .map(|one| (one.line, one.path.clone()))
        .chain(named)
        .map(|(line, path)| (line, rooted(&source.name, path).join("::")))
        .collect()
}
