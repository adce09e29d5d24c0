//! Verify: every journal is replayed and compared with the rows people query; chains, commitments, told dates and digests are
//! checked, and what is wrong is named.
//!
//! It reads only, slice by slice, each slice at one moment, while others work.

use crate::case_index::Course;
use crate::chain::{self, Head};
use crate::claims::{AllSums, Sums};
use crate::digests::{DailyDigest, Ends, day_hash};
use crate::engine::args;
use crate::replay::Dossier;
use crate::{Store, StoreError};
use casework::{Case, CaseNo, Moment, Record};
use jiff::civil::Date;
use rulebook::calendar::PauseRule;
use rulebook::{Calendar, Text};
use std::collections::{BTreeMap, BTreeSet};

/// What `verify` tells while it goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Something is not as it should be.
    Fault(Fault),
    /// The personal data of this case are gone, as a rule wants it.
    Erased { no: CaseNo, rule: String },
    /// A paper that a case relies on, by its digest, for whoever can look whether it is there.
    Paper { no: CaseNo, digest: String },
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The case it concerns, if it is one.
    pub no: Option<CaseNo>,
    pub what: Text,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verified {
    pub cases: u64,
    pub records: u64,
    pub particulars: u64,
    pub erased: u64,
    pub days: u64,
    pub faults: u64,
}

/// Everything that goes through one look at the whole store.
struct Look<'a> {
    tell: &'a mut dyn FnMut(Told),
    verified: Verified,
    calendars: BTreeMap<u32, Calendar>,
    /// Calendars that were told by and are not kept, each named once.
    missing: BTreeSet<u32>,
    digests: Vec<DailyDigest>,
    /// The ends of the journals for each day that has a digest.
    ends: Vec<Ends>,
    /// Permits that stand, by item.
    permits: BTreeMap<String, i64>,
    /// What journals promised, paid and had back, by programme and batch.
    money: AllSums,
}

impl Store {
    /// Looks at every case, or at those that went on at `since` or later, and tells what is wrong.
    pub async fn verify(&self, since: Option<Moment>, mut tell: impl FnMut(Told)) -> Result<Verified, StoreError> {
        let digests = self.daily_digests().await?;
        let mut look = Look {
            tell: &mut tell,
            verified: Verified::default(),
            calendars: self.calendars().await?,
            missing: BTreeSet::new(),
            ends: vec![Ends::default(); digests.len()],
            digests,
            permits: BTreeMap::new(),
            money: BTreeMap::new(),
        };
        let mut after = String::new();
        loop {
            let numbers = self.numbers_after(&after, since).await?;
            let Some(last) = numbers.last() else { break };
            after.clone_from(last);
            for dossier in self.dossiers(&numbers).await? {
                look.case(&dossier);
            }
        }
        look.days(since.is_none());
        if since.is_none() {
            self.orphans(&mut look).await?;
            self.permits(&mut look).await?;
            self.money(&mut look).await?;
        }
        Ok(look.verified)
    }

    async fn calendars(&self) -> Result<BTreeMap<u32, Calendar>, StoreError> {
        let rows = self.engine.read("SELECT version, text FROM calendars", args![]).await?;
        rows.iter().map(|row| Ok((row.int(0)? as u32, Calendar::parse("calendar", row.text(1)?).0))).collect()
    }

    /// Rows that belong to no journal.
    async fn orphans(&self, look: &mut Look<'_>) -> Result<(), StoreError> {
        const LISTS: [(&str, &str); 7] = [
            ("cases", "SELECT no FROM cases WHERE NOT EXISTS (SELECT 1 FROM journal WHERE case_no = cases.no) LIMIT 100"),
            (
                "deadlines",
                "SELECT DISTINCT case_no FROM deadlines WHERE NOT EXISTS \
                 (SELECT 1 FROM journal WHERE journal.case_no = deadlines.case_no) LIMIT 100",
            ),
            (
                "consultations",
                "SELECT DISTINCT case_no FROM consultations WHERE NOT EXISTS \
                 (SELECT 1 FROM journal WHERE journal.case_no = consultations.case_no) LIMIT 100",
            ),
            (
                "particulars",
                "SELECT DISTINCT case_no FROM particulars WHERE NOT EXISTS \
                 (SELECT 1 FROM journal WHERE journal.case_no = particulars.case_no) LIMIT 100",
            ),
            (
                "letters",
                "SELECT DISTINCT case_no FROM letters WHERE NOT EXISTS \
                 (SELECT 1 FROM journal WHERE journal.case_no = letters.case_no) LIMIT 100",
            ),
            (
                "licences",
                "SELECT case_no FROM licences WHERE NOT EXISTS \
                 (SELECT 1 FROM journal WHERE journal.case_no = licences.case_no) LIMIT 100",
            ),
            (
                "legs",
                "SELECT case_no FROM legs WHERE NOT EXISTS (SELECT 1 FROM journal WHERE journal.case_no = legs.case_no) LIMIT 100",
            ),
        ];
        for (table, sql) in LISTS {
            for row in self.engine.read(sql, args![]).await? {
                let no = CaseNo(row.string(0)?);
                look.fault(
                    &no,
                    format!("{table} 中有它的记录，日志中却没有这个办件"),
                    format!("{table} has rows of it, but the journal has no such case"),
                );
            }
        }
        Ok(())
    }

