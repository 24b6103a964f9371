//! OS: cloud-init, which a cloud image needs and any other guest can have. The addresses are on Network, one table for each
//! device.

use crate::domain::ip::parse_servers;
use crate::domain::public_key::PublicKey;
use crate::domain::text::{parse_custom, parse_login, parse_search_domain, visible};
use crate::domain::values::Media;
use crate::domain::{CloudInit, PveVersion, Step};
use crate::form::{Answers, Choice, Field, Kind, Options, Preset, Scope, Section, State};

use super::kinds::toggle;

pub(super) static HEAD: Section<CloudInit> = section(HEAD_ROWS);
pub(super) static SETTINGS: Section<CloudInit> = section(ROWS);

const fn section(rows: &'static [Field<CloudInit>]) -> Section<CloudInit> {
    Section {
        step: Step::Os,
        of: "",
        rows,
        part: |answers, _| Some(&answers.vm.cloud),
        part_mut: |answers, _| Some(&mut answers.vm.cloud),
    }
}

static HEAD_ROWS: &[Field<CloudInit>] = &[
    Field::<CloudInit>::new(
        "cloudinit",
        "Cloud-init",
        "A drive from which the guest reads its user, keys and addresses at the first boot.",
        toggle!(CloudInit.drive),
    )
    .param("ide2")
    .preset(|scope, _, _| {
        let image = scope.vm().os.media == Media::CloudImage;
        let why = if image {
            "A cloud image gets its user, keys and addresses from cloud-init."
        } else {
            "An installer sets up user and addresses itself."
        };
        Some(Preset::on(image, why))
    })
    .advanced_unless(|scope, cloud| cloud.drive || scope.vm().os.media == Media::CloudImage)
    .brief("cloud-init"),
    Field::<CloudInit>::new(
        "ciuser",
        "User",
        "The user that cloud-init makes; empty means the image's own, like debian or ubuntu.",
        Kind::Text {
            read: |cloud| cloud.user.clone(),
            write: |cloud, text| parse_login(text).map(|user| cloud.user = user),
        },
    )
    .default("your login name on this machine")
    .allowed("a user name, or empty")
    .hint("the image's own")
    .when(with_cloud_init)
    .preset(|scope, _, _| {
        // Images lock root out.
        let name = parse_login(&scope.person.name).ok()?;
        let usable = !name.is_empty() && name != "root";
        usable.then(|| Preset::new(name, "Your login name on this machine."))
    })
    .brief("user"),
];

pub(super) static PASSWORD: Section<Answers> = Section {
    step: Step::Os,
    of: "",
    rows: &[Field::<Answers>::new(
        crate::domain::params::PASSWORD,
        "Password",
        "Of this user; sent once, after the creation. Proxmox keeps its hash, this program keeps nothing.",
        Kind::Secret {
            read: |answers| &answers.cloud_password,
            write: |answers, secret| {
                answers.vm.cloud.password = !secret.is_empty();
                answers.cloud_password = secret;
            },
        },
    )
    .allowed("text; never in a plan")
    .hint("none")
    .when(|_, answers| State::shown_if(answers.vm.cloud.drive))],
    part: |answers, _| Some(answers),
    part_mut: |answers, _| Some(answers),
};

static ROWS: &[Field<CloudInit>] = &[
    Field::<CloudInit>::new(
        "sshkeys",
        "SSH keys",
        "Public keys that may log in: tick yours, or paste one.",
        Kind::Many {
            read: |_, cloud| cloud.keys.clone(),
            label: |line| {
                let key = PublicKey::parse(line);
                key.map_or_else(|_| visible(line), |key| visible(key.owner()))
            },
            write: |cloud, keys| cloud.keys = keys,
            options: |scope, cloud| keys(scope, cloud),
            new: Some(|_, typed| new_key(typed)),
            ordered: false,
        },
    )
    .default("the key in ~/.ssh, if there is one only")
    .allowed("public keys, a line each")
    .when(with_cloud_init)
    .preset(|scope, _, _| match scope.person.keys.as_slice() {
        [key] => Some(Preset::new(key.line(), "The only public key in ~/.ssh.")),
        _ => None,
    })
    .brief("keys of"),
    Field::<CloudInit>::new(
        "nameserver",
        "DNS servers",
        "Addresses, separated by blanks; empty means those of the node.",
        Kind::Text {
            read: |cloud| {
                let servers: Vec<String> = cloud.servers.iter().map(ToString::to_string).collect();
                servers.join(" ")
            },
            write: |cloud, text| parse_servers(text).map(|servers| cloud.servers = servers),
        },
    )
    .allowed("addresses, or empty")
    .hint("the node's")
    .when(with_cloud_init)
    .brief("DNS"),
    Field::<CloudInit>::new(
        "searchdomain",
        "Search domain",
        "The domain that short names are looked up in; empty means that of the node.",
        Kind::Text {
            read: |cloud| cloud.search_domain.clone(),
            write: |cloud, text| parse_search_domain(text).map(|name| cloud.search_domain = name),
        },
    )
    .allowed("a domain, or empty")
    .hint("the node's")
    .when(with_cloud_init)
    .advanced()
    .brief("domain"),
    Field::<CloudInit>::new(
        "ciupgrade",
        "Upgrade packages",
        "The first boot installs what is newer than the image; that takes a while and needs the network.",
        toggle!(CloudInit.upgrade),
    )
    .when(|scope, cloud| match with_cloud_init(scope, cloud) {
        State::Shown => {
            let can = scope.host().has(PveVersion::has_cloud_upgrade);
            State::off_unless(can, "from 8.0 on; before, it always upgrades")
        }
        hidden => hidden,
    })
    .since("8.0")
    .advanced(),
    Field::<CloudInit>::new(
        "cicustom",
        "Own files",
        "Snippets in place of what Proxmox writes, like user=local:snippets/user.yaml.",
        Kind::Text {
            read: |cloud| cloud.custom.clone(),
            write: |cloud, text| parse_custom(text).map(|custom| cloud.custom = custom),
        },
    )
    .allowed("meta=, network=, user=, vendor= with volumes of snippets, or empty")
    .hint("none")
    .when(with_cloud_init)
    .advanced()
    .brief("own files"),
];

fn with_cloud_init(_: &Scope, cloud: &CloudInit) -> State {
    State::shown_if(cloud.drive)
}

/// The keys in `~/.ssh`, then those that were pasted.
fn keys<'a>(scope: &Scope<'a>, cloud: &CloudInit) -> Options<'a> {
    let own = scope.person.keys.iter();
    let mut choices: Vec<Choice> = own.map(|key| choice(key, "")).collect();
    for line in &cloud.keys {
        if choices.iter().all(|known| known.value != *line)
            && let Ok(key) = PublicKey::parse(line)
        {
            choices.push(choice(&key, "  pasted"));
        }
    }
    Options::made(
        "Public keys",
        "There is no key in ~/.ssh; paste a public key.",
        choices,
    )
}

fn choice(key: &PublicKey, end: &str) -> Choice {
    Choice::new(key.line(), &key.label()).detail(format!("{}{end}", key.fingerprint()))
}

fn new_key(typed: &str) -> Choice {
    match PublicKey::parse(typed) {
        Ok(key) => choice(&key, "  pasted"),
        Err(message) => Choice::new(typed, "(not a key)").unusable(Some(message)),
    }
}
