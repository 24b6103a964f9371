//! The guests: families and versions as the web wizard offers them.

values! {
    /// The web wizard's guest families.
    GuestFamily {
        Linux = "linux", "Linux";
        Windows = "windows", "Microsoft Windows";
        Solaris = "solaris", "Solaris Kernel";
        Other = "other", "Other";
    }
}

values! {
    /// Parameter `ostype`, as the web wizard offers it.
    OsType {
        L26 = "l26", "6.x - 2.6 Kernel";
        L24 = "l24", "2.4 Kernel";
        Win11 = "win11", "11/2022/2025";
        Win10 = "win10", "10/2016/2019";
        Win8 = "win8", "8.x/2012/2012r2";
        Win7 = "win7", "7/2008r2";
        W2k8 = "w2k8", "Vista/2008";
        Wxp = "wxp", "XP/2003";
        W2k = "w2k", "2000";
        Solaris = "solaris", "-";
        Other = "other", "-";
    }
}

impl OsType {
    pub fn family(self) -> GuestFamily {
        match self {
            OsType::L26 | OsType::L24 => GuestFamily::Linux,
            OsType::Solaris => GuestFamily::Solaris,
            OsType::Other => GuestFamily::Other,
            OsType::Win11
            | OsType::Win10
            | OsType::Win8
            | OsType::Win7
            | OsType::W2k8
            | OsType::Wxp
            | OsType::W2k => GuestFamily::Windows,
        }
    }
}

impl OsType {
    pub fn is_windows(self) -> bool {
        self.family() == GuestFamily::Windows
    }

    /// The full name of the guest, `Microsoft Windows 11/2022/2025`.
    pub fn name(self) -> String {
        match self.label() {
            "-" => self.family().label().to_owned(),
            version => format!("{} {version}", self.family().label()),
        }
    }
}

impl GuestFamily {
    /// The versions of this family, newest first; the first is the web wizard's preselection.
    pub fn versions(self) -> impl Iterator<Item = OsType> {
        OsType::ALL
            .iter()
            .copied()
            .filter(move |os| os.family() == self)
    }

    pub fn newest(self) -> OsType {
        self.versions().next().unwrap_or(OsType::Other)
    }
}
