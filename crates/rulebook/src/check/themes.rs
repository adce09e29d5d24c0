//! Themes: what they name exists and can be handled, nothing waits in a circle, no promise is shorter than what it is made of,
//! every answer has an outcome, and the guide stays short. Serves measures 3 and 4.

use super::examples::{Tried, comes_true};
use super::{Checking, quoted};
use crate::bundle::order::working_days;
use crate::bundle::{Bundle, State};
use crate::expression::{Expression, Possible};
use crate::field::FieldKind;
use crate::guide::Guide;
use crate::intake::Answers;
use crate::item::{Example, LimitKind, limit_on_or_first};
use crate::text::Text;
use crate::theme::{Component, Level, Theme};
use std::collections::BTreeSet;

/// Paths of questions that are followed before the guide's length counts as not shown.
const STEPS: usize = 4_000;

impl<'a> Checking<'a> {
    pub(super) fn themes(&mut self) {
        let rulebook = self.rulebook;
        for theme in rulebook.themes.values() {
            let bundle = Bundle::of_theme(rulebook, theme);
            let state = bundle.state(&Answers::new(), self.today);
            self.theme_source(theme);
            self.theme_parts(theme);
            self.theme_items(theme);
            self.theme_circle(theme, &state);
            self.theme_limits(theme, &state);
            self.theme_outcome(theme);
            self.theme_questions(theme, &bundle);
            self.theme_signers(theme, &bundle);
            for (at, example) in theme.example.iter().enumerate() {
                if let Err(fault) = self.theme_example(&bundle, example) {
                    self.of_theme("theme-example", theme, &format!("example.{at}"), fault.zh, fault.en);
                }
            }
        }
    }

    pub(super) fn of_theme(
        &mut self,
        rule: &'static str,
        theme: &Theme,
        part: &str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        let place = self.places.part("theme", theme.code.get_ref(), part);
        self.report(rule, place, zh, en);
    }

    /// A theme of a list names the list, and each its source and version: people ask whose idea it was.
    fn theme_source(&mut self, theme: &Theme) {
        for (key, empty) in [("version", theme.version.is_empty()), ("source", theme.source.is_empty())] {
            if empty {
                let zh = format!("主题没有写 {key}");
                self.of_theme("theme-source", theme, key, zh, format!("The theme states no {key}"));
            }
        }
        if theme.level != Level::District && theme.list.is_empty() {
            let (zh, en) = ("国家、市级清单的主题要写明是哪一批", "A theme of a national or municipal list names the list");
            self.of_theme("theme-source", theme, "level", zh, en);
        }
    }

    /// What a theme says of its items is said of items that it has, once each.
    fn theme_parts(&mut self, theme: &Theme) {
        let own = |code: &str| theme.component.iter().position(|component| component.item.get_ref() == code);
        for (at, component) in theme.component.iter().enumerate() {
            let item = component.item.get_ref();
            if own(item) != Some(at) {
                let zh = format!("事项“{item}”写了两次；几种情形写进一个条件");
                let en = format!("The item “{item}” comes twice; join its situations in one condition");
                self.of_theme("theme-part", theme, &format!("component.{at}.item"), zh, en);
            }
            for (key, others) in [("after", &component.after), ("independent-of", &component.independent_of)] {
                for (place, other) in others.iter().enumerate() {
                    let other = other.get_ref();
                    if other == item || own(other).is_none() {
                        let zh = format!("“{other}”不是这个主题的其他事项");
                        let en = format!("“{other}” is no other item of this theme");
                        self.of_theme("theme-part", theme, &format!("component.{at}.{key}.{place}"), zh, en);
                    }
                }
            }
        }
        for (at, joint) in theme.joint.iter().enumerate() {
            for (place, item) in joint.items.iter().enumerate().filter(|(_, item)| own(item.get_ref()).is_none()) {
                let (zh, en) = (
                    format!("{}里的“{}”不是这个主题的事项", joint.kind.name().zh, item.get_ref()),
                    format!("“{}” takes part in a joint act and is no item of this theme", item.get_ref()),
                );
                self.of_theme("theme-part", theme, &format!("joint.{at}.items.{place}"), zh, en);
            }
        }
        if let Some(at) = theme.corrections_at.as_ref().filter(|at| at.get_ref().parse::<jiff::civil::Time>().is_err()) {
            let zh = format!("“{}”不是时刻；统一告知补正的时刻写作“16:30”", at.get_ref());
            let en = format!("“{}” is no time of day; write it like 16:30", at.get_ref());
            self.of_theme("theme-part", theme, "corrections-at", zh, en);
        }
        let bundle = Bundle::of_theme(self.rulebook, theme);
        let asked: BTreeSet<&str> = bundle.asked().collect();
        for (at, impossible) in theme.impossible.iter().enumerate() {
            let condition = self.rulebook.conditions.get(impossible.when.get_ref());
            let elements = condition.into_iter().flat_map(|condition| condition.elements());
            if let Some(element) = elements.map(|element| &*element.name).find(|element| !asked.contains(element)) {
                let zh = format!("矛盾的条件看“{element}”，但主题和各事项的表单都不问它");
                let en = format!("A contradiction looks at “{element}”, which nothing of the theme asks for");
                self.of_theme("condition-unasked", theme, &format!("impossible.{at}.when"), zh, en);
            }
        }
        for (at, situation) in theme.situation.iter().enumerate() {
            let field = situation.field.get_ref();
            if !asked.contains(field.as_str()) {
                let zh = format!("情形问到“{field}”，但主题的条件和各事项的表单都不用它");
                let en = format!("The situation asks for “{field}”, which neither a condition nor a form of the theme uses");
                self.of_theme("condition-unasked", theme, &format!("situation.{at}"), zh, en);
            }
        }
    }

