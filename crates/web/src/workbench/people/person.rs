//! One member of staff: powers given and taken, absences, password, leaving.

use super::{GIVEN, ROLES, agencies, role_text, told_once};
use crate::app::App;
use crate::error::{Problem, refusal_notice};
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, confirm_button, link_button};
use crate::pieces::date;
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::Notice;
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::visitor::{Posted, Visitor};
use crate::workbench::frame::{Names, carried, done, head, page, refused, say_done};
use crate::workbench::wording::{agency_name, item_name};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casework::Power;
use jiff::civil::Date;
use maud::{Markup, html};
use office::Answer;
use office::people::staff;
use rulebook::procedure::Role;
use rulebook::{Lang, Rulebook, Text};
use store::people::Subject;
use store::people::staff::{Absence, PowerRow, Staff, role_from, role_word};
use store::sessions::Account;

/// All that is known of one member of staff.
struct Sheet {
    staff: Staff,
    powers: Vec<PowerRow>,
    absences: Vec<Absence>,
    accounts: Vec<Account>,
    colleagues: Vec<Staff>,
    names: Names,
    today: Date,
}

async fn sheet(app: &App, id: &str) -> Result<Sheet, Problem> {
    let store = &app.office.store;
    let staff = store.staff(id).await?.ok_or(Problem::NotFound)?;
    let powers = store.powers_of(id).await?;
    let absences = store.absences_of(id).await?;
    let accounts = store.accounts_of(&Subject::Staff(id.to_owned())).await?;
    let colleagues = store.staff_at(Some(&staff.agency)).await?;
    let colleagues: Vec<Staff> = colleagues.into_iter().filter(|one| one.active && one.id != id).collect();
    let ids = powers.iter().map(|row| row.given_by.clone()).chain(absences.iter().map(|row| row.substitute.clone()));
    let names = Names::of(app, ids.collect()).await?;
    Ok(Sheet { staff, powers, absences, accounts, colleagues, names, today: app.office.now().await?.day() })
}

pub async fn show(State(app): State<App>, visitor: Visitor, Path(id): Path<String>) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &id, &Posted::default(), Vec::new()).await)
}

async fn view(app: &App, visitor: &Visitor, id: &str, typed: &Posted, notices: Vec<Notice>) -> Result<Page, Problem> {
    let (_, officer) = visitor.officer_with(ROLES)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let rules = &live.rules;
    let sheet = sheet(app, id).await?;
    if officer.bodies(ROLES).is_some_and(|at| !at.contains(&sheet.staff.agency)) {
        return Err(Problem::NotFound);
    }
    let staff = &sheet.staff;
    let logins: Vec<&str> = sheet.accounts.iter().map(|account| account.login.as_str()).collect();
    let facts = [
        SummaryRow::new(lang.say("单位", "Body"), words(agency_name(rules, &staff.agency, lang), lang)),
        SummaryRow::new(lang.say("登录名", "Login"), html! { (logins.join(", ")) }),
        SummaryRow::new(lang.say("电话", "Telephone"), html! { (staff.phone) }),
        SummaryRow::new(
            lang.say("状态", "State"),
            html! { @if staff.active { (tag(lang.say("在职", "active"), Tone::Good, lang)) } @else { (tag(lang.say("已离职", "left"), Tone::Rest, lang)) } },
        ),
    ];
    let title = staff.name.clone();
    let cases = format!("/workbench/people/{id}/cases");
    let buttons = html! { (link_button(&cases, lang.say("在办件与移交", "Open cases and handing over"), Look::Second, None)) };
    let body = html! {
        (head(&title, "", buttons, lang))
        div .stack {
            (summary_list(&facts, lang))
            section .stack-s { h2 { (lang.say("岗位", "Powers")) } (powers(&sheet, rules, visitor)) }
            @if staff.active {
                section .card.stack-s { h2 { (lang.say("授予岗位", "Give a power")) } (give_form(&sheet, rules, visitor, typed)) }
                section .card.stack-s { h2 { (lang.say("请假与顶岗", "Absence and substitute")) } (absences(&sheet, visitor)) (absent_form(&sheet, visitor, typed)) }
                section .card.stack-s { h2 { (lang.say("账号", "Account")) } (account_forms(&sheet, visitor)) }
            }
        }
    };
    let way = vec![Crumb::to("/workbench/people", lang.say("人员与岗位", "People and roles"))];
    let mut page = page(visitor, &title, way, body);
    page.notices = notices;
    say_done(
        &mut page,
        visitor,
        &[
            ("given", "岗位已授予，立即生效。", "The power is given, as of now."),
            ("taken", "岗位已收回，立即生效。", "The power is taken away, as of now."),
            ("absent", "已登记，期间由顶岗人办理。", "Recorded: the substitute acts meanwhile."),
            ("back", "已取消这次请假。", "This absence is taken back."),
        ],
    );
    Ok(page)
}

