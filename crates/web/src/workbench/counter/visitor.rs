//! `/workbench/counter/visitors/{key}`: who stands here, what she has begun and what she has running, and a new application for
//! her. What was given at the last visit can be taken over.

use super::*;
use crate::pieces::notice::notice;
use crate::portal::awards;
use crate::portal::wording::draft_name;
use axum::extract::{Path, Query};
use casework::event::Channel;
use office::drafts::offers;
use serde::Deserialize;
use store::people::firms::MandateState;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/counter/visitors/{key}", get(show))
        .route("/counter/visitors/{key}/drafts", post(begin))
        .route("/counter/visitors/{key}/again", post(again))
        .route("/counter/visitors/{key}/take-over", post(take_over))
        .route("/counter/visitors/{key}/mandates", post(mandate))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    /// What somebody wants to do, in everyday words.
    q: String,
    item: String,
}

async fn show(State(app): State<App>, visitor: Visitor, Path(key): Path<String>, Query(wanted): Query<Wanted>) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &key, &wanted, None).await)
}

async fn view(app: &App, visitor: &Visitor, key: &str, wanted: &Wanted, told: Option<Notice>) -> Result<Page, Problem> {
    let signed_in = clerk(visitor)?;
    let lang = visitor.lang;
    let holder = Holder::from_key(key).ok_or(Problem::NotFound)?;
    let (name, mark) = holder_shown(app, &holder).await?.ok_or(Problem::NotFound)?;
    let who = key.split_once(':').map_or(key, |(_, id)| id);
    app.office.note_reading(Some(signed_in), "visitor", None, who, app.office.now().await?).await?;
    let body = html! {
        div .page-head {
            div { p .over { (lang.say("正在为其办理", "Serving")) } h1 { (words(&name, lang)) } p .muted { code { (mark) } } }
            div .buttons { (link_button("/workbench/counter", lang.say("下一位", "Next visitor"), Look::Second, Some("n"))) }
        }
        div .with-side {
            div .stack {
                (new_one(app, visitor, key, wanted).await?)
                (running(app, visitor, key).await?)
            }
            aside .stack aria-label=(lang.say("已有的", "What there is")) {
                (begun(app, visitor, signed_in, key).await?)
                (mandates(app, visitor, &holder).await?)
            }
        }
    };
    let mut page = around(visitor, &name, body);
    page.notices.extend(told);
    Ok(page)
}

