//! Pages that are the same for everybody who is not signed in, kept as they were drawn. They are a function of the edition, the
//! day and the address, so they are drawn anew when one of these changes (and in a demonstration with its clock).

use super::Desk;
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Page};
use crate::visitor::Visitor;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use jiff::civil::Date;
use rulebook::Lang;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Memory for pages, in bytes. When it is full all go: addresses can be made up without end.
const ROOM: usize = 16 << 20;

/// The pages of a node.
#[derive(Clone, Default)]
pub struct Kept {
    shelf: Arc<RwLock<Shelf>>,
}

#[derive(Default)]
struct Shelf {
    stamp: Stamp,
    pages: HashMap<Key, Bytes>,
    size: usize,
}

/// What all pages on the shelf were drawn from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Stamp {
    edition: String,
    today: Date,
    demo: Option<String>,
}

/// What tells one page from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    here: String,
    lang: Lang,
    large_print: bool,
}

impl Kept {
    /// The page, from the shelf if nobody is signed in and it is there. What is not found or fails is never kept.
    pub fn answer(&self, app: &App, visitor: &Visitor, draw: impl FnOnce(&Desk) -> Result<Page, Problem>) -> Response {
        let desk = match Desk::of(app, visitor) {
            Ok(desk) => desk,
            Err(problem) => return problem.page(visitor, Area::Portal),
        };
        if visitor.signed_in.is_some() {
            return visitor.answer(Area::Portal, draw(&desk));
        }
        let stamp = Stamp { edition: desk.edition.name.clone(), today: desk.today, demo: visitor.demo.clone() };
        let key = Key { here: visitor.here.clone(), lang: visitor.lang, large_print: visitor.large_print };
        if let Some(page) = self.take(&stamp, &key) {
            return html(page);
        }
        match draw(&desk) {
            Ok(page) => {
                let page = Bytes::from(page.render().into_string());
                self.keep(stamp, key, page.clone());
                html(page)
            }
            Err(problem) => problem.page(visitor, Area::Portal),
        }
    }

    fn take(&self, stamp: &Stamp, key: &Key) -> Option<Bytes> {
        let shelf = self.shelf.read().unwrap_or_else(PoisonError::into_inner);
        if shelf.stamp == *stamp { shelf.pages.get(key).cloned() } else { None }
    }

    fn keep(&self, stamp: Stamp, key: Key, page: Bytes) {
        let mut shelf = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        let size = page.len() + key.here.len();
        if shelf.stamp != stamp || shelf.size + size > ROOM {
            *shelf = Shelf { stamp, ..Shelf::default() };
        }
        shelf.size += size;
        shelf.pages.insert(key, page);
    }
}

fn html(page: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_kept_for_its_edition_day_language_and_print() {
        let kept = Kept::default();
        let stamp = Stamp { edition: "1".into(), ..Stamp::default() };
        let key = Key { here: "/items".into(), lang: Lang::Zh, large_print: false };
        assert_eq!(kept.take(&stamp, &key), None);
        kept.keep(stamp.clone(), key.clone(), Bytes::from_static(b"a"));
        assert_eq!(kept.take(&stamp, &key), Some(Bytes::from_static(b"a")));
        assert_eq!(kept.take(&stamp, &Key { lang: Lang::En, ..key.clone() }), None);
        assert_eq!(kept.take(&stamp, &Key { large_print: true, ..key.clone() }), None);
        let tomorrow = Stamp { today: stamp.today.tomorrow().expect("a day"), ..stamp.clone() };
        assert_eq!(kept.take(&tomorrow, &key), None);
        assert_eq!(kept.take(&Stamp { edition: "2".into(), ..stamp }, &key), None);
    }

    #[test]
    fn made_up_addresses_never_take_more_than_the_room_there_is() {
        let kept = Kept::default();
        let page = Bytes::from(vec![0; ROOM / 10]);
        for at in 0..100 {
            kept.keep(Stamp::default(), Key { here: at.to_string(), lang: Lang::Zh, large_print: false }, page.clone());
        }
        let shelf = kept.shelf.read().expect("a shelf");
        assert!(shelf.size <= ROOM && shelf.pages.len() <= 10);
    }
}
