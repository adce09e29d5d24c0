//! The payment file (拨付清单) and what the bank says of it. The file names only claims that are granted, whose notice has run and whose account
//! bears the claimant's own name. Each line of it, and of the answer, is an act of the officer who brings it, recorded on its case: a claim stands
//! in one file at a time, and until the bank has answered nothing about it changes.

use super::{Account, own_account};
use crate::import::table::decoded;
use crate::{Failure, Office, Outcome, ids};
use casework::{Act, Actor, CaseNo};
use jiff::civil::Date;
use rulebook::Text;
use store::claims::Listed;

/// Lines of one answer of the bank.
const LINES: usize = 2_000;
/// Claims of one payment file.
const IN_A_FILE: u32 = 500;

/// A claim that waits for its payment.
#[derive(Debug, Clone)]
pub struct Payment {
    pub listed: Listed,
    /// Name, number and bank of the account, or why nothing can be paid to it.
    pub account: Result<Account, Text>,
}

/// What became of one line that the bank sent back.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// From 1, the head included.
    pub line: usize,
    pub no: String,
    /// Whether it was paid; else why it was not recorded.
    pub came: Result<bool, Text>,
}

/// A payment file as it was taken out.
#[derive(Debug, Clone, Default)]
pub struct TakenOut {
    /// Its number; `None` where nothing could be put in it.
    pub file: Option<String>,
    pub count: usize,
    /// In 分.
    pub sum: i64,
    /// What waits for a payment and could not be put in, with the reason.
    pub left: Vec<(Listed, Text)>,
}

impl Office {
    /// Puts what can be paid of a programme in a new payment file.
    pub async fn take_out_payments(&self, by: &Actor, programme: &str) -> Result<TakenOut, Failure> {
        let mut taken = TakenOut::default();
        for Payment { listed, account } in self.payments(&[programme.to_owned()], "", IN_A_FILE).await? {
            if let Err(why) = account {
                taken.left.push((listed, why));
                continue;
            }
            let file = match &taken.file {
                Some(file) => file.clone(),
                None => taken.file.insert(self.number_of_a_file().await?).clone(),
            };
            let (request, act) = (format!("order:{file}:{}", listed.no), Act::OrderPayment { file });
            match self.perform(&listed.no, &act, by, Some(listed.version), Some(&request)).await? {
                Outcome::Done(_) | Outcome::Again { .. } => {
                    (taken.count, taken.sum) = (taken.count + 1, taken.sum + listed.amount)
                }
                Outcome::Refused(refusal) => taken.left.push((listed, refusal.why)),
                Outcome::Overtaken { .. } => taken.left.push((listed, overtaken())),
            }
        }
        taken.file = taken.file.filter(|_| taken.count > 0);
        Ok(taken)
    }

    async fn number_of_a_file(&self) -> Result<String, Failure> {
        let year = self.now().await?.day().year();
        let drawn = self.store.lease_block(&format!("payment-file:{year}"), 1).await?;
        Ok(format!("{year}-{:04}", drawn.start))
    }

    /// What of a payment file the bank has not answered.
    pub async fn payments_in(&self, programme: &str, file: &str) -> Result<Vec<Payment>, Failure> {
        let today = self.now().await?.day();
        let mut all = Vec::new();
        for listed in self.store.claims_in_file(programme, file, IN_A_FILE).await? {
            let account = self.payable_account(&listed, today).await?;
            all.push(Payment { listed, account });
        }
        Ok(all)
    }

    /// What can be paid of these programmes; after a number.
    pub async fn payments(&self, programmes: &[String], after: &str, limit: u32) -> Result<Vec<Payment>, Failure> {
        let today = self.now().await?.day();
        let mut all = Vec::new();
        for listed in self.store.claims_due(programmes, after, limit).await? {
            let account = self.payable_account(&listed, today).await?;
            all.push(Payment { listed, account });
        }
        Ok(all)
    }

