//! `/policies`: what is given to firms, clause by clause, and what it comes to for a firm that is described; `/me/policies`: the same
//! for the firm of the token, with what is known of it. Nothing here says that a firm qualifies. Serves measure 14.

use super::call::{Call, Done, Given, Of, bad_parameter};
use super::caller::{Caller, Scope};
use super::ground::{self, Ground, Named};
use super::problem::{FORBIDDEN, Fault};
use super::route::Route;
use super::shape::{At, Rows, shape};
use super::themes::checked;
use crate::portal::policies::finder::facts;
use crate::portal::policies::shown::{Group, Sorted, claim_item};
use crate::portal::policies::{Filter, Found, find, public};
use casework::{Actor, Holder};
use jiff::civil::Date;
use office::profiles::{MATCHING, word};
use office::rulebooks::Edition;
use office::{Failure, Office};
use policies::derived::{SizeOf, fill_size};
use rulebook::expression::Fact;
use rulebook::policy::{BenefitKind, Level, PolicyKind};
use rulebook::procedure::Role;
use rulebook::{Rulebook, Text};
use std::collections::BTreeMap;
use store::profiles::{Choices, Objection};

/// Clauses of each group that are explained.
const EXPLAINED: usize = 50;
const OBJECTIONS: u32 = 100;
/// Who answers objections, for the whole district.
const ANSWERERS: [Role; 2] = [Role::Supervisor, Role::Editor];

pub fn routes() -> Vec<Route> {
    let kinds = PolicyKind::GIVING.map(PolicyKind::word);
    let levels = Level::ALL.map(Level::word);
    let benefits = BenefitKind::GIVEN.map(BenefitKind::word);
    vec![
        Route::get("/policies", list)
            .says("惠企政策，逐条", "Policies for firms, clause by clause")
            .asks("text", "名称、说明、机关里的字", "Words of its name, explanation or body")
            .asks_one("kind", ("惠企还是招商", "For firms here, or for firms to come"), &kinds)
            .asks_one("level", ("哪一级", "Level"), &levels)
            .asks_one("benefit", ("给什么", "What is given"), &benefits)
            .asks("body", "办理机关", "The body")
            .asks_one("open", ("只要现在可以申报的", "Only what can be claimed now"), &["true", "false"])
            .asks_one("past", ("也要今天不在施行期的", "Also what is not in force today"), &["true", "false"])
            .paged(),
        Route::get("/policies/{code}", one).says("一条政策", "A clause of a policy"),
        Route::post("/policies/found", found).says(
            "我的企业是……：按给出的企业情况比对；不保存",
            "My firm is …: what the clauses come to for the facts given; nothing is kept",
        ),
        Route::get("/me/policies", mine)
            .with(Scope::Account)
            .says("本企业的政策，含理由和还缺的信息", "What the clauses come to for one's firm, why, and what is not known"),
        Route::get("/me/policies/profile", profile)
            .with(Scope::Account)
            .says("本企业的信息，逐条注明来源", "All that is known of one's firm, with who says so"),
        Route::put("/me/policies/profile/{element}", declare).with(Scope::Profile).says(
            "自报或更改一项；同时记录同意用于匹配",
            "Say one's own word of an element; that matching was agreed to goes on record",
        ),
        Route::delete("/me/policies/profile/{element}", take_back)
            .with(Scope::Profile)
            .says("撤回自报的一项", "Take back one's own word of an element"),
        Route::post("/me/policies/profile/{element}/objection", object)
            .with(Scope::Profile)
            .once()
            .says("对别人的记载提出异议", "Object to what others state of an element"),
        Route::put("/me/policies/choices", choose)
            .with(Scope::Profile)
            .says("是否匹配、多久提醒一次", "Whether to be matched, and how often to be told"),
        Route::get("/objections", waiting)
            .with(Scope::Guides)
            .says("待答复的异议（全区岗位）", "Objections that wait for an answer; for officers of the district"),
        Route::put("/objections/{id}/answered", answer)
            .with(Scope::Guides)
            .says("答复一项异议（全区岗位）", "Answer an objection; for officers of the district"),
    ]
}

