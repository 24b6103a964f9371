//! What a page consists of. Knows no field.

use crate::catalog::Resource;
use crate::form::{Answers, AnySection, PartList, Scope};

/// A page's content. With a `list`, the sections are the table of each of its parts.
#[derive(Debug)]
pub struct Page {
    pub sections: &'static [&'static dyn AnySection],
    pub list: Option<&'static PartList>,
    /// For the page as a whole, above its list.
    pub head: &'static [&'static dyn AnySection],
    /// What the page shows of the cluster; F5 loads it again.
    pub needs: fn(&Scope) -> Vec<Resource>,
}

impl Page {
    /// How many parts the page has.
    pub(super) fn parts(&self, answers: &Answers) -> usize {
        self.list.map_or(1, |list| (list.count)(answers))
    }
}
