//! `/verify`: is this file whole, whose seal is on it, and does the licence still stand? Everybody may ask; the file is looked at and
//! not kept. What is shown of the licence is what everybody may read of it. Serves measure 2.

use super::{Desk, way};
use crate::app::App;
use crate::doors::Door;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, button};
use crate::pieces::licence;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::{Tone, date, words};
use crate::visitor::{Posted, Visitor};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use office::licences::Looked;
use rulebook::{Lang, Text};
use store::licences::LicenceUse;

pub fn routes() -> Router<App> {
    Router::new().route("/verify", get(ask).post(look))
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, Desk::of(&app, &visitor).map(|desk| page(&visitor, &desk, Markup::default())))
}

async fn look(State(app): State<App>, visitor: Visitor, door: Door, posted: Posted) -> Response {
    if let Err(wait) = door.look() {
        return wait.page(&visitor);
    }
    let found = async {
        let desk = Desk::of(&app, &visitor)?;
        let file = posted.files().iter().find(|file| file.field == "file");
        let file = file.ok_or_else(|| Problem::Malformed(Text::new("请先选择一个文件。", "Choose a file first.")))?;
        let looked = app.office.look_at_file(file.bytes.to_vec()).await?;
        Ok::<_, Problem>(page(&visitor, &desk, answer(&desk, &looked)))
    };
    visitor.answer(Area::Portal, found.await)
}

fn answer(desk: &Desk, looked: &Looked) -> Markup {
    let lang = desk.lang;
    if let Some(signed) = &looked.signed {
        return super::signing::found_text(signed, lang);
    }
    let lines = match &looked.report {
        Ok(report) => report.words(if lang == Lang::Zh { papers::Lang::Zh } else { papers::Lang::En }),
        Err(_) => vec![
            lang.say(
                "这不是OFD或者PDF文件，也不是在这里签署过的申请文本，无法查验。",
                "This is neither an OFD nor a PDF file, nor the text of an application that was signed here, and cannot be looked at.",
            )
            .to_owned(),
        ],
    };
    let proven = looked.report.as_ref().is_ok_and(|report| report.proven().is_some());
    let (title, rest) = lines.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let shown = Notice::new(if proven { Tone::Good } else { Tone::Bad }, title).body(html! {
        @for line in rest { p { (words(line, lang)) } }
    });
    html! {
        (notice(&shown, lang))
        @if let Some(found) = looked.licence.as_ref().filter(|found| licence::is_licence(&found.item, desk.rules())) {
            @if let Some(copy) = &looked.copy { (a_copy(desk, copy)) }
            (licence::state_notice(found, desk.today, lang))
            (licence::facts(found, desk.rules(), lang))
        } @else if let Some(letter) = &looked.letter {
            p { (lang.say("这份文件与本平台存档的文书一致：", "The file is the very document kept here: ")) (words(&letter.document_number, lang)) }
        } @else if proven {
            p { (lang.say("印章属实，但是登记中没有这份文件；它可能是证照的副本。请用文件上的核验码查询证照现状。", "The seal holds, but the register does not have this very file; it may be a copy. Use the code printed on it to see where the licence stands.")) " "
                a href="/check" { (lang.say("用核验码查询", "By the code")) } }
        }
    }
}

/// A copy says of itself for what it may be used; when that is over it is worth nothing.
fn a_copy(desk: &Desk, copy: &LicenceUse) -> Markup {
    let lang = desk.lang;
    let over = copy.until.is_none_or(|until| until < desk.today);
    let title = if over {
        lang.say("这是副本，使用期限已过", "A copy whose time is over")
    } else {
        lang.say("这是限定用途的副本", "A copy for one purpose")
    };
    let shown = Notice::new(if over { Tone::Bad } else { Tone::Warn }, title).body(html! {
        p { (lang.say("用途：", "Purpose: ")) (words(&copy.purpose, Lang::Zh)) }
        @if let Some(until) = copy.until { p { (lang.say("使用期限至：", "May be used until: ")) (date::day(until, lang)) } }
    });
    notice(&shown, lang)
}

fn page(visitor: &Visitor, desk: &Desk, answer: Markup) -> Page {
    let lang = desk.lang;
    let title = lang.say("电子证照文件查验", "Check the file of a licence");
    let body = html! {
        h1 { (title) }
        div .stack {
            (answer)
            form .form method="post" action="/verify" enctype="multipart/form-data" {
                input type="hidden" name="csrf" value=(visitor.csrf());
                div .field {
                    label for="f-file" { (lang.say("证照文件（OFD或者PDF），或者签署过的申请文本（JSON）", "The file (OFD or PDF), or the signed text of an application (JSON)")) }
                    p .hint #h-file { (lang.say("选择文件，或者把它拖到这里，不超过8兆字节。文件只用于查验，不会保存。", "Choose it or drop it here, at most 8 MB. It is looked at and not kept.")) }
                    input #f-file type="file" name="file" accept=".ofd,.pdf,.json,application/pdf,application/json" aria-describedby="h-file" required;
                }
                div .buttons { (button(&Button::new(lang.say("查验", "Check")))) }
            }
            p { a href="/check" { (lang.say("只有纸质证照？用上面的核验码查验。", "Only paper? Check it by the code printed on it.")) } }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    page.breadcrumbs = way(lang, [Crumb::here(title)]);
    page
}