shape! { ClauseRow, "一条政策", "A clause of a policy", {
    code: String = "条款代码", "Code of the clause";
    name: String = "名称", "Name";
    explanation: String = "用平常话说", "In plain words";
    benefit: String = "给什么：cash、loan、tax、rent、space、talent 或 qualification", "What is given: cash, loan, tax, rent, space, talent or qualification";
    says: String = "给什么，原文", "What is given, as the document says it";
    policy: Named = "文件", "The document";
    kind: String = "惠企或招商", "惠企, for firms here, or 招商, for firms to come";
    level: String = "国家、市、区或开发区", "国家, 市, 区 or 开发区";
    body: String = "办理机关", "The body";
    mode: String = "免申即享、快申快享或申报", "免申即享, 快申快享 or 申报";
    silent: Option<String> = "今天为什么不施行：draft、expired、superseded、not-yet；在施行的为空", "Why it is not in force today: expired, superseded or not-yet; null where it is";
    opens: Option<Date> = "这次或下次申报期的第一天；文件没写明的为空", "First day of this window or the next; null where none is stated";
    closes: Option<Date> = "最后一天", "Its last day";
    item: Option<String> = "现在在哪个事项申报", "Code of the item by which it is claimed now";
    status: String = "verified 或 example", "verified or example";
} }

shape! { ClauseWhole, "一条政策的全部", "A clause, whole", {
    clause: ClauseRow = "条款", "The clause";
    scope: Option<String> = "适用对象（条件式）", "Whom it speaks of, as a condition";
    when: String = "条件（条件式）", "What it asks, as a condition";
    judged: Vec<String> = "要由人判断的", "What a person must judge";
    papers: Vec<String> = "材料", "Papers";
    contact: String = "咨询", "Contact";
    budget: Option<String> = "预算", "What the body has to spend";
    number: String = "文号", "Number of the document";
    issuer: String = "发文机关", "Who issued it";
    from: Option<Date> = "施行自", "In force from";
    until: Option<Date> = "施行至", "In force until";
    passage: Vec<String> = "原文段落", "The paragraphs it is made from";
    superseded_by: Option<String> = "由哪份文件取代", "Code of the document that took its place";
    basis: Vec<Ground> = "依据", "Its grounds";
    source: String = "来源", "Source";
} }

shape! { taken FirmDescribed, "企业情况", "A firm described", {
    answers: BTreeMap<String, String> = "数据元代码到答案；多选用、连接", "Answers by the code of the element; several choices are joined by 、";
} }

shape! { PoliciesFound, "比对的结果；不是决定", "What the clauses come to; no decision", {
    matched: bool = "是否比对；企业关闭了自动匹配的不比对", "Whether it was matched; not where the firm switched that off";
    groups: Vec<GroupTold> = "各组", "The groups";
    not_met: usize = "条件没有满足的条数", "How many ask what is not the case";
    not_applicable: usize = "说的不是这样的企业的条数", "How many do not speak of such firms";
    questions: Vec<AskedElement> = "最能说明问题的几项数据在前", "What may be asked, what would settle most first";
} }

shape! { GroupTold, "一组", "A group", {
    group: String = "met 条件看来都满足，person 要由人判断，unknown 还缺信息，almost 差一点", "met, person (a person judges a part), unknown (not enough is known) or almost (missed by little)";
    count: usize = "条数", "How many";
    clauses: Vec<ResultTold> = "条款，最多五十条", "Clauses, at most fifty";
} }

shape! { ResultTold, "一条的结果", "What one clause comes to", {
    code: String = "条款代码", "Code of the clause";
    name: String = "名称", "Name";
    outcome: String = "promising、opportunity、needs-data 或 not-met", "promising, opportunity, needs-data or not-met";
    reasons: Vec<ReasonTold> = "起决定作用的条件", "The conditions that decide";
    missing: Vec<String> = "还不知道的数据元", "Elements that are not known";
    judged: Vec<String> = "要由人判断的", "What a person must judge";
    lacks: Vec<String> = "差一点的：要变的数据元", "Where it is missed by little: the elements that would have to differ";
    estimate: Option<String> = "测算金额（元），以办理机关决定为准", "Estimated amount in yuan; the body decides";
    at_most: bool = "测算是上限", "Whether the estimate is the most it can be";
    is_new: bool = "还没有告诉过本企业", "Whether the firm was not told of it yet";
} }

