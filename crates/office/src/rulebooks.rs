//! The editions of the rulebook and the calendar, compiled once and shared. A case keeps the edition it was received under.

use crate::Failure;
use jiff::civil::Date;
use policies::Shelf;
use rulebook::law::Articles;
use rulebook::search::{Hit, Index};
use rulebook::{Calendar, Problem, Rulebook, Text};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use store::Store;

/// Where the calendar lies among the files of a rulebook.
pub const CALENDAR: &str = "calendar/holidays.csv";

/// One published edition, ready for use.
#[derive(Debug)]
pub struct Edition {
    pub name: String,
    pub digest: String,
    pub rules: Rulebook,
    /// The text of its files by path: synonyms, stop words and law articles are read from here.
    pub files: Vec<(String, String)>,
    index: OnceLock<Index>,
    themes_index: OnceLock<Index>,
    articles: OnceLock<Articles>,
    /// The clauses of policies of the day that was last asked for.
    shelf: RwLock<Option<Arc<Shelf>>>,
    /// What the consistency assessment found in it on the day that was last asked for.
    pub(crate) assessed: crate::policy_findings::Kept,
}

impl Edition {
    /// An edition of these files, published or not.
    pub fn new(name: &str, files: Vec<(String, String)>) -> Edition {
        let (rules, _) = compile(&files);
        let digest = store::editions::digest(&files);
        Edition {
            name: name.to_owned(),
            digest,
            rules,
            files,
            index: OnceLock::new(),
            themes_index: OnceLock::new(),
            articles: OnceLock::new(),
            shelf: RwLock::default(),
            assessed: crate::policy_findings::Kept::default(),
        }
    }

    /// The items, ready to be searched; made on first use.
    pub fn index(&self) -> &Index {
        let text = |path| self.file(path).unwrap_or_default();
        self.index.get_or_init(|| Index::new(&self.rules, text("search/synonyms.csv"), text("search/stopwords.txt")))
    }

    /// The themes, ready to be searched; made on first use.
    pub fn themes_index(&self) -> &Index {
        let text = |path| self.file(path).unwrap_or_default();
        let made = || Index::of_themes(&self.rules, text("search/synonyms.csv"), text("search/stopwords.txt"));
        self.themes_index.get_or_init(made)
    }

    /// The items that answer to a question, best first. Words that mean a theme more than any item (open a restaurant) mean first what
    /// that theme always takes, in its order.
    pub fn search(&self, question: &str, most: usize) -> Vec<Hit> {
        let mut hits = self.index().search(question, most);
        let theme = self.themes_index().search(question, 1).pop().filter(Hit::fits_well);
        let Some(theme) = theme.filter(|theme| hits.first().is_none_or(|first| first.score < theme.score)) else { return hits };
        let Some(meant) = self.rules.themes.get(&theme.code) else { return hits };
        let always =
            meant.component.iter().filter(|part| part.when.is_none() && self.rules.items.contains_key(part.item.get_ref()));
        let english = meant.label.as_ref().unwrap_or(&meant.name);
        let why = Text::new(format!("“{}”要办", meant.name), format!("Part of “{english}”"));
        let first: Vec<Hit> =
            always.map(|part| Hit { code: part.item.get_ref().clone(), score: theme.score, why: why.clone() }).collect();
        hits.retain(|hit| first.iter().all(|known| known.code != hit.code));
        hits.splice(0..0, first);
        hits.truncate(most);
        hits
    }

    /// The texts of law that its definitions cite; read on first use.
    pub fn articles(&self) -> &Articles {
        const PATH: &str = "laws/articles.jsonl";
        self.articles.get_or_init(|| Articles::parse(PATH, self.file(PATH).unwrap_or_default()).0)
    }

    /// The clauses of policies in force on that day, ready to be matched; made once a day.
    pub fn shelf(&self, today: Date) -> Arc<Shelf> {
        let known = self.shelf.read().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(shelf) = known.filter(|shelf| shelf.today == today) {
            return shelf;
        }
        let made = Arc::new(Shelf::of(&self.rules, today));
        *self.shelf.write().unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
        made
    }

    pub fn file(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str())
    }
}

#[derive(Default)]
struct Compiled {
    editions: HashMap<String, Arc<Edition>>,
    live: Option<Arc<Edition>>,
    calendar: Arc<Calendar>,
}

/// All editions that were asked for so far.
#[derive(Clone, Default)]
pub struct Rulebooks {
    shelf: Arc<RwLock<Compiled>>,
}

impl Rulebooks {
    /// Takes down the edition in force and the newest calendar again: after a publication here or on another node.
    pub async fn refresh(&self, store: &Store, now: casework::Moment) -> Result<(), Failure> {
        let live = store.in_force(now).await?;
        if let Some(live) = live {
            let edition = self.edition(store, &live.name).await?;
            self.shelf.write().unwrap_or_else(PoisonError::into_inner).live = Some(edition);
        }
        if let Some(kept) = store.latest_calendar().await? {
            let (calendar, _) = Calendar::parse(CALENDAR, &kept.text);
            self.shelf.write().unwrap_or_else(PoisonError::into_inner).calendar = Arc::new(calendar);
        }
        Ok(())
    }

    /// The edition in force for new cases and for everything public.
    pub fn live(&self) -> Result<Arc<Edition>, Failure> {
        let shelf = self.shelf.read().unwrap_or_else(PoisonError::into_inner);
        shelf.live.clone().ok_or_else(|| Failure::Unready("no edition of the rulebook is in force".to_owned()))
    }

    pub fn calendar(&self) -> Arc<Calendar> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner).calendar.clone()
    }

    /// The edition of this name, compiled on first use.
    pub async fn edition(&self, store: &Store, name: &str) -> Result<Arc<Edition>, Failure> {
        if let Some(known) = self.shelf.read().unwrap_or_else(PoisonError::into_inner).editions.get(name) {
            return Ok(known.clone());
        }
        let files = store.edition_files(name).await?;
        if files.is_empty() {
            return Err(Failure::Unready(format!("edition {name} is not in the store")));
        }
        let edition = Arc::new(Edition::new(name, files));
        let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        Ok(shelf.editions.entry(name.to_owned()).or_insert(edition).clone())
    }

    /// Days until the calendar ends; supervision is warned 60 days ahead.
    pub fn calendar_ends_in(&self, today: Date) -> i64 {
        self.calendar().days_until_end(today)
    }
}

/// Compiles the files of an edition.
pub fn compile(files: &[(String, String)]) -> (Rulebook, Vec<Problem>) {
    rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}
