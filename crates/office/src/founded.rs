//! Firms that a result brings into being (营业执照): entered as soon as the certificate is made, known from the registrar's own entry,
//! which names the legal representative. It is no claim of the applicant's own (decision 34). Serves measures 2 and 3.

use crate::door::Stop;
use crate::people::firms;
use crate::{Failure, Office, ids};
use casework::bundle::Bundle;
use casework::{Case, CaseNo, Holder, Moment};
use rulebook::identifier;
use rulebook::intake::Answers;
use rulebook::item::Item;
use rulebook::{Rulebook, Text};
use store::people::Audit;
use store::people::firms::{Firm, MandateState, Part};

/// What a result of this number gives to whatever follows: elements by code, with their values.
pub(crate) fn given_by(rules: &Rulebook, item: &Item, number: &str, answers: &Answers) -> Answers {
    let gives = item.result.iter().flat_map(|result| &result.gives);
    let value = |gives: &rulebook::item::Given| {
        let field = rules.fields.get(gives.field.get_ref())?;
        let value = match &gives.from {
            Some(from) => answers.get(&rules.fields.get(from.get_ref())?.code)?.clone(),
            None => number.to_owned(),
        };
        Some((field.code.clone(), value))
    };
    gives.filter_map(value).collect()
}

/// The name of the firm that a result of this number brings into being. One without a name of its own (个体工商户) has its owner's.
pub(crate) fn name_of(given: &Answers) -> Option<&String> {
    let told = |code: &str| given.get(code).filter(|name| !name.is_empty());
    told("applicant-name").or_else(|| told("legal-representative"))
}

impl Office {
    /// Whose case a part of a bundle is: of the firm that an earlier part brought into being, else of the applicant.
    pub(crate) async fn holder_of_part(&self, rules: &Rulebook, parent: &Case, bundle: &Bundle) -> Result<Holder, Failure> {
        let applicant = parent.holder.clone().ok_or_else(|| Failure::Unready(format!("{} has no holder", parent.no)))?;
        if matches!(applicant, Holder::Firm(_)) {
            return Ok(applicant);
        }
        let founded = bundle.components.iter().find_map(|part| {
            let code = rules.founded_by(rules.items.get(&part.item)?, part.number()?)?;
            Some((part.case()?.clone(), code))
        });
        let Some((registrar, code)) = founded else { return Ok(applicant) };
        // Its errand may not have run yet. Once the firm is there nothing is claimed again: a counter may have refused the claim.
        if self.store.firm(&code).await?.is_none() {
            self.enter_founded(&registrar).await?;
        }
        Ok(Holder::Firm(code))
    }

    /// Enters the firm that the result of a case brought into being, and who may act for it. Asked for again it changes nothing.
    pub(crate) async fn enter_founded(&self, registrar: &CaseNo) -> Result<(), Failure> {
        let Some(case) = self.store.case(registrar).await? else { return Ok(()) };
        let edition = self.edition_of(&case).await?;
        let (Some(item), Some((number, _)), Some(Holder::Person(founder))) =
            (edition.rules.items.get(&case.item), &case.result, &case.holder)
        else {
            return Ok(());
        };
        let Some(code) = edition.rules.founded_by(item, number) else { return Ok(()) };
        let now = self.now().await?;
        if self.store.firm(&code).await?.is_none() {
            let answers = self.answers_of_founding(&case, &edition.rules, item, number).await?;
            self.enter_firm(&case, &code, &answers, now).await?;
        }
        self.let_act(&case, founder, &code, now).await
    }

    /// What was answered about the firm that a result of this number brings into being. The form of the whole bundle says more of it than
    /// what the registrar's own asks.
    async fn answers_of_founding(&self, case: &Case, rules: &Rulebook, item: &Item, number: &str) -> Result<Answers, Failure> {
        let parent = match &case.parent {
            Some(parent) => self.store.case(parent).await?,
            None => None,
        };
        let mut answers = match &parent {
            Some(parent) => self.answers_of(parent).await?,
            None => Answers::new(),
        };
        answers.extend(self.answers_of(case).await?);
        answers.extend(given_by(rules, item, number, &answers));
        Ok(answers)
    }

