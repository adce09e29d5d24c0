//! The public notice of a proposed award (拟兑现公示): who is to have how much under which clause, until when anybody may object, and how.
//! It is put up for everybody, so that a natural person is not named. Serves measure 16.

use super::{Ground, applicant, last, legal_day};
use casework::{Event, Holder, Moment};
use papers::letter::Block;
use rulebook::programme::yuan;

pub(super) fn blocks(ground: &Ground<'_>, now: Moment) -> Vec<Block> {
    let case = ground.case;
    let until = last(ground, |event| if let Event::AwardPublished { until } = event { Some(*until) } else { None });
    let (Some(award), Some(until)) = (&case.award, until) else { return Vec::new() };
    let programme = ground.rules.programmes.get(&award.programme);
    let name = programme.map_or(award.programme.as_str(), |own| own.name.as_str());
    let clause = programme.and_then(|own| ground.rules.clause(own.clause.get_ref()));
    let by_clause = clause.map(|(policy, clause)| format!("依据《{}》“{}”，", policy.name, clause.name)).unwrap_or_default();
    let who = match case.holder {
        Some(Holder::Person(_)) => "自然人（不公开姓名）".to_owned(),
        _ => applicant(ground),
    };
    let (put_up, until) = (legal_day(now.day()), legal_day(until));
    let agency = super::super::signing_agency(case, ground.live, now.day());
    let phone = agency.map(|agency| format!("，或者致电{}", agency.phone)).unwrap_or_default();
    let page = format!("{}/claims/notices/{}", ground.public_url, case.no);
    vec![
        Block::Paragraph(format!("{by_clause}经审核，拟按“{name}”（批次{}）给予下列资金，现予公示。公示期自{put_up}起至{until}。", award.batch)),
        Block::Table {
            head: ["序号", "申请人", "兑现事项", "金额（元）"].map(str::to_owned).to_vec(),
            rows: vec![vec!["1".to_owned(), who, name.to_owned(), yuan(award.fen)]],
            widths: vec![1.0, 5.0, 5.0, 3.0],
        },
        Block::Paragraph(format!(
            "对公示内容有异议的，请于公示期内写明事实和联系方式，实名向本机关提出：{page}{phone}，也可以到综合窗口提出。本机关对异议逐条书面答复，答复以前不作决定；提出人的姓名和联系方式不公开。"
        )),
        Block::Paragraph(
            "公示不是兑现决定。公示期满、异议均已答复以后作出决定；对决定不服的，可以依法申请行政复议或者提起行政诉讼，期限和机关写在决定书上。"
                .to_owned(),
        ),
    ]
}