    /// Every claim is in the accounts as its journal tells, and the accounts add up.
    async fn money(&self, look: &mut Look<'_>) -> Result<(), StoreError> {
        let (told, kept, anew) = (std::mem::take(&mut look.money), self.claim_sums().await?, self.claim_sums_anew().await?);
        let keys: BTreeSet<_> = told.keys().chain(kept.keys()).chain(anew.keys()).collect();
        for key in keys {
            let of = |sums: &AllSums| sums.get(key).copied().unwrap_or_default();
            let (own, kept, anew) = (of(&told), of(&kept), of(&anew));
            let (programme, batch) = key;
            for (account, account_en, sums) in [("账", "the accounts", anew), ("合计", "the kept sums", kept)] {
                if sums != own {
                    look.fault_of(
                        None,
                        format!("“{programme}”批次{batch}的{account}与日志不一致：{}；日志是{}", sums.say().zh, own.say().zh),
                        format!(
                            "{account_en} of {programme}, batch {batch}, differ from the journals: {}; journals tell {}",
                            sums.say().en,
                            own.say().en
                        ),
                    );
                }
            }
        }
        let sql = "SELECT budgets.line FROM budgets WHERE budgets.reserved <> (SELECT COALESCE(sum(amount), 0) FROM benefits \
                   WHERE benefits.line = budgets.line AND state = 'reserved' AND (budgets.batch = '' OR benefits.batch = budgets.batch)) \
                   OR budgets.paid <> (SELECT COALESCE(sum(amount - recovered), 0) FROM benefits \
                   WHERE benefits.line = budgets.line AND state = 'paid' AND (budgets.batch = '' OR benefits.batch = budgets.batch))";
        for row in self.engine.read(sql, args![]).await? {
            let line = row.string(0)?;
            look.fault_of(
                None,
                format!("预算“{line}”的合计与各件不符"),
                format!("the sums of budget {line} are not those of its claims"),
            );
        }
        Ok(())
    }

    /// Of number-limited permits as many are taken as stand.
    async fn permits(&self, look: &mut Look<'_>) -> Result<(), StoreError> {
        for row in self.engine.read("SELECT item, taken FROM quotas", args![]).await? {
            let (item, taken) = (row.string(0)?, row.int(1)?);
            let stand = look.permits.get(&item).copied().unwrap_or(0);
            if taken != stand {
                look.fault_of(
                    None,
                    format!("“{item}”的限量许可记为已用{taken}件，日志中有效的是{stand}件"),
                    format!("of the limited permit “{item}” {taken} count as taken, but {stand} stand by the journals"),
                );
            }
        }
        Ok(())
    }
}