/// Choosing the item: found in everyday words, then where it lies; the same bodies as in the portal.
async fn new_one(app: &App, visitor: &Visitor, key: &str, wanted: &Wanted) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let rules = &live.rules;
    let now = app.office.now().await?;
    let today = now.day();
    let here = format!("/workbench/counter/visitors/{key}");
    let found: Vec<_> = if wanted.q.trim().is_empty() {
        Vec::new()
    } else {
        let typed = wanted.q.trim();
        let meets = |item: &&rulebook::item::Item| {
            item.name.contains(typed) || item.keywords.iter().any(|word| word.contains(typed) || typed.contains(word.as_str()))
        };
        rules.items.values().filter(meets).take(12).collect()
    };
    let areas: Vec<Choice<'_>> = awards::areas(rules, &wanted.item, today)
        .into_iter()
        .map(|code| Choice::new(code, super::super::wording::area_name(rules, code, lang)))
        .collect();
    let channels = [
        Choice::new("counter", lang.say("本人到窗口", "at the counter")),
        Choice::new("post", lang.say("邮寄来的材料", "by post")),
    ];
    let chosen = rules.items.get(&wanted.item);
    let desk = crate::portal::Desk::of(app, visitor)?;
    let reader = super::super::reader(app, visitor).await?;
    let drafts = drafts::of_visitor(&app.office.store, &clerk(visitor)?.actor, key, now).await?;
    let open = (
        |no: &casework::CaseNo| format!("/workbench/counter/cases/{no}"),
        lang.say("这位申请人已有一件正在办理", "The visitor has one under way already"),
    );
    Ok(html! {
        section .card.stack-s {
            h2 { (lang.say("要办什么", "What is it about")) }
            form method="get" action=(here) {
                (field(&Field::text("q", lang.say("事项名称，或者用平常的话说（开饭店）", "Name of the item, or everyday words"), &wanted.q), lang))
                (button(&Button::new(lang.say("查事项", "Find the item")).look(Look::Second)))
            }
            (super::together::offered(&desk, &here, &wanted.q))
            @if !wanted.q.trim().is_empty() && found.is_empty() { p { (lang.say("没有找到。换一个说法，或者按事项清单查找。", "Nothing found. Try other words, or the list of items.")) } }
            ul .plain.stack-s {
                @for item in &found {
                    li { a href={ (here) "?item=" (item.code.get_ref()) } { (words(item_name(rules, item.code.get_ref(), lang), lang)) } p .small.muted { (words(&item.summary, lang)) } }
                }
            }
            @if let Some(item) = chosen {
                h3 { (words(item_name(rules, &wanted.item, lang), lang)) }
                @if item.closed_from.is_some_and(|from| from <= today) {
                    p { (tag(lang.say("已停止受理", "closed"), Tone::Warn, lang)) " " (words(&item.closed_reason, lang)) }
                    p { a href={ "/workbench/counter/closed/" (wanted.item) "?for=" (key) } { (lang.say("出具书面答复", "Give the written answer")) } }
                } @else if super::closed::is_off_list(rules, item) {
                    p { (tag(lang.say("不在许可清单内", "off the permit list"), Tone::Warn, lang)) " " (lang.say("清单之外不得实施许可。", "Off the list nothing may be permitted.")) }
                    p { a href={ "/workbench/counter/closed/" (wanted.item) "?for=" (key) } { (lang.say("出具书面答复", "Give the written answer")) } }
                } @else if item.form.is_none() {
                    p { (lang.say("这个事项不在本平台填报，办事指南写明了办理地点。", "This item is not applied for here; the guide says where.")) " " a href={ "/items/" (wanted.item) } { (lang.say("办事指南", "Guide")) } }
                } @else {
                    (crate::portal::apply::under_way(&reader, key, &wanted.item, now, open.0, open.1, lang).await?)
                    @if drafts.iter().any(|draft| draft.item == wanted.item && draft.for_case.is_none()) {
                        (notice(&Notice::new(Tone::Info, lang.say("这个事项已有一份未提交的收件", "One of this item was begun and not sent")).body(html! {
                            p { a href="#begun" { (lang.say("接着办那一份", "Go on with that one")) } }
                        }), lang))
                    }
                    (awards::windows(&awards::programmes(rules, &wanted.item), today, lang))
                    (crate::portal::apply::none_left_of(app, item, lang).await?)
                    form .form method="post" action={ (here) "/drafts" } {
                        input type="hidden" name="csrf" value=(visitor.csrf());
                        input type="hidden" name="item" value=(wanted.item);
                        (field(&Field::new("area", lang.say("经营或办理地点所在区域", "Where the premises are"), Control::Select { value: "", choices: &areas }).required(), lang))
                        (field(&Field::new("channel", lang.say("怎么来的", "How it came"), Control::Radios { value: "counter", choices: &channels, across: true }), lang))
                        (button(&Button::new(lang.say("开始收件", "Start taking in")).key("ctrl+enter")))
                    }
                }
            }
        }
    })
}

async fn running(app: &App, visitor: &Visitor, key: &str) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let now = app.office.now().await?;
    let live = app.office.rulebooks.live()?;
    let calendar = app.office.rulebooks.calendar();
    let cases = super::super::reader(app, visitor).await?.cases_of_holder(key, None, 10, now).await?;
    let rows = cases.rows.iter().map(|row| {
        Row::new(vec![
            html! { a href={ "/workbench/counter/cases/" (row.no) } { (words(item_name(&live.rules, &row.item, lang), lang)) } span .sub.num { (row.no) } },
            words(step_name(&live.rules, &row.procedure, &row.step, lang), lang),
            due(row, &calendar, now, lang),
            date::day(row.submitted_at.day(), lang),
            html! {
                form method="post" action={ "/workbench/counter/visitors/" (key) "/again" } {
                    input type="hidden" name="csrf" value=(visitor.csrf());
                    button .link type="submit" name="case" value=(row.no) { (lang.say("照此再办", "Again like this")) span .vh { " " (row.no) } }
                }
            },
        ])
        .light(super::super::wording::light_of(row, now))
    });
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("环节", "Step")),
        Column::new(lang.say("时限", "Due")),
        Column::new(lang.say("提交", "Sent")),
        Column::new(lang.say("再办一次", "Again")),
    ];
    let empty = html! { p .muted { (lang.say("没有办过。", "Nothing so far.")) } };
    Ok(html! {
        section .stack {
            h2 { (lang.say("已有的办件", "Cases")) }
            (table(&Table { caption: lang.say("已有的办件", "Cases"), columns: &columns, rows: rows.collect(), empty, keys: true, ..Table::default() }, lang))
        }
    })
}