    /// Whether the code that a result would give to a new firm is one that the register knows as another's: neither its name nor its
    /// legal representative is the applicant's.
    pub(crate) async fn is_code_of_another(&self, case: &Case, number: &str) -> Result<bool, Failure> {
        let edition = self.edition_of(case).await?;
        let (Some(item), Some(Holder::Person(_))) = (edition.rules.items.get(&case.item), &case.holder) else { return Ok(false) };
        let Some(code) = edition.rules.founded_by(item, number) else { return Ok(false) };
        let Some(firm) = self.store.firm(&code).await? else { return Ok(false) };
        let answers = self.answers_of_founding(case, &edition.rules, item, number).await?;
        let named = answers.get("legal-representative-id").map(|number| identifier::normalise(number));
        let same_person = named.is_some_and(|number| !number.is_empty() && self.number_key.digest(&number) == firm.legal_digest);
        Ok(!same_person && name_of(&answers) != Some(&firm.name))
    }

    async fn enter_firm(&self, case: &Case, code: &str, answers: &Answers, now: Moment) -> Result<(), Failure> {
        let answer = |code: &str| answers.get(code).cloned().unwrap_or_default();
        let number = identifier::normalise(&answer("legal-representative-id"));
        let firm = Firm {
            code: code.to_owned(),
            name: name_of(answers).cloned().unwrap_or_else(|| code.to_owned()),
            kind: answer("applicant-kind"),
            legal_person: answer("legal-representative"),
            legal_digest: if number.is_empty() { String::new() } else { self.number_key.digest(&number) },
            address: answer("domicile"),
            area: case.area.clone(),
            industry: answer("industry"),
            status: "存续".to_owned(),
            source: "本区登记".to_owned(),
            updated_at: now,
        };
        let audit = Audit {
            id: ids::opaque(),
            by: "system".to_owned(),
            what: "enter-firm".to_owned(),
            subject: code.to_owned(),
            at: now,
            detail: case.no.0.clone(),
        };
        Ok(self.store.import_firms(&[firm], &audit).await?)
    }

    /// The legal representative whom the registrar named may act at once, where we know who that is; anybody else who founded it has a
    /// claim that a counter looks at.
    async fn let_act(&self, case: &Case, founder: &str, code: &str, now: Moment) -> Result<(), Failure> {
        let Some(firm) = self.store.firm(code).await? else { return Ok(()) };
        let digest = Some(&firm.legal_digest).filter(|digest| !digest.is_empty());
        let named = match digest {
            Some(digest) => self.store.person_by_digest(digest).await?.map(|person| person.id),
            None => None,
        };
        let mut claims = vec![(named.clone().unwrap_or_else(|| founder.to_owned()), Part::Legal)];
        if named.is_some_and(|named| named != founder) {
            claims.push((founder.to_owned(), Part::Operator));
        }
        for (person, part) in claims {
            let acts_at_once = match firms::claim(&self.store, &person, code, part, now).await {
                Ok(mandate) => mandate.state == MandateState::Confirmed,
                Err(Stop::Refused(_)) => continue,
                Err(Stop::Failed(failure)) => return Err(failure),
            };
            // Of somebody else's matter only what is theirs is told: the number of the case is the founder's.
            let own = Some(&case.no).filter(|_| person == founder);
            let text = told(&firm, acts_at_once);
            self.notify(&format!("founded:{code}:{person}"), &format!("p:{person}"), own, &text).await?;
        }
        Ok(())
    }
}

/// Where the licence lies, and how to come to it.
fn told(firm: &Firm, acts_at_once: bool) -> Text {
    let (name, code) = (&firm.name, &firm.code);
    if acts_at_once {
        Text::new(
            format!(
                "“{name}”已登记，统一社会信用代码{code}。执照在该企业的“我的证照”里：在“我的账户”切换为代表该企业即可查看和使用。"
            ),
            format!(
                "“{name}” is registered, credit code {code}. Its licence lies in its own wallet: act for the firm under “My account” to see and use it."
            ),
        )
    } else {
        Text::new(
            format!(
                "“{name}”已登记，统一社会信用代码{code}。执照归该企业：请携带执照或者委托书和身份证件到窗口核实您的代办身份，之后可以代表它办事。"
            ),
            format!(
                "“{name}” is registered, credit code {code}. Its licence is its own: have your mandate confirmed at a counter, with licence or letter of authority and your identity document; then you can act for it."
            ),
        )
    }
}
