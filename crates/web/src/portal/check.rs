//! Is this document genuine? Everybody who holds one can ask with the code printed on it. What is shown is what stands in
//! every document of its kind: never whom it concerns, nor what it says about them.

use super::wording::{agency_name, item_name};
use super::{Desk, way};
use crate::app::App;
use crate::doors::Door;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, button};
use crate::pieces::date::day;
use crate::pieces::field::{Control, Field, Line, field};
use crate::pieces::licence;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::summary_list::{SummaryRow, summary_list};
use crate::pieces::{Tone, words};
use crate::visitor::Visitor;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use casework::{Holder, LetterKind};
use maud::{Markup, html};
use store::letters::KeptLetter;

/// Longest code that is looked up, in characters.
const LONGEST: usize = 64;

pub fn routes() -> Router<App> {
    Router::new().route("/check", get(ask)).route("/check/{code}", get(show))
}

/// Without a code the question, with one (`?code=`) the way to its page.
async fn ask(State(app): State<App>, visitor: Visitor) -> Response {
    let asked = visitor.asked();
    match clean(asked.get("code")) {
        code if !code.is_empty() => Redirect::to(&format!("/check/{}", crate::encode(&code))).into_response(),
        _ => visitor.answer(Area::Portal, Desk::of(&app, &visitor).map(|desk| page(&visitor, &desk, "", Markup::default()))),
    }
}

/// A code as it is kept, however it was typed: without spaces and hyphens, in capitals.
fn clean(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).take(LONGEST).map(|c| c.to_ascii_uppercase()).collect()
}

async fn show(State(app): State<App>, visitor: Visitor, door: Door, Path(code): Path<String>) -> Response {
    if let Err(wait) = door.look() {
        return wait.page(&visitor);
    }
    match found(&app, &visitor, &code).await {
        Ok((status, page)) => (status, page).into_response(),
        Err(problem) => problem.page(&visitor, Area::Portal),
    }
}

async fn found(app: &App, visitor: &Visitor, code: &str) -> Result<(StatusCode, Page), Problem> {
    let desk = Desk::of(app, visitor)?;
    let lang = desk.lang;
    let store = &app.office.store;
    // Without a digest the document is still being made, and nobody can hold it.
    let Some(letter) = store.letter_by_code(&clean(code)).await?.filter(|letter| !letter.digest.is_empty()) else {
        let unknown = Notice::new(Tone::Bad, lang.say("查不到这份文书", "No such document is known")).body(html! {
            p { (lang.say("我们没有制作过带这个查验码的文书。请先核对查验码有没有抄错；如果没有抄错，这份文书不是从本平台出来的。", "No document with this code was made here. Check the code for slips first; if there are none, the document did not come from this platform.")) }
            p { (lang.say("怀疑有人伪造，请打政务服务热线 12345。", "If you suspect a forgery, call the service line 12345.")) }
        });
        return Ok((StatusCode::NOT_FOUND, page(visitor, &desk, code, notice(&unknown, lang))));
    };
    let case = store.case(&letter.no).await?;
    let whom = match case.as_ref().and_then(casework::Case::licensee) {
        Some(Holder::Firm(code)) => {
            let name = app.office.title_of(&Holder::Firm(code.clone())).await?;
            Some(html! { (words(&name, lang)) " " span .num { (code) } })
        }
        Some(Holder::Person(_)) => Some(words(lang.say("自然人（不公开姓名）", "a natural person, not named here"), lang)),
        None => None,
    };
    let item = case.map(|case| case.item);
    let later = store.letters_of_case(&letter.no).await?;
    let licence = licence::of_letter(store, &letter, desk.rules()).await?;
    let body = html! {
        (made_here(&desk, &letter, item.as_deref(), whom, &later))
        @if let Some(found) = &licence { (licence::state_notice(found, desk.today, lang)) (licence::facts(found, desk.rules(), lang)) }
    };
    Ok((StatusCode::OK, page(visitor, &desk, code, body)))
}

