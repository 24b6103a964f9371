//! A list to choose from: its state, and its entries one by one, so that only the visible ones are made.

use std::borrow::Cow;
use std::rc::Rc;

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

impl Choice {
    /// The text that a filter searches, in lower case.
    fn words(&self) -> String {
        let Choice {
            label,
            value,
            detail,
            ..
        } = self;
        format!("{label} {value} {detail}").to_lowercase()
    }
}

type Entry<'a> = Box<dyn Fn(usize) -> Option<Choice> + 'a>;
type Text<'a> = Box<dyn Fn(usize) -> Option<Cow<'a, str>> + 'a>;

/// `state` holds the number of entries, `empty` is the sentence shown when there are none.
pub struct Options<'a> {
    pub title: String,
    pub empty: String,
    pub state: Remote<usize>,
    /// How many entries do not come from the list, and stand there even when it is empty.
    own: usize,
    entry: Entry<'a>,
    /// The text that a filter searches, in lower case, and an entry's value, where these exist without making the entry.
    words: Option<Text<'a>>,
    value: Option<Text<'a>>,
}

impl<'a> Options<'a> {
    /// Entries made on demand from a list of the cluster.
    pub fn fetched<T: Copy + 'a>(
        title: impl Into<String>,
        empty: impl Into<String>,
        list: Remote<Vec<T>>,
        choice: impl Fn(T) -> Choice + 'a,
    ) -> Options<'a> {
        let state = list.count();
        let items = list.known().unwrap_or_default();
        Options::new(title, empty, state, move |at| {
            items.get(at).map(|item| choice(*item))
        })
    }

    /// The same for a list that may be long: nothing is copied from it, and the filter's text and the value of an entry
    /// exist without making it.
    pub fn indexed<T: 'a>(
        title: impl Into<String>,
        empty: impl Into<String>,
        count: Remote<usize>,
        item: impl Fn(usize) -> Option<T> + Clone + 'a,
        choice: impl Fn(T) -> Choice + 'a,
        words: fn(T) -> Cow<'a, str>,
        value: fn(T) -> Cow<'a, str>,
    ) -> Options<'a> {
        let (word_of, value_of) = (item.clone(), item.clone());
        Options {
            words: Some(Box::new(move |at| word_of(at).map(words))),
            value: Some(Box::new(move |at| value_of(at).map(value))),
            ..Options::new(title, empty, count, move |at| item(at).map(&choice))
        }
    }

    fn new(
        title: impl Into<String>,
        empty: impl Into<String>,
        state: Remote<usize>,
        entry: impl Fn(usize) -> Option<Choice> + 'a,
    ) -> Options<'a> {
        Options {
            title: title.into(),
            empty: empty.into(),
            state,
            own: 0,
            entry: Box::new(entry),
            words: None,
            value: None,
        }
    }

    /// A closed list of the program's own, `(value, label)`.
    pub fn fixed(title: impl Into<String>, list: Vec<(&'static str, &'static str)>) -> Options<'a> {
        let state = Remote::Ready(list.len());
        let empty = "There is nothing to choose.";
        Options::new(title, empty, state, move |at| {
            list.get(at)
                .map(|(value, label)| Choice::new(*value, label))
        })
    }

    /// Entries that are already there.
    pub fn made(
        title: impl Into<String>,
        empty: impl Into<String>,
        choices: Vec<Choice>,
    ) -> Options<'a> {
        Options::of(title, empty, Remote::Ready(choices))
    }

    /// The entries, as far as they are loaded.
    pub fn of(
        title: impl Into<String>,
        empty: impl Into<String>,
        choices: Remote<Vec<Choice>>,
    ) -> Options<'a> {
        let state = choices.count();
        let choices = choices.known().unwrap_or_default();
        Options::new(title, empty, state, move |at| choices.get(at).cloned())
    }

    /// Puts one more entry in front, such as "(none)".
    pub fn with_first(self, first: Choice) -> Options<'a> {
        let behind = |text: Option<Text<'a>>, first: String| -> Option<Text<'a>> {
            let inner = text?;
            Some(Box::new(move |at| match at.checked_sub(1) {
                None => Some(Cow::Owned(first.clone())),
                Some(at) => inner(at),
            }))
        };
        let words = behind(self.words, first.words());
        let value = behind(self.value, first.value.clone());
        let inner = self.entry;
        let entry: Entry<'a> = Box::new(move |at| match at.checked_sub(1) {
            None => Some(first.clone()),
            Some(at) => inner(at),
        });
        Options {
            state: self.state.map(|count| count + 1),
            entry,
            words,
            value,
            ..self
        }
    }

    /// Puts entries of the program's own around the list: some in front, one behind. They are there as soon as it is known
    /// what is in the list, or that it cannot be known.
    pub fn with_own(self, front: Vec<Choice>, behind: Choice) -> Options<'a> {
        let (before, listed) = (front.len(), self.len());
        let own: Rc<[Choice]> = front.into_iter().chain([behind]).collect();
        // Where an entry is: the place in the list, or that among the own ones.
        let place = move |at: usize| match at.checked_sub(before) {
            None => Err(at),
            Some(at) if at < listed => Ok(at),
            Some(at) => Err(at - listed + before),
        };
        let around = |text: Option<Text<'a>>, of_own: fn(&Choice) -> String| -> Option<Text<'a>> {
            let (inner, own) = (text?, Rc::clone(&own));
            Some(Box::new(move |at| match place(at) {
                Ok(at) => inner(at),
                Err(at) => own.get(at).map(|choice| Cow::Owned(of_own(choice))),
            }))
        };
        let words = around(self.words, Choice::words);
        let value = around(self.value, |choice| choice.value.clone());
        let (inner, count) = (self.entry, own.len());
        let entry: Entry<'a> = Box::new(move |at| match place(at) {
            Ok(at) => inner(at),
            Err(at) => own.get(at).cloned(),
        });
        let state = match self.state {
            Remote::Idle => Remote::Ready(count),
            Remote::Failed { error, stale } => Remote::Failed {
                error,
                stale: Some(stale.unwrap_or(0) + count),
            },
            state => state.map(|listed| listed + count),
        };
        Options {
            state,
            own: count,
            entry,
            words,
            value,
            ..self
        }
    }

    /// Whether the list itself has no entry.
    pub fn lists_nothing(&self) -> bool {
        self.len() <= self.own
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

    fn words(&self, at: usize) -> Option<Cow<'a, str>> {
        match &self.words {
            Some(words) => words(at),
            None => self.get(at).map(|choice| Cow::Owned(choice.words())),
        }
    }

    fn value(&self, at: usize) -> Option<Cow<'a, str>> {
        match &self.value {
            Some(value) => value(at),
            None => self.get(at).map(|choice| Cow::Owned(choice.value)),
        }
    }

    /// The position of the entry with this value.
    pub fn position(&self, wanted: &str) -> Option<usize> {
        (0..self.len()).find(|at| self.value(*at).as_deref() == Some(wanted))
    }

    /// Positions of the entries whose label, value or detail contains every word of the filter, in any case. Those that
    /// begin with the first word come first.
    pub fn matching(&self, filter: &str) -> Vec<usize> {
        self.matching_among(filter, 0..self.len())
    }

    /// The same among some of them: a longer filter only finds what the shorter one found.
    pub fn matching_among(
        &self,
        filter: &str,
        among: impl IntoIterator<Item = usize>,
    ) -> Vec<usize> {
        let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
        let Some(first) = words.first() else {
            return among.into_iter().collect();
        };
        let mut found: Vec<(bool, usize)> = among
            .into_iter()
            .filter_map(|at| Some((at, self.words(at)?)))
            .filter(|(_, text)| words.iter().all(|word| text.contains(&**word)))
            .map(|(at, text)| {
                // Its text begins with label and value.
                let begins = text.starts_with(&**first)
                    || self
                        .value(at)
                        .is_some_and(|value| value.to_lowercase().starts_with(&**first));
                (!begins, at)
            })
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
