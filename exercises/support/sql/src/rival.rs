//! Two clients at the same moment, without threads: one of them gets its turn inside the other's work.

use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use support::fail;

use crate::Database;

/// Somebody else who writes to the same [`Database`] between another's reading and writing.
#[derive(Clone)]
pub struct Rival(Arc<Mutex<Turn>>);

struct Turn {
    /// Nothing before the turn, then whether it succeeded.
    done: Option<bool>,
    work: Box<dyn Fn() -> bool + Send>,
}

impl Rival {
    /// Somebody who does `work` over a connection of their own, and says whether it was done. They never wait for a lock.
    ///
    /// # Panics
    /// When the file cannot be opened.
    #[must_use]
    pub fn of(database: &Database, work: impl Fn(&Connection) -> bool + Send + 'static) -> Self {
        let connection = database.connect();
        connection.busy_timeout(Duration::ZERO).expect("a busy timeout");
        let work = Box::new(move || work(&connection));
        Self(Arc::new(Mutex::new(Turn { done: None, work })))
    }

    /// Lets the rival have their turn just before the first statement of this connection that writes. It takes the place of
    /// the connection's trace.
    ///
    /// # Panics
    /// When there is no memory left.
    pub fn overtakes(&self, connection: &mut Connection) {
        let rival = self.clone();
        let before_each = move |event: TraceEvent<'_>| {
            if let TraceEvent::Stmt(_, sql) = event
                && writes(sql)
            {
                let mut turn = rival.lock();
                if turn.done.is_none() {
                    turn.done = Some((turn.work)());
                }
            }
        };
        let trace = connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(before_each));
        trace.expect("a trace of the connection");
    }

    /// Whether the work is done. A rival who found the database locked in their turn tries once more.
    ///
    /// # Panics
    /// When the turn never came.
    #[track_caller]
    #[must_use]
    pub fn finishes(&self) -> bool {
        let turn = self.lock();
        match turn.done {
            Some(done) => done || (turn.work)(),
            None => fail("two clients at the same moment", "a write to the database", "none"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Turn> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Debug for Rival {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Rival").field(&self.lock().done).finish()
    }
}

/// A statement that begins WITH may read only; then the turn comes sooner than it had to.
fn writes(sql: &str) -> bool {
    let verb = sql.split_whitespace().next().unwrap_or_default();
    let writing = ["INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"];
    writing.iter().any(|writing| verb.eq_ignore_ascii_case(writing))
}
