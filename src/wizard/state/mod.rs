//! The parts of the wizard's state, as plain data. Knows no `Wizard`: `impl Wizard` is elsewhere.

mod addresses;
mod creating;
mod download_form;
mod downloads;
mod form;
mod judged;
mod list;
mod notes;
mod origin;
mod overlay;
mod questions;
mod session;
mod stop;
mod unfinished;

pub use addresses::GuestAddresses;
pub use creating::{Creating, Waits};
pub(super) use creating::{Enter, Made, Pressable};
pub use download_form::{DownloadForm, DownloadRow};
pub use downloads::{Arriving, DownloadFact, DownloadOrder, Downloads};
pub use form::Form;
pub(super) use judged::Judged;
pub use list::{Found, List};
pub use notes::NotesEditor;
pub use origin::Origin;
pub use overlay::{Overlay, QuitButton};
pub use questions::{FactorQuestion, PasswordQuestion, TrustQuestion};
pub use session::Session;
pub(super) use stop::Meant;
pub use stop::{ConfirmLine, Stop};
pub use unfinished::{UNFINISHED_BUTTONS, Unfinished};
