//! Whom an item serves, and which draft an assessment speaks of, said before anything is sent. Nothing is refused here: who is taken on is
//! a person's decision. Serves measures 6 and 17.

use crate::app::App;
use crate::error::Problem;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::{Tone, words};
use casework::Holder;
use maud::{Markup, html};
use office::assessed_draft::Named;
use office::drafts::{Wanted, Whole};
use rulebook::Lang;
use rulebook::item::Item;

/// Firms of a kind that an item does not name. Other organisations (其他组织) may be any.
fn served(item: &Item, holder: &Holder) -> bool {
    let Holder::Firm(_) = holder else { return true };
    let named = |object: &str| item.objects.iter().any(|one| one == object);
    item.objects.is_empty() || named("其他组织") || holder.object().is_none_or(named)
}

pub(crate) fn told(app: &App, wanted: &Wanted<'_>, whole: &Whole, lang: Lang) -> Result<Markup, Problem> {
    let Some(holder) = Holder::from_key(&whole.draft.holder) else { return Ok(Markup::default()) };
    let mut out = Vec::new();
    if let Some(code) = office::apply::named_firm(&holder, &whole.answers).filter(|_| whole.draft.for_case.is_none()) {
        out.push(notice(&Notice::new(Tone::Warn, lang.say("请核对：填写的单位不是您现在代表的单位", "Please check: the firm in the form is not the one you act for")).body(html! {
            p { (lang.say("填写的统一社会信用代码：", "The credit code in the form: ")) code { (code) } }
            p { (lang.say(
                "结果发给申请人本人或者其代表的单位，不发给表里写的单位。为单位办理的，请先取得授权并切换为代表该单位，再申请；仍然可以提交，由办理机关核实。",
                "What is granted goes to whoever applies, not to the firm named in the form. To apply for a firm, have its mandate and switch to acting for it first. You may still send it; the office will look into it.",
            )) }
        }), lang));
    }
    for item in &wanted.items {
        if !served(item, &holder) {
            let whom = item.objects.join("、");
            let own = holder.object().unwrap_or_default();
            out.push(notice(&Notice::new(Tone::Warn, lang.say("请核对：本事项不面向您这类单位", "Please check: this item is not for bodies of your kind")).body(html! {
                p { (match lang {
                    Lang::Zh => format!("本事项面向：{whom}。您以{own}的名义申请。仍然可以提交，是否受理由办理机关决定。"),
                    Lang::En => format!("It is for: {whom}. You apply as: {own}. You may still send it; the office decides whether to take it on."),
                }) }
            }), lang));
        }
        let body = holder.object().is_some_and(|object| item.objects.iter().any(|one| one == object));
        if let Some(named) = app.office.draft_named(item.code.get_ref(), &whole.answers)? {
            out.push(draft(app, &named, body, lang)?);
        }
    }
    Ok(html! { @for one in &out { (one) } })
}

/// Drafts are not published yet: only a body of the administration reads which there are.
fn draft(app: &App, named: &Named, body: bool, lang: Lang) -> Result<Markup, Problem> {
    let (tone, title) = match named {
        Named::Known(policy) if body => (Tone::Good, format!("{}{policy}", lang.say("报送的草案：", "The draft: "))),
        Named::Known(_) => return Ok(Markup::default()),
        Named::Unknown(code) => (
            Tone::Warn,
            match lang {
                Lang::Zh => format!("“{code}”不在政策库的草案里"),
                Lang::En => format!("“{code}” is no draft of the policy library"),
            },
        ),
        Named::Unsaid => {
            (Tone::Info, lang.say("请写草案在政策库里的代码", "Give the code of the draft in the library").to_owned())
        }
    };
    let drafts = if body && !matches!(named, Named::Known(_)) { app.office.drafts_of_policies()? } else { Vec::new() };
    Ok(notice(
        &Notice::new(tone, title).body(html! {
            @if !matches!(named, Named::Known(_)) {
                p { (lang.say(
                    "草案先录入政策库，评估才看得到条款、做得了比对；不在库里的仍可报送，但办理机关会请您补正。",
                    "Once a draft is in the library its clauses can be read and compared; another may be sent too, but the office will ask for it.",
                )) }
            }
            @if !drafts.is_empty() {
                p { (lang.say("现在库里的草案：", "Drafts in the library:")) }
                ul { @for (code, name) in &drafts { li { code { (code) } " " (words(name, lang)) } } }
            }
        }),
        lang,
    ))
}
