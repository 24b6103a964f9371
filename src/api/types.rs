//! The answers of Proxmox VE, as far as the wizard uses them. Plain data, already checked and sorted. Texts are as the
//! server sent them: code that shows one makes it safe first.

use crate::domain::{PveVersion, Secret, VmId};

use super::{ApiError, ServerAddress};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Realm {
    pub name: String,
    pub kind: RealmKind,
    pub comment: Option<String>,
    pub default: bool,
}

impl Realm {
    /// The name that users know the realm by.
    pub fn label(&self) -> &str {
        self.comment
            .as_deref()
            .filter(|comment| !comment.trim().is_empty())
            .unwrap_or(&self.name)
    }

    /// Why the realm cannot be used from a terminal.
    pub fn unusable(&self) -> Option<&'static str> {
        (self.kind == RealmKind::OpenId).then_some("needs a browser")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RealmKind {
    Pam,
    Pve,
    Ldap,
    Ad,
    OpenId,
    Other,
}

/// `user` is the full name, `root@pam`: the realm is never sent separately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    pub server: ServerAddress,
    pub user: String,
    pub password: Secret,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    Complete(Session),
    /// The password was right; one of these factors is still needed. Kinds that a terminal cannot serve are listed too.
    NeedsSecondFactor {
        user: String,
        kinds: Vec<FactorKind>,
        challenge: Secret,
    },
}

/// What a server shows before any login.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contact {
    /// The server's clock, in seconds since the epoch, where it sends it.
    pub date: Option<i64>,
    /// The SHA-256 fingerprint of the certificate that was accepted; `None` where there is no TLS.
    pub certificate: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// As the server spells it, `root@pam`.
    pub user: String,
    /// The version that the server reported while it checked the login; only a token's check reports one.
    pub version: Option<PveVersion>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactorKind {
    Totp,
    /// How many recovery keys are left.
    Recovery {
        left: usize,
    },
    Yubico,
    WebAuthn,
    U2f,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    pub server: ServerAddress,
    pub user: String,
    pub challenge: Secret,
    pub kind: FactorKind,
    pub code: Secret,
}

/// A cluster member. Load and sizes are absent without `Sys.Audit` and for a node that is not online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    pub name: String,
    /// Not known to be offline.
    pub online: bool,
    /// `status: unknown`: its statistics are missing, usually because a storage hangs. The node itself works.
    pub silent: bool,
    pub cpu_percent: Option<u32>,
    pub memory_used: Option<u64>,
    pub memory_total: Option<u64>,
    /// Logical CPUs (`maxcpu`).
    pub cpus: Option<u32>,
}

/// `GET /cluster/status`: the cluster's members as its own network knows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Membership {
    /// The node that the user is connected to.
    pub local: Option<String>,
    pub offline: Vec<String>,
    /// How many nodes there are.
    pub nodes: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    pub id: String,
    pub comment: Option<String>,
}

/// `allowed-tags`, and whether other tags may be created (`user-tag-access`; `free` when it is not set).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRules {
    pub allowed: Vec<String>,
    pub may_add: bool,
    /// `tag-style`: whether `Web` and `web` are two tags. Otherwise Proxmox stores tags in lower case.
    pub case_sensitive: bool,
    /// `registered-tags`, reserved for users with `Sys.Modify` on `/`; also empty where they cannot be read.
    pub registered: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    pub id: String,
    pub kind: String,
    pub content: Vec<String>,
    pub shared: bool,
    pub enabled: bool,
    pub active: bool,
    /// Bytes; 0 when not active.
    pub total: u64,
    pub available: u64,
    /// Disk formats that the storage can hold; empty when the server does not report them.
    pub formats: Vec<String>,
    /// iSCSI: nothing can be allocated, an existing volume must be chosen.
    pub select_existing: bool,
}

impl Storage {
    pub fn holds(&self, content: &str) -> bool {
        self.content.iter().any(|kind| kind == content)
    }
}

/// A kind of volume that can be chosen for a new VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    Iso,
    /// Disk images that a new disk can be created from (8.2 and later).
    Import,
    /// The disks of guests, and LUNs that are passed through.
    Images,
}

