//! Tables with fine rules; a row too high for a page is continued on the next.

use std::rc::Rc;

use super::{
    LEFT, WIDTH,
    flow::{Align, Setting, Strip, text_mark},
};
use crate::{
    fonts::Weight,
    lines::{Measured, Style, break_lines, measure},
    page::{Colour, Mark, Shape},
};

const CELL: Style = Style { size: 10.5, weight: Weight::Regular };
const LEADING: f32 = 5.8;
/// White inside the rules, at the sides and above and below.
const SIDE: f32 = 2.0;
const END: f32 = 1.3;
const RULE: f32 = 0.2;
const AROUND: f32 = 3.0;

/// A column: where it starts and how wide it is.
type Column = (f32, f32);

/// A table whose head is repeated on every page.
pub(super) fn table(head: &[String], rows: &[Vec<String>], widths: &[f32], page_height: f32) -> Vec<Strip> {
    let count = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or(0);
    if count == 0 {
        return Vec::new();
    }
    let columns = columns(count, widths);
    let bold = Style { weight: Weight::Bold, ..CELL };
    let head = (!head.is_empty()).then(|| {
        let cells: Vec<Cell> = (0..count).map(|i| Cell::new(head.get(i), columns[i], bold, Align::Centre, true)).collect();
        Rc::new(Strip { keep: true, ..row(&cells, &columns) })
    });
    let room = page_height - head.as_ref().map_or(0.0, |head| head.height);
    let mut strips: Vec<Strip> = head.iter().map(|head| Strip::clone(head)).collect();
    // Columns of numbers and short words stand in the middle, as in a ruled book.
    let short =
        |i: usize| rows.iter().filter_map(|row| row.get(i)).all(|text| measure(text, CELL, None).width() <= 4.0 * CELL.em());
    let aligns: Vec<Align> = (0..count).map(|i| if count > 1 && short(i) { Align::Centre } else { Align::Left }).collect();
    for texts in rows {
        let cells: Vec<Cell> = (0..count).map(|i| Cell::new(texts.get(i), columns[i], CELL, aligns[i], false)).collect();
        strips.extend(pieces(cells, &columns, room).into_iter().map(|strip| Strip { head: head.clone(), ..strip }));
    }
    spaced(strips)
}

/// A form of names and values.
pub(super) fn key_values(pairs: &[(String, String)], page_height: f32) -> Vec<Strip> {
    let widest = pairs.iter().map(|(name, _)| measure(name, CELL, None).width()).fold(0.0, f32::max);
    let left = (widest + 2.0 * SIDE + 2.0).clamp(26.0, 56.0);
    let columns = [(LEFT, left), (LEFT + left, WIDTH - left)];
    let strips = pairs.iter().flat_map(|(name, value)| {
        let cells = vec![
            Cell::new(Some(name), columns[0], CELL, Align::Left, true),
            Cell::new(Some(value), columns[1], CELL, Align::Left, false),
        ];
        pieces(cells, &columns, page_height)
    });
    spaced(strips.collect())
}

/// Divides the width of the page in the given proportions. Proportions that are missing or senseless count as the mean.
fn columns(count: usize, widths: &[f32]) -> Vec<Column> {
    let given: Vec<f32> = widths.iter().copied().filter(|width| width.is_finite() && *width > 0.0).collect();
    let mean = if given.is_empty() { 1.0 } else { given.iter().sum::<f32>() / given.len() as f32 };
    let widths: Vec<f32> =
        (0..count).map(|i| widths.get(i).copied().filter(|width| width.is_finite() && *width > 0.0).unwrap_or(mean)).collect();
    let total: f32 = widths.iter().sum();
    let mut x = LEFT;
    widths
        .into_iter()
        .map(|width| {
            let width = width / total * WIDTH;
            x += width;
            (x - width, width)
        })
        .collect()
}

struct Cell {
    lines: Vec<Measured>,
    style: Style,
    align: Align,
    shaded: bool,
}

