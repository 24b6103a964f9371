//! What a page is made of, before there is any. Knows no field.

use crate::catalog::Resource;
use crate::form::{Answers, AnySection, PartList, Scope};

/// A page's content. With a `list`, the sections are the table of each of its parts.
#[derive(Debug)]
pub struct Page {
    pub sections: &'static [&'static dyn AnySection],
    pub list: Option<&'static PartList>,
    /// Of the page as a whole, above its list.
    pub head: &'static [&'static dyn AnySection],
    /// What the page shows of the cluster; F5 asks for it again.
    pub needs: fn(&Scope) -> Vec<Resource>,
}

impl Page {
    /// How many parts its sections are the tables of.
    pub(super) fn parts(&self, answers: &Answers) -> usize {
        self.list.map_or(1, |list| (list.count)(answers))
    }
}