impl Content {
    /// As PVE spells it.
    pub fn name(self) -> &'static str {
        match self {
            Content::Iso => "iso",
            Content::Import => "import",
            Content::Images => "images",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// `cephfs:iso/name.iso`, `san:0.0.1.scsi-36001405`, `local:105/vm-105-disk-0.qcow2`
    pub volid: String,
    /// `iso`, `raw`, `qcow2`, ...
    pub format: String,
    pub bytes: Option<u64>,
    /// Seconds since the epoch.
    pub created: Option<i64>,
    /// The guest that it belongs to; `None` if it belongs to none.
    pub vmid: Option<VmId>,
}

impl Volume {
    /// The name that users know it by: the name on its storage, without folders.
    pub fn file_name(&self) -> &str {
        let name = self.volid.split_once(':').map_or(&*self.volid, |v| v.1);
        name.rsplit('/').next().unwrap_or(name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    pub name: String,
    /// `bridge`, `OVSBridge` or `vnet`.
    pub kind: String,
    pub active: bool,
    pub vlan_aware: bool,
    /// The VLANs that the bridge passes, both ends included (`bridge_vids`); empty where it does not report them.
    pub vlans: Vec<(u32, u32)>,
    /// Absent where the configuration does not set it: 1500 then.
    pub mtu: Option<u32>,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CpuModel {
    pub name: String,
    pub vendor: String,
    pub custom: bool,
}

/// A CPU flag that may be set for a single VM (listed by 9.2 and later).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CpuFlag {
    pub name: String,
    pub description: String,
    /// The nodes whose processors have the flag.
    pub supported_on: Vec<String>,
}

/// The name of a task, `UPID:<node>:<pid>:<pstart>:<starttime>:<type>:<id>:<user>:`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Upid(String);

impl Upid {
    /// `None` unless the text has a UPID's nine parts and a node in the second.
    pub fn parse(text: &str) -> Option<Upid> {
        let parts: Vec<&str> = text.split(':').collect();
        let shaped = parts.len() >= 9
            && parts.first() == Some(&"UPID")
            && parts.get(1).is_some_and(|node| !node.is_empty());
        (shaped && !text.contains(char::is_control)).then(|| Upid(text.to_owned()))
    }

    /// The node that runs the task and answers for it.
    pub fn node(&self) -> &str {
        self.part(1)
    }

    /// What the task does, `qmcreate`, `hastart`.
    pub fn kind(&self) -> &str {
        self.part(5)
    }

    /// What it is about, usually the ID of a guest.
    pub fn id(&self) -> &str {
        self.part(6)
    }

    /// When it started by its node's clock, in seconds since the epoch.
    pub fn started(&self) -> Option<i64> {
        i64::from_str_radix(self.part(4), 16).ok()
    }

    /// Its owner: `root@pam`, or `root@pam!token`.
    pub fn user(&self) -> &str {
        self.part(7)
    }

    fn part(&self, at: usize) -> &str {
        self.0.split(':').nth(at).unwrap_or_default()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskState {
    Running,
    Ok,
    Warnings(u32),
    /// The exit status as PVE words it.
    Failed(String),
    /// It ended without an exit status: its process was killed, or its node went down. Nothing was cleaned up.
    NoResult(String),
}

/// `lines` begin at the line asked for; `total` is how many the log has so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogLines {
    pub lines: Vec<String>,
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingOption {
    pub key: String,
    pub value: Option<String>,
    /// The value that waits for a stop and start.
    pub pending: Option<String>,
    pub delete: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    pub vmid: VmId,
    pub name: Option<String>,
    pub node: String,
    pub container: bool,
    pub status: String,
    pub lock: Option<String>,
    pub pool: Option<String>,
    /// Whether the HA stack manages it.
    pub high_availability: bool,
}

/// `running` or `stopped`, and the state that QEMU reports (`running`, `prelaunch`, `io-error`, ...).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VmStatus {
    pub status: String,
    pub qemu: Option<String>,
}

/// A service of the HA stack: its state (`queued`, `starting`, `started`, `error`, ...) and the stack's own sentence about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HaService {
    pub state: String,
    pub says: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskReference {
    pub upid: Upid,
    pub state: TaskState,
    /// Seconds since the epoch.
    pub started: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Known for every ID, even where the guest itself is hidden from the user.
    pub free: Result<bool, ApiError>,
    pub guest: Result<Option<Guest>, ApiError>,
    pub tasks: Result<Vec<TaskReference>, ApiError>,
    /// The server's clock when it listed the tasks, in seconds since the epoch.
    pub at: Option<i64>,
}

/// `POST .../termproxy`: a way to a VM's serial console. The server waits ten seconds for the connection and ten more for
/// its first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleTicket {
    /// As the server names the user in the first line.
    pub user: String,
    pub ticket: Secret,
    pub port: u16,
    /// The task that lives as long as the console.
    pub task: Option<Upid>,
}
