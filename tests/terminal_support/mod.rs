//! A real pseudo-terminal with the real program in it: bytes in, an emulated screen out. Every wait reads until something
//! is seen and fails at a deadline; nothing sleeps and nothing is retried.
#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{Read, Write};
use std::num::NonZero;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Long enough for a busy machine, and longer than an interrupted create is looked for before it is sent again; reached
/// only on an error.
const DEADLINE: Duration = Duration::from_secs(60);

/// `O_NOCTTY` and `O_NONBLOCK` of Linux.
const NOT_OURS_NOT_WAITING: i32 = 0o400 | 0o4000;

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

pub struct Session {
    pub child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    bytes: Receiver<Vec<u8>>,
    /// Tells the reader to release the terminal.
    closing: Arc<AtomicBool>,
    /// Held to stop the reader.
    gate: Arc<Mutex<()>>,
    /// The settings of the terminal before the program.
    found: String,
    pub screen: vt100::Parser,
    /// Everything the program has written.
    pub output: Vec<u8>,
}

impl Session {
    pub fn start(arguments: &[&str]) -> Session {
        Session::start_with(arguments, &[("LANG", "C.UTF-8")])
    }

    pub fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        Session::run(env!("CARGO_BIN_EXE_pve-vm-setup"), arguments, environment)
    }

    /// A shell that leads the session and runs a script, in which `$PROGRAM` is the program.
    pub fn shell(script: &str) -> Session {
        let program = env!("CARGO_BIN_EXE_pve-vm-setup");
        Session::run(
            "/bin/sh",
            &["-c", script],
            &[
                ("LANG", "C.UTF-8"),
                ("PROGRAM", program),
                ("PATH", "/usr/bin:/bin"),
            ],
        )
    }

    pub fn run(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Session {
        let size = PtySize {
            rows: 24,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in environment {
            command.env(name, value);
        }
        let found = format!("{:?}", pair.master.get_termios());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (sender, bytes) = channel();
        let closing = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&closing);
        let gate = Arc::new(Mutex::new(()));
        let open = Arc::clone(&gate);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0
                    || stop.load(Ordering::SeqCst)
                    || sender.send(buffer[..count].to_vec()).is_err()
                {
                    break;
                }
                drop(open.lock());
            }
        });
        Session {
            child,
            master: Some(pair.master),
            writer: Some(writer),
            bytes,
            closing,
            gate,
            found,
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

    /// Runs something while the terminal is blocked: nothing reads it, and it is full.
    pub fn with_a_full_line(&mut self, then: impl FnOnce(&mut Session)) {
        let gate = Arc::clone(&self.gate);
        let closed = gate.lock().unwrap();
        let mut line = std::fs::OpenOptions::new()
            .write(true)
            .custom_flags(NOT_OURS_NOT_WAITING)
            .open(format!("/proc/{}/fd/1", self.pid()))
            .unwrap();
        // The kernel moves written bytes on gradually; the terminal is full once it stays full.
        while line.write(&[b' '; 1024]).is_ok() {
            while line.write(&[b' '; 1024]).is_ok() {}
            std::thread::sleep(Duration::from_millis(50));
        }
        then(self);
        drop(closed);
    }

    /// Runs something while nothing reads the terminal.
    pub fn with_the_line_stopped(&mut self, then: impl FnOnce(&mut Session)) {
        let gate = Arc::clone(&self.gate);
        let closed = gate.lock().unwrap();
        then(self);
        drop(closed);
    }

    /// Takes the terminal away.
    pub fn close(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // The reader holds the terminal too; the next bytes, drawn for this key, release it.
        self.send("\t");
        while self.bytes.recv().is_ok() {}
        self.writer = None;
        self.master = None;
    }

    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    pub fn signal(&self, name: &str) {
        signal(self.pid(), name);
    }

    /// Waits for the process to be in a state, by its letter in /proc.
    #[track_caller]
    pub fn wait_for_state(&mut self, pid: u32, state: char) {
        let end = Instant::now() + DEADLINE;
        while process(pid).is_none_or(|process| process.state != state) {
            self.look(Duration::from_millis(10));
            assert!(
                Instant::now() < end,
                "{pid} never was {state}:\n{}",
                self.text()
            );
        }
    }

    /// Waits for a process to be gone.
    #[track_caller]
    pub fn wait_for_end_of(&mut self, pid: u32) {
        let end = Instant::now() + DEADLINE;
        while let Some(Process { state, ticks }) = process(pid) {
            if state == 'Z' {
                break;
            }
            self.look(Duration::from_millis(10));
            assert!(
                Instant::now() < end,
                "{pid} does not end; state {state}, {ticks} ticks"
            );
        }
    }

    /// The process that the shell waits for.
    pub fn child_of_shell(&self) -> u32 {
        let pid = self.pid();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
        children.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Ticks of CPU that the process has used.
    pub fn cpu_ticks(&self) -> u64 {
        process(self.pid()).unwrap().ticks
    }

    /// Takes what comes within a time.
    fn look(&mut self, time: Duration) {
        match self.bytes.recv_timeout(time) {
            Ok(bytes) => self.take(&bytes),
            Err(RecvTimeoutError::Timeout) => {}
            // Nothing will come any more, so nothing else waits.
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(time),
        }
    }

    /// The exit code; reads what is written meanwhile.
    #[track_caller]
    pub fn exit_code(&mut self) -> u32 {
        let end = Instant::now() + DEADLINE;
        loop {
            self.look(Duration::from_millis(20));
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

    /// Fails unless the terminal is as it was found: normal screen, cursor shown, no bracketed paste, the same settings.
    #[track_caller]
    pub fn assert_restored(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "still the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "pastes are still bracketed");
        let entered = self.written("\x1b[?1049h");
        assert_eq!(
            entered,
            self.written("\x1b[?1049l"),
            "left as often as entered"
        );
        self.assert_settings_restored();
    }

    /// The same after a guest, which may have entered and left what it liked.
    #[track_caller]
    pub fn assert_restored_from_a_guest(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "still the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "pastes are still bracketed");
        let mouse = screen.mouse_protocol_mode();
        assert_eq!(mouse, vt100::MouseProtocolMode::None);
        assert!(!screen.application_cursor() && !screen.application_keypad());
        self.assert_settings_restored();
    }

    #[track_caller]
    pub fn assert_settings_restored(&self) {
        let master = self.master.as_ref().unwrap();
        assert_eq!(self.found, format!("{:?}", master.get_termios()));
    }
}

/// What the kernel reports about a process.
pub struct Process {
    /// One letter: S sleeps, T is stopped, Z is over.
    pub state: char,
    pub ticks: u64,
}

pub fn process(pid: u32) -> Option<Process> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = |at: usize| fields[at].parse::<u64>().unwrap();
    Some(Process {
        state: fields[0].chars().next()?,
        ticks: ticks(11) + ticks(12),
    })
}

pub fn signal(pid: u32, name: &str) {
    let status = std::process::Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