impl Look<'_> {
    fn fault_of(&mut self, no: Option<&CaseNo>, zh: String, en: String) {
        self.verified.faults += 1;
        (self.tell)(Told::Fault(Fault { no: no.cloned(), what: Text::new(zh, en) }));
    }

    fn fault(&mut self, no: &CaseNo, zh: impl Into<String>, en: impl Into<String>) {
        self.fault_of(Some(no), zh.into(), en.into());
    }

    fn case(&mut self, dossier: &Dossier) {
        self.verified.cases += 1;
        self.verified.records += dossier.lines.len() as u64;
        self.chain(dossier);
        let records = match dossier.records() {
            Ok(records) => records,
            Err(error) => {
                return self.fault(&dossier.no, format!("日志读不懂：{error}"), format!("the journal cannot be read: {error}"));
            }
        };
        let case = Case::from_records(dossier.no.clone(), &records);
        self.particulars(dossier, &records);
        match dossier.differences(&case, &Course::of(&records)) {
            Ok(wrong) if wrong.is_empty() => {}
            Ok(wrong) => {
                let wrong = wrong.join(", ");
                self.fault(
                    &dossier.no,
                    format!("列表与日志不一致：{wrong}"),
                    format!("what lists show differs from the journal: {wrong}"),
                );
            }
            Err(error) => self.fault(&dossier.no, error.to_string(), error.to_string()),
        }
        if case.is_open() && case.step.is_empty() {
            self.fault(&dossier.no, "办件未结，却不在任何环节", "it is open and stands at no step");
        }
        self.told_dates(&case);
        self.letters(dossier, &case);
        if let Some(award) = &case.award {
            let of = Sums {
                promised_count: u64::from(award.is_set_aside()),
                promised: if award.is_set_aside() { award.fen } else { 0 },
                paid_count: u64::from(award.paid),
                paid: if award.paid { award.fen } else { 0 },
                back: award.back,
            };
            if of != Sums::default() {
                *self.money.entry((award.programme.clone(), award.batch.clone())).or_default() += of;
            }
        }
        if matches!(case.decision, Some(casework::case::Decision::Granted { .. })) && case.ending.is_none() {
            *self.permits.entry(case.item.clone()).or_default() += 1;
        }
    }

    /// Versions without gaps, times that never run back, and every hash anew.
    fn chain(&mut self, dossier: &Dossier) {
        let (mut head, mut at) = ([0; 32], i64::MIN);
        let mut ends: Vec<Option<(u64, Head)>> = vec![None; self.digests.len()];
        for (index, line) in dossier.lines.iter().enumerate() {
            let version = index as i64 + 1;
            if line.version != version {
                self.fault(&dossier.no, format!("缺少第{version}条记录"), format!("record {version} is missing"));
            }
            if line.at < at {
                self.fault(
                    &dossier.no,
                    format!("第{version}条记录的时间早于前一条"),
                    format!("record {version} is dated before the one it follows"),
                );
            }
            at = line.at;
            let hash = chain::hash(&head, &dossier.no.0, line.version as u64, &line.payload, &line.sealed);
            if line.hash != hash {
                self.fault(
                    &dossier.no,
                    format!("第{version}条记录被改动：校验值不符"),
                    format!("record {version} was changed: its hash differs"),
                );
            }
            // What follows is measured against the line as it lies there, so that one change is told once.
            head = line.hash.as_slice().try_into().unwrap_or(hash);
            let day = Moment(line.at).day();
            if let Some(end) = self.digests.iter().position(|digest| day <= digest.day).and_then(|day| ends.get_mut(day)) {
                *end = Some((line.version as u64, head));
            }
        }
        for (all, own) in self.ends.iter_mut().zip(ends) {
            if let Some((version, hash)) = own {
                all.add(&dossier.no, version, &hash);
            }
        }
    }

    /// Every particular is the one that was committed to; an erased case has none.
    fn particulars(&mut self, dossier: &Dossier, records: &[Record]) {
        let no = &dossier.no;
        let mut expected = 0;
        for (line, record) in dossier.lines.iter().zip(records) {
            let seals: Vec<(u32, &str)> = chain::seals(&line.sealed).collect();
            let numbers: Vec<u32> = (expected + 1..=expected + record.keeps).collect();
            if seals.iter().map(|(number, _)| *number).ne(numbers) {
                self.fault(
                    no,
                    format!("第{}条记录的附属信息编号不连续", line.version),
                    format!("record {} does not number its particulars", line.version),
                );
            }
            expected += record.keeps;
            if line.version as u64 != record.version || line.at != record.at.0 {
                self.fault(
                    no,
                    format!("第{}条记录的序号或时间与内容不符", line.version),
                    format!("record {} says another version or time", line.version),
                );
            }
            if dossier.erased.is_some() {
                continue;
            }
            for (number, seal) in seals {
                self.verified.particulars += 1;
                match (&dossier.key, dossier.particulars.get(&number)) {
                    (Some(key), Some((_, bytes))) if chain::commitment(key, number, bytes) == seal => {}
                    (Some(_), Some(_)) => {
                        self.fault(no, format!("附属信息{number}被改动"), format!("particular {number} was changed"))
                    }
                    (Some(_), None) => self.fault(no, format!("附属信息{number}缺失"), format!("particular {number} is missing")),
                    (None, _) => self.fault(no, "密钥缺失，且没有清除记录", "its key is gone, and no erasure says why"),
                }
            }
        }
        if let Some(rule) = &dossier.erased {
            self.verified.erased += 1;
            (self.tell)(Told::Erased { no: no.clone(), rule: rule.clone() });
            if dossier.key.is_some() || !dossier.particulars.is_empty() {
                self.fault(no, "已登记清除，个人信息却仍在", "it counts as erased, but personal data are still there");
            }
        }
        if dossier.particulars.keys().any(|number| *number > expected) {
            self.fault(no, "有日志没有提到的附属信息", "there are particulars that the journal does not know");
        }
    }

    /// Every due day is counted anew by the calendar that it was told by.
    fn told_dates(&mut self, case: &Case) {
        for clock in &case.clocks {
            let Some(calendar) = self.calendars.get(&clock.calendar) else {
                if self.missing.insert(clock.calendar) {
                    let version = clock.calendar;
                    self.fault_of(
                        None,
                        format!("期限依据的第{version}版日历没有保存"),
                        format!("calendar {version}, by which dates were told, is not kept"),
                    );
                }
                continue;
            };
            let Some(due) = calendar.due_with_pauses(clock.from, clock.whole(), &clock.pauses, PauseRule::default()) else {
                continue;
            };
            // What the applicant was told by an earlier calendar stands, where a later one would end it sooner.
            let stands = clock.keeps_what_was_told(calendar)
                && self.calendars.iter().any(|(version, earlier)| {
                    let told = earlier.due_with_pauses(clock.from, clock.whole(), &clock.pauses, PauseRule::default());
                    *version < clock.calendar && told.is_some_and(|told| told.on == clock.due)
                });
            if due.on != clock.due && !stands {
                self.fault(
                    &case.no,
                    format!("时限“{}”告知为{}，重新计算为{}", clock.code, clock.due, due.on),
                    format!("clock “{}” was told as {} and comes to {}", clock.code, clock.due, due.on),
                );
            }
        }
    }

    /// Every letter on the case is kept under its number, code and digest. Names every paper that the case relies on.
    fn letters(&mut self, dossier: &Dossier, case: &Case) {
        for letter in &case.letters {
            let kept = dossier.letters.iter().find(|(_, code, ..)| *code == letter.check_code);
            let same = kept.is_some_and(|(number, _, digest, _)| *number == letter.document_number && *digest == letter.digest);
            if !same {
                let number = &letter.document_number;
                self.fault(
                    &case.no,
                    format!("文书“{number}”与登记不符"),
                    format!("letter “{number}” is not kept as the journal says"),
                );
            }
            (self.tell)(Told::Paper { no: case.no.clone(), digest: letter.digest.clone() });
            if let Some((.., ofd)) = kept.filter(|(.., ofd)| !ofd.is_empty()) {
                (self.tell)(Told::Paper { no: case.no.clone(), digest: ofd.clone() });
            }
        }
        let papers = case.materials.iter().chain(&case.attached);
        for handed in papers.filter(|handed| !handed.digest.is_empty() && dossier.erased.is_none()) {
            (self.tell)(Told::Paper { no: case.no.clone(), digest: handed.digest.clone() });
        }
    }

    /// The chain of days; and, when every case was looked at, what each day said about the journals.
    fn days(&mut self, whole: bool) {
        let mut before: Head = [0; 32];
        for (digest, ends) in std::mem::take(&mut self.digests).into_iter().zip(std::mem::take(&mut self.ends)) {
            self.verified.days += 1;
            if day_hash(&before, digest.day, digest.cases, &digest.heads) != digest.hash {
                self.day_fault(digest.day, "日摘要被改动：校验值不符", "the digest was changed: its hash differs");
            }
            before = digest.hash;
            if whole {
                let cases = ends.cases;
                if (cases, ends.heads()) != (digest.cases, digest.heads) {
                    self.day_fault(
                        digest.day,
                        "日志与当日摘要不符：有记录被删去、截断或增加",
                        "the journals are not those of the digest: records were dropped, cut off or added",
                    );
                }
            }
        }
    }

    fn day_fault(&mut self, day: Date, zh: &str, en: &str) {
        self.fault_of(None, format!("{day}:{zh}"), format!("{day}: {en}"));
    }
}
