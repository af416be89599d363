//! `dev check --changed-since`: what a pull request touches, told by a real git.

use crate::support::World;

/// The tiny course in a folder of somebody's repository, one commit on `main`, at work on a branch.
fn on_a_branch() -> World {
    let world = World::with("tiny");
    world.git("-C .. init --quiet --initial-branch=main");
    world.commit();
    world.git("checkout --quiet -b work");
    world
}

/// The exercises of which something was proved.
fn checked(world: &World, arguments: &str) -> Vec<String> {
    let told = world.run(&format!("dev check --report json {arguments}"));
    let lines =
        told.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("an object"));
    let mut names: Vec<_> = lines.filter_map(|line| Some(line["exercise"].as_str()?.to_owned())).collect();
    names.dedup();
    names
}

fn append(world: &World, file: &str, text: &str) {
    world.write(file, world.read(file) + text);
}

#[test]
fn nothing_touched_is_said_and_is_no_failure() {
    let world = on_a_branch();
    world.write("NOTES.md", "Beside the course.");
    world.commit();
    let told = world.run("dev check --changed-since main").exits(0).says("0 passed, 0 failed");
    told.complains("nothing that changed since main touches an exercise");
    assert!(!world.path(".backendlings/check").exists(), "nothing was built");
}

#[test]
fn what_the_branch_touched_is_checked_committed_or_not() {
    let world = on_a_branch();
    append(&world, "solutions/01_words/greeting/check.toml", "# Committed.\n");
    world.commit();
    // What main got meanwhile is not the branch's.
    world.git("checkout --quiet main");
    append(&world, "exercises/01_words/counting/src/words.rs", "// On main.\n");
    world.commit();
    world.git("checkout --quiet work");
    assert_eq!(checked(&world, "--changed-since main"), ["greeting"]);
    let info = world.read("info.toml").replace("Work comes to an end soon", "Not committed yet");
    world.write("info.toml", info);
    assert_eq!(checked(&world, "--changed-since main"), ["greeting", "hurrying"]);
    world.write("exercises/02_work/README.md", "# New, and git does not know it yet\n");
    assert_eq!(checked(&world, "--changed-since main working"), ["working"]);
    assert_eq!(checked(&world, "--changed-since main counting"), [""; 0]);
    append(&world, "exercises/pins/src/lib.rs", "// Staged.\n");
    world.git("add exercises/pins");
    assert_eq!(checked(&world, "--changed-since main counting"), ["counting"]);
    let told = world.run("dev check --changed-since main counting");
    told.complains("all are checked: exercises/pins/src/lib.rs changed since main");
}

#[test]
fn shards_share_what_was_touched() {
    let world = on_a_branch();
    world.write("exercises/01_words/README.md", "# Words, again\n");
    let shards =
        ["1/3", "2/3", "3/3"].map(|shard| checked(&world, &format!("--changed-since main --shard {shard}")));
    let mut together = shards.concat();
    together.sort();
    assert_eq!(together, ["counting", "greeting"]);
}

#[test]
fn a_reference_that_leads_nowhere_is_wrong_usage() {
    let world = World::with("tiny");
    world.run("dev check --changed-since main").exits(2).complains("is no git repository");
    world.git("init --quiet --initial-branch=main");
    world.commit();
    for wrong in ["nowhere", "main:info.toml", "--output=x"] {
        let told = world.run(&format!("dev check --changed-since={wrong}")).exits(2);
        told.complains(&format!("git knows no commit `{wrong}` here\n  help: "));
    }
    world.git("checkout --quiet --orphan other");
    // With the same text, author and second it would be the same commit.
    world.write("NOTES.md", "Another beginning.");
    world.commit();
    world.run("dev check --changed-since main").exits(2).complains("have no commit in common");
}
