//! Reads the recorded requests and answers.

use pve_vm_setup::api::Method;
use serde_json::Value;

#[derive(Debug, Clone)]
pub enum Login {
    None,
    As(String),
    /// A ticket without a CSRF token.
    Without,
    /// A ticket without a valid signature.
    Forged,
}

#[derive(Debug, Clone)]
pub struct Case {
    pub name: String,
    pub method: Method,
    pub path: String,
    pub params: Vec<(String, String)>,
    pub login: Login,
    pub status: u16,
    pub reason: String,
    /// Null where the recording was cut off or had none.
    pub body: Value,
}

pub fn all() -> Vec<Case> {
    read(include_str!("../fixtures/pve-answers.jsonl"))
}

/// The second recording, what comes after a creation, was made on one more server.
pub fn after() -> Vec<Case> {
    read(include_str!("../fixtures/pve-answers-2.jsonl"))
}

fn read(recording: &str) -> Vec<Case> {
    recording
        .lines()
        .map(|line| case(&serde_json::from_str(line).unwrap()))
        .collect()
}

/// The first recording was made on three fresh servers: `create`, `work`, `catalog`; the second one is `after`.
pub fn section(name: &str) -> Vec<Case> {
    let all = all();
    let work = all.iter().position(|case| case.name == "login ok").unwrap();
    let catalog = all
        .iter()
        .position(|case| case.name == "catalog: version")
        .unwrap();
    match name {
        "create" => all[..work].to_vec(),
        "work" => all[work..catalog].to_vec(),
        "catalog" => all[catalog..].to_vec(),
        "after" => after(),
        other => panic!("no section {other}"),
    }
}

fn case(recorded: &Value) -> Case {
    let text = |key: &str| recorded[key].as_str().unwrap().to_owned();
    let (name, request) = (text("case"), text("request"));
    let (method, path, params, login) = match request.strip_prefix("curl ") {
        Some(curl) => read_curl(curl),
        None => read_plain(&name, &request),
    };
    Case {
        name,
        method,
        path,
        params,
        login,
        status: u16::try_from(recorded["status"].as_u64().unwrap()).unwrap(),
        reason: text("reason"),
        body: match &recorded["body"] {
            Value::String(_) => Value::Null,
            body => body.clone(),
        },
    }
}

fn method(name: &str) -> Method {
    match name {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        other => panic!("no method {other}"),
    }
}

type Parts = (Method, String, Vec<(String, String)>, Login);

/// `POST /nodes/pve1/qemu vmid=102 name=my vm (as bob@pve)`
fn read_plain(name: &str, request: &str) -> Parts {
    let (request, user) = match request.split_once(" (as ") {
        Some((request, user)) => (request, user.trim_end_matches(')').to_owned()),
        None if name.starts_with("bob ") || name.contains("without right") => {
            (request, "bob@pve".to_owned())
        }
        None if name.contains("as alice") => (request, "alice@pve".to_owned()),
        None => (request, "root@pam".to_owned()),
    };
    let mut words = request.split(' ');
    let verb = method(words.next().unwrap());
    let target = words.next().unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut params: Vec<(String, String)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for word in words {
        match word.split_once('=') {
            Some((name, value))
                if !name.is_empty()
                    && name
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) =>
            {
                params.push((name.to_owned(), value.to_owned()));
            }
            _ => {
                let (_, value) = params.last_mut().unwrap();
                value.push(' ');
                value.push_str(word);
            }
        }
    }
    (verb, path.to_owned(), params, Login::As(user))
}

/// `-d username=root@pam -d password=wrong https://pve1:8006/api2/json/access/ticket`
fn read_curl(curl: &str) -> Parts {
    let mut params = Vec::new();
    let mut login = Login::None;
    let mut verb = Method::Get;
    let mut path = String::new();
    let mut words = curl.split(' ');
    while let Some(word) = words.next() {
        match word {
            "-d" | "--data-urlencode" => {
                verb = Method::Post;
                let pair = words.next().unwrap();
                if let Some((name, value)) = pair.split_once('=') {
                    params.push((name.to_owned(), value.to_owned()));
                }
            }
            "-b" => login = Login::Forged,
            url => {
                if let Some((_, rest)) = url.split_once("/api2/json") {
                    rest.clone_into(&mut path);
                }
            }
        }
    }
    if verb.name() == "POST" && matches!(login, Login::Forged) {
        login = Login::Without;
    }
    (verb, path, params, login)
}
