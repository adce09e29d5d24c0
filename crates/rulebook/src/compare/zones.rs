//! The same item in every zone: where its terms, or the form in which the power is held, are not the district's. What should be
//! equal and is not is V17 of the check; this is the table that people look at.

use crate::agency::{Agency, Authority, AuthorityForm};
use crate::calendar::Term;
use crate::compile::Rulebook;
use crate::item::{Item, LimitKind, limit_on};
use crate::text::Text;
use jiff::civil::Date;

/// One thing that an item has otherwise in a zone than in the rest of the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneDifference {
    pub item: String,
    /// The agency of the zone.
    pub zone: String,
    pub what: Text,
    pub district: Text,
    pub in_zone: Text,
}

/// Every difference of every zone on that day, by item and zone.
pub fn zone_differences(rulebook: &Rulebook, on: Date) -> Vec<ZoneDifference> {
    let zones: Vec<&Agency> = rulebook.agencies.values().filter(|agency| agency.kind == "zone").collect();
    let mut differences = Vec::new();
    for item in rulebook.items.values() {
        let held: Vec<(&Agency, Option<&Authority>)> = zones.iter().map(|zone| (*zone, held(rulebook, item, zone, on))).collect();
        let usual = usual(held.iter().map(|(_, row)| row.map(|row| row.form)));
        let promise = promise(item, on);
        for (zone, row) in held {
            let mut differ = |what: Text, district: Text, in_zone: Text| {
                let (item, zone) = (item.code.get_ref().clone(), zone.code.get_ref().clone());
                differences.push(ZoneDifference { item, zone, what, district, in_zone });
            };
            let form = row.map(|row| row.form);
            if form != usual {
                differ(
                    Text::new("行使方式（与多数开发区比）", "How the power is held, beside most zones"),
                    form_said(usual),
                    form_said(form),
                );
            }
            let own = row.and_then(|row| row.promised_working_days).map(Term::working_days);
            if own.is_some() && own != promise {
                differ(Text::new("承诺时限", "Promised limit"), term_said(promise), term_said(own));
            }
        }
    }
    differences
}

fn held<'a>(rulebook: &'a Rulebook, item: &Item, zone: &Agency, on: Date) -> Option<&'a Authority> {
    let inside = zone.areas.first().map_or("", String::as_str);
    rulebook.authority_of(item.code.get_ref(), zone.code.get_ref(), inside, on)
}

fn promise(item: &Item, on: Date) -> Option<Term> {
    limit_on(&item.limit, LimitKind::Promised, on)?.term()
}

/// The form that most zones have; of equals the first.
fn usual(forms: impl Iterator<Item = Option<AuthorityForm>>) -> Option<AuthorityForm> {
    let forms: Vec<Option<AuthorityForm>> = forms.collect();
    let often = |form: &Option<AuthorityForm>| forms.iter().filter(|other| *other == form).count();
    let most = forms.iter().map(often).max()?;
    forms.iter().find(|form| often(form) == most).copied().flatten()
}

fn form_said(form: Option<AuthorityForm>) -> Text {
    match form {
        Some(AuthorityForm::Own) => Text::new("法定", "its own power by law"),
        Some(AuthorityForm::Authorised) => Text::new("授权", "authorised by law"),
        Some(AuthorityForm::Entrusted) => Text::new("委托", "entrusted"),
        Some(AuthorityForm::Centralised) => Text::new("集中", "centralised"),
        None => Text::new("不行使", "not held"),
    }
}

fn term_said(term: Option<Term>) -> Text {
    term.map_or_else(|| Text::new("没有承诺", "no promise"), Term::text)
}
