//! Claims under programmes (政策兑现) in each of their states: paid, waiting for the bank, sent back by it, on public notice with an objection,
//! and just handed in. Whom a clause speaks for without applying lies in the list of candidates.

use super::By;
use super::stories::Teller;
use casework::event::Channel;
use casework::{Act, Case};

use By::Staff;

pub(super) const ITEM: &str = "job-stabilisation-refund";
pub(super) const BODY: &str = "rsj";
const EXAMINER: &str = "ren";
const APPROVER: &str = "she";

pub(super) fn script(t: &mut Teller<'_>) {
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
    });
    // Just handed in.
    t.claims(1, 3, place);
}

impl Teller<'_> {
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
        self.then(ago, 40, Staff(EXAMINER), move |_| Act::RecordPayment { paid, words: words.into() });
    }
}
