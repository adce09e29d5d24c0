//! From a draft to an application: the same way for the portal, the counter and the API.
//!
//! The rules are those in force when it is sent; a draft of an older edition says what changed before it goes on. The request of
//! the submission is the draft's own id, so sending twice makes one case.

use crate::door::{Answer, refuse};
use crate::drafts::{self, Standing, Start, Wanted, Whole};
use crate::{Office, Outcome};
use casework::act::{Paper, Submission};
use casework::bundle::{Plan, Planned};
use casework::event::Channel;
use casework::{Actor, Case, CaseNo, Holder, Refusal};
use jiff::civil::Date;
use rulebook::bundle::Bundle;
use rulebook::commitment;
use rulebook::expression::Truth;
use rulebook::intake::{Answers, Intake, NOTHING_KNOWN};
use rulebook::item::{Item, Limit};
use rulebook::theme::Theme;
use rulebook::{Rulebook, Text};
use store::drafts::DraftPaper;

/// The element by which a form asks for the permit that an application goes on from.
pub const EARLIER_PERMIT: &str = "earlier-permit";

/// The element by which forms ask where the place is. Who is competent is settled by the area that was chosen before.
pub const AREA: &str = "area";

/// What forms answer for the area of that code; `None` where their list does not hold it.
pub fn area_named<'a>(rules: &'a Rulebook, area: &str) -> Option<&'a str> {
    let list = rules.codes.get(rules.field_of(AREA)?.codes.as_deref()?)?;
    list.value.iter().find(|known| known.code == area).map(|known| known.name.as_str())
}

/// The area that a form names, where it is another than the one that was chosen to begin with and that says who decides.
pub fn other_area<'a>(rules: &Rulebook, answers: &'a Answers, chosen: &str) -> Option<&'a str> {
    let named = answers.get(AREA).filter(|named| !named.is_empty())?;
    area_named(rules, chosen).filter(|chosen| chosen != named).map(|_| named.as_str())
}

/// Items that can be handled together at once; more is no work of one visitor.
pub const MOST_ITEMS: usize = 12;

impl Office {
    /// Begins a draft under the edition in force.
    pub async fn begin_draft(
        &self,
        by: &Actor,
        holder: &Holder,
        item: &str,
        agency: &str,
        area: &str,
        channel: Channel,
    ) -> Answer<String> {
        let live = self.rulebooks.live()?;
        let holder = holder.key();
        let start = Start { item, edition: &live.name, agency, area, channel, holder: &holder, for_case: None, bundle: None };
        Ok(drafts::start(&self.store, &live.rules, by, &start, self.now().await?).await?.id)
    }

    /// Begins a draft for several items at once, of a theme or picked freely: the same at every door.
    ///
    /// # Errors
    /// Refused for items that are not applied for here or not of the theme, for too many or none, for an unknown area, and where nobody
    /// is competent for one of them there.
    pub async fn begin_bundle(
        &self,
        by: &Actor,
        holder: &Holder,
        theme: Option<&str>,
        items: &[String],
        area: &str,
        channel: Channel,
    ) -> Answer<String> {
        let live = self.rulebooks.live()?;
        let now = self.now().await?;
        let items = chosen(&live.rules, theme, items, area, now.day())?;
        let item = live
            .rules
            .items
            .values()
            .find(|item| live.rules.is_for_bundles(item))
            .ok_or_else(crate::door::not_found)?
            .code
            .get_ref();
        let competent = live.rules.competent(item, area, now.day());
        let agency = competent.first().ok_or_else(crate::door::not_found)?.code.get_ref();
        let (holder, bundle) = (holder.key(), Wanted::written(theme, &items));
        let bundle = Some(bundle.as_str());
        let start = Start { item, edition: &live.name, agency, area, channel, holder: &holder, for_case: None, bundle };
        Ok(drafts::start(&self.store, &live.rules, by, &start, now).await?.id)
    }

