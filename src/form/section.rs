//! Sections: a table of rows and the place of its part inside the answers. The trait `AnySection` hides the part's type,
//! so that steps can hold sections of different parts, and one table serves every disk.

use crate::domain::{FieldId, Step};

use super::{Answers, Change, Field, Options, RowView, Scope};

/// `part` finds the n-th part; sections of single parts ignore the number.
#[derive(Debug)]
pub struct Section<S: 'static> {
    pub step: Step,
    pub rows: &'static [Field<S>],
    pub part: fn(&Answers, usize) -> Option<&S>,
    pub part_mut: fn(&mut Answers, usize) -> Option<&mut S>,
}

/// A section without the type of its part. `row` is a field's name.
pub trait AnySection: Sync + std::fmt::Debug {
    fn views(&self, scope: &Scope, part: usize) -> Vec<RowView>;
    fn view(&self, scope: &Scope, id: FieldId) -> Option<RowView>;
    fn options<'a>(&self, scope: &Scope<'a>, id: FieldId) -> Option<Options<'a>>;
    fn chosen(&self, answers: &Answers, id: FieldId) -> Option<String>;
    /// `None` when the field is not of this section.
    fn write(
        &self,
        answers: &mut Answers,
        id: FieldId,
        change: Change,
    ) -> Option<Result<(), String>>;
}

impl<S> Section<S> {
    fn row(&self, name: &str) -> Option<&Field<S>> {
        self.rows.iter().find(|row| row.name == name)
    }
}

impl<S: std::fmt::Debug> AnySection for Section<S> {
    fn views(&self, scope: &Scope, part: usize) -> Vec<RowView> {
        let Some(value) = (self.part)(scope.answers, part) else {
            return Vec::new();
        };
        self.rows
            .iter()
            .map(|row| row.view(scope, value, FieldId::of_part(self.step, part, row.name)))
            .collect()
    }

    fn view(&self, scope: &Scope, id: FieldId) -> Option<RowView> {
        let value = (self.part)(scope.answers, id.part)?;
        self.row(id.name).map(|row| row.view(scope, value, id))
    }

    fn options<'a>(&self, scope: &Scope<'a>, id: FieldId) -> Option<Options<'a>> {
        let value = (self.part)(scope.answers, id.part)?;
        self.row(id.name)?.options(scope, value)
    }

    fn chosen(&self, answers: &Answers, id: FieldId) -> Option<String> {
        let value = (self.part)(answers, id.part)?;
        self.row(id.name)?.chosen(value)
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
}

/// A list of parts that grows and shrinks on one step, such as the disks.
#[derive(Debug)]
pub struct PartList {
    /// What one part is called, "disk".
    pub noun: &'static str,
    pub count: fn(&Answers) -> usize,
    /// One line a part: its name and what it is.
    pub line: fn(&Answers, usize) -> Option<(String, String)>,
    /// What stands where no part is.
    pub none: &'static str,
    /// Appends a part; `Err` says why there cannot be another one.
    pub add: fn(&mut Answers) -> Result<(), String>,
    pub remove: fn(&mut Answers, usize),
}
