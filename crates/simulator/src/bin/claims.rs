//! How fast a budget is promised: `cargo run --release -p simulator --bin claims -- --data DIR`, on a demonstration that is not running.
//!
//! Firms claim; then so many officers at once propose and put up claim after claim against one budget, more than it can pay. Beside it, in
//! the same run and of the same cases, the two acts before them, which touch no money. The budget is looked at all the while.

use anyhow::{Context, Result, ensure};
use casework::act::Submission;
use casework::event::Channel;
use casework::{Act, Actor, CaseNo, Holder, Reach, StaffId};
use clap::Parser;
use futures_util::future::try_join_all;
use office::{Office, Outcome, ids};
use rulebook::identifier::CreditCode;
use rulebook::programme::{Budget, yuan};
use simulator::scale::client::Times;
use simulator::scale::demonstration;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use store::people::Audit;
use store::people::firms::Firm;

const ITEM: &str = "job-stabilisation-refund";
const BODY: &str = "rsj";
const LINE: &str = "rsj-2026-jobs";
/// In 元; the clause refunds six tenths of it to a small firm.
const PREMIUM: &str = "500";
const REFUND: i64 = 300;

#[derive(Debug, Parser)]
#[command(about = "Measures proposals and public notices of many officers against one budget")]
struct Options {
    #[arg(long)]
    data: PathBuf,
    #[arg(long)]
    database_url: Option<String>,
    /// Officers at a time.
    #[arg(long, default_value_t = 16)]
    officers: usize,
    /// Claims; the budget of the demonstration pays some 1,700 of them.
    #[arg(long, default_value_t = 2_000)]
    claims: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let office = demonstration::open(&options.data, options.database_url.as_deref()).await?;
    office.run_due_errands().await?;
    let run = Run { examiner: officer(&office, "ren").await?, approver: officer(&office, "she").await?, office };
    let limit = run.limit()?;
    let claims = run.claims(options.claims).await?;

