//! `/workbench/claims`: the programmes of a body: what of each budget is promised, paid and left; whom a clause was found to speak for without
//! applying; what can be paid today, as a file for the bank, and what the bank says of it.
//!
//! Who comes here: the officer who pays, and fears to pay twice, to pay the wrong account, or to promise what is not there. Serves measure 16.

use super::frame::{carried, done, head, page, say_done};
use super::supervision::export::{Cell, Sheet};
use super::wording::agency_name;
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::award::{masked, money};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::field::{Control, Field, field};
use crate::pieces::files::Uploads;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use casework::Actor;
use jiff::civil::Date;
use maud::{Markup, html};
use office::claims::payments::{Payment, Recorded};
use office::claims::unasked::Candidate;
use rulebook::policy::Mode;
use rulebook::procedure::Role;
use rulebook::programme::{Programme, yuan};
use rulebook::{Lang, Rulebook};
use store::claims::{AllSums, PaymentFile, Sums};

/// Who examines, decides or watches.
pub const ROLES: &[Role] = &[Role::Examiner, Role::Approver, Role::Head, Role::Supervisor];
/// Who pays, and sees accounts.
const PAYS: &[Role] = &[Role::Examiner, Role::Approver, Role::Head];
/// Rows of a page, and payment files that it lists.
const ON_A_PAGE: u32 = 50;
const FILES: u32 = 12;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/claims", get(show))
        .route("/claims/{programme}", get(one))
        .route("/claims/{programme}/confirm", post(confirm))
        .route("/claims/{programme}/files", post(take_out))
        .route("/claims/{programme}/payments", get(payment_file).post(payments))
}

/// Whether the officer holds one of these roles at the body of a programme.
fn holds(visitor: &Visitor, programme: &Programme, roles: &[Role]) -> Result<bool, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let bodies = officer.bodies(roles);
    let any = officer.powers.iter().any(|power| roles.contains(&power.role));
    Ok(any && bodies.is_none_or(|bodies| bodies.iter().any(|body| body == programme.agency.get_ref())))
}

async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Workbench, list(&app, &visitor).await)
}

/// What of all programmes that `of` picks is promised and paid.
fn sums(all: &AllSums, of: impl Fn(&str) -> bool) -> Sums {
    let mut sums = Sums::default();
    for (_, one) in all.iter().filter(|((programme, _), _)| of(programme)) {
        sums += *one;
    }
    sums
}

/// What a programme's line has, what is left of it and of the batch that is open, and what the programme itself promised and paid.
fn accounts(rules: &Rulebook, programme: &Programme, all: &AllSums, today: Date) -> (i64, i64, Sums) {
    let line = programme.budget.get_ref();
    let of_line = |code: &str| rules.programmes.get(code).is_some_and(|other| other.budget.get_ref() == line);
    let whole = sums(all, of_line);
    let budget = rules.budgets.get(line);
    let has = budget.and_then(rulebook::programme::Budget::fen).unwrap_or_default();
    let of_batch = programme.batch_of(today).zip(budget).and_then(|(batch, budget)| {
        // Other programmes of the line may have a batch of this code: it is one limit.
        let same = |(own, code): &(String, String)| *code == batch.code && of_line(own);
        let taken: i64 = all.iter().filter(|(key, _)| same(key)).map(|(_, sums)| sums.taken()).sum();
        Some(programme.batch_has(batch, budget)? - taken)
    });
    let left = has - whole.taken();
    (has, of_batch.map_or(left, |batch| left.min(batch)), sums(all, |code| code == programme.code.get_ref()))
}

/// What a line has left; where it was cut below what is promised already, by how much, and what that means.
fn what_is_left(left: i64, lang: Lang) -> Markup {
    if left >= 0 {
        return html! { (money(left, lang)) };
    }
    html! {
        (lang.say("超出 ", "Passed by ")) (money(-left, lang))
        span .sub { (lang.say("预算调减到了已承诺和拨付的合计以下：已承诺的照常兑现，追加预算以前不再作新的承诺。", "The budget was cut below what is promised and paid: promises are kept, none is made before there is more budget.")) }
    }
}

