//! `/claims/notices`: what is on public notice (公示), open to everybody, with the way to object; and the claimant's own word where the money goes.
//!
//! Who comes here: a neighbour firm or a citizen who wonders who gets public money and why; and a firm that is asked for nothing but its account.
//! Only firms are named; objectors never are. Serves measure 16.

use super::case::{Mine, act, hidden};
use super::{Desk, address, way};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::award::{masked, money};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Control, Field, Line, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::pagination::pagination;
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::wording::{agency_name, item_name};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use casework::award::Award;
use casework::case::Letter;
use casework::{Act, Actor, Case, CaseNo, Event, Holder, LetterKind};
use jiff::civil::Date;
use maud::{Markup, html};
use office::Outcome;
use office::claims::{Account, PAYEE};
use office::sessions::SignedIn;
use rulebook::programme::Programme;
use rulebook::{Lang, Rulebook};
use store::claims::Listed;

const ON_A_PAGE: u32 = 30;
/// Longest objection and contact, in characters.
const LONGEST: usize = 2_000;
const LONGEST_CONTACT: usize = 60;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/claims/notices", get(show))
        .route("/claims/notices/{no}", get(one).post(object))
        .route("/claims/notices/{no}/notice", get(document))
        .route("/matters/{no}/account", post(name_account))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, list(&app, &visitor).await)
}

/// Whoever is no firm is not named.
fn named(listed: &Listed, lang: Lang) -> &str {
    match listed.holder {
        Some(Holder::Person(_)) => lang.say("自然人（不公开姓名）", "A natural person"),
        _ => &listed.title,
    }
}

async fn list(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let asked = visitor.asked();
    let today = app.office.now().await?.day();
    let one = desk.rules().programmes.get(asked.get("programme"));
    let of = one.map_or("", |own| own.code.get_ref().as_str());
    let after = asked.get("after").split_once('_').and_then(|(day, no)| Some((day.parse::<Date>().ok()?, no)));
    let mut rows = app.office.store.on_notice(today, of, after.unwrap_or((Date::MIN, "")), ON_A_PAGE + 1).await?;
    let more = rows.len() > ON_A_PAGE as usize;
    rows.truncate(ON_A_PAGE as usize);
    let later = rows
        .last()
        .filter(|_| more)
        .map(|last| address("/claims/notices", &[("programme", of), ("after", &format!("{}_{}", last.notice_until, last.no))]));
    let title = lang.say("拟兑现公示", "Awards on public notice");
    let body = html! {
        div .page-head { div {
            h1 { (title) }
            p .lead { (lang.say("拟给予资金的企业和金额，公示期满、异议都答复以后才决定。对哪一项有异议，点开就能提出。", "Firms and the amounts that are proposed. Each is decided once its notice has run and every objection is answered. Open one to object.")) }
        } }
        div .stack {
            @if let Some(own) = one { (list_of(&desk, own)) }
            (table_of(&desk, &rows))
            @if after.is_some() { p { a href=(address("/claims/notices", &[("programme", of)])) { (lang.say("回到第一页", "Back to the first page")) } } }
            (pagination(None, later.as_deref(), "", lang))
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::to("/policies", lang.say("政策", "Policies")), Crumb::here(title)]);
    Ok(page)
}

/// The proposed list of one programme: out of which budget, by which clause.
fn list_of(desk: &Desk, own: &Programme) -> Markup {
    let lang = desk.lang;
    html! {
        section .stack-s {
            h2 { (words(lang.say(&own.name, &own.label), lang)) }
            p { (words(agency_name(desk.rules(), own.agency.get_ref(), lang), lang)) " · " a href={ "/policies/" (own.clause.get_ref()) } { (lang.say("看条款", "The clause")) } " · " a .no-print href="/claims/notices" { (lang.say("所有兑现事项", "All programmes")) } }
        }
    }
}

fn programme<'a>(desk: &'a Desk, listed: &'a Listed) -> &'a str {
    let known = desk.rules().programmes.get(&listed.programme);
    known.map_or(listed.programme.as_str(), |own| desk.lang.say(&own.name, &own.label))
}

