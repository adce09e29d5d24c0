//! `/policies/finder`: "my firm is …". One question at a time, always the one on which most clauses hang; what is not known may stay
//! so. The answers lie in the address and nowhere else: nothing of an anonymous visitor is kept.

use super::shown::{Group, Results, Sorted};
use super::{compare, size};
use crate::app::App;
use crate::error::Problem;
use crate::layout::{Area, Crumb, Page};
use crate::pieces::pagination::pagination;
use crate::portal::themes::begin::Asked;
use crate::portal::wording::named;
use crate::portal::{Desk, asking, leaf, way};
use crate::visitor::Visitor;
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use policies::Outcome;
use policies::derived::{fill_size, is_computed};
use rulebook::expression::Fact;
use rulebook::field::Field as Element;
use rulebook::intake::Answers;
use rulebook::{Lang, Rulebook};

pub(super) const HERE: &str = "/policies/finder";
/// Clauses of a group on one page; the rest is one click away.
const SHOWN: usize = 10;

pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    visitor.answer(Area::Portal, Desk::of(&app, &visitor).and_then(|desk| view(&desk, &visitor)))
}

/// Answers as facts, in the order of the dictionary; what cannot be read is not known.
pub(crate) fn facts(rules: &Rulebook, answers: &Answers) -> Vec<Fact> {
    let mut facts = vec![Fact::Missing; rules.dictionary.len()];
    for (code, value) in answers {
        if let Some(element) = rules.dictionary.get(code)
            && let Ok(value) = element.kind.read(value)
        {
            facts[element.index.0 as usize] = Fact::Known(value);
        }
    }
    facts
}

fn view(desk: &Desk, visitor: &Visitor) -> Result<Page, Problem> {
    let (lang, rules) = (desk.lang, desk.rules());
    let told = visitor.asked();
    let asked = Asked::of(&told, rules, desk.today);
    let shelf = desk.edition.shelf(desk.today);
    let mut facts = facts(rules, &asked.answers);
    let size = fill_size(rules, &mut facts);
    let sorted = Sorted::of(&desk.edition, &shelf, &facts);
    let open = |field: &&Element| !asked.answers.contains_key(&field.code) && !asked.unsure.contains(&field.code);
    let refused = asked.refused.as_ref().map_or(told.get("ask"), |(code, ..)| code);
    let again = rules.field_of(refused).filter(open).filter(|field| !computed(rules, field)).map(|field| (field, 0));
    let next = again.or_else(|| {
        let mut questions = sorted.questions(rules, &facts);
        questions.find(|(field, _)| open(field))
    });
    let title = lang.say("我的企业是……", "My firm is …");
    let results = Results { edition: &desk.edition, shelf: &shelf, facts: &facts, lang };
    let one_group = Group::ALL.into_iter().find(|group| group.word() == told.get("group"));
    let body = html! {
        div .page-head { div {
            h1 { (title) }
            p .lead { (lang.say("回答几个问题，看看哪些政策可能与您的企业有关。不用登录，回答不会保存；不清楚的可以跳过。", "Answer some questions and see which policies may concern your firm. No signing in, nothing is kept; what you do not know you may skip.")) }
        } }
        div .stack {
            @if one_group.is_none() {
                @match next {
                    Some((field, hangs)) => (question(desk, &asked, field, hangs)),
                    None => p .strong { (lang.say("没有更多要问的了。", "There is nothing more to ask.")) },
                }
            }
            (asking::told_so_far(desk, &asked, HERE))
            (size::told(rules, &facts, size.as_ref(), lang))
            @if asked.answers.is_empty() && one_group.is_none() {
                p .muted { (lang.say("回答第一个问题后，结果显示在这里。", "Results show here after the first answer.")) }
            } @else {
                form .stack method="get" action="/policies/compare" {
                    (asked.hidden())
                    @for (group, own) in sorted.groups.iter().filter(|(group, _)| one_group.is_none_or(|wanted| wanted == *group)) {
                        (shown(visitor, &results, *group, own, one_group.is_some(), told.get("page")))
                    }
                    (compare::go(lang))
                }
                p .muted { (rest(&sorted, lang)) }
                p .small.muted { (lang.say("以上是按公布的条件和您的回答比对的结果，不是决定。是否给予由办理机关决定。", "This compares published conditions with your answers. It is no decision: that is for the body.")) }
            }
        }
    };
    let mut page = visitor.page(Area::Portal, title, body);
    let list = Crumb::to("/policies", lang.say("惠企政策", "Policies for firms"));
    page.breadcrumbs = way(lang, [list, Crumb::here(title)]);
    Ok(page)
}

/// Whether nobody is asked for it, because it follows from other answers.
fn computed(rules: &Rulebook, field: &Element) -> bool {
    rules.dictionary.get(&field.code).is_some_and(|element| is_computed(rules, element.index))
}

fn question(desk: &Desk, asked: &Asked, definition: &Element, hangs: usize) -> Markup {
    let lang = desk.lang;
    let label = named(definition.name.get_ref(), &definition.label, lang);
    let hint = match lang {
        Lang::Zh => format!("{hangs} 条政策要看这个回答。"),
        Lang::En => format!("{hangs} clauses hang on this answer."),
    };
    asking::question(desk, asked, definition, (label, ""), HERE, if hangs > 0 { &hint } else { "" })
}

fn shown(
    visitor: &Visitor,
    results: &Results<'_>,
    group: Group,
    own: &[(usize, Option<policies::explain::Almost>)],
    whole: bool,
    page: &str,
) -> Markup {
    let lang = results.lang;
    let leaf = leaf(own, if whole { page } else { "" }, SHOWN, &visitor.here);
    let id = group.word();
    let all = crate::layout::with_parameter(&visitor.here, "group", id);
    html! {
        @if !own.is_empty() || whole {
            section .stack aria-labelledby=(id) {
                h2 id=(id) { (group.title().get(lang)) " (" (own.len()) ")" }
                div .grid.two { @for (at, almost) in leaf.rows { (results.card(*at, almost.as_ref(), compare::pick(&results.shelf.library.clauses[*at].code, lang))) } }
                @if whole { (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), "", lang)) }
                @else if own.len() > SHOWN { p { a href=(all) { (lang.say("看这一组全部 ", "See all of this group: ")) (own.len()) } } }
            }
        }
    }
}

fn rest(sorted: &Sorted, lang: Lang) -> String {
    let (not_met, outside) = (sorted.count(Outcome::NotMet), sorted.count(Outcome::NotApplicable));
    match lang {
        Lang::Zh => format!("另有 {not_met} 条条件没有满足（包括“差一点”的），{outside} 条说的不是这样的企业。"),
        Lang::En => {
            format!(
                "Of {not_met} more the conditions are not met (those missed by little included); {outside} do not speak of such firms."
            )
        }
    }
}
