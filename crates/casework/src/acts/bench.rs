//! A bench for the tests of the acts: the real procedures, three small items, and a case that a test moves on act by act.

use crate::act::{Act, Paper, Submission, Telling};
use crate::actor::{Actor, Officer, Power, StaffId};
use crate::case::{Case, CaseNo, Holder};
use crate::commitment::Signing;
use crate::decide::{Decided, Scene, Surroundings, decide};
use crate::errand::{Errand, LetterKind};
use crate::event::{Channel, Event};
use crate::moment::Moment;
use crate::refusal::Refusal;
use rulebook::procedure::Role;
use rulebook::{Calendar, Rulebook};
use std::sync::LazyLock;

const ITEMS: &str = r#"
material = [
    { key = "plan", name = "平面图", label = "floor plan" },
    { key = "list", name = "设备清单", label = "list of equipment" },
    { key = "rules", name = "规章制度", label = "house rules" },
    { key = "proof", name = "考核证明", label = "proof of training" },
    { key = "pledgeable", name = "场所证明", commitment = { from = 2026-01-01, notice = [{ version = 1, from = 2026-01-01, standard = "真实", consequences = "撤销", declares = ["场所可用"] }], check = { term = { days = 30 }, manner = "by-data", basis = { law = "示例" } }, rectify = { term = { days = 15 }, basis = { law = "示例" } }, credit = { class = "proofs", months = 6, basis = { law = "示例" } }, basis = { law = "示例" } } },
]
agency = [
    { code = "market", name = "示例市场局", kind = "district-department", short = "示市", closes-at = "17:30" },
    { code = "health", name = "示例卫健委", kind = "district-department", short = "示卫" },
    { code = "fire", name = "示例消防", kind = "district-department", short = "示消" },
]

[[item]]
code = "kitchen"
name = "示例餐饮许可"
type = "行政许可"
procedure = "permit"
list-row = "1"
safety = { law = "示例", article = "1" }
material = [
    { key = "plan" },
    { key = "list" },
    { key = "rules", necessity = "deferrable", defer-working-days = 5 },
    { key = "proof", necessity = "deferrable", defer-working-days = 3 },
]
point = [{ text = "布局合理" }, { text = "设施齐全" }]
limit = [
    { kind = "statutory", from = 2020-01-01, working-days = 20, extension = 10, basis = { law = "示例", article = "1" } },
    { from = 2020-01-01, working-days = 15, basis = { law = "示例", article = "2" } },
    { from = 2026-01-01, working-days = 10, basis = { law = "示例", article = "3" } },
]
result = { name = "示例许可证", kind = "出证", validity-months = 36 }

[[item]]
code = "boiler"
name = "示例设备许可"
type = "行政许可"
procedure = "permit"
list-row = "9"
testing = { law = "示例", article = "1" }
limit = [{ from = 2020-01-01, working-days = 10, basis = { law = "示例", article = "2" } }]

[[item]]
code = "taxi"
name = "示例限量许可"
type = "行政许可"
procedure = "permit"
list-row = "2"
quantity-limit = 3
limit = [{ from = 2020-01-01, working-days = 5, basis = { law = "示例", article = "2" } }]

[[item]]
code = "fire"
name = "示例消防检查"
type = "行政许可"
procedure = "permit"
list-row = "5"
material = [{ key = "plan" }]
condition = [{ text = "场所符合标准" }]
limit = [{ from = 2020-01-01, working-days = 10, basis = { law = "示例", article = "2" } }]
[item.commitment]
form = "permit"
from = 2026-01-01
replaces = ["plan"]
notice = [
    { version = 1, from = 2026-01-01, standard = "通道畅通", consequences = "撤销", declares = ["已知晓告知内容"] },
    { version = 2, from = 2026-06-01, standard = "通道畅通", consequences = "撤销", declares = ["已知晓告知内容"] },
]
check = { term = { months = 2 }, manner = "on-site", basis = { law = "示例" } }
rectify = { term = { days = 15 }, basis = { law = "示例" } }
credit = { class = "fire", months = 12, basis = { law = "示例" } }
basis = { law = "示例" }

# Papers follow the commitment (Tianjin's form), and one of them may be replaced by a commitment of its own.
[[item]]
code = "shop"
name = "示例信用承诺许可"
type = "行政许可"
procedure = "immediate"
list-row = "6"
material = [{ key = "plan" }, { key = "pledgeable" }]
limit = [{ from = 2020-01-01, immediate = true, basis = { law = "示例", article = "2" } }]
[item.commitment]
form = "tianjin-60"
from = 2026-01-01
replaces = ["plan"]
papers-within = { days = 60 }
notice = [{ version = 1, from = 2026-01-01, standard = "齐全", consequences = "撤销", declares = ["按期补交"] }]
check = { term = { days = 90 }, manner = "by-data", basis = { law = "示例" } }
rectify = { term = { days = 15 }, basis = { law = "示例" } }
credit = { class = "shop", months = 12, basis = { law = "示例" } }
basis = { law = "示例" }

