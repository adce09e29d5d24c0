//! Whether policies pull together (取向一致性): clauses held against each other, and one draft against all that is in force.
//!
//! A finding proves what it claims. That two clauses meet is shown by a firm that the evaluator confirms for both; that no firm can meet a
//! clause, by the fewest conditions that already contradict each other. What was neither proved nor excluded says so. No finding is a
//! verdict: people record their opinion beside it. Serves measure 17.

mod goals;
mod ladder;
mod meeting;
mod survey;
mod validity;

pub use goals::Pull;
pub use survey::{Effect, Firms, Survey};

use crate::Clause;
use jiff::civil::Date;
use rulebook::expression::{Decimal, ElementIndex, Expression, Fact, Facts, Value};
use rulebook::policy::{Clause as Written, Direction, Life, Policy};
use rulebook::{Rulebook, Text};
use serde::{Serialize, Serializer};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Both hold for one firm and pull in opposite directions.
    Conflict,
    /// It wants the opposite of what a goal of macro policy wants.
    AgainstGoal,
    /// No firm can meet it.
    Impossible,
    /// Both give for the same, and nothing says that only one is had.
    Duplicate,
    /// They belong to one group and say different things about having both.
    StackingClash,
    /// Between two steps of a ladder lie values that neither speaks of.
    Gap,
    /// A little more, and the amount falls or at least doubles.
    Cliff,
    /// Their days do not fit together.
    Validity,
    /// Something for the fair competition review.
    FairCompetition,
    /// A part of its condition never decides anything.
    DeadPart,
}

impl Kind {
    pub const ALL: [Kind; 10] = [
        Kind::Conflict,
        Kind::AgainstGoal,
        Kind::Impossible,
        Kind::Duplicate,
        Kind::StackingClash,
        Kind::Gap,
        Kind::Cliff,
        Kind::Validity,
        Kind::FairCompetition,
        Kind::DeadPart,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Kind::Conflict => "conflict",
            Kind::AgainstGoal => "against-goal",
            Kind::Impossible => "impossible",
            Kind::Duplicate => "duplicate",
            Kind::StackingClash => "stacking-clash",
            Kind::Gap => "gap",
            Kind::Cliff => "cliff",
            Kind::Validity => "validity",
            Kind::FairCompetition => "fair-competition",
            Kind::DeadPart => "dead-part",
        }
    }

    pub fn title(self) -> Text {
        match self {
            Kind::Conflict => Text::new("方向相反", "opposite directions"),
            Kind::AgainstGoal => Text::new("与政策目标相背", "against a goal of policy"),
            Kind::Impossible => Text::new("没有企业能满足", "no firm can meet it"),
            Kind::Duplicate => Text::new("重复给予", "given twice"),
            Kind::StackingClash => Text::new("叠加规则不一致", "stacking rules differ"),
            Kind::Gap => Text::new("档间空档", "a gap between steps"),
            Kind::Cliff => Text::new("档间陡坡", "a cliff between steps"),
            Kind::Validity => Text::new("有效期不衔接", "days do not fit"),
            Kind::FairCompetition => Text::new("公平竞争审查需看", "for the fair competition review"),
            Kind::DeadPart => Text::new("条件有一部分不起作用", "a part of it never decides"),
        }
    }
}

/// Facts of a firm by the names of their elements.
pub type Witness = BTreeMap<String, Fact>;

/// Writes a witness so that it can be read as the facts of a profile.
pub fn as_profile<S: Serializer>(witness: &Option<Witness>, serializer: S) -> Result<S::Ok, S::Error> {
    let plain = |fact: &Fact| match fact {
        Fact::Known(Value::Bool(value)) => json!(value),
        Fact::Known(Value::Number(number)) => json!(number.to_string()),
        Fact::Known(Value::Text(text)) => json!(text),
        Fact::Known(Value::Date(date)) => json!(date.to_string()),
        Fact::Known(Value::Many(words)) => json!(words),
        Fact::Missing => json!(null),
        Fact::NeedsPerson => json!({ "state": "needs-person" }),
        Fact::NotApplicable => json!({ "state": "not-applicable" }),
    };
    serializer.collect_map(witness.iter().flatten().map(|(element, fact)| (element, plain(fact))))
}

/// One thing found, with its proof.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Finding {
    /// The same for the same thing found again, so that opinions stay beside it.
    pub key: String,
    pub kind: Kind,
    /// Codes of the clauses, at most two; a draft's first.
    pub clauses: Vec<String>,
    pub why: Text,
    /// Whether it is shown to be so; otherwise it could not be excluded.
    pub proved: bool,
    /// A firm that shows it, as facts of a profile.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_profile")]
    pub witness: Option<Witness>,
    /// The conditions that it follows from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amounts: Option<Amounts>,
    /// Code of the goal that it is against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    /// How many firms of a profile set it touches, where one was looked through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firms: Option<Firms>,
    /// Places of the clauses, and facts of the witness, for the survey.
    #[serde(skip)]
    places: Vec<usize>,
    #[serde(skip)]
    between: Option<ladder::Between>,
}

/// What the clauses give to the witness, in 元: for a cliff below and above the bound, else one clause and the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Amounts {
    pub first: Option<Decimal>,
    pub second: Option<Decimal>,
    /// What they add up to; absent for a cliff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub together: Option<Decimal>,
}

