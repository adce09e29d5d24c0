//! What is handed out: letters as pages, pages as PDF, OFD and SVG, and the seals on them. Knows no case and nothing else of ours.
//!
//! A [`letter::Letter`] says what an office wants to tell; [`letter::Letter::lay_out`] makes a [`page::Document`] of it,
//! with every mark at its place in millimetres; [`pdf::write`], [`ofd::write`] and [`svg::draw`] render the same document.
//!
//! ```
//! use papers::letter::{Block, Letter, OnMissing};
//!
//! let letter = Letter {
//!     title: "受理通知书".into(),
//!     blocks: vec![Block::Paragraph("你单位提交的申请，本机关予以受理。".into())],
//!     signer: "滨海新区市场监督管理局".into(),
//!     date: "2026年3月2日".into(),
//!     ..Letter::default()
//! };
//! let made = jiff::civil::date(2026, 3, 2).at(10, 0, 0, 0);
//! let document = letter.lay_out(made, OnMissing::Refuse).expect("every character has a glyph");
//! let file = papers::pdf::write(&document).expect("the pages are sound");
//! assert!(file.starts_with(b"%PDF-"));
//! ```

pub mod document_text;
pub mod fonts;
pub mod letter;
pub mod licence_file;
pub mod lines;
pub mod ofd;
pub mod page;
pub mod pdf;
pub mod qr;
pub mod seal;
pub mod sign;
pub mod svg;

/// The language of the few words that papers itself puts on a page; all others are given by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// The one of the two texts that this reader wants.
    pub fn say<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// The language tag of RFC 5646, as PDF and SVG want it.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }
}
