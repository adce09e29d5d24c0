//! A letter before it is made: composed from what the case would be after the act, shown as it will be on paper.

use crate::app::App;
use crate::error::Problem;
use crate::pieces;
use crate::workbench::case::dossier::Dossier;
use casework::{Act, Actor, Errand, Refusal, decide};
use maud::{Markup, html};
use office::letters::{Ground, compose};
use papers::letter::{Block, Letter};
use rulebook::Lang;

/// The letters that the act would order, or why it cannot be done. Nothing is changed.
pub async fn letters(app: &App, dossier: &Dossier, act: &Act, by: &Actor) -> Result<Result<Vec<Letter>, Refusal>, Problem> {
    let decided = app.office.scene_of(&dossier.case.no, act, by, |scene| decide(scene, act)).await?.ok_or(Problem::NotFound)?;
    let decided = match decided {
        Ok(decided) => decided,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut records = dossier.records.clone();
    records.extend(decided.records.iter().cloned());
    let mut words = dossier.words.clone();
    words.extend(decided.kept.iter().map(|kept| (kept.words.0, String::from_utf8_lossy(&kept.bytes).into_owned())));
    let live = app.office.rulebooks.live()?;
    let mut names = dossier.names.clone();
    for id in decided.after.mentioned(&records) {
        if !names.contains_key(&id.0)
            && let Some(staff) = app.office.store.staff(&id.0).await?
        {
            names.insert(staff.id, staff.name);
        }
    }
    let ground = Ground {
        case: &decided.after,
        records: &records,
        words: &words,
        rules: &dossier.edition.rules,
        live: &live.rules,
        names: &names,
        found: &[],
        public_url: &app.office.settings.public_url,
        demonstration: app.office.settings.demonstration,
    };
    let ordered = decided.errands.iter().filter_map(|errand| match errand {
        Errand::MakeLetter { letter } => Some(*letter),
        _ => None,
    });
    Ok(Ok(ordered.map(|kind| compose(&ground, kind, "", "", dossier.now)).collect()))
}

/// A letter on the screen. Its text can be read out, copied and enlarged; what has no number yet says so.
pub fn shown(letter: &Letter, lang: Lang) -> Markup {
    let number = if letter.number.is_empty() {
        lang.say("（文号在作出时编定）", "(number drawn when made)")
    } else {
        &letter.number
    };
    let body = html! {
        @if !letter.addressee.is_empty() { p { (letter.addressee) } }
        @for block in &letter.blocks { (shown_block(block)) }
    };
    let seal = letter.seal.as_ref().map_or("", |seal| seal.0.as_str());
    let whole = pieces::letter::Letter {
        title: &letter.title,
        number,
        body,
        agency: &letter.signer,
        date: &letter.date,
        seal,
        draft: letter.number.is_empty(),
    };
    pieces::letter::letter(&whole, lang)
}

fn shown_block(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Paragraph(text) => p .pre { (text) },
            Block::Heading(text) => p .strong { (text) },
            Block::Small(text) => p .small.muted { (text) },
            Block::List(lines) => ol { @for line in lines { li { (line) } } },
            Block::Signatures(names) => p { @for name in names { (name) "：＿＿＿＿＿＿　" } },
            Block::KeyValues(pairs) => table { tbody { @for (name, value) in pairs { tr { th scope="row" { (name) } td .pre { (value) } } } } },
            Block::Table { head, rows, .. } => table {
                @if !head.is_empty() { thead { tr { @for cell in head { th scope="col" { (cell) } } } } }
                tbody { @for row in rows { tr { @for cell in row { td .pre { (cell) } } } } }
            },
        }
    }
}
