use rusqlite::Connection;
use serde_json::{Value, json};
use support::{any, expect, fail, random_name};
use support_sql::{Plan, Statements};

use super::{by_sku, open, remove, save, with_tag};

#[test]
fn a_product_is_found_by_its_sku_and_by_its_tags() {
    let mut shop = Shop::new();
    let (sku, tag) = (random_name("TEA"), random_name("tea"));
    let tea = json!({ "sku": sku, "tags": [tag, "gift"], "grams": 100 });
    shop.saves(2, &json!({ "sku": "CUP-1", "tags": ["gift"], "colour": "blue" }));
    shop.saves(1, &tea);
    shop.finds(&sku, Some(&tea));
    shop.lists(&tag, &[1]);
    shop.lists("gift", &[1, 2]);
    shop.finds(&random_name("TEA"), None);
    shop.lists(&random_name("tea"), &[]);
}

#[test]
fn a_product_without_tags_is_a_product() {
    let mut shop = Shop::new();
    let cup = json!({ "sku": "CUP-1", "colour": random_name("blue") });
    shop.saves(2, &cup);
    shop.finds("CUP-1", Some(&cup));
    let twice = json!({ "sku": "CUP-1", "tags": ["gift", "gift"] });
    shop.saves(2, &twice);
    shop.finds("CUP-1", Some(&twice));
    shop.lists("gift", &[2]);
}

#[test]
fn what_is_no_longer_on_sale_is_not_listed() {
    let mut shop = Shop::new();
    let (id, sale) = (any(2..=999), random_name("sale"));
    shop.saves(id, &json!({ "sku": "TEA-1", "tags": ["tea", sale] }));
    shop.saves(1, &json!({ "sku": "CUP-1", "tags": [sale] }));
    shop.saves(id, &json!({ "sku": "TEA-1", "tags": ["new", "tea"] }));
    shop.lists(&sale, &[1]);
    shop.lists("tea", &[id]);
    shop.lists("new", &[id]);
    shop.saves(id, &json!({ "sku": "TEA-1" }));
    shop.lists("tea", &[]);
    // And back again.
    shop.saves(id, &json!({ "sku": "TEA-1", "tags": [sale] }));
    shop.lists(&sale, &[1, id]);
}

#[test]
fn a_product_that_got_another_sku_is_not_found_under_the_old_one() {
    let mut shop = Shop::new();
    let (old, new) = (random_name("TEA"), random_name("TEA"));
    shop.saves(1, &json!({ "sku": old }));
    shop.saves(1, &json!({ "sku": new }));
    shop.finds(&old, None);
    shop.finds(&new, Some(&json!({ "sku": new })));
}

#[test]
fn what_is_removed_is_listed_nowhere() {
    let mut shop = Shop::new();
    let id = any(2..=999);
    for (id, sku) in [(1, "CUP-1"), (id, "TEA-1")] {
        shop.saves(id, &json!({ "sku": sku, "tags": ["gift", "sale"] }));
    }
    shop.removes(id);
    shop.finds("TEA-1", None);
    shop.lists("gift", &[1]);
    shop.lists("sale", &[1]);
    // Its number may be given to another.
    shop.saves(id, &json!({ "sku": "TEA-2", "tags": ["gift"] }));
    shop.lists("gift", &[1, id]);
    shop.lists("sale", &[1]);
}

#[test]
fn a_save_that_fails_leaves_nothing_behind() {
    let mut shop = Shop::new();
    let tea = json!({ "sku": "TEA-1", "tags": ["tea", "sale"] });
    shop.saves(1, &tea);
    shop.saves(2, &json!({ "sku": "CUP-1", "tags": ["sale"] }));
    // The sku belongs to the cup.
    let taken = "another product has this sku";
    shop.cannot_save(1, &json!({ "sku": "CUP-1", "tags": ["tea", "new"] }), taken);
    shop.cannot_save(any(3..=999), &json!({ "sku": "CUP-1", "tags": ["new", "sale"] }), taken);
    shop.finds("TEA-1", Some(&tea));
    shop.lists("tea", &[1]);
    shop.lists("sale", &[1, 2]);
    shop.lists("new", &[]);
    // And the next one is saved as if nothing had been.
    shop.saves(1, &json!({ "sku": "TEA-2", "tags": ["new"] }));
    shop.lists("new", &[1]);
}

#[test]
fn a_save_that_finds_no_more_room_leaves_all_as_it_was() {
    let mut shop = Shop::new();
    let tea = json!({ "sku": "TEA-1", "tags": ["tea", random_name("sale")] });
    shop.saves(1, &tea);
    // Room for the new document, and not for all of its tags.
    shop.has_room_for_pages(16);
    let tags: Vec<_> = (0..4_000).map(|number| format!("tag-{number}")).collect();
    shop.cannot_save(1, &json!({ "sku": "TEA-1", "tags": tags }), "the disk is full");
    shop.finds("TEA-1", Some(&tea));
    shop.lists("tea", &[1]);
    shop.lists("tag-0", &[]);
}

