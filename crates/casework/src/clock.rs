//! The legal clocks of a case: started, paused, extended and stopped by events, as the procedure declares.
//!
//! A due day is always recomputed from its term and intervals, never counted down (handbook §2.3). Serves measure 9.

use crate::case::Case;
use crate::event::{Event, Record, Told};
use crate::moment::Moment;
use jiff::civil::Date;
use rulebook::calendar::{Pause, PauseRule};
use rulebook::definition::Basis;
use rulebook::item::{Item, Limit, StartEvent, limit_on};
use rulebook::procedure::{ClockRule, OnlyFor, Procedure, Until, WaitsFor};
use rulebook::{Calendar, Rulebook, Term, Text, Unit};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Running,
    Paused,
    Stopped,
}

/// One run of a legal clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    pub code: String,
    /// Day of the starting event; the first counted day is the next.
    pub from: Date,
    pub term: Term,
    /// In the unit of the term.
    pub extended: u32,
    pub pauses: Vec<Pause>,
    pub binds_office: bool,
    pub standing: Standing,
    pub due: Date,
    pub warn: Date,
    pub provisional: bool,
    pub calendar: u32,
    pub stopped: Option<Date>,
    /// When it ran out without what it was for.
    pub expired: Option<Moment>,
    /// When its day passed before the holidays of that time were announced: what the law makes of silence waits for them.
    pub held: Option<Moment>,
}

impl Clock {
    /// The paper that it is for, where each has a clock of its own.
    pub fn paper(&self) -> Option<&str> {
        self.code.split_once(':').map(|(_, key)| key)
    }

    pub fn is_running(&self) -> bool {
        self.standing == Standing::Running
    }

    /// The term with its extension.
    pub fn whole(&self) -> Term {
        Term { n: self.term.n + self.extended, unit: self.term.unit }
    }

    /// The instant at which it runs out: the end of the due day (24:00).
    pub fn ends_at(&self) -> Moment {
        Moment::end_of(self.due)
    }

    /// Whether it has run out without anybody having recorded so.
    pub fn has_run_out(&self, now: Moment) -> bool {
        self.is_running() && self.expired.is_none() && self.held.is_none() && now >= self.ends_at()
    }

    /// Whether the calendar of today would end it sooner than the applicant was told: what she was told stands.
    pub fn keeps_what_was_told(&self, calendar: &Calendar) -> bool {
        let due = calendar.due_with_pauses(self.from, self.whole(), &self.pauses, PauseRule::default());
        !self.binds_office && due.is_some_and(|due| due.on < self.due)
    }

    pub(crate) fn tell(&mut self, told: Told) {
        self.due = told.due;
        self.warn = told.warn;
        self.provisional = told.provisional;
        self.calendar = told.calendar;
        self.held = None;
    }

    /// Computes the due day anew; `None` while a pause is open.
    pub fn recompute(&self, calendar: &Calendar, warn_days: u32, warn_percent: u32) -> Option<Told> {
        let due = calendar.due_with_pauses(self.from, self.whole(), &self.pauses, PauseRule::default())?;
        Some(told(calendar, due, self.whole(), warn_days, warn_percent))
    }
}

/// What people call a clock; that of one paper names the paper.
pub fn name(rules: &Rulebook, procedure: &str, code: &str) -> Text {
    let Some(rule) = rules.procedures.get(procedure).and_then(|procedure| procedure.clock_rule(code)) else {
        return Text::new(code, code);
    };
    match code.split_once(':') {
        Some((_, key)) => {
            let (zh, en) = crate::acts::name_of(rules, key);
            Text::new(format!("{}（{zh}）", rule.name), format!("{} ({en})", rule.label))
        }
        None => Text::new(&rule.name, &rule.label),
    }
}

/// The limit of the item by which a clock runs, as it was in force when the case was received; `None` for what the procedure itself sets.
pub fn limit<'a>(rules: &'a Rulebook, case: &Case, clock: &Clock) -> Option<&'a Limit> {
    let kind = rules.procedures.get(&case.procedure)?.clock_rule(&clock.code)?.item_limit?;
    limit_on(&rules.items.get(&case.item)?.limit, kind, case.received.unwrap_or(clock.from))
}

/// What a clock rests on: the ground of the item's own limit, or that of the procedure's rule.
pub fn basis<'a>(rules: &'a Rulebook, case: &Case, clock: &Clock) -> Option<&'a Basis> {
    let rule = || rules.procedures.get(&case.procedure)?.clock_rule(&clock.code);
    limit(rules, case, clock).map(|limit| &limit.basis).or_else(|| rule().map(|rule| &rule.basis))
}

