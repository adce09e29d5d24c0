//! Drafts: what somebody has begun and not handed in. Each answer saves by itself, also a wrong one, which is said beside it;
//! nothing is lost by a lost line, a closed item or a new edition, and a deleted draft can be had back for a month.
//!
//! Serves measures 1 and 2: the same draft at the counter and on the web.

mod offers;
mod standing;
#[cfg(test)]
pub(crate) mod tests;
mod wanted;

pub use offers::{Offer, OfferedPaper, Source, offers, sending};
pub use standing::{Standing, differences, standing};
pub use wanted::{Wanted, signing};

use crate::apply::{AREA, area_named};
use crate::door::{Answer, Stop, not_found, overtaken, refuse};
use crate::{Failure, ids};
use casework::act::Paper;
use casework::event::Channel;
use casework::{Actor, Moment, Officer};
use rulebook::commitment;
use rulebook::field::FieldKind;
use rulebook::identifier;
use rulebook::intake::Answers;
use rulebook::procedure::Role;
use rulebook::{Rulebook, Text};
use store::Store;
use store::drafts::{Draft, DraftPaper};
use store::people::Subject;

/// Days for which a deleted draft can be had back.
pub const KEPT_DAYS: i64 = 30;
const DAY: i64 = 24 * 3_600_000;
/// Open drafts of one writer; more is no work of a person.
const MOST_DRAFTS: usize = 200;
/// Longest answer that is kept at all, in characters: the dictionary sets narrower bounds, which are said and not enforced here.
const LONGEST: usize = 10_000;

/// A draft with everything in it.
#[derive(Debug, Clone)]
pub struct Whole {
    pub draft: Draft,
    pub answers: Answers,
    pub papers: Vec<DraftPaper>,
}

impl Whole {
    /// Keys of the papers that are there, as intake wants them.
    pub fn handed(&self) -> Vec<String> {
        self.papers.iter().map(|paper| paper.key.clone()).collect()
    }

    /// The papers as a submission names them.
    pub fn for_submission(&self) -> Vec<Paper> {
        let paper = |paper: &DraftPaper| Paper {
            key: paper.key.clone(),
            digest: paper.digest.clone(),
            file_name: paper.file_name.clone(),
        };
        self.papers.iter().map(paper).collect()
    }
}

/// What to begin.
#[derive(Debug, Clone)]
pub struct Start<'a> {
    pub item: &'a str,
    pub edition: &'a str,
    pub agency: &'a str,
    pub area: &'a str,
    pub channel: Channel,
    /// Key of the holder: for a clerk that of the visitor, for an applicant his own or the firm's.
    pub holder: &'a str,
    /// The case that it answers to.
    pub for_case: Option<&'a str>,
    /// The theme and the items of an application for several at once.
    pub bundle: Option<&'a str>,
}

/// What became of a saved answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub field: String,
    /// What is wrong with it, though it is saved.
    pub fault: Option<Text>,
}

