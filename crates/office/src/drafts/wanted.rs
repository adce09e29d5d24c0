//! What a draft applies for: one item, or several together (一件事). Everything that asks what its form holds asks here.

use casework::Actor;
use casework::commitment::Signing;
use jiff::civil::Date;
use rulebook::bundle::Bundle;
use rulebook::commitment;
use rulebook::field::Field;
use rulebook::intake::{Answers, Intake, NOTHING_KNOWN};
use rulebook::item::{Item, NeededMaterial};
use rulebook::material::Material;
use rulebook::theme::Theme;
use rulebook::{Rulebook, Text};
use store::drafts::Draft;

/// The items of a draft, by the rules of its edition.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    rules: &'a Rulebook,
    pub items: Vec<&'a Item>,
    pub theme: Option<&'a Theme>,
    /// Whether they are handled together: one item may be, as part of a theme.
    pub together: bool,
}

impl<'a> Wanted<'a> {
    /// `None` where the rules do not hold the item, or one of them, any more.
    pub fn of(rules: &'a Rulebook, draft: &Draft) -> Option<Wanted<'a>> {
        let Some(written) = &draft.bundle else {
            return Some(Wanted { rules, items: vec![rules.items.get(&draft.item)?], theme: None, together: false });
        };
        let (theme, items) = written.split_once(':')?;
        let items = items.split(' ').map(|code| rules.items.get(code)).collect::<Option<Vec<_>>>()?;
        Some(Wanted { rules, items, theme: rules.themes.get(theme), together: true })
    }

    /// The item, where it is one by itself.
    pub fn single(&self) -> Option<&'a Item> {
        self.items.first().copied().filter(|_| !self.together)
    }

    /// The codes of the theme and of the items, as a draft keeps them.
    pub fn codes(draft: &Draft) -> (Option<String>, Vec<String>) {
        let Some((theme, items)) = draft.bundle.as_deref().and_then(|written| written.split_once(':')) else {
            return (None, vec![draft.item.clone()]);
        };
        (Some(theme.to_owned()).filter(|theme| !theme.is_empty()), items.split(' ').map(str::to_owned).collect())
    }

    /// How a draft keeps it.
    pub fn written(theme: Option<&str>, items: &[String]) -> String {
        format!("{}:{}", theme.unwrap_or_default(), items.join(" "))
    }

    /// What people call it: the item, the theme, or the first item and how many more.
    pub fn name(&self) -> Text {
        if let Some(theme) = self.theme {
            return Text::new(&theme.name, theme.label.as_deref().unwrap_or(&theme.name));
        }
        let Some(first) = self.items.first() else { return Text::default() };
        let label = first.label.as_deref().unwrap_or(&first.name);
        match self.items.len() {
            1 => Text::new(&first.name, label),
            n => Text::new(format!("{}等{n}项", first.name), format!("{label} and {} more", n - 1)),
        }
    }

