//! A failed login, in words: the field to correct, and the sentence for the user.

use crate::api::ApiError;
use crate::domain::FieldId;

use super::session::{PASSWORD, SERVER, USER};

/// The field to correct, and a sentence for the user.
pub(super) fn explain(error: &ApiError) -> (FieldId, String) {
    match error {
        ApiError::Unauthorized { .. } => (
            PASSWORD,
            "Wrong user name, password or realm. (401)".to_owned(),
        ),
        ApiError::Untrusted { certificate, .. } => {
            let pin = certificate
                .expected
                .as_ref()
                .map(|pin| format!(" --fingerprint asks for {pin}."));
            let pin = pin.unwrap_or_default();
            (
                SERVER,
                format!(
                    "{}. SHA-256 {}.{pin} Nothing was sent.",
                    certificate.reason, certificate.fingerprint
                ),
            )
        }
        ApiError::Parameters { message, fields } => {
            let details: Vec<String> = fields
                .iter()
                .map(|(name, text)| format!("{name}: {}", text.trim()))
                .collect();
            (USER, format!("{message} {}", details.join("; ")))
        }
        other => (SERVER, capital(&other.to_string())),
    }
}

/// The same sentence with a capital letter.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(rest).collect()
    })
}
