//! The JSON Schemas that editors complete and explain info.toml and check.toml by.
//!
//! That they are what the types say is checked by `cargo xtask schemas --check`; here, that they say what is true.

use std::path::{Path, PathBuf};

use fs_err as fs;
use serde_json::Value;

use crate::support::bytes_below;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn schema(name: &str) -> Value {
    let text = fs::read_to_string(root().join("schemas").join(name)).expect("a committed schema");
    serde_json::from_str(&text).expect("JSON")
}

/// What is wrong with a value, by as much of JSON Schema as our schemas use. An unknown word of it is a panic.
fn problems(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (word, says) in schema.as_object().expect("a schema") {
        let holds = match word.as_str() {
            "type" => is_of_type(says, value),
            "const" => value == says,
            "minimum" => value.as_i64() >= says.as_i64(),
            "maximum" => value.as_i64() <= says.as_i64(),
            "maxLength" => value.as_str().map(|text| text.len() as u64) <= says.as_u64(),
            "minItems" => value.as_array().map(|items| items.len() as u64) >= says.as_u64(),
            "oneOf" => choices(says).filter(|choice| problems(choice, value, at).is_empty()).count() == 1,
            "required" => choices(says).all(|key| value.get(key.as_str().unwrap_or_default()).is_some()),
            "properties" | "items" | "additionalProperties" => {
                found.extend(below(schema, word, says, value, at));
                true
            }
            "$schema" | "title" | "description" | "default" | "format" | "pattern" => true,
            other => panic!("{at}: this test does not know {other:?}"),
        };
        if !holds {
            found.push(format!("{at}: {word} {says}"));
        }
    }
    found
}

fn choices(says: &Value) -> impl Iterator<Item = &Value> {
    says.as_array().into_iter().flatten()
}

fn is_of_type(says: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        other => panic!("this test does not know the type {other:?}"),
    };
    if says.is_array() { choices(says).any(is) } else { is(says) }
}

/// What is wrong in the values that are part of this one.
fn below(schema: &Value, word: &str, says: &Value, value: &Value, at: &str) -> Vec<String> {
    let known = |key: &str| schema["properties"].get(key);
    let parts = value.as_object().into_iter().flatten();
    match word {
        "items" => {
            let items = value.as_array().into_iter().flatten();
            items
                .enumerate()
                .flat_map(|(number, item)| problems(says, item, &format!("{at}[{number}]")))
                .collect()
        }
        "properties" => parts
            .filter_map(|(key, part)| Some((key, part, known(key)?)))
            .flat_map(|(key, part, schema)| problems(schema, part, &format!("{at}.{key}")))
            .collect(),
        _ => {
            let others = parts.filter(|(key, _)| known(key).is_none());
            others
                .flat_map(|(key, part)| match says {
                    Value::Bool(allowed) => Vec::from_iter((!allowed).then(|| format!("{at}: no {key}"))),
                    schema => problems(schema, part, &format!("{at}.{key}")),
                })
                .collect()
        }
    }
}

fn check(schema: &Value, toml: &str) -> Vec<String> {
    problems(schema, &toml::from_str(toml).expect("TOML"), "")
}

/// Our own course and the miniature ones that are valid.
fn courses() -> [PathBuf; 3] {
    ["", "tests/courses/tiny", "tests/courses/small"].map(|course| root().join(course))
}

fn check_tomls(course: &Path) -> Vec<PathBuf> {
    let solutions = course.join("solutions");
    let mut files: Vec<_> = bytes_below(&solutions).into_keys().map(|file| solutions.join(file)).collect();
    files.retain(|file| file.ends_with("check.toml"));
    assert!(!files.is_empty(), "{}", solutions.display());
    files
}

#[test]
fn every_course_is_valid_by_the_schemas() {
    let (info, facts) = (schema("info.schema.json"), schema("check.schema.json"));
    for course in courses() {
        let text = fs::read_to_string(course.join("info.toml")).expect("a course");
        assert_eq!(check(&info, &text), [""; 0], "{}", course.display());
        for file in check_tomls(&course) {
            let text = fs::read_to_string(&file).expect("facts");
            assert_eq!(check(&facts, &text), [""; 0], "{}", file.display());
        }
    }
}

#[test]
fn what_the_runner_refuses_the_schemas_refuse_too() {
    let (info, facts) = (schema("info.schema.json"), schema("check.schema.json"));
    let course = "format_version = 2\nname = \"A course\"\n";
    let exercise = "[[exercises]]\nname = \"a\"\ndir = \"01_a\"\ntitle = \"A\"\nminutes = 5\nhints = []\n";
    let rows = [
        (&info, "name = \"A course\"", ": required [\"format_version\",\"name\"]"),
        (&info, "format_version = 3\nname = \"A course\"", ".format_version: const 2"),
        (&info, &format!("{course}titel = \"A\""), ": no titel"),
        (&info, &format!("{course}{exercise}difficulty = 6"), ".exercises[0].difficulty: maximum 5"),
        (&info, &format!("{course}{exercise}difficulty = 1\nedit = []"), ".exercises[0].edit: minItems 1"),
        (
            &facts,
            "[starter]\nfails = [\"a\"]\n[[mistakes]]\nname = \"b\"\nwitth = \"c\"",
            ".mistakes[0]: no witth",
        ),
        (&facts, "mistakes = []", ": required [\"starter\"]"),
        (&facts, "[starter]\nmay_fail = []", ".starter: oneOf "),
        (&facts, "[starter]\nfails = []\ncrashes = true", ".starter: oneOf "),
    ];
    for (schema, text, expected) in rows {
        let found = check(schema, text);
        assert!(found.iter().any(|problem| problem.starts_with(expected)), "{text}\n{found:?}");
    }
}

/// The keys that have no description.
fn unexplained(schema: &Value, at: &str, found: &mut Vec<String>) {
    for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}.{key}");
        if schema["description"].as_str().is_none_or(str::is_empty) {
            found.push(at.clone());
        }
        unexplained(schema, &at, found);
        unexplained(&schema["items"], &at, found);
    }
}

#[test]
fn every_key_is_explained() {
    let mut found = Vec::new();
    for name in ["info.schema.json", "check.schema.json"] {
        unexplained(&schema(name), name, &mut found);
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn our_course_names_its_schemas_where_editors_look_for_them() {
    let mut files = check_tomls(root());
    files.push(root().join("info.toml"));
    for file in files {
        let text = fs::read_to_string(&file).expect("a file of the course");
        let named = text.lines().next().and_then(|line| line.strip_prefix("#:schema "));
        let schema = named.map(|named| file.parent().expect("a folder").join(named));
        assert!(schema.is_some_and(|schema| schema.is_file()), "{}: {named:?}", file.display());
    }
}
