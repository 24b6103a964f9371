//! The form engine: rows that reach into the answers, sections of rows, lists to choose from, text buffers.
//! Nothing here draws, and nothing here knows a particular field.

pub mod answers;
pub mod area;
pub mod base;
pub mod field;
pub mod kind;
pub mod options;
pub mod section;
pub mod text;
pub mod view;

pub use answers::{Alone, Answers, LoginForm, Person, Scope, Shown};
pub use area::TextArea;
pub use base::{Base, PresetName};
pub use field::{Field, Preset};
pub use kind::{Change, Kind, SEPARATOR};
pub use options::{Choice, Options};
pub use section::{AnySection, FieldSpec, PartList, Section};
pub use text::{Edit, TextBuffer};
pub use view::{RowView, State, Value};
