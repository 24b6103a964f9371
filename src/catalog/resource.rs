//! What can be requested, what comes back, and the one function that requests it. A new list is one variant of each, one
//! arm and one reader.

use std::collections::BTreeMap;

use crate::api::{
    ApiError, Bridge, ClusterResources, Content, CpuFlag, CpuModel, Membership, Node, Pool,
    ProxmoxApi, Realm, ServerAddress, Storage, TagRules, UrlMetadata,
};
use crate::domain::{PveVersion, Rights, VmId};

use super::volumes::Volumes;

/// A request. Those that depend on a node name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resource {
    Realms(ServerAddress),
    Version,
    Nodes,
    Membership,
    NextVmId,
    VmIdIsFree(VmId),
    Rights,
    Pools,
    Tags,
    ClusterResources,
    Storages(String),
    /// Node, storage, and the kind of volume.
    Volumes(String, String, Content),
    Bridges(String),
    CpuModels(String),
    CpuFlags(String),
    Processor(String),
    /// Node and ID.
    GuestConfig(String, VmId),
    /// What a server tells a node about an address.
    UrlMetadata(String, String),
    /// A list of checksums at an address.
    ChecksumFile(String),
}

impl Resource {
    /// What the user would call it, in the middle of a sentence.
    pub fn name(&self) -> String {
        match self {
            Resource::Realms(server) => format!("the realms of {server}"),
            Resource::Version => "the version".to_owned(),
            Resource::Nodes => "the nodes".to_owned(),
            Resource::Membership => "the members of the cluster".to_owned(),
            Resource::NextVmId => "the next free ID".to_owned(),
            Resource::VmIdIsFree(vmid) => format!("whether {vmid} is free"),
            Resource::Rights => "your rights".to_owned(),
            Resource::Pools => "the pools".to_owned(),
            Resource::Tags => "the tags".to_owned(),
            Resource::ClusterResources => "the guests and storages of the cluster".to_owned(),
            Resource::Storages(node) => format!("the storages of {node}"),
            Resource::Volumes(_, storage, Content::Iso) => format!("the ISO images on {storage}"),
            Resource::Volumes(_, storage, Content::Import) => {
                format!("the images to import on {storage}")
            }
            Resource::Volumes(_, storage, Content::Images) => format!("the disks on {storage}"),
            Resource::Bridges(node) => format!("the bridges of {node}"),
            Resource::CpuModels(node) => format!("the CPU types of {node}"),
            Resource::CpuFlags(node) => format!("the CPU flags of {node}"),
            Resource::Processor(node) => format!("the processor of {node}"),
            Resource::GuestConfig(_, vmid) => format!("the configuration of VM {vmid}"),
            Resource::UrlMetadata(_, url) => format!("what {url} is"),
            Resource::ChecksumFile(url) => format!("the checksums at {url}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Realms(Vec<Realm>),
    Version(PveVersion),
    Nodes(Vec<Node>),
    Membership(Option<Membership>),
    NextVmId(VmId),
    VmIdIsFree(bool),
    Rights(Rights),
    Pools(Vec<Pool>),
    Tags(TagRules),
    ClusterResources(ClusterResources),
    Storages(Vec<Storage>),
    Volumes(Volumes),
    Bridges(Vec<Bridge>),
    CpuModels(Vec<CpuModel>),
    CpuFlags(Vec<CpuFlag>),
    Processor(Option<String>),
    GuestConfig(BTreeMap<String, String>),
    UrlMetadata(UrlMetadata),
    /// `Err` is a sentence; a download can go on without.
    ChecksumFile(Result<String, String>),
}

pub async fn fetch(api: &dyn ProxmoxApi, resource: &Resource) -> Result<Answer, ApiError> {
    match resource {
        Resource::Realms(server) => api.realms(server).await.map(Answer::Realms),
        Resource::Version => api.version().await.map(Answer::Version),
        Resource::Nodes => api.nodes().await.map(Answer::Nodes),
        Resource::Membership => api.membership().await.map(Answer::Membership),
        Resource::NextVmId => api.next_vmid().await.map(Answer::NextVmId),
        Resource::VmIdIsFree(vmid) => api.vmid_is_free(*vmid).await.map(Answer::VmIdIsFree),
        Resource::Rights => api.rights().await.map(Answer::Rights),
        Resource::Pools => api.pools().await.map(Answer::Pools),
        Resource::Tags => api.tags().await.map(Answer::Tags),
        Resource::ClusterResources => api.resources().await.map(Answer::ClusterResources),
        Resource::Storages(node) => api.storages(node).await.map(Answer::Storages),
        Resource::Volumes(node, storage, content) => {
            let volumes = api.volumes(node, storage, *content).await;
            volumes.map(Volumes::from).map(Answer::Volumes)
        }
        Resource::Bridges(node) => api.bridges(node).await.map(Answer::Bridges),
        Resource::CpuModels(node) => api.cpu_models(node).await.map(Answer::CpuModels),
        Resource::CpuFlags(node) => api.cpu_flags(node).await.map(Answer::CpuFlags),
        Resource::Processor(node) => api.processor(node).await.map(Answer::Processor),
        Resource::GuestConfig(node, vmid) => {
            api.vm_config(node, *vmid).await.map(Answer::GuestConfig)
        }
        Resource::UrlMetadata(node, url) => {
            let metadata = api.url_metadata(node, url, true).await;
            metadata.map(Answer::UrlMetadata)
        }
        Resource::ChecksumFile(url) => Ok(Answer::ChecksumFile(api.checksum_file(url).await)),
    }
}
