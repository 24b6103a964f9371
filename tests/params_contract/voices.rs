//! Every form gives back exactly the requests: the commands for `qm` and `pvesh` split as a shell splits them, the others
//! read by parsers of their languages.

use std::collections::BTreeMap;

use pve_vm_setup::domain::params::Plan;
use pve_vm_setup::voices::{Voice, of_plan};

use super::ansible::of_ansible;
use super::domain_support::sent;
use super::terraform::of_terraform;

pub type Requests = Vec<(String, BTreeMap<String, String>)>;

fn expected(plan: &Plan) -> Requests {
    plan.requests()
        .map(|request| {
            let line = format!("{} {}", request.method, request.path);
            (line, request.pairs().into_iter().collect())
        })
        .collect()
}

/// The words of each command: a command begins with a program's name and its verb.
fn commands(text: &str) -> Vec<Vec<String>> {
    let words = shell_words::split(text).expect("a shell can read it");
    let mut commands: Vec<Vec<String>> = Vec::new();
    let mut options = false;
    for word in words {
        let value_awaited = options
            && commands.last().is_some_and(|last| {
                last.iter()
                    .skip_while(|word| !word.starts_with("--"))
                    .count()
                    % 2
                    == 1
            });
        if !value_awaited && ["printf", "qm", "pvesh", "ha-manager"].contains(&word.as_str()) {
            commands.push(Vec::new());
            options = false;
        }
        options |= word.starts_with("--");
        commands
            .last_mut()
            .expect("a program comes first")
            .push(word);
    }
    commands
}

fn options(words: &[String]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for pair in words.chunks(2) {
        let [name, value] = pair else {
            panic!("{pair:?} is no option with a value");
        };
        let name = name.strip_prefix("--").expect("an option");
        assert!(found.insert(name.to_owned(), value.clone()).is_none());
    }
    found
}

fn of_qm(node: &str, text: &str) -> Requests {
    let mut keys = String::new();
    let mut one = |words: &Vec<String>| {
        let head: Vec<&str> = words.iter().take(2).map(String::as_str).collect();
        if head == ["printf", "%s\\n"] {
            // The keys are written to a file, a line each.
            let end = words.len() - 2;
            assert_eq!(words[end], ">");
            keys = words[2..end].join("\n");
            return None;
        }
        let subject = words[2].clone();
        if let ["qm", "disk"] = head.as_slice() {
            let [_, _, _, vmid, disk, size] = words.as_slice() else {
                panic!("{words:?}");
            };
            let params = [("disk", disk), ("size", size)];
            let params = params.map(|(name, value)| (name.to_owned(), value.clone()));
            let line = format!("PUT /nodes/{node}/qemu/{vmid}/resize");
            return Some((line, params.into()));
        }
        let mut params = options(&words[3..]);
        if let Some(file) = params.get_mut("sshkeys") {
            assert!(file.ends_with("-keys.pub"), "qm reads the keys from a file");
            *file = encoded(&keys);
        }
        let line = match head.as_slice() {
            ["qm", "create"] => {
                params.insert("vmid".to_owned(), subject);
                format!("POST /nodes/{node}/qemu")
            }
            ["qm", "set"] => format!("PUT /nodes/{node}/qemu/{subject}/config"),
            ["qm", "start"] => format!("POST /nodes/{node}/qemu/{subject}/status/start"),
            ["ha-manager", "add"] => {
                params.insert("sid".to_owned(), subject);
                "POST /cluster/ha/resources".to_owned()
            }
            other => panic!("{other:?} is no command of a creation"),
        };
        Some((line, params))
    };
    commands(text).iter().filter_map(&mut one).collect()
}

/// As JavaScript's `encodeURIComponent`.
pub fn encoded(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
        b'-' | b'_' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.bytes().map(one).collect()
}

fn of_pvesh(text: &str) -> Requests {
    let one = |words: &Vec<String>| {
        let method = match words[1].as_str() {
            "create" => "POST",
            "set" => "PUT",
            other => panic!("{other} is no verb of a creation"),
        };
        (format!("{method} {}", words[2]), options(&words[3..]))
    };
    commands(text).iter().map(one).collect()
}

fn of_json(text: &str) -> Requests {
    let requests: Vec<serde_json::Value> = serde_json::from_str(text).expect("it is JSON");
    let one = |request: &serde_json::Value| {
        let word = |key: &str| request[key].as_str().unwrap();
        let params = serde_json::from_value(request["params"].clone()).unwrap();
        assert!(!word("stage").is_empty());
        (format!("{} {}", word("method"), word("path")), params)
    };
    requests.iter().map(one).collect()
}

type Unordered = Vec<(String, Vec<(String, BTreeMap<String, String>)>)>;

/// The same requests where the order of options in a property string does not count.
fn unordered(requests: &Requests) -> Unordered {
    let params = |params: &BTreeMap<String, String>| {
        let params = params.iter();
        params
            .map(|(name, value)| (name.clone(), sent::keys(name, value)))
            .collect()
    };
    let requests = requests.iter();
    requests
        .map(|(line, found)| (line.clone(), params(found)))
        .collect()
}

/// The difference, if there is one.
pub fn round_trip(plan: &Plan, node: &str) -> Result<(), String> {
    let requests = of_plan(plan);
    let wanted = expected(plan);
    let exact = [
        of_qm(node, &Voice::Qm.say(&requests)),
        of_pvesh(&Voice::Pvesh.say(&requests)),
        of_json(&Voice::Json.say(&requests)),
    ];
    if let Some(found) = exact.into_iter().find(|found| *found != wanted) {
        return Err(format!("{found:?} is not {wanted:?}"));
    }
    let wanted = unordered(&wanted);
    let playbook = Voice::Ansible.say(&requests);
    let found = unordered(&of_ansible(&playbook));
    if found != wanted {
        return Err(format!("{found:?} is not {wanted:?}\n{playbook}"));
    }
    let configuration = Voice::Terraform.say(&requests);
    let found = unordered(&of_terraform(&configuration));
    let wanted = tags_sorted(wanted);
    if found != wanted {
        return Err(format!("{found:?} is not {wanted:?}\n{configuration}"));
    }
    Ok(())
}

/// Proxmox sorts tags, and the provider wants them so.
fn tags_sorted(mut requests: Unordered) -> Unordered {
    for (_, params) in &mut requests {
        for (_, value) in params.iter_mut().filter(|(name, _)| name == "tags") {
            for tags in value.values_mut() {
                let mut sorted: Vec<&str> = tags.split(';').collect();
                sorted.sort_unstable();
                *tags = sorted.join(";");
            }
        }
    }
    requests
}