/// Begins a draft.
///
/// # Errors
/// Refused for an unknown item or one without a form, for a holder whom the applicant does not act for, beyond a mandate or a
/// power, and for somebody who has far too many drafts. A closed item can be drafted: the draft says what stands.
pub async fn start(store: &Store, rules: &Rulebook, by: &Actor, what: &Start<'_>, now: Moment) -> Answer<Draft> {
    let owner = owner_of(by)?;
    if let Actor::Applicant { holder, .. } = by
        && holder.key() != what.holder
    {
        return Err(not_found());
    }
    let act = if what.for_case.is_some() { "supply" } else { "submit" };
    if !by.covers(Some(what.item), Some(act)) {
        return Err(crate::sessions::no_mandate());
    }
    if let Actor::Officer(officer) = by {
        takes_in(officer, what.agency, what.item)?;
    }
    if store.drafts_of(&owner.key(), None).await?.len() >= MOST_DRAFTS {
        return Err(refuse(
            "too-many-drafts",
            ("未提交的草稿太多。", "There are too many unsent drafts."),
            ("请先提交或删除一些。", "Send or delete some first."),
        ));
    }
    let draft = Draft {
        id: ids::opaque(),
        owner: owner.key(),
        holder: what.holder.to_owned(),
        item: what.item.to_owned(),
        edition: what.edition.to_owned(),
        agency: what.agency.to_owned(),
        area: what.area.to_owned(),
        channel: channel_word(what.channel).to_owned(),
        for_case: what.for_case.map(str::to_owned),
        started_at: now,
        updated_at: now,
        parked: false,
        submitted: None,
        deleted_at: None,
        bundle: what.bundle.map(str::to_owned),
    };
    let wanted = Wanted::of(rules, &draft).ok_or_else(not_found)?;
    if what.for_case.is_none() && (wanted.items.is_empty() || wanted.items.iter().any(|item| item.form.is_none())) {
        return Err(refuse(
            "no-form",
            ("这个事项不在本平台填报。", "This item is not applied for here."),
            ("请查看办事指南中的办理地点。", "The guide says where it is."),
        ));
    }
    if !wanted.covered_by(by, act) {
        return Err(crate::sessions::no_mandate());
    }
    if !store.start_draft(&draft).await? {
        return Err(overtaken());
    }
    // Where it is was asked to find who is competent: the form does not ask it again, and the answer stays open to correction.
    if let Some(area) = area_named(rules, what.area).filter(|_| what.for_case.is_none() && wanted.asks(AREA).is_some()) {
        store.save_fields(&draft.id, &[(AREA.to_owned(), area.to_owned())], now).await?;
    }
    Ok(draft)
}

/// A draft with all in it, for those who may see it; also one that was sent, so that its page can lead to the case.
pub async fn open(store: &Store, by: &Actor, id: &str) -> Answer<Whole> {
    let (draft, fields, papers) = store.whole_draft(id).await?.ok_or_else(not_found)?;
    if draft.deleted_at.is_some() || !may_see(by, &draft) {
        return Err(not_found());
    }
    let answers = fields.into_iter().map(|saved| (saved.field, saved.value)).collect();
    Ok(Whole { draft, answers, papers })
}

/// The draft's own row, for those who may change it.
pub(crate) async fn editable(store: &Store, by: &Actor, id: &str) -> Answer<Draft> {
    let draft = store.draft(id).await?.filter(|draft| draft.deleted_at.is_none() && may_see(by, draft)).ok_or_else(not_found)?;
    if draft.submitted.is_some() { Err(sent()) } else { Ok(draft) }
}

/// Saves answers, each by the code of its element; a wrong one is saved too, and what is wrong is said. `rules` are those of the
/// draft's own edition.
///
/// # Errors
/// Refused as a whole for an element that the form does not ask for (行政许可法 art. 31), for an answer beyond all bounds, and for
/// a draft that is not open any more.
pub async fn save(
    store: &Store,
    rules: &Rulebook,
    by: &Actor,
    id: &str,
    answers: &[(String, String)],
    now: Moment,
) -> Answer<Vec<Saved>> {
    let draft = editable(store, by, id).await?;
    let wanted = Wanted::of(rules, &draft).ok_or_else(not_found)?;
    let mut kept = Vec::with_capacity(answers.len());
    let mut saved = Vec::with_capacity(answers.len());
    for (code, typed) in answers {
        if commitment::is_choice(code) {
            let value = typed.trim();
            if !wanted.offers_commitment(code) || !(value.is_empty() || value.parse::<u32>().is_ok()) {
                return Err(foreign());
            }
            saved.push(Saved { field: code.clone(), fault: None });
            kept.push((code.clone(), value.to_owned()));
            continue;
        }
        let field = wanted.asks(code).ok_or_else(foreign)?;
        if typed.chars().count() > LONGEST || typed.contains('\0') {
            return Err(too_long());
        }
        let value = match field.kind {
            FieldKind::CreditCode | FieldKind::CitizenId => identifier::normalise(typed),
            _ => typed.trim_end().to_owned(),
        };
        let fault = if value.is_empty() { None } else { rules.check_answer(field, &value, now.day()).err() };
        saved.push(Saved { field: code.clone(), fault });
        kept.push((code.clone(), value));
    }
    if store.save_fields(id, &kept, now).await? { Ok(saved) } else { Err(sent()) }
}

