//! Files that a node fetches from the Internet: what a server says about an address, and the request for a download. Knows
//! no answer's form; `wire` reads those.

use async_trait::async_trait;

use crate::domain::media::{Checksum, Compression, MediaKind};

use super::{ApiError, Change, Method, Upid};

/// What a server tells about an address; it need not tell any of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UrlMetadata {
    pub file_name: Option<String>,
    pub bytes: Option<u64>,
    /// `application/x-iso9660-image`
    pub mime: Option<String>,
}

/// One file for one storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    pub node: String,
    pub storage: String,
    pub url: String,
    pub kind: MediaKind,
    /// As Proxmox stores it (`domain::media::Saved`).
    pub file_name: String,
    pub checksum: Option<Checksum>,
    /// How the node unpacks it; ISO images only (8.1 and later).
    pub compression: Option<Compression>,
    /// Only `false` accepts a server whose certificate the node does not trust.
    pub verify_certificates: bool,
}

impl Download {
    /// `POST /nodes/{node}/storage/{storage}/download-url`: a task `download`, whose ID is the file name.
    pub fn request(&self) -> Change {
        let (node, storage) = (&self.node, &self.storage);
        let path = format!("/nodes/{node}/storage/{storage}/download-url");
        let mut change = Change::new(Method::Post, path)
            .with("url", &*self.url)
            .with("content", self.kind.content())
            .with("filename", &*self.file_name);
        if let Some(checksum) = &self.checksum {
            change = change
                .with("checksum", &*checksum.hex)
                .with("checksum-algorithm", checksum.algorithm.name());
        }
        if let Some(compression) = self.compression {
            change = change.with("compression", compression.name());
        }
        if !self.verify_certificates {
            change = change.with("verify-certificates", "0");
        }
        change
    }

    /// The volume that it becomes.
    pub fn volid(&self) -> String {
        let (storage, content) = (&self.storage, self.kind.content());
        format!("{storage}:{content}/{}", self.file_name)
    }
}

#[async_trait]
pub trait Downloads {
    /// `GET /nodes/{node}/query-url-metadata`: the node asks the server, so that this shows whether the node can reach it.
    async fn url_metadata(
        &self,
        node: &str,
        url: &str,
        verify_certificates: bool,
    ) -> Result<UrlMetadata, ApiError>;

    /// A list of checksums, read by this machine over https, because the node has no such call. `Err` is a sentence: the
    /// download can go on unchecked.
    async fn checksum_file(&self, url: &str) -> Result<String, String>;

    /// Starts a download; the task goes on without this program.
    async fn download(&self, download: &Download) -> Result<Upid, ApiError>;
}
