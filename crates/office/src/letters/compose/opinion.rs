//! The opinion of the consistency assessment (取向一致性评估意见书): the conclusion, every remark with the drafter's answer beside it, and who
//! signed. It takes the place of neither review that follows. Serves measure 17.

use super::{Answers, Block, By, Event, Ground, Record, applicant, legal_day, officer, say};

/// The elements that name the draft, and its code in the library.
const NAME: &str = "policy-draft-name";
const CODE: &str = "policy-draft-code";

/// The record of the signature: the first agreement after the last conclusion. Reviews that follow it have letters of their own or none.
pub(super) fn signed(records: &[Record]) -> Option<&Record> {
    let concluded = records.iter().rposition(|record| matches!(record.event, Event::Classified { .. }))?;
    records.get(concluded..)?.iter().find(|record| matches!(record.event, Event::Reviewed { agrees: true, .. }))
}

pub(super) fn blocks(ground: &Ground<'_>, item: &str) -> Vec<Block> {
    let case = ground.case;
    let answers = answers(ground);
    let told = |code: &str| answers.get(code).filter(|told| !told.trim().is_empty()).map_or("（没有填写）", String::as_str);
    let draft = told(NAME);
    let class = ground
        .rules
        .procedures
        .get(&case.procedure)
        .zip(case.class.as_ref())
        .and_then(|(procedure, class)| procedure.class.iter().find(|known| known.code == *class))
        .map_or_else(String::new, |class| class.name.clone());
    let accepted = case.accepted.map(legal_day).unwrap_or_default();
    let mut out = vec![
        Block::Paragraph(format!("经对《{draft}》进行{item}，提出如下意见。")),
        Block::KeyValues(vec![
            ("政策草案".into(), draft.to_owned()),
            ("草案代码".into(), told(CODE).to_owned()),
            ("报送单位".into(), applicant(ground)),
            ("办件编号".into(), case.no.0.clone()),
            ("受理日期".into(), accepted),
            ("评估结论".into(), class),
        ]),
    ];
    let remarks = remarks(ground);
    if remarks.is_empty() {
        out.push(Block::Paragraph("没有征求其他部门意见。".into()));
    } else {
        out.push(Block::Table {
            head: ["序号", "部门", "意见", "起草单位答复"].map(str::to_owned).to_vec(),
            rows: remarks,
            widths: vec![1.0, 3.0, 5.0, 5.0],
        });
    }
    if let Some(record) = signed(ground.records)
        && let Event::Reviewed { opinion, .. } = &record.event
    {
        out.push(Block::Paragraph(format!("签署意见：{}", say(ground, *opinion))));
        if let By::Officer(id) = &record.by {
            out.push(Block::Paragraph(format!("签署人：{}。", officer(ground, id))));
        }
    }
    out.push(Block::Paragraph("公平竞争审查和合法性审核另行进行，本意见书不代替任何一项审查，也不是政策出台的决定。".into()));
    out
}

/// What the drafter wrote in the form.
fn answers(ground: &Ground<'_>) -> Answers {
    let kept = ground.case.answers.and_then(|answers| ground.words.get(&answers.0));
    kept.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// Each remark with what was answered: an opinion that was asked for after another is the answer to it.
fn remarks(ground: &Ground<'_>) -> Vec<Vec<String>> {
    let body = |code: &str| ground.live.agencies.get(code).map_or_else(|| code.to_owned(), |agency| agency.name.clone());
    let all = &ground.case.opinions;
    let said = |given: &Option<(bool, casework::event::Words, casework::StaffId)>| match given {
        Some((agrees, words, _)) => format!("{}：{}", if *agrees { "同意" } else { "不同意" }, say(ground, *words)),
        None => "期限内没有反馈".to_owned(),
    };
    let remark = |opinion: &&casework::case::Opinion| opinion.after.is_none();
    all.iter()
        .filter(remark)
        .map(|opinion| {
            let answers = all.iter().filter(|other| other.after == Some(opinion.number));
            let answered: Vec<String> =
                answers.filter_map(|other| other.given.as_ref().map(|(_, words, _)| say(ground, *words))).collect();
            let answered = if answered.is_empty() { "—".to_owned() } else { answered.join("；") };
            vec![opinion.number.to_string(), body(&opinion.agency), said(&opinion.given), answered]
        })
        .collect()
}
