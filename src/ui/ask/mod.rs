//! The questions over a step: about a server's certificate, and those that want a secret.
//! Each draws itself and says where the cursor goes.

mod secret;
mod trust;

pub(super) use secret::{factor, password};
pub(super) use trust::trust;
