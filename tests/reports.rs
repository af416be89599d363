//! The reports of the gate, as the machines read them that they are for.

use std::collections::BTreeSet;

use quick_junit::{Report, TestCase, TestCaseStatus};
use serde_json::Value;

use crate::support::{Told, World};

const GREETING: &str = "solutions/01_words/greeting/check.toml";

/// `dev check` with these arguments and variables.
fn check(world: &World, arguments: &str, variables: &[(&str, &str)]) -> Told {
    let arguments = format!("dev check {arguments}");
    let mut command = world.command(&arguments);
    command.envs(variables.iter().copied());
    Told::of(&arguments, &command.output().expect("the program starts"))
}

/// The lines of a JSON report.
fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("every line is an object")).collect()
}

/// A course whose author would like to talk to GitHub: a mistake's name, and a message of a test.
fn hostile() -> World {
    let world = World::with("tiny");
    let facts = world.read(GREETING);
    let facts =
        facts.replace("\"greets one guest only\"", r#""line\n::error::forged by a name\r::warning::again""#);
    world.write(GREETING, facts.replace("with = \"Ada!\"", "with = \"{name}!\""));
    let tests = "exercises/01_words/greeting/src/tests.rs";
    let forged = r#"panic!("no\n::error::forged by a test\n::stop-commands::x\n##[error]forged")"#;
    let text = world.read(tests).replace("assert!(greeting(\"\").starts_with(\"Hello\"))", forged);
    world.write(tests, text);
    world
}

/// What GitHub's runner takes for commands: lines that begin with `::`, and the old `##[` anywhere, but between
/// `stop-commands` and its token.
fn commands(log: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut resumes: Option<String> = None;
    for line in log.split(['\n', '\r']).map(str::trim_start) {
        if let Some(token) = &resumes {
            if line == token {
                resumes = None;
            }
        } else if let Some(token) = line.strip_prefix("::stop-commands::") {
            resumes = Some(format!("::{token}::"));
        } else if line.starts_with("::") || line.contains("##[") {
            found.push(line);
        }
    }
    assert_eq!(resumes, None, "commands are switched on again");
    found
}

#[test]
fn nobody_but_the_runner_speaks_to_github() {
    let world = hostile();
    let summary = world.path("summary.md");
    let environment = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_STEP_SUMMARY", summary.to_str().expect("a plain path")),
        ("GITHUB_WORKSPACE", world.path("..").to_str().expect("a plain path")),
    ]
    .map(|(name, value)| (name, value.to_owned()));
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let told = check(&world, "greeting", &environment).exits(3).says("::error::forged by a test");
    let commands = commands(&told.out);
    let title = |command: &&str| command.contains(",title=greeting [");
    assert!(!commands.is_empty() && commands.iter().all(title), "{commands:#?}\n{told}");
    assert!(commands.iter().all(|line| line.starts_with("::error file=course/")), "{commands:#?}");
    let forged = "line%0A::error::forged by a name%0D::warning::again";
    assert!(commands.iter().any(|line| line.contains(forged)), "{commands:#?}");
    assert!(commands.iter().any(|line| line.contains("check.toml,line=5,")), "{commands:#?}");
    let human = told.out.split("::error file=").next().expect("text");
    assert!(
        human.contains("passed, ") && human.contains("at solutions/01_words/greeting/check.toml:5"),
        "{told}"
    );
    let summary = world.read("summary.md");
    assert!(summary.starts_with("## ") && summary.contains("### greeting"), "{summary}");
    let findings = summary.lines().filter(|line| line.starts_with("- **")).count();
    assert_eq!(findings.min(10), commands.len(), "{summary}");
}

