//! What stands around the text of a letter: the name in red at its head, a running head on the later pages, and at the
//! foot of every page the check code, its QR code and the page number.

use std::sync::Arc;

use super::{
    LEFT, Letter, RIGHT, WIDTH,
    flow::{Setting, Strip, set_text, shrunk, text_mark},
};
use crate::{
    Lang,
    fonts::Weight,
    lines::{Style, measure},
    page::{A4, Colour, Mark, Role, Shape},
    qr::{self, TooLong},
};

const HEAD_TOP: f32 = 24.0;
const LATER_TOP: f32 = 30.0;
/// The lowest print: what most printers still reach.
const LOWEST: f32 = A4.1 - 11.0;
const QR_SIDE: f32 = 17.0;
const SMALL: Style = Style { size: 8.5, weight: Weight::Regular };
const SMALL_LEADING: f32 = 4.4;
/// Kept free for the page number, at the right of the foot.
const NUMBER_ROOM: f32 = 22.0;

pub(super) struct Sheet<'a> {
    letter: &'a Letter,
    letterhead: Vec<Mark>,
    first_top: f32,
    foot: Vec<Mark>,
    foot_top: f32,
}

impl<'a> Sheet<'a> {
    pub fn of(letter: &'a Letter) -> Result<Sheet<'a>, TooLong> {
        let (letterhead, first_top) = letterhead(letter);
        let (foot, height) = foot(letter)?;
        let foot_top = LOWEST - height;
        let foot = foot.into_iter().map(|mark| mark.down(foot_top)).collect();
        Ok(Sheet { letter, letterhead, first_top, foot, foot_top })
    }

    /// Where the text starts on the first page, and on the others.
    pub fn first_top(&self) -> f32 {
        self.first_top
    }

    pub fn top(&self) -> f32 {
        LATER_TOP
    }

    pub fn bottom(&self) -> f32 {
        self.foot_top - 5.0
    }

    /// The room for text on a page after the first.
    pub fn body_height(&self) -> f32 {
        self.bottom() - LATER_TOP
    }

    pub fn head(&self, page: usize) -> Vec<Mark> {
        let mut marks = if page == 0 { self.letterhead.clone() } else { self.running_head() };
        if self.letter.demonstration {
            marks.push(self.demonstration(page));
        }
        marks
    }

    fn running_head(&self) -> Vec<Mark> {
        let words = [self.letter.title.as_str(), self.letter.number.as_str()];
        let words = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("  ");
        let line = shrunk(&words, SMALL, WIDTH);
        let setting = Setting { colour: Colour::GREY, role: Role::Furniture, ..Setting::new(line.1, SMALL_LEADING) };
        let rule = Shape::line([LEFT, 24.5], [RIGHT, 24.5], 0.2, Colour::RULE);
        vec![text_mark(line.0, LEFT, &setting).down(19.0), Mark::Shape(rule)]
    }

    fn demonstration(&self, page: usize) -> Mark {
        let words = self.letter.lang.say("示范文书 不具法律效力", "Demonstration: of no legal effect");
        let style = Style { weight: Weight::Bold, ..SMALL };
        let line = measure(words, style, None);
        let x = RIGHT - line.width();
        let setting = Setting { colour: Colour::RED, role: said_once(page == 0), ..Setting::new(style, SMALL_LEADING) };
        text_mark(line, x, &setting).down(11.0)
    }

    pub fn foot(&self, page: usize, pages: usize) -> Vec<Mark> {
        let (n, m) = (page + 1, pages);
        let words = match self.letter.lang {
            Lang::Zh => format!("第 {n}/{m} 页"),
            Lang::En => format!("Page {n}/{m}"),
        };
        let line = measure(&words, SMALL, None);
        let x = RIGHT - line.width();
        let setting = Setting { colour: Colour::GREY, role: Role::Furniture, ..Setting::new(SMALL, SMALL_LEADING) };
        let mut marks = self.foot.clone();
        for mark in &mut marks {
            if let Mark::Text(text) = mark {
                text.role = said_once(n == m);
            }
        }
        marks.push(text_mark(line, x, &setting).down(self.foot_top + 2.0));
        marks
    }
}

/// What stands on every page is read out on one of them.
fn said_once(here: bool) -> Role {
    if here { Role::Body } else { Role::Furniture }
}

/// The name in red over a heavy and a fine rule, and where the text may start under it.
fn letterhead(letter: &Letter) -> (Vec<Mark>, f32) {
    let name = if letter.letterhead.is_empty() { &letter.signer } else { &letter.letterhead };
    if name.is_empty() {
        return (Vec::new(), HEAD_TOP);
    }
    const LEADING: f32 = 11.0;
    let (mut line, style) = shrunk(name, Style { size: 23.0, weight: Weight::Bold }, 0.94 * WIDTH);
    // A short name is spaced out, as on the printed heads.
    let gaps = line.advances.len().saturating_sub(1);
    let spare = ((WIDTH * 0.86 - line.width()) / gaps.max(1) as f32).clamp(0.0, 0.25 * style.em());
    if letter.lang == Lang::Zh {
        for advance in line.advances.iter_mut().take(gaps) {
            *advance += spare;
        }
    }
    let x = LEFT + (WIDTH - line.width()) / 2.0;
    let setting = Setting { colour: Colour::RED, ..Setting::new(style, LEADING) };
    let rule = |y: f32, width: f32| Mark::Shape(Shape::line([LEFT, y], [RIGHT, y], width, Colour::RED));
    let y = HEAD_TOP + LEADING + 3.0;
    (vec![text_mark(line, x, &setting).down(HEAD_TOP), rule(y, 0.9), rule(y + 1.1, 0.25)], y + 2.0)
}

/// The foot without its page number, from its own top, and its height.
fn foot(letter: &Letter) -> Result<(Vec<Mark>, f32), TooLong> {
    let mut marks = vec![Mark::Shape(Shape::line([LEFT, 0.0], [RIGHT, 0.0], 0.2, Colour::RULE))];
    let mut x = LEFT;
    let mut height: f32 = SMALL_LEADING + 2.0;
    if !letter.check_url.is_empty() {
        let matrix = Arc::new(qr::encode(&letter.check_url)?);
        marks.push(Mark::Code { x: LEFT, y: 3.0, side: QR_SIDE, matrix });
        x += QR_SIDE + 4.0;
        height = QR_SIDE + 3.0;
    }
    let setting = Setting { x, width: RIGHT - x - NUMBER_ROOM, ..Setting::new(SMALL, SMALL_LEADING) };
    let mut strips: Vec<Strip> = Vec::new();
    if !letter.check_code.is_empty() {
        let style = Style { size: 10.0, weight: Weight::Bold };
        let words = format!("{}{}", letter.lang.say("核验码\u{ff1a}", "Check code: "), letter.check_code);
        strips.extend(set_text(&words, &Setting { style, leading: 5.2, ..setting }));
    }
    if !letter.check_url.is_empty() {
        let words = letter
            .lang
            .say("扫描二维码或者打开以下网址\u{ff0c}可以核验本文书。", "To check this document, scan the code or open");
        strips.extend(set_text(words, &setting));
        strips.extend(set_text(&letter.check_url, &setting));
    }
    let grey = Setting { colour: Colour::GREY, ..setting };
    strips.extend(letter.footer.split('\n').flat_map(|part| set_text(part, &grey)));
    let mut y = 2.0;
    for strip in strips {
        marks.extend(strip.marks.into_iter().map(|mark| mark.down(y)));
        y += strip.height;
    }
    Ok((marks, height.max(y)))
}
