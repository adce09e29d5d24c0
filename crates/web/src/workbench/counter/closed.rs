//! `/workbench/counter/closed/{item}`: the dated written answer for who asks for an item that takes no new applications, or for a
//! permit that is off the list. It gives the reason and another way, on paper, and is written down; an error page would send the
//! visitor away with nothing.

use super::*;
use crate::pieces::letter::{Letter, letter};
use axum::extract::{Path, Query};
use serde::Deserialize;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/counter/closed/{item}", get(show))
}

#[derive(Deserialize, Default)]
struct For {
    /// The key of the visitor.
    #[serde(default, rename = "for")]
    holder: String,
}

/// A permit that the list in force does not hold.
pub(super) fn is_off_list(rules: &rulebook::Rulebook, item: &rulebook::item::Item) -> bool {
    item.item_type == rulebook::item::ItemType::Permit && rules.permit_row(item.code.get_ref()).is_none()
}

async fn show(State(app): State<App>, visitor: Visitor, Path(item): Path<String>, Query(whom): Query<For>) -> Response {
    visitor.answer(Area::Workbench, view(&app, &visitor, &item, &whom.holder).await)
}

async fn view(app: &App, visitor: &Visitor, code: &str, key: &str) -> Result<Page, Problem> {
    let signed_in = clerk(visitor)?;
    let lang = visitor.lang;
    let live = app.office.rulebooks.live()?;
    let now = app.office.now().await?;
    let item = live.rules.items.get(code).ok_or(Problem::NotFound)?;
    let closed = item.closed_from.filter(|from| *from <= now.day());
    if closed.is_none() && !is_off_list(&live.rules, item) {
        return Err(Problem::NotFound);
    }
    let holder = match Holder::from_key(key) {
        Some(holder) => holder_shown(app, &holder).await?.unwrap_or_default().0,
        None => String::new(),
    };
    app.office.note_reading(Some(signed_in), "closed-item-answer", None, code, now).await?;
    let duty = app.office.store.duty(signed_in.session.subject.id(), now.day()).await?;
    let agency =
        duty.and_then(|duty| live.rules.agencies.get(&duty.staff.agency).map(|agency| agency.name.clone())).unwrap_or_default();
    // The answer is a document of a Chinese office, in Chinese.
    let body = html! {
        p { (if holder.is_empty() { "申请人" } else { &holder }) "：" }
        @if let Some(closed) = closed {
            p { "你（单位）" (date::day_text(now.day(), Lang::Zh)) "申请办理的“" (item.name) "”，自" (date::day_text(closed, Lang::Zh)) "起不再接受新的申请。" }
            p { "理由：" (item.closed_reason) }
            p { "已经受理的申请继续办理。" }
        } @else {
            p { "你（单位）" (date::day_text(now.day(), Lang::Zh)) "申请办理的“" (item.name) "”，不在当日有效的行政许可事项清单（规则书“" (live.name) "”版）内。" }
            p { "理由：清单之外一律不得实施行政许可（优化营商环境条例第四十条）。任何机关不得要求你（单位）取得这项许可。" }
        }
        p { "对本答复有异议的，可以向“办不成事”反映窗口反映" @if !item.complaint_phone.is_empty() { "，电话" (item.complaint_phone) } "。" }
        p { "首问人员：" (signed_in.name) }
    };
    let today = date::day_text(now.day(), Lang::Zh);
    let shown = Letter {
        title: if closed.is_some() { "关于停止受理事项的书面答复" } else { "关于清单外事项的书面答复" },
        number: "",
        body,
        agency: &agency,
        date: &today,
        seal: &agency,
        draft: false,
    };
    let body = html! {
        div .page-head.no-print { h1 { (lang.say("书面答复", "Written answer")) } div .buttons { (link_button("/workbench/counter", lang.say("返回窗口", "Back to the counter"), Look::Second, None)) } }
        (letter(&shown, lang))
        p .small.muted.no-print { (lang.say("用浏览器的打印功能打印，盖章后交给申请人。", "Print this page, seal it and hand it over.")) }
    };
    Ok(around(visitor, lang.say("书面答复", "Written answer"), body))
}
