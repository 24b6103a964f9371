//! The form engine: rows that reach into the answers, sections of rows, lists to choose from, text buffers.
//! Nothing here draws, and nothing here knows a particular field.

pub mod answers;
pub mod field;
pub mod options;
pub mod section;
pub mod text;

pub use answers::{Answers, LoginForm, Scope};
pub use field::{Change, Field, Kind, RowView, State, Value};
pub use options::{Choice, Options};
pub use section::{AnySection, PartList, Section};
pub use text::{Edit, TextBuffer};