fn count(claims: u64, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{claims} 件"),
        Lang::En if claims == 1 => "1 claim".to_owned(),
        Lang::En => format!("{claims} claims"),
    }
}

fn named(programme: &Programme, lang: Lang) -> &str {
    lang.say(&programme.name, &programme.label)
}

fn is_unasked(rules: &Rulebook, programme: &Programme) -> bool {
    rules.clause(programme.clause.get_ref()).is_some_and(|(_, clause)| clause.mode == Mode::NoApplication)
}

async fn list(app: &App, visitor: &Visitor) -> Result<Page, Problem> {
    visitor.officer_with(ROLES)?;
    let (lang, today) = (visitor.lang, app.office.now().await?.day());
    let live = app.office.rulebooks.live()?;
    let all = app.office.store.claim_sums().await?;
    let mut mine = Vec::new();
    for programme in live.rules.programmes.values() {
        if holds(visitor, programme, ROLES)? {
            mine.push(programme);
        }
    }
    let title = lang.say("政策兑现", "Claims");
    let lead = lang.say(
        "本机关的兑现事项：预算用了多少、还剩多少，谁在等拨付。没有余额的预算不会再作承诺。",
        "The programmes of your body: how much of each budget is promised, paid and left, and who waits for a payment. Nothing is promised that is not there.",
    );
    let columns = [
        Column::new(lang.say("兑现事项", "Programme")),
        Column::new(lang.say("本批", "Batch")),
        Column::numeric(lang.say("预算", "Budget")),
        Column::numeric(lang.say("已预留", "Promised")),
        Column::numeric(lang.say("已拨付", "Paid")),
        Column::numeric(lang.say("还剩", "Left")),
    ];
    let rows = mine.iter().map(|programme| {
        let (has, left, own) = accounts(&live.rules, programme, &all, today);
        Row::new(vec![
            html! {
                a href={ "/workbench/claims/" (programme.code.get_ref()) } { (words(named(programme, lang), lang)) }
                @if is_unasked(&live.rules, programme) { " " (tag(lang.say("免申即享", "unasked"), Tone::Info, lang)) }
                span .sub { (words(agency_name(&live.rules, programme.agency.get_ref(), lang), lang)) }
            },
            batch(programme, today, lang),
            html! { (money(has, lang)) },
            html! { (money(own.promised, lang)) span .sub { (count(own.promised_count, lang)) } },
            html! { (money(own.paid, lang)) span .sub { (count(own.paid_count, lang)) @if own.back > 0 { (lang.say("，退回 ", "; back: ")) (money(own.back, lang)) } } },
            (what_is_left(left, lang)),
        ])
    });
    let empty = empty_state(
        lang.say("本机关没有兑现事项", "Your body has no programme"),
        lang.say("兑现事项写在规则书里。", "Programmes are written in the rulebook."),
        html! {},
    );
    let rows: Vec<Row> = rows.collect();
    let caption = lang.say("兑现事项和预算", "Programmes and budgets");
    let body = html! {
        (head(title, lead, html! {}, lang))
        div .stack {
            (table(&Table { caption, columns: &columns, rows, empty, ..Table::default() }, lang))
            p .small.muted { (lang.say("同一预算科目下的几个兑现事项共用“还剩”的金额。", "Programmes of one budget line share what is left of it.")) }
        }
    };
    Ok(page(visitor, title, Vec::new(), body))
}

