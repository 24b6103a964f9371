//! The name of a preset: what it may be, whoever saves, lists or completes it.

/// Why a preset cannot have this name; `None` for a good one.
pub fn name_fault(name: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || !name.chars().all(plain) {
        return Some("Letters, digits, - _ and . only; begin with a letter or digit.");
    }
    name.to_lowercase()
        .ends_with(".toml")
        .then_some("Leave out .toml: it is the ending of the file.")
}
