//! Policies find the firm: whose facts changed is looked through all clauses, a new or changed clause through all firms, and who has
//! new matches is told once, in office hours, as one notice. Serves measure 14.

use crate::{Failure, Office, ids};
use jiff::civil::Date;
use policies::{Clause, Library, Shelf};
use rulebook::Text;
use rulebook::expression::{Fact, Value};
use std::collections::{BTreeMap, BTreeSet};
use store::policy_matches::Found;
use tracing::error;

/// Firms looked at together.
const SLICE: u32 = 500;
/// Notices go out on working days within these hours.
const HOURS: std::ops::Range<i8> = 9..18;
const AREA: &str = "registered-area";
const INDUSTRY: &str = "industry-class";

/// Between two looks.
const EVERY: std::time::Duration = std::time::Duration::from_secs(30);

impl Office {
    /// Looks again and again, until the office closes. On its own: after an import of millions a look takes long, and no legal clock
    /// waits for it.
    pub async fn keep_policies(self) {
        let (mut closing, mut seen) = (self.closing(), None);
        loop {
            if let Err(failure) = self.look(&mut seen).await {
                error!(%failure, "Policies could not be looked for: {failure}");
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                _ = closing.changed() => return,
            }
        }
    }

    /// Looks for what changed and tells whom it concerns. Looking twice changes nothing and tells nobody twice.
    pub async fn find_policies(&self) -> Result<(), Failure> {
        self.look(&mut None).await
    }

    /// The same, but clauses are compared only when the edition or the day is another than `seen`: nothing else changes them. Then the
    /// consistency assessment is made ready too, so that nobody who opens it waits.
    async fn look(&self, seen: &mut Option<(String, Date)>) -> Result<(), Failure> {
        let live = self.rulebooks.live()?;
        let stands = (live.digest.clone(), self.now().await?.day());
        if seen.as_ref() != Some(&stands) {
            self.look_through_clauses().await?;
            self.assess(live, None).await?;
            *seen = Some(stands);
        }
        self.look_through_firms().await?;
        self.tell_of_policies().await
    }

    /// New and changed clauses, for every firm of whom something is stated; the others are left as they were found.
    async fn look_through_clauses(&self) -> Result<(), Failure> {
        let now = self.now().await?;
        let live = self.rulebooks.live()?;
        let shelf = live.shelf(now.day());
        let known = self.store.swept_clauses().await?;
        let all: BTreeMap<String, String> =
            shelf.library.clauses.iter().map(|clause| (clause.code.clone(), digest(clause, now.day()))).collect();
        let gone: BTreeSet<String> = known.keys().filter(|code| !all.contains_key(*code)).cloned().collect();
        let changed: BTreeMap<String, String> =
            all.into_iter().filter(|(code, digest)| known.get(code) != Some(digest)).collect();
        if changed.is_empty() && gone.is_empty() {
            return Ok(());
        }
        let of_changed = shelf.library.clauses.iter().filter(|clause| changed.contains_key(&clause.code)).cloned();
        let some = Shelf::with(Library { clauses: of_changed.collect(), ..Library::default() }, now.day());
        let mut after = String::new();
        loop {
            let firms = self.store.profiled_firms(&after, SLICE).await?;
            self.look_for(firms.iter().map(|firm| (firm.clone(), None)).collect(), &some).await?;
            match firms.last() {
                Some(last) => after.clone_from(last),
                None => break,
            }
        }
        Ok(self.store.keep_swept(&changed, &gone).await?)
    }

    /// Firms whose facts changed, through all clauses.
    async fn look_through_firms(&self) -> Result<(), Failure> {
        let shelf = self.rulebooks.live()?.shelf(self.now().await?.day());
        loop {
            let behind = self.store.firms_behind(SLICE).await?;
            if behind.is_empty() {
                return Ok(());
            }
            self.look_for(behind.into_iter().map(|(firm, changed)| (firm, Some(changed))).collect(), &shelf).await?;
        }
    }

    /// Looks the clauses of a shelf up for these firms, each with the change of its facts that is looked at. They are read and written
    /// together: among millions a firm by itself would cost as much to fetch as a slice.
    async fn look_for(&self, firms: Vec<(String, Option<casework::Moment>)>, shelf: &Shelf) -> Result<(), Failure> {
        let live = self.rulebooks.live()?;
        let codes: Vec<String> = firms.iter().map(|(firm, _)| firm.clone()).collect();
        let known = self.known_of_those(&live.rules, &codes, self.now().await?.day()).await?;
        let clauses = &shelf.library.clauses;
        let found = firms.into_iter().zip(known).map(|((firm, looked), known)| {
            let facts = known.map(|known| known.facts).unwrap_or_default();
            let text = |code| match live.rules.dictionary.get(code).and_then(|element| facts.get(element.index.0 as usize)) {
                Some(Fact::Known(Value::Text(text))) => text.clone(),
                _ => String::new(),
            };
            let found = if facts.is_empty() { Vec::new() } else { shelf.hopeful(&facts) };
            Found {
                firm,
                zone: text(AREA),
                industry: text(INDUSTRY).get(..2).unwrap_or_default().to_owned(),
                clauses: found.into_iter().map(|(at, _)| clauses[at].code.clone()).collect(),
                looked,
            }
        });
        let (found, through) = (found.collect::<Vec<_>>(), clauses.iter().map(|clause| clause.code.clone()).collect());
        Ok(self.store.keep_matches(&through, &found, self.now().await?).await?)
    }

    /// One notice for each firm with new matches. It says how many and where to look, not which: those who act for the firm in one
    /// item only read its notices too.
    async fn tell_of_policies(&self) -> Result<(), Failure> {
        let now = self.now().await?;
        if !HOURS.contains(&now.wall().hour()) || !self.rulebooks.calendar().is_working(now.day()) {
            return Ok(());
        }
        let mut after = String::new();
        loop {
            let firms = self.store.firms_to_tell(&after, now, SLICE).await?;
            for (firm, new) in &firms {
                let text = Text::new(
                    format!("有 {new} 条政策条款可能与贵企业有关，请到“我的政策”查看。不想再收到，可以在那里关闭。"),
                    format!(
                        "{new} clauses of policies may concern your firm: see “My policies”, where you can also switch this off."
                    ),
                );
                self.notify(&format!("policies-{}:f:{firm}", now.day()), &format!("f:{firm}"), None, &text).await?;
                self.store.told_matches(firm, now).await?;
            }
            match firms.last() {
                Some((last, _)) => after.clone_from(last),
                None => return Ok(()),
            }
        }
    }
}

/// What of a clause decides whom it speaks for; where it asks for an age or how long ago something was, the day too.
fn digest(clause: &Clause, today: Date) -> String {
    let scope = clause.scope.as_ref().map(ToString::to_string);
    let day = if clause.asks_the_day() { format!(" on {today}") } else { String::new() };
    ids::digest(format!("{scope:?} {} {}{day}", clause.when, clause.judged.is_empty()))
}