fn batch(programme: &Programme, today: Date, lang: Lang) -> Markup {
    let next = programme.batch.iter().find(|batch| batch.until >= today).or(programme.batch.last());
    html! {
        @if let Some(batch) = next {
            span .num { (batch.code) } " "
            @if programme.batch_of(today).is_some() { (tag(lang.say("申报中", "open"), Tone::Good, lang)) }
            @else if batch.from > today { (tag(lang.say("还没开始", "not open yet"), Tone::Rest, lang)) }
            @else { (tag(lang.say("已结束", "closed"), Tone::Rest, lang)) }
            span .sub { (date::short_day(batch.from, lang)) "—" (date::short_day(batch.until, lang)) }
        }
    }
}

/// The programme of this code, if the officer has to do with it; anybody else's is not found.
fn mine<'a>(visitor: &Visitor, rules: &'a Rulebook, code: &str, roles: &[Role]) -> Result<&'a Programme, Problem> {
    let programme = rules.programmes.get(code);
    match programme {
        Some(programme) if holds(visitor, programme, roles)? => Ok(programme),
        _ => Err(Problem::NotFound),
    }
}

async fn one(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &code, Vec::new(), &[]).await)
}

async fn view(app: &App, visitor: &Visitor, code: &str, notices: Vec<Notice>, recorded: &[Recorded]) -> Result<Page, Problem> {
    let (lang, today) = (visitor.lang, app.office.now().await?.day());
    let live = app.office.rulebooks.live()?;
    let programme = mine(visitor, &live.rules, code, ROLES)?;
    let pays = holds(visitor, programme, PAYS)?;
    let asked = visitor.asked();
    let all = app.office.store.claim_sums().await?;
    let found = app.office.candidates(programme, asked.get("after"), ON_A_PAGE).await?;
    let (mut waiting, mut files) = (Vec::new(), Vec::new());
    if pays {
        waiting = app.office.payments(&[code.to_owned()], "", ON_A_PAGE).await?;
        files = app.office.store.payment_files(code, FILES).await?;
    }
    let title = named(programme, lang).to_owned();
    let lead = agency_name(&live.rules, programme.agency.get_ref(), lang);
    let body = html! {
        (head(&title, lead, html! { a href={ "/policies/" (programme.clause.get_ref()) } { (lang.say("看条款", "The clause")) } " " a href={ "/claims/notices?programme=" (code) } { (lang.say("公示名单", "The public list")) } }, lang))
        div .stack {
            (told(recorded, lang))
            section .card.stack-s { h2 { (lang.say("预算", "Budget")) } (budget(&live.rules, programme, &all, today, lang)) }
            @if is_unasked(&live.rules, programme) { (candidates(visitor, programme, &found, accounts(&live.rules, programme, &all, today).1, pays)) }
            @if pays { (to_pay(visitor, programme, &waiting, &files)) }
        }
    };
    let mut page = page(visitor, &title, vec![Crumb::to("/workbench/claims", lang.say("政策兑现", "Claims"))], body);
    page.notices = notices;
    say_done(
        &mut page,
        visitor,
        &[("confirmed", "已确认，逐件进入公示以前的审批。", "Confirmed; each is now to be put on notice by the approver.")],
    );
    Ok(page)
}

fn budget(rules: &Rulebook, programme: &Programme, all: &AllSums, today: Date, lang: Lang) -> Markup {
    let line = programme.budget.get_ref();
    let (has, left, own) = accounts(rules, programme, all, today);
    let name = rules.budgets.get(line).map_or(line.as_str(), |own| lang.say(&own.name, &own.label));
    let mut rows = vec![
        SummaryRow::new(lang.say("预算科目", "Budget line"), html! { (words(name, lang)) " " (money(has, lang)) }),
        SummaryRow::new(lang.say("还剩", "Left"), html! { strong { (what_is_left(left, lang)) } }),
        SummaryRow::new(
            lang.say("本事项已预留", "Promised here"),
            html! { (money(own.promised, lang)) " · " (count(own.promised_count, lang)) },
        ),
        SummaryRow::new(
            lang.say("本事项已拨付", "Paid here"),
            html! { (money(own.paid, lang)) " · " (count(own.paid_count, lang)) @if own.back > 0 { (lang.say("，其中已退回 ", "; of it back ")) (money(own.back, lang)) } },
        ),
        SummaryRow::new(lang.say("本批", "Batch"), batch(programme, today, lang)),
    ];
    if let Some(at_most) = programme.batch_of(today).and_then(|batch| batch.at_most.as_ref()) {
        rows.push(SummaryRow::new(lang.say("本批限额", "Limit of the batch"), words(at_most.get_ref(), lang)));
    }
    if let Some(term) = programme.notice() {
        rows.push(SummaryRow::new(lang.say("公示期", "Notice"), html! { (term.say(lang)) }));
    }
    for own in &programme.settles {
        rows.push(SummaryRow::new(lang.say("统一确定", "Settled for all"), words(&own.says, lang)));
    }
    summary_list(&rows, lang)
}

