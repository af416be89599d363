//! What a connection has run.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use support::fail;

/// What opens, ends and configures, and neither reads nor writes a row.
const FRAME: [&str; 7] = [
    "BEGIN",
    "COMMIT",
    "END",
    "ROLLBACK",
    "SAVEPOINT",
    "RELEASE",
    "PRAGMA",
];

/// The statements that a connection has run, in their order. What a trigger does belongs to the statement that fired it.
#[derive(Clone, Debug)]
pub struct Statements(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    statements: Vec<Statement>,
    rows: usize,
}

#[derive(Debug)]
struct Statement {
    /// As it was prepared: the same for all values.
    text: String,
    with_values: String,
}

impl Statements {
    /// Begins to write down what this connection runs. It takes the place of the connection's trace.
    ///
    /// # Panics
    /// When there is no memory left.
    #[must_use]
    pub fn of(connection: &mut Connection) -> Self {
        let statements = Self(Arc::default());
        let seen = statements.clone();
        let note = move |event: TraceEvent<'_>| match event {
            TraceEvent::Stmt(statement, text) if statement.sql() == text => {
                let text = on_one_line(text);
                let with_values = statement.expanded_sql().unwrap_or_else(|| text.clone());
                seen.lock().statements.push(Statement { text, with_values });
            }
            // The database reads its own schema with statements that have no text.
            TraceEvent::Row(statement) if !statement.sql().is_empty() => {
                seen.lock().rows += 1;
            }
            _ => {}
        };
        let events = TraceEventCodes::SQLITE_TRACE_STMT | TraceEventCodes::SQLITE_TRACE_ROW;
        let trace = connection.trace_v2(events, Some(note));
        trace.expect("a trace of the connection");
        statements
    }

    /// Forgets what ran so far: the schema, the first rows.
    pub fn forget(&self) {
        *self.lock() = Seen::default();
    }

    /// How many read or write rows. Those that begin and end transactions do not, nor does a PRAGMA.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lock().counted().count()
    }

    /// How many rows came back from all of them.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.lock().rows
    }

    /// Those that [`count`](Self::count), with the values that they ran with: to be explained by a [`Plan`](crate::Plan).
    #[must_use]
    pub fn with_values(&self) -> Vec<String> {
        self.lock().counted().map(|statement| statement.with_values.clone()).collect()
    }

    /// All of them as they were prepared, BEGIN and COMMIT, too.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        self.lock().statements.iter().map(|statement| statement.text.clone()).collect()
    }

    /// What was done cost no more statements than this.
    ///
    /// # Panics
    /// When it cost more. The failure says which, and how often each.
    #[track_caller]
    pub fn are_at_most(&self, expected: usize, story: impl Display) {
        let count = self.count();
        if count > expected {
            let got = format!("{}{}", number(count), self.by_text());
            fail(story, format_args!("at most {}", number(expected)), got);
        }
    }

    /// The most frequent first.
    fn by_text(&self) -> String {
        let mut times = BTreeMap::new();
        for statement in self.lock().counted() {
            *times.entry(statement.text.clone()).or_insert(0) += 1;
        }
        let mut times: Vec<(String, usize)> = times.into_iter().collect();
        times.sort_by_key(|(_, times)| usize::MAX - times);
        let line = |(text, times): (String, usize)| format!("\n            {times} x {text}");
        times.into_iter().map(line).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn counted(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(|statement| !statement.is_frame())
    }
}

impl Statement {
    fn is_frame(&self) -> bool {
        let verb = self.text.split([' ', ';', '(', '=']).next().unwrap_or_default();
        FRAME.iter().any(|frame| verb.eq_ignore_ascii_case(frame))
    }
}

fn number(statements: usize) -> String {
    let s = if statements == 1 { "" } else { "s" };
    format!("{statements} statement{s}")
}

/// As a failure shows it.
pub(crate) fn on_one_line(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}
