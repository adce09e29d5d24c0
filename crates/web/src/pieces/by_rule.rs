//! What the rules of an item said (秒办): each rule, whether it was met, and the facts behind it with their source and age. The same for
//! the person concerned and for officers, for both have a right to know (个人信息保护法 art. 24). Serves measure 5.

use super::tag::tag;
use super::{Tone, date, words};
use casework::Case;
use casework::case::AtOnce;
use maud::{Markup, html};
use rulebook::at_once::{APPLICANT, Evidence, Examination, Rule};
use rulebook::expression::{self, Truth};
use rulebook::item::Item;
use rulebook::{Lang, Rulebook, Text};

/// What is known of a decision by rule.
pub struct ByRule<'a> {
    pub at_once: &'a AtOnce,
    /// `None` once it was erased.
    pub evidence: Option<Evidence>,
    pub rules: &'a Rulebook,
    pub item: &'a Item,
}

impl<'a> ByRule<'a> {
    /// `words` gives a particular of the case as it was kept.
    pub fn of(case: &'a Case, rules: &'a Rulebook, words: impl FnOnce(u32) -> Option<&'a str>) -> Option<ByRule<'a>> {
        let (at_once, item) = (case.at_once.as_ref()?, rules.items.get(&case.item)?);
        let evidence = words(at_once.evidence.0).and_then(|kept| serde_json::from_str(kept).ok());
        Some(ByRule { at_once, evidence, rules, item })
    }

    pub fn card(&self, lang: Lang) -> Markup {
        let declared = self.item.at_once.as_ref();
        let examined = self.evidence.as_ref().zip(declared).map(|(evidence, declared)| declared.examine(self.rules, evidence));
        html! {
            section #by-rule .card.stack-s {
                h2 { (lang.say("按规则自动核对", "Asked by rule")) }
                p { (self.outcome(lang)) }
                @if let (Some(declared), Some(examined)) = (declared, &examined) {
                    ol { @for (at, (rule, truth)) in declared.rule.iter().zip(&examined.truths).enumerate() { (self.line(at, rule, *truth, lang)) } }
                } @else {
                    p .muted { (lang.say("当时的数据已依保存期限规则删除。", "What was known then has been erased under the retention rules.")) }
                }
                (self.of_person(examined.as_ref(), lang))
                (self.facts(lang))
            }
        }
    }

    fn outcome(&self, lang: Lang) -> Markup {
        let mandate = self.item.at_once.as_ref().map(|declared| declared.mandate.to_string()).unwrap_or_default();
        html! {
            @if self.at_once.met {
                (tag(lang.say("自动办结", "decided by rule"), Tone::Good, lang)) " "
                (lang.say("全部规则符合，由系统当场办结。依据：", "Every rule is met; the system decided. Ground: ")) (words(&mandate, lang))
            } @else {
                (tag(lang.say("由工作人员办理", "an officer handles it"), Tone::Info, lang)) " "
                (lang.say("系统只会准予，不会拒绝：有规则没有确认符合，就由工作人员依法办理，期限不变。", "The system can only grant: where a rule is not surely met an officer handles it, and its limits stay as they are."))
            }
        }
    }

    fn line(&self, at: usize, rule: &Rule, truth: Truth, lang: Lang) -> Markup {
        let declared = self.item.at_once.as_ref();
        let lines = self.evidence.as_ref().zip(declared).map(|(evidence, declared)| declared.explain(self.rules, at, evidence));
        let tests = lines.into_iter().flatten().filter(|line| line.role == expression::Role::Test);
        let truth_words = truth.words();
        html! {
            li {
                (words(&rule.text, lang)) " " (tag(truth_words.get(lang), tone(truth), lang))
                ul .plain.small { @for line in tests { li .muted { (words(line.actual.get(lang), lang)) } } }
                p .small.muted { (lang.say("依据：", "Ground: ")) (words(&rule.basis.to_string(), lang)) }
            }
        }
    }

