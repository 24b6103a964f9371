//! The API contracts of PVE 7.4, 8.4 and 9.2: which parameters each call accepts, and the check of a request against them,
//! in PVE's own words. Knows no state: whether a storage exists is not part of the contract. The tables come from the
//! official API schemas of 7.4-16, 8.4.5 and 9.2.3; keys that those do not list (`boot`, `cpu`, `ipconfigN`, ...) are added
//! by hand, on the strict side where in doubt.

mod cpu;
mod formats;
mod names;
mod property_string;
mod schema;
mod verify;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::api::Method;

pub use cpu::{CPU_FLAGS, CpuFlag, CpuModel, cpu_flags, cpu_models};
pub use formats::split_list;
pub use property_string::{parse as parse_property_string, print as print_property_string};
pub use schema::{Endpoint, Field, Kind, Permission};

use schema::Tables;

/// The versions with a contract. Each also determines the other differences on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Series {
    V7_4,
    V8_4,
    V9_2,
}

impl Series {
    pub const ALL: [Series; 3] = [Series::V7_4, Series::V8_4, Series::V9_2];

    /// As in `GET /version`: `9.2`.
    pub fn release(self) -> &'static str {
        match self {
            Series::V7_4 => "7.4",
            Series::V8_4 => "8.4",
            Series::V9_2 => "9.2",
        }
    }
}

/// Parameter names to what is wrong with them, as in an answer's `errors`.
pub type Errors = BTreeMap<String, String>;

#[derive(Debug)]
pub struct Contract {
    series: Series,
    tables: Tables,
}

/// A call of the contract and the values of the placeholders in its path, percent-decoded.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    pub endpoint: &'a Endpoint,
    pub in_path: Vec<(String, String)>,
}

impl Contract {
    /// Parsed once per series and then shared.
    pub fn of(series: Series) -> &'static Contract {
        static CONTRACTS: [OnceLock<Contract>; 3] =
            [OnceLock::new(), OnceLock::new(), OnceLock::new()];
        let (slot, text) = match series {
            Series::V7_4 => (&CONTRACTS[0], include_str!("contract/7.4.json")),
            Series::V8_4 => (&CONTRACTS[1], include_str!("contract/8.4.json")),
            Series::V9_2 => (&CONTRACTS[2], include_str!("contract/9.2.json")),
        };
        slot.get_or_init(|| Contract {
            series,
            // A contract that cannot be read knows no call and so accepts nothing; the tests read all three.
            tables: Tables::read(text).unwrap_or_default(),
        })
    }

    pub fn series(&self) -> Series {
        self.series
    }

    /// Every simulated call of this version.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.tables.endpoints
    }

    /// `path` is concrete (`/nodes/pve1/qemu`) or a template (`/nodes/{node}/qemu`), below `/api2/json`.
    pub fn find(&self, method: Method, path: &str) -> Option<Found<'_>> {
        self.tables.endpoints.iter().find_map(|endpoint| {
            (endpoint.method == method.name())
                .then(|| endpoint.match_path(path))
                .flatten()
                .map(|in_path| Found { endpoint, in_path })
        })
    }

    /// The field of a parameter of `POST /nodes/{node}/qemu` or the configuration: `scsi3` belongs to `scsi[n]`.
    pub fn option(&self, name: &str) -> Option<&Field> {
        let found = self.find(Method::Put, "/nodes/{node}/qemu/{vmid}/config")?;
        found.endpoint.field(name)
    }

    /// The keys of a property string by the name of its parameter (`scsi[n]`) or format (`pve-qm-boot`).
    pub fn keys(&self, name: &str) -> Option<&BTreeMap<String, Field>> {
        self.tables.property_strings.get(name)
    }
}