/// Drafts that any counter began for this visitor: mine go on, a colleague's is taken over.
async fn begun(app: &App, visitor: &Visitor, signed_in: &SignedIn, key: &str) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let mine = signed_in.owner();
    let all = drafts::of_visitor(&app.office.store, &signed_in.actor, key, app.office.now().await?).await?;
    Ok(html! {
        section #begun .card.stack-s {
            h2 { (lang.say("未提交的收件", "Not sent yet")) }
            @if all.is_empty() { p .muted { (lang.say("没有。", "None.")) } }
            ul .plain.stack-s {
                @for draft in &all {
                    li {
                        @if draft.owner == mine {
                            a href={ "/workbench/counter/drafts/" (draft.id) } { (words(&draft_name(&live.rules, draft, lang), lang)) }
                        } @else {
                            (words(&draft_name(&live.rules, draft, lang), lang))
                            form method="post" action={ "/workbench/counter/visitors/" (key) "/take-over" } {
                                input type="hidden" name="csrf" value=(visitor.csrf());
                                button .link type="submit" name="draft" value=(draft.id) { (lang.say("由我接着办", "Go on with it myself")) }
                            }
                        }
                        p .small.muted { (date::moment(draft.updated_at.wall(), lang)) }
                    }
                }
            }
        }
    })
}

/// Who may act for a firm: a claim is confirmed here, once licence and letter of authority were seen (decision 34).
async fn mandates(app: &App, visitor: &Visitor, holder: &Holder) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let Holder::Firm(code) = holder else { return Ok(html! {}) };
    let confirms = visitor.has_role(Role::Clerk);
    let mut rows = Vec::new();
    for mandate in app.office.store.mandates_of_firm(code).await? {
        let open = mandate.state == MandateState::Claimed;
        if open || mandate.state == MandateState::Confirmed {
            let name = app.office.store.person(&mandate.person).await?.map(|person| person.name).unwrap_or_default();
            rows.push((mandate, name, open));
        }
    }
    Ok(html! {
        section .card.stack-s {
            h2 { (lang.say("谁可以代办", "Who may act for it")) }
            @if rows.is_empty() { p .muted { (lang.say("还没有经确认的代办人。", "Nobody confirmed yet.")) } }
            ul .plain.stack-s {
                @for (mandate, name, open) in &rows {
                    li {
                        (words(name, lang)) " " span .hint { (crate::portal::account::part_words(mandate.part, lang)) }
                        @if *open && !confirms { (tag(lang.say("待窗口人员核实", "to be confirmed by a clerk"), Tone::Warn, lang)) }
                        @else if *open {
                            form .row method="post" action={ "/workbench/counter/visitors/" (holder.key()) "/mandates" } {
                                input type="hidden" name="csrf" value=(visitor.csrf());
                                input type="hidden" name="mandate" value=(mandate.id);
                                button .button.second type="submit" name="_step" value="confirm" { (lang.say("已核对执照和委托书，确认", "Licence and letter seen: confirm")) }
                                button .link type="submit" name="_step" value="refuse" { (lang.say("不予确认", "Refuse")) }
                            }
                        } @else { (tag(lang.say("已确认", "confirmed"), Tone::Good, lang)) }
                    }
                }
            }
        }
    })
}

