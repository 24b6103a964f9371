//! What the user decides about a VM: `VmConfig`, its parts, defaults, limits and checks, and the resulting requests. Pure
//! data and pure functions: no I/O, no terminal, no clock, no knowledge of how anything is requested or sent.

pub mod boot;
pub mod check;
pub mod config;
pub mod content;
pub mod facts;
pub mod field;
pub mod guest;
pub mod host;
pub mod ip;
pub mod iso;
pub mod media;
pub mod params;
pub mod problem;
pub mod public_key;
pub mod rights;
pub mod secret;
pub mod site;
pub mod size;
pub mod stored;
pub mod text;
pub mod token;
pub mod units;
pub mod values;
pub mod version;

pub use config::{CloudInit, Cpu, Disk, General, Memory, Nic, Os, Start, System, VmConfig};
pub use field::{FieldId, Step};
pub use host::Host;
pub use rights::Rights;
pub use secret::Secret;
pub use site::SiteDefaults;
pub use size::{DiskSize, MiB};
pub use units::{Milli, VmId};
pub use version::PveVersion;
