//! `/themes`: one thing in the words of who wants it, and the guide through it: the next question, what follows from the answers so
//! far, and why. Answers come with the call and are not kept. Serves measures 3, 4 and 11.

use super::call::{Call, Given, Of};
use super::ground::{self, Ground, Limit, Named};
use super::intake::truth;
use super::problem::Fault;
use super::public;
use super::route::Route;
use super::shape::{Rows, shape};
use jiff::civil::Date;
use rulebook::bundle::{Bundle, Effort, State};
use rulebook::expression::Line;
use rulebook::guide::{Guide, Subject, Told, Verdict};
use rulebook::intake::{Answers, NOTHING_KNOWN};
use rulebook::item::Item;
use rulebook::theme::Theme;
use rulebook::{Rulebook, Text};
use std::collections::{BTreeMap, BTreeSet};

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/themes", list).says("一件事清单", "The themes: one thing in the words of who wants it"),
        Route::get("/themes/{code}", theme)
            .says("一件事的组成事项、条件和先后", "A theme: its items, when each is needed, and their order"),
        Route::post("/themes/{code}/guide", guide).says(
            "智能导引：按已有答案给出下一问、要办的手续、材料和理由；不保存",
            "The guide: from the answers so far the next question, what has to be done, the papers, and why; nothing is kept",
        ),
        Route::post("/themes/together", together).says(
            "自己选几个事项一起办：先后、材料和省了什么；不保存",
            "Several items picked freely: their order, their papers and what it spares; nothing is kept",
        ),
    ]
}

shape! { ThemeRow, "一件事", "A theme", {
    code: String = "代码", "Code";
    name: Text = "名称", "Name";
    summary: String = "一句话说明", "In one sentence";
    level: Text = "哪一级清单", "Whose list it stands on";
    list: String = "清单", "The list";
    version: String = "版本", "Version";
    items: Vec<String> = "组成事项的代码", "Codes of its items";
    status: String = "verified 或 example", "verified or example";
} }

shape! { ThemeWhole, "一件事的全部", "A theme, whole", {
    theme: ThemeRow = "一件事", "The theme";
    lead: Named = "牵头单位", "The body that leads";
    components: Vec<ComponentTold> = "组成事项", "Its items";
    promised: Option<Limit> = "整体承诺", "Promise for the whole";
    ceiling: Option<Limit> = "联合办理上限", "Ceiling of joint handling";
    basis: Vec<Ground> = "依据", "Its grounds";
    source: String = "来源", "Source";
} }

shape! { ComponentTold, "组成事项", "An item of a theme", {
    item: Named = "事项", "The item";
    when: Option<String> = "什么情况下要办（条件式）；空表示总要办", "When it is needed, as a condition; null where it always is";
    elsewhere: String = "在哪个系统办理；空表示在本平台", "The system where it is handled; empty where it is here";
    basis: Option<Ground> = "依据", "Its ground";
} }

shape! { taken GuideAsked, "已有的回答", "Answers so far", {
    answers: BTreeMap<String, String> = "字段代码到答案；多选用、连接", "Answers by the code of the field; several choices are joined by 、";
    unsure: Option<Vec<String>> = "回答“不清楚”的字段代码", "Codes of the fields answered with “don't know”";
} }

shape! { taken Picked, "所选事项", "Items that were picked", {
    items: Vec<String> = "事项代码", "Codes of the items";
} }

shape! { GuideTold, "导引给出的结果", "What the guide says", {
    edition: String = "规则书版本", "Edition of the rulebook";
    next: Option<QuestionTold> = "下一问；没有更多要问的为空", "The next question; null when no answer changes anything any more";
    contradictions: Vec<Contradiction> = "互相矛盾的回答", "Answers that contradict each other";
    items: Vec<PartTold> = "手续，按先后", "What has to be done, in its order";
    papers: Vec<PaperTold> = "要带的材料，每份一次", "Papers to bring, each once";
    circle: bool = "互为前提，不能一起办", "Whether some wait for one another, so that they cannot be handled together";
    one_by_one: EffortTold = "分开办的合计", "The sum one by one";
    together: EffortTold = "一起办的合计", "Handled together";
} }

shape! { QuestionTold, "下一问", "The next question", {
    field: String = "字段代码", "Code of the field";
    name: Text = "名称", "Name";
    wording: String = "怎么问", "How it is put";
    kind: String = "类型", "Kind";
    choices: Vec<String> = "可选的词", "Words to choose from";
    decides: usize = "影响多少项结果", "How many results hang on it";
} }

shape! { Contradiction, "互相矛盾的回答", "Answers that cannot stand together", {
    fields: Vec<String> = "字段代码", "Codes of the fields";
    why: Text = "为什么", "Why";
} }

