//! Values that many threads want and one of them computes.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What was computed for each key: whoever asks second waits for the first.
#[derive(Debug)]
pub(crate) struct ComputedOnce<K, V>(Mutex<HashMap<K, Arc<OnceLock<V>>>>);

impl<K, V> Default for ComputedOnce<K, V> {
    fn default() -> Self {
        ComputedOnce(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash, V> ComputedOnce<K, V> {
    /// The place of the value for `key`, to be filled by whoever comes first.
    pub(crate) fn cell(&self, key: K) -> Arc<OnceLock<V>> {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cells.entry(key).or_default())
    }
}