fn table_of(desk: &Desk, rows: &[Listed]) -> Markup {
    let lang = desk.lang;
    let columns = [
        Column::new(lang.say("企业", "Firm")),
        Column::new(lang.say("兑现事项", "Programme")),
        Column::numeric(lang.say("金额", "Amount")),
        Column::new(lang.say("公示至", "Until")),
    ];
    let drawn = rows.iter().map(|row| {
        Row::new(vec![
            html! { a href={ "/claims/notices/" (row.no) } { (words(named(row, lang), lang)) } },
            html! {
                a href=(address("/claims/notices", &[("programme", &row.programme)])) { (words(programme(desk, row), lang)) }
                span .sub { (words(agency_name(desk.rules(), &row.agency, lang), lang)) " · " (lang.say("批次 ", "batch ")) span .num { (row.batch) } }
            },
            html! { (money(row.amount, lang)) },
            date::short_day(row.notice_until, lang),
        ])
    });
    let empty = empty_state(
        lang.say("现在没有公示", "Nothing is on public notice now"),
        lang.say("有新的拟兑现名单时，会列在这里。", "New proposals are listed here."),
        html! {},
    );
    let caption = lang.say("公示中的拟兑现", "Awards on public notice");
    table(&Table { caption, columns: &columns, rows: drawn.collect(), empty, ..Table::default() }, lang)
}

async fn one(State(app): State<App>, visitor: Visitor, Path(no): Path<String>) -> Response {
    visitor.answer(Area::Portal, view(&app, &visitor, &no, &Posted::default(), Vec::new()).await)
}

