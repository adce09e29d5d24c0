//! A clause in words, the same on every page: its window, its formula, and what it comes to for one firm. Nothing here says that a
//! firm qualifies: that is for the body to decide.

use crate::pieces::date::day;
use crate::pieces::reason::reason;
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::portal::wording::{condition, standing};
use jiff::civil::Date;
use maud::{Markup, html};
use office::claims::Claim;
use office::rulebooks::Edition;
use policies::derived::asked_for;
use policies::explain::{Almost, Explained, Reason};
use policies::{Outcome, Shelf};
use rulebook::expression::{Decimal, ElementIndex, Fact, Truth};
use rulebook::field::Field as Element;
use rulebook::policy::{Amount, Clause, Mode};
use rulebook::programme::Programme;
use rulebook::{Lang, Rulebook, Text};

/// How a clause is claimed.
pub(crate) enum Door {
    /// At this address.
    Item(String),
    /// Nobody applies: the body finds the firms.
    Unasked,
    /// Only by firms of somewhere else.
    Elsewhere,
}

/// How a clause is claimed today, by a firm of which these facts are known; `None` while no programme takes claims.
pub(crate) fn claim_door(rules: &Rulebook, clause: &str, today: Date, facts: Option<&[Fact]>) -> Option<Door> {
    let item = claim_item(rules, clause, today)?;
    if rules.clause(clause).is_some_and(|(_, clause)| clause.mode == Mode::NoApplication) {
        return Some(Door::Unasked);
    }
    let mut paying = rules.programmes.values().filter(|own| own.clause.get_ref() == clause && own.batch_of(today).is_some());
    let speaks = |own: &Programme, facts: &[Fact]| {
        let scope = Claim::under(rules, own, today).and_then(|claim| claim.clause.scope);
        !scope.is_some_and(|scope| matches!(scope.evaluate(facts, today), Truth::False | Truth::NotApplicable))
    };
    let any = facts.is_none_or(|facts| paying.any(|own| speaks(own, facts)));
    Some(if any { Door::Item(format!("/items/{item}")) } else { Door::Elsewhere })
}

impl Door {
    /// Why there is nothing to apply for; empty where there is.
    pub fn says(&self, lang: Lang) -> &'static str {
        match self {
            Door::Item(_) => "",
            Door::Unasked => lang.say(
                "不用申请：办理机关按数据找到企业，公示、决定以后请企业确认账户。",
                "Nothing to apply for: the body finds the firms from its data and, once it is decided, asks for the account.",
            ),
            Door::Elsewhere => lang
                .say("现在只对其他区域的企业开放兑现。", "For now only firms registered elsewhere in the district can claim it."),
        }
    }
}

/// The item by which it is claimed.
pub(crate) fn claim_item<'a>(rules: &'a Rulebook, clause: &str, today: Date) -> Option<&'a str> {
    let pays = |own: &&rulebook::programme::Programme| own.clause.get_ref() == clause && own.batch_of(today).is_some();
    let item = rules.programmes.values().filter(pays).find_map(|own| own.item.as_ref())?;
    Some(item.get_ref())
}

/// When it can be claimed, seen from a day.
pub(crate) fn window(clause: &Clause, today: Date, lang: Lang) -> Markup {
    let Some(window) = &clause.window else {
        return html! { span .muted { (lang.say("文件没有写明", "not stated in the document")) } };
    };
    match window.open_or_next(today) {
        Some((from, until)) if from <= today => html! {
            (tag(lang.say("可以申报", "open"), Tone::Good, lang)) " " (lang.say("到 ", "until ")) (day(until, lang))
        },
        Some((from, until)) => html! {
            (tag(lang.say("还没开始", "not open yet"), Tone::Rest, lang)) " " (day(from, lang)) " – " (day(until, lang))
        },
        None => tag(lang.say("申报期已过", "closed"), Tone::Bad, lang),
    }
}

/// The formula, a line for each step.
pub(crate) fn formula(amount: &Amount, rules: &Rulebook, today: Date, lang: Lang) -> Markup {
    let text = |spanned: &Option<toml::Spanned<String>>| spanned.as_ref().map(|text| text.get_ref().clone()).unwrap_or_default();
    let of = text(&amount.of);
    let of = rules.dictionary.get(&of).map_or(of.clone(), |element| element.label().get(lang).to_owned());
    let base = if amount.fixed.is_some() {
        text(&amount.fixed)
    } else if amount.up_to.is_some() {
        format!("{}{}", lang.say("逐案确定，最高 ", "decided case by case, at most "), text(&amount.up_to))
    } else if let Some(rate) = amount.rate {
        format!("{of} × {rate}%")
    } else if amount.each.is_some() {
        format!("{of} × {}", text(&amount.each))
    } else {
        format!("{}{of}", lang.say("按档次，看", "by tiers of "))
    };
    let less = text(&amount.less);
    let less = rules.dictionary.get(&less).map_or(less.clone(), |element| element.label().get(lang).to_owned());
    html! {
        ul {
            li { (words(&base, lang)) }
            @for tier in &amount.tier {
                li { (lang.say("达到 ", "from ")) (words(tier.from.get_ref(), lang)) (lang.say("：", ": ")) (words(tier.gives.get_ref(), lang)) }
            }
            @for times in &amount.times {
                li { "× " (times.by) (lang.say("，如果", ", if "))
                    @match rules.conditions.get(times.when.get_ref()) {
                        Some(when) => (condition(when, today, lang)),
                        None => (words(times.when.get_ref(), lang)),
                    }
                    @if let Some(cap) = &times.cap { (lang.say("，不超过 ", ", no more than ")) (words(cap.get_ref(), lang)) } }
            }
            @if let Some(cap) = &amount.cap { li { (lang.say("不超过 ", "no more than ")) (words(cap.get_ref(), lang)) } }
            @if !less.is_empty() { li { (lang.say("减去已经得到的：", "less what was had before: ")) (words(&less, lang)) } }
        }
    }
}