fn powers(sheet: &Sheet, rules: &Rulebook, visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    let columns = [
        Column::new(lang.say("岗位", "Role")),
        Column::new(lang.say("范围", "Where and what for")),
        Column::new(lang.say("期限", "Until")),
        Column::new(lang.say("授予", "Given by")),
        Column { block: true, ..Column::new(lang.say("收回", "Take away")) },
    ];
    let rows = sheet.powers.iter().rev().map(|row| {
        let power = &row.power;
        let ended = row.taken_at.is_some() || power.until.is_some_and(|until| until < sheet.today);
        let items: Vec<&str> = power.items.iter().map(|code| item_name(rules, code, lang)).collect();
        Row::new(vec![
            html! { (role_text(power.role, lang)) },
            html! {
                @match &power.agency { Some(agency) => { (words(agency_name(rules, agency, lang), lang)) } None => { (lang.say("全区", "whole district")) } }
                span .sub { @if items.is_empty() { (lang.say("全部事项", "every item")) } @else { (words(&items.join("、"), lang)) } }
            },
            html! { @match power.until { Some(until) => { (date::short_day(until, lang)) " " (until.year()) } None => { (lang.say("不限", "no end")) } } },
            html! { (words(sheet.names.get(&row.given_by), lang)) span .sub { (date::moment(row.given_at.wall(), lang)) } },
            html! {
                @match row.taken_at {
                    Some(at) => { span .muted { (lang.say("已收回 ", "taken ")) (date::moment(at.wall(), lang)) } }
                    None if ended => { span .muted { (lang.say("已到期", "ended")) } }
                    None => {
                        form method="post" action={ "/workbench/people/" (sheet.staff.id) "/take" } {
                            (carried(visitor, sheet.staff.version))
                            (button(&Button::new(lang.say("收回", "Take away")).look(Look::Second).named("power", &row.id)))
                        }
                    }
                }
            },
        ])
    });
    let empty =
        html! { p .muted { (lang.say("没有岗位，登录后什么也办不了。", "No powers: nothing can be done after signing in.")) } };
    let caption = lang.say("岗位，新的在前", "Powers, the newest first");
    table(&Table { caption, columns: &columns, rows: rows.collect(), empty, ..Table::default() }, lang)
}

fn give_form(sheet: &Sheet, rules: &Rulebook, visitor: &Visitor, typed: &Posted) -> Markup {
    let lang = visitor.lang;
    let kept: Vec<(String, &str)> = GIVEN.iter().map(|role| (role_word(*role), role_text(*role, lang))).collect();
    let roles: Vec<Choice<'_>> = kept.iter().map(|(word, name)| Choice::new(word, name)).collect();
    let mut wheres = agencies(rules, lang);
    wheres.insert(0, Choice::new("*", lang.say("全区", "Whole district")));
    let own = if typed.is_set("agency") { typed.get("agency") } else { sheet.staff.agency.as_str() };
    html! {
        form .form method="post" action={ "/workbench/people/" (sheet.staff.id) "/give" } {
            (carried(visitor, sheet.staff.version))
            (field(&Field::new("role", lang.say("岗位", "Role"), Control::Select { value: typed.get("role"), choices: &roles }).required(), lang))
            (field(&Field::new("agency", lang.say("在哪个机关", "At which body"), Control::Select { value: own, choices: &wheres }).required(), lang))
            (field(&Field::text("items", lang.say("只限这些事项（代码，逗号分隔）", "Only for these items (codes, separated by commas)"), typed.get("items")).hint(lang.say("不填就是全部事项。", "Empty means every item.")), lang))
            (field(&Field::new("until", lang.say("到哪一天为止", "Until"), Control::Date { value: typed.get("until") }).hint(lang.say("含当天；不填就是不限。", "Including that day; empty means no end.")), lang))
            div .buttons { (button(&Button::new(lang.say("授予", "Give")))) }
        }
    }
}