    async fn payable_account(&self, listed: &Listed, today: Date) -> Result<Result<Account, Text>, Failure> {
        if listed.notice_until >= today {
            return Ok(Err(Text::new("公示期未满", "the notice has not run")));
        }
        let (Some(case), Some(holder)) = (self.store.case(&listed.no).await?, &listed.holder) else {
            return Ok(Err(Text::new("没有申请人", "nobody claims")));
        };
        let account = self.account_of(&case, &self.answers_of(&case).await?).await?;
        Ok(match own_account(&account, &self.title_of(holder).await?) {
            Some(true) => Ok(account),
            Some(false) => Err(Text::new("账户不是本名", "the account is not in the claimant's own name")),
            None => Err(Text::new("没有账户", "no account is named")),
        })
    }

    /// Takes in what the bank says: number of the case, 成功 or 失败, voucher or reason. The same file again changes nothing. `programmes`
    /// are those of the officer who brings it; lines of others are not recorded. UTF-8 or, as banks save it, GB 18030.
    pub async fn record_payments(&self, by: &Actor, programmes: &[String], file: &[u8]) -> Result<Vec<Recorded>, Failure> {
        let text = decoded(file);
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).has_headers(false).trim(csv::Trim::All).from_reader(text.as_bytes());
        let mut all = Vec::new();
        // A head is told from a line by what stands in it: a bank that sends none loses nothing.
        let is_head =
            |record: &csv::StringRecord| !record.iter().next().unwrap_or_default().starts_with(|c: char| c.is_ascii_digit());
        for (at, record) in reader.records().enumerate() {
            let line = at + 1;
            if at == 0 && record.as_ref().is_ok_and(is_head) {
                continue;
            }
            if at > LINES {
                let why = Text::new(
                    format!("一份最多{LINES}行，从这一行起没有登记，请分开上传"),
                    format!("a file has {LINES} lines at most; from here on nothing was recorded: bring the rest apart"),
                );
                all.push(Recorded { line, no: String::new(), came: Err(why) });
                break;
            }
            let Ok(record) = record else {
                all.push(Recorded {
                    line,
                    no: String::new(),
                    came: Err(Text::new("这一行读不出来", "this line cannot be read")),
                });
                continue;
            };
            let cell = |at: usize| record.get(at).unwrap_or_default();
            let (no, words) = (cell(0).to_owned(), cell(2));
            let came = match cell(1) {
                "成功" | "paid" => self.record_payment(by, programmes, &no, true, words).await?,
                "失败" | "returned" => self.record_payment(by, programmes, &no, false, words).await?,
                _ => Err(Text::new("结果应写“成功”或者“失败”", "the outcome is “paid” or “returned”")),
            };
            all.push(Recorded { line, no, came });
        }
        Ok(all)
    }

    async fn record_payment(
        &self,
        by: &Actor,
        programmes: &[String],
        no: &str,
        paid: bool,
        words: &str,
    ) -> Result<Result<bool, Text>, Failure> {
        let case = self.store.case(&CaseNo(no.to_owned())).await?;
        let own = |case: &casework::Case| case.award.as_ref().is_some_and(|award| programmes.contains(&award.programme));
        let Some(case) = case.filter(own) else {
            return Ok(Err(Text::new("没有这件由您拨付的兑现", "there is no such claim that you pay")));
        };
        let waits = case.award.as_ref().is_some_and(|award| award.granted && award.account && !award.paid);
        let act = Act::RecordPayment { paid, words: words.to_owned() };
        let request = format!("payment:{}", ids::digest(format!("{no} {paid} {words}")));
        Ok(match self.perform(&case.no, &act, by, None, Some(&request)).await? {
            // The bank may have sent it back twice for one reason: nobody takes the second time for the first in silence.
            Outcome::Again { .. } if !paid && waits => Err(Text::new(
                "同样的退回以前登记过，之后换过账户；银行又退回的，请在办件上登记",
                "this was recorded before, and another account was named since; if the bank sent it back again, record it on the case",
            )),
            Outcome::Done(_) | Outcome::Again { .. } => Ok(paid),
            Outcome::Refused(refusal) => Err(refusal.why),
            Outcome::Overtaken { .. } => Err(overtaken()),
        })
    }
}

fn overtaken() -> Text {
    Text::new("别人刚刚办理过", "somebody acted on it just now")
}