fn candidates(visitor: &Visitor, programme: &Programme, found: &[Candidate], left: i64, pays: bool) -> Markup {
    let (lang, code) = (visitor.lang, programme.code.get_ref());
    let sum: i64 = found.iter().filter_map(|one| one.due.amount).sum();
    let columns = [
        Column::new(lang.say("企业", "Firm")),
        Column::new(lang.say("比对", "What speaks for it")),
        Column::numeric(lang.say("按条款计算", "By the formula")),
    ];
    let ready = |one: &Candidate| pays && one.due.amount.is_some_and(|fen| fen > 0) && !one.found.name.is_empty();
    let rows = found.iter().map(|one| {
        let (firm, name) = (&one.found.firm, if one.found.name.is_empty() { &one.found.firm } else { &one.found.name });
        Row::new(vec![
            html! {
                @if ready(one) { label .check { input type="checkbox" name="firm" value=(firm) checked; " " (words(name, lang)) } } @else { (words(name, lang)) }
                span .sub.num { (firm) }
            },
            html! {
                p { (one.outcome.title().get(lang)) }
                details { summary { (lang.say("逐项看", "Item by item")) }
                    ul .small { @for reason in &one.reasons { li { (crate::pieces::reason::reason(reason, lang)) } } }
                }
            },
            html! {
                @match one.due.amount {
                    Some(fen) if fen > 0 => { (money(fen, lang)) }
                    Some(_) => (tag(lang.say("已享受", "had already"), Tone::Rest, lang)),
                    None => (tag(lang.say("算不出", "not known"), Tone::Warn, lang)),
                }
                @for step in &one.due.steps { span .sub { (words(step.get(lang), lang)) } }
                @if !one.due.missing.is_empty() { span .sub { (lang.say("还不知道：", "Not known: ")) (words(&one.due.missing.join("、"), lang)) } }
                @if one.found.name.is_empty() { span .sub { (lang.say("登记库里没有这家企业", "The register does not know this firm")) } }
            },
        ])
    });
    let empty = empty_state(
        lang.say("没有待确认的企业", "No firm is to be confirmed"),
        lang.say("数据有变化时，新找到的会列在这里。", "Firms that are found when facts change are listed here."),
        html! {},
    );
    let caption = lang.say("待确认的企业", "Firms to be confirmed");
    let any = found.iter().any(ready);
    let next = found.last().filter(|_| found.len() == ON_A_PAGE as usize).map(|last| last.found.firm.clone());
    let rows: Vec<Row> = rows.collect();
    html! {
        section .card.stack-s {
            h2 { (lang.say("免申即享：候选名单", "Found without applying")) }
            @if sum > 0 { p { (lang.say("本页合计 ", "On this page ")) strong { (money(sum, lang)) } (lang.say("，预算还剩 ", "; left of the budget ")) strong { (money(left, lang)) } @if sum > left { " " (tag(lang.say("不够，只能先确认一部分", "not enough for all"), Tone::Warn, lang)) } } }
            p { (lang.say("按数据找到、本批还没有办理的企业。请核对后确认：确认以后办件提请审批人公示，企业不用申请。", "Firms that the facts speak for and that were not dealt with in this batch. Confirm those you have checked: the approver puts them on notice; nobody has to apply.")) }
            form method="post" action={ "/workbench/claims/" (code) "/confirm" } .stack-s {
                (carried(visitor, 0))
                (table(&Table { caption, columns: &columns, rows, empty, ..Table::default() }, lang))
                @if any { div .buttons { (button(&Button::new(lang.say("确认勾选的企业", "Confirm the ticked firms")))) } }
            }
            @if let Some(next) = next { p { a href=(format!("/workbench/claims/{code}?after={}", crate::encode(&next))) { (lang.say("往后看", "Further on")) } } }
        }
    }
}

