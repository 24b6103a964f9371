//! Sections: a table of rows and the place of its part inside the answers. The trait `AnySection` hides the part's type,
//! so that steps can hold sections of different parts, and one table serves every disk.

use crate::domain::{FieldId, Host, Step};

use super::{Answers, Change, Choice, Field, Kind, Options, Preset, RowView, Scope};

/// `part` finds the n-th part; sections of single parts ignore the number. `of` is the parameter whose properties the rows
/// are, if any.
#[derive(Debug)]
pub struct Section<S: 'static> {
    pub step: Step,
    pub of: &'static str,
    pub rows: &'static [Field<S>],
    pub part: fn(&Answers, usize) -> Option<&S>,
    pub part_mut: fn(&mut Answers, usize) -> Option<&mut S>,
}

/// A line of the table of all fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSpec {
    pub id: FieldId,
    pub label: &'static str,
    pub param: String,
    pub default: String,
    pub allowed: String,
    pub since: &'static str,
}

/// A section without the type of its part. Returns `None` for a field of another section or a part that no longer exists.
pub trait AnySection: Sync + std::fmt::Debug {
    fn views(&self, scope: &Scope, part: usize) -> Vec<RowView>;
    fn view(&self, scope: &Scope, id: FieldId) -> Option<RowView>;
    fn specs(&self, scope: &Scope) -> Vec<FieldSpec>;
    fn options<'a>(&self, scope: &Scope<'a>, id: FieldId) -> Option<Options<'a>>;
    /// An entry made from the text typed into the list.
    fn new_choice(&self, scope: &Scope, id: FieldId, typed: &str) -> Option<Choice>;
    fn note(&self, scope: &Scope, id: FieldId) -> Option<String>;
    fn preset(&self, scope: &Scope, id: FieldId) -> Option<Preset>;
    /// The value as it is written: for a choice the entry's value, for a checkbox `on` or `off`.
    fn plain(&self, scope: &Scope, id: FieldId) -> Option<String>;
    fn write(
        &self,
        answers: &mut Answers,
        id: FieldId,
        change: Change,
    ) -> Option<Result<(), String>>;
    /// Writes a value as `plain` gives it; what is refused stays as it was.
    fn set(&self, answers: &mut Answers, id: FieldId, value: &str) -> Option<Result<(), String>>;
    fn ids(&self, part: usize) -> Vec<FieldId>;
}

impl<S> Section<S> {
    fn row(&self, name: &str) -> Option<&Field<S>> {
        self.rows.iter().find(|row| row.name == name)
    }

    fn find<'s>(&'s self, answers: &'s Answers, id: FieldId) -> Option<(&'s Field<S>, &'s S)> {
        Some((self.row(id.name)?, (self.part)(answers, id.part)?))
    }

    fn id(&self, part: usize, row: &Field<S>) -> FieldId {
        FieldId::of_part(self.step, part, row.name)
    }
}

impl<S: std::fmt::Debug> AnySection for Section<S> {
    fn views(&self, scope: &Scope, part: usize) -> Vec<RowView> {
        let Some(value) = (self.part)(scope.answers, part) else {
            return Vec::new();
        };
        self.rows
            .iter()
            .map(|row| row.view(scope, value, self.id(part, row)))
            .collect()
    }

    fn view(&self, scope: &Scope, id: FieldId) -> Option<RowView> {
        let (row, part) = self.find(scope.answers, id)?;
        Some(row.view(scope, part, id))
    }

    fn specs(&self, scope: &Scope) -> Vec<FieldSpec> {
        let Some(part) = (self.part)(scope.answers, 0) else {
            return Vec::new();
        };
        let spec = |row: &Field<S>| FieldSpec {
            id: self.id(0, row),
            label: row.label,
            param: match (self.of, row.param) {
                ("", param) => param.to_owned(),
                (_, "") => String::new(),
                (of, property) => format!("{of}.{property}"),
            },
            default: match (row.default, row.kind.plain(scope, part)) {
                ("", empty) if empty.is_empty() => row.hint.to_owned(),
                ("", value) => value,
                (words, _) => words.to_owned(),
            },
            allowed: row.allowed_values(scope, part),
            since: row.since,
        };
        let rows = self.rows.iter().filter(|row| !row.view_only);
        rows.map(spec).collect()
    }

    fn options<'a>(&self, scope: &Scope<'a>, id: FieldId) -> Option<Options<'a>> {
        let (row, part) = self.find(scope.answers, id)?;
        row.options(scope, part)
    }

    fn new_choice(&self, scope: &Scope, id: FieldId, typed: &str) -> Option<Choice> {
        match &self.row(id.name)?.kind {
            Kind::Many { new: Some(new), .. } => Some(new(scope, typed)),
            _ => None,
        }
    }

    fn note(&self, scope: &Scope, id: FieldId) -> Option<String> {
        let (row, part) = self.find(scope.answers, id)?;
        (row.note)(scope, part, id)
    }

    fn preset(&self, scope: &Scope, id: FieldId) -> Option<Preset> {
        let (row, part) = self.find(scope.answers, id)?;
        (row.preset)(scope, part, id)
    }

    fn plain(&self, scope: &Scope, id: FieldId) -> Option<String> {
        let (row, part) = self.find(scope.answers, id)?;
        Some(row.kind.plain(scope, part))
    }

    fn write(
        &self,
        answers: &mut Answers,
        id: FieldId,
        change: Change,
    ) -> Option<Result<(), String>> {
        let row = self.row(id.name)?;
        let value = (self.part_mut)(answers, id.part)?;
        Some(row.write(value, change))
    }

    fn set(&self, answers: &mut Answers, id: FieldId, value: &str) -> Option<Result<(), String>> {
        let row = self.row(id.name)?;
        let part = (self.part_mut)(answers, id.part)?;
        Some(row.kind.set(part, value))
    }

    fn ids(&self, part: usize) -> Vec<FieldId> {
        self.rows.iter().map(|row| self.id(part, row)).collect()
    }
}

/// A list of parts that grows and shrinks on one step, such as the disks.
#[derive(Debug)]
pub struct PartList {
    /// What one part is called, "disk".
    pub noun: &'static str,
    /// The parameter of a part, and the maximum number of parts.
    pub param: &'static str,
    pub most: usize,
    /// The toggle above the list that removes all parts, if there is one: it sets them aside, and
    /// adding a part brings them back.
    pub emptied_by: Option<&'static str>,
    pub count: fn(&Answers) -> usize,
    /// One line per part: its name and a summary.
    pub line: fn(&Answers, usize) -> Option<(String, String)>,
    /// Shown when there is no part.
    pub none: &'static str,
    /// Appends a part; `Err` says why that is not possible.
    pub add: fn(&mut Answers, &Host) -> Result<(), String>,
    pub remove: fn(&mut Answers, usize),
}
