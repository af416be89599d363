//! What is to be seen, without a word on how it looks.

use super::{Outline, Page, Service};
use crate::check::{Judged, Trouble, Wait};
use crate::course::{Course, Exercise};
use crate::progress::Progress;

/// Everything that a frame shows.
#[derive(Debug)]
pub struct View<'a> {
    pub course: &'a Course,
    pub progress: &'a Progress,
    /// The place of the exercise the learner is at.
    pub current: usize,
    pub content: Content<'a>,
    /// What is wrong with the session itself and stays so.
    pub banners: Vec<&'a str>,
    /// One line about the last key.
    pub note: Option<&'a str>,
    pub prompt: Prompt<'a>,
}

#[derive(Debug)]
pub enum Content<'a> {
    Exercise {
        above: Above<'a>,
        now: Now<'a>,
        hint: Option<Hint<'a>>,
    },
    List(&'a Outline),
    /// The service of the exercise at hand, and how that stands.
    Service {
        service: &'a Service,
        now: Now<'a>,
    },
    Page {
        page: Page<'a>,
        /// The first line shown; more than there are is the end.
        scroll: usize,
    },
}

/// News above the exercise at hand.
#[derive(Debug)]
pub enum Above<'a> {
    Nothing,
    /// The very first start, with a README to read while the dependencies are built.
    Welcome {
        readme: &'a str,
    },
    /// This exercise just passed; the one below is the next. `earlier` ones passed on the way to it.
    Passed {
        exercise: &'a Exercise,
        judged: &'a Judged,
        earlier: usize,
    },
    /// All exercises were checked.
    Checked {
        passing: usize,
        now_failing: Vec<&'a str>,
    },
    /// The last one passed.
    Finished,
}

/// How the exercise at hand stands.
#[derive(Debug)]
pub enum Now<'a> {
    /// A run; `before` is the verdict that it will replace.
    Running {
        step: Step,
        before: Option<Seen<'a>>,
    },
    Judged(Seen<'a>),
    Trouble(&'a Trouble),
}

/// A verdict, and which of its failures or errors is shown, counted from 0.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    pub judged: &'a Judged,
    pub at: usize,
}

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Starting,
    Waiting(Wait),
    Building { done: u64, total: u64 },
    Testing,
    CheckingAll { done: usize },
}

#[derive(Debug)]
pub enum Hint<'a> {
    /// For the test that fails first.
    ForTest(&'a str),
    Numbered {
        number: usize,
        of: usize,
        text: &'a str,
    },
}

impl Hint<'_> {
    pub(super) fn heading(&self) -> String {
        match self {
            Self::ForTest(_) => "hint for this test".to_owned(),
            Self::Numbered { number, of, .. } => format!("hint {number} of {of}"),
        }
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::ForTest(text) | Self::Numbered { text, .. } => text,
        }
    }
}

#[derive(Debug)]
pub enum Prompt<'a> {
    /// Keys and the word for each, most needed first. The last two always stay.
    Keys(Vec<(&'static str, &'static str)>),
    Question(&'a str),
}
