//! Signatures of those who sign with the applicant: who is awaited before it is sent, and who signed what, once it was.

use super::tag::tag;
use super::{Tone, date, words};
use maud::{Markup, html};
use office::signers::{Kept, Part, Signers, Stand};
use rulebook::Lang;

/// Who signs a draft, as every door shows it before it is sent.
pub fn card(signers: &Signers, lang: Lang) -> Markup {
    html! {
        @if !signers.parts.is_empty() {
            section #signers .card.stack {
                h2 { (lang.say("共同签署", "Who signs with the applicant")) }
                (awaited(signers, lang))
                @if signers.lacking().is_some() {
                    p .hint { (lang.say("全部签署以后才能提交。签署以后再改动内容的，改动涉及的签署失效，要重新签。", "It can be sent once all have signed. A change afterwards voids the signatures that covered it.")) }
                } @else { p { (lang.say("需要的签署已经齐全，可以提交。", "All signatures are there: it can be sent.")) } }
            }
        }
    }
}

/// What came of asking: how many were told, as the address of the page says it; nothing where nobody asked.
pub fn asked(told: &str, lang: Lang) -> Markup {
    html! {
        @if told == "0" { p { (lang.say("一小时内提醒过的不再重复提醒。", "Whoever was told within the hour is not told again.")) } }
        @else if !told.is_empty() { p { (lang.say("已通知。对方登录本人账户后，在“待我签署”里看到要签的内容。", "Told. They sign in as themselves and find what to sign under “To sign”.")) } }
    }
}

/// Where everybody stands who has to sign a draft.
pub fn awaited(signers: &Signers, lang: Lang) -> Markup {
    let several = signers.are_of_several();
    html! {
        @for part in &signers.parts {
            div .stack-s {
                h3 { (words(part.role.get(lang), lang))
                    @if several { " " span .hint { (words(part.item.get(lang), lang)) } } }
                @if part.by_hand {
                    p { (tag(lang.say("已交纸质签名材料", "signed by hand"), Tone::Good, lang)) " "
                        @if let Some((_, name)) = &part.paper { (words(name.get(lang), lang)) } }
                } @else {
                    @if let Some(fault) = &part.fault { p .bad { (fault.get(lang)) } }
                    ul .plain.stack-s { @for signer in &part.people {
                        li { (words(&signer.named.name, lang)) " " span .num.muted { (rulebook::identifier::mask(&signer.named.number)) } " "
                            (stand(&signer.stand, lang)) }
                    } }
                    @if let Some((_, name)) = part.paper.as_ref().filter(|_| part.is_open()) {
                        p .hint { (lang.say("也可以改交全体手写签名的材料：", "Or hand in, signed by all of them by hand: ")) (words(name.get(lang), lang)) }
                    }
                }
            }
        }
    }
}

/// Where one signature stands, with the reason.
pub fn stand(stand: &Stand, lang: Lang) -> Markup {
    match stand {
        Stand::NotAsked => tag(lang.say("还没有请签", "not asked yet"), Tone::Rest, lang),
        Stand::Awaited { told } => html! {
            (tag(lang.say("等待签署", "awaited"), Tone::Warn, lang)) " "
            span .hint { (lang.say("最近提醒 ", "last told ")) (date::moment(told.wall(), lang)) }
        },
        Stand::Holds { at } => html! {
            (tag(lang.say("已签署", "signed"), Tone::Good, lang)) " " span .hint { (date::moment(at.wall(), lang)) }
        },
        Stand::Void { at, changed } => html! {
            (tag(lang.say("签署已失效", "no longer holds"), Tone::Bad, lang)) " "
            span .hint { (date::moment(at.wall(), lang)) (lang.say("签署之后改动了：", ", and then these were changed: "))
                (words(&changed.join("、"), lang)) (lang.say("，需要重新签署。", ". It has to be signed again.")) }
        },
        Stand::Declined { at, words: why } => html! {
            (tag(lang.say("不同意签署", "declined"), Tone::Bad, lang)) " "
            span .hint { (date::moment(at.wall(), lang)) @if !why.is_empty() { (lang.say("：", ": ")) (words(why, lang)) } }
        },
        Stand::NoMandate { at } => html! {
            (tag(lang.say("签署已失效", "no longer holds"), Tone::Bad, lang)) " "
            span .hint { (date::moment(at.wall(), lang))
                (lang.say("签署的人现在不是该企业的法定代表人。", ": whoever signed is not the legal representative of the firm now.")) }
        },
    }
}

/// What is signed, as it is shown before signing.
pub fn part(part: &Part, signer: &Stand, papers: &str, lang: Lang) -> Markup {
    let statement = &part.statement;
    html! {
        section .card.stack {
            h2 { (lang.say("以“", "You sign as “")) (words(part.role.get(lang), lang)) (lang.say("”的身份签署", "”")) }
            p { (lang.say("事项：", "For: ")) (words(part.item.get(lang), lang)) " " (stand(signer, lang)) }
            p .lead { (words(&statement.says, lang)) }
            @if lang == Lang::En && part.says.en != part.says.zh { p { "In English: " (part.says.en) } }
            @if !statement.basis.is_empty() { p .hint { (lang.say("依据：", "By: ")) (words(&statement.basis, lang)) } }
            dl .summary { @for (name, answer) in &statement.answers { div { dt { (words(name, lang)) } dd { (words(answer, lang)) } } } }
            @if !statement.papers.is_empty() {
                h3 { (lang.say("材料", "Papers")) }
                ul { @for paper in &statement.papers { li {
                    a href=(format!("{papers}/{}", paper.digest)) { (words(&paper.name, lang)) " · " (words(&paper.file_name, lang)) }
                } } }
            }
            p .small.muted { (lang.say("所签文本的指纹（SM3）：", "Fingerprint of the text (SM3): ")) code .wrap { (part.digest) } }
        }
    }
}

/// The signatures that came with an application; `texts` is the address under which each text lies, if it can be taken there.
pub fn given(kept: &[Kept], texts: Option<&str>, lang: Lang) -> Markup {
    html! {
        @if !kept.is_empty() {
            section #signatures .card.stack-s {
                h2 { (lang.say("共同签署", "Signed by")) }
                ul .plain.stack-s { @for one in kept { li {
                    strong { (words(one.role.get(lang), lang)) } (lang.say("：", ": ")) (words(&one.name, lang)) " "
                    @if let Some(firm) = &one.firm { span .num.muted { (firm) } " " }
                    span .hint { (date::moment(one.at.wall(), lang)) } " "
                    @if let Some(texts) = texts.filter(|_| !one.text.is_empty()) {
                        a href=(format!("{texts}/{}", one.digest)) { (lang.say("所签文本", "what was signed")) }
                    } @else if !one.text.is_empty() {
                        details { summary { (lang.say("所签文本", "what was signed")) } pre .wrap lang="zh" { (one.text) }
                            p .small.muted { "SM3 " code .wrap { (one.digest) } } }
                    }
                    @if !one.changed.is_empty() {
                        p .hint { (tag(lang.say("签署后有改动", "changed since"), Tone::Warn, lang)) " " (words(&one.changed.join("、"), lang)) }
                    }
                } } }
            }
        }
    }
}
