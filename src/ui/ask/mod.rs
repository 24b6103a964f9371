//! The questions over a step: about a server's certificate, and those that ask for a secret. Each draws itself and places
//! the cursor.

mod secret;
mod trust;

pub(super) use secret::{factor, password};
pub(super) use trust::trust;
