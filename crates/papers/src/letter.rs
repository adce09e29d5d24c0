//! A letter of an office: what it says, and how that becomes pages in the manner of GB/T 9704-2012 （党政机关公文格式）.
//!
//! The head with the body's name, title and number centred, the addressee, text indented by two characters, signer and
//! date at the right under the seal, a check code with its QR code at the foot of every page. The text area is that of
//! the standard, 156 mm wide and 28 mm from the left edge; the body type is smaller than its size 3, because tables of
//! materials and remedies must stay readable on one sheet.

mod flow;
pub(crate) mod seal;
mod sheet;
mod table;
mod words;

use jiff::civil::DateTime;

use self::{
    flow::{Align, Setting, Strip, paginate, set_text},
    sheet::Sheet,
};
use crate::{
    Lang,
    fonts::{MissingGlyphs, Weight},
    lines::{Style, measure},
    page::{Colour, Document, Mark, Page, Role, Shape},
    qr::TooLong,
};

/// What an office tells somebody. Fields that are empty leave no trace on the paper.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Letter {
    pub lang: Lang,
    /// The name in red at the head; the signer's if empty.
    pub letterhead: String,
    /// What kind of document this is, such as 受理通知书.
    pub title: String,
    /// 文号， such as 津滨审准〔2026〕12号.
    pub number: String,
    pub addressee: String,
    pub blocks: Vec<Block>,
    /// The body in whose name it is given.
    pub signer: String,
    /// The day of the document, in the words of the law: 2026年3月2日.
    pub date: String,
    pub seal: Option<SealText>,
    /// What is typed in on the public page to check the document.
    pub check_code: String,
    /// Where it is checked; also the content of the QR code.
    pub check_url: String,
    /// Address and telephone of the office.
    pub footer: String,
    /// A demonstration says so on every page and in its seal.
    pub demonstration: bool,
}

/// The name around the seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealText(pub String);

/// A part of the text.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    Paragraph(String),
    Heading(String),
    /// A form: names at the left, values at the right.
    KeyValues(Vec<(String, String)>),
    /// Numbered from 1.
    List(Vec<String>),
    Table {
        /// Repeated on every page; may be empty.
        head: Vec<String>,
        rows: Vec<Vec<String>>,
        /// In proportion to each other; equal if empty.
        widths: Vec<f32>,
    },
    /// Places to sign by hand: a name and a rule for each.
    Signatures(Vec<String>),
    /// A note in smaller type.
    Small(String),
}