fn absences(sheet: &Sheet, visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    html! {
        @for row in sheet.absences.iter().filter(|row| row.until >= sheet.today) {
            form .row method="post" action={ "/workbench/people/" (sheet.staff.id) "/back" } {
                (carried(visitor, sheet.staff.version))
                span { (date::short_day(row.from, lang)) "—" (date::short_day(row.until, lang)) "，" (lang.say("顶岗：", "substitute: ")) (words(sheet.names.get(&row.substitute), lang)) }
                (button(&Button::new(lang.say("取消这次请假", "Take it back")).look(Look::Second).named("absence", &row.id)))
            }
        }
    }
}

fn absent_form(sheet: &Sheet, visitor: &Visitor, typed: &Posted) -> Markup {
    let lang = visitor.lang;
    let choices: Vec<Choice<'_>> = sheet.colleagues.iter().map(|one| Choice::new(&one.id, &one.name)).collect();
    html! {
        form .form method="post" action={ "/workbench/people/" (sheet.staff.id) "/absent" } {
            (carried(visitor, sheet.staff.version))
            (field(&Field::new("substitute", lang.say("顶岗人", "Substitute"), Control::Select { value: typed.get("substitute"), choices: &choices }).required().hint(lang.say("同一单位的在职人员，需自己有相应岗位。", "An active member of the same body, who needs the roles herself.")), lang))
            (field(&Field::new("from", lang.say("从", "From"), Control::Date { value: typed.get("from") }).required(), lang))
            (field(&Field::new("until", lang.say("到（含）", "Until, included"), Control::Date { value: typed.get("until") }).required(), lang))
            div .buttons { (button(&Button::new(lang.say("登记", "Record")).look(Look::Second))) }
        }
    }
}

fn account_forms(sheet: &Sheet, visitor: &Visitor) -> Markup {
    let lang = visitor.lang;
    let id = &sheet.staff.id;
    html! {
        @for account in &sheet.accounts {
            form .row method="post" action={ "/workbench/people/" (id) "/password" } {
                (carried(visitor, sheet.staff.version))
                span { (lang.say("登录名 ", "Login ")) code { (account.login) } }
                (button(&Button::new(lang.say("重置密码和二次验证", "Reset password and second factor")).look(Look::Second).named("login", &account.login)))
            }
        }
        form method="post" action={ "/workbench/people/" (id) "/leave" } {
            (carried(visitor, sheet.staff.version))
            (confirm_button(
                lang.say("办理离职", "Leave"),
                lang.say("账号停用，岗位失效，立即退出所有登录。在办件请先移交。", "The account closes, powers end, and every session ends now. Hand over open cases first."),
                html! {},
                &Button::new(lang.say("确认离职", "Yes, leaves")),
                lang,
            ))
        }
    }
}

/// Goes back to the sheet when it is done, or shows it with the refusal and what was typed.
async fn settle(
    app: &App,
    visitor: &Visitor,
    id: &str,
    posted: &Posted,
    what: &str,
    did: Answer<()>,
) -> Result<Response, Problem> {
    match did {
        Ok(()) => Ok(done(&format!("/workbench/people/{id}"), what)),
        Err(stop) => {
            let refusal = refused(stop)?;
            Ok(view(app, visitor, id, posted, vec![refusal_notice(&refusal, visitor.lang)]).await?.into_response())
        }
    }
}