    /// What can be applied for as one is on the list and has a form here; or the theme says in whose system it is handled. An item
    /// may always be closed, also under a theme, which then is to be looked at.
    fn theme_items(&mut self, theme: &Theme) {
        let rulebook = self.rulebook;
        for (at, component) in theme.component.iter().enumerate() {
            let Component { item, elsewhere, .. } = component;
            let Some(item) = rulebook.items.get(item.get_ref()) else { continue };
            let listed = item.list_row.as_ref().is_some_and(|row| rulebook.list.contains_key(row.get_ref()));
            let name = quoted(&item.name);
            let (rule, zh, en) = if !listed {
                let zh = format!("{}不在清单内，不能列入主题", name.zh);
                ("theme-item", zh, format!("{} is off the list and cannot be part of a theme", name.en))
            } else if item.closed_from.is_some_and(|from| from <= self.today) {
                ("theme-closed", format!("{}已经停止办理", name.zh), format!("{} is closed", name.en))
            } else if item.form.is_none() && elsewhere.is_empty() {
                let zh = format!("{}在这里没有表单，也没有写明在哪个系统办理", name.zh);
                let en = format!("{} has no form here, and the theme does not say in which system it is handled", name.en);
                ("theme-item", zh, en)
            } else {
                continue;
            };
            self.of_theme(rule, theme, &format!("component.{at}"), zh, en);
        }
    }

    fn theme_circle(&mut self, theme: &Theme, state: &State<'_>) {
        if let Some(first) = state.circle.first() {
            let names: Vec<&str> = state.circle.iter().map(|place| state.members[*place].member.item.name.as_str()).collect();
            let zh = format!("这些事项互相等待，谁也不能先办：{}", names.join("、"));
            let en = format!("These items wait for each other, so that none can begin: {}", names.join(", "));
            let code = state.members[*first].member.item.code.get_ref();
            let at = theme.component.iter().position(|component| component.item.get_ref() == code).unwrap_or_default();
            self.of_theme("theme-circle", theme, &format!("component.{at}"), zh, en);
        }
    }