#[test]
fn a_look_up_by_sku_reads_one_document_and_not_all_of_them() {
    let mut shop = Shop::with_products(50);
    let sku = format!("SKU-{}", any(1..=50));
    shop.searches(|database| by_sku(database, &sku).map(|found| found.is_some()));
}

#[test]
fn a_look_up_by_tag_reads_no_document_that_lacks_it() {
    let mut shop = Shop::with_products(50);
    let tag = format!("tag-{}", any(1..=5));
    shop.searches(|database| with_tag(database, &tag).map(|found| !found.is_empty()));
}

/// A shop that begins with an empty catalogue, and what has been done to it.
struct Shop {
    database: Connection,
    story: Vec<String>,
}

impl Shop {
    #[track_caller]
    fn new() -> Self {
        match open() {
            Ok(database) => Self {
                database,
                story: Vec::new(),
            },
            Err(error) => fail("open()", "a database", error),
        }
    }

    /// Each has one tag of five.
    #[track_caller]
    fn with_products(count: i64) -> Self {
        let mut shop = Self::new();
        for id in 1..=count {
            let tags = [format!("tag-{}", id % 5 + 1)];
            shop.saves(id, &json!({ "sku": format!("SKU-{id}"), "tags": tags }));
        }
        shop
    }

    #[track_caller]
    fn saves(&mut self, id: i64, doc: &Value) {
        self.story.push(format!("save({id}, {})", told(doc)));
        if let Err(error) = save(&mut self.database, id, doc) {
            fail(self.told(), "Ok", error);
        }
    }

    #[track_caller]
    fn cannot_save(&mut self, id: i64, doc: &Value, why: &str) {
        self.story.push(format!("save({id}, {})", told(doc)));
        if save(&mut self.database, id, doc).is_ok() {
            fail(self.told(), format!("an error: {why}"), "Ok");
        }
        let step = self.story.pop().unwrap_or_default();
        self.story.push(format!("{step}, refused: {why}"));
    }

    /// The database may grow by so many pages, of 4096 bytes as a rule.
    #[track_caller]
    fn has_room_for_pages(&mut self, pages: i64) {
        let count = self.database.query_row("PRAGMA page_count", [], |row| row.get(0));
        let set = count.and_then(|count: i64| {
            let limit = format!("PRAGMA max_page_count = {}", count + pages);
            self.database.query_row(&limit, [], |_| Ok(()))
        });
        if let Err(error) = set {
            fail("PRAGMA max_page_count", "a limit", error);
        }
        self.story.push(format!("the disk has room for {pages} more pages"));
    }

    #[track_caller]
    fn removes(&mut self, id: i64) {
        self.story.push(format!("remove({id})"));
        if let Err(error) = remove(&mut self.database, id) {
            fail(self.told(), "Ok", error);
        }
    }

    #[track_caller]
    fn finds(&mut self, sku: &str, doc: Option<&Value>) {
        self.story.push(format!("by_sku({sku:?})"));
        let told = |doc: Option<&Value>| doc.map_or("nothing".to_owned(), told);
        let got = match by_sku(&self.database, sku) {
            Ok(got) => told(got.as_ref()),
            Err(error) => error.to_string(),
        };
        expect(self.told(), told(doc), got);
    }

    #[track_caller]
    fn lists(&mut self, tag: &str, ids: &[i64]) {
        self.story.push(format!("with_tag({tag:?})"));
        let got = match with_tag(&self.database, tag) {
            Ok(got) => format!("{got:?}"),
            Err(error) => error.to_string(),
        };
        expect(self.told(), format!("{ids:?}"), got);
    }

    /// Every statement of this look-up finds its rows by an index.
    #[track_caller]
    fn searches(&mut self, look_up: impl Fn(&Connection) -> rusqlite::Result<bool>) {
        let statements = Statements::of(&mut self.database);
        let found = look_up(&self.database);
        expect(
            "a look-up in a shop of 50 products",
            "found: Ok(true)",
            format!("found: {found:?}"),
        );
        for sql in statements.with_values() {
            Plan::of(&self.database, &sql).searches();
        }
    }

    /// The last steps, as many as fit on a screen.
    fn told(&self) -> String {
        let left_out = self.story.len().saturating_sub(6);
        let begin = (left_out > 0).then(|| "...".to_owned());
        let steps: Vec<_> = begin.into_iter().chain(self.story[left_out..].to_vec()).collect();
        steps.join("\n  then      ")
    }
}

/// A document as it fits on a line or two.
fn told(doc: &Value) -> String {
    let mut told = doc.to_string();
    if told.chars().count() > 200 {
        told = told.chars().take(60).collect();
        told.push_str(" ...");
    }
    told
}
