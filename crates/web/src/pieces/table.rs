//! Tables: rows of matters. On a narrow screen each row becomes a card whose lines carry their column's name.

use maud::{Markup, html};
use rulebook::Lang;

use super::tag::Light;
use super::words;

/// How a column is sorted at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    Up,
    Down,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Column<'a> {
    pub head: &'a str,
    /// Numbers stand at the end of their cell, digits under digits.
    pub numeric: bool,
    /// Where a click on the head leads, if the list can be sorted by it.
    pub sort: Option<&'a str>,
    pub sorted: Option<Sorted>,
    /// The cell holds a block (a form, a text): on a narrow screen its name stands above it.
    pub block: bool,
}

impl<'a> Column<'a> {
    pub fn new(head: &'a str) -> Column<'a> {
        Column { head, ..Column::default() }
    }

    pub fn numeric(head: &'a str) -> Column<'a> {
        Column { head, numeric: true, ..Column::default() }
    }

    fn class(&self) -> Option<&'static str> {
        match (self.numeric, self.block) {
            (true, _) => Some("num"),
            (false, true) => Some("wide-cell"),
            (false, false) => None,
        }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Row {
    pub cells: Vec<Markup>,
    /// Marks the row's edge; the words are in a cell.
    pub light: Option<Light>,
    /// The value of the row's box, in a table that has boxes; none if this row cannot be picked.
    pub pick: Option<String>,
}

impl Row {
    pub fn new(cells: Vec<Markup>) -> Row {
        Row { cells, ..Row::default() }
    }

    pub fn light(self, light: Light) -> Row {
        Row { light: Some(light), ..self }
    }

    pub fn pick(self, value: impl Into<String>) -> Row {
        Row { pick: Some(value.into()), ..self }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Table<'a> {
    /// What the table holds; always there, shown only with `show_caption`.
    pub caption: &'a str,
    pub show_caption: bool,
    pub columns: &'a [Column<'a>],
    pub rows: Vec<Row>,
    /// Shown instead when there are no rows.
    pub empty: Markup,
    /// `j` and `k` move between the rows, `x` ticks, Enter opens the row's first link.
    pub keys: bool,
    /// The name of the boxes, if rows can be picked.
    pub picks: Option<&'a str>,
}

/// The roles are written out because a table laid out as cards loses its own in some browsers.
pub fn table(table: &Table<'_>, lang: Lang) -> Markup {
    html! {
        @if table.rows.is_empty() { (table.empty) } @else {
            div .table-wrap.cards { table role="table" data-rows[table.keys] {
                caption class=[(!table.show_caption).then_some("vh")] { (table.caption) }
                thead role="rowgroup" { tr role="row" {
                    @if table.picks.is_some() { th .pick role="columnheader" scope="col" { span .vh { (lang.say("选择", "Select")) } } }
                    @for column in table.columns { (head(column, lang)) }
                } }
                tbody role="rowgroup" {
                    @for row in &table.rows { (body_row(table, row, lang)) }
                }
            } }
        }
    }
}

fn head(column: &Column<'_>, lang: Lang) -> Markup {
    let (direction, arrow) = match column.sorted {
        Some(Sorted::Up) => (Some("ascending"), " ↑"),
        Some(Sorted::Down) => (Some("descending"), " ↓"),
        None => (None, ""),
    };
    html! {
        th class=[column.numeric.then_some("num")] role="columnheader" scope="col" aria-sort=[direction] {
            @if let Some(href) = column.sort { a href=(href) { (words(column.head, lang)) span aria-hidden="true" { (arrow) } } } @else { (words(column.head, lang)) }
        }
    }
}

fn body_row(table: &Table<'_>, row: &Row, lang: Lang) -> Markup {
    html! {
        tr role="row" class=[row.light.map(Light::class)] {
            @if let Some(name) = table.picks {
                td .pick role="cell" {
                    @if let Some(value) = &row.pick {
                        input type="checkbox" name=(name) value=(value) aria-label={ (lang.say("选择 ", "Select ")) (value) };
                    }
                }
            }
            @for (at, cell) in row.cells.iter().enumerate() {
                @let column = table.columns.get(at).copied().unwrap_or_default();
                @if at == 0 {
                    th class=[column.class()] role="rowheader" scope="row" data-label=(column.head) { div { (cell) } }
                } @else {
                    td class=[column.class()] role="cell" data-label=(column.head) { div { (cell) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_carries_its_columns_name_for_the_narrow_screen() {
        let columns = [Column::new("编号"), Column::numeric("剩余")];
        let rows = vec![Row::new(vec![html! { "A-1" }, html! { "3" }]).light(Light::Soon)];
        let text = table(&Table { caption: "待办", columns: &columns, rows, ..Table::default() }, Lang::Zh).into_string();
        assert!(text.contains(r#"<td class="num" role="cell" data-label="剩余">"#), "{text}");
        assert!(text.contains(r#"<tr role="row" class="soon">"#) && text.contains("<caption class=\"vh\">待办"), "{text}");
    }

    #[test]
    fn a_table_without_rows_says_so_instead() {
        let text = table(&Table { empty: html! { p { "无" } }, ..Table::default() }, Lang::Zh).into_string();
        assert_eq!(text, "<p>无</p>");
    }
}
