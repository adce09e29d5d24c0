//! Claims under programmes (政策兑现) in each of their states: paid, waiting for the bank, sent back by it, on public notice with an objection,
//! and just handed in. Whom a clause speaks for without applying lies in the list of candidates.

use super::stories::Teller;
use super::{By, Line};
use casework::event::Channel;
use casework::{Act, Case};

use By::Staff;

const ITEM: &str = "job-stabilisation-refund";
const EXAMINER: &str = "ren";
const APPROVER: &str = "she";

/// Since how many of the last working days a body takes claims.
pub(super) struct Open {
    refunds: usize,
    dongjiang: usize,
    eco_city: usize,
}

impl Open {
    pub(super) fn of(open: impl Fn(&str, &str) -> usize) -> Open {
        Open {
            refunds: open(ITEM, "rsj"),
            dongjiang: open(DONGJIANG.item, DONGJIANG.body),
            eco_city: open(ECO_CITY.item, ECO_CITY.body),
        }
    }
}

/// A zone with its own officers, budget and account of money.
struct Zone {
    item: &'static str,
    body: &'static str,
    area: &'static str,
    /// Place of the firm among the examples.
    firm: usize,
    examiner: &'static str,
    approver: &'static str,
    amount: &'static str,
}

const DONGJIANG: Zone = Zone {
    item: "first-above-scale-award",
    body: "djq",
    area: "120116403",
    firm: 2,
    examiner: "jing",
    approver: "dong",
    amount: "20万元",
};
const ECO_CITY: Zone = Zone {
    item: "green-factory-award",
    body: "stc",
    area: "120116406",
    firm: 3,
    examiner: "cheng",
    approver: "tai",
    amount: "50万元",
};

pub(super) fn script(t: &mut Teller<'_>, open: &Open) {
    if open.refunds >= super::HISTORY as usize {
        refunds(t);
    }
    zone(t, &DONGJIANG, open.dongjiang, Channel::Online);
    // The same thing at the district's counter, for the zone next to it.
    zone(t, &ECO_CITY, open.eco_city, Channel::Counter);
}

/// Paid, where the batch has been open for so long; else as far as it comes this morning: on notice, or before the approver.
fn zone(t: &mut Teller<'_>, zone: &'static Zone, open: usize, channel: Channel) {
    let (examiner, approver) = (Staff(zone.examiner), Staff(zone.approver));
    let (sent, published, paid) = match open {
        0 => return,
        1..12 => (0, (channel == Channel::Online).then_some(0), None),
        _ => (11, Some(10), Some(2)),
    };
    t.story += 1;
    let submit = Line::Submit { item: zone.item, applicant: zone.firm, area: zone.area, channel, without: &[], committed: false };
    t.at(sent, 8, 30, submit);
    t.morning(sent, 10, examiner, |_| Act::Claim);
    t.morning(sent, 12, examiner, |_| Act::Accept { deferred: Vec::new() });
    t.morning(sent, 20, examiner, move |_| Act::ProposeAward {
        amount: zone.amount.into(),
        reasons: "条件逐项核对无误，没有享受过同类支持。".into(),
    });
    if let Some(ago) = published {
        t.morning(ago, 30, approver, |_| Act::PublishAward);
    }
    if let Some(ago) = paid {
        t.granted(ago, zone.approver);
        t.then(ago - 1, 35, examiner, ordered);
        t.then(ago - 1, 40, examiner, |_| Act::RecordPayment { paid: true, words: "支付凭证20260101".into() });
    }
}

fn refunds(t: &mut Teller<'_>) {
    let place = super::PLACE;
    // Paid within three weeks.
    t.claims(18, 1, place);
    t.proposed(17, "54000元");
    t.noticed(16);
    t.decided(10);
    t.pays(8, true, "支付凭证20260001");
    // The bank sent it back: the firm is asked for another account.
    t.claims(17, 4, place);
    t.proposed(15, "36000元");
    t.noticed(14);
    t.decided(8);
    t.pays(4, false, "账号与户名不符");
    // Granted, to be paid today.
    t.claims(15, 7, place);
    t.proposed(14, "15000元");
    t.noticed(12);
    t.decided(4);
    // On notice, with an objection that nobody has answered.
    t.claims(6, 6, place);
    t.proposed(5, "10800元");
    t.noticed(2);
    t.then(1, 10, Staff("chuangkou"), |_| Act::RaiseObjection {
        who: "王示例，022-00000011".into(),
        text: "听说这家店去年年底辞退过员工，请核实裁员率。".into(),
        person: None,
    });
    // Just handed in.
    t.claims(1, 3, place);
}

impl Teller<'_> {
    /// Between nine and ten in the morning.
    fn morning(&mut self, ago: usize, minute: i8, by: By, act: impl Fn(&Case) -> Act + Send + Sync + 'static) {
        self.at(ago, 9, minute, Line::Act { by, act: Box::new(act) });
    }

    fn claims(&mut self, ago: usize, firm: usize, place: &'static str) {
        self.tells_of(ago, ITEM, firm, place, &[], Channel::Online);
    }

    fn proposed(&mut self, ago: usize, amount: &'static str) {
        self.accepted(ago, EXAMINER);
        self.then(ago, 20, Staff(EXAMINER), move |_: &Case| Act::ProposeAward {
            amount: amount.into(),
            reasons: "参保、裁员数据核对无误。".into(),
        });
    }

    fn noticed(&mut self, ago: usize) {
        self.then(ago, 30, Staff(APPROVER), |_| Act::PublishAward);
    }

    /// After the notice; so many days ago.
    fn decided(&mut self, ago: usize) {
        self.granted(ago, APPROVER);
    }

    fn pays(&mut self, ago: usize, paid: bool, words: &'static str) {
        self.then(ago, 35, Staff(EXAMINER), ordered);
        self.then(ago, 40, Staff(EXAMINER), move |_| Act::RecordPayment { paid, words: words.into() });
    }
}

/// Into a payment file; the numbers that are drawn begin with 1.
fn ordered(_: &Case) -> Act {
    Act::OrderPayment { file: "2026-0000".into() }
}
