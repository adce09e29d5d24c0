//! `/workbench/policies/try`: a condition is put together from elements of the dictionary, or from what the text of a document suggests, and
//! at once it shows which sample firms it speaks for and why. A suggestion is text in a field: only the person who sends it makes it a
//! condition. Serves measures 14 and 17.

use super::{ROLES, effects, samples};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button};
use crate::pieces::field::{Choice, Control, Field, field};
use crate::visitor::Visitor;
use crate::workbench::frame::{head, page};
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use office::rulebooks::Edition;
use policies::suggest::suggest;
use rulebook::Lang;

pub async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor).await)
}

async fn view(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let (lang, asked) = (visitor.lang, visitor.asked());
    let live = app.office.rulebooks.live()?;
    let today = app.office.now().await?.day();
    let text = asked.get("text");
    let suggested = suggest(text, &live.rules);
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
            @if !when.is_empty() {
                (samples::result(&live, "", &when, Vec::new(), today, lang))
                @if let Ok(clause) = samples::clause(&live.rules, "", &when, Vec::new()) { (effects::of_condition(app, visitor, clause).await?) }
            }
        }
    };
    let way = vec![Crumb::to("/workbench/policies", lang.say("政策库", "Policy library"))];
    Ok(page(visitor, title, way, body))
}

fn form(live: &Edition, text: &str, suggested: &[policies::suggest::Suggestion], when: &str, lang: Lang) -> Markup {
    let nothing = lang.say("不加", "none");
    let picks: Vec<Choice<'_>> =
        suggested.iter().map(|one| Choice { value: &one.condition, text: &one.condition, hint: Some(&one.from) }).collect();
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
