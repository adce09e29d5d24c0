//! Definitions that nothing uses: leftovers mislead whoever reads them next.

use super::Checking;
use std::collections::BTreeSet;

impl Checking<'_> {
    pub(super) fn unused(&mut self) {
        self.papers();
        let rulebook = self.rulebook;
        let items = || rulebook.items.values();
        let conditions = rulebook.conditions.values().flat_map(|expression| expression.elements());
        let mut fields: BTreeSet<&str> = conditions.map(|element| &*element.name).collect();
        let asked = rulebook.forms.values().flat_map(|form| &form.section).flat_map(|section| &section.ask);
        fields.extend(asked.map(|ask| ask.field.get_ref().as_str()));
        fields.extend(items().flat_map(|item| &item.situation).map(|situation| situation.field.get_ref().as_str()));
        let themes = rulebook.themes.values();
        fields.extend(themes.flat_map(|theme| &theme.situation).map(|situation| situation.field.get_ref().as_str()));
        let told = rulebook.registers.values().flat_map(|register| &register.field);
        fields.extend(told.map(|told| told.field.get_ref().as_str()));
        let clauses = rulebook.policies.values().flat_map(|policy| &policy.clause);
        let amounts = clauses.filter_map(|clause| clause.benefit.amount.as_ref());
        let counted = amounts.flat_map(|amount| amount.of.iter().chain(&amount.less));
        fields.extend(counted.filter_map(|field| rulebook.dictionary.get(field.get_ref())).map(|element| &*element.name));
        fields.extend(self.words("unused", "profile").iter().map(String::as_str));
        let materials: BTreeSet<&str> =
            items().flat_map(|item| &item.material).map(|needed| needed.key.get_ref().as_str()).collect();
        let lists: BTreeSet<&str> = rulebook
            .fields
            .values()
            .filter_map(|field| field.codes.as_deref())
            .chain(self.words("unused", "program").iter().map(String::as_str))
            .collect();
        let forms: BTreeSet<&str> = items().filter_map(|item| item.form.as_ref()).map(|form| form.get_ref().as_str()).collect();
        let procedures: BTreeSet<&str> = items().map(|item| item.procedure.get_ref().as_str()).collect();
        self.leftovers("field", rulebook.fields.keys(), &fields, "数据元", "data element");
        self.leftovers("material", rulebook.materials.keys(), &materials, "材料", "material");
        self.leftovers("code-list", rulebook.codes.keys(), &lists, "代码集", "code list");
        self.leftovers("form", rulebook.forms.keys(), &forms, "表单", "form");
        self.leftovers("procedure", rulebook.procedures.keys(), &procedures, "流程", "procedure");
    }

    fn leftovers<'b>(
        &mut self,
        kind: &'static str,
        all: impl Iterator<Item = &'b String>,
        used: &BTreeSet<&str>,
        zh: &str,
        en: &str,
    ) {
        for code in all.filter(|code| !used.contains(code.as_str())) {
            let place = self.places.of(kind, code);
            self.report("unused", place, format!("{zh}“{code}”没有被用到"), format!("Nothing uses the {en} “{code}”"));
        }
    }
}
