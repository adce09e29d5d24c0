//! The choice between the ordinary way and a commitment (告知承诺), in words that say what happens afterwards; and what is signed.
//!
//! Serves measure 5: whoever signs has read when the check comes and what follows from it.

use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::notice::{Notice, notice};
use crate::pieces::{Tone, date, words};
use casework::commitment::{Breach, Signing};
use jiff::civil::Date;
use maud::{Markup, html};
use office::drafts::Wanted;
use rulebook::commitment::{Commitment, Notice as Told, OF_PERMIT, OF_PROOF, PostCheck};
use rulebook::intake::Answers;
use rulebook::item::Item;
use rulebook::material::Material;
use rulebook::{Lang, Rulebook};

/// The choices that a draft has: of its item, and of each paper that may be replaced. Nothing where there is none.
pub fn choices(
    wanted: &Wanted<'_>,
    rules: &Rulebook,
    answers: &Answers,
    breach: Option<&Breach>,
    today: Date,
    lang: Lang,
) -> Markup {
    let ([item], false) = (&*wanted.items, wanted.together) else { return Markup::default() };
    let papers = papers_offered(wanted, today);
    let offered = item.commitment.as_ref().and_then(|own| own.notice_on(today)).is_some();
    if !offered && papers.is_empty() {
        return Markup::default();
    }
    if let Some(breach) = breach {
        let title = lang.say("目前不适用告知承诺", "No commitment can be made now");
        return notice(&Notice::new(Tone::Info, title).body(html! {
            p { (lang.say("您曾违背承诺，信用修复以前不适用告知承诺，最迟至", "An earlier commitment was broken. Until that is repaired none can be made, at the latest until ")) (date::day(breach.until, lang))
                (lang.say("。请按一般程序申请，不受影响。", ". Apply the ordinary way: that is open to you as to everybody.")) }
        }), lang);
    }
    html! {
        section .card .stack #commitment {
            h2 { (lang.say("怎样办理，由您选择", "How it is handled is your choice")) }
            (of_item(item, rules, answers, today, lang))
            @for (material, _) in papers { (of_paper(material, answers, today, lang)) }
        }
    }
}

/// Papers for which a commitment may be made on that day, with the items that want them.
fn papers_offered<'a>(wanted: &Wanted<'a>, today: Date) -> Vec<(&'a Material, Vec<&'a Item>)> {
    let mut papers = wanted.proofs();
    papers.retain(|(material, _)| material.commitment.as_ref().is_some_and(|own| own.notice_on(today).is_some()));
    papers
}

/// The choice of each part of a bundle that knows one, and of each paper that all who want it may do without, for the look before
/// sending; nothing where none does. `broken` are the parts and the papers for which none can be made now.
pub fn of_parts(
    wanted: &Wanted<'_>,
    rules: &Rulebook,
    answers: &Answers,
    broken: &[&str],
    today: Date,
    lang: Lang,
) -> Option<Markup> {
    let offered = |item: &&&Item| item.commitment.as_ref().and_then(|own| own.notice_on(today)).is_some();
    let parts: Vec<&&Item> = wanted.items.iter().filter(offered).collect();
    let papers = papers_offered(wanted, today);
    if !wanted.together || parts.is_empty() && papers.is_empty() {
        return None;
    }
    let broken_word = lang.say(
        "您曾违背承诺，信用修复以前这一项按一般程序办理。",
        "An earlier commitment was broken: until that is repaired this goes the ordinary way.",
    );
    Some(html! {
        @for item in parts {
            section .stack-s {
                h3 { (words(lang.say(&item.name, item.label.as_deref().unwrap_or(&item.name)), lang)) }
                @if broken.contains(&item.code.get_ref().as_str()) {
                    p .muted { (broken_word) }
                } @else { (of_item(item, rules, answers, today, lang)) }
            }
        }
        @if !papers.is_empty() {
            section .stack-s {
                h3 { (lang.say("可以用承诺替代的材料", "Papers that a commitment may stand for")) }
                @for (material, wanting) in papers {
                    @if broken.contains(&material.key.get_ref().as_str()) {
                        p .muted { (words(lang.say(&material.name, material.label.as_deref().unwrap_or(&material.name)), lang)) (lang.say("：", ": ")) (broken_word) }
                    } @else {
                        (of_paper(material, answers, today, lang))
                        p .hint { (lang.say("需要它的事项：", "Wanted by: ")) (words(&names_of(&wanting, lang), lang)) }
                    }
                }
            }
        }
    })
}

fn names_of(items: &[&Item], lang: Lang) -> String {
    let names: Vec<&str> = items.iter().map(|item| lang.say(&item.name, item.label.as_deref().unwrap_or(&item.name))).collect();
    names.join(lang.say("、", ", "))
}

fn of_item(item: &Item, rules: &Rulebook, answers: &Answers, today: Date, lang: Lang) -> Markup {
    let Some((own, told)) = item.commitment.as_ref().and_then(|own| Some((own, own.notice_on(today)?))) else {
        return Markup::default();
    };
    let code = format!("{OF_PERMIT}{}", item.code.get_ref());
    let version = told.version.to_string();
    let by = lang
        .say("告知承诺：只交申请表和承诺书，准予以后再核查", "By commitment: form and commitment only, checked after the grant")
        .to_owned();
    let choices = [
        Choice::new("", lang.say("一般程序：提交材料，审查后决定", "The ordinary way: papers, examined before the decision")),
        Choice::new(&version, &by),
    ];
    let value = answers.get(&code).map(String::as_str).unwrap_or_default();
    html! {
        (field(&Field::new(&code, lang.say("办理方式", "Way of handling"), Control::Radios { value, choices: &choices, across: false }).refreshing()
            .hint(lang.say("不选就是一般程序。选了告知承诺，在作出决定以前随时可以改回来。", "Without a choice it is the ordinary way. A commitment can be left at any time before the decision.")), lang))
        details open[!value.is_empty()] {
            summary { (lang.say("选择告知承诺以前，请读这里", "Read this before you choose a commitment")) }
            (explained(item, own, told, rules, lang))
        }
    }
}