    /// The answers of a case as they were last handed in; empty once they are erased.
    pub async fn answers_of(&self, case: &Case) -> Result<Answers, crate::Failure> {
        let Some(words) = case.answers else { return Ok(Answers::new()) };
        let kept = self.store.particular(&case.no, words.0).await?;
        let bytes = kept.map(|(_, bytes)| bytes).unwrap_or_default();
        let mut answers = serde_json::from_slice::<Answers>(&bytes).unwrap_or_default();
        // A bundle keeps the choices of the parts that are still to come.
        if !case.rests_on_commitment() && case.bundle.is_none() {
            commitment::strip(&mut answers);
        }
        Ok(answers)
    }

    /// Sends a draft: as a new application, or as the answer to a correction, whose author says which version of the case was
    /// `seen`.
    pub async fn submit_draft(&self, by: &Actor, id: &str, seen: Option<u64>) -> Answer<Outcome> {
        self.submit_opened(by, &drafts::open(&self.store, by, id).await?, seen).await
    }

    /// The same for who has it open already.
    pub async fn submit_opened(&self, by: &Actor, whole: &Whole, seen: Option<u64>) -> Answer<Outcome> {
        if let Some(no) = &whole.draft.submitted {
            return Ok(Outcome::Again { no: CaseNo(no.clone()), version: 0 });
        }
        match &whole.draft.for_case {
            Some(no) => {
                let seen = seen.ok_or_else(crate::door::overtaken)?;
                self.answer_correction(by, whole, &CaseNo(no.clone()), seen).await
            }
            None => self.apply(by, whole).await,
        }
    }

    /// Attaches a whole file to a draft: the way of browsers without scripts.
    pub async fn attach_paper(&self, by: &Actor, id: &str, key: &str, name: &str, bytes: &[u8]) -> Answer<()> {
        let draft = drafts::editable(&self.store, by, id).await?;
        let edition = self.rulebooks.edition(&self.store, &draft.edition).await?;
        let now = self.now().await?;
        self.uploads.take_whole(&self.store, &edition.rules, by, id, key, name, bytes.to_vec(), now).await?;
        Ok(())
    }

    /// Notes at a counter that the original of a paper was seen: it counts as handed in, and no file is kept.
    pub async fn note_original(&self, by: &Actor, id: &str, key: &str) -> Answer<()> {
        let draft = drafts::editable(&self.store, by, id).await?;
        let edition = self.rulebooks.edition(&self.store, &draft.edition).await?;
        let wanted = Wanted::of(&edition.rules, &draft).ok_or_else(crate::door::not_found)?;
        if wanted.wants(key).next().is_none() || !matches!(by, Actor::Officer(_)) {
            return Err(crate::door::not_found());
        }
        let file_name = "原件已核对".to_owned();
        let paper = DraftPaper { key: key.to_owned(), digest: String::new(), file_name, at: self.now().await? };
        if self.store.attach_paper(id, &paper).await? { Ok(()) } else { Err(crate::door::not_found()) }
    }