fn told(calendar: &Calendar, due: rulebook::Due, term: Term, warn_days: u32, warn_percent: u32) -> Told {
    let ahead = if term.unit == Unit::Immediate { 0 } else { warn_days.max(term.n * warn_percent / 100) };
    let mut warn = due.on;
    for _ in 0..ahead.min(400) {
        let Ok(before) = warn.yesterday() else { break };
        warn = before;
        while term.unit == Unit::WorkingDays && !calendar.is_working(warn) {
            let Ok(before) = warn.yesterday() else { break };
            warn = before;
        }
    }
    Told { due: due.on, warn, provisional: due.provisional, calendar: calendar.version() }
}

/// Folds a clock event into the clocks of a case.
pub(crate) fn apply(clocks: &mut Vec<Clock>, record: &Record) {
    let on = record.effective;
    if let Event::ClockStarted { clock, from, term, binds_office, told } = &record.event {
        clocks.push(Clock {
            code: clock.clone(),
            from: *from,
            term: *term,
            extended: 0,
            pauses: Vec::new(),
            binds_office: *binds_office,
            standing: Standing::Running,
            due: told.due,
            warn: told.warn,
            provisional: told.provisional,
            calendar: told.calendar,
            stopped: None,
            expired: None,
            held: None,
        });
        return;
    }
    let (code, new) = match &record.event {
        Event::ClockPaused { clock }
        | Event::ClockStopped { clock }
        | Event::ClockExpired { clock }
        | Event::ClockHeld { clock } => (clock, None),
        Event::ClockResumed { clock, told } | Event::ClockExtended { clock, told, .. } | Event::ClockMoved { clock, told } => {
            (clock, Some(*told))
        }
        _ => return,
    };
    let Some(clock) = clocks.iter_mut().rev().find(|clock| clock.code == *code) else { return };
    match &record.event {
        Event::ClockPaused { .. } => {
            clock.standing = Standing::Paused;
            clock.pauses.push(Pause { from: on, until: None });
        }
        Event::ClockResumed { .. } => {
            clock.standing = Standing::Running;
            if let Some(pause) = clock.pauses.last_mut() {
                pause.until = Some(on);
            }
        }
        Event::ClockExtended { n, .. } => clock.extended += n,
        Event::ClockStopped { .. } => {
            clock.standing = Standing::Stopped;
            clock.stopped = Some(on);
        }
        Event::ClockExpired { .. } => clock.expired = clock.expired.or(Some(record.at)),
        Event::ClockHeld { .. } => clock.held = Some(record.at),
        _ => {}
    }
    if let Some(told) = new {
        clock.tell(told);
    }
}

/// What an act adds to the rules of the procedure: terms that only the act knows, and an extension.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timing {
    pub(crate) terms: BTreeMap<String, Term>,
    /// Code of the clock that is extended, and by how much in its own unit.
    pub(crate) extend: Option<(String, u32)>,
}

/// What the clocks of a case go by.
pub(crate) struct Rules<'a> {
    pub(crate) procedure: &'a Procedure,
    pub(crate) item: &'a Item,
    pub(crate) calendar: &'a Calendar,
    /// The first day on which the office can act on what has just happened: a term of “on the spot” ends with it.
    pub(crate) office_day: Date,
    /// The last day of the permit whose renewal was asked for in time.
    pub(crate) permit_ends: Option<Date>,
}

