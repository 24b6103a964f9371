//! The plan in other forms: one file per form ("voice"), each a function of the requests that will be sent. Knows only the
//! domain, and no field: it repeats the requests, and what a form cannot express is added as a comment.

mod ansible;
mod hcl;
mod json;
mod pairs;
mod pvesh;
mod qm;
mod remark;
mod request;
mod requests;
mod terraform;
mod yaml;

pub use request::{Request, of_plan};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Voice {
    /// What is sent, one parameter a line.
    #[default]
    Requests,
    /// Commands for root on the node.
    Qm,
    /// Commands for root on any node.
    Pvesh,
    /// A playbook for the collection community.proxmox.
    Ansible,
    /// A configuration for the provider bpg/proxmox.
    Terraform,
    /// Data for other programs.
    Json,
}

impl Voice {
    pub const ALL: [Voice; 6] = [
        Voice::Requests,
        Voice::Qm,
        Voice::Pvesh,
        Voice::Ansible,
        Voice::Terraform,
        Voice::Json,
    ];

    /// Those of F4: what people read.
    pub const SHOWN: [Voice; 5] = [
        Voice::Requests,
        Voice::Qm,
        Voice::Pvesh,
        Voice::Ansible,
        Voice::Terraform,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Voice::Requests => "Requests",
            Voice::Qm => "qm",
            Voice::Pvesh => "pvesh",
            Voice::Ansible => "Ansible",
            Voice::Terraform => "Terraform",
            Voice::Json => "JSON",
        }
    }

    /// The extension of a file that holds it.
    pub fn ending(self) -> &'static str {
        match self {
            Voice::Requests => "txt",
            Voice::Qm => "qm.sh",
            Voice::Pvesh => "pvesh.sh",
            Voice::Ansible => "yml",
            Voice::Terraform => "tf",
            Voice::Json => "json",
        }
    }

    /// The whole plan with what follows the creation, ready to paste; it ends with a newline.
    pub fn say(self, requests: &[Request]) -> String {
        match self {
            Voice::Requests => requests::say(requests),
            Voice::Qm => qm::say(requests),
            Voice::Pvesh => pvesh::say(requests),
            Voice::Ansible => ansible::say(requests),
            Voice::Terraform => terraform::say(requests),
            Voice::Json => json::say(requests),
        }
    }
}
