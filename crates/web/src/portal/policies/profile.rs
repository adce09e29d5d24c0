//! `/me/policies/profile`: all that is known of the firm one acts for, with who says so and since when; what it said itself can be
//! changed, what others say objected to, and matching and telling switched off. Serves measure 14.

use super::mine::{HERE, PROFILE, answer, firm, no_firm, own_firm, person};
use super::size;
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::date::{day, moment};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::Notice;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::portal::wording::named;
use crate::portal::{Desk, way};
use crate::visitor::{Posted, Visitor};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use office::profiles::{Ground, LONGEST_OBJECTION, MATCHING, Told, purpose_name};
use policies::Source;
use rulebook::Lang;
use rulebook::expression::{Fact, Value};
use rulebook::field::Field as Element;
use std::collections::BTreeMap;
use store::profiles::{Choices, Objection, Purpose};

const OBJECTIONS: u32 = 20;
const CONSENTS: u32 = 10;

pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, profile_page(&app, &visitor, None).await)
}

pub(super) async fn profile_page(app: &App, visitor: &Visitor, fault: Option<&str>) -> Result<Page, Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let Some(code) = firm(visitor)? else {
        let title = lang.say("企业信息和设置", "What is known, and settings");
        return Ok(visitor.page(Area::Portal, title, no_firm(title, lang)));
    };
    let known = app.office.known_of(code).await?;
    let choices = app.office.store.profile_choices(code).await?;
    let objections = app.office.store.objections_of(code, OBJECTIONS).await?;
    let purposes = app.office.store.purposes().await?;
    let record = agreed(app, code, lang).await?;
    let columns = [
        Column::new(lang.say("数据", "Fact")),
        Column { block: true, ..Column::new(lang.say("谁说的、什么时候", "Who says so, and when")) },
        Column { block: true, ..Column::new(lang.say("您可以", "You can")) },
    ];
    let rows = known.told.iter().filter_map(|(index, told)| {
        let field = desk.rules().fields.get(&*desk.rules().dictionary.at(*index)?.name)?;
        Some(Row::new(vec![
            html! { (words(named(field.name.get_ref(), &field.label, lang), lang))
            @if known.contradicted.contains(index) { " " (tag(lang.say("说法不一", "they differ"), Tone::Warn, lang)) } },
            html! { ul .plain { @for one in told { li { (statement(&desk, field, one, &purposes)) } } } },
            html! { (correct(&desk, visitor, field, told)) (object(visitor, field, told)) },
        ]))
    });
    let title = lang.say("企业信息和设置", "What is known, and settings");
    let body = html! {
        div .page-head { div {
            h1 { (title) }
            p .lead { (lang.say("用来匹配政策的全部信息。官方的、导入的和您自报的并列，互不覆盖；同一数据官方的优先。", "All that is matched with policies. Official, imported and your own word stand side by side and none overwrites another; the official one counts first.")) }
        } }
        div .stack {
            @if let Some(fault) = fault { p .wrong-text role="alert" { (words(fault, lang)) } }
            (table(&Table {
                caption: title, columns: &columns, rows: rows.collect(),
                empty: empty_state(lang.say("还没有任何信息", "Nothing is known yet"), "", html! { (link_button(HERE, lang.say("我的政策", "My policies"), Look::Second, None)) }),
                ..Table::default()
            }, lang))
            (size::told(desk.rules(), &known.facts, known.size.as_ref(), lang))
            (settings(visitor, choices))
            (record)
            (objected(&objections, lang))
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::to(HERE, lang.say("我的政策", "My policies")), Crumb::here(title)]);
    let done = match visitor.asked().get("done") {
        "kept" => Some(lang.say("已保存。", "Kept.")),
        "objected" => Some(lang.say("异议已收到，工作人员会答复。", "Your objection was received; an officer answers it.")),
        _ => None,
    };
    page.notices.extend(done.map(|text| Notice::new(Tone::Good, text)));
    Ok(page)
}