/// Takes a paper out of a draft. Its bytes stay until the sweep finds nobody who uses them.
pub async fn remove_paper(store: &Store, by: &Actor, id: &str, key: &str, digest: &str, now: Moment) -> Answer<()> {
    editable(store, by, id).await?;
    if store.detach_paper(id, key, digest, now).await? { Ok(()) } else { Err(sent()) }
}

/// Uses a paper that the same holder gave before; what others gave is not there to be used.
pub async fn use_given_paper(store: &Store, rules: &Rulebook, by: &Actor, id: &str, key: &str, now: Moment) -> Answer<()> {
    let draft = editable(store, by, id).await?;
    let given = offers::given_papers(store, rules, by, &draft, now).await?;
    let given = given.into_iter().find(|paper| paper.key == key).ok_or_else(not_found)?;
    let paper = DraftPaper { key: given.key, digest: given.digest, file_name: given.file_name, at: now };
    if store.attach_paper(id, &paper).await? { Ok(()) } else { Err(sent()) }
}

/// My open drafts, the one touched last first. An applicant sees those for the holder he acts for now.
pub async fn mine(store: &Store, by: &Actor) -> Answer<Vec<Draft>> {
    let owner = owner_of(by)?.key();
    let mut drafts = match by {
        Actor::Applicant { holder, .. } => {
            let mut drafts = store.drafts_of(&owner, Some(&holder.key())).await?;
            drafts.extend(store.counter_drafts_for(&holder.key()).await?);
            drafts.sort_by_key(|draft| std::cmp::Reverse(draft.updated_at));
            drafts
        }
        _ => store.drafts_of(&owner, None).await?,
    };
    drafts.retain(|draft| may_see(by, draft));
    Ok(drafts)
}

/// At the counter: puts a visitor's draft aside, or takes it up again.
pub async fn park(store: &Store, by: &Actor, id: &str, parked: bool, now: Moment) -> Answer<()> {
    editable(store, by, id).await?;
    if store.park_draft(id, parked, now).await? { Ok(()) } else { Err(sent()) }
}

/// Drafts that any counter wrote for this visitor, for a clerk who serves him now: those of bodies and items that she takes in.
pub async fn of_visitor(store: &Store, by: &Actor, holder: &str, now: Moment) -> Answer<Vec<Draft>> {
    let clerk = clerk(by, now)?;
    let mut drafts = store.counter_drafts_for(holder).await?;
    drafts.retain(|draft| takes_in(clerk, &draft.agency, &draft.item).is_ok());
    Ok(drafts)
}

/// A clerk takes over what a colleague began for the visitor who stands here.
pub async fn take_over(store: &Store, by: &Actor, id: &str, holder: &str, now: Moment) -> Answer<()> {
    let clerk = clerk(by, now)?;
    let draft = store.draft(id).await?.filter(|draft| draft.deleted_at.is_none() && draft.holder == holder && at_counter(draft));
    let draft = draft.filter(|draft| takes_in(clerk, &draft.agency, &draft.item).is_ok()).ok_or_else(not_found)?;
    if draft.submitted.is_some() {
        return Err(sent());
    }
    if store.give_draft(id, &owner_of(by)?.key(), now).await? { Ok(()) } else { Err(overtaken()) }
}

/// Moves a draft to the edition in force, once its writer has seen what differs. Answers to questions that are gone stay in the
/// draft until it is sent, and are not sent.
pub async fn move_to(store: &Store, by: &Actor, id: &str, edition: &str, now: Moment) -> Answer<()> {
    editable(store, by, id).await?;
    if store.move_draft(id, edition, now).await? { Ok(()) } else { Err(sent()) }
}

pub async fn delete(store: &Store, by: &Actor, id: &str, now: Moment) -> Answer<()> {
    editable(store, by, id).await?;
    if store.delete_draft(id, now).await? { Ok(()) } else { Err(sent()) }
}

/// My drafts that were deleted and can still be had back.
pub async fn deleted(store: &Store, by: &Actor, now: Moment) -> Answer<Vec<Draft>> {
    let mut drafts = store.deleted_drafts(&owner_of(by)?.key(), month_before(now)).await?;
    drafts.retain(|draft| may_see(by, draft));
    Ok(drafts)
}

