//! Saved drafts that only wait to be sent: ten answers and two papers each, as people of the demonstration would leave them.
//!
//! They belong to many firms, as in a city: what a firm gave before is one row for each answer, and a thousand applications of one firm
//! in the same second would only wait for each other there.

use anyhow::{Context, Result, ensure};
use casework::{CaseNo, Holder, Moment};
use office::{Office, ids};
use std::collections::BTreeMap;
use store::drafts::{Draft, DraftPaper};
use store::people::firms::{Firm, Mandate};
use store::people::{Audit, Subject};

const FIELDS: usize = 10;
const PAPERS: usize = 2;
/// Drafts written at once.
const TOGETHER: usize = 256;
/// Firms that they belong to.
const FIRMS: usize = 64;

/// A draft that waits, and the firm whose it is.
pub struct Waiting {
    pub firm: String,
    pub id: String,
}

/// Firms like that of the mandate, for which its person may act too.
async fn firms(office: &Office, like: &Mandate, now: Moment) -> Result<Vec<String>> {
    let known = office.store.firm(&like.firm).await?.context("the register has the firm")?;
    let audit = |what: &str, subject: &str| Audit {
        id: ids::opaque(),
        by: "system:fill".into(),
        what: what.to_owned(),
        subject: subject.to_owned(),
        at: now,
        detail: String::new(),
    };
    let codes: Vec<String> = (0..FIRMS).map(|n| format!("91120116FILL{n:06}")).collect();
    let copy = |(n, code): (usize, &String)| Firm { code: code.clone(), name: format!("{}{n}", known.name), ..known.clone() };
    let copies: Vec<Firm> = codes.iter().enumerate().map(copy).collect();
    office.store.import_firms(&copies, &audit("import-firms", "fill")).await?;
    for code in &codes {
        // Told by its own id, so that filling once more adds none.
        let mandate = Mandate { id: format!("fill-{code}"), firm: code.clone(), ..like.clone() };
        if office.store.mandate(&mandate.id).await?.is_none() {
            office.store.add_mandate(&mandate, &audit("add-mandate", &mandate.id)).await?;
        }
    }
    Ok(codes)
}

/// Makes `number` drafts like the case `pattern`, for firms that the person of the mandate acts for, and owned by that person.
///
/// # Errors
/// When the pattern has less than ten answers or two papers, and when the database says no.
pub async fn make(office: &Office, pattern: &CaseNo, like: &Mandate, number: usize, now: Moment) -> Result<Vec<Waiting>> {
    let firms = firms(office, like, now).await?;
    let owner = Subject::Person(like.person.clone()).key();
    let case = office.store.case(pattern).await?.context("the pattern is a case")?;
    let answers: Vec<(String, String)> = office.answers_of(&case).await?.into_iter().collect();
    let papers: BTreeMap<&str, &str> =
        case.materials.iter().map(|handed| (handed.key.as_str(), handed.digest.as_str())).collect();
    ensure!(answers.len() >= FIELDS, "{pattern} has {} answers only", answers.len());
    ensure!(papers.len() >= PAPERS, "{pattern} has {} papers only", papers.len());
    let live = office.rulebooks.live()?;
    let mut made = Vec::with_capacity(number);
    while made.len() < number {
        let waiting = |n: usize| Waiting { firm: firms[n % firms.len()].clone(), id: ids::opaque() };
        let slice: Vec<Waiting> = (0..TOGETHER.min(number - made.len())).map(waiting).collect();
        let one = async |Waiting { firm, id }: &Waiting| -> Result<()> {
            let draft = Draft {
                id: id.clone(),
                owner: owner.clone(),
                holder: Holder::Firm(firm.clone()).key(),
                item: case.item.clone(),
                edition: live.name.clone(),
                agency: case.agency.clone(),
                area: case.area.clone(),
                channel: "online".to_owned(),
                for_case: None,
                started_at: now,
                updated_at: now,
                parked: false,
                submitted: None,
                deleted_at: None,
                bundle: None,
            };
            office.store.start_draft(&draft).await?;
            office.store.save_fields(id, &answers, now).await?;
            for (key, digest) in papers.iter().take(PAPERS) {
                let file_name = format!("{key}.pdf");
                let paper = DraftPaper { key: (*key).to_owned(), digest: (*digest).to_owned(), file_name, at: now };
                office.store.attach_paper(id, &paper).await?;
            }
            Ok(())
        };
        for done in futures_util::future::join_all(slice.iter().map(one)).await {
            done?;
        }
        made.extend(slice);
    }
    Ok(made)
}