fn statement(desk: &Desk, field: &Element, told: &Told, purposes: &BTreeMap<String, Purpose>) -> Markup {
    let lang = desk.lang;
    let (who, tone) = match told.stated.source {
        Source::Official => (lang.say("官方", "official"), Tone::Good),
        Source::Imported => (lang.say("导入", "imported"), Tone::Info),
        Source::SelfDeclared => (lang.say("自报", "own word"), Tone::Plain),
    };
    html! {
        strong { (words(told.words(field).get(lang), lang)) } " " (tag(who, tone, lang))
        span .sub.muted {
            (words(&told.origin, lang))
            @if !told.stated.period.is_empty() { " · " (told.stated.period) }
            @if let Some(seen) = told.stated.observed { " · " (day(seen, lang)) }
        }
        span .sub.muted { (used_for(told, purposes, lang)) }
    }
}

/// What the statement is used for and on which ground, as it is on record.
fn used_for(told: &Told, purposes: &BTreeMap<String, Purpose>, lang: Lang) -> Markup {
    let noted = purposes.get(&told.origin);
    let purpose = purpose_name(noted.map_or(MATCHING, |noted| noted.purpose.as_str()));
    let ground = match (told.stated.source, noted.and_then(|noted| Ground::of(&noted.ground))) {
        (Source::SelfDeclared, _) => Ground::Consent.title().get(lang).to_owned(),
        (_, Some(ground)) => ground.title().get(lang).to_owned(),
        (_, None) => lang.say("没有记录", "not on record").to_owned(),
    };
    html! { (lang.say("用于：", "Used for: ")) (purpose.get(lang)) (lang.say("；依据：", "; ground: ")) (ground) }
}

/// What the firm agreed to and took back, with who said so.
async fn agreed(app: &App, firm: &str, lang: Lang) -> Result<Markup, Problem> {
    let consents = app.office.store.consents_of(firm, CONSENTS).await?;
    let mut lines = Vec::new();
    for one in consents {
        let who = app.office.store.person(&one.by).await?.map_or_else(String::new, |person| person.name);
        lines.push((one, who));
    }
    Ok(html! {
        section .stack-s aria-labelledby="agreed" {
            h2 #agreed { (lang.say("同意记录", "What was agreed to")) }
            @if lines.is_empty() { p .muted { (lang.say("还没有记录。自报第一条信息时会记下同意，关闭匹配时会记下撤回。", "Nothing is on record yet. Your first own word records that you agree, switching matching off that you take it back.")) } }
            ul .plain.stack-s { @for (one, who) in &lines { li {
                (moment(one.at.wall(), lang)) " "
                @if one.given { (tag(lang.say("同意", "agreed"), Tone::Good, lang)) } @else { (tag(lang.say("撤回", "taken back"), Tone::Rest, lang)) }
                " " (purpose_name(&one.purpose).get(lang)) " · " (words(who, lang))
            } } }
        }
    })
}

fn correct(desk: &Desk, visitor: &Visitor, field: &Element, told: &[Told]) -> Markup {
    let lang = desk.lang;
    let Some(own) = told.iter().find(|one| one.stated.source == Source::SelfDeclared) else { return Markup::default() };
    let typed = match &own.stated.fact {
        Fact::Known(Value::Bool(truth)) => truth.to_string(),
        Fact::Known(Value::Date(date)) => date.to_string(),
        Fact::Known(value) => value.words().zh.to_string(),
        _ => String::new(),
    };
    html! {
        details { summary { (lang.say("更改自报的", "Change your own word")) }
            form method="post" action={ (HERE) "/answer" } .stack-s {
                input type="hidden" name="to" value="profile";
                (answer(desk, visitor, field, &typed, None))
                div .buttons { (button(&Button::new(lang.say("保存", "Keep")).look(Look::Second))) }
            }
            form method="post" action={ (HERE) "/answer" } {
                input type="hidden" name="csrf" value=(visitor.csrf());
                input type="hidden" name="to" value="profile";
                input type="hidden" name="element" value=(field.code);
                (button(&Button::new(lang.say("撤回", "Take it back")).look(Look::Second)))
            }
        }
    }
}

