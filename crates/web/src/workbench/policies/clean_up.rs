//! The clean-up list: what the assessment finds between clauses in force, by word, kind of finding, and whether somebody gave an opinion.

use super::findings::{self, Shown};
use crate::error::Problem;
use crate::pieces::button::{Button, button};
use crate::pieces::field::{Choice, Control, Field, field};
use crate::pieces::pagination::pagination;
use crate::portal::leaf;
use maud::{Markup, html};
use policies::assess::{Finding, Kind};
use rulebook::Lang;

/// Each finding shows two texts whole.
const ON_A_PAGE: usize = 8;
const HERE: &str = "/workbench/policies";

pub async fn list(shown: &Shown<'_>, all: &[Finding]) -> Result<Markup, Problem> {
    let lang = shown.visitor.lang;
    let asked = shown.visitor.asked();
    let (text, kind, said) = (asked.get("q"), asked.get("kind"), asked.get("said"));
    let opinions = findings::opinions(shown.app).await?;
    let holds = |finding: &Finding, word: &str| {
        let clauses = finding.clauses.iter().filter_map(|code| findings::clause(shown.edition, code));
        finding.why.zh.contains(word)
            || clauses.into_iter().any(|(policy, clause)| crate::portal::policies::holds(policy, clause, word))
    };
    let takes = |finding: &&Finding| {
        (kind.is_empty() || finding.kind.word() == kind)
            && (said.is_empty() || opinions.contains_key(&finding.key) == (said == "yes"))
            && text.split_whitespace().all(|word| holds(finding, word))
    };
    let found: Vec<&Finding> = all.iter().filter(takes).collect();
    let leaf = leaf(&found, asked.get("page"), ON_A_PAGE, &shown.visitor.here);
    let kinds: Vec<(&str, String)> = Kind::ALL
        .into_iter()
        .map(|kind| (kind, all.iter().filter(|finding| finding.kind == kind).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| (kind.word(), format!("{} ({count})", kind.title().get(lang))))
        .collect();
    Ok(html! {
        div .stack {
            (filters((text, kind, said), &kinds, lang))
            p .muted role="status" { (format!("{}{}{}", lang.say("共 ", ""), leaf.all, lang.say(" 处", " findings"))) }
            (findings::list(shown, leaf.rows).await?)
            (pagination(leaf.earlier.as_deref(), leaf.later.as_deref(), "", lang))
        }
    })
}

fn filters((text, kind, said): (&str, &str, &str), kinds: &[(&str, String)], lang: Lang) -> Markup {
    let kinds: Vec<Choice<'_>> = kinds.iter().map(|(word, title)| Choice::new(word, title)).collect();
    let opinions =
        [Choice::new("no", lang.say("还没有意见", "nobody gave one yet")), Choice::new("yes", lang.say("已有意见", "given"))];
    html! {
        form .form.full method="get" action=(HERE) role="search" aria-label=(lang.say("筛选发现", "Filter findings")) {
            input type="hidden" name="view" value="findings";
            div .grid {
                (field(&Field::text("q", lang.say("有这些词", "With these words"), text), lang))
                (field(&Field::new("kind", lang.say("是什么问题", "Kind"), Control::Select { value: kind, choices: &kinds }).filter(), lang))
                (field(&Field::new("said", lang.say("意见", "Opinion"), Control::Select { value: said, choices: &opinions }).filter(), lang))
            }
            div .buttons { (button(&Button::new(lang.say("筛选", "Filter")))) a href={ (HERE) "?view=findings" } { (lang.say("清除", "Clear")) } }
        }
    }
}
