//! Files from the Internet: what a server says about an address, and a node's download of it to a storage. Knows no guest.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::sim::call::Call;
use crate::sim::internet::wget::{Fetch, fetch};
use crate::sim::internet::{Contents, Reached, host_and_port};
use crate::sim::reply::{Outcome, Refusal, Reply};
use crate::sim::storage::Storage;
use crate::sim::tasks::{Effect, Plan};
use crate::sim::volume::Volume;

/// Bytes per second that a node reads for a checksum.
const SUM_RATE: u64 = 1 << 30;

pub fn metadata(call: &mut Call<'_>) -> Outcome {
    let url = call.get("url").unwrap_or_default();
    let (host, port) = host_and_port(url);
    let internet = &call.cluster.internet;
    let unreachable = |why: &str| format!("500 Can't connect to {host}:{port} ({why})");
    let status = match internet.reach(url) {
        Reached::File(file) => {
            let path = url.split('?').next().unwrap_or_default();
            let of_path = path.rsplit('/').next().unwrap_or_default();
            let name = file.name.as_deref().unwrap_or(of_path);
            let mut data = Map::new();
            if !name.is_empty() {
                data.insert("filename".to_owned(), json!(name));
            }
            data.insert("size".to_owned(), json!(file.size));
            data.insert("mimetype".to_owned(), json!(file.mime));
            return Ok(Reply::new(Value::Object(data)));
        }
        Reached::NotFound => format!("404 {}", internet.not_found),
        Reached::Refused => unreachable("Connection refused"),
        Reached::Unresolved => unreachable("Name or service not known"),
    };
    Err(Refusal::died(format!(
        "invalid server response: '{status}'"
    )))
}

pub fn download(call: &mut Call<'_>) -> Outcome {
    let node = call.node();
    let content = call.get("content").unwrap_or_default().to_owned();
    let storage = usable(call, &node, &content)?;
    let name = normalised(call.get("filename").unwrap_or_default());
    check_name(&content, &name)?;
    storage.usable(&node).map_err(Refusal::died)?;
    let wanted = Wanted {
        url: call.get("url").unwrap_or_default().to_owned(),
        sum: sum(call),
        content,
        storage: storage.id.clone(),
        name,
    };
    let plan = plan(call, &node, storage, &wanted);
    let (user, now) = (call.user().to_owned(), call.now);
    Ok(Reply::new(call.cluster.spawn(&node, &user, now, plan)))
}

/// The storage of the path, if it takes this content on this node.
fn usable<'a>(call: &'a Call<'_>, node: &str, content: &str) -> Result<&'a Storage, Refusal> {
    let id = call.path("storage");
    let storage = call
        .cluster
        .storage(id)
        .ok_or_else(|| Refusal::died(format!("storage '{id}' does not exist")))?;
    if !storage.enabled || !storage.on_node(node) {
        storage.usable(node).map_err(Refusal::died)?;
    }
    if !storage.is_files() {
        return Err(Refusal::died(format!(
            "can't upload to storage type '{}', not a file based storage!",
            storage.kind
        )));
    }
    if !storage.holds(content) {
        return Err(Refusal::died(format!(
            "storage '{id}' is not configured for content-type '{content}'"
        )));
    }
    Ok(storage)
}

/// Without folders, and with `_` for every character that PVE does not allow in names.
fn normalised(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars()
        .map(|c| match c {
            '.' | '-' => c,
            c if c.is_ascii_alphanumeric() => c,
            _ => '_',
        })
        .collect()
}

fn check_name(content: &str, name: &str) -> Result<(), Refusal> {
    let lower = name.to_ascii_lowercase();
    let (endings, text, complaint): (&[&str], &str, &str) = match content {
        "iso" => (&[".iso", ".img"], &lower, "wrong file extension"),
        "vztmpl" => (
            &[".tar.gz", ".tar.xz", ".tar.zst"],
            name,
            "wrong file extension",
        ),
        _ => (
            &[".ova", ".qcow2", ".raw", ".vmdk"],
            name,
            "invalid filename or wrong extension",
        ),
    };
    let named = endings.iter().any(|ending| {
        text.strip_suffix(ending)
            .is_some_and(|stem| !stem.is_empty())
    });
    if named {
        Ok(())
    } else {
        Err(Refusal::parameter("filename", complaint))
    }
}

