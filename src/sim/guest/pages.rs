//! The boot menus of NixOS images as data: three layouts, by age and firmware. Knows no drawing and no keys.

/// Which menu an image has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Older images under BIOS: one list, by isolinux.
    Flat,
    /// Older images under UEFI: a submenu in a submenu, by GRUB.
    Nested,
    /// Newer images: the submenu Options, by GRUB.
    Options,
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub title: String,
    pub does: Does,
}

#[derive(Debug, Clone)]
pub enum Does {
    Boot { serial: bool },
    Open(Vec<Entry>),
    Nothing,
}

fn entry(title: impl Into<String>, does: Does) -> Entry {
    Entry {
        title: title.into(),
        does,
    }
}

/// The four variants that every menu of installers repeats.
fn variants(label: &str, serial: bool) -> Vec<Entry> {
    ["", " (nomodeset)", " (copytoram)", " (debug)"]
        .map(|variant| {
            entry(
                format!("NixOS {label} Installer{variant}"),
                Does::Boot { serial },
            )
        })
        .into()
}

const SERIAL: &str = "Serial console=ttyS0,115200n8";

impl Layout {
    pub fn entries(self, label: &str) -> Vec<Entry> {
        let mut entries = variants(label, false);
        let with_serial = || entry(SERIAL, Does::Open(variants(label, true)));
        match self {
            Layout::Flat => entries.push(entry(
                format!("NixOS {label} Installer (serial console=ttyS0,115200n8)"),
                Does::Boot { serial: true },
            )),
            Layout::Nested => {
                let resolution = |title: &str| entry(title, Does::Open(variants(label, false)));
                entries.push(entry(
                    "HiDPI, Quirks and Accessibility",
                    Does::Open(vec![
                        resolution("Suggests resolution @720p"),
                        resolution("Suggests resolution @1080p"),
                        resolution("Disable display-manager"),
                        entry("", Does::Nothing),
                        resolution("Rotate framebuffer Clockwise"),
                        entry("", Does::Nothing),
                        with_serial(),
                    ]),
                ));
                entries.extend(tail());
            }
            Layout::Options => {
                entries.push(entry(
                    "Options",
                    Does::Open(vec![
                        entry("Copy to RAM", Does::Open(variants(label, false))),
                        entry("No mode setting", Does::Open(variants(label, false))),
                        with_serial(),
                    ]),
                ));
                entries.extend(tail());
            }
        }
        entries
    }
}

fn tail() -> [Entry; 3] {
    ["rEFInd", "Firmware Setup", "Shutdown"].map(|title| entry(title, Does::Nothing))
}
