//! What of a bundle is needed for these answers, who waits for whom, and how long it all takes.

use super::{Bundle, Edge, Member, Reason};
use crate::calendar::{Calendar, Term, Unit};
use crate::expression::{Fact, Line, Truth};
use crate::intake::Answers;
use crate::item::{Item, Limit, LimitKind, limit_on_or_first};
use crate::theme::Joint;
use jiff::civil::Date;

/// A member as it stands now.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    pub member: Member<'a>,
    pub needed: Truth,
    /// Why, line by line, with the answers behind it; empty where it is always needed.
    pub why: Vec<Line>,
    /// How many waves have to end before it can begin.
    pub wave: usize,
    /// The limit that its length is reckoned by: the promise in force, else the statute.
    pub limit: Option<&'a Limit>,
    /// Working days after the beginning on which it begins and ends at the latest; see [`working_days`].
    pub begins: u32,
    pub ends: u32,
    /// The members it waits for that may be needed, with what is known of the waiting: places among the members.
    pub waits_for: Vec<(usize, Truth)>,
}

/// A joint act of the theme in which at least two needed items take part.
#[derive(Debug, Clone)]
pub struct Joined<'a> {
    pub joint: &'a Joint,
    /// Places of the members that take part.
    pub members: Vec<usize>,
    /// Whether it takes place: unknown while it is open whether two of them are needed.
    pub applies: Truth,
}

/// A member on the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub from: Date,
    pub until: Date,
}

/// A bundle for given answers. Members stand in the order of the bundle.
#[derive(Debug, Clone)]
pub struct State<'a> {
    pub members: Vec<Standing<'a>>,
    /// Members that may be needed, by what has to end before.
    pub waves: Vec<Vec<usize>>,
    /// The longest chain among them: the places of its members in order.
    pub critical: Vec<usize>,
    /// Working days from the beginning to the last result: with what is needed for certain, and with all that may be.
    pub days: (u32, u32),
    /// Members that wait for each other in a circle. Their waiting is not reckoned; they cannot be handled together as they are.
    pub circle: Vec<usize>,
    /// The theme's own promise in force.
    pub promised: Option<&'a Limit>,
    /// The ceiling of the government's arrangement in force, beside each item's own limit.
    pub ceiling: Option<&'a Limit>,
    pub joint: Vec<Joined<'a>>,
}

impl<'a> State<'a> {
    /// The members that are needed for certain.
    pub fn needed(&self) -> impl Iterator<Item = (usize, &Standing<'a>)> {
        self.members.iter().enumerate().filter(|(_, member)| member.needed == Truth::True)
    }

    /// The places of all members in their order: what may be needed by its waves, the rest after it.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = self.waves.iter().flatten().copied().collect();
        order.extend((0..self.members.len()).filter(|place| !self.waves.iter().flatten().any(|known| known == place)));
        order
    }

    /// Whether it is still open for any member whether it is needed.
    pub fn open(&self) -> bool {
        self.members.iter().any(|member| matches!(member.needed, Truth::Unknown(_)))
    }

    /// When each member that may be needed runs at the latest, if the whole begins on `from`. A forecast: the legal day of each
    /// is computed from its own events.
    pub fn dates(&self, calendar: &Calendar, from: Date) -> Vec<Option<Slot>> {
        let mut slots: Vec<Option<Slot>> = vec![None; self.members.len()];
        for place in self.waves.iter().flatten() {
            let member = &self.members[*place];
            let before = member.waits_for.iter().filter_map(|(before, _)| slots[*before]).map(|slot| slot.until);
            let from = before.max().unwrap_or(from);
            let until = member.limit.and_then(Limit::term).map_or(from, |term| calendar.due(from, term).on);
            slots[*place] = Some(Slot { from, until });
        }
        slots
    }
}

/// A term in working days, for comparing and adding up. A week counts five and a month twenty-two, which no holiday lengthens:
/// a measure for plans, never for a legal day.
pub fn working_days(term: Term) -> u32 {
    match term.unit {
        Unit::Immediate => 0,
        Unit::WorkingDays => term.n,
        Unit::Days | Unit::ExactDays => (term.n * 5).div_ceil(7),
        Unit::Months => term.n * 22,
    }
}

/// The limit that an item's length is reckoned by.
pub fn length_of(item: &Item, on: Date) -> Option<&Limit> {
    let of = |kind| limit_on_or_first(&item.limit, kind, on);
    of(LimitKind::Promised).or_else(|| of(LimitKind::Statutory))
}

