//! The machine's clock and randomness for the simulated cluster, and its environment: how the screen looks, where files
//! are, what a command prints.

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ring::rand::{SecureRandom, SystemRandom};

use crate::sim::{Clock, Random, Sleep};
use crate::ui::{Look, Marks, Theme};

/// The time of day.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The operating system's randomness.
#[derive(Debug)]
pub struct OsRandom(SystemRandom);

impl Default for OsRandom {
    fn default() -> OsRandom {
        OsRandom(SystemRandom::new())
    }
}

impl Random for OsRandom {
    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0_u8; 8];
        if self.0.fill(&mut bytes).is_err() {
            // Without randomness the demo is merely predictable.
            return SystemClock.now().subsec_nanos().into();
        }
        u64::from_le_bytes(bytes)
    }
}

/// Colours unless `NO_COLOR` is set; ASCII marks unless the locale is UTF-8.
pub fn look() -> Look {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let plain = set("NO_COLOR").is_some();
    let locale = set("LC_ALL")
        .or_else(|| set("LC_CTYPE"))
        .or_else(|| set("LANG"));
    let utf8 = locale.is_some_and(|locale| {
        let locale = locale.to_string_lossy().to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    Look {
        theme: if plain { Theme::PLAIN } else { Theme::COLOUR },
        marks: if utf8 { Marks::UNICODE } else { Marks::ASCII },
    }
}

/// `$XDG_STATE_HOME/pve-vm-setup`, below `~/.local/state` unless that is set to an absolute path.
pub fn state_folder() -> Option<PathBuf> {
    base_folder("XDG_STATE_HOME", ".local/state")
}

/// `$XDG_CONFIG_HOME/pve-vm-setup`, below `~/.config` unless that is set to an absolute path.
pub fn config_folder() -> Option<PathBuf> {
    base_folder("XDG_CONFIG_HOME", ".config")
}

/// What an administrator sets for all users of this machine.
pub fn site_folder() -> PathBuf {
    PathBuf::from("/etc/pve-vm-setup")
}

/// Where the user's SSH keys are.
pub fn ssh_folder() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    home.filter(|home| home.is_absolute())
        .map(|home| home.join(".ssh"))
}

/// The name that the user logged in with.
pub fn login_name() -> String {
    variable("LOGNAME")
        .or_else(|| variable("USER"))
        .unwrap_or_default()
}

fn base_folder(variable: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let base = absolute(variable).or_else(|| absolute("HOME").map(|home| home.join(below_home)))?;
    Some(base.join("pve-vm-setup"))
}

/// The addresses of a host, by the system's resolver.
pub async fn addresses_of(host: &str) -> io::Result<Vec<IpAddr>> {
    let found = tokio::net::lookup_host((host, 0)).await?;
    let mut addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
    addresses.dedup();
    Ok(addresses)
}

/// A variable of the environment; `None` for an empty one.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The output of a shell command; an error when it fails. It does not inherit the variables `without`.
pub fn output_of(command: &str, without: &[&str]) -> io::Result<String> {
    let mut shell = Command::new("sh");
    for variable in without {
        shell.env_remove(variable);
    }
    let output = shell
        .args(["-c", command])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!(
            "the command failed ({})",
            output.status
        )));
    }
    String::from_utf8(output.stdout).map_err(|_| io::Error::other("the command did not print text"))
}

/// Why the wizard cannot be drawn on this terminal: it needs one that can move the cursor.
pub fn unusable_terminal() -> Option<String> {
    let name = std::env::var("TERM").unwrap_or_default();
    matches!(name.as_str(), "dumb" | "unknown").then(|| {
        format!("this program draws on a terminal that can move the cursor; TERM={name} cannot. Run it in a terminal emulator or over ssh -t, or create from a plan file:  pve-vm-setup create web.toml")
    })
}

/// Keeps this process out of core files and away from debuggers of the same user: it holds the ticket. A refusal by the
/// system is ignored.
pub fn protect() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Whether the user can start the few threads that the program needs.
pub fn check_threads() -> io::Result<()> {
    let mut threads = Vec::new();
    for _ in 0..4 {
        let (done, wait) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::Builder::new().spawn(move || wait.recv().is_ok());
        let thread = thread.map_err(|error| {
            io::Error::other(format!(
                "the system starts no more threads for this user ({error}); see  ulimit -u"
            ))
        })?;
        threads.push((done, thread));
    }
    for (done, thread) in threads {
        drop(done);
        let _ = thread.join();
    }
    Ok(())
}
