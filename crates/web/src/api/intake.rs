//! `/items/{code}/intake`: what an item asks for, given some answers. The function behind it is the one of the portal and of the
//! counter, so the same answers give the same questions, papers and faults at every door (无差别受理). Nothing is kept.

use super::call::{Call, Given, Of};
use super::ground;
use super::problem::Fault;
use super::route::Route;
use super::shape::shape;
use jiff::civil::Date;
use rulebook::Text;
use rulebook::commitment::{OF_PERMIT, OF_PROOF};
use rulebook::expression::{Cause, Truth};
use rulebook::intake::Intake;
use rulebook::item::Item;
use rulebook::{Rulebook, field::Field};
use std::collections::BTreeMap;

/// Longest list of papers that is looked at.
const MOST_PAPERS: usize = 200;

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/items/{code}/intake", ask)
            .says("按已有答案说明还需要什么", "What the item asks for, given some answers: questions, faults and papers"),
    ]
}

shape! { taken Answered, "已有的答案和材料", "Answers and papers so far", {
    answers: BTreeMap<String, String> = "字段代码到答案；多选用、连接", "Answers by the code of the field; several choices are joined by 、";
    papers: Option<Vec<String>> = "已有材料的代码", "Keys of the papers that are there";
} }

shape! { AskedFor, "需要什么", "What is asked for", {
    item: String = "事项代码", "Code of the item";
    edition: String = "规则书版本", "Edition of the rulebook";
    complete: bool = "没有错误也不缺材料", "Nothing is wrong and nothing is missing";
    sections: Vec<AskedSection> = "表单各部分", "Parts of the form";
    papers: Vec<AskedPaper> = "材料", "Papers";
    lacking: Vec<String> = "还缺的材料代码", "Keys of the papers still to be handed in";
    foreign: Vec<String> = "表单没有问的字段；提交时会被拒绝", "Fields the form does not ask for; refused when sent";
    commitments: Vec<Offered> = "可以选择的告知承诺；不选就是一般程序", "Commitments that may be chosen; without one it goes the ordinary way";
} }

shape! { Offered, "一项告知承诺", "A commitment that may be chosen", {
    answer: String = "答案的代码；值为告知文本的版本号，空为一般程序；提交即为签署", "Code of the answer: its value is the number of the notice, empty for the ordinary way; sending signs it";
    name: Text = "事项或材料", "The item or the paper";
    notice: u32 = "现行告知文本的版本", "Number of the notice in force";
    text: String = "签署的文本，承诺人和日期以提交时为准", "What is signed; name and day are those of sending";
} }

shape! { AskedSection, "表单的一部分", "A part of the form", {
    title: Text = "标题", "Title";
    applies: String = "true、false 或 unknown", "true, false or unknown";
    questions: Vec<AskedQuestion> = "问题", "Questions";
} }

shape! { AskedQuestion, "问题", "A question", {
    field: String = "字段代码", "Code of the field";
    name: Text = "名称", "Name";
    kind: String = "类型", "Kind";
    applies: String = "true、false 或 unknown（取决于还没有的答案）", "true, false, or unknown while something it depends on is open";
    required: bool = "适用时必填", "Whether it must be answered where it applies";
    answer: Option<String> = "已有的答案", "The answer so far";
    fault: Option<Text> = "答案或缺答的问题", "What is wrong with the answer, or with there being none";
    choices: Vec<String> = "可选的词", "Words to choose from";
} }

shape! { AskedPaper, "材料", "A paper", {
    key: String = "材料代码", "Key of the material";
    name: Text = "名称", "Name";
    applies: String = "true、false 或 unknown", "true, false or unknown";
    necessity: String = "required、deferrable 或 optional", "required, deferrable or optional";
    handed: bool = "已有", "Whether it is there";
    lacks: bool = "仍须提交", "Whether it still has to be handed in";
} }

async fn ask(call: Call, Of(body): Of<Answered>) -> Result<Given<AskedFor>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let item = live.rules.items.get(call.part("code")).ok_or_else(Fault::not_found)?;
    let papers = body.papers.unwrap_or_default();
    if papers.len() > MOST_PAPERS {
        return Err(Fault::wrong("/papers", Text::new(format!("最多{MOST_PAPERS}份。"), format!("At most {MOST_PAPERS}."))));
    }
    let intake = live.rules.intake(item, &body.answers, &papers, call.now.day());
    Ok(Given::of(told(&live.rules, &live.name, item.code.get_ref(), &intake, call.now.day())))
}

