//! What a kernel says while it starts, and how fast. Text only.

use std::time::Duration;

pub const PACE: Duration = Duration::from_millis(60);

pub const LINES: [&str; 18] = [
    "[    0.000000] Linux version 6.12.41 (nixbld@localhost) (gcc (GCC) 14.3.0, GNU ld (GNU Binutils) 2.44) #1-NixOS SMP PREEMPT_DYNAMIC",
    "[    0.000000] Command line: initrd=initrd console=ttyS0,115200n8 root=LABEL=nixos-minimal boot.shell_on_fail",
    "[    0.000000] BIOS-provided physical RAM map:",
    "[    0.000000] Hypervisor detected: KVM",
    "[    0.021731] kvm-guest: PV spinlocks enabled",
    "[    0.318822] printk: legacy console [ttyS0] enabled",
    "[    0.604113] pci 0000:00:1f.2: [8086:2922] type 00 class 0x010601",
    "[    0.911902] virtio_blk virtio1: 2/0/0 default/read/poll queues",
    "[    1.204508] Freeing unused kernel image (initmem) memory: 4096K",
    "[    1.320117] Run /init as init process",
    "",
    "<<< NixOS Stage 1 >>>",
    "",
    "loading module overlay...",
    "mounting tmpfs on /...",
    "<<< NixOS Stage 2 >>>",
    "running activation script...",
    "starting systemd...",
];
