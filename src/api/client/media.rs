//! Downloads and cloud guests as requests. Knows paths, parameters and PVE's words for an agent that is not there yet;
//! `wire` reads the answers.

use async_trait::async_trait;

use super::Client;
use crate::api::cloud_guest::{CloudGuests, CloudInitDocument, GuestInterface};
use crate::api::media::{Download, Downloads, UrlMetadata};
use crate::api::wire::{media, path, task};
use crate::api::{ApiError, Change, Method, Transport, Upid};
use crate::domain::{Secret, VmId};

#[async_trait]
impl<T: Transport> Downloads for Client<T> {
    async fn url_metadata(
        &self,
        node: &str,
        url: &str,
        verify_certificates: bool,
    ) -> Result<UrlMetadata, ApiError> {
        let path = path::node(node, &["query-url-metadata"]);
        let mut params = vec![("url", url)];
        if !verify_certificates {
            params.push(("verify-certificates", "0"));
        }
        self.get(path, &params, media::url_metadata()).await
    }

    async fn checksum_file(&self, url: &str) -> Result<String, String> {
        self.caller.public_text(url).await
    }

    async fn download(&self, download: &Download) -> Result<Upid, ApiError> {
        let request = download.request();
        let answer = self.caller.change(&request, &task::started()).await?;
        Ok(answer.data)
    }
}

#[async_trait]
impl<T: Transport> CloudGuests for Client<T> {
    async fn set_password(
        &self,
        node: &str,
        vmid: VmId,
        password: &Secret,
    ) -> Result<(), ApiError> {
        let change = Change::new(Method::Put, format!("/nodes/{node}/qemu/{vmid}/config"));
        let secrets = vec![("cipassword", password.clone())];
        self.caller
            .change_with(&change, secrets, &task::of_change())
            .await?;
        Ok(())
    }

    async fn cloudinit(
        &self,
        node: &str,
        vmid: VmId,
        document: CloudInitDocument,
    ) -> Result<String, ApiError> {
        let path = path::node(node, &["qemu", &vmid.to_string(), "cloudinit", "dump"]);
        let wanted = [("type", document.name())];
        self.get(path, &wanted, media::document()).await
    }

    async fn interfaces(
        &self,
        node: &str,
        vmid: VmId,
    ) -> Result<Option<Vec<GuestInterface>>, ApiError> {
        let vmid = vmid.to_string();
        let path = path::node(node, &["qemu", &vmid, "agent", "network-get-interfaces"]);
        match self.get(path, &[], media::interfaces()).await {
            Ok(interfaces) => Ok(Some(interfaces)),
            Err(ApiError::Refused { message, .. }) if is_not_there_yet(&message) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The agent starts with the system in the guest, and one that is still starting may not answer in time.
fn is_not_there_yet(message: &str) -> bool {
    message.starts_with("QEMU guest agent is not running")
        || message.contains("got timeout")
        || message.contains("unable to connect to VM") && message.contains("qga")
}
