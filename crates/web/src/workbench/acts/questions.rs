//! Draws the questions of an act's form for one case: the choices come from the case, its rulebook and the people of the body.

use super::answers::{Fault, Typed};
use super::table::{ActForm, Ask, Kind, Need, Source};
use crate::pieces::field::{Choice, Control, Field, Line, field};
use crate::pieces::files::Uploads;
use crate::pieces::{tag, words};
use crate::workbench::case::dossier::Dossier;
use crate::workbench::wording::{about_name, agency_name, material_name, named};
use casework::Officer;
use casework::joint::Joint;
use maud::{Markup, html};
use rulebook::Lang;
use rulebook::item::Necessity;
use rulebook::procedure::{Next, Role};
use rulebook::theme::JointKind;
use serde_json::Value;

/// What the questions are drawn from.
pub struct Ground<'a> {
    pub dossier: &'a Dossier,
    pub officer: &'a Officer,
    /// Identifiers and names of those who may handle the case.
    pub handlers: &'a [(String, String)],
    /// Identifiers and names of the people of the body.
    pub colleagues: &'a [(String, String)],
    pub lang: Lang,
}

type Pairs = Vec<(String, String)>;

/// All questions of the form, with what was typed and what is wrong with it.
pub fn questions(form: &ActForm, typed: &Typed, faults: &[Fault], ground: &Ground<'_>) -> Markup {
    let fixed = fixed(form, ground);
    html! {
        @for ask in form.asks {
            @match fixed.iter().find(|(name, _)| *name == ask.name) {
                Some(_) => {}
                None => (question(ask, typed, faults, ground)),
            }
        }
    }
}

/// What this step of the procedure decides by itself: a review that can only pass the case on passes it on.
pub fn fixed(form: &ActForm, ground: &Ground<'_>) -> Vec<(&'static str, Value)> {
    let verdict = form.asks.iter().find(|ask| ask.kind == Kind::Verdict);
    let only = verdict.and_then(|_| {
        let events = review_events(ground);
        match (events.contains(&"reviewed".to_owned()), events.contains(&"sent-back".to_owned())) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    });
    verdict.zip(only).map(|(ask, agrees)| (ask.name, Value::Bool(agrees))).into_iter().collect()
}

fn review_events(ground: &Ground<'_>) -> Vec<String> {
    let case = &ground.dossier.case;
    let actor = casework::Actor::Officer(ground.officer.clone());
    let on = ground.dossier.now.day();
    let acts = ground.dossier.step().map(|step| step.act.as_slice()).unwrap_or_default();
    let mine = acts.iter().filter(|allowed| {
        allowed.act.get_ref() == "review" && allowed.by.iter().any(|role| actor.plays(*role, case, &case.agency, &case.item, on))
    });
    mine.filter_map(|allowed| match &allowed.to {
        Some(Next::ByEvent(steps)) => Some(steps.keys().cloned().collect::<Vec<_>>()),
        _ => None,
    })
    .flatten()
    .collect()
}

