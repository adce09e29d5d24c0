//! Stories of matters that are handled in a partner system: one waits there and was not heard of since, one came back for a correction
//! that an officer has to look at, and one is known by telephone only, because the system was down. None of them ever left.

use super::stories::Teller;
use super::{By, Line};
use casework::Act;
use casework::leg::Report;
use rulebook::Stand;

const PLATFORM: &str = "food-platform";

impl Teller<'_> {
    pub(super) fn partners(&mut self) {
        // Waiting: it was taken two days ago, and nothing since.
        self.elsewhere(3, "food-operation-new", 2);
        self.reports(3, 10, 1, Stand::Taken, None);
        // Returned: what asks more of the applicant waits for an officer.
        self.elsewhere(2, "prepackaged-food-filing", 4);
        self.reports(2, 10, 1, Stand::Taken, None);
        self.reports(1, 20, 2, Stand::Correction, Some("备案信息采集表第三页没有盖章，请补正（示例）。"));
        // The bridge: nobody answered, so the officer asked by telephone and wrote down what the body did there.
        self.elsewhere(2, "food-operation-new", 6);
        let noted = |_: &casework::Case| Act::RecordLeg {
            stand: Stand::Accepted,
            document: None,
            on: None,
            licence: None,
            words: "平台停机，电话核实：对方已受理，尚未作出决定（示例）。".into(),
            papers: Vec::new(),
        };
        self.at(1, 16, 30, Line::Act { by: By::Staff("li"), act: Box::new(noted) });
    }

    fn elsewhere(&mut self, ago: usize, item: &'static str, applicant: usize) {
        self.story += 1;
        self.at(ago, 9, 40, Line::Elsewhere { item, applicant, partner: PLATFORM });
    }

    fn reports(&mut self, ago: usize, minute: i8, count: u32, stand: Stand, words: Option<&str>) {
        let number = Some(format!("SP-{:04}", self.story));
        let report = Report { count, stand, number, ruling: None, licence: None, words: words.map(str::to_owned) };
        self.at(ago, 16, minute, Line::Report { partner: PLATFORM, report });
    }
}