shape! { PartTold, "一项手续", "One item of it", {
    item: Named = "事项", "The item";
    needed: String = "true 要办，false 不用办，unknown 看情况，needs-person 由人判断", "true, false, unknown while it depends, or needs-person";
    why: Vec<WhyTold> = "规则和答案，逐行", "The rule and the answers, line by line";
    branches: Vec<BranchTold> = "还没定时，各种回答会怎样", "While it is open: how it comes out for each answer";
    basis: Option<Ground> = "依据", "Its ground";
    limit: Option<Limit> = "期限：承诺的，没有则法定的", "Its limit: the promise, else the law's own";
    after: Vec<String> = "要等哪些事项有结果（代码）", "Codes of the items whose result it waits for";
} }

shape! { PaperTold, "一份材料", "A paper", {
    key: String = "材料代码", "Key of the material";
    name: Text = "名称", "Name";
    needed: String = "true、false、unknown 或 needs-person", "true, false, unknown or needs-person";
    why: Vec<WhyTold> = "规则和答案，逐行", "The rule and the answers, line by line";
    branches: Vec<BranchTold> = "还没定时，各种回答会怎样", "While it is open: how it comes out for each answer";
} }

shape! { WhyTold, "一行理由", "A line of a reason", {
    requirement: Text = "要求", "What is asked";
    actual: Text = "实际", "What is the case";
} }

shape! { BranchTold, "一种回答", "One answer", {
    field: String = "字段代码", "Code of the field";
    answer: Text = "回答", "The answer";
    needed: String = "那样的话：true、false、unknown 或 needs-person", "Then: true, false, unknown or needs-person";
} }

shape! { EffortTold, "要费多少事", "What it takes", {
    questions: usize = "填写项", "Questions to answer";
    papers: usize = "材料份数", "Papers to bring";
    visits: u32 = "跑动次数", "Trips to make";
    days: u32 = "到最后一项结果的工作日（按承诺估算）", "Working days until the last result, by the promises";
} }

async fn list(call: Call) -> Result<Given<Rows<ThemeRow>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    Ok(Given::of(Rows::all(live.rules.themes.values().map(row).collect())))
}

fn row(theme: &Theme) -> ThemeRow {
    ThemeRow {
        code: theme.code.get_ref().clone(),
        name: ground::name(&theme.name, theme.label.as_deref()),
        summary: theme.summary.clone(),
        level: theme.level.name(),
        list: theme.list.clone(),
        version: theme.version.clone(),
        items: theme.component.iter().map(|one| one.item.get_ref().clone()).collect(),
        status: ground::standing(theme.status),
    }
}

async fn theme(call: Call) -> Result<Given<ThemeWhole>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let theme = live.rules.themes.get(call.part("code")).ok_or_else(Fault::not_found)?;
    let state = Bundle::of_theme(&live.rules, theme).state(&Answers::new(), call.now.day());
    let component = |one: &rulebook::theme::Component| ComponentTold {
        item: public::item_name(&live.rules, one.item.get_ref()),
        when: one.when.as_ref().map(|when| when.get_ref().clone()),
        elsewhere: one.elsewhere.clone(),
        basis: one.basis.as_ref().map(Ground::from),
    };
    Ok(Given::of(ThemeWhole {
        theme: row(theme),
        lead: public::agency_name(&live.rules, theme.lead_body.get_ref()),
        components: theme.component.iter().map(component).collect(),
        promised: state.promised.map(Limit::from),
        ceiling: state.ceiling.map(Limit::from),
        basis: theme.basis.iter().map(Ground::from).collect(),
        source: theme.source.clone(),
    }))
}

async fn guide(call: Call, Of(body): Of<GuideAsked>) -> Result<Given<GuideTold>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let (rules, today) = (&live.rules, call.now.day());
    let theme = rules.themes.get(call.part("code")).ok_or_else(Fault::not_found)?;
    let answers = checked(rules, body.answers, today)?;
    let unsure: BTreeSet<String> = body.unsure.unwrap_or_default().into_iter().collect();
    Ok(Given::of(told(rules, &live.name, &Bundle::of_theme(rules, theme), &answers, &unsure, today)))
}

async fn together(call: Call, Of(body): Of<Picked>) -> Result<Given<GuideTold>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    if body.items.len() > live.rules.items.len() || body.items.iter().any(|code| !live.rules.items.contains_key(code)) {
        return Err(Fault::wrong("/items", Text::new("有的代码不是事项。", "Some of the codes name no item.")));
    }
    let bundle = Bundle::of_items(&live.rules, body.items.iter().map(String::as_str));
    let told = told(&live.rules, &live.name, &bundle, &Answers::new(), &BTreeSet::new(), call.now.day());
    Ok(Given::of(GuideTold { next: None, ..told }))
}