fn question(ask: &Ask, typed: &Typed, faults: &[Fault], ground: &Ground<'_>) -> Markup {
    let lang = ground.lang;
    let fault = faults.iter().find(|(name, _)| name == ask.name).map(|(_, text)| text.get(lang));
    let value = typed.get(ask.name);
    let draw = |control: Control<'_>| {
        let hint = Some(lang.say(ask.hint.0, ask.hint.1)).filter(|hint| !hint.is_empty());
        let drawn = Field {
            hint,
            error: fault,
            required: ask.need == Need::Must,
            ..Field::new(ask.name, lang.say(ask.label.0, ask.label.1), control)
        };
        field(&drawn, lang)
    };
    let choose = |pairs: &Pairs, long: bool| {
        let choices = as_choices(pairs);
        let control = if long {
            Control::Select { value, choices: &choices }
        } else {
            Control::Radios { value, choices: &choices, across: false }
        };
        draw(control)
    };
    match ask.kind {
        Kind::Line => draw(Control::Text { value, line: Line::Plain }),
        Kind::Words => draw(Control::Area { value, rows: 5 }),
        Kind::Day => draw(Control::Date { value }),
        Kind::Hour => draw(Control::Hour { value }),
        Kind::Extension => draw(Control::Number { value, unit: &extension_unit(ground) }),
        Kind::Either(yes, no) => {
            let choices = [Choice::new("true", lang.say(yes.0, yes.1)), Choice::new("false", lang.say(no.0, no.1))];
            draw(Control::Radios { value, choices: &choices, across: true })
        }
        Kind::Verdict => {
            let choices = [
                Choice::new("true", lang.say("同意，提请决定", "Agree: pass on for decision")),
                Choice::new("false", lang.say("退回重新审查", "Send back")),
            ];
            draw(Control::Radios { value, choices: &choices, across: true })
        }
        Kind::Satisfied => {
            let choices = [
                Choice::new("true", lang.say("已解决", "Solved")),
                Choice::new("false", lang.say("未解决", "Not solved")),
                Choice::new("none", lang.say("联系不上，没有反馈", "No answer could be had")),
            ];
            draw(Control::Radios { value, choices: &choices, across: true })
        }
        Kind::Handler => choose(&ground.handlers.to_vec(), true),
        Kind::Colleague => choose(&ground.colleagues.to_vec(), true),
        Kind::Colleagues => {
            let chosen: Vec<&str> = typed.all(ask.name).collect();
            let pairs = ground.handlers.to_vec();
            let choices = as_choices(&pairs);
            draw(Control::Checks { values: &chosen, choices: &choices })
        }
        Kind::Agency => choose(&agencies(ground), true),
        Kind::Item => choose(&items(ground), true),
        Kind::One(source) => {
            let pairs = pairs_of(source, ground);
            let long = pairs.len() > 6;
            choose(&pairs, long)
        }
        Kind::Deferred => deferred(ask, typed, fault, ground),
        Kind::Defects => defects(typed, fault, ground),
        Kind::Papers => papers(ground),
        Kind::Files => files(typed, &draw, lang),
    }
}

/// Files already taken in stay with the form, whatever stood in the way; one that is unticked is left out.
fn files(typed: &Typed, draw: &dyn Fn(Control<'_>) -> Markup, lang: Lang) -> Markup {
    let names = |id: &str| typed.get(&format!("attached.{id}")).to_owned();
    let taken: Vec<(&str, String)> = typed.all("attached").map(|id| (id, names(id))).collect();
    html! {
        (draw(Control::Files(Uploads { multiple: true, camera: true, ..Uploads::default() })))
        @if !taken.is_empty() {
            fieldset .field {
                legend { (lang.say("已收下的附件", "Files taken in")) }
                div .choices {
                    @for (id, name) in &taken {
                        div .choice {
                            input type="checkbox" id={ "attached-" (id) } name="attached" value=(id) checked;
                            label for={ "attached-" (id) } { (words(name, lang)) }
                        }
                        input type="hidden" name={ "attached." (id) } value=(name);
                    }
                }
            }
        }
    }
}

fn as_choices(pairs: &Pairs) -> Vec<Choice<'_>> {
    pairs.iter().map(|(value, text)| Choice::new(value, text)).collect()
}

fn agencies(ground: &Ground<'_>) -> Pairs {
    let own = &ground.dossier.case.agency;
    let others = ground.dossier.rules().agencies.values().filter(|agency| agency.code.get_ref() != own);
    others
        .map(|agency| (agency.code.get_ref().clone(), named(&agency.name, agency.label.as_deref(), ground.lang).to_owned()))
        .collect()
}

fn items(ground: &Ground<'_>) -> Pairs {
    let all = ground.dossier.rules().items.values();
    all.map(|item| (item.code.get_ref().clone(), named(&item.name, item.label.as_deref(), ground.lang).to_owned())).collect()
}

