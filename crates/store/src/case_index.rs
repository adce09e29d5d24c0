//! One row a case, for lists: a function of the case and of what happened to it, rebuilt at any time by `reindex`.
//!
//! To list or count by something new, add a column here, filled from [`Case`].

use crate::chain::Head;
use crate::engine::{Op, Val, args, op};
use casework::case::Hearing;
use casework::commitment::Pledge;
use casework::event::{Channel, Ending};
use casework::{Case, Event, Moment, Record};
use jiff::civil::Date;
use rulebook::procedure::WaitsFor;

/// The due moment of a case without a running clock: the year 2286, so that lists sort without nulls.
pub const NEVER: i64 = 9_999_999_999_999;

/// What the row tells that the case itself no longer does, gathered from its events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Course {
    /// How it came out, by the name of the last event that says so.
    pub(crate) outcome: Option<&'static str>,
    /// When the first of them was recorded: until here the minutes to a result count.
    pub(crate) decided_at: Option<Moment>,
    /// When silence was recorded as acceptance.
    pub(crate) deemed_at: Option<Moment>,
    /// The particular with the reason that was published last for a limit that was missed.
    pub(crate) reason: Option<u32>,
    /// When its certificate was made, and when what was granted was ended.
    pub(crate) made_on: Option<Date>,
    pub(crate) ended_on: Option<Date>,
}

impl Course {
    pub(crate) fn of(records: &[Record]) -> Course {
        records.iter().fold(Course::default(), |course, record| {
            let outcome = outcome(&record.event);
            let day = |it_is: bool| it_is.then(|| record.at.day());
            let deemed = matches!(record.event, Event::Accepted { deemed: true, .. });
            let reason = match &record.event {
                Event::ReasonPublished { reason, .. } => Some(reason.0),
                _ => None,
            };
            Course {
                outcome: outcome.or(course.outcome),
                decided_at: course.decided_at.or(outcome.map(|_| record.at)),
                deemed_at: course.deemed_at.or(deemed.then_some(record.at)),
                reason: reason.or(course.reason),
                made_on: day(matches!(record.event, Event::ResultMade { .. })).or(course.made_on),
                ended_on: day(matches!(record.event, Event::Ended { .. })).or(course.ended_on),
            }
        })
    }
}

fn outcome(event: &Event) -> Option<&'static str> {
    match event {
        Event::Ended { ending, .. } => Some(match ending {
            Ending::RevokedAsUnlawful => "revoked-as-unlawful",
            Ending::WithdrawnForPublicInterest => "withdrawn-for-public-interest",
            Ending::RevokedAsPenalty => "revoked-as-penalty",
            Ending::Deregistered => "deregistered",
        }),
        // Whoever counts what was granted counts what counts as granted.
        Event::DeemedRenewed { .. } => Some("granted"),
        Event::Granted { .. }
        | Event::Refused { .. }
        | Event::Filed
        | Event::FoundNotNeeded { .. }
        | Event::IntakeRefused { .. }
        | Event::Withdrawn { .. }
        | Event::Returned { .. }
        | Event::Terminated { .. }
        | Event::Resolved { .. }
        | Event::Explained { .. } => Some(event.name()),
        _ => None,
    }
}

/// For whom an open case waits, as far as the case itself tells.
pub fn waits_for(case: &Case) -> WaitsFor {
    let correction_owed = case.corrections.last().is_some_and(|last| last.supplied.is_none());
    let runs = |of_office: bool| case.clocks.iter().any(|clock| clock.is_running() && clock.binds_office == of_office);
    if !case.is_open() {
        WaitsFor::Nobody
    } else if correction_owed && case.accepted.is_none() || matches!(case.hearing, Hearing::Offered { at_own_motion: false, .. })
    {
        WaitsFor::Applicant
    } else if case.special.is_some() || case.open_opinions().next().is_some() {
        WaitsFor::Others
    } else if runs(false) && !runs(true) {
        // The time that runs is the applicant's own: she was answered and is asked whether it helped (反馈).
        WaitsFor::Applicant
    } else {
        WaitsFor::Office
    }
}

fn waits_word(waits_for: WaitsFor) -> &'static str {
    match waits_for {
        WaitsFor::Applicant => "applicant",
        WaitsFor::Office => "office",
        WaitsFor::Others => "others",
        WaitsFor::Nobody => "nobody",
    }
}

pub(crate) fn channel_word(channel: Channel) -> &'static str {
    match channel {
        Channel::Online => "online",
        Channel::Counter => "counter",
        Channel::Post => "post",
        Channel::Station => "station",
        Channel::Api => "api",
        Channel::Unasked => "unasked",
    }
}

/// The day by which somebody looks next at what was granted on a commitment; past while it was missed.
fn check_due(case: &Case) -> Option<Date> {
    let open = case.is_open() && case.pledge.as_ref().is_some_and(Pledge::is_open);
    let looks = |clock: &&casework::clock::Clock| ["post-check", "rectify", "recheck", "answer-breach"].contains(&&*clock.code);
    case.clocks.iter().filter(|_| open).filter(looks).filter(|clock| clock.is_running()).map(|clock| clock.due).min()
}