    async fn apply(&self, by: &Actor, whole: &Whole) -> Answer<Outcome> {
        let live = self.rulebooks.live()?;
        let draft = &whole.draft;
        let now = self.now().await?;
        if draft.edition != live.name {
            let pinned = self.rulebooks.edition(&self.store, &draft.edition).await?;
            match drafts::standing(draft, &pinned.rules, &live.rules, &live.name, now.day()) {
                Standing::Newer(differences) if !differences.is_empty() => {
                    return Ok(Outcome::Refused(rules_changed(&differences)));
                }
                // What is closed or gone is refused by the core itself, with the reason.
                _ => {}
            }
        }
        let Some(wanted) = Wanted::of(&live.rules, draft) else {
            return Err(refuse(
                "unknown-item",
                ("这个事项已不在清单中。", "This item is no longer on the list."),
                ("请查看事项清单。", "See the list of items."),
            ));
        };
        if !wanted.covered_by(by, "submit") {
            return Err(crate::sessions::no_mandate());
        }
        let bundle = wanted.bundle();
        let intake = bundle.intake(&whole.answers, &whole.handed(), &NOTHING_KNOWN, now.day());
        if let Some((question, fault)) = intake.faults().next() {
            let name = question.field.name.get_ref();
            return Ok(Outcome::Refused(Refusal::new(
                "not-complete",
                Text::new(
                    format!("“{name}”：{}", fault.zh),
                    format!("“{}”: {}", question.field.label.as_deref().unwrap_or(name), fault.en),
                ),
                Text::new("请改正后再提交。", "Correct it and send again."),
            )));
        }
        let Some(holder) = Holder::from_key(&draft.holder) else { return Err(crate::door::not_found()) };
        let signers = self.signers_under(&live.rules, whole).await?;
        if let Some(missing) = signers.lacking() {
            return Ok(Outcome::Refused(missing));
        }
        let papers = whole.for_submission();
        let own = taken(&intake, &whole.answers, &papers);
        let mut lacking = intake.lacking();
        lacking.retain(|key| !signers.spares(key));
        if wanted.single().is_some() {
            lacking.extend(self.fallen_papers(&live.rules, &holder, &intake, now.day()).await?);
        }
        let commitment = wanted.signing(&whole.answers, &whole.handed(), now.day()).map(Box::new);
        let plan = if wanted.together {
            match plan(&live.rules, wanted.theme, &bundle, &whole.answers, &draft.area, now.day()) {
                Ok(plan) => Some(Box::new(plan)),
                Err(refusal) => return Ok(Outcome::Refused(refusal)),
            }
        } else {
            None
        };
        let submission = Submission {
            item: draft.item.clone(),
            title: match self.title_of(&holder).await? {
                applicant if wanted.together => format!("{applicant} · {}", wanted.name().zh),
                applicant => applicant,
            },
            holder,
            agency: draft.agency.clone(),
            area: draft.area.clone(),
            channel: channel_of(&draft.channel),
            parent: None,
            answers: written(&own.answers),
            papers: own.papers,
            lacking,
            first_contact: Some(draft.started_at).filter(|_| draft.channel == "counter"),
            earlier: earlier_of(&own.answers),
            bundle: plan,
            commitment,
            signatures: signers.collected(),
        };
        let holder = submission.holder.clone();
        let sending = |no: &CaseNo| Some(drafts::sending(&live.rules, &holder, whole, no, now));
        Ok(self.submit_sending(submission, by, &draft.id, sending).await?)
    }

    /// What names a matter in lists: the applicant.
    pub async fn title_of(&self, holder: &Holder) -> Result<String, crate::Failure> {
        Ok(match holder {
            Holder::Firm(code) => self.store.firm(code).await?.map_or_else(|| code.clone(), |firm| firm.name),
            Holder::Person(id) => self.store.person(id).await?.map_or_else(String::new, |person| person.name),
        })
    }
}

/// The credit code in an application, where it is not that of the firm whose matter this is. Nobody is turned away for it; both the
/// applicant and the officer are told, for what is granted goes to the holder, not to whoever is named in the form.
pub fn named_firm<'a>(holder: &Holder, answers: &'a Answers) -> Option<&'a str> {
    let named = answers.get("credit-code").map(|code| code.trim()).filter(|code| !code.is_empty())?;
    let own = matches!(holder, Holder::Firm(code) if code == named);
    (!own).then_some(named)
}

/// What a case was asked for, given its answers and the papers handed in: the form as it was sent.
pub fn asked_of<'a>(rules: &'a Rulebook, case: &'a Case, answers: &'a Answers, today: Date) -> Option<Intake<'a>> {
    let handed: Vec<String> = case.materials.iter().map(|handed| handed.key.clone()).collect();
    if let Some(bundle) = &case.bundle {
        let theme = bundle.theme.as_ref().and_then(|theme| rules.themes.get(theme));
        let items = bundle.components.iter().map(|component| component.item.as_str());
        return Some(Bundle::chosen(rules, theme, items).intake(answers, &handed, &NOTHING_KNOWN, today));
    }
    Some(rules.intake(rules.items.get(&case.item)?, answers, &handed, today))
}

/// Whether an item is claimed under a programme, in its own batch and with its own money: by itself, and with nothing else.
pub fn is_claimed(rules: &Rulebook, item: &Item) -> bool {
    let mut claimed = rules.programmes.values().filter_map(|programme| programme.item.as_ref());
    claimed.any(|code| code.get_ref() == item.code.get_ref())
}

