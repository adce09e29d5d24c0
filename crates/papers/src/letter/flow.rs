//! From text to strips, and from strips to pages. A strip is what no page break may cut: a line, a row, the signature.

use std::rc::Rc;

use super::{LEFT, WIDTH};
use crate::{
    lines::{Measured, Style, break_lines, measure},
    page::{Colour, Mark, Role, Text},
};

/// A piece of a letter, as wide as the page. Its marks are placed from its own top.
#[derive(Debug, Clone, Default)]
pub(super) struct Strip {
    /// White space before it, which is left out at the top of a page.
    pub above: f32,
    pub height: f32,
    /// Must stand on the same page as the next strip.
    pub keep: bool,
    pub marks: Vec<Mark>,
    /// What is repeated before it at the top of a page: the head of its table.
    pub head: Option<Rc<Strip>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    /// Flush at both sides.
    Both,
}

/// How a text is set. Lengths in millimetres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    pub style: Style,
    /// From one line to the next.
    pub leading: f32,
    pub x: f32,
    pub width: f32,
    pub indent: f32,
    pub align: Align,
    pub above: f32,
    pub colour: Colour,
    pub role: Role,
    /// Whether a paragraph starts with this text.
    pub opens: bool,
}

impl Setting {
    pub fn new(style: Style, leading: f32) -> Setting {
        Setting {
            style,
            leading,
            x: LEFT,
            width: WIDTH,
            indent: 0.0,
            align: Align::Left,
            above: 0.0,
            colour: Colour::BLACK,
            role: Role::Body,
            opens: true,
        }
    }
}

/// Sets a text, one strip to a line. Nothing comes of an empty text.
pub(super) fn set_text(text: &str, setting: &Setting) -> Vec<Strip> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    let lines = break_lines(text, setting.style, setting.width - setting.indent, setting.width);
    let count = lines.len();
    lines
        .into_iter()
        .enumerate()
        .map(|(i, line)| {
            let indent = if i == 0 { setting.indent } else { 0.0 };
            let room = setting.width - indent;
            let fill = (setting.align == Align::Both && !line.last).then_some(room);
            let measured = measure(line.text, setting.style, fill);
            let x = match setting.align {
                Align::Centre => setting.x + indent + (room - measured.width()) / 2.0,
                Align::Left | Align::Both => setting.x + indent,
            };
            Strip {
                above: if i == 0 { setting.above } else { 0.0 },
                height: setting.leading,
                // No page starts or ends with one line of a longer paragraph.
                keep: count > 1 && (i == 0 || i + 2 == count),
                marks: vec![text_mark(measured, x, &Setting { opens: setting.opens && i == 0, ..*setting })],
                head: None,
            }
        })
        .collect()
}

/// A measured line as a mark in a strip as high as the leading, in the middle of that height.
pub(super) fn text_mark(line: Measured, x: f32, setting: &Setting) -> Mark {
    // The box of an ideograph lies from 0.12 em under the baseline to 0.88 em over it.
    let y = setting.leading / 2.0 + 0.38 * setting.style.em();
    let Measured { text, advances } = line;
    let Setting { style: Style { size, weight }, colour, role, opens, .. } = *setting;
    Mark::Text(Text { x, y, text, advances, size, weight, colour, role, opens })
}

/// One line set as large as fits, from the given size down.
pub(super) fn shrunk(text: &str, style: Style, width: f32) -> (Measured, Style) {
    let line = measure(text, style, None);
    if line.width() <= width {
        return (line, style);
    }
    let style = Style { size: style.size * width / line.width(), ..style };
    (measure(text, style, None), style)
}

