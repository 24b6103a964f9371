//! What the parts of the VM's resource share: a table of names as attributes, a block of them, and the comments for what a
//! block cannot express. Knows no parameter.

use super::super::hcl::Item;
use super::super::pairs::{Kind, Pairs};
use super::super::remark;

/// Parameters, and the provider's names for them.
pub(super) type Table = &'static [(&'static str, &'static str, Kind)];

/// The attributes for what is sent of a table.
pub(super) fn take(params: &mut Pairs, table: &[(&str, &'static str, Kind)]) -> Vec<Item> {
    let mut items = Vec::new();
    for (param, name, kind) in table {
        if let Some(value) = params.take_as(*kind, param) {
            items.push(Item::scalar(name, &value));
        }
    }
    items
}

pub(super) fn block(name: &'static str, items: Vec<Item>) -> Vec<Item> {
    if items.is_empty() {
        return items;
    }
    vec![Item::Blank, Item::Block(name, items)]
}

/// Options of a device that its block cannot express.
pub(super) fn left_over(device: &str, options: &Pairs, config: &str) -> Vec<Item> {
    let options = options.iter();
    let mut items: Vec<Item> = options
        .map(|(key, value)| missing(&format!("{device}.{key}"), value))
        .collect();
    if !items.is_empty() {
        items.push(Item::Comment(remark::set_on_device(config)));
    }
    items
}

pub(super) fn missing(name: &str, value: &str) -> Item {
    Item::Comment(remark::missing("provider", name, value))
}
