//! Controls: the positive twins of refusals, sent once for each state of the world.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::http::{Exchange, Request, Transport};

/// What makes two controls the same: the fixture and the request.
type Key = (usize, Request);

/// What a control brought back: the exchange, or why there is none.
type Answer = Result<Arc<Exchange>, String>;

/// The exchanges of controls, each sent once; every case holds its own expectation against them.
#[derive(Default)]
pub(super) struct Controls(Mutex<HashMap<Key, Arc<OnceCell<Answer>>>>);

impl Controls {
    /// Returns the exchange of a control on a fixture, and whether it was sent only now.
    pub(super) async fn get(&self, fixture: usize, request: Request, transport: &dyn Transport) -> (Answer, bool) {
        let cell = {
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry((fixture, request.clone())).or_default())
        };
        let mut sent = false;
        let fetch = async {
            sent = true;
            transport.send(request).await.map(Arc::new).map_err(|error| error.to_string())
        };
        let answer = cell.get_or_init(|| fetch).await.clone();
        (answer, sent)
    }
}