[[item]]
code = "stall"
name = "示例即办许可"
type = "行政许可"
procedure = "immediate"
list-row = "3"
material = [{ key = "plan" }]
limit = [{ from = 2020-01-01, immediate = true, basis = { law = "示例", article = "2" } }]

[[item]]
code = "kitchen-renewal"
name = "示例餐饮许可延续"
type = "行政许可"
procedure = "permit"
list-row = "4"
continues = { how = "renewal", of = ["kitchen", "kitchen-renewal"], earliest = { days = 90 } }
material = [{ key = "plan" }]
limit = [{ from = 2020-01-01, working-days = 10, basis = { law = "示例", article = "2" } }]
result = { name = "示例许可证", kind = "出证", validity-months = 36 }

[[item]]
code = "sign"
name = "示例备案"
type = "行政备案"
procedure = "filing"
material = [{ key = "plan" }]
limit = [{ from = 2020-01-01, immediate = true, start = "receipt", basis = { law = "示例", article = "2" } }]

[[field]]
name = "整洁"
code = "tidy"
kind = "yes-no"

[[field]]
name = "由工作人员办理"
code = "by-person"
kind = "yes-no"

[[item]]
code = "note"
name = "示例秒办备案"
type = "行政备案"
procedure = "filing"
limit = [{ from = 2020-01-01, immediate = true, start = "receipt", basis = { law = "示例", article = "2" } }]

[item.at-once]
from = 2026-01-01
mandate = { law = "示例" }
person = "由工作人员办理"
audit-percent = 10
audit-working-days = 10
rule = [{ text = "整洁", when = "整洁", basis = { law = "示例" } }]

[[item]]
code = "card"
name = "示例秒办确认"
type = "行政确认"
procedure = "immediate-service"
limit = [{ from = 2020-01-01, immediate = true, start = "receipt", basis = { law = "示例", article = "2" } }]
result = { name = "示例证", kind = "出证" }

[item.at-once]
from = 2026-01-01
mandate = { law = "示例" }
person = "由工作人员办理"
audit-percent = 10
audit-working-days = 10
rule = [{ text = "整洁", when = "整洁", basis = { law = "示例" } }]

[[item]]
code = "gas"
name = "示例服务"
type = "公共服务"
procedure = "service"
limit = [{ from = 2020-01-01, working-days = 4, basis = { law = "示例", article = "2" } }]

[[theme]]
code = "canteen"
name = "示例一件事"
label = "Example"
version = "1"
level = "滨城"
lead-body = "market"
corrections-at = "16:30"
component = [{ item = "kitchen" }, { item = "fire" }, { item = "sign" }]
joint = [
    { kind = "联合踏勘", items = ["kitchen", "fire"], working-days = 5 },
    { kind = "联合辅导", items = ["kitchen", "sign"] },
]

[[partner]]
code = "platform"
name = "示例平台"
label = "Example platform"
knows-us-as = "us"
key = "platform"
items = ["kitchen", "stall", "sign"]
reports = ["taken", "correction", "accepted", "granted", "filed", "refused"]
call-seconds = 5
tries = 5
longest-pause-minutes = 5
silent-hours = 5
"#;

static RULES: LazyLock<Rulebook> = LazyLock::new(|| {
    let files = [
        ("items.toml", ITEMS),
        ("grounds.toml", include_str!("../../../../rulebook/grounds.toml")),
        ("permit.toml", include_str!("../../../../rulebook/procedures/permit.toml")),
        ("immediate.toml", include_str!("../../../../rulebook/procedures/immediate.toml")),
        ("filing.toml", include_str!("../../../../rulebook/procedures/filing.toml")),
        ("immediate-service.toml", include_str!("../../../../rulebook/procedures/immediate-service.toml")),
        ("service.toml", include_str!("../../../../rulebook/procedures/service.toml")),
        ("bundle.toml", include_str!("../../../../rulebook/procedures/bundle.toml")),
        ("unresolved.toml", include_str!("../../../../rulebook/procedures/unresolved.toml")),
    ];
    rulebook::compile(files).0
});

static CALENDAR: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::parse("holidays.csv", include_str!("../../../../rulebook/calendar/holidays.csv")).0);

