//! What clauses would come to: for the sample firms, whose names and facts are made up, and for the firms that are kept, as counts alone.

use super::super::reach;
use crate::app::App;
use crate::error::Problem;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::words;
use crate::portal::policies::shown::yuan;
use crate::visitor::Visitor;
use maud::{Markup, html};
use office::policy_findings::{Assessed, ROLES};
use office::profiles::Counted;
use policies::{Clause, Outcome};
use rulebook::policy::Policy;
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook};
use std::time::Duration;
use store::policy_matches::{By, Within};

/// How long the kept firms are looked through for a page.
const ABOUT: Duration = Duration::from_millis(800);
/// Fewer firms than these could be told apart by a condition made for them.
const FEW: u64 = 5;

/// Whether somebody may see how many of the kept firms a clause speaks for: those who answer for reach, and who works on policies for the
/// whole district.
pub fn may_count(visitor: &Visitor) -> bool {
    let roles: Vec<Role> = ROLES.iter().chain(reach::ROLES).copied().collect();
    visitor.officer_of_district(&roles).is_ok()
}

/// A number of firms, without telling single ones.
fn some(number: u64, lang: Lang) -> String {
    match number {
        0 => "0".to_owned(),
        few if few < FEW => lang.say("少于 5", "fewer than 5").to_owned(),
        many => many.to_string(),
    }
}

/// How far the look went.
fn extent(counted: &Counted, lang: Lang) -> String {
    let firms = counted.firms;
    match (lang, counted.whole) {
        (Lang::Zh, true) => format!("看了全部 {firms} 家愿意被匹配的企业。只有数目，不显示企业。"),
        (Lang::En, true) => format!("All {firms} firms that want to be matched were looked at. Counts only, no firm is shown."),
        (Lang::Zh, false) => format!("时间所限，按代码顺序看了前 {firms} 家愿意被匹配的企业。只有数目，不显示企业。"),
        (Lang::En, false) => {
            format!(
                "For want of time the first {firms} firms by code that want to be matched were looked at. Counts only, no firm is shown."
            )
        }
    }
}

/// What a condition that is tried comes to for the kept firms; nothing for those who may not know.
pub async fn of_condition(app: &App, visitor: &Visitor, clause: Clause) -> Result<Markup, Problem> {
    if !may_count(visitor) {
        return Ok(Markup::default());
    }
    let lang = visitor.lang;
    let counted = app.office.count_kept(vec![clause], ABOUT).await?;
    let columns = [Column::new(lang.say("结果", "Result")), Column::numeric(lang.say("企业数", "Firms"))];
    let own = counted.outcomes.first().copied().unwrap_or_default();
    let rows = Outcome::ALL
        .into_iter()
        .zip(own)
        .map(|(outcome, number)| Row::new(vec![html! { (outcome.title().get(lang)) }, html! { (some(number, lang)) }]))
        .collect();
    let caption = lang.say("库里的企业", "Firms that are kept");
    Ok(html! {
        section .stack-s {
            (table(&Table { caption, show_caption: true, columns: &columns, rows, ..Table::default() }, lang))
            p .small.muted { (extent(&counted, lang)) }
        }
    })
}

/// What the clauses of a policy come to. Those in force were looked through for every firm already; a draft's are looked through now.
pub async fn of_policy(
    app: &App,
    visitor: &Visitor,
    rules: &Rulebook,
    policy: &Policy,
    assessed: &Assessed,
) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let (kept, note) = if may_count(visitor) { kept(app, rules, policy, lang).await? } else { (Vec::new(), String::new()) };
    let mut columns = vec![
        Column::new(lang.say("条款", "Clause")),
        Column::numeric(lang.say("样例企业", "Sample firms")),
        Column::numeric(lang.say("样例企业测算合计", "What the samples would have")),
    ];
    if !kept.is_empty() {
        columns.push(Column::numeric(lang.say("库里的企业", "Firms that are kept")));
    }
    let rows = policy.clause.iter().enumerate().filter_map(|(at, clause)| {
        let code = clause.code.get_ref();
        let effect = assessed.effects.iter().find(|effect| effect.clause == *code)?;
        let mut cells = vec![
            html! { span .num { (code) } " " (words(&clause.name, lang)) },
            html! { (effect.firms) @if effect.unknown > 0 { span .sub { (effect.unknown) (lang.say(" 家算不出", " not reckoned")) } } },
            html! { (yuan(effect.sum, lang)) @if effect.over { span .sub { (lang.say("超过预算", "above the budget")) } } },
        ];
        cells.extend(kept.get(at).map(|number| html! { (some(*number, lang)) }));
        Some(Row::new(cells))
    });
    let rows: Vec<Row> = rows.collect();
    Ok(html! {
        @if !rows.is_empty() {
            section .stack-s {
                h2 { (lang.say("影响", "Effects")) }
                (table(&Table { caption: lang.say("影响", "Effects"), columns: &columns, rows, ..Table::default() }, lang))
                p .small.muted {
                    (match lang {
                        Lang::Zh => format!("样例企业共 {} 家，是编的。企业数含要由人判断的。", assessed.firms),
                        Lang::En => format!("There are {} sample firms, and they are made up. Firms for which a person judges a part are counted.", assessed.firms),
                    })
                    " " (note)
                }
            }
        }
    })
}

/// For each clause of a policy in its order how many of the kept firms it speaks for, and how that was counted.
async fn kept(app: &App, rules: &Rulebook, policy: &Policy, lang: Lang) -> Result<(Vec<u64>, String), Problem> {
    let today = app.office.now().await?.day();
    if policy.silent(today).is_none() {
        let mut found = Vec::new();
        for clause in &policy.clause {
            let within = Within { clause: clause.code.get_ref(), ..Within::default() };
            found.push(app.office.reach(By::Clause, within).await?.first().map_or(0, |reached| reached.matched));
        }
        let note = lang
            .say("库里的企业：愿意被匹配的全部企业，只有数目。", "Firms that are kept: all that want to be matched, as counts.");
        return Ok((found, note.to_owned()));
    }
    let clauses: Option<Vec<Clause>> = policy.clause.iter().map(|clause| Clause::read(rules, policy, clause)).collect();
    let Some(clauses) = clauses else { return Ok((Vec::new(), String::new())) };
    let counted = app.office.count_kept(clauses, ABOUT).await?;
    let hopeful = |own: &[u64; 5]| -> u64 {
        Outcome::ALL.into_iter().zip(own).filter(|(outcome, _)| outcome.is_hopeful()).map(|(_, number)| number).sum()
    };
    Ok((counted.outcomes.iter().map(hopeful).collect(), extent(&counted, lang)))
}