    fn of_person(&self, examined: Option<&Examination>, lang: Lang) -> Markup {
        html! {
            @if examined.is_some_and(|examined| examined.person_wanted) {
                p { (lang.say("申请人选择由工作人员办理。", "The applicant chose to have a person handle it.")) }
            }
            @if let Some(held) = &self.at_once.held {
                p { (words(held_words(held).get(lang), lang)) }
            }
            @match (self.at_once.audited, self.at_once.audit_due()) {
                (_, Some(due)) => p { (lang.say("工作人员将在 ", "An officer looks at it by ")) (date::day(due, lang)) (lang.say(" 前复查。", ".")) },
                (Some(true), None) => p { (lang.say("工作人员复查过，没有错误。", "An officer looked at it: it was right.")) },
                (Some(false), None) => p { (lang.say("工作人员复查认为有误，将依法处理并告知。", "An officer found it wrong; it is dealt with by law and you are told.")) },
                (None, None) => {},
            }
        }
    }

    fn register<'b>(&'b self, code: &'b str, lang: Lang) -> &'b str {
        let register = self.rules.registers.get(code);
        register.map_or(code, |register| lang.say(&register.name, register.label.as_deref().unwrap_or(&register.name)))
    }

    fn facts(&self, lang: Lang) -> Markup {
        let Some(evidence) = &self.evidence else { return Markup::default() };
        html! {
            details {
                summary { (lang.say("核对时用到的数据", "The facts it looked at")) }
                dl .summary { @for known in &evidence.facts {
                    @if let Some(field) = self.rules.field_of(&known.element) {
                        @let name = field.name.get_ref();
                        div { dt { (words(lang.say(name, field.label.as_deref().unwrap_or(name)), lang)) }
                        dd { (words(self.rules.say_answer(field, &known.value).get(lang), lang)) " "
                            span .hint { @if known.source == APPLICANT { (lang.say("申请表", "the application")) } @else { (words(self.register(&known.source, lang), lang)) }
                                @if let Some(day) = known.as_of { " · " (date::short_day(day, lang)) } } } }
                    }
                } }
                @for field in evidence.contradicted.iter().filter_map(|element| self.rules.field_of(element)) {
                    @let name = field.name.get_ref();
                    p .small { (words(lang.say(name, field.label.as_deref().unwrap_or(name)), lang)) (lang.say("：两个登记库说法不一致，都不采用，由工作人员核对。", ": two registers tell different things; neither counts, and an officer looks.")) }
                }
                @for silent in &evidence.silent {
                    p .small { (words(self.register(silent, lang), lang)) (lang.say("没有查到信息，以申请人提交的为准，由工作人员核对。", " told nothing; what the applicant handed in counts, and an officer looks.")) }
                }
            }
        }
    }
}

/// Why a case whose rules may all be met was left to a person, from the code that the journal keeps.
fn held_words(code: &str) -> Text {
    match code {
        "area-differs" => Text::new(
            "申请时选择的区域和申请表里写的区域不一致，由工作人员核实应由哪个机关办理。",
            "The area chosen at the beginning is not the one in the form: an officer finds out which body decides.",
        ),
        "barred" => Text::new(
            "有书面决定写明申请人在一定期限内不得再次申请，由工作人员办理。",
            "A written decision keeps the applicant from applying again for a time: an officer handles it.",
        ),
        code => Text::new(
            format!("规则虽然符合，但依法不能由系统办结（{code}），由工作人员办理。"),
            format!("Though the rules are met, the law lets no system decide it ({code}): an officer handles it."),
        ),
    }
}

fn tone(truth: Truth) -> Tone {
    match truth {
        Truth::True => Tone::Good,
        Truth::False => Tone::Warn,
        _ => Tone::Rest,
    }
}

/// The rules of an item as its guide shows them before anybody applies.
pub fn published(item: &Item, lang: Lang) -> Option<Markup> {
    let declared = item.at_once.as_ref()?;
    Some(html! {
        p { (lang.say("网上申请、材料齐全、并且下列规则全部符合的，系统当场办结，通常几秒钟。有一条没有确认符合，就由工作人员办理；系统不会拒绝任何人。您也可以在表单里选择由工作人员办理。", "Applied for online, with all papers, and where every rule below is met, the system decides at once, usually within seconds. If one is not surely met an officer handles it; the system refuses nobody. You can also ask for a person in the form.")) }
        ol { @for rule in &declared.rule { li { (words(&rule.text, lang)) " " span .small.muted { (words(&rule.basis.to_string(), lang)) } } } }
        p .small { (lang.say("依据：", "Ground: ")) (words(&declared.mandate.to_string(), lang)) (lang.say("；抽查 ", "; ")) (declared.audit_percent) (lang.say("%，", "% are looked at again by a person, within ")) (declared.audit_working_days) (lang.say(" 个工作日内由工作人员复查。", " working days.")) }
    })
}