/// What to do about characters for which no typeface has a glyph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnMissing {
    Refuse,
    /// Print □ and a note that names the characters by their code points.
    Box,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    #[error(transparent)]
    Missing(#[from] MissingGlyphs),
    /// The check address does not fit a QR code.
    #[error(transparent)]
    TooLong(#[from] TooLong),
}

/// The text area of GB/T 9704-2012, in millimetres.
const LEFT: f32 = 28.0;
const WIDTH: f32 = 156.0;
const RIGHT: f32 = LEFT + WIDTH;

const BODY: Style = Style { size: 12.0, weight: Weight::Regular };
const BODY_LEADING: f32 = 7.6;

impl Letter {
    /// Puts the letter on pages. `made` is written into the file as its time of making, China Standard Time.
    ///
    /// In Chinese letters, commas and the like that were typed in half width beside Chinese characters become full
    /// width (GB/T 15834); control characters and others without ink are dropped.
    pub fn lay_out(&self, made: DateTime, on_missing: OnMissing) -> Result<Document, LetterError> {
        let letter = words::ready(self, on_missing)?;
        let sheet = Sheet::of(&letter)?;
        let pages = paginate(letter.strips(sheet.body_height()), sheet.first_top(), sheet.top(), sheet.bottom());
        let count = pages.len();
        let pages = pages
            .into_iter()
            .enumerate()
            .map(|(i, body)| {
                let mut marks = sheet.head(i);
                marks.extend(body);
                marks.extend(sheet.foot(i, count));
                Page { marks, ..Page::a4() }
            })
            .collect();
        Ok(Document { title: letter.title, author: letter.signer, subject: letter.number, lang: letter.lang, made, pages })
    }

    fn strips(&self, page_height: f32) -> Vec<Strip> {
        let mut strips = self.opening();
        for block in &self.blocks {
            strips.extend(self.block(block, page_height));
        }
        if let Some(closing) = self.closing() {
            // The page with the seal always carries some of the text that it seals.
            if let Some(last) = strips.last_mut() {
                last.keep = true;
            }
            strips.push(closing);
        }
        strips
    }

    /// Title, number and addressee.
    fn opening(&self) -> Vec<Strip> {
        let title = Style { size: 20.0, weight: Weight::Bold };
        let centred = Setting { align: Align::Centre, role: Role::Title, ..Setting::new(title, 10.5) };
        let mut strips = set_text(&self.title, &Setting { above: 9.0, ..centred });
        strips.extend(set_text(&self.number, &Setting { align: Align::Centre, above: 2.0, ..Setting::new(BODY, BODY_LEADING) }));
        let colon = self.lang.say("\u{ff1a}", ":");
        let addressee = self.addressee.trim_end_matches([':', '\u{ff1a}']);
        if !addressee.is_empty() {
            strips.extend(set_text(&format!("{addressee}{colon}"), &Setting { above: 6.0, ..Setting::new(BODY, BODY_LEADING) }));
        } else if let Some(last) = strips.last_mut() {
            last.height += 3.0;
        }
        for strip in &mut strips {
            strip.keep = true;
        }
        strips
    }

    fn block(&self, block: &Block, page_height: f32) -> Vec<Strip> {
        let body = Setting::new(BODY, BODY_LEADING);
        match block {
            Block::Paragraph(text) => self.paragraph(text, &body),
            Block::Heading(text) => {
                let setting = Setting {
                    style: Style { weight: Weight::Bold, ..BODY },
                    role: Role::Heading,
                    above: 2.0,
                    ..self.indented(&body)
                };
                let mut strips = set_text(text, &setting);
                for strip in &mut strips {
                    strip.keep = true;
                }
                strips
            }
            Block::List(items) => self.list(items, &body),
            Block::KeyValues(pairs) => table::key_values(pairs, page_height),
            Block::Table { head, rows, widths } => table::table(head, rows, widths, page_height),
            Block::Signatures(names) => names.iter().map(|name| signature(name)).collect(),
            Block::Small(text) => {
                let small = Setting { colour: Colour::GREY, ..Setting::new(Style { size: 9.5, ..BODY }, 5.6) };
                let mut strips = self.paragraph(text, &small);
                if let Some(first) = strips.first_mut() {
                    first.above += 1.5;
                }
                strips
            }
        }
    }

    fn paragraph(&self, text: &str, setting: &Setting) -> Vec<Strip> {
        // Each line that the caller wrote is a paragraph of its own, with its own indent.
        text.split('\n').flat_map(|part| set_text(part, &self.indented(setting))).collect()
    }

    /// Chinese paragraphs start two characters in and are flush at both sides; English ones have space between them.
    fn indented(&self, setting: &Setting) -> Setting {
        match self.lang {
            Lang::Zh => Setting { indent: 2.0 * BODY.em(), align: Align::Both, ..*setting },
            Lang::En => Setting { above: setting.above + 0.4 * setting.leading, ..*setting },
        }
    }

    fn list(&self, items: &[String], body: &Setting) -> Vec<Strip> {
        let label_at = LEFT + if self.lang == Lang::Zh { 2.0 * BODY.em() } else { 0.0 };
        let hang = measure(&format!("{}.", items.len()), BODY, None).width() + 0.6 * BODY.em();
        let setting = Setting {
            x: label_at + hang,
            width: RIGHT - label_at - hang,
            align: if self.lang == Lang::Zh { Align::Both } else { Align::Left },
            // The paragraph starts with its number.
            opens: false,
            above: if self.lang == Lang::En { 1.0 } else { 0.0 },
            ..*body
        };
        let mut strips = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let mut lines = set_text(item, &setting);
            if let Some(first) = lines.first_mut() {
                let label = measure(&format!("{}.", i + 1), BODY, None);
                first.marks.insert(0, flow::text_mark(label, label_at, &Setting { x: label_at, ..*body }));
            }
            strips.extend(lines);
        }
        strips
    }

    /// Signer and date one above the other, the seal over both.
    fn closing(&self) -> Option<Strip> {
        if self.signer.is_empty() && self.date.is_empty() && self.seal.is_none() {
            return None;
        }
        // A name too long for the line is set smaller rather than broken under the seal.
        let room = WIDTH - 4.0 * BODY.em();
        let [signer, date] = [&self.signer, &self.date].map(|text| flow::shrunk(text, BODY, room));
        let (wide, narrow) = (signer.0.width(), date.0.width());
        // GB/T 9704-2012, 7.3.5.1: the date stands four characters from the right edge, unless the name needs the room.
        let from_right = if wide > narrow + 4.0 * BODY.em() { 2.0 } else { 4.0 };
        let half = wide.max(narrow) / 2.0;
        let centre = (RIGHT - from_right * BODY.em() - half).max(LEFT + half);
        let mut strip = Strip { above: 4.0, ..Strip::default() };
        let first = match &self.seal {
            Some(SealText(text)) => {
                let middle = seal::RADIUS;
                strip.height = 2.0 * seal::RADIUS;
                let shapes = seal::draw(text, self.demonstration.then(|| self.lang.say("示范", "DEMO")), [centre, middle]);
                strip.marks.push(Mark::Seal { centre: [centre, middle], radius: seal::RADIUS, shapes });
                middle - BODY_LEADING
            }
            None => {
                strip.height = 2.0 * BODY_LEADING + 6.0;
                6.0
            }
        };
        for ((line, style), top) in [(signer, first), (date, first + BODY_LEADING)] {
            let x = centre - line.width() / 2.0;
            strip.marks.push(flow::text_mark(line, x, &Setting::new(style, BODY_LEADING)).down(top));
        }
        Some(strip)
    }
}

fn signature(name: &str) -> Strip {
    const HEIGHT: f32 = 12.0;
    const RULE: f32 = 60.0;
    let x = LEFT + 2.0 * BODY.em();
    let (label, style) = flow::shrunk(name, BODY, RIGHT - RULE - 2.0 - x);
    let from = x + label.width() + 2.0;
    let rule = Shape::line([from, HEIGHT - 3.0], [from + RULE, HEIGHT - 3.0], 0.25, Colour::BLACK);
    let marks = vec![flow::text_mark(label, x, &Setting::new(style, HEIGHT)), Mark::Shape(rule)];
    Strip { height: HEIGHT, marks, ..Strip::default() }
}