/// A clause with the text that it was read from.
pub struct Subject<'a> {
    pub clause: Clause,
    pub policy: &'a Policy,
    pub written: &'a Written,
    pub draft: bool,
    /// Scope and conditions as one.
    whole: Expression,
}

/// Everything that is held against each other on one day.
pub struct Subjects<'a> {
    pub all: Vec<Subject<'a>>,
    pub rulebook: &'a Rulebook,
    pub on: Date,
    /// Clauses whose conditions could not be read.
    pub broken: Vec<String>,
}

/// Facts that are known; all else is missing.
struct Given<'a>(&'a BTreeMap<ElementIndex, Fact>);

impl Facts for Given<'_> {
    fn fact(&self, element: ElementIndex) -> &Fact {
        self.0.get(&element).unwrap_or(&Fact::Missing)
    }
}

impl<'a> Subjects<'a> {
    /// All clauses in force or to come, and those of the drafts named by the codes of their policies.
    pub fn of(rulebook: &'a Rulebook, drafts: &BTreeSet<String>, on: Date) -> Subjects<'a> {
        let mut subjects = Subjects { all: Vec::new(), rulebook, on, broken: Vec::new() };
        for policy in rulebook.policies.values() {
            let draft = drafts.contains(policy.code.get_ref());
            let over = policy.until.is_some_and(|until| until < on);
            if !draft && (policy.life != Life::Live || over) {
                continue;
            }
            for written in &policy.clause {
                let Some(clause) = Clause::read(rulebook, policy, written) else {
                    subjects.broken.push(written.code.get_ref().clone());
                    continue;
                };
                let whole = Expression::all_of(clause.scope.iter().chain([&clause.when]));
                subjects.all.push(Subject { clause, policy, written, draft, whole });
            }
        }
        subjects
    }

    pub fn get(&self, code: &str) -> Option<&Subject<'a>> {
        self.all.iter().find(|subject| subject.clause.code == code)
    }

    /// Everything found: with drafts among the subjects only what touches one of them, else all.
    pub fn findings(&self) -> Vec<Finding> {
        let drafted = self.all.iter().any(|subject| subject.draft);
        let of_interest = |place: &usize| !drafted || self.all[*place].draft;
        let mut found = Vec::new();
        for place in (0..self.all.len()).filter(of_interest) {
            self.by_itself(place, &mut found);
            self.against_goals(place, &mut found);
        }
        // Clauses that mean to move the same behaviour are held against each other; what they want stands in their aim.
        let mut by_behaviour: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut by_group: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, subject) in self.all.iter().enumerate() {
            if let Some(behaviour) = subject.behaviour() {
                by_behaviour.entry(behaviour).or_default().push(place);
            }
            if let Some(stacking) = &subject.written.stacking {
                by_group.entry(&stacking.group).or_default().push(place);
            }
        }
        for places in by_behaviour.values() {
            self.each_pair(places, drafted, &mut |a, b| found.extend(self.meeting(a, b)));
            self.ladders(places, drafted, &mut found);
        }
        for places in by_group.values() {
            self.each_pair(places, drafted, &mut |a, b| found.extend(self.stacking(a, b)));
        }
        self.validity(drafted, &mut found);
        found.sort_by(|a, b| (a.kind, !a.proved, &a.key).cmp(&(b.kind, !b.proved, &b.key)));
        found
    }

    fn each_pair(&self, places: &[usize], drafted: bool, visit: &mut dyn FnMut(usize, usize)) {
        for (at, &one) in places.iter().enumerate() {
            for &other in &places[at + 1..] {
                match (self.all[one].draft, self.all[other].draft) {
                    (false, true) => visit(other, one),
                    (false, false) if drafted => {}
                    _ => visit(one, other),
                }
            }
        }
    }

    fn finding(&self, kind: Kind, places: &[usize], detail: &str, why: Text) -> Finding {
        let clauses: Vec<String> = places.iter().map(|place| self.all[*place].clause.code.clone()).collect();
        let mut key = format!("{}|{}", kind.word(), clauses.join("|"));
        if !detail.is_empty() {
            key = format!("{key}|{detail}");
        }
        Finding {
            key,
            kind,
            clauses,
            why,
            proved: true,
            witness: None,
            conditions: Vec::new(),
            amounts: None,
            goal: None,
            firms: None,
            places: places.to_vec(),
            between: None,
        }
    }

    /// Facts by the names of their elements, so that they can be read and matched again.
    fn named(&self, facts: &BTreeMap<ElementIndex, Fact>, of: &[&Expression]) -> Witness {
        let name = |index: &ElementIndex| of.iter().flat_map(|one| one.elements()).find(|element| element.index == *index);
        facts.iter().filter_map(|(index, fact)| Some((name(index)?.name.to_string(), fact.clone()))).collect()
    }
}

impl Subject<'_> {
    pub fn behaviour(&self) -> Option<&str> {
        self.written.aim.as_ref().map(|aim| aim.behaviour.get_ref().as_str())
    }

    pub fn direction(&self) -> Option<Direction> {
        self.written.aim.as_ref().map(|aim| aim.direction)
    }

    /// Whether both are in force on some day; an open end lies before or after everything.
    fn overlaps(&self, other: &Subject<'_>) -> bool {
        let before = |one: &Policy, two: &Policy| matches!((one.until, two.from), (Some(until), Some(from)) if until < from);
        !before(self.policy, other.policy) && !before(other.policy, self.policy)
    }
}
