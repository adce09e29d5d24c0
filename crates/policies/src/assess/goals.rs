//! Clauses against the goals of macro policy: which goal a clause works against, and for each goal which clauses pull with it.

use super::{Finding, Kind, Subjects};
use rulebook::Text;
use rulebook::goal::Goal;
use rulebook::policy::Direction;

/// What is there for one goal.
#[derive(Debug, Clone)]
pub struct Pull<'a> {
    pub goal: &'a Goal,
    /// Codes of the clauses that want what it wants, and of those that want the opposite.
    pub with: Vec<&'a str>,
    pub against: Vec<&'a str>,
}

impl Subjects<'_> {
    /// Shown by the two texts alone: both name the behaviour and the direction.
    pub(super) fn against_goals(&self, place: usize, found: &mut Vec<Finding>) {
        for goal in self.goals().filter(|goal| self.agrees(place, goal) == Some(false)) {
            let behaviour = self.all[place].behaviour().unwrap_or_default();
            let (own, others) = match self.all[place].direction() {
                Some(Direction::Encourage) => (("鼓励", "more"), ("约束", "less")),
                _ => (("约束", "less"), ("鼓励", "more")),
            };
            let why = Text::new(
                format!("条款要{}“{behaviour}”，{}目标“{}”要{}它。", own.0, goal.field, goal.name, others.0),
                format!("The clause wants {} of “{behaviour}”, the goal “{}” wants {} of it.", own.1, goal.name, others.1),
            );
            let code = goal.code.get_ref();
            let finding = self.finding(Kind::AgainstGoal, &[place], code, why);
            found.push(Finding { goal: Some(code.clone()), ..finding });
        }
    }

    /// The goals of that day with the clauses that pull with them or against them.
    pub fn pulls(&self) -> Vec<Pull<'_>> {
        let those = |goal: &Goal, agrees| {
            let places = (0..self.all.len()).filter(|place| self.agrees(*place, goal) == Some(agrees));
            places.map(|place| self.all[place].clause.code.as_str()).collect()
        };
        self.goals().map(|goal| Pull { goal, with: those(goal, true), against: those(goal, false) }).collect()
    }

    fn goals(&self) -> impl Iterator<Item = &Goal> {
        self.rulebook.goals.values().filter(|goal| goal.is_in_force(self.on))
    }

    fn agrees(&self, place: usize, goal: &Goal) -> Option<bool> {
        let subject = &self.all[place];
        goal.agrees_with(subject.behaviour()?, subject.direction()?)
    }
}
