//! `init`: the course out of the binary.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use fs_err as fs;

use crate::support::{World, bytes_below};

/// What git has of the course at HEAD, from which the binary was built. None where there is no course at HEAD, so that
/// a build carries none.
fn course_at_head() -> Option<BTreeMap<PathBuf, Vec<u8>>> {
    let mut git = Command::new("git");
    git.args(["archive", "--format=tar", "HEAD", "info.toml", "exercises"]);
    let output = git.current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(output.stdout.as_slice()).entries().ok()? {
        let mut entry = entry.expect("an entry");
        if entry.header().entry_type().is_file() {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).expect("its bytes");
            files.insert(entry.path().expect("a path").into_owned(), bytes);
        }
    }
    Some(files).filter(|files| files.contains_key(Path::new("info.toml")))
}

#[test]
fn init_writes_what_git_has_without_the_answers() {
    let world = World::without_a_course();
    let told = world.run("init new --no-fetch");
    let Some(mut expected) = course_at_head() else {
        told.exits(2).complains("this build carries no course");
        assert!(!world.path("new").exists());
        return;
    };
    told.exits(0).says("cd new");
    let mut written = bytes_below(&world.path("new"));
    let own = |path: &Path| path.starts_with(".backendlings");
    let kept: Vec<_> = written.keys().filter(|path| own(path)).cloned().collect();
    let originals = Path::new(".backendlings/originals");
    for path in expected.keys().filter(|path| path.starts_with("exercises")) {
        assert_eq!(written[&originals.join(path)], expected[path], "the original of {}", path.display());
    }
    written.retain(|path, _| !own(path));
    for (path, has_more) in [(".gitignore", "target/"), (".vscode/settings.json", "linkedProjects")] {
        let text = written.remove(Path::new(path)).expect("a file of the learner's own");
        assert!(String::from_utf8_lossy(&text).contains(has_more), "{path}");
    }
    assert_eq!(written.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    while let Some((path, bytes)) = expected.pop_first() {
        assert!(written[&path] == bytes, "{} differs", path.display());
    }
    assert!(kept.iter().all(|path| !path.ends_with("check.toml")), "the author's facts are no learner's");
}

#[test]
fn an_inited_course_works_with_every_reference_in_the_binary() {
    let world = World::without_a_course();
    if course_at_head().is_none() {
        return;
    }
    world.run("init . --no-fetch").exits(0);
    let told = world.run("list --json").exits(0);
    let list: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
    for exercise in list["exercises"].as_array().expect("exercises") {
        let name = exercise["name"].as_str().expect("a name");
        let passed = "passed_at = \"2026-01-02T03:04:05Z\"\nattempts = 1\nhints = 0\nfailing_now = false\n";
        world.write(".backendlings/progress.toml", format!("version = 1\n[exercises.{name}]\n{passed}"));
        let told = world.run("solution").exits(0).says("+ reference");
        assert!(!told.out.contains("[starter]"), "{told}");
    }
}

#[test]
fn init_refuses_to_overwrite() {
    let world = World::without_a_course();
    world.write("mine/notes.txt", "mine");
    world.run("init mine").exits(2).complains("mine is there already").complains("nothing in it was touched");
    world.write("file", "mine");
    world.run("init file").exits(2).complains("file is there already");
    let mine = ["file", "mine/notes.txt"].map(|file| (PathBuf::from(file), b"mine".to_vec()));
    assert_eq!(bytes_below(&world.path("")), BTreeMap::from(mine));
}

#[test]
fn init_takes_its_folder_as_an_argument() {
    let world = World::without_a_course();
    world.run("--course new init").exits(2).complains("`backendlings init DIR`");
    assert_eq!(fs::read_dir(world.path("")).expect("the folder").count(), 0);
}

#[test]
fn after_a_pass_the_reference_is_kept_for_reading_and_never_overwritten() {
    let world = World::without_a_course();
    if course_at_head().is_none() {
        return;
    }
    world.run("init . --no-fetch").exits(0);
    let told = world.run("list --json").exits(0);
    let list: serde_json::Value = serde_json::from_str(&told.out).expect("JSON");
    let name = list["exercises"][0]["name"].as_str().expect("a name").to_owned();
    world.run(&format!("solution {name}")).exits(1);
    assert!(!world.path("solutions").exists());
    let passed = "passed_at = \"2026-01-02T03:04:05Z\"\nattempts = 1\nhints = 0\nfailing_now = false\n";
    world.write(".backendlings/progress.toml", format!("version = 1\n[exercises.{name}]\n{passed}"));
    let told = world.run("solution").exits(0).says("the reference is in solutions/");
    let kept = bytes_below(&world.path("solutions"));
    assert!(
        kept.keys().all(|path| path.components().any(|part| part.as_os_str() == name.as_str())),
        "{kept:?}"
    );
    assert!(kept.keys().all(|path| !path.ends_with("check.toml")), "the author's facts are no learner's");
    let main = kept.keys().find(|path| path.ends_with("src/main.rs")).expect("a reference");
    // What the learner makes of it is theirs, and the comparison stays with the reference.
    world.write(Path::new("solutions").join(main), "my own notes");
    assert_eq!(world.run("solution").exits(0).out, told.out);
    assert_eq!(world.read(Path::new("solutions").join(main)), "my own notes");
}