/// Money as people say it: 20 万元 where it is whole.
pub(crate) fn yuan(amount: Decimal, lang: Lang) -> String {
    let ten_thousand = Decimal::from(10_000);
    match (lang, amount.checked_div(ten_thousand)) {
        (Lang::Zh, Some(wan)) if amount >= ten_thousand => format!("{wan} 万元"),
        (Lang::Zh, _) => format!("{amount} 元"),
        (Lang::En, _) => format!("{} yuan", grouped(&amount.to_string())),
    }
}

/// Digits in groups of three, as English has them: 1,000,000.5.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

/// What the clauses of a day come to for one firm, drawn with their reasons.
pub(crate) struct Results<'a> {
    pub edition: &'a Edition,
    pub shelf: &'a Shelf,
    pub facts: &'a [Fact],
    pub lang: Lang,
}

impl Results<'_> {
    /// One clause as a card; `almost` where it is missed by little, `extra` what the page adds.
    pub fn card(&self, at: usize, almost: Option<&Almost>, extra: Markup) -> Markup {
        let (lang, today) = (self.lang, self.shelf.today);
        let code = &self.shelf.library.clauses[at].code;
        let Some((policy, clause)) = super::find(&self.edition.rules, code) else { return Markup::default() };
        let why = self.shelf.library.clauses[at].explain(&self.edition.rules.dictionary, self.facts, today);
        html! {
            article .card.stack-s {
                h3 { a href={ "/policies/" (code) } { (words(&clause.name, lang)) } }
                p .row {
                    (tag(clause.benefit.kind.name().get(lang), Tone::Info, lang)) (standing(policy.status, lang))
                    span { (window(clause, today, lang)) }
                }
                p { strong { (words(&clause.benefit.says, lang)) } }
                (self.estimate(&why))
                @if let Some(almost) = almost { (self.almost(almost)) }
                @if !why.judged.is_empty() && why.outcome == Outcome::Opportunity {
                    p { (lang.say("要由办理机关判断：", "For the body to judge: ")) (words(&why.judged.join("；"), lang)) }
                }
                @if !why.missing.is_empty() {
                    p { (lang.say("还不知道：", "Not known yet: ")) (words(&self.names(&why.missing), lang)) }
                }
                (reasons(&why.reasons, lang))
                p .small.muted { (words(&policy.issuer, lang)) " · " (words(&clause.body, lang)) " · " (clause.mode.name().get(lang)) }
                @match claim_door(&self.edition.rules, code, today, Some(self.facts)) {
                    Some(Door::Item(door)) => p { a href=(door) { (lang.say("去申报", "Claim it")) } },
                    Some(other) => p .muted { (other.says(lang)) },
                    None => {}
                }
                (extra)
            }
        }
    }

    fn names(&self, elements: &[String]) -> String {
        let name = |name: &String| match self.edition.rules.dictionary.get(name) {
            Some(element) => element.label().get(self.lang).to_owned(),
            None => name.clone(),
        };
        elements.iter().map(name).collect::<Vec<_>>().join(self.lang.say("、", ", "))
    }

    fn estimate(&self, why: &Explained) -> Markup {
        let lang = self.lang;
        let Some(estimate) = &why.estimate else { return Markup::default() };
        html! {
            @match estimate.amount {
                Some(amount) => p {
                    @if estimate.at_most { (lang.say("测算最多 ", "Estimated at most ")) } @else { (lang.say("测算 ", "Estimated ")) }
                    strong .num { (yuan(amount, lang)) }
                    span .hint { (lang.say("（按已知信息估算，以办理机关决定为准）", " (from what is known; the body decides)")) }
                },
                None if !estimate.missing.is_empty() => p .hint {
                    (lang.say("金额还要看：", "The amount also hangs on: ")) (words(&self.names(&estimate.missing), lang))
                },
                None => {},
            }
        }
    }

    fn almost(&self, almost: &Almost) -> Markup {
        let lang = self.lang;
        html! {
            p { (lang.say("差在：", "It lacks: ")) strong { (words(&self.names(&almost.facts), lang)) } }
            ul .small { @for (name, value) in &almost.witness {
                li { (words(&self.names(std::slice::from_ref(name)), lang)) (lang.say("如果是 ", ": were it ")) strong { (words(value.words().get(lang), lang)) }
                    (lang.say("，条件就都满足", ", the conditions would hold")) }
            } }
        }
    }
}

