//! What a session takes of the machine: memory, processor, disk, and the build directory that others may want, too.

use std::fs::File;

use fs_err as fs;

use crate::learner::Learner;
use crate::support::{Terminal, World};

/// The tests of `working` with this as what it does first.
#[cfg(target_os = "linux")]
fn working(first: &str) -> Learner {
    let learner = Learner::at("working");
    learner.main_is(format!(
        "#[cfg(test)]\nmod tests;\n\nfn work() -> u8 {{\n    {first}\n    1\n}}\n\nfn main() {{\n    work();\n}}\n"
    ));
    learner
}

/// Nothing of it is touched, so that a system without the limit gives it away without having it.
#[cfg(target_os = "linux")]
#[test]
fn a_test_that_wants_more_memory_than_it_may_have_is_told_so() {
    let learner = working("assert_eq!(vec![0_u8; 3 << 30][1 << 30], 0);");
    let told = learner.world.run("run working").exits(1);
    told.says("the tests wanted more memory than they may have (2 GiB)").says("work comes to one");
}

/// Each has a stack of two MiB and an arena of the allocator, which reserves 64 MiB.
#[cfg(target_os = "linux")]
#[test]
fn hundreds_of_threads_are_not_too_much_memory() {
    let learner = working(
        "let threads: Vec<_> = (0..600).map(|_| std::thread::spawn(|| drop(vec![1_u8; 9]))).collect();\n    \
         threads.into_iter().for_each(|thread| thread.join().unwrap());",
    );
    assert!(learner.verdict().is_pass());
}

#[test]
fn a_cargo_that_holds_the_package_cache_is_waited_for_in_words() {
    let world = World::with("small");
    let cache = world.path("../home/.cargo/.package-cache");
    fs::create_dir_all(cache.parent().expect("a folder")).expect("Cargo's home");
    let cache = File::create(cache).expect("the lock's file");
    cache.lock().expect("nobody else is there");
    let mut terminal = Terminal::start(&world, "");
    terminal.sees("another cargo is at the package cache; waiting for it");
    cache.unlock().expect("it was locked");
    terminal.sees("a greeting names whom it greets");
}
