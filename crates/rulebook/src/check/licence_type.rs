//! Whether licences get identifiers that others can read: kinds and bodies have codes that keep the standard, each its own.

use super::Checking;
use crate::identifier::{CreditCode, LicenceIdentifier};
use std::collections::BTreeMap;

/// A credit code that stands, in whose place the kind's code is tried.
const ANY_BODY: &str = "11220000013544541J";

impl Checking<'_> {
    pub(super) fn licence_types(&mut self) {
        let rulebook = self.rulebook;
        let mut taken = BTreeMap::new();
        for (name, kind) in &rulebook.licence_types {
            let place = self.places.part("licence-type", name, "type-code");
            let defined_by = kind.type_code.get(..18).unwrap_or_default();
            if LicenceIdentifier::new(&kind.type_code, ANY_BODY, "0", 1).is_err() || CreditCode::parse(defined_by).is_err() {
                let zh = format!("“{name}”的类型代码应当是统一社会信用代码加三位数字");
                self.report("licence-type", place, zh, format!("The code of “{name}” has to be a credit code and three digits"));
            } else if let Some(first) = taken.insert(&kind.type_code, name) {
                let zh = format!("“{name}”与“{first}”的类型代码相同");
                self.report("licence-type", place, zh, format!("“{name}” and “{first}” have the same code"));
            }
        }
        self.credit_codes();
        // A rulebook that knows no kinds at all gives its licences no identifiers.
        if !rulebook.licence_types.is_empty() {
            self.licences();
        }
    }

    fn credit_codes(&mut self) {
        let mut taken = BTreeMap::new();
        for (code, agency) in self.rulebook.agencies.iter().filter(|(_, agency)| !agency.credit_code.is_empty()) {
            let place = self.places.part("agency", code, "credit-code");
            if CreditCode::parse(&agency.credit_code).is_err() {
                let zh = format!("“{}”的统一社会信用代码不成立", agency.name);
                self.report("licence-type", place, zh, format!("The credit code of “{}” cannot be", agency.name));
            } else if let Some(first) = taken.insert(&agency.credit_code, &agency.name) {
                let zh = format!("“{}”与“{first}”的统一社会信用代码相同", agency.name);
                self.report("licence-type", place, zh, format!("“{}” and “{first}” have the same credit code", agency.name));
            }
        }
    }

    /// Every licence has a kind with a code, and is issued by bodies with one.
    fn licences(&mut self) {
        let rulebook = self.rulebook;
        for item in rulebook.items.values() {
            let Some(result) = item.result.as_ref().filter(|result| result.is_licence()) else { continue };
            if !rulebook.licence_types.contains_key(&result.name) {
                let zh = format!("“{}”没有证照类型代码，发出的证照没有标识", result.name);
                let en = format!("“{}” has no type code: its licences get no identifier", result.name);
                self.of_item("licence-type", item, "result.name", zh, en);
            }
            let rows = rulebook.authority.iter().filter(|row| row.item.get_ref() == item.code.get_ref());
            let signing = rows.map(|row| row.principal.as_ref().unwrap_or(&row.agency).get_ref());
            let signing: std::collections::BTreeSet<_> = signing.collect();
            for agency in signing.into_iter().filter_map(|code| rulebook.agencies.get(code)) {
                if agency.credit_code.is_empty() {
                    let place = self.places.part("agency", agency.code.get_ref(), "code");
                    let zh = format!("“{}”颁发“{}”，但没有统一社会信用代码", agency.name, result.name);
                    let en = format!("“{}” issues “{}” and has no credit code", agency.name, result.name);
                    self.report("licence-type", place, zh, en);
                }
            }
        }
    }
}