/// Takes back a deletion, within thirty days.
pub async fn restore(store: &Store, by: &Actor, id: &str, now: Moment) -> Answer<()> {
    store.draft(id).await?.filter(|draft| may_see(by, draft)).ok_or_else(not_found)?;
    if store.restore_draft(id, month_before(now)).await? { Ok(()) } else { Err(not_found()) }
}

/// Forgets what was deleted more than thirty days ago; says how many.
pub async fn purge(store: &Store, now: Moment) -> Result<u64, Failure> {
    Ok(store.purge_drafts(month_before(now)).await?)
}

/// An applicant sees what he wrote for the holder he acts for now, and what a counter wrote for that holder, as far as his mandate
/// goes; an officer what she wrote, while she takes in for that body and item. Nobody else sees a draft.
pub(crate) fn may_see(by: &Actor, draft: &Draft) -> bool {
    let Ok(owner) = owner_of(by) else { return false };
    match by {
        Actor::Applicant { holder, reach, .. } => {
            let mine = draft.holder == holder.key() && (draft.owner == owner.key() || at_counter(draft));
            mine && reach.covers(Some(&draft.item), None)
        }
        Actor::Officer(officer) => draft.owner == owner.key() && takes_in(officer, &draft.agency, &draft.item).is_ok(),
        Actor::Clock | Actor::System | Actor::Partner(_) => false,
    }
}

/// Whether an officer takes papers in for this body and item. Rights are those of the request; their days were looked at there.
fn takes_in(officer: &Officer, agency: &str, item: &str) -> Answer<()> {
    let roles = [Role::Clerk, Role::Receptionist, Role::Examiner];
    let taken = officer.powers.iter().any(|power| roles.contains(&power.role) && power.reaches(agency, item));
    if taken { Ok(()) } else { Err(crate::people::beyond_power(Role::Clerk)) }
}

fn at_counter(draft: &Draft) -> bool {
    matches!(Subject::from_key(&draft.owner), Some(Subject::Staff(_)))
}

/// Under which key somebody's drafts and uploads lie.
pub(crate) fn owner_of(by: &Actor) -> Answer<Subject> {
    match by {
        Actor::Applicant { person, .. } => Ok(Subject::Person(person.clone())),
        Actor::Officer(officer) => Ok(Subject::Staff(officer.id.0.clone())),
        Actor::Clock | Actor::System | Actor::Partner(_) => Err(not_found()),
    }
}

/// Who serves at a counter: a clerk, or the receptionist of what could not be done, each for what they may take in.
fn clerk(by: &Actor, now: Moment) -> Answer<&Officer> {
    let Actor::Officer(officer) = by else { return Err(not_found()) };
    let has = |role| crate::people::require(officer, role, None, now.day());
    has(Role::Clerk).or_else(|stop| has(Role::Receptionist).map_err(|_| stop)).map(|()| officer)
}

/// The word of a channel in columns: the one the journal uses.
pub fn channel_word(channel: Channel) -> &'static str {
    match channel {
        Channel::Online => "online",
        Channel::Counter => "counter",
        Channel::Post => "post",
        Channel::Station => "station",
        Channel::Api => "api",
        Channel::Unasked => "unasked",
    }
}

pub fn channel_from(word: &str) -> Option<Channel> {
    [Channel::Online, Channel::Counter, Channel::Post, Channel::Station, Channel::Api, Channel::Unasked]
        .into_iter()
        .find(|known| channel_word(*known) == word)
}

fn month_before(now: Moment) -> Moment {
    Moment(now.0 - KEPT_DAYS * DAY)
}

pub(crate) fn sent() -> Stop {
    refuse(
        "draft-closed",
        ("这份草稿已经提交或删除，不能再改。", "This draft was sent or deleted and takes no more changes."),
        (
            "已提交的，请到“我的办件”查看；已删除的可在30天内恢复。",
            "What was sent is under your matters; what was deleted can be restored within 30 days.",
        ),
    )
}

fn foreign() -> Stop {
    refuse(
        "foreign-field",
        ("申请表中没有这一项。", "The form does not ask for this."),
        ("请刷新页面后再填。", "Reload the page and go on."),
    )
}

fn too_long() -> Stop {
    refuse(
        "too-long",
        ("这一项内容过长，未保存。", "This answer is far too long and was not saved."),
        ("请缩短，或作为附件上传。", "Shorten it, or upload it as a paper."),
    )
}