/// Everybody who appears: identifier, role, body (`None` for the whole district).
const PEOPLE: [(&str, Role, Option<&str>); 13] = [
    ("clerk", Role::Clerk, None),
    ("li", Role::Examiner, Some("market")),
    ("wang", Role::Examiner, Some("market")),
    ("chief", Role::Approver, Some("market")),
    ("head", Role::Head, Some("market")),
    ("presider", Role::Presider, Some("market")),
    ("supervisor", Role::Supervisor, None),
    ("receptionist", Role::Receptionist, None),
    ("verifier", Role::Verifier, None),
    ("health", Role::Examiner, Some("health")),
    ("health-chief", Role::Approver, Some("health")),
    ("fire", Role::Examiner, Some("fire")),
    ("editor", Role::Editor, None),
];

/// A case on the bench. It starts on Monday, 2 March 2026, at ten.
#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) case: Case,
    pub(crate) around: Surroundings,
    now: Moment,
    calendar: Calendar,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        let officers = PEOPLE.map(|(id, role, agency)| {
            let power = Power { role, agency: agency.map(str::to_owned), items: vec![], until: None };
            Officer { id: StaffId(id.into()), powers: vec![power], stands_in_for: vec![] }
        });
        let around = Surroundings { has_authority: true, officers: officers.to_vec(), ..Surroundings::default() };
        Bench { case: Case::unborn(CaseNo("T1".into())), around, now: moment("2026-03-02T10:00"), calendar: CALENDAR.clone() }
    }

    /// Handed in online, lacking these papers.
    pub(crate) fn submitted(item: &str, lacking: &[&str]) -> Bench {
        let mut bench = Bench::new();
        bench.must("applicant", application(item, lacking));
        bench
    }

    /// Accepted on the day it was handed in, and in the hands of li.
    pub(crate) fn in_review() -> Bench {
        let mut bench = Bench::submitted("kitchen", &[]);
        bench.must("li", Act::Claim);
        bench.must("li", Act::Accept { deferred: vec![] });
        bench
    }

    /// Handed in while the partner system is connected.
    pub(crate) fn with_partner(item: &str, lacking: &[&str]) -> Bench {
        let mut bench = Bench::new();
        bench.around.partner = Some("platform".into());
        bench.must("applicant", application(item, lacking));
        bench
    }

    pub(crate) fn in_decision() -> Bench {
        let mut bench = Bench::in_review();
        bench.must("li", Act::Review { agrees: true, opinion: words() });
        bench
    }

    pub(crate) fn granted() -> Bench {
        let mut bench = Bench::in_decision();
        bench.must("chief", Act::Grant { content: words() });
        bench
    }

    pub(crate) fn delivered() -> Bench {
        let mut bench = Bench::granted();
        bench.must("clerk", Act::MakeResult { number: "1".into(), name: String::new() });
        bench.must("clerk", Act::Deliver { manner: "窗口领取".into(), receiver: words() });
        bench
    }

    /// A matter that could not be done, registered with the market body.
    pub(crate) fn matter() -> Bench {
        Bench::submitted("unresolved-matter", &[])
    }

    /// Moves the clock, e.g. to `2026-03-09T23:59`.
    pub(crate) fn at(&mut self, wall: &str) -> &mut Bench {
        self.now = moment(wall);
        self
    }

    pub(crate) fn later(&mut self, minutes: i64) -> &mut Bench {
        self.now = Moment(self.now.0 + minutes * 60_000);
        self
    }

    pub(crate) fn moment(&self) -> Moment {
        self.now
    }

    /// The State Council announces the days of 2027.
    pub(crate) fn announce(&mut self, days: &str) {
        let text = include_str!("../../../../rulebook/calendar/holidays.csv");
        let version = format!("# version: {}", CALENDAR.version());
        let next = text.replace(&version, &format!("# version: {}", CALENDAR.version() + 1)).replace("2026-12-31", "2027-12-31");
        self.calendar = Calendar::parse("holidays.csv", &format!("{next}{days}")).0;
        assert_eq!(self.calendar.known_until().year(), 2027);
    }

    fn actor(&self, who: &str) -> Actor {
        match who {
            "applicant" => Actor::Applicant { person: "p1".into(), holder: holder(), reach: crate::Reach::Whole },
            "clock" => Actor::Clock,
            "system" => Actor::System,
            "platform" | "another-platform" => Actor::Partner(who.into()),
            id => Actor::Officer(self.around.officers.iter().find(|officer| officer.id.0 == id).expect(id).clone()),
        }
    }

    /// What the law says to this; the case stays as it is.
    pub(crate) fn hear(&self, who: &str, act: &Act) -> Result<Decided, Refusal> {
        decide(&self.scene(&self.actor(who)), act)
    }

    fn scene<'a>(&'a self, by: &'a Actor) -> Scene<'a> {
        let (case, around, now, calendar) = (&self.case, &self.around, self.now, &self.calendar);
        Scene { case, around, by, rules: &RULES, edition: "e", calendar, now }
    }

    /// Whether the act stands among those that are open to somebody now.
    pub(crate) fn offers(&self, who: &str, act: &str) -> bool {
        let by = self.actor(who);
        crate::open_acts(&self.scene(&by)).iter().any(|(allowed, stands)| allowed.act.get_ref() == act && stands.is_ok())
    }

    /// The code of the refusal; panics when the law says yes.
    pub(crate) fn refusal(&self, who: &str, act: &Act) -> String {
        match self.hear(who, act) {
            Ok(decided) => panic!("{act:?} was possible: {:?}", events(&decided)),
            Err(refusal) => refusal.code,
        }
    }

    /// Does it; panics when the law says no.
    pub(crate) fn must(&mut self, who: &str, act: Act) -> Vec<&'static str> {
        let decided = self.hear(who, &act).unwrap_or_else(|refusal| panic!("{act:?}: {} {}", refusal.code, refusal.why.en));
        let events = events(&decided);
        self.case = decided.after;
        events
    }

    /// The timekeeper looks.
    pub(crate) fn look(&mut self) -> Vec<&'static str> {
        self.must("clock", Act::CheckClocks)
    }

    /// Last day of the latest run of a clock.
    pub(crate) fn due(&self, clock: &str) -> String {
        self.case.clock(clock).map_or_else(|| "-".into(), |clock| clock.due.to_string())
    }

    pub(crate) fn is_paused(&self, clock: &str) -> bool {
        self.case.clock(clock).is_some_and(|clock| clock.standing == crate::clock::Standing::Paused)
    }
}