/// What waits, the files that were taken out, and the way back from the bank.
fn to_pay(visitor: &Visitor, programme: &Programme, waiting: &[Payment], files: &[PaymentFile]) -> Markup {
    let (lang, code) = (visitor.lang, programme.code.get_ref());
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("收款账户", "Account")),
        Column::numeric(lang.say("金额", "Amount")),
    ];
    let rows = waiting.iter().map(|one| {
        Row::new(vec![
            html! { a href={ "/workbench/cases/" (one.listed.no) } { span .num { (one.listed.no) } } " " (words(&one.listed.title, lang)) },
            match &one.account {
                Ok([name, number, bank]) => html! { (words(name, lang)) span .sub.num { (masked(number)) } span .sub { (words(bank, lang)) } },
                Err(why) => tag(why.get(lang), Tone::Warn, lang),
            },
            html! { (money(one.listed.amount, lang)) },
        ])
    });
    let empty = empty_state(
        lang.say("没有待拨付的", "Nothing waits for its payment"),
        lang.say("公示期满并决定以后，会列在这里。", "What is granted after its notice is listed here."),
        html! {},
    );
    let caption = lang.say("待拨付", "To be paid");
    let ready = waiting.iter().any(|one| one.account.is_ok());
    let rows: Vec<Row> = rows.collect();
    html! {
        section .card.stack-s {
            h2 { (lang.say("待拨付", "To be paid")) }
            (table(&Table { caption, columns: &columns, rows, empty, ..Table::default() }, lang))
            @if ready {
                form method="post" action={ "/workbench/claims/" (code) "/files" } .stack-s {
                    (carried(visitor, 0))
                    p .small.muted { (lang.say("取出以后，每件只在这一份清单里；银行回复以前，申请人不能撤回和更换账户。", "Each claim then stands in this file alone; until the bank has answered, it cannot be withdrawn and its account cannot be changed.")) }
                    div .buttons { (button(&Button::new(lang.say("取出拨付清单", "Take out a payment file")))) }
                }
            }
        }
        section .card.stack-s #files {
            h2 { (lang.say("拨付清单", "Payment files")) }
            (taken_out(code, files, lang))
            (answer_of_the_bank(visitor, code, files))
        }
    }
}

fn taken_out(code: &str, files: &[PaymentFile], lang: Lang) -> Markup {
    let columns = [
        Column::new(lang.say("清单", "File")),
        Column::numeric(lang.say("等银行回复", "With the bank")),
        Column::numeric(lang.say("已拨付", "Paid")),
    ];
    let rows = files.iter().map(|file| {
        Row::new(vec![
            html! {
                span .num { (file.no) }
                @if file.waiting_count > 0 { " " a href=(format!("/workbench/claims/{code}/payments?file={}", crate::encode(&file.no))) { (lang.say("下载（CSV）", "Download (CSV)")) } }
            },
            html! { (count(file.waiting_count, lang)) @if file.waiting_count > 0 { span .sub { (money(file.waiting, lang)) } } },
            html! { (count(file.paid_count, lang)) @if file.paid_count > 0 { span .sub { (money(file.paid, lang)) } } },
        ])
    });
    let rows: Vec<Row> = rows.collect();
    let empty = empty_state(
        lang.say("还没有取出过清单", "No file was taken out yet"),
        lang.say("待拨付的办件一次取出，交银行拨付。", "What is to be paid is taken out at once and goes to the bank."),
        html! {},
    );
    let caption = lang.say("拨付清单，最近的在前", "Payment files, the last first");
    table(&Table { caption, columns: &columns, rows, empty, ..Table::default() }, lang)
}

