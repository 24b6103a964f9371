//! A YAML document with comments between its lines. Every text goes through the serializer's own quoting.

use serde_saphyr::{SerializerOptions, to_string_with_options};

use super::pairs::Scalar;
use super::remark;

#[derive(Debug)]
pub(super) enum Entry {
    Comment(String),
    Pair(String, Node),
}

#[derive(Debug)]
pub(super) enum Node {
    Scalar(Scalar),
    /// A plain word of the form's own.
    Word(&'static str),
    /// An expression that Ansible evaluates.
    Template(&'static str),
    List(Vec<String>),
    Map(Vec<Entry>),
    /// A list of mappings.
    Items(Vec<Vec<Entry>>),
}

impl Entry {
    pub(super) fn text(name: &str, value: impl Into<String>) -> Entry {
        Entry::scalar(name, Scalar::Text(value.into()))
    }

    pub(super) fn word(name: &str, value: &'static str) -> Entry {
        Entry::Pair(name.to_owned(), Node::Word(value))
    }

    pub(super) fn flag(name: &str, value: bool) -> Entry {
        Entry::scalar(name, Scalar::Flag(value))
    }

    pub(super) fn scalar(name: &str, value: Scalar) -> Entry {
        Entry::Pair(name.to_owned(), Node::Scalar(value))
    }
}

pub(super) fn write(text: &mut String, indent: usize, entries: &[Entry]) {
    for entry in entries {
        match entry {
            Entry::Comment(comment) => remark::write(text, indent, comment),
            Entry::Pair(name, node) => {
                text.push_str(&" ".repeat(indent));
                text.push_str(name);
                text.push(':');
                value(text, indent + 2, node);
            }
        }
    }
}

fn value(text: &mut String, indent: usize, node: &Node) {
    match node {
        Node::Scalar(one) => line(text, &scalar(one)),
        Node::Word(word) => line(text, word),
        Node::Template(expression) => line(text, &quoted(expression)),
        Node::List(list) => {
            text.push('\n');
            for one in list {
                text.push_str(&" ".repeat(indent));
                text.push('-');
                line(text, &constant(one));
            }
        }
        Node::Map(entries) => {
            text.push('\n');
            write(text, indent, entries);
        }
        Node::Items(items) => {
            text.push('\n');
            write_items(text, indent, items);
        }
    }
}

/// A list of mappings.
pub(super) fn write_items(text: &mut String, indent: usize, items: &[Vec<Entry>]) {
    for entries in items {
        let mut item = String::new();
        write(&mut item, indent + 2, entries);
        // The dash takes the place of the first line's indent.
        text.push_str(&" ".repeat(indent));
        text.push_str("- ");
        text.push_str(item.trim_start());
    }
}

fn line(text: &mut String, value: &str) {
    text.push(' ');
    text.push_str(value);
    text.push('\n');
}

fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Text(text) => constant(text),
        Scalar::Whole(number) => number.to_string(),
        Scalar::Decimal(number) => number.to_string(),
        Scalar::Flag(flag) => flag.to_string(),
    }
}

/// A text that Ansible must not take for a template.
fn constant(text: &str) -> String {
    let template = ["{{", "{%", "{#"].iter().any(|mark| text.contains(mark));
    let tag = if template { "!unsafe " } else { "" };
    format!("{tag}{}", quoted(text))
}

/// Quoted always: what looks like a date or a number to one YAML parser is text to another.
fn quoted(text: &str) -> String {
    let mut options = SerializerOptions::default();
    options.quote_all = true;
    match to_string_with_options(&text, options) {
        Ok(quoted) => quoted.trim_end().to_owned(),
        // A JSON string is YAML too.
        Err(_) => serde_json::Value::from(text).to_string(),
    }
}