async fn view(app: &App, visitor: &Visitor, no: &str, typed: &Posted, mut notices: Vec<Notice>) -> Result<Page, Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let listed = app.office.store.noticed(&CaseNo(no.to_owned())).await?.ok_or(Problem::NotFound)?;
    let case = app.office.store.case(&listed.no).await?.ok_or(Problem::NotFound)?;
    let edition = app.office.rulebooks.edition(&app.office.store, &case.edition).await?;
    let clause = edition.rules.programmes.get(&listed.programme).map(|own| own.clause.get_ref().clone());
    let today = app.office.now().await?.day();
    if visitor.asked().is_set("sent") {
        notices.push(Notice::new(
            Tone::Good,
            lang.say("异议已收到，答复以前不会决定。", "Your objection was taken in; nothing is decided before it is answered."),
        ));
    }
    let rows = [
        SummaryRow::new(lang.say("企业", "Firm"), words(named(&listed, lang), lang)),
        SummaryRow::new(lang.say("兑现事项", "Programme"), words(programme(&desk, &listed), lang)),
        SummaryRow::new(lang.say("事项", "Item"), words(item_name(&edition.rules, &listed.item, lang), lang)),
        SummaryRow::new(lang.say("金额", "Amount"), html! { strong { (money(listed.amount, lang)) } }),
        SummaryRow::new(lang.say("办理机关", "Body"), words(agency_name(&edition.rules, &listed.agency, lang), lang)),
        SummaryRow::new(lang.say("公示至", "On notice until"), date::day(listed.notice_until, lang)),
    ];
    let own_objections = own_objections(app, visitor, &case).await?;
    let title = lang.say("拟兑现公示", "Awards on public notice");
    let body = html! {
        div .page-head { div { h1 { (words(named(&listed, lang), lang)) } p .lead { (words(programme(&desk, &listed), lang)) } } }
        div .stack {
            section .card.stack-s {
                (summary_list(&rows, lang))
                @if let Some(letter) = put_up(&case) {
                    p { a href={ "/claims/notices/" (listed.no) "/notice" } { (lang.say("公示文书（PDF）", "The notice as a document (PDF)")) } " " span .muted { (words(&letter.document_number, lang)) }
                        " · " a href={ "/check/" (letter.check_code) } { (lang.say("查验", "Check it")) } }
                }
                @if let Some(clause) = clause { p { a href={ "/policies/" (clause) } { (lang.say("看条款：给谁、条件、怎么算", "The clause: for whom, on which conditions, how much")) } } }
            }
            (own_objections)
            @if today <= listed.notice_until { (objection(visitor, no, typed)) }
            @else { p .muted { (lang.say("公示期已满。仍有意见的，请向办理机关投诉举报。", "The days of notice are over. Whoever still objects may complain to the body.")) } }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.notices = notices;
    page.breadcrumbs = way(lang, [Crumb::to("/claims/notices", title), Crumb::here(listed.no.to_string())]);
    Ok(page)
}

fn own_person(signed_in: &SignedIn) -> Option<String> {
    match &signed_in.actor {
        Actor::Applicant { person, .. } => Some(person.clone()),
        _ => None,
    }
}

/// What the visitor objected, with the answer; nobody else's.
async fn own_objections(app: &App, visitor: &Visitor, case: &Case) -> Result<Markup, Problem> {
    let (lang, own) = (visitor.lang, visitor.signed_in.as_ref().and_then(own_person));
    let all = case.award.iter().flat_map(|award| &award.objections);
    let mine: Vec<_> = all.filter(|one| own.is_some() && one.person == own).collect();
    if mine.is_empty() {
        return Ok(Markup::default());
    }
    let kept = app.office.words(&case.no).await?;
    let say = |number: casework::Words| kept.get(&number.0).map(String::as_str).unwrap_or_default();
    Ok(html! {
        section .card.stack-s {
            h2 { (lang.say("您提出的异议", "Your objections")) }
            ul .plain.stack-s { @for one in mine { li {
                p { (words(say(one.text), lang)) }
                @match one.answer {
                    Some(answer) => p { strong { (lang.say("答复：", "Answer: ")) } (words(say(answer), lang)) },
                    None => p .muted { (lang.say("还没有答复；答复会发到您的消息里。", "Not answered yet; the answer is sent to your notices.")) },
                }
            } } }
        }
    })
}

/// The notice as it was put up last, once it is made.
fn put_up(case: &Case) -> Option<&Letter> {
    case.letters.iter().rev().find(|letter| letter.kind == LetterKind::AwardNotice)
}

/// Open to everybody, as the page is.
async fn document(State(app): State<App>, visitor: Visitor, Path(no): Path<String>) -> Response {
    let found = async {
        let store = &app.office.store;
        let listed = store.noticed(&CaseNo(no)).await?.ok_or(Problem::NotFound)?;
        let case = store.case(&listed.no).await?.ok_or(Problem::NotFound)?;
        let letter = put_up(&case).ok_or(Problem::NotFound)?;
        let bytes = app.office.blob(&letter.digest).await?.ok_or(Problem::NotFound)?;
        Ok::<_, Problem>(crate::download(bytes, "application/pdf", &format!("{}.pdf", letter.document_number)))
    };
    visitor.answer(Area::Portal, found.await)
}

fn objection(visitor: &Visitor, no: &str, typed: &Posted) -> Markup {
    let lang = visitor.lang;
    let signed_in = visitor.applicant().is_ok();
    html! {
        section .card.stack-s.no-print {
            h2 { (lang.say("提出异议", "Object")) }
            p { (lang.say("请写明事实。您的姓名和联系方式只给办理机关看，不公开。", "Say what the facts are. Your name and how to reach you are seen by the body only, never published.")) }
            @if signed_in {
                form method="post" action={ "/claims/notices/" (no) } .stack {
                    input type="hidden" name="csrf" value=(visitor.csrf());
                    input type="hidden" name="request" value=(crate::fresh_request());
                    (field(&Field { required: true, ..Field::new("text", lang.say("异议内容", "Your objection"), Control::Area { value: typed.get("text"), rows: 5 }) }, lang))
                    (field(&Field { required: true, ..Field::new("contact", lang.say("联系电话", "Telephone"), Control::Text { value: typed.get("contact"), line: Line::Phone }) }, lang))
                    (button(&Button::new(lang.say("提交异议", "Send the objection"))))
                }
            } @else {
                p { (lang.say("提出异议要实名：请先登录；不方便上网的，公示期内可以到综合窗口或者打咨询电话。", "Objections are made under one's own name: sign in first; or go to a counter or call within the days of notice.")) }
                p { (link_button(&address("/sign-in", &[("next", &format!("/claims/notices/{no}"))]), lang.say("登录", "Sign in"), Look::Second, None)) }
            }
        }
    }
}

async fn object(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    visitor.answer(Area::Portal, objected(&app, &visitor, &no, &posted).await)
}

async fn objected(app: &App, visitor: &Visitor, no: &str, posted: &Posted) -> Result<Response, Problem> {
    let (signed_in, _) = visitor.applicant()?;
    let (lang, text, contact) = (visitor.lang, posted.get("text").trim(), posted.get("contact").trim());
    let again = |why: &'static str| vec![Notice::new(Tone::Bad, why)];
    if text.is_empty() || text.chars().count() > LONGEST || contact.is_empty() || contact.chars().count() > LONGEST_CONTACT {
        let why = lang.say(
            "请写明异议内容（不超过2000字）和联系电话。",
            "State the objection (2,000 characters at most) and a telephone number.",
        );
        return Ok(view(app, visitor, no, posted, again(why)).await?.into_response());
    }
    let listed = app.office.store.noticed(&CaseNo(no.to_owned())).await?.ok_or(Problem::NotFound)?;
    let (who, person) = (format!("{}（实名登录），{contact}", signed_in.name), own_person(signed_in));
    let act = Act::RaiseObjection { who, text: text.to_owned(), person };
    let request = posted.given("request").map(|request| format!("w:{}", request.chars().take(64).collect::<String>()));
    match app.office.perform(&listed.no, &act, &Actor::System, None, request.as_deref()).await? {
        Outcome::Done(_) | Outcome::Again { .. } => Ok(Redirect::to(&format!("/claims/notices/{no}?sent=1")).into_response()),
        Outcome::Refused(refusal) => {
            Ok(view(app, visitor, no, posted, vec![refusal_notice(&refusal, lang)]).await?.into_response())
        }
        Outcome::Overtaken { .. } => {
            let why = lang.say("这一项刚刚有变化，请再提交一次。", "It changed just now; please send it again.");
            Ok(view(app, visitor, no, posted, again(why)).await?.into_response())
        }
    }
}

/// The programmes under which an item is claimed; none where it is no claim.
pub(crate) fn programmes<'a>(rules: &'a Rulebook, item: &str) -> Vec<&'a Programme> {
    rules.programmes.values().filter(|own| own.item.as_ref().is_some_and(|own| own.get_ref() == item)).collect()
}