/// What the commitment of an item means for whoever chooses it: in the form and in the guide alike.
pub fn explained(item: &Item, own: &Commitment, told: &Told, rules: &Rulebook, lang: Lang) -> Markup {
    let name = own.form.name();
    let papers = own.replaces.iter().filter_map(|key| rules.materials.get(key.get_ref()));
    let names: Vec<&str> = papers.map(|own| lang.say(&own.name, own.label.as_deref().unwrap_or(&own.name))).collect();
    let rectify = own.rectify.term.term().map(|term| term.text());
    html! {
        div .stack {
            ul {
                li { (name.get(lang)) (lang.say("：", ": ")) (lang.say("不再要求提交", "these are not asked for: ")) (words(&names.join(lang.say("、", ", ")), lang)) (lang.say("。", "."))
                    @if let Some(term) = own.papers_term() { (lang.say("须在承诺之日起", " They follow within ")) (term.text().get(lang)) (lang.say("内补交。", " of the commitment.")) } }
                li { (when_checked(&own.check, rules, lang)) }
                @if let Some(rectify) = &rectify {
                    li { (lang.say("核查发现问题的，先给您", "If something is found wanting you first have ")) (rectify.get(lang)) (lang.say("整改；不会因为时间过去而自动撤销。", " to put it right; nothing is ever revoked by the passing of time.")) }
                }
                li { (lang.say("整改以后仍不符合，或者承诺不实的，由审批人听取您的陈述申辩后决定是否撤销；撤销的记入信用记录", "If it is still wanting, or the commitment was false, an approver hears you and decides; a revocation stands on your record for ")) (own.credit.months) (lang.say("个月，期间不再适用告知承诺。", " months, in which no commitment can be made.")) }
            }
            h3 { (lang.say("要达到的标准", "The standard to be met")) }
            ol { @for condition in &item.condition { li { (words(&condition.text, lang)) } } li { (words(&told.standard, lang)) } }
            p .hint { (lang.say("依据：", "Ground: ")) (words(&own.basis.to_string(), lang)) " · " (lang.say("告知文本第", "notice ")) (told.version) (lang.say("版", ""))
                @if own.status == rulebook::definition::Standing::Example { " · " (lang.say("示例", "example")) } }
        }
    }
}

fn of_paper(material: &Material, answers: &Answers, today: Date, lang: Lang) -> Markup {
    let Some((own, told)) = material.commitment.as_ref().and_then(|own| Some((own, own.notice_on(today)?))) else {
        return Markup::default();
    };
    let code = format!("{OF_PROOF}{}", material.key.get_ref());
    let version = told.version.to_string();
    let name = lang.say(&material.name, material.label.as_deref().unwrap_or(&material.name));
    let choices = [
        Choice::new("", lang.say("提交这份材料", "Hand the paper in")),
        Choice::new(&version, lang.say("以书面承诺替代这份材料", "Commit in writing instead")),
    ];
    let value = answers.get(&code).map(String::as_str).unwrap_or_default();
    html! {
        (field(&Field::new(&code, name, Control::Radios { value, choices: &choices, across: false }).refreshing().hint(&told.standard), lang))
        @if !value.is_empty() { p .hint { (words(&told.consequences, lang)) } p .hint { (lang.say("依据：", "Ground: ")) (words(&own.basis.to_string(), lang)) } }
    }
}

fn when_checked(check: &PostCheck, rules: &Rulebook, lang: Lang) -> String {
    let body = check.by.as_ref().and_then(|by| rules.agencies.get(by.get_ref())).map(|agency| agency.text());
    let term = check.term.term().map(|term| term.text()).unwrap_or_default();
    let manner = check.manner.name();
    match lang {
        Lang::Zh => format!(
            "决定以后{}内，由{}{}一次。",
            term.zh,
            body.as_ref().map_or("作出决定的机关", |body| body.zh.as_str()),
            manner.zh
        ),
        Lang::En => format!(
            "Within {} of the decision {} checks it {}.",
            term.en,
            body.as_ref().map_or("the deciding body", |body| body.en.as_str()),
            manner.en
        ),
    }
}

/// What is signed by sending, to the byte as it is kept; nothing for the ordinary way.
pub fn to_sign(signing: Option<&Signing>, item: &Item, rules: &Rulebook, who: &str, today: Date, lang: Lang) -> Markup {
    let Some(signing) = signing else { return Markup::default() };
    let of_item = signing.notice.and_then(|notice| rules.commitment_text(item, notice, who, today));
    let of_papers = signing.proofs.iter().filter_map(|key| rules.proof_text(rules.materials.get(key)?, who, today));
    html! {
        section .card .stack #to-sign {
            h2 { (lang.say("您将签署的告知承诺书", "What you sign by sending")) }
            @for text in of_item.into_iter().chain(of_papers) { div .pre lang="zh" { (text) } }
            p { strong { (lang.say("点击提交，即为签署；签署的文本原样保存，随时可以在办件里查看。", "Sending it is signing it. The text is kept as it stands and can be read on your case.")) } }
        }
    }
}

/// What the button says that sends it.
pub fn send(signing: Option<&Signing>, lang: Lang) -> &'static str {
    match signing {
        Some(_) => lang.say("签署承诺书并提交", "Sign the commitment and send"),
        None => lang.say("提交申请", "Send"),
    }
}
