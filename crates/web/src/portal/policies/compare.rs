//! `/policies/compare` and `/me/policies/compare`: up to four clauses side by side, each with the firm's own values beside what is asked.
//! Whoever may have one of two that do not add up wants to see them next to each other. On a narrow screen what is compared stands as a
//! card with a line for each clause. Serves measure 14.

use super::mine::{firm, no_firm};
use super::{find, finder, not_in_force, shown};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::button::{Button, Look, button, link_button};
use crate::pieces::empty_state::empty_state;
use crate::pieces::reason::beside;
use crate::pieces::table::{Column, Row, Table, table};
use crate::pieces::tag::tag;
use crate::pieces::{Tone, words};
use crate::portal::themes::begin::Asked;
use crate::portal::wording::{named, standing};
use crate::portal::{Desk, address, way};
use crate::visitor::Visitor;
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use policies::derived::fill_size;
use policies::explain::answer;
use policies::{Outcome, Shelf};
use rulebook::Lang;
use rulebook::expression::{Expression, Fact, Role};
use rulebook::policy::{Clause, Policy};

const HERE: &str = "/policies/compare";
pub(super) const MINE: &str = "/me/policies/compare";
/// More do not fit beside each other.
pub(super) const MOST: usize = 4;

/// A box with which a clause is chosen for the comparison.
pub(super) fn pick(code: &str, lang: Lang) -> Markup {
    html! { label .tick.no-print { input type="checkbox" name="c" value=(code); " " (lang.say("比较", "compare")) } }
}

/// The button that leads from the boxes here.
pub(super) fn go(lang: Lang) -> Markup {
    html! {
        div .buttons.no-print { (button(&Button::new(lang.say("比较选中的条款", "Compare what is ticked")).look(Look::Second)))
            span .hint { (lang.say("最多 4 条", "at most 4")) } }
    }
}

/// Everybody's, with the answers in the address, if any.
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let drawn = Desk::of(&app, &visitor).map(|desk| {
        let asked = Asked::of(&visitor.asked(), desk.rules(), desk.today);
        let mut facts = finder::facts(desk.rules(), &asked.answers);
        fill_size(desk.rules(), &mut facts);
        let answers: Vec<(&str, &str)> = asked.answers.iter().map(|(code, value)| (code.as_str(), value.as_str())).collect();
        let facts = Some(&facts[..]).filter(|_| !answers.is_empty());
        page(&desk, &visitor, HERE, &answers, facts)
    });
    visitor.answer(Area::Portal, drawn)
}

/// The firm's that one acts for.
pub(super) async fn mine(State(app): State<App>, visitor: Visitor) -> Response {
    let found = async {
        let desk = Desk::of(&app, &visitor)?;
        let Some(code) = firm(&visitor)? else {
            let title = desk.lang.say("比较政策条款", "Compare clauses");
            let mut page = visitor.page(Area::Portal, title, no_firm(title, desk.lang));
            page.breadcrumbs =
                way(desk.lang, [Crumb::to(super::mine::HERE, desk.lang.say("我的政策", "My policies")), Crumb::here(title)]);
            return Ok(page);
        };
        let known = app.office.known_of(code).await?;
        // Whoever switched matching off compares what is published, and nothing of the firm is held against it.
        let matched = app.office.store.profile_choices(code).await?.matched;
        Ok::<_, Problem>(page(&desk, &visitor, MINE, &[], Some(&known.facts[..]).filter(|_| matched)))
    };
    visitor.answer(Area::Portal, found.await)
}

/// What is compared, with the facts of the firm if any are known.
struct Compared<'a> {
    desk: &'a Desk,
    shelf: &'a Shelf,
    facts: Option<&'a [Fact]>,
    chosen: Vec<(&'a Policy, &'a Clause)>,
}

