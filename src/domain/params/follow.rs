//! The parameters of the requests after the creation.

use super::Param;
use crate::domain::config::{CloudInit, System, VmConfig};
use crate::domain::field::{FieldId, Step};
use crate::domain::units::VmId;
use crate::domain::values::SerialConsole;

/// In place of a secret wherever a request is shown or written down.
pub const SECRET: &str = "<secret>";

/// The copy of a cloud image has the image's size at first.
pub(super) fn grown_disk(vm: &VmConfig) -> Option<Vec<Param>> {
    let disk = vm.disks.first().filter(|_| vm.is_cloud_disk(0))?;
    let field = FieldId::new(Step::Disks, "size");
    Some(vec![
        Param::plain("disk", disk.slot(), field),
        Param::plain("size", format!("{}G", disk.size), field),
    ])
}

/// The password itself is put in when the request is sent.
pub(super) fn password(cloud: &CloudInit) -> Option<Vec<Param>> {
    let field = FieldId::new(Step::Os, PASSWORD);
    let wanted = cloud.drive && cloud.password;
    wanted.then(|| vec![Param::plain(PASSWORD, SECRET, field)])
}

/// The parameter that takes it.
pub const PASSWORD: &str = "cipassword";

/// The serial console; `None` when no serial console is wanted. A graphic card that the user chose is kept.
pub(super) fn serial_console(system: &System) -> Option<Vec<Param>> {
    if system.serial == SerialConsole::None {
        return None;
    }
    let field = FieldId::new(Step::System, "serial0");
    let mut params = vec![Param::plain("serial0", "socket", field)];
    if system.serial_is_display() {
        params.push(Param::plain("vga", "serial0", field));
    }
    Some(params)
}

/// `state` is always sent: PVE's own default would start the VM.
pub(super) fn ha_resource(vmid: Option<VmId>) -> Vec<Param> {
    let field = FieldId::new(Step::General, "ha");
    let sid = vmid.map_or_else(|| "vm:<vmid>".to_owned(), |id| format!("vm:{id}"));
    vec![
        Param::plain("sid", sid, field),
        Param::plain("state", "stopped", field),
    ]
}