/// The columns that change during a case's life, in the order of [`UPDATE`].
fn changing(case: &Case, course: &Course, chain: &Head) -> Vec<Val> {
    let due = case.next_due().filter(|_| case.is_open());
    let red = case.clocks.iter().filter(|clock| clock.binds_office).filter_map(|clock| clock.expired).min();
    let running = |provisional: bool| case.clocks.iter().any(|clock| clock.is_running() && clock.provisional == provisional);
    args![
        case.version as i64,
        &case.step,
        case.is_open(),
        &case.agency,
        case.handler.as_ref().map(|staff| staff.0.clone()),
        case.first_officer.as_ref().map(|staff| staff.0.clone()),
        case.received.map(|day| day.to_string()),
        case.accepted.map(|day| day.to_string()),
        case.deemed,
        course.outcome,
        course.decided_at.map(|at| at.0),
        case.closed.map(|at| at.0),
        case.last_at.0,
        due.map(|clock| clock.due.to_string()),
        due.map_or(NEVER, |clock| clock.ends_at().0),
        due.map_or(NEVER, |clock| Moment::start_of(clock.warn).0),
        waits_word(waits_for(case)),
        case.paused(),
        red.map(|at| at.0),
        course.reason.map(i64::from),
        running(true),
        case.rating.map(i64::from),
        case.class.clone(),
        chain,
        case.in_line_at().map(|at| at.0),
        case.bar.as_ref().map(|bar| bar.until.to_string()),
        case.special.as_ref().map(|(kind, _)| kind.clone()),
        case.special.as_ref().map(|(_, until)| until.to_string()),
        case.at_once.as_ref().map(|at_once| if at_once.met { "granted" } else { "person" }),
        case.at_once.as_ref().and_then(|at_once| at_once.audit_due()).map(|due| due.to_string()),
        case.pledge.as_ref().map(|pledge| pledge.stand.word()),
        check_due(case).map(|day| day.to_string()),
        case.breach.as_ref().map(|breach| breach.class.clone()),
        case.breach.as_ref().map(|breach| breach.until.to_string()),
        course.deemed_at.map(|at| at.0),
    ]
}

/// The columns that are given once, when it is submitted, in the order of [`INSERT`] after the changing ones.
fn given(case: &Case, title: &str) -> Vec<Val> {
    let submitted = case.submitted.unwrap_or(case.last_at);
    args![
        &case.no.0,
        &case.item,
        &case.procedure,
        &case.edition,
        case.holder.as_ref().map(casework::Holder::key).unwrap_or_default(),
        &case.area,
        case.channel.map_or("", channel_word),
        case.parent.as_ref().map(|no| no.0.clone()),
        title,
        submitted.0,
        case.first_contact.unwrap_or(submitted).0,
    ]
}

/// All columns: the changing ones, then the given ones.
macro_rules! columns {
    () => {
        "version, step, open, agency, handler, first_officer, received_on, accepted_on, deemed, \
         outcome, decided_at, closed_at, updated_at, due_on, due_at, warn_at, waits_for, paused, red_since, reason, \
         provisional, rating, class, chain, in_line_at, barred_until, special, special_until, at_once, audit_due, \
         commitment, check_due, credit_class, credit_until, deemed_at, \
         no, item, procedure, edition, holder, area, channel, parent, title, submitted_at, first_contact_at"
    };
}

const INSERT: &str = concat!(
    "INSERT INTO cases (",
    columns!(),
    ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, \
     $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, \
     $43, $44, $45, $46)"
);

/// Reads whole rows of some cases, in the order of [`expected`].
pub(crate) const WHOLE: &str = concat!("SELECT ", columns!(), " FROM cases WHERE no = ANY($1)");

/// Where the number of the case stands in a whole row.
pub(crate) const NO: usize = 35;
/// And its title.
pub(crate) const TITLE: usize = 43;

const UPDATE: &str = "UPDATE cases SET version = $1, step = $2, open = $3, agency = $4, handler = $5, first_officer = $6, \
     received_on = $7, accepted_on = $8, deemed = $9, outcome = COALESCE($10, outcome), \
     decided_at = COALESCE(decided_at, $11), closed_at = $12, updated_at = $13, due_on = $14, due_at = $15, warn_at = $16, \
     waits_for = $17, paused = $18, red_since = $19, reason = COALESCE($20, reason), provisional = $21, \
     rating = $22, class = $23, chain = $24, in_line_at = $25, barred_until = $26, \
     special = $27, special_until = $28, at_once = $29, audit_due = $30, commitment = $31, \
     check_due = $32, credit_class = $33, credit_until = $34, deemed_at = COALESCE(deemed_at, $35) WHERE no = $36 AND version = $37";

/// The whole row that a case should have.
pub(crate) fn expected(case: &Case, course: &Course, title: &str, chain: &Head) -> Vec<Val> {
    let mut args = changing(case, course, chain);
    args.extend(given(case, title));
    args
}

/// Whether what is kept is what is wanted.
pub(crate) fn same(kept: &Val, wanted: &Val) -> bool {
    match (kept, wanted) {
        // SQLite keeps truth as a number.
        (Val::I(number), Val::Bool(truth)) => *number == i64::from(*truth),
        _ => kept == wanted,
    }
}

/// The columns in which a row differs from what it should be, by name.
pub(crate) fn differing<'a>(row: &'a [Val], expected: &'a [Val]) -> impl Iterator<Item = &'static str> + 'a {
    let names = columns!().split(',').map(str::trim);
    names
        .enumerate()
        .filter(move |(at, _)| match (row.get(*at), expected.get(*at)) {
            (Some(kept), Some(wanted)) => !same(kept, wanted),
            _ => true,
        })
        .map(|(_, name)| name)
}

/// The row of a new case.
pub(crate) fn insert(case: &Case, course: &Course, title: &str, chain: &Head) -> Op {
    op(INSERT, expected(case, course, title, chain))
}

/// The row of a case that went on, if it still stands where its author saw it.
pub(crate) fn update(case: &Case, course: &Course, chain: &Head, seen: u64) -> Op {
    let mut args = changing(case, course, chain);
    args.extend(args![&case.no.0, seen as i64]);
    op(UPDATE, args).expecting(1)
}