/// Where an item can be taken in: a claim only where a body has a programme.
pub(crate) fn areas<'a>(rules: &'a Rulebook, item: &str, today: Date) -> Vec<&'a str> {
    let is_claim = !programmes(rules, item).is_empty();
    rules.areas.keys().map(String::as_str).filter(|area| !is_claim || !rules.competent(item, area, today).is_empty()).collect()
}

/// The same within a form that is open already, where its body takes no claims today; nothing otherwise.
pub(crate) fn closed_now(rules: &Rulebook, item: &str, agency: &str, today: Date, lang: Lang) -> Markup {
    let own: Vec<&Programme> = rules.programmes_of(item, agency).collect();
    if own.iter().any(|own| own.batch_of(today).is_some()) { Markup::default() } else { windows(&own, today, lang) }
}

/// When the programmes of an item take claims, told before anybody fills in a form, in the portal and at the counter.
pub(crate) fn windows(programmes: &[&Programme], today: Date, lang: Lang) -> Markup {
    if programmes.is_empty() {
        return Markup::default();
    }
    let open = programmes.iter().any(|own| own.batch_of(today).is_some());
    let (title, tone) = if open {
        (lang.say("申报期", "When it is claimed"), Tone::Info)
    } else {
        (lang.say("今天不在申报期内，可以先填好，到期提交", "Not open today: fill it in, and send it when it opens"), Tone::Warn)
    };
    let rows = html! {
        ul { @for own in programmes { @for batch in own.batch.iter().filter(|batch| batch.until >= today) { li {
            (words(lang.say(&own.name, &own.label), lang)) (lang.say("：", ": ")) (date::day(batch.from, lang)) "—" (date::day(batch.until, lang))
        } } } }
        @if !programmes.iter().flat_map(|own| &own.batch).any(|batch| batch.until >= today) {
            p { (lang.say("各批都已结束，新的一批公布以后会列在这里。", "All batches are over; the next is listed here once it is published.")) }
        }
    };
    notice(&Notice::new(tone, title).body(rows), lang)
}