fn object(visitor: &Visitor, definition: &Element, told: &[Told]) -> Markup {
    let lang = visitor.lang;
    html! {
        @if told.iter().any(|one| one.stated.source != Source::SelfDeclared) {
            details { summary { (lang.say("说得不对，提出异议", "Object to what others say")) }
                form method="post" action={ (HERE) "/object" } .stack-s {
                    input type="hidden" name="csrf" value=(visitor.csrf());
                    input type="hidden" name="element" value=(definition.code);
                    input type="hidden" name="request" value=(crate::fresh_request());
                    label { (lang.say("哪里不对", "What is wrong")) br; textarea name="words" rows="3" maxlength=(LONGEST_OBJECTION) required {} }
                    div .buttons { (button(&Button::new(lang.say("提交", "Send")).look(Look::Second))) }
                }
            }
        }
    }
}

fn settings(visitor: &Visitor, choices: Choices) -> Markup {
    let lang = visitor.lang;
    let often = [
        Choice::new("1", lang.say("有新的就告诉我，一天最多一次", "When there is something new, at most once a day")),
        Choice::new("7", lang.say("一周最多一次", "At most once a week")),
        Choice::new("0", lang.say("不要告诉我", "Never")),
    ];
    let told = choices.told_every.to_string();
    html! {
        section .card.stack aria-labelledby="settings" {
            h2 #settings { (lang.say("匹配和提醒", "Matching and telling")) }
            form method="post" action={ (HERE) "/choices" } .stack {
                input type="hidden" name="csrf" value=(visitor.csrf());
                (field(&Field::new("matched", lang.say("用企业信息自动匹配政策", "Match the firm's facts with policies"), Control::YesNo { value: Some(choices.matched) }), lang))
                (field(&Field::new("often", lang.say("有新匹配时提醒", "Tell of new matches"), Control::Radios { value: &told, choices: &often, across: false }), lang))
                div .buttons { (button(&Button::new(lang.say("保存", "Keep")))) }
                p .hint { (lang.say("只在工作日 9 点到 18 点发。", "Notices go out on working days between 9 and 18 o'clock.")) }
            }
        }
    }
}

fn objected(objections: &[Objection], lang: Lang) -> Markup {
    html! {
        @if !objections.is_empty() {
            section .stack-s aria-labelledby="objections" {
                h2 #objections { (lang.say("您提出的异议", "Your objections")) }
                ul .plain.stack-s { @for one in objections { li {
                    (moment(one.at.wall(), lang)) " " (words(&one.element, lang)) " (" (words(&one.said, lang)) ")" (lang.say("：", ": ")) (words(&one.words, lang))
                    @match &one.answer {
                        Some(answer) => p { (lang.say("答复：", "Answer: ")) (words(answer, lang)) },
                        None => { " " (tag(lang.say("待答复", "not answered yet"), Tone::Rest, lang)) },
                    }
                } } }
            }
        }
    }
}

pub(super) async fn objects(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let code = own_firm(&visitor)?;
        let request: String = posted.get("request").chars().take(64).collect();
        if let Err(why) = app.office.object(code, posted.get("element"), posted.get("words"), &request).await? {
            return Ok(profile_page(&app, &visitor, Some(why.get(visitor.lang))).await?.into_response());
        }
        Ok::<_, Problem>(Redirect::to(&format!("{PROFILE}?done=objected")).into_response())
    };
    visitor.answer(Area::Portal, found.await)
}

pub(super) async fn choose(State(app): State<App>, visitor: Visitor, posted: Posted) -> Response {
    let found = async {
        let code = own_firm(&visitor)?;
        let told_every = [0, 1, 7].into_iter().find(|days: &u32| days.to_string() == posted.get("often")).unwrap_or(1);
        let choices = Choices { matched: posted.get("matched") != "false", told_every };
        app.office.choose_matching(code, choices, person(&visitor)).await?;
        Ok::<_, Problem>(Redirect::to(&format!("{PROFILE}?done=kept")))
    };
    visitor.answer(Area::Portal, found.await)
}