/// The items that somebody chose to be handled together, each once, or why they cannot be.
fn chosen(rules: &Rulebook, theme: Option<&str>, items: &[String], area: &str, today: Date) -> Answer<Vec<String>> {
    let next = ("请核对后重新选择。", "Check, and choose again.");
    let alone = |code: &str| rules.items.get(code).is_some_and(|item| is_claimed(rules, item));
    let mut chosen: Vec<String> = Vec::new();
    for code in items {
        let of_theme = |theme: &str| {
            rules.themes.get(theme).is_some_and(|theme| theme.component.iter().any(|part| part.item.get_ref() == code))
        };
        let is_open = |item: &Item| item.form.is_some() && item.closed_from.is_none_or(|from| today < from);
        if !rules.items.get(code).is_some_and(is_open) || !theme.is_none_or(of_theme) || alone(code) {
            let why =
                ("所选的事项不在这里办理，或者不属于这件事。", "What was chosen is not applied for here, or no part of this.");
            return Err(refuse("not-offered", why, next));
        }
        if !chosen.contains(code) {
            chosen.push(code.clone());
        }
    }
    if chosen.is_empty() || chosen.len() > MOST_ITEMS {
        let zh = format!("请选择1至{MOST_ITEMS}项可以在这里办的手续。");
        return Err(refuse("how-many", (&zh, &format!("Choose 1 to {MOST_ITEMS} services that are applied for here.")), next));
    }
    if !rules.areas.contains_key(area) {
        return Err(refuse("no-area", ("请选择所在区域。", "Choose an area."), next));
    }
    match chosen.iter().find(|code| rules.competent(code, area, today).is_empty()) {
        Some(code) => Err(nobody_for(&rules.items[code]).into()),
        None => Ok(chosen),
    }
}

/// The item is handled by nobody in that area.
fn nobody_for(item: &Item) -> Refusal {
    Refusal::new(
        "no-authority",
        Text::new(
            format!("没有机关在这一区域办理“{}”。", item.name),
            format!("No body handles “{}” in that area.", item.label.as_deref().unwrap_or(&item.name)),
        ),
        Text::new("请核对区域，或去掉这一项。", "Check the area, or leave this part out."),
    )
}

/// The permit that an application goes on from, where its form asks for one and it was named.
pub(crate) fn earlier_of(answers: &Answers) -> Option<CaseNo> {
    let named = answers.get(EARLIER_PERMIT)?.trim();
    (!named.is_empty()).then(|| CaseNo(named.to_owned()))
}

/// What a form takes of answers and papers.
pub struct Share {
    pub answers: Answers,
    pub papers: Vec<Paper>,
}

/// What the body of one item gets of a bundle.
pub fn share(bundle: &Bundle<'_>, item: &Item, answers: &Answers, given: &Answers, papers: &[Paper], today: Date) -> Share {
    let own = bundle.share(item.code.get_ref(), answers, given, today);
    let (mut own, called_for) = own.map_or_else(Default::default, |own| (own.answers, own.papers));
    // How the applicant chose to have this part handled goes to its body, and to no other.
    let choice = format!("{}{}", commitment::OF_PERMIT, item.code.get_ref());
    own.extend(answers.get(&choice).map(|value| (choice, value.clone())));
    // So does a commitment in place of a paper, to each body that wants the paper.
    for needed in &item.material {
        let choice = format!("{}{}", commitment::OF_PROOF, needed.key.get_ref());
        own.extend(answers.get(&choice).map(|value| (choice, value.clone())));
    }
    let answers = own;
    let papers: Vec<Paper> = papers.iter().filter(|paper| called_for.contains(&paper.key)).cloned().collect();
    Share { answers, papers }
}

impl Share {
    /// What the item asks for beside this, and what is wrong with it.
    pub fn intake<'a>(&'a self, rules: &'a Rulebook, item: &'a Item, today: Date) -> Intake<'a> {
        rules.intake(item, &self.answers, &self.handed(), today)
    }

    pub(crate) fn handed(&self) -> Vec<String> {
        self.papers.iter().map(|paper| paper.key.clone()).collect()
    }
}