/// The claimant is asked for the account, with what is known filled in: one click where nothing has to be changed.
pub(super) async fn asked(app: &App, visitor: &Visitor, mine: &Mine) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let Some(award) = &mine.case.award else { return Ok(Markup::default()) };
    if award.demanded && award.owed() > 0 {
        return Ok(to_pay_back(mine, award, lang));
    }
    if !mine.can("name-account") {
        return Ok(Markup::default());
    }
    let answers = app.office.answers_of(&mine.case).await?;
    let name = match &mine.case.holder {
        Some(holder) => app.office.title_of(holder).await?,
        None => String::new(),
    };
    let known = known(app, visitor, mine).await?;
    let [payee, number, bank] = app.office.account_of(&mine.case, &answers).await?;
    let payee = if payee.is_empty() { &name } else { &payee };
    let due = mine.case.clock("account").filter(|clock| clock.is_running()).map(|clock| clock.due);
    let form = html! {
        form method="post" action=(format!("/matters/{}/account", mine.case.no)) .stack {
            (hidden(visitor, mine))
            (field(&Field { required: true, hint: Some(lang.say("只能是本单位的账户", "It has to be your own firm's")), ..Field::new("payee-name", lang.say("户名", "Name of the account"), Control::Text { value: payee, line: Line::Plain }) }, lang))
            (field(&Field { required: true, ..Field::new("payee-account", lang.say("账号", "Number"), Control::Text { value: &number, line: Line::Plain }) }, lang))
            (field(&Field { required: true, ..Field::new("payee-bank", lang.say("开户银行", "Bank"), Control::Text { value: &bank, line: Line::Plain }) }, lang))
            (button(&Button::new(if award.account { lang.say("更换账户", "Change the account") } else { lang.say("确认领取", "Take it") }).look(if award.account { Look::Second } else { Look::Main })))
        }
    };
    if award.account {
        return Ok(html! {
            section .card.no-print { details { summary { (lang.say("更换收款账户", "Change the account")) } (form) } }
        });
    }
    let title = format!("{}{}", lang.say("请确认领取：", "Please say that you take it: "), money(award.fen, lang));
    Ok(notice(
        &Notice::new(Tone::Warn, title).body(html! {
            @if let Some(reason) = returned_for(mine) {
                p { (lang.say("上次拨付被银行退回：", "The bank returned the last payment: ")) strong { (words(reason, lang)) } (lang.say("。请核对，或者换一个账户。", ". Check the account, or name another.")) }
            } @else {
                p { (lang.say("已决定给您这笔资金，确认账户后拨付。不想领取的，可以撤回。", "It was decided to give you this money; it is paid once you name the account. If you do not want it, withdraw.")) }
            }
            @if let Some(due) = due { p { (lang.say("请于", "Please answer by ")) (date::day(due, lang)) (lang.say("前确认。", ".")) } }
            @if let Some([payee, number, bank]) = &known {
                form method="post" action=(format!("/matters/{}/account", mine.case.no)) .stack {
                    (hidden(visitor, mine))
                    p { (lang.say("上次用的账户：", "The account of last time: ")) strong { (words(payee, lang)) } " " span .num { (masked(number)) } " " (words(bank, lang)) }
                    (button(&Button::new(lang.say("领取到这个账户", "Take it on this account")).named("known", "1")))
                }
                details { summary { (lang.say("换一个账户", "Another account")) } (form) }
            } @else { (form) }
        }),
        lang,
    ))
}

/// Why the bank sent the last payment back, where it did.
fn returned_for(mine: &Mine) -> Option<&str> {
    let last = mine.records.iter().rev().find_map(|record| match &record.event {
        Event::PaymentReturned { reason } => Some(*reason),
        _ => None,
    })?;
    mine.words.get(&last.0).map(String::as_str)
}

/// What is still to be paid back, and until when, before everything else.
fn to_pay_back(mine: &Mine, award: &Award, lang: Lang) -> Markup {
    let due = mine.case.clock("repayment").filter(|clock| clock.is_running()).map(|clock| clock.due);
    let title = format!("{}{}", lang.say("请退回资金：还应退回 ", "Please pay back: still owed "), money(award.owed(), lang));
    notice(
        &Notice::new(Tone::Warn, title).body(html! {
            p {
                @if let Some(due) = due { (lang.say("请于", "By ")) (date::day(due, lang)) (lang.say("前退回；可以分次。", "; it may be in parts. ")) }
                (lang.say("理由、收款办法和救济途径见“责令退回资金通知书”。", "The notice gives the reasons, how to pay, and how to have it reviewed."))
            }
            @if award.back > 0 { p { (lang.say("已收到退回的 ", "Came back so far: ")) (money(award.back, lang)) } }
        }),
        lang,
    )
}

async fn name_account(State(app): State<App>, visitor: Visitor, Path(no): Path<String>, posted: Posted) -> Response {
    let found = async {
        let typed = PAYEE.map(|code| posted.get(code).to_owned());
        // The page shows the known account by its end only, so that it is looked up again.
        let known = match posted.given("known") {
            Some(_) => known(&app, &visitor, &super::case::mine(&app, &visitor, &no).await?).await?,
            None => None,
        };
        let [payee, number, bank] = known.unwrap_or(typed);
        act(&app, &visitor, &no, &posted, &Act::NameAccount { payee, number, bank }).await
    };
    visitor.answer(Area::Portal, found.await)
}

/// The claimant's account from an earlier claim; not the one from which the bank just sent the money back.
async fn known(app: &App, visitor: &Visitor, mine: &Mine) -> Result<Option<Account>, Problem> {
    let (signed_in, _) = visitor.applicant()?;
    let (Some(holder), Some(award)) = (&mine.case.holder, &mine.case.award) else { return Ok(None) };
    if award.account {
        return Ok(None);
    }
    let known = app.office.known_account(&signed_in.actor, holder).await?;
    let returned = app.office.account_of(&mine.case, &app.office.answers_of(&mine.case).await?).await?;
    Ok(known.filter(|known| *known != returned))
}
