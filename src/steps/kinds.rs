//! Short forms of frequent kinds of rows.

/// A choice among the values of one of `domain::values`' enumerations.
macro_rules! enumeration {
    ($part:ident . $($member:ident).+ : $type:ident) => {
        $crate::form::Kind::Choice {
            read: |part: &$part| part.$($member).+.value().to_owned(),
            label: |_, part: &$part| part.$($member).+.label().to_owned(),
            write: |part: &mut $part, value| {
                $type::parse(value)
                    .map(|value| part.$($member).+ = value)
                    .ok_or_else(|| "Choose one from the list.".to_owned())
            },
            options: |_, _| $crate::form::Options::fixed("", $type::OPTIONS.to_vec()),
            fixed: true,
        }
    };
}

/// A choice among names of the cluster, over an `Option<String>` member.
macro_rules! name_choice {
    ($part:ident . $member:ident, $options:expr) => {
        $crate::form::Kind::Choice {
            read: |part: &$part| part.$member.clone().unwrap_or_default(),
            label: |_, part: &$part| {
                $crate::domain::text::visible(part.$member.as_deref().unwrap_or_default())
            },
            write: |part: &mut $part, name| {
                part.$member = Some(name.to_owned()).filter(|name| !name.is_empty());
                Ok(())
            },
            options: $options,
            fixed: false,
        }
    };
}

/// A choice among storages for a purpose; changing it clears an image that was chosen on another one.
macro_rules! storage_choice {
    ($part:ident . $member:ident, forgets $image:ident, $purpose:expr) => {
        $crate::form::Kind::Choice {
            read: |part: &$part| part.$member.clone().unwrap_or_default(),
            label: |_, part: &$part| {
                $crate::domain::text::visible(part.$member.as_deref().unwrap_or_default())
            },
            write: |part: &mut $part, storage| {
                let storage = Some(storage.to_owned()).filter(|id| !id.is_empty());
                if part.$member != storage {
                    part.$image = None;
                }
                part.$member = storage;
                Ok(())
            },
            options: |scope, _| $crate::steps::storage::options(scope, $purpose),
            fixed: false,
        }
    };
}

/// A checkbox over a `bool` member.
macro_rules! toggle {
    ($part:ident . $member:ident) => {
        $crate::form::Kind::Toggle {
            read: |part: &$part| part.$member,
            write: |part: &mut $part, on| part.$member = on,
        }
    };
}

/// A whole number over an `Option<u32>` member: limits, and what an empty text means.
macro_rules! whole {
    ($part:ident . $($member:ident).+, $least:expr, $most:expr, $empty:literal) => {
        $crate::form::Kind::Number {
            read: |part: &$part| part.$($member).+,
            write: |part: &mut $part, number| part.$($member).+ = number,
            least: $least,
            most: $most,
            empty: $empty,
        }
    };
}

/// A decimal over an `Option<Milli>` member, with limits in whole units.
macro_rules! decimal {
    ($part:ident . $($member:ident).+, $least:expr, $most:expr, $empty:literal) => {
        $crate::form::Kind::Decimal {
            read: |part: &$part| part.$($member).+,
            write: |part: &mut $part, number| part.$($member).+ = number,
            least: $crate::domain::Milli($least * 1000),
            most: $crate::domain::Milli($most * 1000),
            empty: $empty,
        }
    };
}

pub(super) use {decimal, enumeration, name_choice, storage_choice, toggle, whole};
