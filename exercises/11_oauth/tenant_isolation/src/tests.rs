use serde_json::{Value, json};
use support::{Client, Reply, any, random_name};

use super::app;
use super::desk::{Db, db};

#[test]
fn a_company_works_with_its_tickets() {
    let desk = Desk::open();
    let ana = &desk.companies[0];
    let (title, text) = (random_name("the door"), random_name("does not open"));
    let added = ana.client.post("/tickets", &json!({ "title": title, "text": text })).is_created();
    let (id, client) = (added.number("/id"), ana.client.after(&added));
    let ticket = json!({ "title": title, "text": text, "closed": false, "duplicate_of": null });
    let _ = client.get(&format!("/tickets/{id}")).is_ok().has("", ticket);
    let _ = client.get("/tickets").is_ok().has("/total", 3).has_items(3);
    for part in [&title, &text, &title[4..], "does not"] {
        let found = client.get(&search(part)).is_ok();
        let _ = found.has("/items", json!([{ "id": id, "title": title }])).has("/total", 3);
    }
    let _ = client.get(&search(&random_name("nothing"))).is_ok().has_items(0).has("/total", 3);
}

#[test]
fn a_company_closes_a_ticket_and_marks_a_duplicate() {
    let desk = Desk::open();
    let ana = &desk.companies[0];
    let [first, second] = &ana.tickets;
    let closed = ana.client.send("PUT", &first.path("/closed"), "").is_no_content();
    let _ = ana.client.after(&closed).get(&first.path("")).is_ok().has("/closed", true);
    let _ = ana.client.after(&closed).get(&second.path("")).is_ok().has("/closed", false);
    let marked = ana.client.send("PUT", &second.duplicate_of(first), "").is_no_content();
    let reply = ana.client.after(&marked).get(&second.path("")).is_ok();
    let _ = reply.has("/duplicate_of", &*first.title);
    let reply = ana.client.after(&marked).get(&first.path("")).is_ok();
    let _ = reply.has("/duplicate_of", Value::Null);
}

#[test]
fn a_list_has_ones_own_tickets_and_counts_no_others() {
    let desk = Desk::open();
    for me in &desk.companies {
        let reply = me.client.get("/tickets").is_ok();
        let titles = [&*me.tickets[0].title, &me.tickets[1].title];
        let reply = reply.lists("/items", "title", &titles).has("/total", 2);
        desk.tells_nothing_of_others(me, reply);
        // What is closed is still theirs.
        let closed = me.client.send("PUT", &me.tickets[0].path("/closed"), "").is_no_content();
        let reply = me.client.after(&closed).get("/tickets").is_ok();
        let _ = reply.lists("/items", "title", &titles).has("/total", 2);
    }
}

#[test]
fn a_search_finds_nothing_of_others() {
    let desk = Desk::open();
    for me in &desk.companies {
        let own = [&*me.tickets[0].title, &me.tickets[1].title];
        // Words that are in the titles of all, and in the texts of all.
        for word in ["the", "th", "it is", "is"] {
            let reply = me.client.get(&search(word)).is_ok();
            let reply = reply.lists("/items", "title", &own).has("/total", 2);
            desk.tells_nothing_of_others(me, reply);
        }
        for other in desk.others(me) {
            for ticket in &other.tickets {
                for word in [&ticket.title, &ticket.text] {
                    let _ = me.client.get(&search(word)).is_ok().has_items(0).has("/total", 2);
                }
            }
        }
    }
}

#[test]
fn a_ticket_of_others_is_not_there_to_read() {
    let desk = Desk::open();
    desk.each_pair(|me, ticket| me.client.get(&ticket.path("")));
}

#[test]
fn a_ticket_of_others_is_not_there_to_close() {
    let desk = Desk::open();
    desk.each_pair(|me, ticket| me.client.send("PUT", &ticket.path("/closed"), ""));
}

#[test]
fn a_ticket_of_others_is_not_there_to_be_marked_as_a_duplicate() {
    let desk = Desk::open();
    desk.each_pair(|me, ticket| {
        me.client.send("PUT", &ticket.duplicate_of(&me.tickets[any(0..=1)]), "")
    });
    // Both are of another company.
    desk.each_pair(|me, ticket| me.client.send("PUT", &ticket.duplicate_of(ticket), ""));
}

#[test]
fn ones_own_ticket_is_no_duplicate_of_one_of_others() {
    let desk = Desk::open();
    desk.each_pair(|me, ticket| {
        let mine = &me.tickets[any(0..=1)];
        let reply = me.client.send("PUT", &mine.duplicate_of(ticket), "");
        mine.is_untouched(&me.client.after(&reply));
        reply
    });
}

#[test]
fn an_old_duplicate_of_one_of_others_does_not_give_its_title_away() {
    let desk = Desk::open();
    for me in &desk.companies {
        for other in desk.others(me) {
            for (mine, theirs) in me.tickets.iter().zip(&other.tickets) {
                let sql = "UPDATE tickets SET duplicate_of = ?2 WHERE id = ?1";
                desk.db.lock().unwrap().execute(sql, [mine.id, theirs.id]).expect("an update");
                let reply = me.client.get(&mine.path("")).is_ok();
                let reply = reply.hides(&theirs.title).has("/duplicate_of", Value::Null);
                let _ = reply.has("/title", &*mine.title);
            }
        }
    }
}

