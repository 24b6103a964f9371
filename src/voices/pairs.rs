//! Parameters and property strings taken apart: a form takes what it can express, and what nobody took is left over, so
//! that it can be named. Knows no form and no parameter.

/// Names with their values, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairs(Vec<(String, String)>);

/// What a form expects of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
    Decimal,
    Flag,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    Text(String),
    Whole(u64),
    Decimal(f64),
    Flag(bool),
}

impl Scalar {
    /// `None` if writing it as this kind would change it: `1.5` is no whole number, and neither is `007`.
    pub(super) fn read(kind: Kind, value: &str) -> Option<Scalar> {
        match (kind, value) {
            (Kind::Text, _) => Some(Scalar::Text(value.to_owned())),
            (Kind::Whole, _) => {
                let number: u64 = value.parse().ok()?;
                (number.to_string() == value).then_some(Scalar::Whole(number))
            }
            (Kind::Decimal, _) => {
                let number: f64 = value.parse().ok()?;
                (number.to_string() == value).then_some(Scalar::Decimal(number))
            }
            (Kind::Flag, "0") => Some(Scalar::Flag(false)),
            (Kind::Flag, "1") => Some(Scalar::Flag(true)),
            (Kind::Flag, _) => None,
        }
    }
}

impl Pairs {
    pub(super) fn of(params: &[(String, String)]) -> Pairs {
        Pairs(params.to_vec())
    }

    /// The parts of a property string. A part without a key (`ceph-pool:32`, `virtio`) is under the empty name.
    pub(super) fn of_property(value: &str) -> Pairs {
        let parts = value.split(',').map(|part| {
            let (key, value) = part.split_once('=').unwrap_or(("", part));
            (key.to_owned(), value.to_owned())
        });
        Pairs(parts.collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(at).1)
    }

    /// Left over if it is not of this kind.
    pub(super) fn take_as(&mut self, kind: Kind, name: &str) -> Option<Scalar> {
        let scalar = Scalar::read(kind, self.get(name)?)?;
        self.take(name);
        Some(scalar)
    }

    /// The storage of a volume that is to be made in the size that Proxmox chooses, as in `ceph-pool:1`.
    pub(super) fn take_new_volume(&mut self) -> Option<String> {
        let storage = self.get("")?.strip_suffix(":1")?.to_owned();
        self.take("");
        Some(storage)
    }

    /// All of a bus, as `scsi0`, `scsi1`: its name and a number.
    pub(super) fn take_bus(&mut self, bus: &str) -> Vec<(String, String)> {
        let (taken, left) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|(name, _)| slot(name).is_some_and(|(of, _)| of == bus));
        self.0 = left;
        taken
    }

    pub(super) fn put(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn as_slice(&self) -> &[(String, String)] {
        &self.0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A device's bus and number: `scsi0` is 0 of `scsi`; `scsihw` is none.
pub(super) fn slot(name: &str) -> Option<(&str, usize)> {
    let bus = name.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let number = name.strip_prefix(bus)?.parse().ok()?;
    Some((bus, number))
}