shape! { ReasonTold, "一个条件", "A condition", {
    requirement: Text = "要求", "What is asked";
    actual: Text = "实际", "What is the case";
    answer: String = "met、unmet、unknown、needs-person 或 not-applicable", "met, unmet, unknown, needs-person or not-applicable";
} }

shape! { AskedElement, "一项数据", "An element that may be asked for", {
    element: String = "数据元代码", "Code of the element";
    name: Text = "名称", "Name";
    kind: String = "类型", "Kind";
    choices: Vec<String> = "可选的词", "Words to choose from";
    clauses: usize = "多少条要看它", "How many clauses hang on it";
} }

shape! { ProfileTold, "本企业的信息", "What is known of the firm", {
    firm: String = "统一社会信用代码", "Credit code";
    size: Option<String> = "平台算出的企业划型；没有算出的为空", "Its size as the platform computes it; null where it does not";
    matched: bool = "是否自动匹配", "Whether it is matched";
    told_every: u32 = "最多几天提醒一次；0 为不提醒", "Told at most once in so many days; 0 means never";
    facts: Vec<FactTold> = "各项数据", "The elements";
    consents: Vec<ConsentTold> = "同意记录，新的在前", "What was agreed to and taken back, the newest first";
    objections: Vec<ObjectionTold> = "异议", "Objections";
} }

shape! { FactTold, "一项数据", "An element", {
    element: String = "数据元代码", "Code of the element";
    name: Text = "名称", "Name";
    differ: bool = "说法不一", "Whether they differ";
    stated: Vec<StatementTold> = "各方的说法，最先的算数", "What each states";
} }

shape! { StatementTold, "一方的说法", "A statement", {
    value: Text = "值", "The value";
    source: String = "official 官方，imported 导入，self-declared 自报", "official, imported or self-declared";
    origin: String = "从哪里来", "Where it comes from";
    period: String = "所属期", "The period it is of";
    observed: Option<Date> = "何日的情况", "As of";
    ground: Option<String> = "用于匹配的依据：duty、consent 或 public；没有记录的为空", "On which ground it is matched: duty, consent or public; null where none is on record";
} }

shape! { ConsentTold, "一次同意或撤回", "Consent given or taken back", {
    given: bool = "同意还是撤回", "Whether it was given";
    at: At = "时间", "When";
} }

shape! { ObjectionTold, "异议", "An objection", {
    id: String = "编号", "Identifier";
    firm: String = "统一社会信用代码", "Credit code";
    element: String = "哪项数据", "Name of the element";
    said: String = "当时的记载", "What was stated";
    words: String = "哪里不对", "What is wrong";
    at: At = "时间", "When";
    answer: Option<String> = "答复", "The answer";
    answered_at: Option<At> = "答复时间", "Answered";
} }

shape! { taken Declared, "自报", "One's own word", {
    value: String = "值；多选用、连接", "The value; several choices are joined by 、";
} }

shape! { taken Objected, "异议", "An objection", {
    words: String = "哪里不对，最多一千字", "What is wrong, at most a thousand characters";
} }

shape! { taken MatchingChosen, "选择", "What is chosen", {
    matched: bool = "用企业信息匹配政策", "Whether its facts are matched";
    told_every: u32 = "最多几天提醒一次：0 不提醒，1 或 7", "Told at most once in so many days: 0 for never, 1 or 7";
} }

shape! { taken Reply, "答复", "An answer", {
    answer: String = "答复，最多一千字", "The answer, at most a thousand characters";
} }