#[test]
fn all_reports_of_one_run_say_the_same() {
    let world = hostile();
    let reports = "--report junit:junit.xml --report human --report json:report.jsonl";
    let told = check(&world, &format!("greeting counting {reports}"), &[]).exits(3);
    let lines = objects(&world.read("report.jsonl"));
    assert!(lines.iter().all(|line| line["version"] == 1), "{lines:#?}");
    assert_eq!(lines[0]["event"], "begin");
    let end = lines.last().expect("a last line");
    assert_eq!(end["event"], "end");
    let (passed, failed) = (end["passed"].as_u64().unwrap(), end["failed"].as_u64().unwrap());
    assert!(passed > 0 && failed > 0, "{told}");
    assert_eq!(told.out.lines().last(), Some(&*format!("{passed} passed, {failed} failed")), "{told}");

    let junit = Report::deserialize_from_str(&world.read("junit.xml")).expect("JUnit");
    assert_eq!((junit.tests as u64, junit.failures as u64, junit.errors), (passed + failed, failed, 0));
    let is_failed = |case: &TestCase| matches!(case.status, TestCaseStatus::NonSuccess { .. });
    let suites = junit.test_suites.iter();
    let in_junit: Vec<_> = suites
        .flat_map(|suite| suite.test_cases.iter().map(|case| (suite.name.to_string(), !is_failed(case))))
        .collect();
    let proofs = lines.iter().filter(|line| line["event"] == "proof");
    let in_json: Vec<_> = proofs
        .map(|line| (line["exercise"].as_str().unwrap().to_owned(), line["passed"].as_bool().unwrap()))
        .collect();
    assert_eq!(in_junit, in_json);
}

#[test]
fn four_shards_together_report_what_one_run_reports() {
    let world = World::with("tiny");
    let facts = world.read(GREETING);
    world.write(GREETING, facts.replace("with = \"Ada!\"", "with = \"{name}!\""));
    let run = |arguments: &str, variables: &[(&str, &str)]| {
        let told = check(&world, &format!("{arguments} --report json"), variables);
        objects(&told.out)
    };
    let one = run("", &[]);
    let mut shards =
        vec![run("--shard 1/4", &[]), run("--shard 2/4", &[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "4")])];
    for index in ["3", "4"] {
        shards.push(run("", &[("CI_NODE_INDEX", index), ("CI_NODE_TOTAL", "4")]));
    }
    let all = proofs(&one);
    assert!(all.len() > 4, "{one:#?}");
    assert!(shards.iter().filter(|shard| !proofs(shard).is_empty()).count() > 1, "the work is divided");
    let together: Vec<_> = shards.iter().flat_map(|shard| proofs(shard)).collect();
    assert_eq!(together.len(), all.len(), "no proof is made twice");
    assert_eq!(together.into_iter().collect::<BTreeSet<_>>(), all.into_iter().collect());
    for count in ["passed", "failed"] {
        let of = |lines: &[Value]| lines.last().and_then(|end| end[count].as_u64()).expect("a count");
        assert_eq!(shards.iter().map(|shard| of(shard)).sum::<u64>(), of(&one), "{count}");
    }
}

/// The lines of the proofs, but for their times.
fn proofs(lines: &[Value]) -> Vec<String> {
    let proofs = lines.iter().filter(|line| line["event"] == "proof");
    let timeless = proofs.map(|line| {
        let mut line = line.clone();
        line.as_object_mut().expect("an object").remove("seconds").expect("a time");
        line.to_string()
    });
    timeless.collect()
}

#[test]
fn a_report_that_cannot_be_is_refused_before_the_work() {
    let world = World::with("tiny");
    for wrong in ["--report yaml", "--report json --report human", "--shard 5/4", "--shard 0/4"] {
        check(&world, wrong, &[]).exits(2).complains("help: ");
    }
    check(&world, "", &[("CI_NODE_INDEX", "5"), ("CI_NODE_TOTAL", "4")])
        .exits(2)
        .complains("`5/4` is no shard");
    check(&world, "--report junit:no/such/folder.xml", &[]).exits(4).complains("no/such/folder.xml");
    assert!(!world.path(".backendlings/check").exists(), "nothing was built");
}
