//! The clinic's database, as far as this service knows it.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::{self, Display, Formatter};

pub struct Db {
    pub host: String,
    pub file: String,
    pub rows: BTreeMap<u64, Row>,
}

pub enum Row {
    Name(String),
    /// Cannot be read.
    Damaged,
    /// Makes the code that reads it panic.
    Impossible,
    /// The same, and the words are always the same, too.
    Unknown,
}

/// What went wrong, and why.
#[derive(Debug)]
pub struct DbError {
    says: String,
    source: Option<Box<DbError>>,
}

impl Db {
    /// The name of a patient, if there is such a patient.
    pub fn name(&self, id: u64) -> Result<Option<String>, DbError> {
        let file = &self.file;
        match self.rows.get(&id) {
            None => Ok(None),
            Some(Row::Name(name)) => Ok(Some(name.clone())),
            Some(Row::Damaged) => {
                let page = DbError::new(format!("{file}: page 77 is damaged"), None);
                let select = format!("SELECT name, diagnosis FROM patients WHERE id = {id}");
                let query = DbError::new(select, Some(page));
                Err(DbError::new(format!("no reply from {}", self.host), Some(query)))
            }
            Some(Row::Impossible) => panic!("row {id} of {file} has no end"),
            Some(Row::Unknown) => panic!("a row of no known kind"),
        }
    }
}

impl DbError {
    fn new(says: String, source: Option<Self>) -> Self {
        Self {
            says,
            source: source.map(Box::new),
        }
    }
}

impl Display for DbError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.says)
    }
}

impl Error for DbError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
