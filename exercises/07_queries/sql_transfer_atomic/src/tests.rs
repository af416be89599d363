use rusqlite::Connection;
use serde_json::json;
use support::{Client, Reply, any, expect};
use support_sql::Database;

use super::app;

const ANA: i64 = 1;
const BEN: i64 = 2;

#[test]
fn a_transfer_moves_money_and_is_in_the_journal() {
    let bank = Bank::new();
    let sums = [any(1..=299), any(1..=299)];
    for cents in sums {
        let _ = bank.transfer(ANA, BEN, cents).is_created();
    }
    let moved = sums[0] + sums[1];
    bank.client.get("/accounts/1").is_ok().has("/cents", 1_000 - moved);
    bank.client.get("/accounts/2").is_ok().has("/cents", 500 + moved);
    expect("the journal after two transfers", format!("{sums:?}"), bank.journal());
}

#[test]
fn a_payer_may_spend_the_last_cent_and_no_more() {
    let bank = Bank::new();
    let reply = bank.transfer(ANA, BEN, any(1_001..=9_999)).is_conflict();
    bank.is_as_before(&reply);
    let reply = bank.transfer(ANA, BEN, 1_000).is_created();
    bank.client.after(&reply).get("/accounts/1").is_ok().has("/cents", 0);
    bank.client.after(&reply).get("/accounts/2").is_ok().has("/cents", 1_500);
}

#[test]
fn money_for_oneself_is_neither_more_nor_less_afterwards() {
    let bank = Bank::new();
    let reply = bank.transfer(ANA, ANA, any(1..=999));
    bank.client.after(&reply).get("/accounts/1").is_ok().has("/cents", 1_000);
}

#[test]
fn money_for_an_account_that_does_not_exist_stays_with_the_payer() {
    let bank = Bank::new();
    let reply = bank.transfer(ANA, any(3..=99), any(1..=999)).is_not_found();
    bank.is_as_before(&reply);
}

#[test]
fn whatever_write_the_database_refuses_nothing_has_happened() {
    let cents = any(1..=999);
    // A transfer writes three rows, if not more.
    for rows in 0..3 {
        let bank = Bank::new();
        bank.refuses_writes_after(rows);
        let reply = bank.transfer(ANA, BEN, cents).has_status(500);
        bank.is_as_before(&reply);
    }
}

#[test]
fn a_transfer_that_the_database_did_not_keep_is_not_confirmed() {
    let bank = Bank::new();
    bank.refuses_commits();
    let reply = bank.transfer(ANA, BEN, any(1..=999)).has_status(500);
    bank.is_as_before(&reply);
}

#[test]
fn after_a_failure_the_next_transfer_works() {
    let troubles: [(i64, fn(&Bank)); 4] = [
        (any(3..=99), |_| {}),
        (BEN, |bank| bank.refuses_writes_after(1)),
        (BEN, |bank| bank.refuses_writes_after(2)),
        (BEN, Bank::refuses_commits),
    ];
    for (payee, trouble) in troubles {
        let bank = Bank::new();
        trouble(&bank);
        let failed = bank.transfer(ANA, payee, any(1..=499));
        bank.has_no_more_troubles();
        let cents = any(1..=499);
        let order = json!({ "payer": BEN, "payee": ANA, "cents": cents });
        let reply = bank.client.after(&failed).post("/transfers", &order).is_created();
        bank.client.after(&reply).get("/accounts/1").is_ok().has("/cents", 1_000 + cents);
        // Others see it, too: nothing was left open.
        expect("the journal, seen from outside", format_args!("[{cents}]"), bank.journal());
    }
}

/// A bank where Ana has 1000 cents and Ben has 500, seen by a client and from outside.
struct Bank {
    client: Client,
    outside: Connection,
    _file: Database,
}

impl Bank {
    fn new() -> Self {
        let file = Database::new(include_str!("schema.sql"));
        let outside = file.connect();
        outside.execute_batch("INSERT INTO accounts VALUES (1, 1000), (2, 500)").unwrap();
        let connection = file.connect();
        connection.pragma_update(None, "foreign_keys", true).unwrap();
        let client = Client::new(app(connection));
        Self {
            client,
            outside,
            _file: file,
        }
    }

    #[track_caller]
    fn transfer(&self, payer: i64, payee: i64, cents: i64) -> Reply {
        let order = json!({ "payer": payer, "payee": payee, "cents": cents });
        self.client.post("/transfers", &order)
    }

    #[track_caller]
    fn is_as_before(&self, reply: &Reply) {
        let client = self.client.after(reply);
        client.get("/accounts/1").is_ok().has("/cents", 1_000);
        client.get("/accounts/2").is_ok().has("/cents", 500);
        expect("the journal after a transfer that failed", "[]", self.journal());
    }

    fn journal(&self) -> String {
        let mut transfers =
            self.outside.prepare("SELECT cents FROM transfers ORDER BY id").unwrap();
        let cents = transfers.query_map([], |row| row.get::<_, i64>(0)).unwrap();
        format!("{:?}", cents.map(Result::unwrap).collect::<Vec<_>>())
    }

    /// So many rows may be written. What is rolled back was not.
    fn refuses_writes_after(&self, rows: usize) {
        let mut sql = "CREATE TABLE written (row INTEGER PRIMARY KEY);".to_owned();
        for (table, verb) in [
            ("accounts", "UPDATE"),
            ("transfers", "INSERT"),
            ("transfers", "DELETE"),
        ] {
            sql += &format!(
                "CREATE TRIGGER refuse_{table}_{verb} BEFORE {verb} ON {table}
                 WHEN (SELECT count(*) FROM written) >= {rows}
                 BEGIN SELECT RAISE(ABORT, 'the disk is full'); END;
                 CREATE TRIGGER count_{table}_{verb} AFTER {verb} ON {table}
                 BEGIN INSERT INTO written VALUES (NULL); END;"
            );
        }
        self.outside.execute_batch(&sql).unwrap();
    }

    /// A debt that is found out only when the transaction ends.
    fn refuses_commits(&self) {
        let sql = "
            CREATE TABLE promises (id INTEGER REFERENCES payments DEFERRABLE INITIALLY DEFERRED);
            CREATE TABLE payments (id INTEGER PRIMARY KEY);
            CREATE TRIGGER promise AFTER INSERT ON transfers BEGIN INSERT INTO promises VALUES (1); END;";
        self.outside.execute_batch(sql).unwrap();
    }

    fn has_no_more_troubles(&self) {
        let sql = "SELECT coalesce(group_concat(format('DROP TRIGGER %s', name), ';'), '') FROM sqlite_schema WHERE type = 'trigger'";
        let drop: String = self.outside.query_row(sql, [], |row| row.get(0)).unwrap();
        self.outside.execute_batch(&drop).unwrap();
    }
}