/// The commitments that may be chosen on that day: of the item, and of its papers.
fn offered(rules: &Rulebook, item: &Item, today: Date) -> Vec<Offered> {
    const WHO: &str = "申请人";
    let of_item = item.commitment.as_ref().and_then(|own| own.notice_on(today)).and_then(|told| {
        let text = rules.commitment_text(item, told.version, WHO, today)?;
        let (answer, name) = (format!("{OF_PERMIT}{}", item.code.get_ref()), ground::name(&item.name, item.label.as_deref()));
        Some(Offered { answer, name, notice: told.version, text })
    });
    let of_papers = item.material.iter().filter_map(|needed| {
        let material = rules.materials.get(needed.key.get_ref())?;
        let told = rules.proof_in(item, material)?.notice_on(today)?;
        let text = rules.proof_text(material, WHO, today)?;
        let answer = format!("{OF_PROOF}{}", needed.key.get_ref());
        Some(Offered { answer, name: ground::name(&material.name, material.label.as_deref()), notice: told.version, text })
    });
    of_item.into_iter().chain(of_papers).collect()
}

pub fn told(rules: &Rulebook, edition: &str, item: &str, intake: &Intake<'_>, today: Date) -> AskedFor {
    let name = |field: &Field| ground::name(field.name.get_ref(), field.label.as_deref());
    let lacking = intake.lacking();
    let sections = intake.parts.iter().map(|part| AskedSection {
        title: ground::name(&part.section.title, part.section.label.as_deref()),
        applies: truth(part.applies),
        questions: part
            .questions
            .iter()
            .map(|question| AskedQuestion {
                field: question.field.code.clone(),
                name: name(question.field),
                kind: ground::word(&question.field.kind),
                applies: truth(question.applies),
                required: question.required,
                answer: question.answer.map(str::to_owned),
                fault: question.fault.clone(),
                choices: rules.choices(question.field).to_vec(),
            })
            .collect(),
    });
    let papers = intake.papers.iter().map(|paper| AskedPaper {
        key: paper.needed.key.get_ref().clone(),
        name: ground::name(&paper.material.name, paper.material.label.as_deref()),
        applies: truth(paper.applies),
        necessity: ground::word(&paper.necessity),
        handed: paper.handed,
        lacks: paper.lacks(),
    });
    AskedFor {
        item: item.to_owned(),
        edition: edition.to_owned(),
        complete: intake.faults().next().is_none() && lacking.is_empty() && intake.foreign.is_empty(),
        sections: sections.collect(),
        papers: papers.collect(),
        lacking,
        foreign: intake.foreign.clone(),
        commitments: rules.items.get(item).map_or_else(Vec::new, |item| offered(rules, item, today)),
    }
}

/// Answers that the form does not ask for, or that are wrong, as a refusal that names each.
pub fn faults(intake: &Intake<'_>) -> Option<Fault> {
    let foreign =
        intake.foreign.iter().map(|code| (code.clone(), Text::new("申请表中没有这一项。", "The form does not ask for this.")));
    let wrong = intake.faults().map(|(question, fault)| (question.field.code.clone(), fault.clone()));
    let errors: Vec<_> = foreign.chain(wrong).collect();
    if errors.is_empty() {
        return None;
    }
    let n = errors.len();
    let listed: Vec<_> = errors
        .iter()
        .map(|(code, detail)| serde_json::json!({ "pointer": format!("/answers/{code}"), "detail": detail }))
        .collect();
    let detail = Text::new(format!("有{n}处没有填好。"), format!("{n} answers are missing or wrong."));
    Some(Fault::new(&super::problem::WRONG_SHAPE, detail).code("incomplete").with("errors", serde_json::Value::Array(listed)))
}

pub fn truth(truth: Truth) -> String {
    match truth {
        Truth::True => "true",
        Truth::False | Truth::NotApplicable => "false",
        Truth::Unknown(Cause::Missing) => "unknown",
        Truth::Unknown(Cause::NeedsPerson) => "needs-person",
    }
    .to_owned()
}