async fn list(call: Call) -> Result<Given<Rows<ClauseRow>>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let today = call.now.day();
    let text = |name: &str| call.asked(name).unwrap_or("").to_owned();
    let benefit = match call.asked("benefit") {
        None => String::new(),
        Some(word) => {
            let kind = BenefitKind::GIVEN.into_iter().find(|kind| kind.word() == word);
            kind.ok_or_else(|| bad_parameter("benefit"))?.name().zh
        }
    };
    let filter = Filter {
        text: text("text"),
        kind: text("kind"),
        level: text("level"),
        body: text("body"),
        benefit,
        open: call.asked("open") == Some("true"),
        past: call.asked("past") == Some("true"),
    };
    let (after, limit) = (call.asked("after").unwrap_or(""), call.limit()?);
    let mut found: Vec<Found<'_>> = public(&live.rules).filter(|one| filter.takes(today, *one)).collect();
    found.sort_by_key(|(_, clause)| clause.code.get_ref());
    let rest = found.into_iter().filter(|(_, clause)| clause.code.get_ref().as_str() > after);
    let mut rows: Vec<ClauseRow> = rest.take(limit + 1).map(|one| row(&live.rules, one, today)).collect();
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|last| last.code.clone());
    Ok(Given::of(Rows { rows, next }))
}

fn row(rules: &Rulebook, (policy, clause): Found<'_>, today: Date) -> ClauseRow {
    let window = clause.window.as_ref().and_then(|window| window.open_or_next(today));
    let silent = policy.silent(today);
    ClauseRow {
        code: clause.code.get_ref().clone(),
        name: clause.name.clone(),
        explanation: clause.explanation.clone(),
        benefit: clause.benefit.kind.word().to_owned(),
        says: clause.benefit.says.clone(),
        policy: ground::named(policy.code.get_ref(), &policy.name, policy.label.as_deref()),
        kind: policy.kind.word().to_owned(),
        level: policy.level.word().to_owned(),
        body: clause.body.clone(),
        mode: ground::word(&clause.mode),
        silent: silent.as_ref().map(ground::word),
        opens: window.map(|(from, _)| from),
        closes: window.map(|(_, until)| until),
        item: claim_item(rules, clause.code.get_ref(), today).filter(|_| silent.is_none()).map(str::to_owned),
        status: ground::standing(policy.status),
    }
}

async fn one(call: Call) -> Result<Given<ClauseWhole>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let (policy, clause) = find(&live.rules, call.part("code")).ok_or_else(Fault::not_found)?;
    Ok(Given::of(ClauseWhole {
        clause: row(&live.rules, (policy, clause), call.now.day()),
        scope: clause.scope.as_ref().map(|scope| scope.get_ref().clone()),
        when: clause.when.get_ref().clone(),
        judged: clause.judged.clone(),
        papers: clause.papers.clone(),
        contact: clause.contact.clone(),
        budget: clause.budget.as_ref().map(|budget| budget.get_ref().clone()),
        number: policy.number.clone(),
        issuer: policy.issuer.clone(),
        from: policy.from,
        until: policy.until,
        passage: policy.passage(clause).map(|(_, text)| text.to_owned()).collect(),
        superseded_by: policy.superseded_by.as_ref().map(|code| code.get_ref().clone()),
        basis: policy.basis.iter().map(Ground::from).collect(),
        source: policy.source.clone(),
    }))
}

async fn found(call: Call, Of(body): Of<FirmDescribed>) -> Result<Given<PoliciesFound>, Fault> {
    let live = call.app.office.rulebooks.live()?;
    let mut facts = facts(&live.rules, &checked(&live.rules, body.answers, call.now.day())?);
    fill_size(&live.rules, &mut facts);
    Ok(Given::of(sorted(&live, &facts, call.now.day(), |_| false)))
}

