//! What several people sign (共同签署): one application that waits for two of them, and one that was signed and sent.

use super::{PLACE, people, sample_answers, stopped};
use anyhow::Context;
use casework::event::Channel;
use office::{Office, drafts};

const ITEM: &str = "simplified-deregistration";

/// Applicants by their place, who else is an investor by login, and whether all have signed.
const STORIES: [(usize, &[&str], bool); 2] = [(4, &["lisi", "zhangsan"], false), (6, &["wangwu"], true)];

pub(super) async fn begin(office: &Office) -> anyhow::Result<()> {
    for (place, investors, whole) in STORIES {
        let (holder, title, by) = people::applicant(office, place).await?;
        let live = office.rulebooks.live()?;
        let (now, rules) = (office.clock.now(), &live.rules);
        let agency = rules.competent(ITEM, PLACE, now.day()).first().map(|agency| agency.code.get_ref().clone());
        let agency = agency.with_context(|| format!("nobody may decide {ITEM} in {PLACE}"))?;
        let item = rules.items.get(ITEM).with_context(|| format!("the rulebook has no item {ITEM}"))?;
        let id = office.begin_draft(&by, &holder, ITEM, &agency, PLACE, Channel::Online).await.map_err(stopped)?;
        let mut listed = Vec::new();
        for login in investors {
            let person = office.store.person(login).await?.with_context(|| format!("no example person {login}"))?;
            listed.push(format!("{}，{}", person.name, person.id_number));
        }
        let mut answers = sample_answers(rules, item, (&holder, &title), PLACE, now.day());
        answers.insert("investors".to_owned(), listed.join("；"));
        answers.insert("area".to_owned(), "塘沽街道".to_owned());
        let answers: Vec<(String, String)> = answers.into_iter().collect();
        drafts::save(&office.store, rules, &by, &id, &answers, now).await.map_err(stopped)?;
        office.ask_signers(&by, &id).await.map_err(stopped)?;
        if whole {
            let shown = office.open_signing(&by, &id).await.map_err(stopped)?.digest;
            office.sign(&by, &id, &shown).await.map_err(stopped)?;
            office.submit_draft(&by, &id, None).await.map_err(stopped)?;
        }
    }
    Ok(())
}
