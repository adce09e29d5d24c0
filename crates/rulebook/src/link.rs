//! Links definitions to each other: every word that names another definition is looked up, every condition is parsed.

use crate::compile::{Rulebook, line_at};
use crate::definition::Place;
use crate::expression::Expression;
use crate::field::CodeList;
use crate::policy::{Aim, BEHAVIOURS};
use crate::problem::{Problem, Severity};
use crate::signer::SignerRule;
use crate::text::Text;
use std::collections::HashMap;
use toml::Spanned;

pub(crate) fn link(rulebook: &mut Rulebook, texts: &HashMap<&str, &str>, problems: &mut Vec<Problem>) {
    let conditions = {
        let mut linking = Linking { rulebook, texts, problems, conditions: HashMap::new() };
        linking.fields();
        linking.forms();
        linking.items();
        linking.themes();
        linking.procedures();
        linking.agencies();
        linking.registers();
        linking.partners();
        linking.policies();
        linking.programmes();
        linking.programmes();
        linking.goals();
        linking.conditions
    };
    rulebook.conditions = conditions;
    deciding(rulebook);
}

/// Gives every theme the questions that decide over its items.
fn deciding(rulebook: &mut Rulebook) {
    let mut found = Vec::new();
    for (code, theme) in &rulebook.themes {
        let whens = theme.component.iter().filter_map(|component| component.when.as_ref());
        let mut fields: Vec<String> = Vec::new();
        for element in whens.filter_map(|when| rulebook.conditions.get(when.get_ref())).flat_map(Expression::elements) {
            if !fields.iter().any(|known| **known == *element.name) {
                fields.push(element.name.to_string());
            }
        }
        let wanted = |field: &String| theme.situation.iter().position(|situation| situation.field.get_ref() == field);
        fields.sort_by_key(|field| wanted(field).unwrap_or(usize::MAX));
        found.push((code.clone(), theme.asking_for(fields)));
    }
    for (code, section) in found {
        if let Some(theme) = rulebook.themes.get_mut(&code) {
            theme.deciding = section;
        }
    }
}

struct Linking<'a> {
    rulebook: &'a Rulebook,
    texts: &'a HashMap<&'a str, &'a str>,
    problems: &'a mut Vec<Problem>,
    conditions: HashMap<String, Expression>,
}