/// What the clauses of the day come to, in groups; `is_new` tells of which the firm was not told.
fn sorted(live: &Edition, facts: &[Fact], today: Date, is_new: impl Fn(&str) -> bool) -> PoliciesFound {
    let shelf = live.shelf(today);
    let rules = &live.rules;
    let sorted = Sorted::of(live, &shelf, facts);
    let result = |at: usize, almost: Option<&policies::explain::Almost>| {
        let clause = &shelf.library.clauses[at];
        let why = clause.explain(&rules.dictionary, facts, today);
        let amount = why.estimate.as_ref().and_then(|estimate| estimate.amount);
        ResultTold {
            code: clause.code.clone(),
            name: find(rules, &clause.code).map(|(_, clause)| clause.name.clone()).unwrap_or_default(),
            outcome: why.outcome.word().to_owned(),
            reasons: why
                .reasons
                .into_iter()
                .map(|one| ReasonTold { requirement: one.requirement, actual: one.actual, answer: one.answer.to_owned() })
                .collect(),
            missing: why.missing,
            judged: why.judged,
            lacks: almost.map(|almost| almost.facts.clone()).unwrap_or_default(),
            estimate: amount.map(|amount| amount.to_string()),
            at_most: why.estimate.is_some_and(|estimate| estimate.at_most),
            is_new: is_new(&clause.code),
        }
    };
    let group = |(group, own): &(Group, Vec<(usize, Option<policies::explain::Almost>)>)| GroupTold {
        group: group.word().to_owned(),
        count: own.len(),
        clauses: own.iter().take(EXPLAINED).map(|(at, almost)| result(*at, almost.as_ref())).collect(),
    };
    let asked = sorted.questions(rules, facts).map(|(field, clauses)| AskedElement {
        element: field.code.clone(),
        name: ground::name(field.name.get_ref(), field.label.as_deref()),
        kind: ground::word(&field.kind),
        choices: rules.choices(field).to_vec(),
        clauses,
    });
    PoliciesFound {
        matched: true,
        groups: sorted.groups.iter().map(group).collect(),
        not_met: sorted.count(policies::Outcome::NotMet),
        not_applicable: sorted.count(policies::Outcome::NotApplicable),
        questions: asked.collect(),
    }
}

/// The firm of the token and the person behind it; only those who may see all of its matters see what is matched with it.
fn own_firm(caller: &Caller) -> Result<(&str, &str), Fault> {
    match &caller.actor {
        Actor::Applicant { person, holder: Holder::Firm(code), .. } if caller.actor.mandated_items().is_none() => {
            Ok((code, person))
        }
        Actor::Applicant { holder: Holder::Firm(_), .. } => Err(Fault::plain(&FORBIDDEN).code("not-yours")),
        Actor::Applicant { .. } => Err(Fault::not_found()),
        _ => caller.holder().and(Err(Fault::not_found())),
    }
}

async fn mine(call: Call) -> Result<Given<PoliciesFound>, Fault> {
    let (firm, _) = own_firm(call.caller()?)?;
    let store = &call.app.office.store;
    if !store.profile_choices(firm).await?.matched {
        let nothing = (Vec::new(), Vec::new());
        let found = PoliciesFound { matched: false, groups: nothing.0, not_met: 0, not_applicable: 0, questions: nothing.1 };
        return Ok(Given::of(found));
    }
    let live = call.app.office.rulebooks.live()?;
    let known = call.app.office.known_of(firm).await?;
    let told = store.matches_of(firm).await?;
    let is_new = |code: &str| told.get(code).is_some_and(Option::is_none);
    Ok(Given::of(sorted(&live, &known.facts, call.now.day(), is_new)))
}

async fn profile(call: Call) -> Result<Given<ProfileTold>, Fault> {
    let (firm, _) = own_firm(call.caller()?)?;
    Ok(Given::of(profile_of(&call.app.office, firm).await?))
}

/// All that is known of a firm for matching, as the firm itself is told.
pub(crate) async fn profile_of(office: &Office, firm: &str) -> Result<ProfileTold, Failure> {
    let live = office.rulebooks.live()?;
    let known = office.known_of(firm).await?;
    let choices = office.store.profile_choices(firm).await?;
    let purposes = office.store.purposes().await?;
    let ground_of = |told: &office::profiles::Told| match told.stated.source {
        policies::Source::SelfDeclared => Some("consent".to_owned()),
        _ => purposes.get(&told.origin).filter(|noted| noted.purpose == MATCHING).map(|noted| noted.ground.clone()),
    };
    let facts = known.told.iter().filter_map(|(index, told)| {
        let field = live.rules.fields.get(&*live.rules.dictionary.at(*index)?.name)?;
        let stated = told.iter().map(|one| StatementTold {
            value: one.words(field),
            source: word(one.stated.source).to_owned(),
            origin: one.origin.clone(),
            period: one.stated.period.clone(),
            observed: one.stated.observed,
            ground: ground_of(one),
        });
        Some(FactTold {
            element: field.code.clone(),
            name: ground::name(field.name.get_ref(), field.label.as_deref()),
            differ: known.contradicted.contains(index),
            stated: stated.collect(),
        })
    });
    let facts = facts.collect();
    let size = match known.size {
        Some(SizeOf::Computed(size, _)) => Some(size.word().to_owned()),
        _ => None,
    };
    let consents = office.store.consents_of(firm, OBJECTIONS).await?;
    let objections = office.store.objections_of(firm, OBJECTIONS).await?;
    Ok(ProfileTold {
        firm: firm.to_owned(),
        size,
        matched: choices.matched,
        told_every: choices.told_every,
        facts,
        consents: consents.into_iter().map(|one| ConsentTold { given: one.given, at: At(one.at) }).collect(),
        objections: objections.into_iter().map(objection_told).collect(),
    })
}

