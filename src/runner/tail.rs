//! Output on its way to somebody who may be slower than it comes: a program that prints without end fills no memory and
//! keeps nobody busy.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Of what was not handed over yet, the end is kept.
const KEPT: usize = 16 * 1024;

/// Between two times of handing over. The first bytes after a silence are handed over at once.
const PAUSE: Duration = Duration::from_millis(30);

#[derive(Debug, Default)]
pub(super) struct Tail {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    dropped: usize,
    is_over: bool,
}

impl Tail {
    pub(super) fn feed(&self, bytes: &[u8]) {
        let mut state = self.lock();
        state.bytes.extend_from_slice(bytes);
        let excess = state.bytes.len().saturating_sub(KEPT);
        state.bytes.drain(..excess);
        state.dropped += excess;
        self.changed.notify_all();
    }

    /// Nothing more is fed.
    pub(super) fn close(&self) {
        self.lock().is_over = true;
        self.changed.notify_all();
    }

    /// Hands over what is fed until all of it is.
    pub(super) fn hand_over(&self, mut said: impl FnMut(String)) {
        loop {
            let state = self.lock();
            let empty = |state: &mut State| !state.is_over && whole(&state.bytes) == 0;
            let mut state = self.changed.wait_while(state, empty).unwrap_or_else(PoisonError::into_inner);
            let length = if state.is_over { state.bytes.len() } else { whole(&state.bytes) };
            if length == 0 {
                return;
            }
            let text: Vec<u8> = state.bytes.drain(..length).collect();
            let text = String::from_utf8_lossy(&text).into_owned();
            let dropped = std::mem::take(&mut state.dropped);
            drop(state);
            said(if dropped > 0 { format!("\n[{dropped} bytes left out]\n{text}") } else { text });
            let still = |state: &mut State| !state.is_over;
            drop(self.changed.wait_timeout_while(self.lock(), PAUSE, still));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The length without a letter whose other bytes are still to come.
fn whole(bytes: &[u8]) -> usize {
    let is_begun = |at: &usize| {
        let rest = str::from_utf8(&bytes[*at..]);
        rest.is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    (bytes.len().saturating_sub(3)..bytes.len()).find(is_begun).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn handed_over(tail: &Tail) -> Vec<String> {
        let mut all = Vec::new();
        tail.hand_over(|text| all.push(text));
        all
    }

    #[test]
    fn of_a_flood_the_end_comes_in_one_piece_and_says_what_is_missing() {
        let tail = Tail::default();
        for _ in 0..100_000 {
            tail.feed(b"a line\n");
        }
        tail.close();
        let all = handed_over(&tail);
        assert_eq!(all.len(), 1);
        assert!(all[0].starts_with("\n[683616 bytes left out]\n"), "{}", &all[0][..40]);
        assert!(all[0].len() < KEPT + 40);
    }

    #[test]
    fn a_letter_in_two_pieces_is_one_letter() {
        assert_eq!(
            ["a".as_bytes(), "日".as_bytes(), &"a日".as_bytes()[..2], b"a\xff"].map(whole),
            [1, 3, 1, 2]
        );
        let tail = Tail::default();
        thread::scope(|scope| {
            let told = scope.spawn(|| handed_over(&tail));
            for byte in "日本".as_bytes() {
                tail.feed(&[*byte]);
            }
            tail.close();
            assert_eq!(told.join().expect("no panic").concat(), "日本");
        });
    }
}