/// A code that is printed on a paper can be copied to another: what was made under it is told, for whoever holds one to compare.
fn made_here(desk: &Desk, letter: &KeptLetter, item: Option<&str>, whom: Option<Markup>, of_case: &[KeptLetter]) -> Markup {
    let lang = desk.lang;
    let of = item.unwrap_or_default();
    let kind = letter.kind.name_for(desk.rules(), of);
    let mut rows = vec![
        SummaryRow::new(lang.say("文书种类", "Kind"), html! { (kind.get(lang)) }),
        SummaryRow::new(lang.say("文号", "Number"), words(&letter.document_number, lang)),
        SummaryRow::new(lang.say("制作日期", "Made on"), day(letter.made_at.day(), lang)),
    ];
    if let Some(agency) = desk.rules().agencies.get(&letter.agency) {
        rows.push(SummaryRow::new(lang.say("机关", "Body"), words(agency_name(agency, lang), lang)));
    }
    if let Some(item) = item.and_then(|item| desk.rules().items.get(item)) {
        let linked = html! { a href={ "/items/" (item.code.get_ref()) } { (words(item_name(item, lang), lang)) } };
        rows.push(SummaryRow::new(lang.say("事项", "Service"), linked));
    }
    rows.extend(whom.map(|whom| SummaryRow::new(lang.say("当事人", "Whom it concerns"), whom)));
    rows.push(SummaryRow::new(lang.say("文件指纹（SM3）", "Fingerprint (SM3)"), html! { code { (letter.digest) } }));
    let changed = of_case.iter().filter(|later| {
        later.made_at > letter.made_at && matches!(later.kind, LetterKind::EndOfPermit | LetterKind::ErrorCorrection)
    });
    html! {
        (notice(&Notice::new(Tone::Good, lang.say("本平台制作过这份文书", "This platform made this document")).body(html! {
            p { (lang.say("请逐项核对：有一项与您手里的不同，比如当事人不是同一家，您手里的就不是这一份。", "Compare each line: where one differs from what you hold, such as whom it concerns, yours is not this document.")) }
        }), lang))
        @for later in changed {
            (notice(&Notice::new(Tone::Warn, lang.say("后来又有文书改变了它", "A later document changed it")).body(html! {
                p { (later.kind.name_for(desk.rules(), of).get(lang)) " " (words(&later.document_number, lang)) " " (day(later.made_at.day(), lang)) }
            }), lang))
        }
        (summary_list(&rows, lang))
        p .small.muted { (lang.say("这里不显示自然人的姓名和文书全文；要核对全文，请用电子文件查验，或者向出具机关查询。", "Names of natural persons and the full text are not shown here; to compare all of it check the file itself, or ask the body.")) }
    }
}

fn page(visitor: &Visitor, desk: &Desk, code: &str, answer: Markup) -> Page {
    let lang = desk.lang;
    let title = lang.say("文书查验", "Check a document");
    let control = Control::Text { value: code, line: Line::Code };
    let body = html! {
        h1 { (title) }
        div .stack {
            (answer)
            form .form method="get" action="/check" {
                (field(&Field::new("code", lang.say("查验码", "Check code"), control)
                    .hint(lang.say("印在文书末尾、二维码旁边，不分大小写。", "Printed at the end of the document, next to the square code; capitals do not matter.")), lang))
                div .buttons { (button(&Button::new(lang.say("查验", "Check")))) }
            }
            p { a href="/verify" { (lang.say("手里是电子文件？在这里查验文件是否完整。", "Do you hold the file? See here whether it is whole.")) } }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::here(title)]);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_was_typed() {
        assert_eq!(clean(" k7qf-3m2p x9 "), "K7QF3M2PX9");
        assert_eq!(clean("../../etc"), "ETC");
        assert_eq!(clean(&"A".repeat(1000)).len(), LONGEST);
    }
}