fn objection_told(one: Objection) -> ObjectionTold {
    ObjectionTold {
        id: one.id,
        firm: one.firm,
        element: one.element,
        said: one.said,
        words: one.words,
        at: At(one.at),
        answer: one.answer,
        answered_at: one.answered_at.map(At),
    }
}

async fn declare(call: Call, Of(body): Of<Declared>) -> Result<Done, Fault> {
    let (firm, person) = own_firm(call.caller()?)?;
    let office = &call.app.office;
    let live = office.rulebooks.live()?;
    let field = live.rules.field_of(call.part("element")).ok_or_else(Fault::not_found)?;
    let value = body.value.trim();
    if value.is_empty() {
        return Err(Fault::wrong("/value", Text::new("不能为空；撤回用 DELETE。", "It is empty; take it back with DELETE.")));
    }
    live.rules.check_answer(field, value, call.now.day()).map_err(|fault| Fault::wrong("/value", fault))?;
    office.declare(firm, &field.code, value).await?.map_err(|fault| Fault::wrong("/value", fault))?;
    office.agreed_by_declaring(firm, person).await?;
    Ok(Done)
}

async fn take_back(call: Call) -> Result<Done, Fault> {
    let (firm, _) = own_firm(call.caller()?)?;
    let live = call.app.office.rulebooks.live()?;
    let field = live.rules.field_of(call.part("element")).ok_or_else(Fault::not_found)?;
    call.app.office.declare(firm, &field.code, "").await?.map_err(|fault| Fault::wrong("/value", fault))?;
    Ok(Done)
}

async fn object(call: Call, Of(body): Of<Objected>) -> Result<Done, Fault> {
    let (firm, _) = own_firm(call.caller()?)?;
    let (element, request) = (call.part("element"), call.request()?);
    let objected = call.app.office.object(firm, element, &body.words, &office::ids::digest(request)).await?;
    objected.map_err(|fault| Fault::wrong("/words", fault))?;
    Ok(Done)
}

async fn choose(call: Call, Of(body): Of<MatchingChosen>) -> Result<Done, Fault> {
    let (firm, person) = own_firm(call.caller()?)?;
    if ![0, 1, 7].contains(&body.told_every) {
        return Err(Fault::wrong("/told-every", Text::new("只能是 0、1 或 7。", "It is 0, 1 or 7.")));
    }
    let choices = Choices { matched: body.matched, told_every: body.told_every };
    call.app.office.choose_matching(firm, choices, person).await?;
    Ok(Done)
}

async fn waiting(call: Call) -> Result<Given<Rows<ObjectionTold>>, Fault> {
    call.caller()?.officer_of_district(&ANSWERERS, call.now.day())?;
    let found = call.app.office.store.open_objections(OBJECTIONS).await?;
    Ok(Given::of(Rows::all(found.into_iter().map(objection_told).collect())))
}

async fn answer(call: Call, Of(body): Of<Reply>) -> Result<Done, Fault> {
    let officer = call.caller()?.officer_of_district(&ANSWERERS, call.now.day())?;
    let text: String = body.answer.trim().chars().take(office::profiles::LONGEST_OBJECTION).collect();
    if text.is_empty() {
        return Err(Fault::wrong("/answer", Text::new("请写明答复。", "Say what the answer is.")));
    }
    let by = format!("s:{}", officer.id);
    let answered = call.app.office.store.answer_objection(call.part("id"), &text, &by, call.now).await?;
    if answered { Ok(Done) } else { Err(Fault::not_found()) }
}
