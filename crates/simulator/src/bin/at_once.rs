//! How fast the rules decide: `cargo run --release -p simulator --bin at_once -- --data DIR`, on a demonstration that is not running.
//!
//! First so many people at a time apply and wait until the decision is there, sealed as PDF and OFD, while the courier works; then
//! applications are received and decided without documents, beside receiving them alone, in the same run.

use anyhow::{Context, Result, ensure};
use casework::act::Submission;
use casework::event::Channel;
use casework::{Actor, CaseNo, Holder, LetterKind, Moment, Reach};
use clap::Parser;
use futures_util::future::try_join_all;
use office::{Office, Outcome, ids};
use rulebook::identifier::ResidentNumber;
use simulator::scale::client::Times;
use simulator::scale::demonstration;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use store::people::Person;

const ITEM: &str = "employment-certificate";

#[derive(Debug, Parser)]
#[command(about = "Measures decisions by rule, with their documents and without")]
struct Options {
    #[arg(long)]
    data: PathBuf,
    #[arg(long)]
    database_url: Option<String>,
    /// People who apply at a time and wait for their certificate.
    #[arg(long, default_value_t = 16)]
    users: u32,
    /// Applications of each of them.
    #[arg(long, default_value_t = 20)]
    each: u32,
    /// Applications decided without documents.
    #[arg(long, default_value_t = 1_000)]
    bare: u32,
}

#[tokio::main]
async fn main() -> Result<()> {
    let options = Options::parse();
    let office = demonstration::open(&options.data, options.database_url.as_deref()).await?;
    let now = office.now().await?;
    office.run_due_errands().await?;
    // Messages to partner systems that are not connected here.
    let stuck = office.store.errand_counts(None).await?.0;

    let people = People { office: office.clone(), serial: AtomicU32::new(0), run: ids::opaque(), now };
    let courier = tokio::spawn(office.clone().run_errands());
    let waits = async |_| -> Result<Times> {
        let mut times = Times::default();
        for _ in 0..options.each {
            let began = Instant::now();
            let no = people.apply().await?;
            people.until_sealed(&no).await?;
            times.add(began);
        }
        Ok(times)
    };
    let mut all = Times::default();
    for times in try_join_all((0..options.users).map(waits)).await? {
        all.merge(times);
    }
    println!(
        "from submit to the sealed PDF and OFD, {} at a time: p50 {:.0} ms, p95 {:.0} ms ({} decided)",
        options.users,
        all.within(50),
        all.within(95),
        all.count()
    );
    // What went with them is made when there is time: it has to be made all the same.
    let (began, (left, _)) = (Instant::now(), office.store.errand_counts(None).await?);
    while office.store.errand_counts(None).await?.0 > stuck {
        ensure!(began.elapsed() < Duration::from_secs(600), "errands are left");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    println!(
        "the other letters and notices: {} left, all done {:.1} s later",
        left.saturating_sub(stuck),
        began.elapsed().as_secs_f64()
    );
    courier.abort();

    let began = Instant::now();
    for _ in 0..options.bare {
        people.apply().await?;
    }
    let received = f64::from(options.bare) / began.elapsed().as_secs_f64();
    let began = Instant::now();
    for _ in 0..options.bare {
        let no = people.apply().await?;
        office.decide_at_once(&no, &format!("bench:{no}")).await?;
    }
    let decided = f64::from(options.bare) / began.elapsed().as_secs_f64();
    println!("one after the other, without documents: {decided:.0} received and decided a second, {received:.0} received only");
    office.store.engine().close().await;
    Ok(())
}

/// People who each apply once.
struct People {
    office: Office,
    serial: AtomicU32,
    run: String,
    now: Moment,
}

impl People {
    /// Somebody new applies and meets every rule.
    async fn apply(&self) -> Result<CaseNo> {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let (day, order) = (1 + serial / 999 % 28, 1 + serial % 999);
        let number = ResidentNumber::complete(&format!("120116189001{day:02}{order:03}")).ok().context("a sample number")?;
        let number = number.as_str().to_owned();
        let person = Person {
            id: format!("{}-{serial}", self.run),
            name: "示例甲".into(),
            id_kind: "resident".into(),
            id_number: number.clone(),
            id_digest: format!("{}-{serial}", self.run),
            phone: String::new(),
            email: String::new(),
            verified: true,
            created_at: self.now,
        };
        ensure!(self.office.store.add_person(&person, None).await?, "the person is new");
        let answers = serde_json::json!({
            "person-name": "示例甲", "citizen-id": number, "birth-date": format!("1890-01-{day:02}"), "employment-state": "登记失业",
            "never-employed": "是", "asks-hardship-recognition": "否", "by-agent": "否", "delivery-way": "电子送达",
        });
        let holder = Holder::Person(person.id.clone());
        let submission = Submission {
            item: ITEM.into(),
            holder: holder.clone(),
            agency: "rsj".into(),
            area: "120116001".into(),
            channel: Channel::Online,
            parent: None,
            answers: answers.to_string(),
            title: person.name,
            papers: vec![],
            lacking: vec![],
            first_contact: None,
            earlier: None,
            bundle: None,
            commitment: None,
            signatures: Vec::new(),
        };
        let by = Actor::Applicant { person: person.id, holder, reach: Reach::Whole };
        match self.office.submit(submission, &by, &ids::opaque()).await? {
            Outcome::Done(case) => Ok(case.no.clone()),
            other => anyhow::bail!("not submitted: {other:?}"),
        }
    }

    /// Waits until the certificate is made.
    async fn until_sealed(&self, no: &CaseNo) -> Result<()> {
        let began = Instant::now();
        loop {
            let case = self.office.store.case(no).await?.context("the case is there")?;
            if case.letters.iter().any(|letter| letter.kind == LetterKind::Certificate) {
                return Ok(());
            }
            ensure!(began.elapsed() < Duration::from_secs(60), "{no} is not decided: {:?}", case.at_once);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