impl Linking<'_> {
    fn place(&self, kind: &'static str, code: &str) -> Place {
        self.rulebook.places.get(&(kind, code.to_owned())).cloned().unwrap_or_default()
    }

    fn line(&self, place: &Place, offset: usize) -> usize {
        self.texts.get(place.file.as_str()).map_or(place.line, |text| line_at(text, offset))
    }

    fn problem(&mut self, place: &Place, line: usize, rule: &str, message: Text, remedy: Text) {
        let file = place.file.clone();
        self.problems.push(Problem { severity: Severity::Error, file, line, rule: rule.to_owned(), message, remedy });
    }

    /// Reports a word that names nothing.
    fn unknown(&mut self, place: &Place, word: &Spanned<String>, what: (&str, &str)) {
        let line = self.line(place, word.span().start);
        let word = word.get_ref();
        self.problem(
            place,
            line,
            "unknown-word",
            Text::new(format!("没有名为“{word}”的{}", what.0), format!("There is no {} called “{word}”", what.1)),
            Text::new(format!("改正名称，或补充这个{}的定义", what.0), format!("Correct the name, or define the {}", what.1)),
        );
    }

    fn condition(&mut self, place: &Place, text: &Spanned<String>) {
        if self.conditions.contains_key(text.get_ref()) {
            return;
        }
        match Expression::parse(text.get_ref(), &self.rulebook.dictionary) {
            Ok(expression) => {
                self.fixed(place, text, &expression);
                self.conditions.insert(text.get_ref().clone(), expression);
            }
            Err(fault) => {
                let line = self.line(place, text.span().start);
                let at = fault.at + 1;
                let message = Text::new(
                    format!("条件“{}”第{at}字：{}", text.get_ref(), fault.message.zh),
                    format!("Condition “{}”, character {at}: {}", text.get_ref(), fault.message.en),
                );
                self.problem(place, line, "condition", message, fault.remedy);
            }
        }
    }

    /// Reports the parts of a condition that come out the same whatever the facts.
    fn fixed(&mut self, place: &Place, text: &Spanned<String>, expression: &Expression) {
        for part in expression.fixed_parts() {
            let line = self.line(place, text.span().start);
            let (zh, en) = if part.holds { ("总是成立", "can never fail") } else { ("不可能成立", "can never hold") };
            let message = Text::new(format!("条件“{}”{zh}", part.text), format!("Condition “{}” {en}", part.text));
            let remedy = Text::new(
                "对照数据元的范围和可选值改正，或删去",
                "Correct it against the bounds and choices of its elements, or leave it out",
            );
            self.problem(place, line, "condition-fixed", message, remedy);
        }
    }

    fn fields(&mut self) {
        let mut codes: HashMap<&str, &str> = HashMap::new();
        for (name, field) in &self.rulebook.fields {
            if let Some(other) = codes.insert(&field.code, name) {
                for (one, other) in [(name.as_str(), other), (other, name.as_str())] {
                    let (place, first, code) = (self.place("field", one), self.place("field", other), &field.code);
                    let message = Text::new(
                        format!("代码“{code}”也是 {}:{} 的数据元的代码", first.file, first.line),
                        format!("The code “{code}” is that of the element at {}:{} too", first.file, first.line),
                    );
                    self.problem(&place, place.line, "defined-twice", message, Text::new("另取代码", "Choose another code"));
                }
            }
            if let Some(codes) = &field.codes
                && !self.rulebook.codes.contains_key(codes)
            {
                let place = self.place("field", name);
                let word = Spanned::new(field.name.span(), codes.clone());
                self.unknown(&place, &word, ("代码集", "code list"));
            }
        }
    }

    fn forms(&mut self) {
        for (code, form) in &self.rulebook.forms {
            let place = self.place("form", code);
            for section in &form.section {
                if let Some(when) = &section.when {
                    self.condition(&place, when);
                }
                for ask in &section.ask {
                    if !self.rulebook.fields.contains_key(ask.field.get_ref()) {
                        self.unknown(&place, &ask.field, ("数据元", "data element"));
                    }
                    for condition in [&ask.when, &ask.check].into_iter().flatten() {
                        self.condition(&place, condition);
                    }
                }
            }
        }
    }

    fn items(&mut self) {
        for item in self.rulebook.items.values() {
            let place = item.place.clone();
            let rulebook = self.rulebook;
            if !rulebook.procedures.contains_key(item.procedure.get_ref()) {
                self.unknown(&place, &item.procedure, ("流程", "procedure"));
            }
            if let Some(form) = item.form.as_ref().filter(|form| !rulebook.forms.contains_key(form.get_ref())) {
                self.unknown(&place, form, ("表单", "form"));
            }
            if let Some(row) = item.list_row.as_ref().filter(|row| !rulebook.list.contains_key(row.get_ref())) {
                self.unknown(&place, row, ("清单条目", "list row"));
            }
            if let Some(body) = item.industry_body.as_ref().filter(|body| !rulebook.agencies.contains_key(body.get_ref())) {
                self.unknown(&place, body, ("机关", "agency"));
            }
            for earlier in item.continues.iter().flat_map(|continues| &continues.of) {
                if !rulebook.items.contains_key(earlier.get_ref()) {
                    self.unknown(&place, earlier, ("事项", "item"));
                }
            }
            for needed in &item.material {
                if !rulebook.materials.contains_key(needed.key.get_ref()) {
                    self.unknown(&place, &needed.key, ("材料", "material"));
                }
                if let Some(when) = &needed.when {
                    self.condition(&place, when);
                }
            }
            if let Some(own) = &item.commitment {
                for key in own.replaces.iter().filter(|key| !rulebook.materials.contains_key(key.get_ref())) {
                    self.unknown(&place, key, ("材料", "material"));
                }
                if let Some(body) = own.check.by.as_ref().filter(|body| !rulebook.agencies.contains_key(body.get_ref())) {
                    self.unknown(&place, body, ("机关", "agency"));
                }
            }
            for situation in &item.situation {
                if !rulebook.fields.contains_key(situation.field.get_ref()) {
                    self.unknown(&place, &situation.field, ("数据元", "data element"));
                }
            }
            for point in &item.point {
                if let Some(when) = &point.when {
                    self.condition(&place, when);
                }
            }
            if let Some(scope) = &item.window_scope {
                self.condition(&place, scope);
            }
            for rule in item.at_once.iter().flat_map(|at_once| &at_once.rule) {
                self.condition(&place, &rule.when);
            }
            self.signers(&place, &item.signer);
            if let Some(person) = item.at_once.as_ref().map(|at_once| &at_once.person)
                && !rulebook.fields.contains_key(person.get_ref())
            {
                self.unknown(&place, person, ("数据元", "data element"));
            }
            for field in item
                .result
                .iter()
                .flat_map(|result| &result.gives)
                .flat_map(|given| std::iter::once(&given.field).chain(&given.from))
            {
                if !rulebook.fields.contains_key(field.get_ref()) {
                    self.unknown(&place, field, ("数据元", "data element"));
                }
            }
        }
    }

    fn signers(&mut self, place: &Place, signers: &[SignerRule]) {
        for rule in signers {
            if let Some(when) = &rule.when {
                self.condition(place, when);
            }
            let naming = [&rule.listed_in, &rule.name, &rule.number, &rule.count].into_iter().flatten();
            for element in naming.chain(&rule.covers).filter(|element| !self.rulebook.fields.contains_key(element.get_ref())) {
                self.unknown(place, element, ("数据元", "data element"));
            }
            if let Some(key) = rule.instead_of.as_ref().filter(|key| !self.rulebook.materials.contains_key(key.get_ref())) {
                self.unknown(place, key, ("材料", "material"));
            }
        }
    }

    fn themes(&mut self) {
        let rulebook = self.rulebook;
        for theme in rulebook.themes.values() {
            let place = theme.place.clone();
            if !rulebook.agencies.contains_key(theme.lead_body.get_ref()) {
                self.unknown(&place, &theme.lead_body, ("机关", "agency"));
            }
            let of_components = theme
                .component
                .iter()
                .flat_map(|component| std::iter::once(&component.item).chain(&component.after).chain(&component.independent_of));
            for item in of_components.chain(theme.joint.iter().flat_map(|joint| &joint.items)) {
                if !rulebook.items.contains_key(item.get_ref()) {
                    self.unknown(&place, item, ("事项", "item"));
                }
            }
            for when in theme.component.iter().filter_map(|component| component.when.as_ref()) {
                self.condition(&place, when);
            }
            self.signers(&place, &theme.signer);
            for impossible in &theme.impossible {
                self.condition(&place, &impossible.when);
            }
            for situation in &theme.situation {
                if !rulebook.fields.contains_key(situation.field.get_ref()) {
                    self.unknown(&place, &situation.field, ("数据元", "data element"));
                }
            }
        }
    }

    fn procedures(&mut self) {
        for (code, procedure) in &self.rulebook.procedures {
            let place = self.place("procedure", code);
            let known = |step: &str| procedure.step.iter().any(|known| known.code.get_ref() == step);
            if !known(procedure.start.get_ref()) {
                self.unknown(&place, &procedure.start, ("环节", "step"));
            }
            for allowed in procedure.step.iter().flat_map(|step| &step.act).chain(&procedure.anywhere) {
                use crate::procedure::Next;
                let next: Vec<String> = match &allowed.to {
                    None => Vec::new(),
                    Some(Next::Always(step)) => vec![step.clone()],
                    Some(Next::ByEvent(steps)) => steps.values().cloned().collect(),
                };
                for step in next.into_iter().filter(|step| !known(step)) {
                    let word = Spanned::new(allowed.act.span(), step);
                    self.unknown(&place, &word, ("环节", "step"));
                }
            }
        }
    }

    fn registers(&mut self) {
        let rulebook = self.rulebook;
        for (code, register) in &rulebook.registers {
            let place = self.place("register", code);
            if !rulebook.agencies.contains_key(register.owner.get_ref()) {
                self.unknown(&place, &register.owner, ("机关", "agency"));
            }
            for keeper in register.keeper.iter().filter(|keeper| !rulebook.partners.contains_key(keeper.get_ref())) {
                self.unknown(&place, keeper, ("对接系统", "partner system"));
            }
            for told in &register.field {
                if !rulebook.fields.contains_key(told.field.get_ref()) {
                    self.unknown(&place, &told.field, ("数据元", "data element"));
                }
                for item in told.items.iter().filter(|item| !rulebook.items.contains_key(item.get_ref())) {
                    self.unknown(&place, item, ("事项", "item"));
                }
            }
        }
    }

    fn partners(&mut self) {
        let rulebook = self.rulebook;
        for (code, partner) in &rulebook.partners {
            let place = self.place("partner", code);
            for item in partner.items.iter().filter(|item| !rulebook.items.contains_key(item.get_ref())) {
                self.unknown(&place, item, ("事项", "item"));
            }
        }
    }

    fn policies(&mut self) {
        let rulebook = self.rulebook;
        for policy in rulebook.policies.values() {
            let place = policy.place.clone();
            if let Some(next) = policy.superseded_by.as_ref().filter(|next| !rulebook.policies.contains_key(next.get_ref())) {
                self.unknown(&place, next, ("政策", "policy"));
            }
            for clause in &policy.clause {
                for when in clause.scope.iter().chain([&clause.when]) {
                    self.condition(&place, when);
                }
                if let Some(aim) = &clause.aim {
                    self.behaviour(&place, aim);
                }
                let Some(amount) = &clause.benefit.amount else { continue };
                for times in &amount.times {
                    self.condition(&place, &times.when);
                }
                for field in
                    amount.of.iter().chain(&amount.less).filter(|field| rulebook.dictionary.get(field.get_ref()).is_none())
                {
                    self.unknown(&place, field, ("数据元", "data element"));
                }
            }
        }
    }

    fn programmes(&mut self) {
        let rulebook = self.rulebook;
        for (code, programme) in &rulebook.programmes {
            let Some(scope) = &programme.scope else { continue };
            let place = self.place("programme", code);
            self.condition(&place, scope);
            let clause = rulebook.clause(programme.clause.get_ref()).map(|(_, clause)| clause);
            if let Some(whom) = clause.and_then(|clause| programme.whom(clause)) {
                self.condition(&place, &Spanned::new(scope.span(), whom));
            }
        }
    }

    fn goals(&mut self) {
        let rulebook = self.rulebook;
        for (code, goal) in &rulebook.goals {
            let place = self.place("goal", code);
            goal.wants.iter().for_each(|aim| self.behaviour(&place, aim));
        }
    }

    fn behaviour(&mut self, place: &Place, aim: &Aim) {
        let known = |list: &CodeList| list.value.iter().any(|known| known.name == *aim.behaviour.get_ref());
        if self.rulebook.codes.get(BEHAVIOURS).is_some_and(|list| !known(list)) {
            self.unknown(place, &aim.behaviour, ("行为", "behaviour"));
        }
    }

    fn agencies(&mut self) {
        let rulebook = self.rulebook;
        for (code, window) in &rulebook.windows {
            let place = self.place("window", code);
            if !rulebook.agencies.contains_key(window.agency.get_ref()) {
                self.unknown(&place, &window.agency, ("机关", "agency"));
            }
        }
        for (row, place) in rulebook.authority.iter().zip(&rulebook.authority_places) {
            if !rulebook.items.contains_key(row.item.get_ref()) {
                self.unknown(place, &row.item, ("事项", "item"));
            }
            for agency in [Some(&row.agency), row.principal.as_ref()].into_iter().flatten() {
                if !rulebook.agencies.contains_key(agency.get_ref()) {
                    self.unknown(place, agency, ("机关", "agency"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_condition_that_always_comes_out_the_same_is_a_problem() {
        let check = |condition: &str, expected: &[&str]| {
            let text = format!(
                "[[field]]\nname = '经营面积'\ncode = 'area'\nkind = 'number'\nmin = 0\n\n[[form]]\ncode = 'f'\nname = '表'\n\n\
                 [[form.section]]\ntitle = '一'\nask = [\n  {{ field = '经营面积', when = '{condition}' }},\n]\n"
            );
            let (_, problems) = crate::compile([("forms/f.toml", text.as_str())]);
            let of_conditions = problems.iter().filter(|problem| problem.rule.starts_with("condition"));
            let told: Vec<String> = of_conditions.map(|problem| format!("{}: {}", problem.line, problem.message.en)).collect();
            assert_eq!(told, expected, "{condition}");
        };
        check("经营面积 > 50", &[]);
        check("经营面积 > 50 and 经营面积 < 20", &["14: Condition “经营面积 > 50 and 经营面积 < 20” can never hold"]);
        check("经营面积 > 50 or 经营面积 >= 0", &["14: Condition “经营面积 > 50 or 经营面积 >= 0” can never fail"]);
        check("经营面机 > 50", &["14: Condition “经营面机 > 50”, character 1: the dictionary has no element “经营面机”"]);
    }
}
