//! The simulated machine behind a serial port: boot menu, kernel, login, shell. A pure machine: bytes and the time in, bytes
//! out. Knows no cluster and no connection.

mod kernel;
mod keys;
mod menu;
mod pages;
mod shell;

use std::collections::VecDeque;
use std::time::Duration;

use menu::Menu;
pub use pages::Layout;
use shell::Shell;

/// What the machine boots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Boots {
    /// The image of an installer, with the label of its release.
    Installer { layout: Layout, label: String },
    /// A system on its disk, with a login on the serial port.
    Installed { host: String },
    /// Nothing that speaks on a serial port.
    Nothing,
}

/// More than this waits in the machine: a slow line holds up the program that writes.
const FULL: usize = 8 * 1024;

#[derive(Debug)]
pub struct SerialGuest {
    boots: Boots,
    stage: Stage,
    out: VecDeque<u8>,
    wants_off: bool,
}

#[derive(Debug)]
enum Stage {
    /// The firmware works until then.
    Firmware {
        until: Duration,
    },
    Menu(Menu),
    /// The kernel starts; its lines come one by one, on the serial port or on the display only.
    Kernel {
        serial: bool,
        line: usize,
        next: Duration,
    },
    /// The display has the prompt, the serial port has nothing. Keys of the display are gathered.
    Display {
        typed: String,
    },
    Shell(Box<Shell>),
    Silent,
}

impl SerialGuest {
    pub fn started(boots: Boots, now: Duration) -> SerialGuest {
        SerialGuest {
            boots,
            stage: Stage::Firmware {
                until: now + Duration::from_millis(500),
            },
            out: VecDeque::new(),
            wants_off: false,
        }
    }

    /// One that has run for long.
    pub fn running(boots: Boots) -> SerialGuest {
        let stage = match &boots {
            Boots::Installed { host } => Stage::Shell(Box::new(Shell::at_login(host))),
            Boots::Installer { .. } => Stage::Display {
                typed: String::new(),
            },
            Boots::Nothing => Stage::Silent,
        };
        SerialGuest {
            boots,
            stage,
            out: VecDeque::new(),
            wants_off: false,
        }
    }

    /// Whether it has switched itself off.
    pub fn is_off(&self) -> bool {
        self.wants_off
    }

    /// Whether all that it said has been taken.
    pub fn is_drained(&self) -> bool {
        self.out.is_empty()
    }

    /// When it does something by itself.
    pub fn next(&self) -> Option<Duration> {
        match &self.stage {
            Stage::Firmware { until } => Some(*until),
            Stage::Menu(menu) => menu.next(),
            Stage::Kernel { next, .. } => Some(*next),
            Stage::Display { .. } | Stage::Shell(_) | Stage::Silent => None,
        }
    }

    /// Brings it up to a time.
    pub fn run(&mut self, now: Duration) {
        while self.next().is_some_and(|next| next <= now) && !self.wants_off {
            let at = self.next().unwrap_or(now);
            self.step(at);
        }
        if let Stage::Shell(shell) = &mut self.stage {
            shell.fill(&mut self.out, FULL);
        }
    }

    fn step(&mut self, at: Duration) {
        match &mut self.stage {
            Stage::Firmware { .. } => self.stage = self.first_stage(at),
            Stage::Menu(menu) => {
                if let Some(serial) = menu.tick(at, &mut self.out) {
                    self.stage = kernel_from(serial, at);
                }
            }
            Stage::Kernel { serial, line, next } => {
                let (serial, host) = (*serial, host(&self.boots));
                match kernel::LINES.get(*line) {
                    Some(text) => {
                        *line += 1;
                        *next = at + kernel::PACE;
                        if serial {
                            self.out.extend(text.as_bytes());
                            self.out.extend(b"\r\n");
                        }
                    }
                    None => self.stage = self.after_kernel(serial, &host),
                }
            }
            Stage::Display { .. } | Stage::Shell(_) | Stage::Silent => {}
        }
    }

    fn first_stage(&mut self, at: Duration) -> Stage {
        match &self.boots {
            Boots::Installer { layout, label } => {
                Stage::Menu(Menu::drawn(*layout, label, at, &mut self.out))
            }
            Boots::Installed { .. } => kernel_from(true, at),
            Boots::Nothing => Stage::Silent,
        }
    }

    fn after_kernel(&mut self, serial: bool, host: &str) -> Stage {
        let installed = matches!(self.boots, Boots::Installed { .. });
        if !serial {
            return Stage::Display {
                typed: String::new(),
            };
        }
        let shell = if installed {
            Shell::at_login(host)
        } else {
            Shell::logged_in_by_itself()
        };
        self.out.extend(shell.greeting().as_bytes());
        Stage::Shell(Box::new(shell))
    }

    /// Bytes that arrive at the serial port.
    pub fn read(&mut self, bytes: &[u8], now: Duration) {
        for byte in bytes {
            match &mut self.stage {
                Stage::Menu(menu) => {
                    if let Some(serial) = menu.key(*byte, &mut self.out) {
                        self.stage = kernel_from(serial, now);
                    }
                }
                Stage::Shell(shell) => match shell.key(*byte, &mut self.out) {
                    Some(shell::Wish::Off) => self.wants_off = true,
                    Some(shell::Wish::Reboot) => {
                        self.stage = Stage::Firmware {
                            until: now + Duration::from_secs(1),
                        };
                    }
                    None => {}
                },
                Stage::Firmware { .. }
                | Stage::Kernel { .. }
                | Stage::Display { .. }
                | Stage::Silent => {}
            }
        }
        self.run(now);
    }

    /// A key of the display's keyboard, by QEMU's name.
    pub fn press(&mut self, key: &str, now: Duration) {
        if key == "ctrl-alt-delete" {
            self.stage = Stage::Firmware {
                until: now + Duration::from_secs(1),
            };
            return;
        }
        let Stage::Display { typed } = &mut self.stage else {
            return;
        };
        match keys::character(key) {
            Some('\n') => {
                let command = std::mem::take(typed);
                if command.trim_start_matches("sudo ") == "systemctl start serial-getty@ttyS0" {
                    let shell = Shell::logged_in_by_itself();
                    self.out.extend(shell.greeting().as_bytes());
                    self.stage = Stage::Shell(Box::new(shell));
                }
            }
            Some(c) => typed.push(c),
            None => {}
        }
    }

    /// What it has written, and forgets it.
    pub fn take_output(&mut self, most: usize) -> Vec<u8> {
        let most = most.min(self.out.len());
        let taken = self.out.drain(..most).collect();
        if let Stage::Shell(shell) = &mut self.stage {
            shell.fill(&mut self.out, FULL);
        }
        taken
    }
}

fn kernel_from(serial: bool, at: Duration) -> Stage {
    Stage::Kernel {
        serial,
        line: 0,
        next: at + kernel::PACE,
    }
}

fn host(boots: &Boots) -> String {
    match boots {
        Boots::Installed { host } => host.clone(),
        _ => "nixos".to_owned(),
    }
}
