//! How the database goes about a statement.

use rusqlite::Connection;
use support::fail;

use crate::statements::on_one_line;

/// What `EXPLAIN QUERY PLAN` says of a statement. It runs nothing.
#[derive(Debug)]
pub struct Plan {
    sql: String,
    steps: Vec<String>,
}

impl Plan {
    /// The plan for this statement, with the indexes that are there now.
    ///
    /// # Panics
    /// When it is no SQL for this database.
    #[track_caller]
    #[must_use]
    pub fn of(connection: &Connection, sql: &str) -> Self {
        let steps = || {
            let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let rows = explain.raw_query().mapped(|row| row.get("detail"));
            rows.collect::<rusqlite::Result<_>>()
        };
        let sql = on_one_line(sql);
        match steps() {
            Ok(steps) => Self { sql, steps },
            Err(error) => fail(sql, "a plan", error),
        }
    }

    /// Every table is searched by an index or its key, none is read from end to end.
    ///
    /// # Panics
    /// When one is, or when the database would make an index for this one statement.
    #[track_caller]
    pub fn searches(self) -> Self {
        match self.steps.iter().find(|step| self.is_scan(step) || step.contains(" AUTOMATIC ")) {
            Some(step) => fail(&self.sql, "a SEARCH by an index", step),
            None => self,
        }
    }

    /// The rows come in the order that is asked for, because an index has them in that order.
    ///
    /// # Panics
    /// When they are collected and sorted first.
    #[track_caller]
    pub fn sorts_nothing(self) -> Self {
        match self.steps.iter().find(|step| step.starts_with("USE TEMP B-TREE")) {
            Some(step) => fail(&self.sql, "rows in the order of an index", step),
            None => self,
        }
    }

    /// Whether it makes use of this index.
    #[must_use]
    pub fn uses(&self, index: &str) -> bool {
        self.steps.iter().flat_map(|step| step.split(' ')).any(|word| word == index)
    }

    /// What is made while the statement runs (constants, a subquery, a table-valued function) has no index to search by.
    fn is_scan(&self, step: &str) -> bool {
        let Some(what) = step.strip_prefix("SCAN ") else {
            return false;
        };
        let made = |name: &str| {
            let makes = ["MATERIALIZE", "CO-ROUTINE"].map(|how| format!("{how} {name}"));
            self.steps.iter().any(|step| makes.contains(step))
        };
        let name = what.split(' ').next().unwrap_or_default();
        let tableless = ["CONSTANT ROW", "VALUES CLAUSE", "VIRTUAL TABLE"];
        !(tableless.iter().any(|tableless| what.contains(tableless)) || made(name))
    }
}
