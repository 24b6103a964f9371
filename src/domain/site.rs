//! This site's preferences. Data only; whether a cluster has them is checked elsewhere.

/// Names that the defaults prefer where the cluster has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteDefaults {
    pub realm: String,
    pub iso_storage: String,
    pub disk_storage: String,
    pub efi_storage: String,
    pub bridge: String,
    pub cpu_type: String,
}

impl Default for SiteDefaults {
    fn default() -> SiteDefaults {
        SiteDefaults {
            realm: "pam".to_owned(),
            iso_storage: "cephfs".to_owned(),
            disk_storage: "ceph-pool".to_owned(),
            efi_storage: "ceph-pool".to_owned(),
            bridge: "vmbr9".to_owned(),
            cpu_type: "host".to_owned(),
        }
    }
}