fn extension_unit(ground: &Ground<'_>) -> String {
    let most = longest_extension(ground.dossier);
    let clock = ground.dossier.case.clock("decide-statutory");
    let unit = clock.map_or("", |clock| match clock.term.unit {
        rulebook::Unit::WorkingDays => ground.lang.say("个工作日", "working days"),
        rulebook::Unit::Months => ground.lang.say("个月", "months"),
        _ => ground.lang.say("日", "days"),
    });
    match ground.lang {
        Lang::Zh => format!("{unit}，最多 {most}"),
        Lang::En => format!("{unit}, at most {most}"),
    }
}

/// The longest extension that the statutory limit of this case allows, in its own unit.
pub fn longest_extension(dossier: &Dossier) -> u32 {
    let on = dossier.case.received.unwrap_or(dossier.now.day());
    let limit = dossier.item().and_then(|item| rulebook::item::limit_on(&item.limit, rulebook::item::LimitKind::Statutory, on));
    limit.map_or(0, |limit| limit.extension)
}

fn pairs_of(source: Source, ground: &Ground<'_>) -> Pairs {
    let (dossier, lang) = (ground.dossier, ground.lang);
    let (case, rules) = (&dossier.case, dossier.rules());
    let codes = |list: &str| -> Pairs {
        let values = rules.codes.get(list).map(|list| list.value.as_slice()).unwrap_or_default();
        values.iter().map(|value| (value.code.clone(), named(&value.name, value.label.as_deref(), lang).to_owned())).collect()
    };
    let of = |pairs: &[(&str, &str, &str)]| -> Pairs {
        pairs.iter().map(|(code, zh, en)| ((*code).to_owned(), lang.say(zh, en).to_owned())).collect()
    };
    let opinion = |opinion: &casework::case::Opinion| {
        let text = format!("{} · {}", agency_name(rules, &opinion.agency, lang), dossier.say(opinion.question, lang));
        (opinion.number.to_string(), text)
    };
    match source {
        Source::Opinions => case.opinions.iter().map(opinion).collect(),
        Source::OpenOpinions => {
            let on = dossier.now.day();
            let mine =
                |agency: &str| ground.officer.powers.iter().any(|power| power.covers(Role::Examiner, agency, &case.item, on));
            case.open_opinions().filter(|asked| mine(&asked.agency)).map(opinion).collect()
        }
        Source::SpecialKinds => codes("special-procedures"),
        Source::RootCauses => codes("root-causes"),
        Source::Classes => {
            let classes = dossier.procedure().map(|procedure| procedure.class.as_slice()).unwrap_or_default();
            classes.iter().map(|class| (class.code.clone(), lang.say(&class.name, &class.label).to_owned())).collect()
        }
        Source::MissedClocks => {
            let missed = case.clocks.iter().filter(|clock| clock.expired.is_some() && clock.binds_office);
            missed.map(|clock| (clock.code.clone(), clock_name(dossier, &clock.code, lang).to_owned())).collect()
        }
        Source::Letters => {
            let made = case.letters.iter();
            made.map(|letter| {
                (
                    letter.number.to_string(),
                    format!("{} {}", letter.kind.name_for(dossier.rules(), &case.item).get(lang), letter.document_number),
                )
            })
            .collect()
        }
        Source::Points => {
            let points = dossier.item().map(|item| item.point.as_slice()).unwrap_or_default();
            points.iter().enumerate().map(|(at, point)| (at.to_string(), point.text.clone())).collect()
        }
        Source::Grounds | Source::Penalties => {
            let all = dossier.live.rules.grounds.values().filter(|ground| ground.ending.is_some());
            let mut all: Vec<_> = all.filter(|ground| source == Source::Grounds || ground.hearing.is_some()).collect();
            all.sort_by_key(|ground| {
                dossier.live.rules.places.get(&("ground", ground.code.get_ref().clone())).map(|place| place.line)
            });
            all.iter().map(|ground| (ground.code.get_ref().clone(), ground.title().get(lang).to_owned())).collect()
        }
        Source::IntakeGrounds if !dossier.procedure().is_some_and(rulebook::procedure::Procedure::is_for_permits) => {
            of(&[("elsewhere", "不属于本机关职权范围", "not within this body's powers")])
        }
        Source::IntakeGrounds => of(&[
            ("elsewhere", "不属于本机关职权范围", "not within this body's powers"),
            ("barred", "依已作出的书面决定，尚在不得再次申请的期间内", "a written decision still bars the applicant"),
            ("false-statement", "隐瞒有关情况或者提供虚假材料", "facts were hidden or papers are false"),
        ]),
        Source::Findings => of(&[
            ("passed", "与承诺一致", "as committed"),
            ("rectify", "责令限期整改", "to be put right within a term"),
            ("broken", "违背承诺（不实，或者整改后仍不符合）", "broken: false, or not put right"),
        ]),
        Source::Manners => of(&[
            ("当场领取", "当场领取", "collected at the counter"),
            ("邮寄送达", "邮寄送达", "posted"),
            ("电子送达", "电子送达", "electronically"),
            ("直接送达", "直接送达", "handed over"),
            ("留置送达", "留置送达", "left at the place"),
            ("公告送达", "公告送达", "by public notice"),
        ]),
        Source::Stands => {
            let all = rulebook::Stand::ALL.into_iter().filter(|stand| casework::leg::may_stand(rules, case, *stand));
            all.map(|stand| (stand.word().to_owned(), stand.title().get(lang).to_owned())).collect()
        }
        Source::JointKinds => {
            let themes = case.bundle.iter().filter_map(|bundle| rules.themes.get(bundle.theme.as_ref()?));
            let declared: Vec<_> = themes.flat_map(|theme| &theme.joint).map(|joint| joint.kind).collect();
            // The case of a part does not know the theme: what it may not have is refused with the reason.
            let may = |kind: &JointKind| case.bundle.is_none() || declared.contains(kind);
            let kinds = [JointKind::SiteVisit, JointKind::Guidance, JointKind::Acceptance].into_iter().filter(may);
            kinds.map(|kind| (kind.name().zh, kind.name().get(lang).to_owned())).collect()
        }
        Source::PendingJoints => {
            let pending = |joint: &&Joint| case.bundle.as_ref().is_some_and(|bundle| joint.is_pending(bundle));
            case.joints.iter().filter(pending).map(|joint| joint_named(joint, dossier, lang)).collect()
        }
        Source::Objections => {
            let open = case.award.iter().flat_map(casework::award::Award::unanswered);
            open.map(|number| {
                (number.to_string(), lang.say("第", "Objection ").to_owned() + &number.to_string() + lang.say("条异议", ""))
            })
            .collect()
        }
        Source::JointsToAttend => {
            let open = |joint: &&Joint| joint.set.is_some() && joint.found.is_none();
            case.joints.iter().filter(open).map(|joint| joint_named(joint, dossier, lang)).collect()
        }
        Source::Levels => {
            (1..=5u8).map(|level| (level.to_string(), casework::narrate::rating(level).get(lang).to_owned())).collect()
        }
    }
}

