//! The machine that makes a small picture of a photo. Some days it is slow, some days it does not answer at all.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::sleep;

#[derive(Clone)]
pub struct Studio {
    takes: Duration,
    log: Arc<Mutex<Vec<String>>>,
}

impl Studio {
    pub fn that_takes(seconds: u64) -> Self {
        Self {
            takes: Duration::from_secs(seconds),
            log: Arc::default(),
        }
    }

    /// Works for whoever asks, and writes down for which request.
    pub async fn shrink(&self, photo: &[u8], request_id: &str) -> usize {
        self.log.lock().unwrap().push(request_id.to_owned());
        sleep(self.takes).await;
        photo.len() / 100
    }

    /// The requests that it has worked for, or begun to.
    #[cfg(test)]
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}