/// The same of what is asked now, be it of one item or of several together.
fn taken(intake: &Intake<'_>, answers: &Answers, papers: &[Paper]) -> Share {
    let asked = intake.questions().filter(|question| question.applies == Truth::True);
    let own = asked.filter_map(|question| Some((question.field.code.clone(), answers.get(&question.field.code)?.clone())));
    let called_for =
        |key: &str| intake.papers.iter().any(|paper| paper.needed.key.get_ref() == key && paper.applies == Truth::True);
    // How somebody applies stays with what was answered, so that the case asks for the same.
    let choices =
        answers.iter().filter(|(code, _)| commitment::is_choice(code)).map(|(code, value)| (code.clone(), value.clone()));
    Share {
        answers: own.chain(choices).filter(|(_, value)| !value.is_empty()).collect(),
        papers: papers.iter().filter(|paper| called_for(&paper.key)).cloned().collect(),
    }
}

/// Who handles which part, and what each waits for.
///
/// # Errors
/// Refused where the items wait for one another, and where nobody is competent for one of them in the area.
pub fn plan(
    rules: &Rulebook,
    theme: Option<&Theme>,
    bundle: &Bundle<'_>,
    answers: &Answers,
    area: &str,
    today: Date,
) -> Result<Plan, Refusal> {
    let state = bundle.state(answers, today);
    if !state.circle.is_empty() {
        return Err(Refusal::new(
            "circle",
            Text::new("这些事项互为前提，不能一起办理。", "These items wait for one another and cannot be handled together."),
            Text::new("请分别申请，或向综合窗口咨询。", "Apply for them one by one, or ask at the counter."),
        ));
    }
    let code = |place: usize| state.members[place].member.item.code.get_ref().clone();
    let mut components = Vec::new();
    for (place, standing) in state.members.iter().enumerate().filter(|(_, standing)| standing.needed != Truth::False) {
        let item = code(place);
        let Some(agency) = rules.competent(&item, area, today).first().map(|agency| agency.code.get_ref().clone()) else {
            return Err(nobody_for(standing.member.item));
        };
        let after =
            standing.waits_for.iter().filter(|(_, truth)| *truth != Truth::False).map(|(before, _)| code(*before)).collect();
        components.push(Planned { item, agency, area: area.to_owned(), after });
    }
    Ok(Plan { theme: theme.map(|theme| theme.code.get_ref().clone()), components, limit: state.promised.and_then(Limit::term) })
}

/// The exact bytes of answers that are kept: JSON with sorted names.
pub(crate) fn written(answers: &Answers) -> String {
    serde_json::to_string(answers).unwrap_or_default()
}

fn channel_of(word: &str) -> Channel {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).unwrap_or(Channel::Online)
}

fn rules_changed(differences: &[Text]) -> Refusal {
    let zh: Vec<&str> = differences.iter().map(|text| text.zh.as_str()).collect();
    let en: Vec<&str> = differences.iter().map(|text| text.en.as_str()).collect();
    Refusal::new(
        "rules-changed",
        Text::new(
            format!("填写期间规则有更新：{}", zh.join(";")),
            format!("The rules changed while you were writing: {}", en.join("; ")),
        ),
        Text::new("请确认后按新规则继续。", "Please confirm and go on under the new rules."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_another_firm_is_seen_and_ones_own_is_not() {
        let answers = |code: &str| Answers::from([("credit-code".to_owned(), code.to_owned())]);
        let firm = Holder::Firm("91120116MA0TEXT042".into());
        assert_eq!(named_firm(&firm, &answers(" 91120116MA0TEXT042 ")), None);
        assert_eq!(named_firm(&firm, &answers("")), None);
        assert_eq!(named_firm(&firm, &answers("91120116MADEM0003H")), Some("91120116MADEM0003H"));
        assert_eq!(named_firm(&Holder::Person("p".into()), &answers("91120116MA0TEXT042")), Some("91120116MA0TEXT042"));
    }
}
