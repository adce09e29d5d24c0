//! Saved drafts that only wait to be sent: ten answers and two papers each, as people of the demonstration would leave them.

use anyhow::{Context, Result, ensure};
use casework::{CaseNo, Moment};
use office::{Office, ids};
use std::collections::BTreeMap;
use store::drafts::{Draft, DraftPaper};

const FIELDS: usize = 10;
const PAPERS: usize = 2;
/// Drafts written at once.
const TOGETHER: usize = 256;

/// Makes `number` drafts like the case `pattern`, for its holder, owned by `owner`; returns their ids.
///
/// # Errors
/// When the pattern has less than ten answers or two papers, and when the database says no.
pub async fn make(office: &Office, pattern: &CaseNo, owner: &str, number: usize, now: Moment) -> Result<Vec<String>> {
    let case = office.store.case(pattern).await?.context("the pattern is a case")?;
    let answers: Vec<(String, String)> = office.answers_of(&case).await?.into_iter().collect();
    let papers: BTreeMap<&str, &str> =
        case.materials.iter().map(|handed| (handed.key.as_str(), handed.digest.as_str())).collect();
    ensure!(answers.len() >= FIELDS, "{pattern} has {} answers only", answers.len());
    ensure!(papers.len() >= PAPERS, "{pattern} has {} papers only", papers.len());
    let live = office.rulebooks.live()?;
    let mut made = Vec::with_capacity(number);
    while made.len() < number {
        let slice: Vec<String> = (0..TOGETHER.min(number - made.len())).map(|_| ids::opaque()).collect();
        let one = async |id: &String| -> Result<()> {
            let draft = Draft {
                id: id.clone(),
                owner: owner.to_owned(),
                holder: case.holder.as_ref().map(casework::Holder::key).unwrap_or_default(),
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