/// A joint act by its number, kind, hour and place.
fn joint_named(joint: &Joint, dossier: &Dossier, lang: Lang) -> (String, String) {
    (joint.number.to_string(), crate::pieces::joint::named(joint, &dossier.words, lang))
}

/// What people call a clock of this case.
pub fn clock_name<'a>(dossier: &'a Dossier, code: &'a str, lang: Lang) -> &'a str {
    let rule = dossier.procedure().and_then(|procedure| procedure.clock_rule(code));
    rule.map_or(code, |rule| lang.say(&rule.name, &rule.label))
}

/// The lacking papers: those that may follow can be ticked, the others say what to do instead.
fn deferred(ask: &Ask, typed: &Typed, fault: Option<&str>, ground: &Ground<'_>) -> Markup {
    let (dossier, lang) = (ground.dossier, ground.lang);
    let lacking = &dossier.case.lacking;
    let may_follow = |key: &String| {
        dossier.item().is_some_and(|item| {
            item.material.iter().any(|needed| needed.key.get_ref() == key && needed.necessity == Necessity::Deferrable)
        })
    };
    let pairs: Pairs = lacking
        .iter()
        .filter(|key| may_follow(key))
        .map(|key| (key.clone(), material_name(dossier.rules(), key, lang).to_owned()))
        .collect();
    let stuck: Vec<&String> = lacking.iter().filter(|key| !may_follow(key)).collect();
    let chosen: Vec<&str> = typed.all(ask.name).collect();
    html! {
        @if lacking.is_empty() { p { (tag::light_saying(tag::Light::Done, lang.say("清单上的材料齐全。", "All papers on the list are there."), lang)) } }
        @if !stuck.is_empty() {
            div .notice.warn { div {
                p .title { (lang.say("还缺下列材料，不能容缺：", "These papers are lacking and may not follow later:")) }
                ul { @for key in stuck { li { (words(material_name(dossier.rules(), key, lang), lang)) } } }
                p { (lang.say("请一次性告知补正。", "Ask for correction instead.")) }
            } }
        }
        @if !pairs.is_empty() {
            (field(&Field::new(ask.name, lang.say(ask.label.0, ask.label.1), Control::Checks { values: &chosen, choices: &as_choices(&pairs) }).error(fault), lang))
        }
    }
}

