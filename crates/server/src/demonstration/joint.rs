//! Joint acts (联合辅导、联合踏勘、联合验收) in each of their states: asked for, set for a day to come, shown from afar, half attended,
//! and done with its one written result.

use super::stories::Teller;
use super::together::Together;
use super::{By, Line};
use casework::act::Paper;
use casework::{Act, Case, StaffId};
use jiff::civil::{Date, Time, time};
use rulebook::theme::JointKind;

use By::{Applicant, Staff};

/// Who keeps the whole.
const LEAD: &str = "sun";
const SHOP: &[&str] = &["food-operation-new", "drainage-permit", "shop-sign-filing"];
/// Parts of which bodies look at the place, with who has them in hand.
const KITCHEN: [(&str, &str); 2] = [("food-operation-new", "li"), ("drainage-permit", LEAD)];
const BUILDING: [(&str, &str); 2] = [("fire-acceptance-special", "jiao"), ("drainage-permit", LEAD)];

pub(super) fn script(t: &mut Teller<'_>, paper: &str) {
    let (today, next) = (t.day(0), t.next);
    // Asked for, and nobody has set it yet.
    t.shop(2, 4);
    t.asks(1, JointKind::SiteVisit, "厨房和排水一次看完，请各部门一起到场。");
    // Guidance before the building works, set for the next working day.
    t.shop(3, 6);
    t.asks(1, JointKind::Guidance, "装修前请各部门一起讲清楚要求。");
    t.sets(1, (next, time(9, 30, 0, 0)), false, "示例茶饮店内");
    // By guided photographs this morning; the bodies have not looked yet.
    t.shop(3, 2);
    t.asks(2, JointKind::SiteVisit, "店面较小，按提示拍照即可。");
    t.sets(1, (today, time(8, 30, 0, 0)), true, "示例超市后厨");
    t.photographs(today, paper);
    // One body has written down what it found, the other has not.
    t.shop(6, 3);
    t.in_hand(5, KITCHEN);
    t.asks(4, JointKind::SiteVisit, "厨房和排水一次看完。");
    let day = t.day(1);
    t.sets(3, (day, time(14, 30, 0, 0)), false, "示例酒店厨房");
    t.finds(1, "food-operation-new", &["li", "wang"], true, "布局合理，冷藏设备齐全（示例）。");
    // Done: each body for itself, one written result.
    t.shop(8, 7);
    t.in_hand(7, KITCHEN);
    t.asks(6, JointKind::SiteVisit, "厨房和排水一次看完。");
    let day = t.day(4);
    t.sets(5, (day, time(9, 30, 0, 0)), false, "示例烘焙店内");
    t.finds(4, "food-operation-new", &["li", "wang"], true, "符合要求（示例）。");
    t.finds(4, "drainage-permit", &["sun", "ji"], false, "没有油水分离设施，应当整改（示例）。");
    // A building is finished: fire safety and drainage are accepted at one appointment the next working day, and the filing waits for them.
    t.building(3, 3);
    t.in_hand(2, BUILDING);
    t.asks(1, JointKind::Acceptance, "消防和排水一次到场验收。");
    t.sets(1, (next, time(9, 0, 0, 0)), false, "示例酒店新楼");
    // The same, of which one body has written down what it found this week and the other has not.
    t.building(6, 5);
    t.in_hand(5, BUILDING);
    t.asks(4, JointKind::Acceptance, "竣工后各部门一次到场。");
    let day = t.day(1);
    t.sets(3, (day, time(9, 0, 0, 0)), false, "示例食品厂房");
    t.finds(1, "fire-acceptance-special", &["jiao", "deng"], true, "消防设施与设计文件一致（示例）。");
}

impl Teller<'_> {
    fn shop(&mut self, ago: usize, applicant: usize) {
        self.story += 1;
        self.at(ago, 10, 20, Line::Together(Together::of("restaurant", SHOP, applicant, &[("已有营业执照", "是")])));
    }

    fn building(&mut self, ago: usize, applicant: usize) {
        const ITEMS: &[&str] = &["fire-acceptance-special", "drainage-permit", "completion-acceptance-filing"];
        self.story += 1;
        let told = &[("属于特殊建设工程", "是"), ("向市政管网排水", "是")];
        self.at(ago, 10, 25, Line::Together(Together::of("completion", ITEMS, applicant, told)));
    }

    fn asks(&mut self, ago: usize, kind: JointKind, reason: &'static str) {
        let act = move |_: &Case| Act::AskJoint { kind, reason: reason.to_owned(), part: None };
        self.at(ago, 11, 0, Line::Act { by: Staff(LEAD), act: Box::new(act) });
    }

    fn sets(&mut self, ago: usize, (on, hour): (Date, Time), remote: bool, place: &'static str) {
        let act = move |_: &Case| Act::SetJoint { number: 1, on, hour, remote, place: place.to_owned() };
        self.at(ago, 11, 10, Line::Act { by: Staff(LEAD), act: Box::new(act) });
    }

    fn photographs(&mut self, on: Date, paper: &str) {
        let digest = paper.to_owned();
        let act = move |_: &Case| {
            let shot = |name: &str| Paper { key: String::new(), digest: digest.clone(), file_name: format!("{name}.pdf") };
            let papers = vec![shot("门面"), shot("后厨")];
            Act::ShowJoint { number: 1, on, hour: time(8, 30, 0, 0), place: "示例超市后厨".to_owned(), papers }
        };
        self.at(0, 8, 40, Line::Act { by: Applicant, act: Box::new(act) });
    }

    /// The parts are accepted, so that their bodies may look.
    fn in_hand(&mut self, ago: usize, parts: [(&'static str, &'static str); 2]) {
        for (item, officer) in parts {
            self.of_part(ago, 0, item, officer, |_| Act::Claim);
            self.of_part(ago, 5, item, officer, |_| Act::Accept { deferred: Vec::new() });
        }
    }

    fn finds(&mut self, ago: usize, item: &'static str, officers: &'static [&'static str], agrees: bool, findings: &'static str) {
        let by = officers.first().copied().unwrap_or(LEAD);
        self.of_part(ago, 45, item, by, move |_| Act::AttendJoint {
            number: 1,
            officers: officers.iter().map(|id| StaffId((*id).to_owned())).collect(),
            agrees,
            findings: findings.to_owned(),
            papers: Vec::new(),
        });
    }
}