fn page(desk: &Desk, visitor: &Visitor, here: &str, answers: &[(&str, &str)], facts: Option<&[Fact]>) -> Page {
    let lang = desk.lang;
    let asked = visitor.asked();
    let mut chosen: Vec<(&Policy, &Clause)> = Vec::new();
    for found in asked.all("c").filter_map(|code| find(desk.rules(), code)) {
        if !chosen.iter().any(|(_, known)| known.code.get_ref() == found.1.code.get_ref()) {
            chosen.push(found);
        }
    }
    let too_many = chosen.len() > MOST;
    chosen.truncate(MOST);
    let title = lang.say("比较政策条款", "Compare clauses");
    let shelf = desk.edition.shelf(desk.today);
    let compared = Compared { desk, shelf: &shelf, facts, chosen };
    let body = html! {
        div .page-head { div {
            h1 { (title) }
            p .lead { (lang.say("并排看给什么、什么条件、什么时候申报、要什么材料。", "Side by side: what is given, on which conditions, when to claim, with which papers.")) }
        } }
        div .stack {
            @if too_many { p .wrong-text role="status" { (lang.say("一次最多比较 4 条，只显示前 4 条。", "At most 4 are compared at once; the first 4 are shown.")) } }
            @if compared.chosen.is_empty() {
                (empty_state(
                    lang.say("还没有选条款", "Nothing is chosen yet"),
                    lang.say("在政策列表里勾选两到四条，再点“比较”。", "Tick two to four clauses in the list, then compare."),
                    html! { (link_button("/policies", lang.say("惠企政策", "Policies for firms"), Look::Main, None)) },
                ))
            } @else {
                (compared.table(here, answers))
                @if facts.is_some() { p .small.muted { (lang.say("以上是按公布的条件和已知信息比对的结果，不是决定。是否给予由办理机关决定。", "This compares published conditions with what is known. It is no decision: that is for the body.")) } }
            }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    let from = if here == MINE {
        Crumb::to(super::mine::HERE, lang.say("我的政策", "My policies"))
    } else {
        Crumb::to("/policies", lang.say("惠企政策", "Policies for firms"))
    };
    page.breadcrumbs = way(lang, [from, Crumb::here(title)]);
    page
}

impl Compared<'_> {
    fn table(&self, here: &str, answers: &[(&str, &str)]) -> Markup {
        let lang = self.desk.lang;
        let mut columns = vec![Column::new(lang.say("比较什么", "What"))];
        columns.extend(self.chosen.iter().map(|(_, clause)| Column { block: true, ..Column::new(&clause.name) }));
        let mut rows = vec![
            self.row(("给什么", "What is given"), |(_, clause)| {
                html! { (tag(clause.benefit.kind.name().get(lang), Tone::Info, lang)) " " strong { (words(&clause.benefit.says, lang)) } }
            }),
            self.row(("条件", "Conditions"), |found| self.conditions(found)),
            self.row(("什么时候申报", "When to claim"), |(policy, clause)| match policy.silent(self.desk.today) {
                Some(why) => not_in_force(why, lang),
                None => shown::window(clause, self.desk.today, lang),
            }),
            self.row(("材料", "Papers"), |(_, clause)| {
                html! {
                    @if clause.papers.is_empty() { span .muted { (lang.say("没有写明", "not stated")) } }
                    @else { ul { @for paper in &clause.papers { li { (words(paper, lang)) } } } }
                }
            }),
            self.row(("怎么拿到", "How it is had"), |(_, clause)| tag(clause.mode.name().get(lang), Tone::Info, lang)),
            self.row(("与同类政策", "With others of its kind"), |(_, clause)| match &clause.stacking {
                Some(stacking) => html! { (stacking.rule.name().get(lang)) " (" (words(&stacking.group, lang)) ")" },
                None => html! { span .muted { (lang.say("没有写明", "not stated")) } },
            }),
            self.row(("办理机关", "Body"), |(_, clause)| words(&clause.body, lang)),
            self.row(("文件", "Document"), |(policy, _)| {
                html! { (words(named(&policy.name, &policy.label, lang), lang)) span .sub { (policy.level.name().get(lang)) " · " (words(&policy.issuer, lang)) " " (standing(policy.status, lang)) } }
            }),
            self.row(("接着看", "Go on"), |(_, clause)| self.links(clause, here, answers)),
        ];
        if self.facts.is_some() {
            rows.insert(1, self.row(("结果", "As things stand"), |(_, clause)| self.outcome(clause)));
        }
        html! { div .compared { (table(&Table { caption: lang.say("并排比较", "Side by side"), columns: &columns, rows, ..Table::default() }, lang)) } }
    }

    fn row(&self, (zh, en): (&str, &str), cell: impl Fn((&Policy, &Clause)) -> Markup) -> Row {
        let name = html! { strong { (self.desk.lang.say(zh, en)) } };
        Row::new([name].into_iter().chain(self.chosen.iter().map(|found| cell(*found))).collect())
    }

    /// What is asked, and beside it what is the case.
    fn conditions(&self, (_, clause): (&Policy, &Clause)) -> Markup {
        let lang = self.desk.lang;
        let read = |text: &str| self.desk.rules().conditions.get(text);
        let parts = clause.scope.iter().map(|scope| scope.get_ref()).chain([clause.when.get_ref()]);
        html! {
            ul .plain.stack-s {
                @for condition in parts.filter_map(|text| read(text)) { (self.lines(condition)) }
                @for judged in &clause.judged { li { (words(judged, lang)) " " (tag(lang.say("由办理机关判断", "the body judges"), Tone::Rest, lang)) } }
            }
        }
    }

    fn lines(&self, condition: &Expression) -> Markup {
        let lang = self.desk.lang;
        let lines = condition.explain(self.facts.unwrap_or_default(), self.desk.today);
        // That all must hold goes without saying, where it is all that is said of the group.
        let first = lines.first().is_some_and(|line| line.role == Role::All);
        html! {
            @for line in lines.iter().skip(usize::from(first)) {
                li {
                    @for _ in usize::from(first)..line.depth { "· " }
                    @let truth = Some(answer(line.truth)).filter(|_| self.facts.is_some() && line.role == Role::Test);
                    (beside(truth, &line.requirement, &line.actual, lang))
                }
            }
        }
    }

    fn outcome(&self, clause: &Clause) -> Markup {
        let (lang, rules) = (self.desk.lang, self.desk.rules());
        let (Some(facts), Some(at)) = (self.facts, self.shelf.find(clause.code.get_ref())) else {
            return html! { span .muted { (lang.say("不在施行期", "not in force")) } };
        };
        let clause = &self.shelf.library.clauses[at];
        let outcome = clause.outcome(facts, self.desk.today);
        let tone = if outcome == Outcome::Promising { Tone::Good } else { Tone::Rest };
        let estimate = clause.estimate(&rules.dictionary, facts, self.desk.today).filter(|_| outcome.is_hopeful());
        html! {
            (tag(outcome.title().get(lang), tone, lang))
            @if let Some((amount, at_most)) = estimate.and_then(|estimate| Some((estimate.amount?, estimate.at_most))) {
                span .sub { @if at_most { (lang.say("测算最多 ", "estimated at most ")) } @else { (lang.say("测算 ", "estimated ")) } (shown::yuan(amount, lang)) }
            }
        }
    }

    fn links(&self, clause: &Clause, here: &str, answers: &[(&str, &str)]) -> Markup {
        let lang = self.desk.lang;
        let code = clause.code.get_ref().as_str();
        let rest = self.chosen.iter().map(|(_, other)| ("c", other.code.get_ref().as_str())).filter(|(_, other)| *other != code);
        let rest: Vec<(&str, &str)> = rest.chain(answers.iter().copied()).collect();
        html! {
            a href={ "/policies/" (code) } { (lang.say("看条款", "See the clause")) } " "
            a .no-print href=(address(here, &rest)) { (lang.say("去掉", "Take away")) span .vh { " " (words(&clause.name, lang)) } }
        }
    }
}