    /// All that they ask for, merged.
    pub fn bundle(&self) -> Bundle<'a> {
        match (&*self.items, self.together) {
            ([item], false) => Bundle::of_item(self.rules, item),
            _ => Bundle::chosen(self.rules, self.theme, self.items.iter().map(|item| item.code.get_ref().as_str())),
        }
    }

    /// What they ask for, given these answers and the keys of the papers handed in.
    pub fn intake(&self, answers: &'a Answers, handed: &[String], today: Date) -> Intake<'a> {
        self.bundle().intake(answers, handed, &NOTHING_KNOWN, today)
    }

    /// The element of that code, if a form asks for it under any condition.
    pub fn asks(&self, code: &str) -> Option<&'a Field> {
        let forms = self.items.iter().filter_map(|item| self.rules.forms.get(item.form.as_ref()?.get_ref()));
        let deciding = self.theme.and_then(|theme| theme.deciding.as_ref());
        let sections = forms.flat_map(|form| &form.section).chain(deciding);
        let mut fields = sections.flat_map(|section| &section.ask).filter_map(|ask| self.rules.fields.get(ask.field.get_ref()));
        fields.find(|field| field.code == code)
    }

    /// Whether an answer of this code chooses a commitment that the item, or one of its papers, knows.
    pub fn offers_commitment(&self, code: &str) -> bool {
        let part = code.strip_prefix(commitment::OF_PERMIT);
        let of_item = self.items.iter().any(|item| part == Some(item.code.get_ref()) && item.commitment.is_some());
        of_item || code.strip_prefix(commitment::OF_PROOF).is_some_and(|key| self.proof_of(key).is_some())
    }

    /// The commitment that may stand for the paper of this key, with the items that want it. A paper that several bodies want is not
    /// replaced for some of them alone: where one has to have it, it is handed in.
    pub fn proof_of(&self, key: &str) -> Option<(&'a Material, Vec<&'a Item>)> {
        let material = self.rules.materials.get(key)?;
        let wants = |item: &&&Item| item.material.iter().any(|needed| needed.key.get_ref() == key);
        let wanting: Vec<&Item> = self.items.iter().filter(wants).copied().collect();
        let may = |item: &&Item| self.rules.proof_in(item, material).is_some();
        (!wanting.is_empty() && wanting.iter().all(may)).then_some((material, wanting))
    }

    /// All papers for which a commitment may stand, each once, in the order of the items.
    pub fn proofs(&self) -> Vec<(&'a Material, Vec<&'a Item>)> {
        let mut found: Vec<(&Material, Vec<&Item>)> = Vec::new();
        for needed in self.items.iter().flat_map(|item| &item.material) {
            let known = found.iter().any(|(material, _)| material.key.get_ref() == needed.key.get_ref());
            found.extend(self.proof_of(needed.key.get_ref()).filter(|_| !known));
        }
        found
    }

    /// What is signed, item by item: each part of a bundle goes its own way.
    pub fn signings(&self, answers: &Answers, handed: &[String], today: Date) -> Vec<(&'a Item, Signing)> {
        let own = |item: &&'a Item| Some((*item, signing(self.rules, item, answers, handed, today)?));
        self.items.iter().filter_map(own).collect()
    }

    /// What is signed with these answers and papers by one item; `None` for the ordinary way.
    pub fn signing(&self, answers: &Answers, handed: &[String], today: Date) -> Option<Signing> {
        match (&*self.items, self.together) {
            ([item], false) => signing(self.rules, item, answers, handed, today),
            _ => None,
        }
    }

    /// Every want of a paper, each with its own terms.
    pub fn wants<'s>(&'s self, key: &'s str) -> impl Iterator<Item = &'a NeededMaterial> + 's {
        self.items.iter().flat_map(|item| &item.material).filter(move |needed| needed.key.get_ref() == key)
    }

    /// Whether the theme or one of the items may ask for a signature.
    pub fn is_signed(&self) -> bool {
        self.theme.is_some_and(|theme| !theme.signer.is_empty()) || self.items.iter().any(|item| !item.signer.is_empty())
    }

    /// Whether somebody may ask for each of them.
    pub fn covered_by(&self, by: &Actor, act: &str) -> bool {
        self.items.iter().all(|item| by.covers(Some(item.code.get_ref()), Some(act)))
    }
}

/// What is signed with these answers and the papers of these keys: which notice, and which papers it spares.
pub fn signing(rules: &Rulebook, item: &Item, answers: &Answers, handed: &[String], today: Date) -> Option<Signing> {
    if !answers.keys().any(|code| commitment::is_choice(code)) {
        return None;
    }
    let notice = commitment::chosen(answers, item);
    let mut ordinary = answers.clone();
    commitment::strip(&mut ordinary);
    let asked = rules.intake(item, answers, handed, today).lacking();
    let mut replaced = rules.intake(item, &ordinary, handed, today).lacking();
    replaced.retain(|key| !asked.contains(key));
    let chosen = |key: &&String| rules.materials.get(*key).is_some_and(|own| commitment::chosen_for(answers, own).is_some());
    let proofs: Vec<String> = replaced.iter().filter(chosen).cloned().collect();
    (notice.is_some() || !proofs.is_empty()).then_some(Signing { notice, proofs, replaced })
}
