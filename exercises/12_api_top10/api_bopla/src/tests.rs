use serde_json::{Value, json};
use support::{Client, Reply, any, random_name};

use super::app;
use super::bank::{Account, Bank};

#[test]
fn a_customer_is_told_what_is_her_own_business() {
    let bank = TestBank::new();
    for ana in &bank.accounts {
        let _ = bank.customer(ana.id).get("/me").is_ok().has("", own(ana));
    }
    bank.anyone.get("/me").has_status(401);
    bank.anyone.get("/accounts").has_status(401);
}

#[test]
fn a_customer_changes_name_and_address_or_one_of_them() {
    let bank = TestBank::new();
    let mut ana = bank.accounts[1].clone();
    let client = bank.customer(ana.id);
    for patch in [
        json!({ "name": random_name("Ana") }),
        json!({ "email": email() }),
        json!({ "name": random_name("Ana"), "email": email() }),
    ] {
        ana.name = patch["name"].as_str().unwrap_or(&ana.name).to_owned();
        ana.email = patch["email"].as_str().unwrap_or(&ana.email).to_owned();
        let reply = client.patch("/me", &patch).is_ok().has("", own(&ana));
        let _ = client.after(&reply).get("/me").is_ok().has("", own(&ana));
        bank.keeps(&ana, reply);
    }
}

#[test]
fn a_customer_opens_an_account_that_is_empty() {
    let bank = TestBank::new();
    let (name, email) = (random_name("Dora"), email());
    let form = json!({ "name": name, "email": email });
    let reply = bank.customer(bank.accounts[0].id).post("/accounts", &form).is_created();
    let dora = Account {
        id: reply.number("/id"),
        name,
        email,
        ..Account::default()
    };
    let reply = reply.has("", own(&dora));
    let _ = bank.customer(dora.id).after(&reply).get("/me").is_ok().has("", own(&dora));
    bank.keeps(&dora, reply);
}

#[test]
fn customers_are_told_no_more_of_each_other_than_number_and_name() {
    let bank = TestBank::new();
    let items: Vec<_> = bank
        .accounts
        .iter()
        .map(|account| json!({ "id": account.id, "name": account.name }))
        .collect();
    let reply = bank.customer(bank.accounts[1].id).get("/accounts").is_ok();
    let _ = reply.has("", json!({ "items": items }));
}

#[test]
fn nobody_is_told_what_the_bank_notes_down() {
    let bank = TestBank::new();
    let form = json!({ "name": random_name("Dora"), "email": email() });
    for ana in &bank.accounts {
        let client = bank.customer(ana.id);
        for reply in [
            client.get("/me"),
            client.patch("/me", &json!({ "name": ana.name })),
            client.post("/accounts", &form),
            client.get("/accounts"),
        ] {
            let reply = reply.hides("internal_note").hides("is_admin");
            let _ = bank.accounts.iter().fold(reply, |reply, one| reply.hides(&one.internal_note));
        }
    }
}

#[test]
fn nobody_gets_rich_or_an_admin_by_a_change() {
    for (key, value) in wishes() {
        let bank = TestBank::new();
        let ana = &bank.accounts[1];
        let reply = bank.customer(ana.id).patch("/me", &json!({ key: value }));
        bank.keeps(ana, reply);
    }
}

#[test]
fn a_wish_is_not_hidden_behind_a_name() {
    for (key, value) in wishes() {
        let bank = TestBank::new();
        let ana = &bank.accounts[2];
        // Whether the rest of it is done is up to the service. So the name stays what it is.
        let patch = json!({ "name": ana.name, "email": ana.email, key: value });
        let reply = bank.customer(ana.id).patch("/me", &patch);
        bank.keeps(ana, reply);
    }
}

#[test]
fn nobody_is_born_rich_or_an_admin() {
    for (key, value) in wishes() {
        let bank = TestBank::new();
        let form = json!({ "name": random_name("Dora"), "email": email(), key: value });
        let mut reply = bank.customer(bank.accounts[0].id).post("/accounts", &form);
        for old in &bank.accounts {
            reply = bank.keeps(old, reply);
        }
        let mut born = bank.bank.lock().unwrap().clone();
        born.retain(|id, _| bank.accounts.iter().all(|old| old.id != *id));
        for born in born.values() {
            let poor = Account {
                id: bank.accounts[2].id + 1,
                name: form["name"].as_str().unwrap_or_default().to_owned(),
                email: form["email"].as_str().unwrap_or_default().to_owned(),
                ..Account::default()
            };
            reply = reply.counts(format!("{poor:?}"), "in the table", format!("{born:?}"));
        }
    }
}

/// What somebody might like to have, and would not get in a branch of the bank.
fn wishes() -> Vec<(&'static str, Value)> {
    vec![
        ("balance", json!(any(1_000..=9_999_999))),
        ("balance", json!(-any(1_000_i64..=9_999_999))),
        ("is_admin", json!(true)),
        ("internal_note", json!(random_name("a good customer"))),
        ("id", json!(any(1..=999))), // Smaller than all that there are.
    ]
}

/// What the owner is told: this, and no more.
fn own(account: &Account) -> Value {
    json!({
        "id": account.id,
        "name": account.name,
        "email": account.email,
        "balance": account.balance,
    })
}

fn email() -> String {
    format!("{:08x}@example.com", any(0..=u32::MAX))
}

struct TestBank {
    bank: Bank,
    anyone: Client,
    accounts: Vec<Account>,
}

impl TestBank {
    fn new() -> Self {
        let first = any(1_000..=9_000);
        let accounts: Vec<_> = (0..3)
            .map(|number| Account {
                id: first + number * 7,
                name: random_name("Ana"),
                email: email(),
                balance: any(11..=999),
                is_admin: number == 0,
                internal_note: random_name("complains a lot:"),
            })
            .collect();
        let bank = Bank::default();
        bank.lock().unwrap().extend(accounts.iter().map(|one| (one.id, one.clone())));
        let anyone = Client::new(app(bank.clone()));
        Self {
            bank,
            anyone,
            accounts,
        }
    }

    fn customer(&self, id: u64) -> Client {
        self.anyone.with("x-customer", &id.to_string())
    }

    /// After this reply, the table has this account, to the letter.
    #[track_caller]
    fn keeps(&self, account: &Account, reply: Reply) -> Reply {
        let kept = self.bank.lock().unwrap().get(&account.id).cloned();
        let got = kept.map_or("nothing".to_owned(), |kept| format!("{kept:?}"));
        reply.counts(format!("{account:?}"), "in the table", got)
    }
}
