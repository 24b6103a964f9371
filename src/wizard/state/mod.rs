//! What the wizard's state is made of, as plain data. Knows no `Wizard`: what happens to it is told beside, in `impl Wizard`.

mod list;
mod notes;
mod questions;
mod session;
mod stop;

pub use list::List;
pub use notes::NotesEditor;
pub use questions::{FactorQuestion, PasswordQuestion, TrustQuestion};
pub use session::Session;
pub(super) use stop::Meant;
pub use stop::{ConfirmLine, Stop};