/// A checklist over the papers and questions of the published list, and nothing beside it (trap T-31).
fn defects(typed: &Typed, fault: Option<&str>, ground: &Ground<'_>) -> Markup {
    let (dossier, lang) = (ground.dossier, ground.lang);
    let answers = dossier.answers();
    let Some(intake) = dossier.intake(&answers) else { return html! {} };
    let told = dossier.case.corrections.last();
    let is_new = |about: &str| told.is_some_and(|told| !told.left.iter().any(|left| left == about));
    let papers = intake.papers.iter().filter(|paper| paper.applies == rulebook::expression::Truth::True);
    let line = |about: &str, state: &str| {
        html! {
            li {
                div .choice {
                    input type="checkbox" id={ "defect-" (about) } name="defect" value=(about) checked[typed.has("defect", about)];
                    label for={ "defect-" (about) } { (words(about_name(dossier.rules(), about, lang), lang)) @if !state.is_empty() { " " span .hint { (state) } } }
                }
                @if is_new(about) { p .hint { (lang.say("首次告知时没有列出", "not told the first time")) } }
                (field(&Field::new(&format!("words.{about}"), lang.say("问题和改正办法", "What is wrong and how to put it right"), Control::Area { value: typed.get(&format!("words.{about}")), rows: 2 }).bare(), lang))
            }
        }
    };
    html! {
        div .field .wrong[fault.is_some()] data-field="defects" {
            fieldset {
                legend { (lang.say("需要补正的内容", "What is to be corrected")) span .req aria-hidden="true" { "*" } }
                @if let Some(fault) = fault { p .wrong-text #f-defects { (fault) } }
                p .strong { (lang.say("材料", "Papers")) }
                ol .points {
                    @for paper in papers {
                        @let state = if paper.lacks() { lang.say("未提交", "not handed in") } else if paper.handed { lang.say("已提交", "handed in") } else { lang.say("无需提交", "need not be handed in") };
                        (line(paper.needed.key.get_ref(), state))
                    }
                }
                details .more open[intake.faults().next().is_some()] {
                    summary { (lang.say("表单填写项", "Questions of the form")) }
                    ol .points {
                        @for part in &intake.parts { @for asked in part.questions.iter().filter(|asked| asked.applies == rulebook::expression::Truth::True) {
                            (line(&asked.field.code, asked.fault.as_ref().map_or("", |fault| fault.get(lang))))
                        } }
                    }
                }
            }
        }
    }
}

/// The way to the counter's page where papers and answers are taken in.
fn papers(ground: &Ground<'_>) -> Markup {
    let (no, lang) = (&ground.dossier.case.no, ground.lang);
    html! {
        p { a href={ "/workbench/counter/cases/" (no) } { (lang.say("要更换材料或者修改表单内容，在窗口页办理", "To replace papers or change answers, use the counter's page")) } }
    }
}
