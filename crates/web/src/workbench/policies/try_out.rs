//! `/workbench/policies/try`: a condition is put together from elements of the dictionary, or from what the text of a document suggests, and
//! at once it shows which sample firms it speaks for and why. A suggestion is text in a field: only the person who sends it makes it a
//! condition. Serves measures 14 and 17.

use super::{ROLES, effects};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::visitor::Visitor;
use crate::workbench::frame::{head, page};
use axum::extract::State;
use axum::response::Response;
use jiff::civil::Date;
use maud::{Markup, html};
use office::policy_findings::SAMPLES;
use office::rulebooks::Edition;
use policies::explain::answer;
use policies::suggest::suggest;
use policies::{Clause, Outcome, Profile};
use rulebook::Lang;
use rulebook::expression::{Expression, Possible};

pub async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let (lang, asked) = (visitor.lang, visitor.asked());
    let live = app.office.rulebooks.live()?;
    let today = app.office.now().await?.day();
    let text = asked.get("text");
    let suggested = suggest(text, &live.rules.dictionary);
    // A suggestion, or an element that was picked, is added to what stands there; nothing is added unasked.
    let mut when = asked.get("when").trim().to_owned();
    for more in asked.all("add").chain(asked.all("element")).filter(|more| !more.is_empty()) {
        when = if when.is_empty() { more.to_owned() } else { format!("{when} and {more}") };
    }
    let title = lang.say("试写条件", "Try a condition");
    let lead = lang.say(
        "贴上文件里的一段，选要用的建议，或从数据元里挑；马上看到哪些样例企业符合。条款写进库里要走修改、审核和发布。",
        "Paste a passage, pick what is suggested, or pick elements; the sample firms answer at once. A clause gets into the library by change, review and publication.",
    );
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            (form(&live, text, &suggested, &when, lang))
            @if !when.is_empty() { (result(app, visitor, &live, &when, today).await?) }
        }
    };
    let way = vec![Crumb::to("/workbench/policies", lang.say("政策库", "Policy library"))];
    Ok(page(visitor, title, way, body))
}

fn form(live: &Edition, text: &str, suggested: &[policies::suggest::Suggestion], when: &str, lang: Lang) -> Markup {
    let nothing = lang.say("不加", "none");
    let picks: Vec<Choice<'_>> = suggested.iter().map(|one| Choice::new(&one.condition, &one.condition)).collect();
    let used: std::collections::BTreeSet<&str> = live
        .rules
        .policies
        .values()
        .flat_map(|policy| &policy.clause)
        .filter_map(|clause| live.rules.conditions.get(clause.when.get_ref()))
        .flat_map(|condition| condition.elements().iter().map(|element| &*element.name))
        .collect();
    let mut elements = vec![Choice::new("", nothing)];
    elements.extend(used.into_iter().map(|name| Choice::new(name, name)));
    html! {
        form .stack-s method="get" action="/workbench/policies/try" {
            (field(&Field::new("text", lang.say("文件原文", "Passage of the document"), Control::Area { value: text, rows: 4 }), lang))
            @if !suggested.is_empty() {
                (field(&Field::new("add", lang.say("从原文读出的建议，勾选才会加入条件", "Suggested by the passage: only what you tick is added"), Control::Checks { values: &[], choices: &picks }), lang))
            }
            (field(&Field::new("when", lang.say("条件", "Condition"), Control::Area { value: when, rows: 3 }).hint(lang.say("例如：营业收入 >= 500万 and not 经营异常", "For example: 营业收入 >= 500万 and not 经营异常")), lang))
            (field(&Field::new("element", lang.say("加一个数据元", "Add an element"), Control::Select { value: "", choices: &elements }), lang))
            div .buttons { (button(&Button::new(lang.say("看结果", "Show")).look(Look::Main))) }
        }
    }
}

/// What the condition comes to, or what is wrong with it.
async fn result(app: &App, visitor: &Visitor, live: &Edition, when: &str, today: Date) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let expression = match Expression::parse(when, &live.rules.dictionary) {
        Ok(expression) => expression,
        Err(fault) => {
            let title = match lang {
                Lang::Zh => format!("第 {} 个字：{}", fault.at + 1, fault.message.zh),
                Lang::En => format!("Character {}: {}", fault.at + 1, fault.message.en),
            };
            let remedy = html! { p { (words(lang.say(&fault.remedy.zh, &fault.remedy.en), lang)) } };
            return Ok(notice(&Notice::new(Tone::Bad, title).body(remedy), lang));
        }
    };
    let parts = expression.conjuncts();
    let never = expression.can_be_true() == Possible::No;
    let contradiction: Vec<String> =
        if never { Expression::contradiction(&parts).iter().map(ToString::to_string).collect() } else { Vec::new() };
    let clause = Clause {
        code: String::new(),
        policy: String::new(),
        scope: None,
        when: expression,
        judged: Vec::new(),
        amount: None,
        times: Vec::new(),
    };
    Ok(html! {
        @if never {
            (notice(&Notice::new(Tone::Bad, lang.say("这些条件不可能同时成立", "These conditions can never hold together")).body(html! {
                ul { @for one in &contradiction { li { code { (words(one, lang)) } } } }
            }), lang))
        }
        (of_samples(live, &clause, today, lang))
        (effects::of_condition(app, visitor, clause).await?)
    })
}

fn of_samples(live: &Edition, clause: &Clause, today: Date, lang: Lang) -> Markup {
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
            html! { @for reason in &reasons {
                div { code { (words(&reason.condition, lang)) } " " span .sub { (said(reason.answer, lang)) " " (words(lang.say(&reason.actual.zh, &reason.actual.en), lang)) } }
            } },
        ])
    });
    let rows: Vec<Row> = rows.collect();
    let caption = lang.say("样例企业", "Sample firms");
    table(&Table { caption, show_caption: true, columns: &columns, rows, ..Table::default() }, lang)
}

fn said(word: &str, lang: Lang) -> &'static str {
    use rulebook::expression::{Cause, Truth};
    let known = [
        (Truth::True, ("符合", "met")),
        (Truth::False, ("不符合", "unmet")),
        (Truth::Unknown(Cause::Missing), ("不知道", "unknown")),
        (Truth::Unknown(Cause::NeedsPerson), ("需人工判断", "a person judges")),
        (Truth::NotApplicable, ("不适用", "not applicable")),
    ];
    known.into_iter().find(|(truth, _)| answer(*truth) == word).map_or("", |(_, (zh, en))| lang.say(zh, en))
}
