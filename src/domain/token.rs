//! API tokens as users paste them: splits and cleans the ID and its secret. Pure texts; nothing is sent or kept here.

use super::secret::Secret;

/// `user@realm!name`, and the secret where it was pasted along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastedToken {
    pub id: String,
    pub secret: Option<Secret>,
}

/// Takes `root@pam!wizard`, `root@pam!wizard=UUID`, and the whole header `PVEAPIToken=root@pam!wizard=UUID`, with blanks or quotes
/// around it.
pub fn parse_token(text: &str) -> Result<PastedToken, String> {
    let text = bare(text);
    let text = strip(text, "Authorization:").trim_start();
    let text = strip(text, "PVEAPIToken=");
    let (id, secret) = match text.split_once('=') {
        Some((id, secret)) => (id, Some(secret)),
        None => (text, None),
    };
    let id = bare(id);
    let shaped = id.split_once('!').is_some_and(|(user, name)| {
        let user = user
            .rsplit_once('@')
            .is_some_and(|(user, realm)| !user.is_empty() && !realm.is_empty());
        user && !name.is_empty()
            && !id.contains(char::is_whitespace)
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    });
    if !shaped {
        return Err(
            "the token's id must be user@realm!name, for example root@pam!wizard".to_owned(),
        );
    }
    Ok(PastedToken {
        id: id.to_owned(),
        secret: secret.map(parse_token_secret).transpose()?,
    })
}

/// The UUID of a token's secret, out of a line with quotes, blanks, a byte order mark or the whole `id=secret` around it.
/// Proxmox creates no other kind of secret, so anything else is a mistake that need not be sent.
pub fn parse_token_secret(text: &str) -> Result<Secret, String> {
    let text = bare(text);
    let last = bare(text.rsplit('=').next().unwrap_or(text));
    if is_uuid(last) {
        Ok(Secret::new(last.to_ascii_lowercase()))
    } else {
        Err("A token's secret is a UUID, like 6f1d3f6e-0c1a-4a52-9d7b-3c1f7a9e5b21; this is not one.".to_owned())
    }
}

/// Without blanks, line ends, quotes and a byte order mark around it.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '"' | '\'' | '`' | '\u{feff}' | ',' | ';')
    })
}

fn strip<'a>(text: &'a str, prefix: &str) -> &'a str {
    match text.get(..prefix.len()) {
        Some(head) if head.eq_ignore_ascii_case(prefix) => text.get(prefix.len()..).unwrap_or(text),
        _ => text,
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups
            .iter()
            .all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
}