fn answer_of_the_bank(visitor: &Visitor, code: &str, files: &[PaymentFile]) -> Markup {
    let lang = visitor.lang;
    if files.is_empty() {
        return Markup::default();
    }
    let answer = Uploads { accept: ".csv,text/csv", ..Uploads::default() };
    html! {
        form method="post" action={ "/workbench/claims/" (code) "/payments" } enctype="multipart/form-data" .stack-s {
            (carried(visitor, 0))
            (field(&Field::new("file", lang.say("银行回执（CSV）", "Answer of the bank (CSV)"), Control::Files(answer)).required(), lang))
            p .small.muted { (lang.say("三列：办件编号、结果（成功或者失败）、凭证号或者退回原因。同一份再传一次不会重复登记。", "Three columns: number of the case, outcome (paid or returned), voucher or reason. The same file again changes nothing.")) }
            div .buttons { (button(&Button::new(lang.say("登记回执", "Record it")).look(Look::Second))) }
        }
    }
}

fn told(recorded: &[Recorded], lang: Lang) -> Markup {
    if recorded.is_empty() {
        return Markup::default();
    }
    let (mut paid, mut returned) = (0, 0);
    for one in recorded {
        match one.came {
            Ok(true) => paid += 1,
            Ok(false) => returned += 1,
            Err(_) => {}
        }
    }
    let failed: Vec<&Recorded> = recorded.iter().filter(|one| one.came.is_err()).collect();
    let tone = if failed.is_empty() { Tone::Good } else { Tone::Warn };
    let title = lang.say("回执已登记", "The answer was recorded");
    let body = html! {
        p { (lang.say("已拨付 ", "Paid: ")) (paid) (lang.say(" 件，被退回 ", ", returned: ")) (returned) (lang.say(" 件，没有登记 ", ", not recorded: ")) (failed.len()) (lang.say(" 行。", ".")) }
        @if !failed.is_empty() { ul { @for one in failed { li {
            (lang.say("第 ", "Line ")) (one.line) (lang.say(" 行 ", ": ")) span .num { (one.no) } " "
            @if let Err(why) = &one.came { (words(why.get(lang), lang)) }
        } } } }
    };
    notice(&Notice::new(tone, title).body(body), lang)
}

async fn confirm(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, confirmed(&app, &visitor, &code, &posted).await)
}

async fn confirmed(app: &App, visitor: &Visitor, code: &str, posted: &Posted) -> Result<Response, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let (live, lang) = (app.office.rulebooks.live()?, visitor.lang);
    let programme = mine(visitor, &live.rules, code, &[Role::Examiner])?;
    let by = Actor::Officer(officer.clone());
    let mut notices = Vec::new();
    let firms: Vec<&str> = posted.all("firm").take(ON_A_PAGE as usize).collect();
    for told in app.office.confirm_candidates(programme, &firms, &by).await? {
        let Some(refusal) = told.refused else { continue };
        let title = format!("{}{}{}", told.name, lang.say("：", ": "), refusal.why.get(lang));
        notices.push(Notice::new(Tone::Warn, title).body(html! {
            p { (refusal.next.get(lang)) }
            @if let Some(no) = &told.no { p { a href={ "/workbench/cases/" (no) } { (lang.say("办件", "Case")) " " span .num { (no) } } } }
        }));
    }
    if notices.is_empty() {
        return Ok(done(&format!("/workbench/claims/{code}"), "confirmed"));
    }
    Ok(view(app, visitor, code, notices, &[]).await?.into_response())
}

