//! Which sample firms a condition speaks for, and why: the matcher's own answers, beside a condition that is being written. Serves measure 14.

use crate::pieces::notice::{Notice, notice};
use crate::pieces::reason::reason;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use jiff::civil::Date;
use maud::{Markup, html};
use office::policy_findings::SAMPLES;
use office::rulebooks::Edition;
use policies::{Clause, Outcome, Profile};
use rulebook::expression::{ExprError, Expression, Possible};
use rulebook::{Lang, Rulebook};

/// What a condition that cannot be read is told.
pub fn fault(fault: &ExprError, lang: Lang) -> Markup {
    let title = match lang {
        Lang::Zh => format!("第 {} 个字：{}", fault.at + 1, fault.message.zh),
        Lang::En => format!("Character {}: {}", fault.at + 1, fault.message.en),
    };
    let remedy = html! { p { (words(lang.say(&fault.remedy.zh, &fault.remedy.en), lang)) } };
    notice(&Notice::new(Tone::Bad, title).body(remedy), lang)
}

/// The clause that such conditions would make, with no amount. An empty `scope` speaks of everybody.
pub fn clause(rules: &Rulebook, scope: &str, when: &str, judged: Vec<String>) -> Result<Clause, ExprError> {
    let read = |text: &str| Expression::parse(text, &rules.dictionary);
    let scope = (!scope.is_empty()).then(|| read(scope)).transpose()?;
    Ok(Clause { code: String::new(), policy: String::new(), scope, when: read(when)?, judged, amount: None, times: Vec::new() })
}

/// The sample firms with their results.
pub fn result(live: &Edition, scope: &str, when: &str, judged: Vec<String>, today: Date, lang: Lang) -> Markup {
    let clause = match clause(&live.rules, scope, when, judged) {
        Ok(clause) => clause,
        Err(why) => return fault(&why, lang),
    };
    let never = clause.when.can_be_true() == Possible::No;
    let contradiction: Vec<String> = if never {
        Expression::contradiction(&clause.when.conjuncts()).iter().map(ToString::to_string).collect()
    } else {
        Vec::new()
    };
    html! {
        @if never {
            (notice(&Notice::new(Tone::Bad, lang.say("这些条件不可能同时成立", "These conditions can never hold together")).body(html! {
                ul { @for one in &contradiction { li { code { (words(one, lang)) } } } }
            }), lang))
        }
        (firms(live, &clause, today, lang))
    }
}

fn firms(live: &Edition, clause: &Clause, today: Date, lang: Lang) -> Markup {
    let dictionary = &live.rules.dictionary;
    let columns = [
        Column::new(lang.say("样例企业", "Sample firm")),
        Column::new(lang.say("结果", "Result")),
        Column::new(lang.say("由什么决定", "What decides")),
    ];
    let mut facts = Vec::new();
    let lines = live.file(SAMPLES).unwrap_or_default().lines();
    let rows = lines.filter_map(|line| Profile::read(line, dictionary, today).ok()).map(|(profile, _)| {
        profile.facts(dictionary, &mut facts);
        profile.derive(&live.rules, &mut facts);
        let outcome = clause.outcome(&facts, today);
        let tone = if outcome == Outcome::Promising { Tone::Good } else { Tone::Rest };
        let title = outcome.title();
        let reasons = clause.reasons(&facts, today);
        Row::new(vec![
            html! { (profile.name) },
            tag(lang.say(&title.zh, &title.en), tone, lang),
            html! { ul .plain.small { @for one in &reasons { li { (reason(one, lang)) } } } },
        ])
    });
    let rows: Vec<Row> = rows.collect();
    table(
        &Table {
            caption: lang.say("样例企业", "Sample firms"), show_caption: true, columns: &columns, rows, ..Table::default()
        },
        lang,
    )
}
