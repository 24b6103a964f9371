//! A login and a shell on a serial port: a line with echo, and the few commands that a console is tried with. Knows no machine.

use std::collections::VecDeque;

/// What the machine should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    Off,
    Reboot,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Asks {
    Name,
    Password { user: String },
    Command,
}

#[derive(Debug)]
pub struct Shell {
    host: String,
    user: String,
    asks: Asks,
    line: Vec<u8>,
    columns: u16,
    rows: u16,
    /// A program that still counts: its next number and its last.
    counting: Option<(u64, u64)>,
}

type Out = VecDeque<u8>;

impl Shell {
    fn new(host: &str, user: &str, asks: Asks) -> Shell {
        Shell {
            host: host.to_owned(),
            user: user.to_owned(),
            asks,
            line: Vec::new(),
            columns: 80,
            rows: 24,
            counting: None,
        }
    }

    pub fn at_login(host: &str) -> Shell {
        Shell::new(host, "", Asks::Name)
    }

    pub fn logged_in_by_itself() -> Shell {
        Shell::new("nixos", "nixos", Asks::Command)
    }

    pub fn greeting(&self) -> String {
        let host = &self.host;
        let welcome = "\r\n\r\n<<< Welcome to NixOS 25.05 (x86_64) - ttyS0 >>>\r\n";
        match self.asks {
            Asks::Command => format!(
                "{welcome}\r\nRun 'nixos-help' for the NixOS manual.\r\n\r\n{host} login: nixos (automatic login)\r\n\r\n{}",
                self.prompt()
            ),
            _ => format!("{welcome}\r\n{}", self.prompt()),
        }
    }

    fn prompt(&self) -> String {
        let (host, user) = (&self.host, &self.user);
        match &self.asks {
            Asks::Name => format!("{host} login: "),
            Asks::Password { .. } => "Password: ".to_owned(),
            // It sets the title of the terminal, as NixOS does.
            Asks::Command if user == "root" => {
                format!("\r\n\x1b[1;31m[\x1b]0;root@{host}: ~\x07root@{host}:~]#\x1b[0m ")
            }
            Asks::Command => {
                format!("\r\n\x1b[1;32m[\x1b]0;{user}@{host}: ~\x07{user}@{host}:~]$\x1b[0m ")
            }
        }
    }

    /// Writes what a counting program has ready, up to so many bytes.
    pub fn fill(&mut self, out: &mut Out, most: usize) {
        while let Some((next, last)) = self.counting {
            if out.len() >= most {
                return;
            }
            if next > last {
                self.counting = None;
                out.extend(self.prompt().trim_start_matches("\r\n").as_bytes());
                return;
            }
            out.extend(format!("{next}\r\n").as_bytes());
            self.counting = Some((next + 1, last));
        }
    }

    pub fn key(&mut self, byte: u8, out: &mut Out) -> Option<Wish> {
        let hidden = matches!(self.asks, Asks::Password { .. });
        match byte {
            3 => {
                self.counting = None;
                self.line.clear();
                out.extend(b"^C\r\n");
                out.extend(self.prompt().trim_start_matches("\r\n").as_bytes());
            }
            // Typed while a program runs: it is not read.
            _ if self.counting.is_some() => {}
            b'\r' | b'\n' => {
                out.extend(b"\r\n");
                let line = std::mem::take(&mut self.line);
                return self.entered(&String::from_utf8_lossy(&line), out);
            }
            8 | 0x7f => {
                if self.line.pop().is_some() && !hidden {
                    out.extend(b"\x08 \x08");
                }
            }
            // Nothing to complete.
            b'\t' => out.push_back(7),
            0..0x20 => {}
            _ => {
                self.line.push(byte);
                if !hidden {
                    out.push_back(byte);
                }
            }
        }
        None
    }

    fn entered(&mut self, line: &str, out: &mut Out) -> Option<Wish> {
        match self.asks.clone() {
            Asks::Name if line.trim().is_empty() => {}
            Asks::Name => {
                self.asks = Asks::Password {
                    user: line.trim().to_owned(),
                };
            }
            Asks::Password { user } => {
                self.user = user;
                self.asks = Asks::Command;
            }
            Asks::Command => {
                let wish = self.command(line.trim(), out);
                if wish.is_some() || self.counting.is_some() {
                    return wish;
                }
                out.extend(self.prompt().trim_start_matches("\r\n").as_bytes());
                return None;
            }
        }
        out.extend(self.prompt().as_bytes());
        None
    }

    fn command(&mut self, line: &str, out: &mut Out) -> Option<Wish> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let words = words.strip_prefix(&["sudo"]).unwrap_or(&words);
        let mut say = |text: String| out.extend(text.replace('\n', "\r\n").as_bytes());
        match words {
            [] => {}
            ["echo", rest @ ..] => say(format!("{}\n", rest.join(" "))),
            ["printf", ..] => {
                let text = line.trim_start_matches("printf").trim().trim_matches('\'');
                out.extend(text.replace("\\e", "\x1b").as_bytes());
            }
            ["stty", "size"] => say(format!("{} {}\n", self.rows, self.columns)),
            ["stty", "cols", columns, "rows", rows] => {
                self.columns = columns.parse().unwrap_or(self.columns);
                self.rows = rows.parse().unwrap_or(self.rows);
            }
            ["seq", last] => self.counting = last.parse().ok().map(|last| (1, last)),
            ["seq", first, last] => {
                self.counting = first.parse().ok().zip(last.parse().ok());
            }
            ["exit" | "logout"] => self.asks = Asks::Name,
            ["poweroff"] => {
                say("[   99.812204] reboot: Power down\n".to_owned());
                return Some(Wish::Off);
            }
            ["reboot"] => {
                say("[   99.812204] reboot: Restarting system\n".to_owned());
                return Some(Wish::Reboot);
            }
            [command, ..] => say(format!(
                "{command}: not in this simulation; it knows echo, printf, stty, seq, reboot, poweroff and exit\n"
            )),
        }
        None
    }
}