/// Fills pages from the top: the first from `first_top`, the others from `top`, all down to `bottom`.
pub(super) fn paginate(strips: Vec<Strip>, first_top: f32, top: f32, bottom: f32) -> Vec<Vec<Mark>> {
    let mut sheet = Filling { pages: vec![Vec::new()], y: first_top, fresh: true, top };
    let mut strips = strips.into_iter().peekable();
    while let Some(strip) = strips.next() {
        let mut chain = vec![strip];
        while chain.last().is_some_and(|strip| strip.keep)
            && let Some(next) = strips.next()
        {
            chain.push(next);
        }
        let need: f32 = chain.iter().map(|strip| strip.above + strip.height).sum();
        if sheet.y + need > bottom && need <= bottom - top {
            sheet.turn();
        }
        for strip in chain {
            if sheet.y + strip.above + strip.height > bottom {
                sheet.turn();
            }
            sheet.place(strip);
        }
    }
    sheet.pages
}

struct Filling {
    pages: Vec<Vec<Mark>>,
    y: f32,
    /// Nothing stands on this page yet.
    fresh: bool,
    top: f32,
}

impl Filling {
    fn turn(&mut self) {
        // The first page may have less room than the others: what does not fit there may fit on the second.
        if !self.fresh || self.y > self.top {
            self.pages.push(Vec::new());
            (self.y, self.fresh) = (self.top, true);
        }
    }

    fn place(&mut self, strip: Strip) {
        if self.fresh && self.pages.len() > 1 {
            self.fresh = false;
            if let Some(head) = &strip.head {
                self.place(Strip::clone(head));
            }
        } else {
            self.fresh = false;
            self.y += strip.above;
        }
        if let Some(page) = self.pages.last_mut() {
            page.extend(strip.marks.into_iter().map(|mark| mark.down(self.y)));
        }
        self.y += strip.height;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Shape;

    /// A strip whose one mark says which it is.
    fn strip(name: f32, height: f32, keep: bool) -> Strip {
        let mark = Mark::Shape(Shape::line([name, 0.0], [name, 1.0], 1.0, Colour::BLACK));
        Strip { height, keep, marks: vec![mark], ..Strip::default() }
    }

    /// Pages of 100 mm; which strips stand on which page.
    fn check(strips: Vec<Strip>, expected: &[&[f32]]) {
        let names = |marks: &Vec<Mark>| -> Vec<f32> {
            marks
                .iter()
                .map(|mark| match mark {
                    Mark::Shape(shape) => match shape.steps[0] {
                        crate::page::Step::Move([x, _]) => x,
                        _ => f32::NAN,
                    },
                    _ => f32::NAN,
                })
                .collect()
        };
        let pages = paginate(strips, 0.0, 0.0, 100.0);
        assert_eq!(pages.iter().map(names).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn pages_fill_and_turn() {
        check(vec![], &[&[]]);
        check(vec![strip(1.0, 60.0, false), strip(2.0, 40.0, false), strip(3.0, 1.0, false)], &[&[1.0, 2.0], &[3.0]]);
    }

    #[test]
    fn what_belongs_together_moves_together() {
        check(vec![strip(1.0, 60.0, false), strip(2.0, 30.0, true), strip(3.0, 30.0, false)], &[&[1.0], &[2.0, 3.0]]);
    }

    #[test]
    fn a_chain_longer_than_a_page_is_broken_and_not_lost() {
        let chain = vec![strip(1.0, 60.0, true), strip(2.0, 60.0, true), strip(3.0, 60.0, false)];
        check(chain, &[&[1.0], &[2.0], &[3.0]]);
    }

    #[test]
    fn what_is_taller_than_a_page_stands_on_one_of_its_own() {
        check(vec![strip(1.0, 10.0, false), strip(2.0, 150.0, false), strip(3.0, 10.0, false)], &[&[1.0], &[2.0], &[3.0]]);
    }

    #[test]
    fn a_table_head_is_repeated_on_every_page() {
        let head = Rc::new(strip(9.0, 10.0, true));
        let row = |name| Strip { head: Some(head.clone()), ..strip(name, 40.0, false) };
        let strips = vec![strip(1.0, 20.0, false), Strip::clone(&head), row(2.0), row(3.0), row(4.0), row(5.0)];
        check(strips, &[&[1.0, 9.0, 2.0], &[9.0, 3.0, 4.0], &[9.0, 5.0]]);
    }
}
