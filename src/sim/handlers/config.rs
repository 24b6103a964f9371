//! A VM's configuration: reads it, and what of it is pending. Changes nothing; `change` does.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::sim::call::Call;
use crate::sim::cluster::Guest;
use crate::sim::contract::{Contract, Kind};
use crate::sim::reply::{Outcome, Reply};

use super::ha;

pub fn digest(guest: &Guest) -> String {
    let text: String = guest
        .config
        .iter()
        .map(|(option, value)| format!("{option}: {value}\n"))
        .chain(
            guest
                .pending
                .iter()
                .map(|(option, value)| format!("{option}? {value:?}\n")),
        )
        .collect();
    ha::sha1(&text)
}

/// Numbers where the contract says so; a password is never shown.
pub fn shown(contract: &Contract, option: &str, value: &str) -> Value {
    if option == "cipassword" {
        return json!("**********");
    }
    match contract.option(option).map(|field| field.kind) {
        Some(Kind::Integer | Kind::Boolean) => value
            .parse::<i64>()
            .map_or_else(|_| json!(value), |n| json!(n)),
        Some(Kind::Number) => value
            .parse::<f64>()
            .map_or_else(|_| json!(value), |n| json!(n)),
        _ => json!(value),
    }
}

pub fn read(call: &mut Call<'_>) -> Outcome {
    let guest = call.guest()?;
    let contract = call.cluster.contract();
    let mut config = guest.config.clone();
    if !call.flag("current") {
        for (option, value) in &guest.pending {
            match value {
                Some(value) => config.insert(option.clone(), value.clone()),
                None => config.remove(option),
            };
        }
    }
    let mut data: Map<String, Value> = config
        .iter()
        .map(|(option, value)| (option.clone(), shown(contract, option, value)))
        .collect();
    data.insert("digest".to_owned(), json!(digest(guest)));
    Ok(Reply::new(Value::Object(data)))
}

pub fn pending(call: &mut Call<'_>) -> Outcome {
    let guest = call.guest()?;
    let contract = call.cluster.contract();
    let options: BTreeSet<&String> = guest.config.keys().chain(guest.pending.keys()).collect();
    let mut items: Vec<Value> = options
        .into_iter()
        .map(|option| {
            let mut item = Map::new();
            item.insert("key".to_owned(), json!(option));
            if let Some(value) = guest.config.get(option) {
                item.insert("value".to_owned(), shown(contract, option, value));
            }
            match guest.pending.get(option) {
                Some(Some(value)) => {
                    item.insert("pending".to_owned(), shown(contract, option, value));
                }
                Some(None) => {
                    item.insert("delete".to_owned(), json!(1));
                }
                None => {}
            }
            Value::Object(item)
        })
        .collect();
    items.push(json!({ "key": "digest", "value": digest(guest) }));
    Ok(Reply::list(items))
}
