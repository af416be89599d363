use support::{Clock, any, expect, random_name};

use super::Store;

#[test]
fn what_is_set_can_be_read() {
    let mut redis = Redis::new();
    let code = any(1_000..=9_999);
    redis.says(&format!("SET code {code}"), "OK").says("GET code", code);
    redis.says("SET code 4711", "OK").says("GET code", 4711);
    redis.says("GET nothing", "(nil)");
    redis
        .says("DEL code", "(integer) 1")
        .says("GET code", "(nil)")
        .says("DEL code", "(integer) 0");
}

#[test]
fn a_key_lives_as_long_as_it_said_and_no_longer() {
    for command in ["SET code 4711 EX", "EXPIRE code"] {
        let mut redis = Redis::new();
        let seconds = any(10..=99);
        redis.says("SET code 4711", "OK");
        redis.runs(&format!("{command} {seconds}"));
        redis.says("GET code", 4711).says("TTL code", integer(seconds));
        redis.waits(seconds - 1).says("GET code", 4711).says("TTL code", integer(1));
        redis.waits(1).says("GET code", "(nil)").says("TTL code", integer(-2));
        redis.waits(any(1..=99)).says("GET code", "(nil)").says("TTL code", integer(-2));
    }
}

#[test]
fn a_ttl_tells_the_three_apart() {
    let mut redis = Redis::new();
    redis.says("TTL code", integer(-2));
    redis.says("SET code 4711", "OK").says("TTL code", integer(-1));
    let (seconds, later) = (any(50..=99), any(10..=40));
    redis
        .says(&format!("EXPIRE code {seconds}"), integer(1))
        .says("TTL code", integer(seconds));
    redis.waits(later).says("TTL code", integer(seconds - later));
    redis
        .says(&format!("EXPIRE nothing {seconds}"), integer(0))
        .says("TTL nothing", integer(-2));
}

#[test]
fn a_set_begins_a_new_life() {
    let mut redis = Redis::new();
    redis.says("SET code 4711 EX 60", "OK").waits(any(1..=59));
    redis.says("SET code 4712", "OK").says("TTL code", integer(-1));
    redis.waits(any(61..=999)).says("GET code", 4712);
    // And another one has its own time.
    let seconds = any(10..=99);
    redis
        .says(&format!("SET code 4713 EX {seconds}"), "OK")
        .says("TTL code", integer(seconds));
    redis.says("SET code 4714 EX 5", "OK").waits(5).says("GET code", "(nil)");
}

#[test]
fn a_counter_keeps_its_time_of_death() {
    let mut redis = Redis::new();
    let (hits, later) = (any(0..=99), any(10..=50));
    redis.says(&format!("SET hits {hits} EX 60"), "OK").waits(later);
    redis.says("INCR hits", integer(hits + 1)).says("TTL hits", integer(60 - later));
    redis.says("INCR hits", integer(hits + 2)).waits(60 - later);
    redis
        .says("GET hits", "(nil)")
        .says("INCR hits", integer(1))
        .says("TTL hits", integer(-1));
    redis
        .says("INCR visits", integer(1))
        .says("INCR visits", integer(2))
        .says("TTL visits", integer(-1));
}

#[test]
fn a_counter_counts_again_from_zero_when_its_time_is_over() {
    let mut redis = Redis::new();
    redis.says(&format!("SET hits {} EX 60", any(10..=99)), "OK").waits(any(61..=999));
    // Nobody has met the dead one yet.
    redis.says("INCR hits", integer(1)).says("TTL hits", integer(-1)).says("GET hits", 1);
}

#[test]
fn what_is_no_number_is_not_counted_and_stays_as_it_was() {
    let mut redis = Redis::new();
    let name = random_name("Ana").replace(' ', "-");
    let error = "(error) ERR value is not an integer or out of range";
    for value in [name.as_str(), "9223372036854775807", "1.5"] {
        redis.says(&format!("SET visitor {value} EX 60"), "OK").waits(10);
        redis.says("INCR visitor", error).says("GET visitor", value);
        redis.says("TTL visitor", integer(50));
    }
    redis.says("SET visitor 1 EX soon", error).says("EXPIRE visitor soon", error);
    redis.says("SET visitor 1 EX 0", "(error) ERR invalid expire time");
    redis.says(&format!("SET visitor 1 EX -{}", any(1..=99)), "(error) ERR invalid expire time");
    redis.says("GET visitor", "1.5").says("TTL visitor", integer(50));
    redis.says("INCR a b", "(error) ERR unknown command");
}

#[test]
fn what_persists_does_not_die() {
    let mut redis = Redis::new();
    redis.says("SET code 4711 EX 60", "OK").says("PERSIST code", integer(1));
    redis.says("TTL code", integer(-1)).waits(any(61..=999)).says("GET code", 4711);
    redis.says("PERSIST code", integer(0)).says("PERSIST nothing", integer(0));
}

#[test]
fn the_dead_cannot_be_woken() {
    for command in ["EXPIRE code 60", "PERSIST code", "DEL code"] {
        let mut redis = Redis::new();
        redis.says("SET code 4711 EX 60", "OK").waits(any(61..=999));
        redis.says(command, integer(0)).says("GET code", "(nil)").says("TTL code", integer(-2));
    }
}

#[test]
fn a_key_may_be_told_to_die_now() {
    for seconds in [0, -1, -any(2..=99), i64::MIN] {
        let mut redis = Redis::new();
        redis.says("SET code 4711", "OK").says(&format!("EXPIRE code {seconds}"), integer(1));
        redis.says("DBSIZE", integer(0)).says("GET code", "(nil)");
        redis.says("TTL code", integer(-2)).lists("");
    }
}

