//! A mock server with a few paths that records its requests.

use std::sync::{Arc, Mutex};

use mockito::{Matcher, Server, ServerGuard};
use pve_vm_setup::api::http::HttpTransport;
use pve_vm_setup::api::{Client, ProxmoxApi, ServerAddress};

use super::{LOGIN, plain_transport, root};

/// A mock server that answers by path and records the requests in order.
pub struct Cluster {
    pub server: ServerGuard,
    came: Arc<Mutex<Vec<String>>>,
}

impl Cluster {
    pub async fn new() -> Cluster {
        Cluster {
            server: Server::new_async().await,
            came: Arc::default(),
        }
    }

    pub async fn answer(&mut self, method: &str, path: &str, status: usize, body: &str) {
        let (came, body) = (self.came.clone(), body.to_owned());
        self.server
            .mock(method, Matcher::Exact(format!("/api2/json{path}")))
            .with_status(status)
            .with_body_from_request(move |request| {
                let path = request.path_and_query().trim_start_matches("/api2/json");
                let sent = request.utf8_lossy_body().unwrap();
                let line = format!("{} {path} {sent}", request.method());
                came.lock().unwrap().push(line.trim_end().to_owned());
                body.clone().into_bytes()
            })
            .create_async()
            .await;
    }

    pub async fn logged_in() -> (Cluster, Client<HttpTransport>) {
        let mut cluster = Cluster::new().await;
        cluster.answer("POST", "/access/ticket", 200, LOGIN).await;
        let client = Client::new(plain_transport());
        client.login(&root(&cluster.address())).await.unwrap();
        cluster.came.lock().unwrap().clear();
        (cluster, client)
    }

    pub fn address(&self) -> ServerAddress {
        ServerAddress::parse(&self.server.host_with_port()).unwrap()
    }

    pub fn came(&self) -> Vec<String> {
        self.came.lock().unwrap().clone()
    }
}