pub async fn give(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let role = role_from(posted.get("role")).ok_or_else(|| missing("岗位", "a role"))?;
        let until = day(&posted, "until")?;
        let items: Vec<String> =
            posted.get("items").split([',', '，', '、', ' ']).filter(|code| !code.is_empty()).map(str::to_owned).collect();
        let live = app.office.rulebooks.live()?;
        if let Some(unknown) = items.iter().find(|code| !live.rules.items.contains_key(*code)) {
            let lang = visitor.lang;
            let notice = Notice::new(Tone::Bad, format!("{}{unknown}", lang.say("没有这个事项：", "There is no such item: ")));
            return Ok(view(&app, &visitor, &id, &posted, vec![notice]).await?.into_response());
        }
        let agency = Some(posted.get("agency")).filter(|agency| *agency != "*" && !agency.is_empty()).map(str::to_owned);
        let power = Power { role, agency, items, until };
        let now = app.office.now().await?;
        let did = staff::give(&app.office.store, officer, &id, power, now).await.map(|_| ());
        settle(&app, &visitor, &id, &posted, "given", did).await
    };
    visitor.answer(Area::Workbench, found.await)
}

pub async fn take(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let did = staff::take(&app.office.store, officer, posted.get("power"), app.office.now().await?).await;
        settle(&app, &visitor, &id, &posted, "taken", did).await
    };
    visitor.answer(Area::Workbench, found.await)
}

pub async fn absent(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let (from, until) = (day(&posted, "from")?, day(&posted, "until")?);
        let (Some(from), Some(until)) = (from, until) else {
            let notice = Notice::new(Tone::Bad, visitor.lang.say("请填写起止日期。", "Give both days."));
            return Ok(view(&app, &visitor, &id, &posted, vec![notice]).await?.into_response());
        };
        let now = app.office.now().await?;
        let did = staff::absent(&app.office.store, officer, &id, posted.get("substitute"), from, until, now).await.map(|_| ());
        settle(&app, &visitor, &id, &posted, "absent", did).await
    };
    visitor.answer(Area::Workbench, found.await)
}

pub async fn back(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let did = staff::back(&app.office.store, officer, &id, posted.get("absence"), app.office.now().await?).await;
        settle(&app, &visitor, &id, &posted, "back", did).await
    };
    visitor.answer(Area::Workbench, found.await)
}

pub async fn password(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let sheet = sheet(&app, &id).await?;
        let (name, login) = (sheet.staff.name, posted.get("login"));
        if sheet.accounts.iter().all(|account| account.login != login) {
            return Err(Problem::NotFound);
        }
        let now = app.office.now().await?;
        match app.office.entrance.reset_staff(&app.office.store, officer, login, now).await {
            Ok(password) => Ok(told_once(&visitor, &name, login, &password, &id).into_response()),
            Err(stop) => settle(&app, &visitor, &id, &posted, "", Err(stop)).await,
        }
    };
    visitor.answer(Area::Workbench, found.await)
}

pub async fn leave(State(app): State<App>, visitor: Visitor, Path(id): Path<String>, posted: Posted) -> Response {
    let found = async {
        let (_, officer) = visitor.officer_with(ROLES)?;
        let open = super::reassign::open_cases(&app, &id).await?.len();
        if open > 0 {
            let text = match visitor.lang {
                Lang::Zh => format!("还有 {open} 件在办件在此人手里，先移交再办离职。"),
                Lang::En => format!("{open} open cases are still in this person's hands; hand them over first."),
            };
            return Ok(view(&app, &visitor, &id, &posted, vec![Notice::new(Tone::Bad, text)]).await?.into_response());
        }
        let seen = posted.read("seen")?;
        match staff::leave(&app.office.store, officer, &id, seen, app.office.now().await?).await {
            Ok(()) => Ok(done("/workbench/people", "left")),
            Err(stop) => settle(&app, &visitor, &id, &posted, "", Err(stop)).await,
        }
    };
    visitor.answer(Area::Workbench, found.await)
}

/// A day of a form; empty is none.
fn day(posted: &Posted, name: &str) -> Result<Option<Date>, Problem> {
    posted.given(name).map(|_| posted.read(name)).transpose()
}

fn missing(zh: &str, en: &str) -> Problem {
    Problem::Malformed(Text::new(format!("没有选择{zh}。"), format!("There is {en} missing.")))
}

/// The role an approver, head or supervisor needs to hand over what others have in hand.
pub(super) const MAY_HAND_OVER: &[Role] = &[Role::Approver, Role::Head, Role::Supervisor];
