//! The parameters of the requests after the creation.

use super::Param;
use crate::domain::config::System;
use crate::domain::field::{FieldId, Step};
use crate::domain::units::VmId;
use crate::domain::values::SerialConsole;

/// The second request; `None` when no serial console is wanted. A graphic card that the user chose is kept.
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
