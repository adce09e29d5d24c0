//! The draft in the case of its assessment: its clauses and what the analysis finds of it, for everybody who takes part in the case, as
//! it was when the opinion was signed. Whoever may open the case may read it; nobody else comes here. Serves measure 17.

use super::{ROLES, findings};
use crate::app::App;
use crate::error::Problem;
use crate::pieces::notice::{Notice, notice};
use crate::pieces::{Tone, date, words};
use crate::portal::wording::named;
use crate::visitor::Visitor;
use casework::{Case, Record};
use findings::Shown;
use maud::{Markup, html};
use policies::assess::Finding;

/// Nothing in a case that assesses no draft.
pub async fn card(app: &App, visitor: &Visitor, case: &Case, records: &[Record]) -> Result<Markup, Problem> {
    let lang = visitor.lang;
    let Some(draft) = app.office.assessed_draft(case, records).await? else { return Ok(Markup::default()) };
    let (Some(policy), Some(read)) = (draft.policy(), &draft.read) else {
        let told = match draft.code.as_str() {
            "" => lang.say(
                "没有填写草案代码，看不到条款和比对。",
                "No code of a draft was given: neither clauses nor findings are shown.",
            ),
            _ => lang.say(
                "政策库里没有这份草案，看不到条款和比对。请先把草案录入政策库。",
                "The library has no such draft: neither clauses nor findings are shown. Enter it there first.",
            ),
        };
        let title = format!("{} {}", lang.say("不在政策库：", "Not in the library:"), draft.code);
        return Ok(notice(&Notice::new(Tone::Warn, title).body(html! { p { (told) } }), lang));
    };
    let own: Vec<&str> = policy.clause.iter().map(|clause| clause.code.get_ref().as_str()).collect();
    let found: Vec<&Finding> =
        read.assessed.findings.iter().filter(|one| one.clauses.iter().any(|clause| own.contains(&clause.as_str()))).collect();
    let signed = draft.standing.signed;
    let may_say = visitor.officer_with(ROLES).is_ok();
    let asks = may_say && signed.is_none() && case.is_open();
    let shown = Shown { app, visitor, edition: &read.edition, draft: Some(&draft.code), asks, until: signed };
    Ok(html! {
        section #draft .stack {
            div {
                h2 { (lang.say("草案和比对", "The draft and what is found of it")) }
                p { strong { (words(named(&policy.name, &policy.label, lang), lang)) } " " code { (draft.code) } }
                p .small.muted {
                    @match signed {
                        Some(at) => { (lang.say("签署意见书时的文本，", "The text as the opinion was signed, ")) (date::day(at.day(), lang)) }
                        None => { (lang.say("政策库里现在的文本", "The text in the library as it stands")) }
                    }
                    (lang.say("；文本摘要（SM3） ", "; digest of the text (SM3) ")) code { (read.digest) }
                }
            }
            @if !draft.changed.is_empty() {
                (notice(&Notice::new(Tone::Warn, changed(signed.is_some(), lang)).body(html! {
                    ul { @for one in &draft.changed { li { (words(one.get(lang), lang)) } } }
                }), lang))
            }
            div .grid.two { @for clause in &policy.clause { div .card { (findings::text(clause, policy, lang)) } } }
            (findings::list(&shown, &found).await?)
        }
    })
}

fn changed(signed: bool, lang: rulebook::Lang) -> &'static str {
    if signed {
        lang.say(
            "签署以后草案又改了：这样的文本不能发布，要重新报送评估",
            "The draft was changed since the signature: this text is not published, it has to be assessed anew",
        )
    } else {
        lang.say(
            "作出结论以后草案改了，签署的是现在的文本",
            "The draft was changed since the conclusion; what is signed is the text as it is now",
        )
    }
}
