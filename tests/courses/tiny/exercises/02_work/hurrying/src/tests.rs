use crate::work;
use support::expect;

#[test]
fn work_comes_to_one() {
    expect(work(), 1);
}