/// Algorithm and expected sum.
fn sum(call: &Call<'_>) -> Option<(String, String)> {
    let algorithm = call.get("checksum-algorithm")?.to_owned();
    Some((algorithm, call.get("checksum")?.to_owned()))
}

struct Wanted {
    url: String,
    sum: Option<(String, String)>,
    content: String,
    storage: String,
    name: String,
}

impl Wanted {
    /// As in a volume ID, behind the colon.
    fn volume_name(&self) -> String {
        format!("{}/{}", self.content, self.name)
    }

    fn plan(&self, effect: Effect) -> Plan {
        let mut plan = Plan::new("download", 0, Duration::from_millis(20), effect);
        plan.id.clone_from(&self.name);
        plan
    }
}

fn plan(call: &Call<'_>, node: &str, storage: &Storage, wanted: &Wanted) -> Plan {
    let target = storage.file(&wanted.volume_name());
    let url = &wanted.url;
    let first = format!("downloading {url} to {target}");
    if let Some(there) = storage.volume(node, &wanted.volume_name()) {
        let plan = wanted.plan(Effect::None).line(Duration::ZERO, first);
        return existing(plan, there, wanted, &target);
    }
    let internet = &call.cluster.internet;
    let part = format!("{target}.tmp_dwnl.{}", call.cluster.next_pid());
    let log = fetch(
        internet,
        &Fetch {
            url,
            part: &part,
            start: call.now,
            room: storage.total.saturating_sub(storage.used),
        },
    );
    let mut plan = wanted.plan(Effect::None).line(Duration::ZERO, first);
    plan.lines.extend(log.lines);
    plan.takes = log.takes;
    if let Err(message) = log.end {
        return plan.failing(message);
    }
    let Reached::File(file) = internet.reach(url) else {
        return plan;
    };
    let contents = file.received();
    if let Some((algorithm, expected)) = &wanted.sum {
        let at = plan.takes;
        plan.takes += time_to_sum(file.size);
        if let Err(message) = compare(&contents, algorithm, expected) {
            return plan.line(at, "calculating checksum...").failing(message);
        }
        let end = plan.takes;
        plan = plan.line(end, "calculating checksum...OK, checksum verified");
    }
    let end = plan.takes;
    let mut volume = Volume {
        name: wanted.volume_name(),
        content: wanted.content.clone(),
        format: Volume::format_of(&wanted.content, &wanted.name),
        disk: file.disk,
        contents,
        ..Volume::iso(&wanted.name, file.size, (call.now + end).as_secs())
    };
    if !storage.shared {
        volume = volume.only_on(node);
    }
    plan.effect = Effect::Downloaded {
        storage: wanted.storage.clone(),
        volume: Box::new(volume),
    };
    plan.line(end, format!("download of '{url}' to '{target}' finished"))
}

/// A file with this name is there: only its checksum can tell that it is the right one.
fn existing(plan: Plan, there: &Volume, wanted: &Wanted, target: &str) -> Plan {
    let Some((algorithm, expected)) = &wanted.sum else {
        return plan.failing(format!("refusing to override existing file '{target}'"));
    };
    let mut plan = plan;
    plan.takes = time_to_sum(there.size);
    let text = "calculating checksum of existing file...";
    match compare(&there.contents, algorithm, expected) {
        Ok(()) => {
            let end = plan.takes;
            plan.line(
                end,
                format!("{text}OK, got correct file already, no need to download"),
            )
        }
        Err(message) => plan
            .line(Duration::ZERO, text)
            .failing(format!("{message}, aborting")),
    }
}

fn compare(contents: &Contents, algorithm: &str, expected: &str) -> Result<(), String> {
    let got = contents.sum(algorithm);
    if got.eq_ignore_ascii_case(expected) {
        Ok(())
    } else {
        Err(format!(
            "checksum mismatch: got '{got}' != expect '{expected}'"
        ))
    }
}

fn time_to_sum(size: u64) -> Duration {
    Duration::from_millis(20 + size.saturating_mul(1000) / SUM_RATE)
}