async fn begin(State(app): State<App>, visitor: Visitor, Path(key): Path<String>, posted: Posted) -> Response {
    let found = async {
        let signed_in = clerk(&visitor)?;
        let (office, lang) = (&app.office, visitor.lang);
        let holder = Holder::from_key(&key).ok_or(Problem::NotFound)?;
        let live = office.rulebooks.live()?;
        let (item, area) = (posted.get("item"), posted.get("area"));
        let today = office.now().await?.day();
        let competent = live.rules.competent(item, area, today);
        let Some(agency) = competent.first().filter(|_| live.rules.areas.contains_key(area)) else {
            let told = Notice::new(
                Tone::Bad,
                lang.say(
                    "请选择区域；这一区域没有机关办理本事项的，请核对区域。",
                    "Choose an area; if no body handles the item there, check the area.",
                ),
            );
            let wanted = Wanted { item: item.to_owned(), q: String::new() };
            return Ok(view(&app, &visitor, &key, &wanted, Some(told)).await?.into_response());
        };
        let channel = if posted.get("channel") == "post" { Channel::Post } else { Channel::Counter };
        let id = office.begin_draft(&signed_in.actor, &holder, item, agency.code.get_ref(), area, channel).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/workbench/counter/drafts/{id}")).into_response())
    };
    visitor.answer(Area::Workbench, found.await)
}

/// The same matter again, with what was given last time: answers are copied, papers that are still fresh are offered.
async fn again(State(app): State<App>, visitor: Visitor, Path(key): Path<String>, posted: Posted) -> Response {
    let found = async {
        let signed_in = clerk(&visitor)?;
        let office = &app.office;
        let holder = Holder::from_key(&key).ok_or(Problem::NotFound)?;
        let no = casework::CaseNo(posted.get("case").to_owned());
        let row = super::super::reader(&app, &visitor)
            .await?
            .row(&no)
            .await?
            .filter(|row| row.holder == key)
            .ok_or(Problem::NotFound)?;
        let case = office.store.case(&no).await?.ok_or(Problem::NotFound)?;
        let now = office.now().await?;
        office.note_reading(Some(signed_in), "case", Some(&no), "copy", now).await?;
        let id = office.begin_draft(&signed_in.actor, &holder, &row.item, &row.agency, &row.area, Channel::Counter).await?;
        let live = office.rulebooks.live()?;
        let item = live.rules.items.get(&row.item).ok_or(Problem::NotFound)?;
        let before = office.answers_of(&case).await?;
        // A newer form may not ask for everything that was asked then.
        let intake = live.rules.intake(item, &before, &[], now.day());
        let answers: Vec<(String, String)> = before
            .iter()
            .filter(|(code, _)| !intake.foreign.contains(code))
            .map(|(code, value)| (code.clone(), value.clone()))
            .collect();
        drafts::save(&office.store, &live.rules, &signed_in.actor, &id, &answers, now).await?;
        let whole = drafts::open(&office.store, &signed_in.actor, &id).await?;
        let (_, papers) = offers(&office.store, &live.rules, &signed_in.actor, &whole, now).await?;
        for paper in papers {
            drafts::use_given_paper(&office.store, &live.rules, &signed_in.actor, &id, &paper.key, now).await?;
        }
        Ok::<_, Problem>(Redirect::to(&format!("/workbench/counter/drafts/{id}")))
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn take_over(State(app): State<App>, visitor: Visitor, Path(key): Path<String>, posted: Posted) -> Response {
    let found = async {
        let signed_in = clerk(&visitor)?;
        let (office, id) = (&app.office, posted.get("draft"));
        drafts::take_over(&office.store, &signed_in.actor, id, &key, office.now().await?).await?;
        Ok::<_, Problem>(Redirect::to(&format!("/workbench/counter/drafts/{id}")))
    };
    visitor.answer(Area::Workbench, found.await)
}

async fn mandate(State(app): State<App>, visitor: Visitor, Path(key): Path<String>, posted: Posted) -> Response {
    let found = async {
        clerk(&visitor)?;
        let (_, officer) = visitor.officer()?;
        let (store, id, now) = (&app.office.store, posted.get("mandate"), app.office.now().await?);
        let settled = match posted.get("_step") {
            "confirm" => people::firms::confirm(store, officer, id, now).await,
            _ => people::firms::refuse_claim(store, officer, id, now).await,
        };
        let told = match settled {
            Ok(()) => Notice::new(Tone::Good, visitor.lang.say("已记录。", "Recorded.")),
            Err(Stop::Refused(refusal)) => refusal_notice(&refusal, visitor.lang),
            Err(Stop::Failed(failure)) => return Err(failure.into()),
        };
        view(&app, &visitor, &key, &Wanted::default(), Some(told)).await
    };
    visitor.answer(Area::Workbench, found.await)
}