    let (before, _) = run.all(&claims, options.officers, |no| run.take_on(no)).await?;
    let (done, most) = (AtomicBool::new(false), AtomicUsize::new(0));
    let watch = async {
        while !done.load(Ordering::Relaxed) {
            let now = run.office.store.budget(LINE, "").await?;
            most.fetch_max(usize::try_from(now.reserved + now.paid)?, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok::<_, anyhow::Error>(())
    };
    let promise = async {
        let all = run.all(&claims, options.officers, |no| run.promise(no)).await;
        done.store(true, Ordering::Relaxed);
        all
    };
    let ((promised, spent), ()) = tokio::try_join!(promise, watch)?;
    let (most, left) = (most.load(Ordering::Relaxed) as i64, run.left(limit).await?);
    println!("claimed and accepted, two acts without money, {} officers at once: {before}", options.officers);
    println!("proposed and put up against one budget, {} at once: {promised}", options.officers);
    println!(
        "{} promised, {spent} told that the budget is used up; of {} yuan at most {} were taken at any moment, {} are left",
        claims.len() - spent,
        yuan(limit),
        yuan(most),
        yuan(left)
    );
    ensure!(most <= limit && left >= 0, "the budget was exceeded");
    ensure!(spent == 0 || left < REFUND * 100, "somebody was told no while there was money");
    run.office.store.engine().close().await;
    Ok(())
}

async fn officer(office: &Office, login: &str) -> Result<Actor> {
    let found = office.store.officer(&StaffId(login.to_owned()), office.now().await?.day()).await?;
    found.map(Actor::Officer).with_context(|| format!("the demonstration has no officer {login}"))
}

struct Run {
    office: Office,
    examiner: Actor,
    approver: Actor,
}

impl Run {
    /// What the line has, in 分.
    fn limit(&self) -> Result<i64> {
        let live = self.office.rulebooks.live()?;
        live.rules.budgets.get(LINE).and_then(Budget::fen).context("the budget is there")
    }

    async fn left(&self, limit: i64) -> Result<i64> {
        let now = self.office.store.budget(LINE, "").await?;
        Ok(limit - now.reserved - now.paid)
    }

    /// So many firms, each with its claim.
    async fn claims(&self, count: usize) -> Result<Vec<CaseNo>> {
        let (run, now) = (ids::opaque(), self.office.now().await?);
        let mut firms = Vec::new();
        for serial in 0..count {
            // By chance, so that the same demonstration can be used again.
            let first = format!("91120116M{:08}", rand::random_range(0..100_000_000_u32));
            let code = CreditCode::complete(&first).ok().context("a sample code")?.as_str().to_owned();
            firms.push(Firm {
                name: format!("天津测速示例{serial:06}号有限公司"),
                kind: "有限责任公司".to_owned(),
                legal_person: String::new(),
                legal_digest: String::new(),
                address: String::new(),
                area: "120116001".to_owned(),
                industry: "6210".to_owned(),
                status: "存续".to_owned(),
                source: "测速".to_owned(),
                updated_at: now,
                code,
            });
        }
        let audit = Audit {
            id: ids::opaque(),
            by: "bench".to_owned(),
            what: "import-firms".to_owned(),
            subject: "firms".to_owned(),
            at: now,
            detail: String::new(),
        };
        self.office.store.import_firms(&firms, &audit).await?;
        let mut all = Vec::new();
        for (at, firm) in firms.iter().enumerate() {
            all.push(self.claim(firm, &format!("{run}-{at}")).await?);
        }
        Ok(all)
    }

    async fn claim(&self, firm: &Firm, request: &str) -> Result<CaseNo> {
        let holder = Holder::Firm(firm.code.clone());
        let answers = serde_json::json!({ "enterprise-size": "小型", "premium": PREMIUM });
        let submission = Submission {
            item: ITEM.to_owned(),
            holder: holder.clone(),
            agency: BODY.to_owned(),
            area: firm.area.clone(),
            channel: Channel::Online,
            parent: None,
            answers: answers.to_string(),
            title: firm.name.clone(),
            papers: vec![],
            lacking: vec![],
            first_contact: None,
            earlier: None,
            bundle: None,
            commitment: None,
            signatures: Vec::new(),
        };
        let by = Actor::Applicant { person: "bench".to_owned(), holder, reach: Reach::Whole };
        match self.office.submit(submission, &by, request).await? {
            Outcome::Done(case) => Ok(case.no.clone()),
            other => anyhow::bail!("not submitted: {other:?}"),
        }
    }

    /// Each officer takes the next claim until none is left; how fast it went, and for how many `work` said no.
    async fn all<F, W>(&self, claims: &[CaseNo], officers: usize, work: F) -> Result<(String, usize)>
    where
        F: Fn(CaseNo) -> W,
        W: Future<Output = Result<bool>>,
    {
        let (next, began) = (AtomicUsize::new(0), Instant::now());
        let one = async |_| -> Result<(Times, usize)> {
            let (mut times, mut no) = (Times::default(), 0);
            while let Some(claim) = claims.get(next.fetch_add(1, Ordering::Relaxed)) {
                let began = Instant::now();
                no += usize::from(!work(claim.clone()).await?);
                times.add(began);
            }
            Ok((times, no))
        };
        let (mut times, mut refused) = (Times::default(), 0);
        for (own, no) in try_join_all((0..officers).map(one)).await? {
            times.merge(own);
            refused += no;
        }
        let rate = times.count() as f64 / began.elapsed().as_secs_f64();
        Ok((format!("{rate:.0} claims a second, p50 {:.0} ms, p99 {:.0} ms", times.within(50), times.within(99)), refused))
    }

    async fn take_on(&self, no: CaseNo) -> Result<bool> {
        Ok(self.does(&no, &Act::Claim, &self.examiner).await?
            && self.does(&no, &Act::Accept { deferred: vec![] }, &self.examiner).await?)
    }

    async fn promise(&self, no: CaseNo) -> Result<bool> {
        let amount = Act::ProposeAward { amount: format!("{REFUND}元"), reasons: "测速".to_owned() };
        Ok(self.does(&no, &amount, &self.examiner).await? && self.does(&no, &Act::PublishAward, &self.approver).await?)
    }

    /// `false` where the budget is used up.
    async fn does(&self, no: &CaseNo, act: &Act, by: &Actor) -> Result<bool> {
        // Whoever lost a race ten times looks again: nobody is turned away for being late.
        loop {
            match self.office.perform(no, act, by, None, None).await {
                Ok(Outcome::Done(_)) => return Ok(true),
                Ok(Outcome::Refused(refusal)) if refusal.code == "budget-spent" => return Ok(false),
                Ok(other) => anyhow::bail!("{} of {no}: {other:?}", act.name()),
                Err(office::Failure::Busy) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
    }
}