#[test]
fn a_new_ticket_belongs_to_whoever_adds_it() {
    let desk = Desk::open();
    let (ana, ben) = (&desk.companies[0], &desk.companies[1]);
    for name in ["company", "company_id", "tenant", "tenant_id"] {
        let mut new = json!({ "title": random_name("the bill"), "text": "pay it here" });
        new[name] = json!(ben.id);
        // To refuse it is as good as to add it for Ana.
        let reply = ana.client.post("/tickets", &new);
        let seen = ben.client.after(&reply).get("/tickets").is_ok();
        let _ = seen.has("/total", 2).hides(new["title"].as_str().unwrap_or_default());
    }
    let honest = json!({ "title": random_name("the bill"), "text": "" });
    let reply = ana.client.post("/tickets", &honest).is_created();
    let path = format!("/tickets/{}", reply.number("/id"));
    let _ = ana.client.after(&reply).get(&path).is_ok().has("/title", honest["title"].clone());
    ben.client.after(&reply).get(&path).is_not_found().is_empty();
}

#[test]
fn what_is_not_there_is_answered_in_the_same_way() {
    let desk = Desk::open();
    let ana = &desk.companies[0];
    let mine = &ana.tickets[0];
    let nothing = Ticket {
        id: any(1_000_000..=9_000_000),
        title: String::new(),
        text: String::new(),
    };
    mine.is_untouched(&ana.client);
    ana.client.get(&nothing.path("")).is_not_found().is_empty();
    for path in [
        nothing.path("/closed"),
        nothing.duplicate_of(mine),
        mine.duplicate_of(&nothing),
    ] {
        let reply = ana.client.send("PUT", &path, "").is_not_found().is_empty();
        mine.is_untouched(&ana.client.after(&reply));
    }
}

#[test]
fn whoever_is_nobody_sees_and_changes_nothing() {
    let desk = Desk::open();
    let [ana, ben, _] = &desk.companies;
    for nobody in [desk.nobody.clone(), desk.nobody.with("x-company", "")] {
        let [mine, other] = &ana.tickets;
        for reply in [
            nobody.get("/tickets"),
            nobody.get(&mine.path("")),
            nobody.post("/tickets", &json!({ "title": "x", "text": "x", "company": ben.id })),
            nobody.send("PUT", &mine.path("/closed"), ""),
            nobody.send("PUT", &mine.duplicate_of(other), ""),
        ] {
            let reply = reply.has_status(401);
            mine.is_untouched(&ana.client.after(&reply));
        }
    }
    let _ = ben.client.get("/tickets").is_ok().has("/total", 2);
}

/// Three companies with two tickets each.
struct Desk {
    db: Db,
    nobody: Client,
    companies: [Company; 3],
}

struct Company {
    id: i64,
    client: Client,
    tickets: [Ticket; 2],
}

struct Ticket {
    id: i64,
    title: String,
    text: String,
}

impl Desk {
    fn open() -> Self {
        let db = db();
        let nobody = Client::new(app(db.clone()));
        // Apart from each other, so that nobody takes one kind of number for another.
        let mut last = 0;
        let mut next = || {
            last += any(11..=99_u32);
            i64::from(last)
        };
        let mut companies = [(); 3].map(|()| {
            let id = next();
            let tickets = ["the printer", "the network"].map(|title| Ticket {
                id: next(),
                title: random_name(title),
                text: random_name("it is on fire"),
            });
            let client = nobody.with("x-company", &id.to_string());
            Company {
                id,
                client,
                tickets,
            }
        });
        // The first company does not have the first tickets.
        companies.rotate_left(any(0..=2));
        for company in &companies {
            for ticket in &company.tickets {
                let sql = "INSERT INTO tickets (id, company, title, text) VALUES (?1, ?2, ?3, ?4)";
                let row = (ticket.id, company.id, &ticket.title, &ticket.text);
                db.lock().unwrap().execute(sql, row).expect("a ticket");
            }
        }
        Self {
            db,
            nobody,
            companies,
        }
    }

    fn others(&self, me: &Company) -> impl Iterator<Item = &Company> {
        let me = me.id;
        self.companies.iter().filter(move |company| company.id != me)
    }

    #[track_caller]
    fn tells_nothing_of_others(&self, me: &Company, mut reply: Reply) {
        for other in self.others(me) {
            for ticket in &other.tickets {
                reply = reply.hides(&ticket.title).hides(&ticket.text);
            }
        }
    }

    /// Each company tries this on each ticket of each other one. It learns nothing, and changes nothing.
    #[track_caller]
    fn each_pair(&self, attack: impl Fn(&Company, &Ticket) -> Reply) {
        for me in &self.companies {
            for other in self.others(me) {
                for ticket in &other.tickets {
                    let reply = attack(me, ticket).is_not_found().is_empty();
                    ticket.is_untouched(&other.client.after(&reply));
                }
            }
        }
    }
}

impl Ticket {
    fn path(&self, rest: &str) -> String {
        format!("/tickets/{}{rest}", self.id)
    }

    fn duplicate_of(&self, original: &Self) -> String {
        self.path(&format!("/duplicate-of/{}", original.id))
    }

    /// Its company finds it as it was.
    #[track_caller]
    fn is_untouched(&self, owner: &Client) {
        let ticket = json!({
            "title": self.title, "text": self.text, "closed": false, "duplicate_of": null,
        });
        let _ = owner.get(&self.path("")).is_ok().has("", ticket);
    }
}

fn search(text: &str) -> String {
    format!("/tickets?search={}", text.replace(' ', "%20"))
}
