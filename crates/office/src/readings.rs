//! Writing the reading log: who looked at what, for which page or act.

use crate::sessions::SignedIn;
use crate::{Failure, Office};
use casework::{CaseNo, Moment};
use store::readings::Reading;

/// Looking at the same thing again within a minute is one reading.
const A_MINUTE: i64 = 60_000;

impl Office {
    /// Writes down that whoever is signed in looked at something. A page that nobody signed in for shows nothing to write down.
    pub async fn note_reading(
        &self,
        who: Option<&SignedIn>,
        what: &str,
        case: Option<&CaseNo>,
        purpose: &str,
        now: Moment,
    ) -> Result<(), Failure> {
        let Some(who) = who else { return Ok(()) };
        let reader = who.session.subject.key();
        let no = case.map_or("", |no| no.0.as_str());
        let id = crate::ids::digest(format!("{reader} {what} {no} {purpose} {}", now.0 / A_MINUTE));
        let reading = Reading { id, reader, what: what.to_owned(), case_no: case.cloned(), at: now, purpose: purpose.to_owned() };
        Ok(self.store.note_reading(&reading).await?)
    }
}
