//! A small document database. It takes filters as MongoDB does: `{"price": 5}` finds what is equal, and
//! `{"price": {"$gt": 5}}` what is greater.

use serde_json::{Map, Value};

pub struct Collection(Vec<Value>);

impl Collection {
    pub fn of(documents: impl IntoIterator<Item = Value>) -> Self {
        Self(documents.into_iter().collect())
    }

    /// The first document that fits.
    pub fn find_one(&self, filter: &Value) -> Option<&Value> {
        let filter = filter.as_object()?;
        self.0.iter().find(|document| fits(document, filter))
    }
}

fn fits(document: &Value, filter: &Map<String, Value>) -> bool {
    filter.iter().all(|(key, wanted)| match (key.as_str(), wanted) {
        ("$or", Value::Array(filters)) => {
            filters.iter().filter_map(Value::as_object).any(|filter| fits(document, filter))
        }
        // What is not there is null.
        _ => fits_value(document.get(key).unwrap_or(&Value::Null), wanted),
    })
}

fn fits_value(value: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Object(operators) if operators.keys().any(|key| key.starts_with('$')) => {
            operators.iter().all(|(operator, operand)| compares(value, operator, operand))
        }
        _ => value == wanted,
    }
}

fn compares(value: &Value, operator: &str, operand: &Value) -> bool {
    let (text, other) = (value.as_str(), operand.as_str());
    match operator {
        "$eq" => value == operand,
        "$ne" => value != operand,
        "$in" => operand.as_array().is_some_and(|list| list.contains(value)),
        "$nin" => operand.as_array().is_some_and(|list| !list.contains(value)),
        "$exists" => value.is_null() != (*operand == true),
        "$gt" => text.is_some() && text > other,
        "$lt" => text.is_some() && text < other,
        "$not" => !fits_value(value, operand),
        // Only the beginning of a regular expression: `^a`.
        "$regex" => other.is_some_and(|begin| {
            text.is_some_and(|text| text.starts_with(begin.trim_start_matches(['^', '.', '*'])))
        }),
        _ => false,
    }
}
