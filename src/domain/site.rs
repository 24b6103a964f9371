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
    /// Where a preferred name was set: a file, a variable, an argument. Names without an entry are built in.
    pub origins: Vec<(String, String)>,
}

impl SiteDefaults {
    /// The beginning of a sentence about a preferred name: where it was set.
    pub fn origin(&self, name: &str) -> String {
        let mut set = self.origins.iter().filter(|(known, _)| known == name);
        match (set.next(), set.next()) {
            (Some((_, origin)), None) => format!("Default of {origin}"),
            // Set twice, perhaps in two places.
            (Some((_, one)), Some((_, other))) if one == other => format!("Default of {one}"),
            _ => "Site default".to_owned(),
        }
    }
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
            origins: Vec::new(),
        }
    }
}
