use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

use support::{any, expect, fail};

use super::Readings;

#[test]
fn a_reading_can_be_read() {
    let pharmacy = Pharmacy::new();
    let (minute, tenths) = (any(100..=199), any(20..=80));
    pharmacy.records(3, &[(minute, tenths)]);
    pharmacy.shows(3, 0, 9_999, &[(minute, tenths)]);
    pharmacy.has_latest(3, Some((minute, tenths)));
}

#[test]
fn a_restart_loses_nothing() {
    let pharmacy = Pharmacy::new();
    let day = [(100, any(20..=80)), (200, -any(20..=80))];
    pharmacy.records(3, &day);
    let pharmacy = pharmacy.after_a_restart();
    pharmacy.shows(3, 0, 9_999, &day);
    // And what comes then is added to it.
    pharmacy.records(3, &[(300, 41)]);
    pharmacy.after_a_restart().shows(3, 0, 9_999, &[day[0], day[1], (300, 41)]);
}

#[test]
fn a_power_cut_loses_nothing() {
    let pharmacy = Pharmacy::new();
    let day = [
        (100, any(20..=80)),
        (200, any(20..=80)),
        (300, any(20..=80)),
    ];
    pharmacy.records(3, &day);
    let after = pharmacy.after_a_power_cut();
    after.shows(3, 0, 9_999, &day);
    after.has_latest(3, Some(day[2]));
}

#[test]
fn the_readings_come_in_the_order_of_their_minutes() {
    let pharmacy = Pharmacy::new();
    let minutes = [
        2,
        10,
        9,
        1_000,
        999,
        255,
        256,
        65_535,
        65_536,
        any(70_000..=999_999),
    ];
    let mut day = minutes.map(|minute| (minute, any(20..=80)));
    pharmacy.records(3, &day);
    day.sort_unstable();
    pharmacy.shows(3, 0, 1_000_000, &day);
    pharmacy.has_latest(3, Some(day[9]));
}

#[test]
fn a_quarter_of_an_hour_has_all_its_minutes_and_no_others() {
    let pharmacy = Pharmacy::new();
    let first = any(90..=99);
    let day: Vec<_> = (80..180).map(|minute| (minute, any(20..=80))).collect();
    pharmacy.records(3, &day);
    let quarter: Vec<_> =
        day.into_iter().filter(|(minute, _)| (first..first + 15).contains(minute)).collect();
    pharmacy.shows(3, first, first + 15, &quarter);
    pharmacy.shows(3, first, first + 1, &quarter[..1]);
    pharmacy.shows(3, first, first, &[]);
    pharmacy.shows(3, 180, 9_999, &[]);
}

#[test]
fn a_sensor_has_its_own_readings_and_no_others() {
    let pharmacy = Pharmacy::new();
    // Neighbours as text, as bytes, and as numbers.
    let sensors = [
        1,
        10,
        11,
        111,
        2,
        255,
        256,
        257,
        65_536,
        16_777_216,
        u32::MAX,
        0,
    ];
    let tenths = sensors.map(|sensor| (sensor, any(20..=80)));
    for (sensor, tenths) in tenths {
        pharmacy.records(sensor, &[(5, tenths), (50, tenths + 1)]);
    }
    for (sensor, tenths) in tenths {
        pharmacy.shows(sensor, 0, 9_999, &[(5, tenths), (50, tenths + 1)]);
        pharmacy.has_latest(sensor, Some((50, tenths + 1)));
    }
    let nobody = any(300..=9_999);
    pharmacy.shows(nobody, 0, 9_999, &[]);
    pharmacy.has_latest(nobody, None);
}

