//! A list to choose from: where it stands, and its entries one by one, so that only the visible ones are made.

use crate::catalog::Remote;
use crate::domain::text::visible;

/// One entry. `value` is what is written; `label` and `detail` are safe to show; `unusable` says why it cannot be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub detail: String,
    pub unusable: Option<String>,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: &str) -> Choice {
        Choice {
            value: value.into(),
            label: visible(label),
            detail: String::new(),
            unusable: None,
        }
    }

    pub fn detail(mut self, detail: impl AsRef<str>) -> Choice {
        self.detail = visible(detail.as_ref());
        self
    }

    pub fn unusable(mut self, reason: Option<impl Into<String>>) -> Choice {
        self.unusable = reason.map(Into::into);
        self
    }
}

type Entry<'a> = Box<dyn Fn(usize) -> Option<Choice> + 'a>;

/// `state` holds the number of entries, `empty` is the sentence that stands where none is.
pub struct Options<'a> {
    pub title: String,
    pub empty: String,
    pub state: Remote<usize>,
    entry: Entry<'a>,
}

impl<'a> Options<'a> {
    /// Entries made on demand from a list of the cluster.
    pub fn fetched<T: 'a>(
        title: impl Into<String>,
        empty: impl Into<String>,
        list: Remote<Vec<&'a T>>,
        choice: impl Fn(&T) -> Choice + 'a,
    ) -> Options<'a> {
        let state = list.count();
        let items = list.known().unwrap_or_default();
        let entry: Entry<'a> = Box::new(move |at| items.get(at).map(|item| choice(item)));
        Options {
            title: title.into(),
            empty: empty.into(),
            state,
            entry,
        }
    }

    /// A closed list of the program's own, `(value, label)`.
    pub fn fixed(title: impl Into<String>, list: Vec<(&'static str, &'static str)>) -> Options<'a> {
        let state = Remote::Ready(list.len());
        let entry: Entry<'a> = Box::new(move |at| {
            list.get(at)
                .map(|(value, label)| Choice::new(*value, label))
        });
        Options {
            title: title.into(),
            empty: "There is nothing to choose.".to_owned(),
            state,
            entry,
        }
    }

    /// Entries that are already there.
    pub fn made(
        title: impl Into<String>,
        empty: impl Into<String>,
        choices: Vec<Choice>,
    ) -> Options<'a> {
        Options::of(title, empty, Remote::Ready(choices))
    }

    /// Entries as far as they are there.
    pub fn of(
        title: impl Into<String>,
        empty: impl Into<String>,
        choices: Remote<Vec<Choice>>,
    ) -> Options<'a> {
        let state = choices.count();
        let choices = choices.known().unwrap_or_default();
        let entry: Entry<'a> = Box::new(move |at| choices.get(at).cloned());
        Options {
            title: title.into(),
            empty: empty.into(),
            state,
            entry,
        }
    }

    /// Puts one more entry in front, such as "(none)".
    pub fn with_first(self, first: Choice) -> Options<'a> {
        let inner = self.entry;
        let entry: Entry<'a> = Box::new(move |at| match at.checked_sub(1) {
            None => Some(first.clone()),
            Some(at) => inner(at),
        });
        Options {
            state: self.state.map(|count| count + 1),
            entry,
            ..self
        }
    }

    pub fn len(&self) -> usize {
        match &self.state {
            Remote::Idle => 0,
            Remote::Ready(count) => *count,
            Remote::Loading { stale, .. } | Remote::Failed { stale, .. } => stale.unwrap_or(0),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, at: usize) -> Option<Choice> {
        (self.entry)(at)
    }

    pub fn iter(&self) -> impl Iterator<Item = Choice> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Positions of the entries whose label, value or detail contains every word of the filter, in any case. Those that
    /// begin with the first word come first.
    pub fn matching(&self, filter: &str) -> Vec<usize> {
        let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return (0..self.len()).collect();
        }
        let fits = |choice: &Choice| {
            let Choice {
                label,
                value,
                detail,
                ..
            } = choice;
            let text = format!("{label} {value} {detail}").to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        let first = words.first().map_or("", String::as_str);
        let begins = |text: &str| text.to_lowercase().starts_with(first);
        let mut found: Vec<(bool, usize)> = (0..self.len())
            .filter_map(|at| Some((at, self.get(at)?)))
            .filter(|(_, choice)| fits(choice))
            .map(|(at, choice)| (!begins(&choice.label) && !begins(&choice.value), at))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, at)| at).collect()
    }
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Options({}, {:?})", self.title, self.state)
    }
}
