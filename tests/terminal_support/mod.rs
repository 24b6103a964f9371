//! A real pseudo-terminal with the real program in it: bytes in, an emulated screen out. Every wait reads until something is
//! seen and fails at a deadline; nothing sleeps and nothing is tried twice.
#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Long enough for a busy machine; reached only when something is wrong.
const DEADLINE: Duration = Duration::from_secs(20);

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

pub struct Session {
    pub child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    bytes: Receiver<Vec<u8>>,
    /// Tells the reader to let go of the terminal.
    closing: Arc<AtomicBool>,
    pub screen: vt100::Parser,
    /// Everything the program has written.
    pub output: Vec<u8>,
}

impl Session {
    pub fn start(arguments: &[&str]) -> Session {
        Session::start_with(arguments, &[("LANG", "C.UTF-8")])
    }

    pub fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        let size = PtySize {
            rows: 24,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_pve-vm-setup"));
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (sender, bytes) = channel();
        let closing = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&closing);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0
                    || stop.load(Ordering::SeqCst)
                    || sender.send(buffer[..count].to_vec()).is_err()
                {
                    break;
                }
            }
        });
        Session {
            child,
            master: Some(pair.master),
            writer: Some(writer),
            bytes,
            closing,
            screen: vt100::Parser::new(cells(24), cells(80), 0),
            output: Vec::new(),
        }
    }

    /// Writes bytes as the terminal would, all at once.
    pub fn send(&mut self, bytes: &str) -> &mut Session {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(bytes.as_bytes()).unwrap();
        writer.flush().unwrap();
        self
    }

    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// How often the program has written a sequence.
    pub fn written(&self, sequence: &str) -> usize {
        String::from_utf8_lossy(&self.output)
            .matches(sequence)
            .count()
    }

    fn take(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
        self.screen.process(bytes);
    }

    /// Reads until the screen fits.
    #[track_caller]
    pub fn wait_until(&mut self, what: &str, fits: impl Fn(&Session) -> bool) -> &mut Session {
        let end = Instant::now() + DEADLINE;
        while !fits(self) {
            match self
                .bytes
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.take(&bytes),
                Err(error) => panic!("{what} was never seen ({error}):\n{}", self.text()),
            }
        }
        self
    }

    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> &mut Session {
        self.wait_until(text, |session| session.text().contains(text))
    }

    /// How many bytes come within a second, once nothing has come for a moment.
    pub fn bytes_while_idle(&mut self) -> usize {
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(400)) {
            self.take(&bytes);
        }
        let before = self.output.len();
        while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_secs(1)) {
            self.take(&bytes);
        }
        self.output.len() - before
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Session {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master.as_ref().unwrap().resize(size).unwrap();
        self.screen
            .screen_mut()
            .set_size(cells(rows), cells(columns));
        self
    }

    /// Takes the terminal away.
    pub fn close(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // The reader holds the terminal too; the next bytes, drawn for this key, let it go.
        self.send("\t");
        while self.bytes.recv().is_ok() {}
        self.writer = None;
        self.master = None;
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        let status = std::process::Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// The one-letter state of the process, as the kernel tells.
    pub fn process_state(&self) -> char {
        let pid = self.child.process_id().unwrap();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        stat.rsplit_once(") ").unwrap().1.chars().next().unwrap()
    }

    /// Ticks of CPU that the process has used.
    pub fn cpu_ticks(&self) -> u64 {
        let pid = self.child.process_id().unwrap();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }

    /// The exit code; reads what is written meanwhile.
    #[track_caller]
    pub fn exit_code(&mut self) -> u32 {
        let end = Instant::now() + DEADLINE;
        loop {
            match self.bytes.recv_timeout(Duration::from_millis(20)) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                while let Ok(bytes) = self.bytes.recv_timeout(Duration::from_millis(100)) {
                    self.take(&bytes);
                }
                return status.exit_code();
            }
            assert!(
                Instant::now() < end,
                "the program does not end:\n{}",
                self.text()
            );
        }
    }

    /// Whether the terminal was left as it was found: normal screen, cursor shown, no bracketed paste.
    pub fn is_restored(&self) -> bool {
        let screen = self.screen.screen();
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
