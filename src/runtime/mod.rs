//! The machine around the wizard: terminal, keys, signals, clock, tasks. The only folder that spawns tasks for it, reads
//! clocks or touches the terminal. Decides nothing.

mod ask;
mod brush;
pub mod console;
mod disk;
mod ending;
pub mod escape;
mod event_loop;
mod files;
mod input;
pub mod journal;
mod keyboard;
mod last_choices;
pub mod line;
pub mod log;
mod orders;
pub mod painter;
mod pen;
mod perform;
pub mod presets;
mod public_keys;
mod replace;
mod saved;
mod terminal;
mod tty;
mod unattended;
pub mod world;

pub use ask::ask_secret;
pub use disk::{Disk, Queue};
pub use event_loop::run;
pub use files::Files;
pub use input::Input;
pub use journal::Journal;
pub use last_choices::LastChoices;
pub use perform::perform;
pub use presets::Presets;
pub use public_keys::PublicKeys;
pub use terminal::{Screen, columns, install_panic_hook};
pub use unattended::{Ended, Next, run_unattended};
pub use world::{check_threads, output_of, protect, unusable_terminal};