/// The clock events that follow from one event of a case, as the procedure declares them.
pub(crate) fn follow(
    clocks: &[Clock],
    event: &Event,
    on: Date,
    received: Option<Date>,
    rules: &Rules<'_>,
    timing: &Timing,
) -> Vec<Event> {
    let Rules { procedure, item, calendar, office_day, permit_ends } = rules;
    let name = event.name();
    let mut out = Vec::new();
    for rule in &procedure.clock {
        let code = rule.code.get_ref();
        let latest = clocks.iter().rev().find(|clock| clock.code == *code);
        let lists = |names: &[String]| names.iter().any(|listed| listed == name);
        // Each deferred paper has a clock of its own, which ends when it is handed in.
        for clock in clocks.iter().filter(|clock| clock.standing != Standing::Stopped) {
            let Some(paper) = clock.paper().filter(|_| clock.code.split(':').next() == Some(code)) else { continue };
            let handed =
                matches!(event, Event::DeferredSupplied { materials, .. } if materials.iter().any(|one| one.key == paper));
            if handed || lists(&rule.stops) {
                out.push(Event::ClockStopped { clock: clock.code.clone() });
            }
        }
        if lists(&rule.starts) {
            let of_papers = timing.terms.iter().filter(|(name, _)| name.split_once(':').is_some_and(|(own, _)| own == code));
            out.extend(of_papers.map(|(name, term)| start(rule, name, on, *term, calendar)));
        }
        if let Some(clock) = latest {
            if clock.standing != Standing::Stopped && lists(&rule.stops) {
                out.push(Event::ClockStopped { clock: code.clone() });
            } else if clock.is_running() && lists(&rule.pauses) {
                out.push(Event::ClockPaused { clock: code.clone() });
            } else if clock.standing == Standing::Paused && lists(&rule.resumes) {
                let mut clock = clock.clone();
                if let Some(pause) = clock.pauses.last_mut() {
                    pause.until = Some(on);
                }
                match clock.recompute(calendar, rule.warn_days, rule.warn_percent) {
                    // Paused on its very last day, or on the spot: what is left is the day on which the office can act again.
                    Some(told) if clock.expired.is_none() && told.due < *office_day => {
                        out.push(Event::ClockStopped { clock: code.clone() });
                        out.push(start(rule, code, *office_day, Term { n: 0, unit: clock.term.unit }, calendar));
                    }
                    Some(told) => out.push(Event::ClockResumed { clock: code.clone(), told }),
                    None => {}
                }
            }
            if let Some((extended, n)) = timing.extend.as_ref().filter(|(extended, _)| extended == code) {
                let mut clock = clock.clone();
                clock.extended += n;
                if let Some(told) = clock.recompute(calendar, rule.warn_days, rule.warn_percent) {
                    out.push(Event::ClockExtended { clock: extended.clone(), n: *n, told });
                }
            }
        }
        if lists(&rule.starts)
            && (latest.is_none() || rule.restarts)
            // A day that is fixed beforehand does not move by starting again.
            && !(rule.until.is_some() && latest.is_some_and(Clock::is_running))
            && let Some((term, from)) = term_of(rule, item, name, on, received, timing, *permit_ends)
        {
            // Of each clock one run at a time: a new one takes the place of the old.
            let stopping = out.last().is_some_and(|last| matches!(last, Event::ClockStopped { clock } if clock == code));
            if latest.is_some_and(|clock| clock.standing != Standing::Stopped) && !stopping {
                out.push(Event::ClockStopped { clock: code.clone() });
            }
            let from = if term.unit == Unit::Immediate { *office_day } else { from };
            out.push(start(rule, code, from, term, calendar));
        }
    }
    out
}

fn start(rule: &ClockRule, code: &str, from: Date, term: Term, calendar: &Calendar) -> Event {
    let told = told(calendar, calendar.due(from, term), term, rule.warn_days, rule.warn_percent);
    Event::ClockStarted { clock: code.to_owned(), from, term, binds_office: rule.duty == WaitsFor::Office, told }
}

/// Stops every clock that still runs or stands still, but for those that `already` stops.
pub(crate) fn stop_the_rest(clocks: &[Clock], already: &[Event]) -> Vec<Event> {
    let stops = |code: &str| already.iter().any(|event| matches!(event, Event::ClockStopped { clock } if clock == code));
    let starts =
        already.iter().filter_map(|event| if let Event::ClockStarted { clock, .. } = event { Some(clock) } else { None });
    let left = clocks.iter().filter(|clock| clock.standing != Standing::Stopped && !stops(&clock.code)).map(|clock| &clock.code);
    left.chain(starts).map(|code| Event::ClockStopped { clock: code.clone() }).collect()
}

fn term_of(
    rule: &ClockRule,
    item: &Item,
    event: &str,
    on: Date,
    received: Option<Date>,
    timing: &Timing,
    permit_ends: Option<Date>,
) -> Option<(Term, Date)> {
    if rule.only_for == Some(OnlyFor::Testing) && item.testing.is_none() {
        return None;
    }
    if rule.until == Some(Until::PermitEnds) {
        let days = (permit_ends? - on).get_days();
        return u32::try_from(days).ok().map(|days| (Term::exact_days(days), on));
    }
    if let Some(kind) = rule.item_limit {
        let limit = limit_on(&item.limit, kind, received.unwrap_or(on))?;
        let starts_now = match limit.start {
            // Also where a procedure counts anew from a full correction, which completes the receipt.
            StartEvent::Receipt => event != "accepted",
            // A procedure without acceptance starts it with the event it has.
            StartEvent::Acceptance => event == "accepted" || !rule.starts.iter().any(|start| start == "accepted"),
        };
        return starts_now.then(|| limit.term()).flatten().map(|term| (term, on));
    }
    let code = rule.code.get_ref();
    timing.terms.get(code).copied().or_else(|| if rule.term_from_act { None } else { rule.term() }).map(|term| (term, on))
}
