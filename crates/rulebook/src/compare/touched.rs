//! How far a change reaches: the items, forms and procedures that rest on what was changed, so that an editor sees the
//! definitions and, by the items, the open cases that it touches.

use super::Difference;
use crate::compile::Rulebook;
use crate::form::Form;
use crate::item::Item;
use crate::theme::Theme;
use std::collections::BTreeSet;
use toml::Spanned;

/// Codes of what a change touches, directly or through what it names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    pub items: BTreeSet<String>,
    pub forms: BTreeSet<String>,
    pub procedures: BTreeSet<String>,
    pub themes: BTreeSet<String>,
}

/// What `differences` touch in `rulebook`. What they removed is named by itself; ask once more with the old rulebook for all
/// that rested on it.
pub fn touched(differences: &[Difference], rulebook: &Rulebook) -> Touched {
    let changed = Changed { rulebook, differences };
    let mut fields = changed.codes("field");
    let lists = changed.codes("code-list");
    let of_lists = rulebook.fields.iter().filter(|(_, field)| field.codes.as_deref().is_some_and(|own| lists.contains(own)));
    fields.extend(of_lists.map(|(name, _)| name.as_str()));
    let mut rows = changed.codes("list-row");
    let higher = changed.codes("higher-row");
    let answers = rulebook.higher_list.iter().filter(|(code, _)| higher.contains(code.as_str()));
    rows.extend(answers.filter_map(|(_, row)| row.answered_by.as_deref()));

    let mut forms = changed.codes("form");
    forms.extend(rulebook.forms.iter().filter(|(_, form)| changed.form_asks(form, &fields)).map(|(code, _)| code.as_str()));
    let procedures = changed.codes("procedure");
    let materials = changed.codes("material");
    let decided = changed.decided();
    let mut items = changed.codes("item");
    let one_of = |word: &Option<Spanned<String>>, set: &BTreeSet<&str>| {
        word.as_ref().is_some_and(|word| set.contains(word.get_ref().as_str()))
    };
    let rests = |item: &Item| {
        one_of(&item.form, &forms)
            || one_of(&item.list_row, &rows)
            || procedures.contains(item.procedure.get_ref().as_str())
            || decided.contains(item.code.get_ref().as_str())
            || item.material.iter().any(|needed| materials.contains(needed.key.get_ref().as_str()))
            || changed.item_looks_at(item, &fields)
    };
    items.extend(rulebook.items.iter().filter(|(_, item)| rests(item)).map(|(code, _)| code.as_str()));
    let mut themes = changed.codes("theme");
    let of_theme = |theme: &Theme| {
        let mut components = theme.component.iter();
        components
            .any(|component| items.contains(component.item.get_ref().as_str()) || changed.mentions(&component.when, &fields))
    };
    themes.extend(rulebook.themes.iter().filter(|(_, theme)| of_theme(theme)).map(|(code, _)| code.as_str()));
    let own = |codes: BTreeSet<&str>| codes.into_iter().map(str::to_owned).collect();
    Touched { items: own(items), forms: own(forms), procedures: own(procedures), themes: own(themes) }
}

struct Changed<'a> {
    rulebook: &'a Rulebook,
    differences: &'a [Difference],
}

impl<'a> Changed<'a> {
    fn codes(&self, kind: &str) -> BTreeSet<&'a str> {
        let of_kind = self.differences.iter().filter(|difference| difference.kind == kind);
        of_kind.map(|difference| difference.code.as_str()).collect()
    }

    /// Items whose deciding bodies changed: rows of the matrix, agencies in it, areas of those agencies.
    fn decided(&self) -> BTreeSet<&'a str> {
        // The code of a row begins with its item.
        let rows = self.codes("authority").into_iter().filter_map(|code| code.split(' ').next());
        let (areas, mut agencies) = (self.codes("area"), self.codes("agency"));
        let acting =
            self.rulebook.agencies.iter().filter(|(_, agency)| agency.areas.iter().any(|area| areas.contains(area.as_str())));
        agencies.extend(acting.map(|(code, _)| code.as_str()));
        let windows = self.codes("window");
        let taken = self.rulebook.windows.iter().filter(|(code, _)| windows.contains(code.as_str()));
        let of_agencies = self.rulebook.authority.iter().filter(|row| agencies.contains(row.agency.get_ref().as_str()));
        rows.chain(of_agencies.map(|row| row.item.get_ref().as_str()))
            .chain(taken.flat_map(|(_, window)| window.items.iter().map(String::as_str)))
            .collect()
    }

    fn mentions(&self, condition: &Option<Spanned<String>>, fields: &BTreeSet<&str>) -> bool {
        condition.as_ref().is_some_and(|condition| self.mentions_text(condition, fields))
    }

    fn mentions_text(&self, condition: &Spanned<String>, fields: &BTreeSet<&str>) -> bool {
        let expression = self.rulebook.conditions.get(condition.get_ref());
        expression.is_some_and(|expression| expression.elements().iter().any(|element| fields.contains(&*element.name)))
    }

    fn form_asks(&self, form: &Form, fields: &BTreeSet<&str>) -> bool {
        form.section.iter().any(|section| {
            self.mentions(&section.when, fields)
                || section.ask.iter().any(|ask| {
                    fields.contains(ask.field.get_ref().as_str())
                        || self.mentions(&ask.when, fields)
                        || self.mentions(&ask.check, fields)
                })
        })
    }

    fn item_looks_at(&self, item: &Item, fields: &BTreeSet<&str>) -> bool {
        self.mentions(&item.window_scope, fields)
            || item.material.iter().any(|needed| self.mentions(&needed.when, fields))
            || item.at_once.iter().flat_map(|at_once| &at_once.rule).any(|rule| self.mentions_text(&rule.when, fields))
            || item
                .signer
                .iter()
                .any(|rule| self.mentions(&rule.when, fields) || rule.elements().any(|name| fields.contains(name)))
            || item.point.iter().any(|point| self.mentions(&point.when, fields))
            || item.situation.iter().any(|situation| fields.contains(situation.field.get_ref().as_str()))
            || item.batch_key.iter().any(|field| fields.contains(field.as_str()))
    }
}