impl<'a> Bundle<'a> {
    /// What is needed for these answers, in which order, and how long it takes.
    pub fn state(&self, answers: &Answers, today: Date) -> State<'a> {
        self.state_of(&self.book.facts(answers), today)
    }

    pub(crate) fn state_of(&self, facts: &[Fact], today: Date) -> State<'a> {
        let mut members: Vec<Standing<'a>> = self
            .members
            .iter()
            .map(|member| Standing {
                member: *member,
                needed: self.needed(member, facts, today),
                why: member
                    .when
                    .and_then(|when| self.book.conditions.get(when))
                    .map_or_else(Vec::new, |condition| condition.explain(facts, today)),
                wave: 0,
                limit: length_of(member.item, today),
                begins: 0,
                ends: 0,
                waits_for: Vec::new(),
            })
            .collect();
        let possible: Vec<bool> = members.iter().map(|member| may(member.needed)).collect();
        for edge in self.edges.iter().filter(|edge| possible[edge.before] && possible[edge.after]) {
            let truth = members[edge.before].needed.and(members[edge.after].needed).and(self.waits(edge, facts, today));
            if may(truth) {
                members[edge.after].waits_for.push((edge.before, truth));
            }
        }
        let circle = circle(&mut members);
        let waves = waves(&mut members, &possible);
        let (critical, most) = longest(&mut members, &waves, |member| may(member.needed), true);
        let (_, least) = longest(&mut members, &waves, |member| member.needed == Truth::True, false);
        let theme = self.theme;
        let limit = |kind| theme.and_then(|theme| limit_on_or_first(&theme.limit, kind, today));
        let joint = theme.map_or(&[][..], |theme| &theme.joint);
        let joint = joint.iter().map(|joint| self.joined(joint, &members)).collect();
        State {
            waves,
            critical,
            days: (least, most),
            circle,
            promised: limit(LimitKind::Promised),
            ceiling: limit(LimitKind::Statutory).filter(|_| theme.is_some_and(|theme| theme.arrangement.is_some())),
            joint,
            members,
        }
    }

    /// Whether any of the reasons to wait holds.
    fn waits(&self, edge: &Edge<'a>, facts: &[Fact], today: Date) -> Truth {
        let worth = |when: &Option<toml::Spanned<String>>| {
            when.as_ref().map_or(Truth::True, |when| self.book.condition(when.get_ref(), facts, today))
        };
        let holds = |reason: &Reason<'a>| match reason {
            Reason::Licence { needed, .. } => worth(&needed.when),
            Reason::Element { section, ask, .. } => worth(&section.when).and(worth(&ask.when)),
            Reason::Rule(_) => Truth::True,
        };
        edge.reasons.iter().map(holds).fold(Truth::False, Truth::or)
    }

    fn joined(&self, joint: &'a Joint, members: &[Standing<'a>]) -> Joined<'a> {
        let takes_part =
            |member: &Standing<'a>| joint.items.iter().any(|code| code.get_ref() == member.member.item.code.get_ref());
        let takes_part: Vec<(usize, Truth)> = members
            .iter()
            .enumerate()
            .filter(|(_, member)| takes_part(member))
            .map(|(place, member)| (place, member.needed))
            .collect();
        let certain = takes_part.iter().filter(|(_, needed)| *needed == Truth::True).count();
        let open = takes_part.iter().find(|(_, needed)| matches!(needed, Truth::Unknown(_)));
        let possible: Vec<usize> = takes_part.iter().filter(|(_, needed)| may(*needed)).map(|(place, _)| *place).collect();
        let applies = match open {
            _ if certain >= 2 => Truth::True,
            Some((_, unknown)) if possible.len() >= 2 => *unknown,
            _ => Truth::False,
        };
        Joined { joint, members: possible, applies }
    }
}

fn may(truth: Truth) -> bool {
    matches!(truth, Truth::True | Truth::Unknown(_))
}

/// Finds the members that wait for each other in a circle, and takes the waiting within it away.
fn circle(members: &mut [Standing<'_>]) -> Vec<usize> {
    let mut left: Vec<bool> = vec![true; members.len()];
    loop {
        let waits = |place: usize| members[place].waits_for.iter().any(|(before, _)| left[*before]);
        let awaited = |place: usize| {
            members
                .iter()
                .enumerate()
                .any(|(after, member)| left[after] && member.waits_for.iter().any(|(before, _)| *before == place))
        };
        let out = (0..members.len()).find(|place| left[*place] && !(waits(*place) && awaited(*place)));
        match out {
            Some(place) => left[place] = false,
            None => break,
        }
    }
    let found: Vec<usize> = (0..members.len()).filter(|place| left[*place]).collect();
    for place in &found {
        members[*place].waits_for.retain(|(before, _)| !found.contains(before));
    }
    found
}

fn waves(members: &mut [Standing<'_>], possible: &[bool]) -> Vec<Vec<usize>> {
    let mut waves: Vec<Vec<usize>> = Vec::new();
    let mut done = vec![false; members.len()];
    loop {
        let ready = |place: &usize| {
            possible[*place] && !done[*place] && members[*place].waits_for.iter().all(|(before, _)| done[*before])
        };
        let wave: Vec<usize> = (0..members.len()).filter(ready).collect();
        if wave.is_empty() {
            return waves;
        }
        for place in &wave {
            done[*place] = true;
            members[*place].wave = waves.len();
        }
        waves.push(wave);
    }
}

/// The longest chain among the members that count, and its working days; notes when each begins and ends.
fn longest(
    members: &mut [Standing<'_>],
    waves: &[Vec<usize>],
    counts: impl Fn(&Standing<'_>) -> bool,
    note: bool,
) -> (Vec<usize>, u32) {
    let mut ends: Vec<Option<(u32, Option<usize>)>> = vec![None; members.len()];
    for place in waves.iter().flatten().copied() {
        if !counts(&members[place]) {
            continue;
        }
        let before = members[place].waits_for.iter().filter_map(|(before, _)| Some((ends[*before]?.0, *before)));
        let last = before.max_by_key(|(end, before)| (*end, std::cmp::Reverse(*before)));
        let begins = last.map_or(0, |(end, _)| end);
        let end = begins + members[place].limit.and_then(Limit::term).map_or(0, working_days);
        ends[place] = Some((end, last.map(|(_, before)| before)));
        if note {
            (members[place].begins, members[place].ends) = (begins, end);
        }
    }
    let last = (0..members.len())
        .filter_map(|place| Some((ends[place]?.0, place)))
        .max_by_key(|(end, place)| (*end, std::cmp::Reverse(*place)));
    let Some((days, last)) = last else { return (Vec::new(), 0) };
    let mut chain: Vec<usize> = std::iter::successors(Some(last), |place| ends[*place].and_then(|(_, before)| before)).collect();
    chain.reverse();
    (chain, days)
}
