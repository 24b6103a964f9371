//! The users of the demo, and the rights of each. All have one password; some have a second factor.

use crate::domain::Secret;
use crate::sim::access::{Factor, Realm, Token, User};
use crate::sim::cluster::Cluster;

/// The password of all users of the demo.
pub const PASSWORD: &str = "demo";
/// The code that `totp@pve` can use at any time.
pub const TOTP_CODE: &str = "123456";
/// The one recovery key that `recovery@pve` has left.
pub const RECOVERY_KEY: &str = "0a1b-2c3d-4e5f-6071";

/// The users, for the login page.
pub fn users_sentence() -> String {
    format!(
        "Demo users (password {PASSWORD}): root; totp@pve, code {TOTP_CODE}; recovery@pve, key {RECOVERY_KEY}; pool@pve, limited to the pool lab; audit@pve, read-only."
    )
}

/// An API token with all rights of its user.
pub const TOKEN_ID: &str = "totp@pve!wizard";
pub const TOKEN_SECRET: &str = "6f1d3f6e-0c1a-4a52-9d7b-3c1f7a9e5b21";

pub fn add(cluster: &mut Cluster) {
    let realm = |name: &str, kind: &str, comment: &str| Realm {
        name: name.to_owned(),
        kind: kind.to_owned(),
        comment: Some(comment.to_owned()),
        default: false,
    };
    let user = |id: &str, factors: Vec<Factor>| User {
        id: id.to_owned(),
        password: Secret::new(PASSWORD.to_owned()),
        factors,
        enabled: true,
    };
    let access = &mut cluster.access;
    access.realms = vec![
        realm("pam", "pam", "Linux PAM standard authentication"),
        realm("pve", "pve", "Proxmox VE authentication server"),
        realm("company", "openid", "Company single sign-on"),
    ];
    access.users = vec![
        user("root@pam", Vec::new()),
        user(
            "totp@pve",
            vec![Factor::Totp(Secret::new(TOTP_CODE.to_owned()))],
        ),
        user(
            "recovery@pve",
            vec![Factor::Recovery(vec![Secret::new(RECOVERY_KEY.to_owned())])],
        ),
        user("pool@pve", Vec::new()),
        user("audit@pve", Vec::new()),
    ];
    access.tokens = vec![Token {
        id: TOKEN_ID.to_owned(),
        secret: Secret::new(TOKEN_SECRET.to_owned()),
        separated: false,
    }];
    access.grant("/", "totp@pve", "Administrator");
    access.grant("/", "recovery@pve", "Administrator");
    access.grant("/pool/lab", "pool@pve", "PVEVMAdmin");
    access.grant("/pool/lab", "pool@pve", "PVEPoolUser");
    access.grant("/storage/ceph-pool", "pool@pve", "PVEDatastoreUser");
    access.grant("/", "audit@pve", "PVEAuditor");
}