impl Cell {
    fn new(text: Option<&String>, (_, width): Column, style: Style, align: Align, shaded: bool) -> Cell {
        let room = (width - 2.0 * SIDE).max(style.em());
        let text = text.map_or("", |text| text.trim_end());
        let lines = break_lines(text, style, room, room)
            .into_iter()
            // Cells are narrow: a small gap at the right is less ugly than torn lines, so only Chinese is filled.
            .map(|line| measure(line.text, style, (align == Align::Left && !line.last).then_some(room)))
            .collect();
        Cell { lines, style, align, shaded }
    }
}

/// One row, or several that carry the lines of one which no page could hold.
fn pieces(mut cells: Vec<Cell>, columns: &[Column], room: f32) -> Vec<Strip> {
    let most = (((room - 2.0 * END) / LEADING) as usize).max(1);
    let mut strips = Vec::new();
    loop {
        let rest: Vec<Cell> = cells
            .iter_mut()
            .map(|cell| {
                let lines = cell.lines.split_off(cell.lines.len().min(most));
                Cell { lines, ..*cell }
            })
            .collect();
        strips.push(row(&cells, columns));
        if rest.iter().all(|cell| cell.lines.is_empty()) {
            return strips;
        }
        cells = rest;
    }
}

fn row(cells: &[Cell], columns: &[Column]) -> Strip {
    let lines = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0).max(1);
    let height = lines as f32 * LEADING + 2.0 * END;
    let mut marks = Vec::new();
    for (cell, (x, width)) in cells.iter().zip(columns) {
        let frame = Shape::rectangle(*x, 0.0, *width, height).drawn(RULE, Colour::RULE);
        marks.push(Mark::Shape(if cell.shaded { frame.filled(Colour::SHADE) } else { frame }));
    }
    for (cell, (x, width)) in cells.iter().zip(columns) {
        let top = (height - cell.lines.len() as f32 * LEADING) / 2.0;
        for (i, line) in cell.lines.iter().enumerate().filter(|(_, line)| !line.text.is_empty()) {
            let x = match cell.align {
                Align::Centre => x + (width - line.width()) / 2.0,
                Align::Left | Align::Both => x + SIDE,
            };
            let mark = text_mark(line.clone(), x, &Setting { opens: i == 0, ..Setting::new(cell.style, LEADING) });
            marks.push(mark.down(top + i as f32 * LEADING));
        }
    }
    Strip { height, marks, ..Strip::default() }
}

/// White space before the first row and after the last.
fn spaced(mut strips: Vec<Strip>) -> Vec<Strip> {
    if let Some(first) = strips.first_mut() {
        first.above = AROUND;
    }
    if let Some(last) = strips.last_mut() {
        last.height += AROUND;
    }
    strips
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(strips: &[Strip]) -> String {
        let marks = strips.iter().flat_map(|strip| &strip.marks);
        marks.filter_map(|mark| if let Mark::Text(text) = mark { Some(text.text.as_str()) } else { None }).collect()
    }

    #[test]
    fn columns_fill_the_page_whatever_the_proportions() {
        for (count, widths) in
            [(3, &[1.0, 2.0, 1.0][..]), (3, &[][..]), (4, &[5.0][..]), (2, &[0.0, f32::NAN][..]), (1, &[3.0, 9.0][..])]
        {
            let columns = columns(count, widths);
            assert_eq!(columns.len(), count);
            let (x, width) = columns[count - 1];
            assert!((x + width - LEFT - WIDTH).abs() < 0.01, "{widths:?}");
        }
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert!(table(&[], &[], &[], 200.0).is_empty());
        assert!(key_values(&[], 200.0).is_empty());
    }

    #[test]
    fn a_short_row_is_filled_up_and_a_long_one_widens_the_table() {
        let strips = table(&["甲".into()], &[vec![], vec!["一".into(), "二".into()]], &[], 200.0);
        assert_eq!(strips.len(), 3);
        assert_eq!(texts(&strips), "甲一二");
    }

    #[test]
    fn a_row_higher_than_a_page_is_continued() {
        let long = "材料".repeat(2000);
        let strips = table(&["名称".into(), "说明".into()], &[vec!["一".into(), long.clone()]], &[1.0, 3.0], 200.0);
        assert!(strips.len() > 2);
        assert!(strips.iter().all(|strip| strip.height <= 200.0 + AROUND));
        assert_eq!(texts(&strips), format!("名称说明一{long}"));
    }
}
