//! CONTRIBUTING.md tells how an exercise is added; this does what it says, to the letter.

use std::path::Path;

use crate::support::World;

/// The command lines of the block that follows these words, without their comments.
fn commands_after(words: &str) -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md");
    let text = fs_err::read_to_string(file).expect("a readable file");
    let (_, after) = text.split_once(words).expect("these words");
    let block = after.split("```").nth(1).expect("a block of commands");
    let commands = block.lines().map(|line| line.split(" # ").next().unwrap_or_default().trim().to_owned());
    commands.filter(|command| !command.is_empty()).collect()
}

#[test]
fn whoever_follows_it_has_a_new_exercise_that_is_green() {
    let world = World::with("tiny");
    let commands = commands_after("\nTo add one:\n");
    for command in &commands {
        let arguments = command.strip_prefix("cargo run -q -- ").expect("a command of the program's");
        world.run(arguments).exits(0);
    }
    let name =
        commands.last().and_then(|check| check.strip_prefix("cargo run -q -- dev check ")).expect("a proof");
    world.run(&format!("dev check {name}")).exits(0).says(", 0 failed");
    world.run("list").exits(0).says(name);
}
