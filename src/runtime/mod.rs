//! The machine around the wizard: terminal, keys, signals, clock, tasks. The only folder that spawns tasks for it, reads
//! clocks or touches the terminal. Decides nothing.

mod brush;
mod disk;
pub mod escape;
mod event_loop;
mod input;
pub mod journal;
pub mod line;
pub mod log;
pub mod painter;
mod pen;
mod perform;
mod saved;
mod terminal;
pub mod world;

pub use disk::{Disk, Queue};
pub use event_loop::run;
pub use journal::Journal;
pub use perform::perform;
pub use terminal::{Screen, install_panic_hook};
pub use world::{check_threads, output_of, protect, unusable_terminal};
