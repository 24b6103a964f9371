//! What the wizard knows of the cluster: one entry per resource, each idle, loading, ready or failed. Sends nothing itself:
//! it says what is missing and takes answers, dropping those that are no longer wanted.

pub mod remote;
pub mod resource;
mod volumes;

use std::collections::BTreeMap;

use crate::api::{
    ApiError, Bridge, ClusterResources, Content, CpuFlag, CpuModel, Guest, Membership, Node, Pool,
    Realm, ServerAddress, Storage, System, TagRules, UrlMetadata,
};
use crate::domain::{PveVersion, Rights, VmId};

pub use remote::{Remote, RequestId};
pub use resource::{Answer, Resource, fetch};
pub use volumes::{Volumes, detail};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Catalog {
    entries: BTreeMap<Resource, Remote<Answer>>,
    last_request: u64,
}

/// Declares the typed readers: name, resource and answer variant, what it yields.
macro_rules! readers {
    ($($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) => $resource:expr, $variant:ident, $yield:ty;)+) => {
        impl Catalog {
            $($(#[$doc])*
            pub fn $name(&self $(, $arg: $type)*) -> Remote<&$yield> {
                self.get(&$resource).narrow(|answer| match answer {
                    Answer::$variant(found) => Some(found),
                    _ => None,
                })
            })+
        }
    };
}

readers! {
    realms(server: &ServerAddress) => Resource::Realms(server.clone()), Realms, Vec<Realm>;
    version() => Resource::Version, Version, PveVersion;
    nodes() => Resource::Nodes, Nodes, Vec<Node>;
    membership() => Resource::Membership, Membership, Option<Membership>;
    next_vmid() => Resource::NextVmId, NextVmId, VmId;
    vmid_is_free(vmid: VmId) => Resource::VmIdIsFree(vmid), VmIdIsFree, bool;
    rights() => Resource::Rights, Rights, Rights;
    pools() => Resource::Pools, Pools, Vec<Pool>;
    tags() => Resource::Tags, Tags, TagRules;
    resources() => Resource::ClusterResources, ClusterResources, ClusterResources;
    storage_details(node: &str) => Resource::Storages(node.to_owned()), Storages, Vec<Storage>;
    volumes(node: &str, storage: &str, content: Content) => Resource::Volumes(node.to_owned(), storage.to_owned(), content), Volumes, Volumes;
    bridges(node: &str) => Resource::Bridges(node.to_owned()), Bridges, Vec<Bridge>;
    cpu_models(node: &str) => Resource::CpuModels(node.to_owned()), CpuModels, Vec<CpuModel>;
    cpu_flags(node: &str) => Resource::CpuFlags(node.to_owned()), CpuFlags, Vec<CpuFlag>;
    guest_config(node: &str, vmid: VmId) => Resource::GuestConfig(node.to_owned(), vmid), GuestConfig, BTreeMap<String, String>;
    url_metadata(node: &str, url: &str) => Resource::UrlMetadata(node.to_owned(), url.to_owned()), UrlMetadata, UrlMetadata;
    checksum_file(url: &str) => Resource::ChecksumFile(url.to_owned()), ChecksumFile, Result<String, String>;
    processor(node: &str) => Resource::Processor(node.to_owned()), Processor, Option<String>;
}

impl Catalog {
    /// The storages of a node. Their details can take long, since the node asks each storage; until they arrive, the
    /// cluster's last known values are used.
    pub fn storages(&self, node: &str) -> Remote<&Vec<Storage>> {
        let last_known = || {
            let resources = self.resources().known();
            resources.and_then(|resources| resources.storages.get(node))
        };
        match self.storage_details(node) {
            Remote::Loading {
                request,
                stale: None,
            } => Remote::Loading {
                request,
                stale: last_known(),
            },
            Remote::Failed { error, stale: None } => Remote::Failed {
                error,
                stale: last_known(),
            },
            other => other,
        }
    }

    /// The guests that the user may see, as far as they are known.
    pub fn guests(&self) -> &[Guest] {
        let resources = self.resources().known();
        resources.map_or(&[], |resources| &resources.guests)
    }

    pub fn guest(&self, vmid: VmId) -> Option<&Guest> {
        let guests = self.guests();
        let at = guests
            .binary_search_by_key(&vmid, |guest| guest.vmid)
            .ok()?;
        guests.get(at)
    }

    /// The system of a node, as far as it is known.
    pub fn system(&self, node: &str) -> Option<&System> {
        let resources = self.resources().known();
        resources.and_then(|resources| resources.systems.get(node))
    }

    fn get(&self, resource: &Resource) -> &Remote<Answer> {
        self.entries.get(resource).unwrap_or(&Remote::Idle)
    }

    pub fn is_idle(&self, resource: &Resource) -> bool {
        matches!(self.get(resource), Remote::Idle)
    }

    pub fn is_loading(&self, resource: &Resource) -> bool {
        matches!(self.get(resource), Remote::Loading { .. })
    }

    /// Whether it is loading and nothing is known of it yet, not even from before.
    pub fn is_awaited(&self, resource: &Resource) -> bool {
        matches!(self.get(resource), Remote::Loading { stale: None, .. })
    }

    pub fn failure(&self, resource: &Resource) -> Option<&ApiError> {
        match self.get(resource) {
            Remote::Failed { error, .. } => Some(error),
            Remote::Idle | Remote::Loading { .. } | Remote::Ready(_) => None,
        }
    }

    /// A number that no other request of this program had.
    pub fn new_request(&mut self) -> RequestId {
        self.last_request += 1;
        RequestId(self.last_request)
    }

    /// Marks the resource as requested, keeping what was known, and returns the number that its answer must carry.
    pub fn begin(&mut self, resource: &Resource) -> RequestId {
        let request = self.new_request();
        let known = self.entries.remove(resource).unwrap_or_default();
        self.entries.insert(resource.clone(), known.reload(request));
        request
    }

    /// Takes an answer. Returns false, and changes nothing, unless it answers the pending request.
    pub fn settle(&mut self, request: RequestId, answer: Result<Answer, ApiError>) -> bool {
        let waiting = self
            .entries
            .iter_mut()
            .find(|(_, entry)| matches!(entry, Remote::Loading { request: asked, .. } if *asked == request));
        let Some((_, entry)) = waiting else {
            return false;
        };
        *entry = std::mem::take(entry).settle(answer);
        true
    }

    /// Forgets the pending requests for which `wanted` returns false, and returns them.
    pub fn abandon(&mut self, wanted: impl Fn(&Resource) -> bool) -> Vec<RequestId> {
        let mut abandoned = Vec::new();
        for (resource, entry) in &mut self.entries {
            if let Remote::Loading { request, stale } = entry
                && !wanted(resource)
            {
                abandoned.push(*request);
                *entry = stale.take().map_or(Remote::Idle, Remote::Ready);
            }
        }
        abandoned
    }

    /// Forgets everything that was learned with a login.
    pub fn forget_cluster(&mut self) -> Vec<RequestId> {
        let abandoned = self.abandon(|resource| matches!(resource, Resource::Realms(_)));
        self.entries
            .retain(|resource, _| matches!(resource, Resource::Realms(_)));
        abandoned
    }

    /// Takes what came along with another answer, so that it is not requested again.
    pub fn learn(&mut self, resource: Resource, answer: Answer) {
        self.entries.insert(resource, Remote::Ready(answer));
    }

    /// Forgets one resource, so that it is loaded again where it is needed.
    pub fn forget(&mut self, resource: &Resource) {
        self.entries.remove(resource);
    }
}