pub(crate) fn moment(wall: &str) -> Moment {
    Moment::at(wall.parse().expect("a moment"))
}

pub(crate) fn holder() -> Holder {
    Holder::Firm("91120116MA0TEXT042".into())
}

pub(crate) fn words() -> String {
    "依法办理".into()
}

pub(crate) fn staff(id: &str) -> StaffId {
    StaffId(id.into())
}

pub(crate) fn paper(key: &str) -> Paper {
    Paper { key: key.into(), digest: "00".into(), file_name: format!("{key}.pdf") }
}

pub(crate) fn tell(about: &[&str]) -> Act {
    let defects = about.iter().map(|about| Telling { about: (*about).into(), words: words() }).collect();
    Act::AskCorrection { defects, exception: None }
}

pub(crate) fn supply(keys: &[&str]) -> Act {
    let put_right = |key: &&str| Paper { digest: "01".into(), ..paper(key) };
    Act::Supply { answers: None, papers: keys.iter().map(put_right).collect(), signatures: vec![] }
}

/// The same, granted on a commitment that replaces these papers.
pub(crate) fn committed(item: &str, notice: u32, replaced: &[&str]) -> Act {
    let replaced = replaced.iter().map(|key| (*key).to_owned()).collect();
    let signing = Signing { notice: Some(notice), replaced, proofs: vec![] };
    Act::Submit(Submission { commitment: Some(Box::new(signing)), ..submission(item, &[]) })
}

pub(crate) fn application(item: &str, lacking: &[&str]) -> Act {
    Act::Submit(submission(item, lacking))
}

pub(crate) fn submission(item: &str, lacking: &[&str]) -> Submission {
    Submission {
        item: item.into(),
        holder: holder(),
        agency: "market".into(),
        area: String::new(),
        channel: Channel::Online,
        parent: None,
        answers: "{}".into(),
        title: words(),
        papers: vec![],
        lacking: lacking.iter().map(|key| (*key).to_owned()).collect(),
        first_contact: None,
        earlier: None,
        bundle: None,
        commitment: None,
        signatures: Vec::new(),
    }
}

/// The names of the events, but for the clocks' own and the step's.
pub(crate) fn events(decided: &Decided) -> Vec<&'static str> {
    let names = decided.records.iter().map(|record| record.event.name());
    names
        .filter(|name| !name.starts_with("clock-") || ["clock-expired", "clock-held"].contains(name))
        .filter(|name| *name != "step-entered")
        .collect()
}

pub(crate) fn letters(decided: &Decided) -> Vec<LetterKind> {
    let letter = |errand: &Errand| if let Errand::MakeLetter { letter } = errand { Some(*letter) } else { None };
    decided.errands.iter().filter_map(letter).collect()
}

#[test]
fn the_bench_stands() {
    let bench = Bench::delivered();
    assert!(!bench.case.is_open());
    assert!(RULES.procedures.len() == 7 && RULES.items.len() == 13, "{:?}", RULES.items.keys());
    let granted = Bench::in_decision().hear("chief", &Act::Grant { content: words() }).expect("granted");
    assert!(granted.records.iter().any(|record| matches!(record.event, Event::Granted { .. })));
    assert_eq!(letters(&granted), vec![LetterKind::Grant]);
}
