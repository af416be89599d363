//! The kitchen, at the other end of a slow line. Every function waits for it, and so is `async`. Nothing to mend here.

use std::sync::{Arc, Mutex};

use tokio::task::yield_now;

/// Orders that are written in the book, and those of them that the bell was rung for.
pub struct Kitchen {
    first_number: usize,
    book: Mutex<Vec<String>>,
    rung: Arc<Mutex<Vec<usize>>>,
}

impl Kitchen {
    /// A new day. The numbers go on where they ended yesterday.
    pub fn new(first_number: usize) -> Self {
        Self {
            first_number,
            book: Mutex::default(),
            rung: Arc::default(),
        }
    }

    /// The orders that the bell was rung for, for somebody who stands beside it.
    #[cfg(test)]
    pub fn bell(&self) -> Arc<Mutex<Vec<usize>>> {
        self.rung.clone()
    }

    /// Writes a pizza into the book, and says which number the order has.
    pub async fn write_down(&self, pizza: &str) -> usize {
        yield_now().await; // Other guests are served meanwhile.
        let mut book = self.book.lock().unwrap();
        book.push(pizza.to_owned());
        self.first_number + book.len() - 1
    }

    /// Rings the bell, and the cooks start with this order.
    pub async fn ring(&self, number: usize) {
        yield_now().await;
        self.rung.lock().unwrap().push(number);
    }

    /// What the cooks are working on, an order on each line: `12 Margherita`.
    pub async fn cooking(&self) -> String {
        yield_now().await;
        let book = self.book.lock().unwrap();
        let rung = self.rung.lock().unwrap();
        let line = |number: &usize| {
            let pizza = book.get(number.checked_sub(self.first_number)?)?;
            Some(format!("{number} {pizza}"))
        };
        rung.iter().filter_map(line).collect::<Vec<_>>().join("\n")
    }
}