/// Answers to elements that there are, each of a form that can be read.
///
/// # Errors
/// Names every answer that is not.
pub fn checked(rules: &Rulebook, answers: BTreeMap<String, String>, today: Date) -> Result<Answers, Fault> {
    let mut errors = Vec::new();
    for (code, answer) in &answers {
        let fault = match rules.field_of(code) {
            Some(field) => rules.check_answer(field, answer, today).err(),
            None => Some(Text::new("没有这个数据元。", "There is no such element.")),
        };
        errors.extend(fault.map(|detail| serde_json::json!({ "pointer": format!("/answers/{code}"), "detail": detail })));
    }
    if errors.is_empty() {
        return Ok(answers);
    }
    let why = Text::new("有的回答不对。", "Some answers are not right.");
    Err(Fault::new(&super::problem::WRONG_SHAPE, why).with("errors", errors.into()))
}

fn told(
    rules: &Rulebook,
    edition: &str,
    bundle: &Bundle<'_>,
    answers: &Answers,
    unsure: &BTreeSet<String>,
    today: Date,
) -> GuideTold {
    let guide = Guide::of_bundle(bundle, today);
    let known = Told { answers, unsure };
    let verdicts = guide.verdicts(known, today);
    let state = bundle.state(answers, today);
    let saved = bundle.saved(answers, &NOTHING_KNOWN, today);
    let next = guide.next(known, today).map(|question| QuestionTold {
        field: question.field.code.clone(),
        name: ground::name(question.field.name.get_ref(), question.field.label.as_deref()),
        wording: question.wording.to_owned(),
        kind: ground::word(&question.field.kind),
        choices: rules.choices(question.field).to_vec(),
        decides: question.decides.len(),
    });
    let contradictions = bundle
        .contradictions(answers, today)
        .into_iter()
        .map(|one| Contradiction { fields: one.fields.iter().map(|code| (*code).to_owned()).collect(), why: one.why });
    let paper = |verdict: &Verdict<'_, '_>| match verdict.outcome.subject {
        Subject::Paper(material) => Some(PaperTold {
            key: material.key.get_ref().clone(),
            name: ground::name(&material.name, material.label.as_deref()),
            needed: truth(verdict.truth),
            why: why(verdict),
            branches: branches(verdict),
        }),
        _ => None,
    };
    GuideTold {
        edition: edition.to_owned(),
        next,
        contradictions: contradictions.collect(),
        items: state.order().into_iter().map(|place| part(&state, place, &verdicts)).collect(),
        papers: verdicts.iter().filter_map(paper).collect(),
        circle: !state.circle.is_empty(),
        one_by_one: effort(&saved.one_by_one),
        together: effort(&saved.together),
    }
}

fn part(state: &State<'_>, place: usize, verdicts: &[Verdict<'_, '_>]) -> PartTold {
    let standing = &state.members[place];
    let item = standing.member.item;
    let about = |verdict: &&Verdict<'_, '_>| matches!(verdict.outcome.subject, Subject::Item { item: known, .. } if std::ptr::eq(known, item));
    let verdict = verdicts.iter().find(about);
    let code = |item: &Item| item.code.get_ref().clone();
    let waits = standing.waits_for.iter().filter(|(_, truth)| *truth != rulebook::expression::Truth::False);
    PartTold {
        item: ground::named(item.code.get_ref(), &item.name, item.label.as_deref()),
        needed: truth(standing.needed),
        why: verdict.map(why).unwrap_or_default(),
        branches: verdict.map(branches).unwrap_or_default(),
        basis: standing.member.rule.and_then(|rule| rule.basis.as_ref()).map(Ground::from),
        limit: standing.limit.map(Limit::from),
        after: waits.map(|(before, _)| code(state.members[*before].member.item)).collect(),
    }
}

fn why(verdict: &Verdict<'_, '_>) -> Vec<WhyTold> {
    let line = |line: &Line| WhyTold { requirement: line.requirement.clone(), actual: line.actual.clone() };
    verdict.because.iter().flat_map(|(_, lines)| lines).map(line).collect()
}

fn branches(verdict: &Verdict<'_, '_>) -> Vec<BranchTold> {
    let one = |branch: &rulebook::guide::Branch<'_>| BranchTold {
        field: branch.field.code.clone(),
        answer: branch.value.words(),
        needed: truth(branch.truth),
    };
    verdict.branches.iter().map(one).collect()
}

fn effort(effort: &Effort) -> EffortTold {
    EffortTold { questions: effort.fields, papers: effort.papers, visits: effort.visits, days: effort.days }
}
