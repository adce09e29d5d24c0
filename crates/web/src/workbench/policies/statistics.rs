//! How the assessment goes by body: drafts and their conclusions, what departments answered and how soon, and what became of findings; and
//! the same as a spreadsheet. Serves measure 17.

use super::ROLES;
use crate::app::App;
use crate::error::Problem;
use crate::layout::Area;
use crate::pieces::button::{Look, link_button};
use crate::pieces::date::moment;
use crate::pieces::empty_state::empty_state;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::words;
use crate::visitor::Visitor;
use crate::workbench::supervision::export::{Cell, Sheet};
use crate::workbench::supervision::share;
use crate::workbench::wording::agency_name;
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use office::assessments::{Assessments, middle};
use rulebook::{Lang, Rulebook};
use store::assessments::PROCEDURE;

/// One table of figures; the first column names a body.
struct Figures {
    caption: &'static str,
    /// Head of each column, and whether its cells are numbers.
    head: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

pub async fn list(app: &App, rules: &Rulebook, lang: Lang) -> Result<Markup, Problem> {
    let counted = app.office.assessments().await?;
    Ok(html! {
        div .stack {
            p { (lang.say(
                "按最近 365 天报送的草案统计；期限内作出结论，是说结论之前没有一个时限超期。发现按今天的条款和草案统计。",
                "Drafts sent in the last 365 days; concluded in time means that no limit had run out before. Findings are those of today's clauses and drafts.",
            )) }
            @for figures in all(&counted, rules, lang) { (drawn(&figures, lang)) }
            div .buttons.no-print { (link_button("/workbench/policies/statistics.xlsx", lang.say("下载表格", "Download as a spreadsheet"), Look::Second, None)) }
            p .small.muted { (lang.say("截至 ", "As of ")) (moment(counted.at.wall(), lang)) }
        }
    })
}

fn drawn(figures: &Figures, lang: Lang) -> Markup {
    let columns: Vec<Column<'_>> = figures
        .head
        .iter()
        .enumerate()
        .map(|(at, head)| if at == 0 { Column { block: true, ..Column::new(head) } } else { Column::numeric(head) })
        .collect();
    let cell = |cell: &Cell| match cell {
        Cell::Text(text) => words(text, lang),
        Cell::Number(number) => html! { (number) },
    };
    let rows = figures.rows.iter().map(|row| Row::new(row.iter().map(cell).collect())).collect();
    let empty = empty_state(
        lang.say("还没有可以统计的", "Nothing to count yet"),
        lang.say("有草案报送评估以后，这里就有数字。", "Figures appear when a draft is sent for assessment."),
        html! {},
    );
    html! {
        section .stack-s {
            h2 { (figures.caption) }
            (table(&Table { caption: figures.caption, columns: &columns, rows, empty, ..Table::default() }, lang))
        }
    }
}

fn all(counted: &Assessments, rules: &Rulebook, lang: Lang) -> [Figures; 3] {
    [drafts(counted, rules, lang), remarks(counted, rules, lang), findings(counted, lang)]
}

fn head(names: &[(&str, &str)], lang: Lang) -> Vec<String> {
    names.iter().map(|(zh, en)| lang.say(zh, en).to_owned()).collect()
}

fn days(of: &[i64]) -> Cell {
    middle(of).map_or_else(|| "—".into(), |days| Cell::Number(u64::try_from(days).unwrap_or_default()))
}

/// A body by its name, or what it is instead.
fn body(name: &str, otherwise: &str) -> Cell {
    if name.is_empty() { otherwise.into() } else { name.into() }
}

fn drafts(counted: &Assessments, rules: &Rulebook, lang: Lang) -> Figures {
    // Every conclusion that the procedures know has its column, so that the table looks the same each year.
    let known = rules.procedures.get(PROCEDURE).into_iter().flat_map(|procedure| &procedure.class);
    let classes: Vec<(&str, &str)> = known.map(|class| (class.code.as_str(), lang.say(&class.name, &class.label))).collect();
    let mut names = head(&[("起草单位", "Drafting body"), ("报送", "Sent"), ("在办", "Open")], lang);
    names.extend(classes.iter().map(|(_, name)| (*name).to_owned()));
    names.extend(head(
        &[
            ("期限内作出结论", "Concluded in time"),
            ("结论用时中位数（工作日）", "Median working days to conclude"),
            ("部门意见", "Remarks"),
            ("已答复", "Answered"),
            ("可以入库", "May be published"),
        ],
        lang,
    ));
    let rows = counted.drafts.iter().map(|(name, own)| {
        let mut row = vec![body(name, lang.say("以个人名义报送", "sent by a person")), own.sent.into(), own.open.into()];
        row.extend(classes.iter().map(|(code, _)| Cell::from(own.concluded.get(*code).copied().unwrap_or_default())));
        row.extend([
            share(own.on_time, own.all_concluded()).into(),
            days(&own.days),
            own.remarks.into(),
            own.answered.into(),
            own.passed.into(),
        ]);
        row
    });
    Figures { caption: lang.say("草案和结论", "Drafts and conclusions"), head: names, rows: rows.collect() }
}

fn remarks(counted: &Assessments, rules: &Rulebook, lang: Lang) -> Figures {
    let names = [
        ("被征求意见的部门", "Department that was asked"),
        ("征求", "Asked"),
        ("按期反馈", "Answered in time"),
        ("逾期", "Late"),
        ("不同意", "Against the draft"),
        ("用时中位数（工作日）", "Median working days"),
    ];
    let rows = counted.remarks.iter().map(|(code, own)| {
        vec![
            agency_name(rules, code, lang).into(),
            own.asked.into(),
            own.on_time.into(),
            own.late.into(),
            own.against.into(),
            days(&own.days),
        ]
    });
    Figures { caption: lang.say("部门意见", "Remarks of departments"), head: head(&names, lang), rows: rows.collect() }
}

fn findings(counted: &Assessments, lang: Lang) -> Figures {
    let names = [
        ("制定机关", "Issuer"),
        ("现有发现", "Findings now"),
        ("还没有意见", "No opinion yet"),
        ("要修改", "To be mended"),
        ("已改好", "Mended"),
    ];
    let rows = counted.findings.iter().map(|(issuer, own)| {
        vec![issuer.as_str().into(), own.found.into(), own.unsaid.into(), own.to_mend.into(), own.mended.into()]
    });
    Figures { caption: lang.say("比对发现", "Findings"), head: head(&names, lang), rows: rows.collect() }
}

/// The three tables in one sheet, below each other.
pub async fn spreadsheet(State(app): State<App>, visitor: Visitor) -> Response {
    let made = async {
        visitor.officer_with(ROLES)?;
        let lang = visitor.lang;
        let live = app.office.rulebooks.live()?;
        let counted = app.office.assessments().await?;
        let [drafts, remarks, findings] = all(&counted, &live.rules, lang);
        let mut rows = drafts.rows;
        for below in [remarks, findings] {
            rows.push(Vec::new());
            rows.push(below.head.into_iter().map(Cell::from).collect());
            rows.extend(below.rows);
        }
        let name = format!("{}-{}", lang.say("评估统计", "assessments"), counted.at.day());
        Sheet { name, head: drafts.head, rows }.xlsx()
    };
    visitor.answer(Area::Workbench, made.await)
}