async fn take_out(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, _posted: Posted) -> Response {
    visitor.answer(Area::Workbench, took_out(&app, &visitor, &code).await)
}

async fn took_out(app: &App, visitor: &Visitor, code: &str) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let (live, lang) = (app.office.rulebooks.live()?, visitor.lang);
    mine(visitor, &live.rules, code, PAYS)?;
    let taken = app.office.take_out_payments(&Actor::Officer(officer.clone()), code).await?;
    let left = html! {
        @if !taken.left.is_empty() {
            p { (lang.say("没有列入的：", "Left out: ")) }
            ul { @for (listed, why) in &taken.left { li { span .num { (listed.no) } " " (words(&listed.title, lang)) (lang.say("：", ": ")) (words(why.get(lang), lang)) } } }
        }
    };
    let told = match &taken.file {
        Some(file) => {
            let title = format!("{}{file}", lang.say("已取出拨付清单", "Payment file taken out: "));
            Notice::new(Tone::Good, title).body(html! {
                p { (count(taken.count as u64, lang)) (lang.say("，合计 ", ", ")) (money(taken.sum, lang)) }
                p { (link_button(&format!("/workbench/claims/{code}/payments?file={}", crate::encode(file)), lang.say("下载清单（CSV）", "Download the file (CSV)"), Look::Main, None)) }
                (left)
            })
        }
        None => Notice::new(Tone::Warn, lang.say("没有可以列入清单的办件。", "There is nothing to put in a file.")).body(left),
    };
    view(app, visitor, code, vec![told], &[]).await
}

async fn payment_file(State(app): State<App>, visitor: Visitor, Path(code): Path<String>) -> Response {
    visitor.answer(Area::Workbench, payment_file_of(&app, &visitor, &code).await)
}

async fn payment_file_of(app: &App, visitor: &Visitor, code: &str) -> Result<Response, Problem> {
    let live = app.office.rulebooks.live()?;
    mine(visitor, &live.rules, code, PAYS)?;
    let now = app.office.now().await?;
    let asked = visitor.asked();
    let file = asked.get("file");
    let all = app.office.payments_in(code, file).await?;
    if all.is_empty() {
        return Err(Problem::NotFound);
    }
    for one in all.iter().filter(|one| one.account.is_ok()) {
        app.office.note_reading(visitor.signed_in.as_ref(), "account", Some(&one.listed.no), "payment-file", now).await?;
    }
    let line = |one: Payment| {
        let [name, number, bank] = one.account.ok()?;
        let cells = [one.listed.no.0, name, number, bank, yuan(one.listed.amount), one.listed.programme, file.to_owned()];
        Some(cells.into_iter().map(Cell::from).collect())
    };
    let head = ["办件编号", "户名", "账号", "开户银行", "金额（元）", "兑现事项", "拨付清单"].map(str::to_owned).to_vec();
    Sheet { name: format!("{code}-{file}"), head, rows: all.into_iter().filter_map(line).collect() }.csv()
}

async fn payments(State(app): State<App>, visitor: Visitor, Path(code): Path<String>, posted: Posted) -> Response {
    visitor.answer(Area::Workbench, payments_told(&app, &visitor, &code, &posted).await)
}

async fn payments_told(app: &App, visitor: &Visitor, code: &str, posted: &Posted) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let live = app.office.rulebooks.live()?;
    mine(visitor, &live.rules, code, PAYS)?;
    let files = posted.files();
    let file = files.iter().find(|file| file.field == "file").map(|file| file.bytes.as_ref()).unwrap_or_default();
    let by = Actor::Officer(officer.clone());
    let recorded = app.office.record_payments(&by, &[code.to_owned()], file).await?;
    let mut notices = Vec::new();
    if recorded.is_empty() {
        notices.push(Notice::new(Tone::Warn, visitor.lang.say("文件里没有可以登记的行。", "The file has no line to record.")));
    }
    view(app, visitor, code, notices, &recorded).await
}
