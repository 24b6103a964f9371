//! The parameters of disks and network devices, one property string each.

use super::Param;
use crate::domain::config::{Disk, Limits, Nic};
use crate::domain::content::Content;
use crate::domain::field::{FieldId, Step};
use crate::domain::values::{Cache, ScsiController};

pub(super) fn drive(
    at: usize,
    disk: &Disk,
    content: Content,
    controller: ScsiController,
) -> Option<Param> {
    let Disk {
        bus,
        device: _,         // in the parameter's name
        source: _,         // as `content` says
        import_storage: _, // in the image's name
        import_image: _,
        storage,
        volume: _,
        size,
        cache,
        discard,
        io_thread,
        ssd,
        read_only,
        backup,
        skip_replication,
        async_io,
        limits,
    } = disk;
    let Limits {
        mbps_rd,
        mbps_wr,
        iops_rd,
        iops_wr,
        mbps_rd_max,
        mbps_wr_max,
        iops_rd_max,
        iops_wr_max,
    } = limits;
    let field = |name| FieldId::of_part(Step::Disks, at, name);
    let storage = storage.as_ref()?;
    let format = |param: Param| param.with("format", Disk::FORMAT, field("format"));
    let copy = |image: &str, from| {
        let param = Param::property(disk.slot());
        let param = param.bare("file", format!("{storage}:0"), field("storage"));
        format(param.with("import-from", image, from))
    };
    let param = match content {
        Content::Empty => {
            let file = format!("{storage}:{size}");
            format(Param::property(disk.slot()).bare("file", file, field("storage")))
        }
        // Fixed by the existing volume.
        Content::Volume(volume) => {
            Param::property(disk.slot()).bare("file", volume, field("volume"))
        }
        Content::Image(image) => copy(image?, field("import-from")),
        Content::CloudImage(image) => copy(image?, FieldId::new(Step::Os, "image")),
    };
    let on = |name, set: bool, param: Param, value| param.with_if(set, name, value, field(name));
    let param = param.with_if(
        *cache != Cache::Default,
        "cache",
        cache.value(),
        field("cache"),
    );
    let param = on("discard", *discard, param, "on");
    let io_thread = *io_thread && disk.can_have_io_thread(controller);
    let param = on("iothread", io_thread, param, "1");
    let param = on("ssd", *ssd && bus.has_ssd(), param, "1");
    let param = on("ro", *read_only && bus.has_read_only(), param, "1");
    let param = on("backup", !*backup, param, "0");
    let param = on("replicate", *skip_replication, param, "0");
    Some(
        param
            .with("aio", async_io.value(), field("aio"))
            .with_some("mbps_rd", *mbps_rd, field("mbps_rd"))
            .with_some("mbps_wr", *mbps_wr, field("mbps_wr"))
            .with_some("iops_rd", *iops_rd, field("iops_rd"))
            .with_some("iops_wr", *iops_wr, field("iops_wr"))
            .with_some("mbps_rd_max", *mbps_rd_max, field("mbps_rd_max"))
            .with_some("mbps_wr_max", *mbps_wr_max, field("mbps_wr_max"))
            .with_some("iops_rd_max", *iops_rd_max, field("iops_rd_max"))
            .with_some("iops_wr_max", *iops_wr_max, field("iops_wr_max")),
    )
}

pub(super) fn nic(at: usize, nic: &Nic) -> Option<Param> {
    let Nic {
        bridge,
        vlan,
        model,
        mac,
        firewall,
        disconnected,
        mtu,
        rate,
        multiqueue,
        trunks,
        addresses: _, // of cloud-init
    } = nic;
    let field = |name| FieldId::of_part(Step::Network, at, name);
    let bridge = bridge.as_ref()?;
    let trunks = Some(trunks).filter(|trunks| !trunks.is_empty());
    Some(
        Param::property(format!("net{at}"))
            .bare("model", model.value(), field("model"))
            .with_some("macaddr", mac.as_ref(), field("macaddr"))
            .with("bridge", bridge, field("bridge"))
            .with_some("tag", *vlan, field("tag"))
            .with_some("trunks", trunks, field("trunks"))
            .with_if(*firewall, "firewall", "1", field("firewall"))
            .with_some("rate", *rate, field("rate"))
            .with_some("queues", *multiqueue, field("queues"))
            .with_if(*disconnected, "link_down", "1", field("link_down"))
            .with_some("mtu", mtu.filter(|_| nic.has_mtu()), field("mtu")),
    )
}