fn reasons(reasons: &[Reason], lang: Lang) -> Markup {
    html! {
        @if !reasons.is_empty() {
            details { summary { (lang.say("为什么", "Why")) }
                ul .small { @for one in reasons { li { (reason(one, lang)) } } }
            }
        }
    }
}

/// The groups under which results are shown, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Met,
    Person,
    Unknown,
    Almost,
}

impl Group {
    pub const ALL: [Group; 4] = [Group::Met, Group::Person, Group::Unknown, Group::Almost];

    /// Its name in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Group::Met => "met",
            Group::Person => "person",
            Group::Unknown => "unknown",
            Group::Almost => "almost",
        }
    }

    pub fn title(self) -> Text {
        match self {
            Group::Met => Text::new("条件看来都满足", "The conditions seem to be met"),
            Group::Person => Text::new("有机会，有的地方要由人判断", "An opportunity, a person judges a part"),
            Group::Unknown => Text::new("还缺信息", "Not enough is known"),
            Group::Almost => Text::new("差一点", "Missed by little"),
        }
    }
}

/// Clauses of one group in their order, by place on the shelf; with what would have to differ where one is missed by little.
pub(crate) type Ranked = Vec<(usize, Option<Almost>)>;

/// What all clauses of a day come to for one firm, sorted into groups.
pub(crate) struct Sorted {
    pub outcomes: Vec<Outcome>,
    pub groups: Vec<(Group, Ranked)>,
    questions: Vec<(ElementIndex, usize)>,
}

impl Sorted {
    /// Open windows first, then what gives most.
    pub fn of(edition: &Edition, shelf: &Shelf, facts: &[Fact]) -> Sorted {
        let rules = &edition.rules;
        let outcomes = shelf.outcomes(facts);
        let with = |wanted: Outcome| -> Ranked {
            let own = outcomes.iter().enumerate().filter(|(_, outcome)| **outcome == wanted);
            own.map(|(at, _)| (at, None)).collect()
        };
        let almost = shelf.almost(rules, facts, &outcomes).into_iter().map(|(at, almost)| (at, Some(almost))).collect();
        let mut groups = vec![
            (Group::Met, with(Outcome::Promising)),
            (Group::Person, with(Outcome::Opportunity)),
            (Group::Unknown, with(Outcome::NeedsData)),
            (Group::Almost, almost),
        ];
        let windows = windows(rules, shelf);
        for (_, own) in groups.iter_mut().filter(|(group, _)| *group != Group::Almost) {
            own.sort_by_cached_key(|(at, _)| {
                let clause = &shelf.library.clauses[*at];
                let amount = clause.estimate(&rules.dictionary, facts, shelf.today).and_then(|estimate| estimate.amount);
                (!windows[*at], std::cmp::Reverse(amount))
            });
        }
        let questions = shelf.questions(facts, &outcomes);
        Sorted { outcomes, groups, questions }
    }

    /// What may be asked, what would settle most first, with how many clauses hang on it; for what is computed, what it is computed from.
    pub fn questions<'a>(&'a self, rules: &'a Rulebook, facts: &'a [Fact]) -> impl Iterator<Item = (&'a Element, usize)> {
        let asked = self.questions.iter().flat_map(move |(element, hangs)| {
            asked_for(rules, facts, *element).into_iter().map(move |element| (element, *hangs))
        });
        asked.filter_map(|(element, hangs)| Some((rules.fields.get(&*rules.dictionary.at(element)?.name)?, hangs)))
    }

    pub fn count(&self, outcome: Outcome) -> usize {
        self.outcomes.iter().filter(|one| **one == outcome).count()
    }
}

/// For each clause of the shelf whether its window is open.
fn windows(rules: &Rulebook, shelf: &Shelf) -> Vec<bool> {
    let open: std::collections::HashMap<&str, bool> = super::public(rules)
        .map(|(_, clause)| {
            let open = clause.window.as_ref().is_some_and(|window| window.is_open(shelf.today));
            (clause.code.get_ref().as_str(), open)
        })
        .collect();
    shelf.library.clauses.iter().map(|clause| open.get(clause.code.as_str()).copied().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_said_as_each_language_says_it() {
        let check = |amount: &str, zh: &str, en: &str| {
            let amount: Decimal = amount.parse().expect("a number");
            assert_eq!((yuan(amount, Lang::Zh).as_str(), yuan(amount, Lang::En).as_str()), (zh, en));
        };
        check("1000000", "100 万元", "1,000,000 yuan");
        check("999", "999 元", "999 yuan");
        check("-123456", "-123456 元", "-123,456 yuan");
    }
}
