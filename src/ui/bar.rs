//! A progress bar as text.

use super::{Theme, width};

/// The bar is of no use when it is shorter.
const SHORTEST: usize = 6;
const LONGEST: usize = 60;

/// `[#####>-----]  3/10`, or only `3/10` where there is no room, in at most `columns`.
pub(super) fn bar(done: u64, total: u64, columns: usize, theme: Theme) -> String {
    let done = done.min(total);
    let count = format!("{done}/{total}");
    let room = columns.saturating_sub(width(&count) + 4).min(LONGEST);
    if room < SHORTEST {
        return super::cut(&count, columns);
    }
    let filled =
        (done * room as u64).checked_div(total).map_or(0, |filled| usize::try_from(filled).unwrap_or(room));
    // The arrow says where it is going; a full bar has arrived.
    let arrow = usize::from(filled > 0 && filled < room);
    let drawn = theme.pass(&("#".repeat(filled - arrow) + &">".repeat(arrow)));
    let empty = theme.faint(&"-".repeat(room - filled));
    format!("[{drawn}{empty}]  {count}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fills_and_gives_way_to_the_count() {
        let bar = |done, total, columns| bar(done, total, columns, Theme::plain());
        assert_eq!(bar(0, 10, 20), "[------------]  0/10");
        assert_eq!(bar(5, 10, 20), "[#####>------]  5/10");
        assert_eq!(bar(10, 10, 21), "[############]  10/10");
        assert_eq!(bar(57, 101, 12), "57/101");
        assert_eq!(bar(57, 101, 3), "57…");
        assert_eq!(bar(0, 0, 20), "[-------------]  0/0");
    }

    #[test]
    fn more_than_all_is_all() {
        assert_eq!(bar(12, 10, 21, Theme::plain()), "[############]  10/10");
    }
}
