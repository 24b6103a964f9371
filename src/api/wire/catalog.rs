//! Readers for the cluster as a whole: version, nodes, free IDs, pools, tags, the user's rights. Rows without their key are
//! skipped; every list comes sorted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::members::{Texts, members};
use super::reading::{Reading, each, entries, object, rows, value};
use super::scalar::Scalar;
use super::visit::{Key, MOST_ROWS, passed_over};
use crate::api::{ApiError, Membership, Node, Pool, TagRules};
use crate::domain::{PveVersion, Rights, VmId};

members!(Version {
    version: Scalar,
    release: Scalar,
});

pub fn version() -> impl Reading<Kept = PveVersion> {
    object("a version was expected", |row: Version| {
        let text = row.version.text().or_else(|| row.release.text())?;
        PveVersion::parse(&text)
    })
}

members!(Listed {
    node: Scalar,
    status: Scalar,
    cpu: Scalar,
    maxcpu: Scalar,
    mem: Scalar,
    maxmem: Scalar,
});

pub fn nodes() -> impl Reading<Kept = Vec<Node>> {
    rows(|row: Listed| {
        let silent = row.status.is("unknown");
        let online = silent || row.status.is("online");
        Some(Node {
            name: row.node.text()?,
            cpu_percent: row.cpu.fraction().filter(|_| online).map(percent),
            cpus: row.maxcpu.count().filter(|_| online),
            memory_used: row.mem.whole().filter(|_| online),
            memory_total: row.maxmem.whole().filter(|_| online),
            online,
            silent,
        })
    })
    .then(|mut nodes| {
        nodes.sort_by(|a: &Node, b| natord::compare_ignore_case(&a.name, &b.name));
        Ok(nodes)
    })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn percent(load: f64) -> u32 {
    (load * 100.0).round().clamp(0.0, 100.0) as u32
}

members!(Member {
    kind = "type": Scalar,
    name: Scalar,
    local: Scalar,
    online: Scalar,
});

pub fn membership() -> impl Reading<Kept = Membership> {
    each(|found: &mut Membership, row: Member| {
        let named = row.name.text().filter(|_| row.kind.is("node"));
        let Some(name) = named else {
            return 0;
        };
        found.nodes += 1;
        if row.local.flag() {
            found.local = Some(name.clone());
        }
        if row.online.told() == Some(false) {
            found.offline.push(name);
        }
        1
    })
}

pub fn vmid() -> impl Reading<Kept = VmId> {
    value("a VM ID was expected", |id| id.vmid())
}

members!(PoolRow {
    poolid: Scalar,
    comment: Scalar,
});

pub fn pools() -> impl Reading<Kept = Vec<Pool>> {
    rows(|row: PoolRow| {
        Some(Pool {
            id: row.poolid.text()?,
            comment: row.comment.words(),
        })
    })
    .then(|mut pools| {
        pools.sort_by(|a: &Pool, b| natord::compare_ignore_case(&a.id, &b.id));
        Ok(pools)
    })
}

members!(Options {
    allowed = "allowed-tags": Texts,
    registered = "registered-tags": Texts,
    access = "user-tag-access": Properties,
    style = "tag-style": Properties,
});

pub fn tags() -> impl Reading<Kept = TagRules> {
    let options = object("the datacenter's options were expected", Some::<Options>);
    options.then(|row| {
        let mode = row.access.user_allow.verbatim();
        Ok(TagRules {
            allowed: tag_list(row.allowed)?,
            may_add: mode.is_none_or(|mode| mode == "free"),
            case_sensitive: row.style.case_sensitive.flag(),
            registered: tag_list(row.registered)?,
        })
    })
}

/// Sorted, without duplicates.
fn tag_list(listed: Texts) -> Result<Vec<String>, ApiError> {
    let mut tags: Vec<String> = match listed {
        Texts::Listed(tags) => tags,
        Texts::Joined(tags) => {
            let tags = tags.split([';', ',', ' ']).filter(|tag| !tag.is_empty());
            let tags: BTreeSet<&str> = tags.take(MOST_ROWS + 1).collect();
            tags.into_iter().map(str::to_owned).collect()
        }
        Texts::None | Texts::Named(_) => Vec::new(),
    };
    if tags.len() > MOST_ROWS {
        let rows = tags.len();
        return Err(ApiError::TooMany { rows });
    }
    tags.retain(|tag| !tag.is_empty());
    tags.sort_by(|a, b| natord::compare_ignore_case(a, b).then_with(|| a.cmp(b)));
    tags.dedup();
    Ok(tags)
}

/// The needed parts of a property string, which is an object or, as in the file, one text.
#[derive(Debug, Default)]
struct Properties {
    user_allow: Scalar,
    case_sensitive: Scalar,
}

impl Properties {
    fn take(&mut self, name: &str, value: Scalar) {
        match name {
            "user-allow" => self.user_allow = value,
            "case-sensitive" => self.case_sensitive = value,
            _ => {}
        }
    }
}

impl<'de> Deserialize<'de> for Properties {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Properties, D::Error> {
        from.deserialize_any(PropertiesVisitor)
    }
}

struct PropertiesVisitor;

impl<'de> Visitor<'de> for PropertiesVisitor {
    type Value = Properties;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Properties, E> {
        let mut found = Properties::default();
        // The first of several counts.
        for part in text.split(',').rev() {
            if let Some((name, value)) = part.trim().split_once('=') {
                found.take(name, Scalar::Text(value.to_owned()));
            }
        }
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Properties, A::Error> {
        let mut found = Properties::default();
        while let Some((Key(name), value)) = object.next_entry::<Key<'de>, Scalar>()? {
            found.take(&name, value);
        }
        Ok(found)
    }

    passed_over!(Properties::default(); flag number null list);
}

/// Path, privilege, whether it propagates. A privilege counts where its key is listed, whatever the number.
pub fn rights() -> impl Reading<Kept = Rights> {
    let paths = |rights: &mut BTreeMap<String, BTreeMap<String, bool>>, path, listed| {
        let Privileges(listed) = listed;
        rights.insert(path, listed);
        1
    };
    entries("permissions by path were expected", paths).then(|paths| Ok(Rights(paths)))
}

#[derive(Debug, Default)]
struct Privileges(BTreeMap<String, bool>);

impl<'de> Deserialize<'de> for Privileges {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Privileges, D::Error> {
        from.deserialize_any(PrivilegesVisitor)
    }
}

struct PrivilegesVisitor;

impl<'de> Visitor<'de> for PrivilegesVisitor {
    type Value = Privileges;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Privileges, A::Error> {
        let mut listed = BTreeMap::new();
        while let Some((Key(privilege), flag)) = object.next_entry::<Key<'de>, Scalar>()? {
            listed.insert(privilege.into_owned(), flag.flag());
        }
        Ok(Privileges(listed))
    }

    passed_over!(Privileges::default(); flag number text null list);
}
