//! An HCL document with comments between its lines, aligned as `terraform fmt` does. Every value goes through the HCL
//! crate's own quoting.

use hcl_edit::expr::Expression;

use super::pairs::Scalar;
use super::remark;

#[derive(Debug)]
pub(super) enum Item {
    Blank,
    Comment(String),
    /// A name with its value, quoted already.
    Attribute(&'static str, String),
    Block(&'static str, Vec<Item>),
}

impl Item {
    pub(super) fn text(name: &'static str, value: &str) -> Item {
        Item::Attribute(name, quoted(value))
    }

    pub(super) fn flag(name: &'static str, value: bool) -> Item {
        Item::Attribute(name, Expression::from(value).to_string())
    }

    pub(super) fn whole(name: &'static str, value: u64) -> Item {
        Item::Attribute(name, Expression::from(value).to_string())
    }

    pub(super) fn list<'a>(name: &'static str, values: impl Iterator<Item = &'a str>) -> Item {
        let values: Vec<String> = values.map(quoted).collect();
        Item::Attribute(name, format!("[{}]", values.join(", ")))
    }

    pub(super) fn scalar(name: &'static str, value: &Scalar) -> Item {
        match value {
            Scalar::Text(text) => Item::text(name, text),
            Scalar::Whole(number) => Item::whole(name, *number),
            Scalar::Decimal(number) => Item::Attribute(name, Expression::from(*number).to_string()),
            Scalar::Flag(flag) => Item::flag(name, *flag),
        }
    }
}

/// Quoted by the crate, piece by piece: it escapes the mark of a template at the start of a text, but can miss a later one
/// that follows another `$` or `%`.
fn quoted(text: &str) -> String {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let marks = ["${", "%{"]
            .iter()
            .flat_map(|mark| rest.match_indices(mark));
        let next = marks.map(|(at, _)| at).filter(|at| *at > 0).min();
        let (piece, left) = rest.split_at(next.unwrap_or(rest.len()));
        pieces.push(Expression::from(piece).to_string());
        rest = left;
    }
    let inner = pieces.iter().map(|piece| {
        let piece = piece.strip_prefix('"').unwrap_or(piece);
        piece.strip_suffix('"').unwrap_or(piece)
    });
    format!("\"{}\"", inner.collect::<String>())
}

pub(super) fn write(text: &mut String, indent: usize, items: &[Item]) {
    let pad = " ".repeat(indent);
    let mut width = 0;
    for (at, item) in items.iter().enumerate() {
        if let Item::Attribute(name, value) = item {
            if width == 0 {
                width = widest(items.get(at..).unwrap_or_default());
            }
            line(text, &pad, &format!("{name:<width$} = {value}"));
            continue;
        }
        width = 0;
        match item {
            Item::Blank => text.push('\n'),
            Item::Comment(comment) => remark::write(text, indent, comment),
            Item::Block(head, inner) if inner.is_empty() => {
                line(text, &pad, &format!("{head} {{}}"));
            }
            Item::Block(head, inner) => {
                line(text, &pad, &format!("{head} {{"));
                write(text, indent + 2, inner);
                line(text, &pad, "}");
            }
            Item::Attribute(..) => {}
        }
    }
}

fn line(text: &mut String, pad: &str, rest: &str) {
    text.extend([pad, rest, "\n"]);
}

/// The longest name of the attributes that follow each other here.
fn widest(items: &[Item]) -> usize {
    let names = items.iter().map_while(|item| match item {
        Item::Attribute(name, _) => Some(name.len()),
        _ => None,
    });
    names.max().unwrap_or(0)
}