#[test]
fn the_latest_reading_has_the_highest_minute_whenever_it_arrived() {
    let pharmacy = Pharmacy::new();
    let (newest, tenths) = (any(1_000..=9_999), any(20..=80));
    pharmacy.records(3, &[(newest, tenths)]);
    // A sensor that was out of reach sends what it has kept.
    pharmacy.records(3, &[(999, 1), (newest - 1, 2), (9, 3)]);
    pharmacy.has_latest(3, Some((newest, tenths)));
    // Minutes as large as may be.
    let large = [
        9_999_999_999,
        10_000_000_000,
        9_000_000_000_000_000_000,
        u64::MAX,
    ];
    for minute in large {
        pharmacy.records(3, &[(minute, tenths), (0, 4)]);
        pharmacy.has_latest(3, Some((minute, tenths)));
    }
    let readings = large.map(|minute| (minute, tenths));
    pharmacy.shows(3, large[0], u64::MAX, &readings[..3]);
}

#[test]
fn a_second_reading_for_a_minute_replaces_the_first() {
    let pharmacy = Pharmacy::new();
    let tenths = any(20..=80);
    pharmacy.records(3, &[(100, 12), (101, 99), (102, 13)]);
    // Warmer than the first, and colder.
    pharmacy.records(3, &[(100, tenths), (101, -tenths)]);
    let day = [(100, tenths), (101, -tenths), (102, 13)];
    pharmacy.shows(3, 0, 9_999, &day);
    pharmacy.after_a_restart().shows(3, 0, 9_999, &day);
}

/// A box with the readings, in a file of its own.
struct Pharmacy {
    readings: Option<Readings>,
    file: PathBuf,
    story: String,
}

impl Pharmacy {
    fn new() -> Self {
        Self::with(fresh_file(), String::new())
    }

    #[track_caller]
    fn with(file: PathBuf, story: String) -> Self {
        match Readings::open(&file) {
            Ok(readings) => Self {
                readings: Some(readings),
                file,
                story,
            },
            Err(error) => fail("open", "a store", error),
        }
    }

    /// The program ends, and another one begins.
    fn after_a_restart(mut self) -> Self {
        self.readings = None; // One program at a time has the file.
        let file = fresh_file();
        fs::rename(&self.file, &file).expect("a file that is closed");
        Self::with(file, format!("{}a restart, then ", self.story))
    }

    /// What is on the disk at this moment, and what another program makes of it.
    fn after_a_power_cut(&self) -> Self {
        let file = fresh_file();
        fs::copy(&self.file, &file).expect("a copy of the file");
        Self::with(file, format!("{}a power cut, then ", self.story))
    }

    fn readings(&self) -> &Readings {
        self.readings.as_ref().expect("open until the restart")
    }

    #[track_caller]
    fn records(&self, sensor: u32, readings: &[(u64, i32)]) {
        for (minute, tenths) in readings {
            if let Err(error) = self.readings().record(sensor, *minute, *tenths) {
                fail(format!("{}record({sensor}, {minute}, {tenths})", self.story), "Ok", error);
            }
        }
    }

    #[track_caller]
    fn shows(&self, sensor: u32, first: u64, last: u64, expected: &[(u64, i32)]) {
        let got = self.readings().between(sensor, first, last).map_err(|error| error.to_string());
        let story = format!("{}between({sensor}, {first}, {last})", self.story);
        expect(story, format!("{:?}", Ok::<_, String>(expected)), format!("{got:?}"));
    }

    #[track_caller]
    fn has_latest(&self, sensor: u32, expected: Option<(u64, i32)>) {
        let got = self.readings().latest(sensor).map_err(|error| error.to_string());
        let story = format!("{}latest({sensor})", self.story);
        expect(story, format!("{:?}", Ok::<_, String>(expected)), format!("{got:?}"));
    }
}

impl Drop for Pharmacy {
    fn drop(&mut self) {
        self.readings = None;
        // What cannot be removed is in the system's folder for such things.
        let _ = fs::remove_file(&self.file);
    }
}

fn fresh_file() -> PathBuf {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("backendlings-kv-{}-{number}.redb", process::id());
    let file = env::temp_dir().join(name);
    // A run that was killed may have left one behind.
    let _ = fs::remove_file(&file);
    file
}