    /// Trap T-08: a theme's promise is as long at least as the longest chain of its items' promises. The ceiling of 45 and 15
    /// working days belongs to joint handling that the government arranged (行政许可法 art. 42(2)).
    fn theme_limits(&mut self, theme: &Theme, state: &State<'_>) {
        let now = limit_on_or_first(&theme.limit, LimitKind::Promised, self.today);
        for (at, limit) in theme.limit.iter().enumerate() {
            let path = format!("limit.{at}");
            if limit.kind == LimitKind::Statutory && theme.arrangement.is_none() {
                let (zh, en) = (
                    "写了联合办理的法定期限，却没有政府组织联合办理的依据（arrangement）",
                    "A joint ceiling is claimed without the government's arrangement",
                );
                self.of_theme("theme-ceiling", theme, &path, zh, en);
            }
            let (false, Some(term)) = (limit.none_stated, limit.term()) else {
                self.of_theme(
                    "theme-limit",
                    theme,
                    &path,
                    "主题的期限要写且只写一种",
                    "A limit of a theme states exactly one term",
                );
                continue;
            };
            if now.is_some_and(|now| std::ptr::eq(now, limit)) && working_days(term) < state.days.1 {
                let chain: Vec<&str> =
                    state.critical.iter().map(|place| state.members[*place].member.item.name.as_str()).collect();
                let (own, sum) = (working_days(term), state.days.1);
                let zh = format!("主题承诺 {own} 个工作日，短于其中最长的一串：{}，共 {sum} 个工作日", chain.join("→"));
                let en = format!("The theme promises {own} working days, its longest chain takes {sum}: {}", chain.join(" → "));
                self.of_theme("theme-limit", theme, &path, zh, en);
            }
        }
        let stated = theme.limit.iter().any(|limit| limit.kind == LimitKind::Statutory);
        if theme.arrangement.is_some() && !stated {
            let (zh, en) = ("政府组织联合办理的，要写联合办理的法定期限", "An arrangement of the government states its ceiling");
            self.of_theme("theme-ceiling", theme, "arrangement", zh, en);
        }
    }

    /// Whatever is answered, something is to be done.
    fn theme_outcome(&mut self, theme: &Theme) {
        let whens: Option<Vec<String>> =
            theme.component.iter().map(|component| Some(format!("not ({})", component.when.as_ref()?.get_ref()))).collect();
        let Some(mut none) = whens else { return };
        // A question with several choices is answered by one at least.
        let deciding = theme.deciding.iter().flat_map(|section| &section.ask);
        let fields = deciding.filter_map(|ask| self.rulebook.fields.get(ask.field.get_ref()));
        let several = fields.filter(|field| field.kind == FieldKind::Choices);
        none.extend(several.map(|field| format!("count({}) > 0", field.name.get_ref())));
        let nothing = Expression::parse(&none.join(" and "), &self.rulebook.dictionary);
        if none.is_empty() || nothing.is_ok_and(|nothing| nothing.can_be_true() == Possible::Yes) {
            let (zh, en) =
                ("有的答案下一个事项也不需要：主题没有结果", "For some answers no item is needed: the theme has no outcome");
            self.of_theme("theme-outcome", theme, "component", zh, en);
        }
    }

    fn theme_questions(&mut self, theme: &'a Theme, bundle: &Bundle<'a>) {
        let Some(most) = self.figure("theme-questions", "questions") else { return };
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let guide = Guide::of_bundle(bundle, self.today);
        if guide.questions() <= most {
            return;
        }
        let (path, complete) = guide.longest_path(STEPS, self.today);
        let (zh, en) = if path.len() > most {
            let names: Vec<&str> = path.iter().map(|(field, _)| field.name.get_ref().as_str()).collect();
            let (count, names) = (path.len(), names.join("、"));
            (format!("有的答案要问 {count} 个问题：{names}"), format!("Some answers take {count} questions: {names}"))
        } else if complete {
            return;
        } else {
            (
                format!("可问的问题有 {} 个，看不出总在 {most} 个以内", guide.questions()),
                format!("{} questions could be put; it cannot be shown that {most} are always enough", guide.questions()),
            )
        };
        self.of_theme("theme-questions", theme, "situation", zh, en);
    }

    fn theme_example(&self, bundle: &Bundle<'_>, example: &Example) -> Result<(), Text> {
        let state = bundle.state(&self.given(example)?, self.today);
        let members = state.members.iter().map(|standing| (standing.member.item.name.as_str(), standing.needed));
        let words = Tried {
            open: ("按这些答案还不能确定是否要办", "These answers leave open whether it is needed"),
            differs: ("范例与主题不符。范例有而主题不办：", "主题要办而范例没有：", "needed as well"),
        };
        comes_true(example, members, &words)
    }
}