#[test]
fn a_key_may_come_back_and_has_nothing_of_its_former_life() {
    let mut redis = Redis::new();
    redis.says("SET code 4711 EX 60", "OK").says("DEL code", integer(1));
    redis.says("SET code 4712", "OK").says("TTL code", integer(-1));
    redis.says("SET hits 5 EX 60", "OK").says("DEL hits", integer(1));
    redis.says("INCR hits", integer(1)).waits(any(61..=999));
    redis.says("GET code", 4712).says("GET hits", 1);
}

#[test]
fn keys_lists_the_living() {
    let mut redis = Redis::new();
    redis.lists("");
    redis.says("SET b 1 EX 60", "OK").says("SET c 1", "OK").says("SET a 1 EX 61", "OK");
    redis.lists("a b c").waits(60).lists("a c").waits(1).lists("c");
}

#[test]
fn whoever_meets_a_dead_key_removes_it() {
    for command in [
        "GET code",
        "TTL code",
        "DEL code",
        "EXPIRE code 5",
        "PERSIST code",
        "KEYS",
    ] {
        let mut redis = Redis::new();
        redis.says("SET other 1", "OK").says("SET code 4711 EX 60", "OK").waits(any(61..=999));
        redis.runs(command);
        redis.says("DBSIZE", integer(1));
    }
}

#[test]
fn dbsize_counts_the_dead_whom_nobody_has_met_yet() {
    let mut redis = Redis::new();
    redis.says("SET a 1 EX 60", "OK").says("SET b 1 EX 60", "OK").says("SET c 1", "OK");
    redis.waits(any(61..=999)).says("DBSIZE", integer(3));
    redis.says("GET c", 1).says("DBSIZE", integer(3));
    redis.says("GET a", "(nil)").says("DBSIZE", integer(2));
    redis.lists("c").says("DBSIZE", integer(1));
}

#[test]
fn the_memory_of_the_dead_comes_back_although_nobody_asks_for_them() {
    let mut redis = Redis::new();
    let (dead, living) = (any(20..=99), any(5..=9));
    for number in 0..dead {
        redis.runs(&format!("SET code:{number} 4711 EX {}", any(1..=60)));
    }
    for number in 0..living {
        redis.runs(&format!("SET session:{number} ana EX {}", any(62..=99)));
    }
    redis.says("SET name redis", "OK").sweeps().says("DBSIZE", integer(dead + living + 1));
    redis.waits(61).sweeps().says("DBSIZE", integer(living + 1)).says("GET name", "redis");
    redis.waits(any(99..=999)).sweeps().says("DBSIZE", integer(1)).lists("name");
}

#[test]
fn who_was_removed_does_not_come_back_when_the_clock_is_set_back() {
    let mut redis = Redis::new();
    redis.says("SET met 1 EX 60", "OK").waits(any(61..=99)).says("GET met", "(nil)");
    redis.sets_the_clock_back(99).says("GET met", "(nil)").lists("");

    let mut redis = Redis::new();
    redis.says("SET swept 1 EX 60", "OK").waits(any(61..=99)).sweeps();
    redis.sets_the_clock_back(99).says("GET swept", "(nil)").lists("");
    redis.says("SET swept 2", "OK").says("TTL swept", integer(-1));
}

fn integer(number: i64) -> String {
    format!("(integer) {number}")
}

/// A session with the store, and all that has happened in it.
struct Redis {
    store: Store,
    clock: Clock,
    story: String,
}

impl Redis {
    fn new() -> Self {
        let clock = Clock::at(any(1_700_000_000..=1_800_000_000));
        Self {
            store: Store::new(clock.reader()),
            clock,
            story: String::new(),
        }
    }

    fn runs(&mut self, command: &str) -> String {
        self.tell(command);
        self.store.run(command)
    }

    #[track_caller]
    fn says(&mut self, command: &str, expected: impl ToString) -> &mut Self {
        let got = self.runs(command);
        expect(&self.story, expected.to_string(), got);
        self
    }

    /// KEYS gives these, in whatever order.
    #[track_caller]
    fn lists(&mut self, expected: &str) -> &mut Self {
        let keys = self.runs("KEYS");
        let mut keys: Vec<_> = keys.split(' ').collect();
        keys.sort_unstable();
        expect(&self.story, expected, keys.join(" "));
        self
    }

    fn waits(&mut self, seconds: i64) -> &mut Self {
        self.clock.advance(seconds.unsigned_abs());
        self.tell(&match seconds {
            1 => "1 second passes".to_owned(),
            _ => format!("{seconds} seconds pass"),
        });
        self
    }

    fn sets_the_clock_back(&mut self, seconds: u64) -> &mut Self {
        self.clock.set(self.clock.now() - seconds);
        self.tell(&format!("the clock is set back by {seconds} seconds"));
        self
    }

    fn sweeps(&mut self) -> &mut Self {
        self.store.sweep();
        self.tell("sweep");
        self
    }

    fn tell(&mut self, what: &str) {
        // The last few lines say enough.
        if let Some((begin, _)) = self.story.rmatch_indices(", ").nth(8) {
            self.story.replace_range(..begin, "...");
        }
        if !self.story.is_empty() {
            self.story.push_str(", ");
        }
        self.story.push_str(what);
    }
}
