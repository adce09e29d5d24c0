//! `/cases/{no}/acts`: which acts are open and what stands in the way of the others, and doing one.
//!
//! The body of an act is what `casework::Act` reads, without the name, which is in the path. What each act takes stands in
//! [`ACTS`]; a test holds it against the acts themselves.

use super::call::{Call, Given, Of, Part as Bytes, key_reused};
use super::caller::Scope;
use super::cases::{self, CaseTold};
use super::problem::{Fault, OVERTAKEN, WRONG_SHAPE};
use super::route::Route;
use super::shape::{Definitions, Rows, Shape, object, shape};
use casework::act::NAMES;
use casework::{Act, CaseNo, narrate, open_acts};
use office::Outcome;
use rulebook::Text;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Longest text of an act, in characters.
const LONGEST: usize = 10_000;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/cases/{no}/acts", open)
            .with(Scope::Cases)
            .says("现在可以办理的行为；不能的说明原因", "The acts of this step, and what stands in the way of each"),
        Route::put("/cases/{no}/files", take_file)
            .with(Scope::Acts)
            .says(
                "上传一份附件（不超过4 MiB），供随后的现场核查、部门意见、承诺核查、整改报告引用",
                "Upload a file (up to 4 MiB) that an inspection, opinion, check or report may then name",
            )
            .needs_for("name", ("文件名", "File name"), json!({ "type": "string", "maxLength": 200 })),
        Route::post("/cases/{no}/acts/{act}", perform)
            .with(Scope::Acts)
            .once()
            .versioned()
            .says("办理一个行为；请求体见 Act", "Perform an act; for the body see Act"),
    ]
}

/// What a field of an act holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    /// A code of the rulebook, a key or an identifier.
    Code,
    Codes,
    Flag,
    Number,
    /// 1 to 5.
    Level,
    /// One of these words.
    OneOf(&'static [&'static str]),
    Day,
    Hour,
    Defects,
    /// Where a matter stands in a partner system.
    Stand,
}

pub struct Part {
    pub name: &'static str,
    pub holds: Holds,
    pub optional: bool,
    pub words: (&'static str, &'static str),
}

pub struct ActShape {
    pub name: &'static str,
    pub parts: &'static [Part],
    /// What is put in because the API takes it another way: papers and answers come through a draft.
    pub fixed: &'static [(&'static str, &'static str)],
}

const fn part(name: &'static str, holds: Holds, zh: &'static str, en: &'static str) -> Part {
    Part { name, holds, optional: false, words: (zh, en) }
}

const fn may(name: &'static str, holds: Holds, zh: &'static str, en: &'static str) -> Part {
    Part { name, holds, optional: true, words: (zh, en) }
}

const fn act(name: &'static str, parts: &'static [Part]) -> ActShape {
    ActShape { name, parts, fixed: &[] }
}

/// Acts that are not done here, and why.
pub const ELSEWHERE: [(&str, &str, &str); 15] = [
    ("submit", "通过 POST /drafts 和 /drafts/{id}/submit 提交", "Sent through POST /drafts and /drafts/{id}/submit"),
    ("supply", "通过 POST /cases/{no}/correction 得到草稿后提交", "Sent through the draft of POST /cases/{no}/correction"),
    (
        "supply-deferred",
        "通过 POST /cases/{no}/correction 得到草稿后提交",
        "Sent through the draft of POST /cases/{no}/correction",
    ),
    (
        "supply-promised",
        "通过 POST /cases/{no}/correction 得到草稿后提交",
        "Sent through the draft of POST /cases/{no}/correction",
    ),
    ("record-letter", "由系统登记", "Recorded by the system"),
    ("check-clocks", "由时钟进行", "Done by the clock"),
    ("succeed", "由后续办件引起", "Follows from a later case"),
    ("open-component", "由系统进行", "Done by the system"),
    ("decide-at-once", "由系统按公布的规则进行", "Done by the system, by the published rules"),
    ("report-leg", "通过 POST /partners/{partner}/messages 回传", "Sent by a partner system to /partners/{partner}/messages"),
    ("tell-joint", "由一件事的办件引起", "Follows from the bundle"),
    ("settle-joint", "由该项的办件引起", "Follows from the case of the part"),
    ("show-joint", "在办件页面提交照片", "Photographs are sent on the page of the matter"),
    ("settle-component", "由该项的办件引起", "Follows from the case of the part"),
    ("amend-bundle", "通过 POST /cases/{no}/correction 得到草稿后提交", "Sent through the draft of POST /cases/{no}/correction"),
];

use Holds::{Code, Codes, Day, Defects, Flag, Hour, Level, Number, OneOf, Stand, Text as Words};
use store::keys::Claim;

/// As [`rulebook::theme::JointKind`] is written.
const JOINTS: &[&str] = &["联合辅导", "联合踏勘", "联合验收"];

/// As [`casework::commitment::Finding`] is written.
const FINDINGS_OF: &[&str] = &["passed", "rectify", "broken"];

/// As [`casework::event::IntakeGround`] is written.
const INTAKE_GROUNDS: &[&str] = &["elsewhere", "barred", "false-statement"];

const REASON: Part = part("reason", Words, "理由", "Reason");
const BASIS: Part = part("basis", Words, "依据", "Legal ground");
const TO: Part = part("to", Code, "工作人员编号", "Identifier of a member of staff");
const TEXT: Part = part("text", Words, "内容", "Text");
const ATTACHED: Part =
    may("attached", Codes, "附件，先用 PUT /cases/{no}/files 上传", "Files, uploaded before by PUT /cases/{no}/files");
const FINDINGS: Part = part("findings", Words, "发现", "Findings");

pub static ACTS: &[ActShape] = &[
    act(
        "receive",
        &[
            may("arrived", Day, "送达本机关的日期；不填为现在", "Day on which it reached the body; now if left out"),
            may("hour", Hour, "送达时刻", "Hour of arrival"),
        ],
    ),
    ActShape {
        name: "correct-on-spot",
        parts: &[part("what", Words, "更正了什么", "What was corrected")],
        fixed: &[("answers", "null"), ("papers", "[]")],
    },
    act(
        "ask-correction",
        &[
            part("defects", Defects, "需要补正的全部内容", "Everything to be corrected, at once"),
            may("exception", Words, "再次告知的理由", "Reason for a second telling"),
        ],
    ),
    act("accept", &[part("deferred", Codes, "容缺的材料代码", "Keys of the papers that may follow")]),
    act("find-not-needed", &[REASON]),
    act(
        "refuse-intake",
        &[
            REASON,
            may(
                "because",
                OneOf(INTAKE_GROUNDS),
                "法定情形：elsewhere（缺省）、barred、false-statement",
                "Ground: elsewhere (the default), barred, false-statement",
            ),
            may(
                "right-body",
                Code,
                "有权机关代码；不属于本机关职权的必须写明",
                "Code of the competent body; a must where the matter is another's",
            ),
        ],
    ),
    act("assign", &[TO, may("reason", Words, "理由", "Reason")]),
    act("claim", &[]),
    act("hand-over", &[TO, REASON]),
    act(
        "ask-opinion",
        &[
            part("agency", Code, "被征求意见的机关代码", "Code of the body that is asked"),
            part("question", Words, "问题", "Question"),
            may("after", Number, "在哪一次意见之后", "Number of the opinion to come first"),
            may("due", Day, "期限", "Due"),
        ],
    ),
    act(
        "give-opinion",
        &[
            part("number", Number, "第几次征求", "Number of the question"),
            part("agrees", Flag, "是否同意", "Whether it agrees"),
            TEXT,
            ATTACHED,
        ],
    ),
    act(
        "check-point",
        &[
            part("point", Number, "审查要点序号", "Number of the point"),
            part("met", Flag, "是否符合", "Whether it is met"),
            may("note", Words, "说明", "Note"),
        ],
    ),
    act(
        "inspect",
        &[
            part("officers", Codes, "核查人员编号，两名以上", "Identifiers of the inspectors, two or more"),
            part("on", Day, "核查日期", "Day of the inspection"),
            part("passed", Flag, "是否符合要求", "Whether all is in order"),
            FINDINGS,
            ATTACHED,
        ],
    ),
    act(
        "assign-testers",
        &[part("officers", Codes, "检验、检测、检疫人员编号，两名以上", "Identifiers of the officers, two or more")],
    ),
    act(
        "post-check",
        &[
            part("officers", Codes, "核查人员编号；现场核查两名以上", "Identifiers of the officers; on site two or more"),
            part("on", Day, "核查日期", "Day of the check"),
            part("finding", OneOf(FINDINGS_OF), "结论：passed、rectify、broken", "Finding: passed, rectify, broken"),
            FINDINGS,
            ATTACHED,
        ],
    ),
    act(
        "propose-award",
        &[
            part("amount", Words, "金额，写明单位，如20万元", "Amount with its unit, e.g. 20万元"),
            part("reasons", Words, "审查意见和计算过程", "What was found, and the reckoning"),
        ],
    ),
    act("publish-award", &[]),
    act("raise-objection", &[part("who", Words, "提出人和联系方式", "Who objects, and how to be reached"), TEXT]),
    act("answer-objection", &[part("number", Number, "第几条异议", "Number of the objection"), TEXT]),
    act(
        "name-account",
        &[
            part("payee", Words, "户名，与申请人名称一致", "Name of the account: the claimant's own"),
            part("number", Words, "账号", "Number"),
            part("bank", Words, "开户银行", "Bank"),
        ],
    ),
    act("order-payment", &[part("file", Words, "拨付清单编号", "Number of the payment file")]),
    act("recall-payment", &[part("reason", Words, "撤出原因", "Why it is taken out")]),
    act(
        "record-payment",
        &[
            part("paid", Flag, "是否已拨付", "Whether it was paid"),
            part("words", Words, "支付凭证号或者退回原因", "Voucher, or why it came back"),
        ],
    ),
    act("record-follow-up", &[part("kept", Flag, "承诺事项是否仍然成立", "Whether what was promised still holds"), TEXT]),
    act("demand-repayment", &[part("reasons", Words, "事实和理由", "Facts and reasons"), part("basis", Words, "依据", "Ground")]),
    act(
        "record-repayment",
        &[
            may(
                "amount",
                Words,
                "到账金额，写明单位，如5万元；不写的为尚欠的全部",
                "What arrived, with its unit, e.g. 5万元; all that is owed where it is left out",
            ),
            part("voucher", Words, "收款凭证号", "Voucher"),
        ],
    ),
    act(
        "ask-joint",
        &[part("kind", OneOf(JOINTS), "种类：联合辅导、联合踏勘、联合验收", "Kind, as the theme declares it"), REASON],
    ),
    act(
        "set-joint",
        &[
            part("number", Number, "哪一项联合事项", "Number of the joint act"),
            part("on", Day, "日期", "Day"),
            part("hour", Hour, "时刻", "Hour"),
            part("remote", Flag, "是否远程进行", "Whether it is done from afar"),
            part("place", Words, "地点", "Place"),
        ],
    ),
    act(
        "attend-joint",
        &[
            part("number", Number, "哪一项联合事项", "Number of the joint act"),
            part("officers", Codes, "参加人员编号；踏勘、验收两名以上", "Identifiers of who attended; two or more on site"),
            part("agrees", Flag, "是否符合要求", "Whether all is in order"),
            FINDINGS,
            ATTACHED,
        ],
    ),
    act("choose-ordinary", &[]),
    act("report-rectified", &[part("said", Words, "整改情况", "What was put right"), ATTACHED]),
    act("repair-credit", &[REASON]),
    act("invite-statement", &[part("party", Words, "利害关系人", "Who is concerned")]),
    act("hear-statement", &[TEXT]),
    act("offer-hearing", &[part("at-own-motion", Flag, "是否依职权举行", "Whether it is held at the body's own motion"), REASON]),
    act("ask-hearing", &[part("by-party", Words, "申请人或利害关系人", "Who asks")]),
    act("waive-hearing", &[]),
    act(
        "set-hearing",
        &[
            part("on", Day, "听证日期", "Day of the hearing"),
            part("hour", Hour, "听证时刻", "Hour of the hearing"),
            part("presider", Code, "主持人编号", "Identifier of the presiding officer"),
            part("place", Words, "地点", "Place"),
        ],
    ),
    act("hold-hearing", &[part("minutes", Words, "笔录", "Minutes")]),
    act(
        "begin-special",
        &[
            part("kind", Code, "特别程序代码", "Code of the special procedure"),
            BASIS,
            part("expected-end", Day, "预计结束日期", "Expected end"),
            part("notice", Words, "告知内容", "What the applicant is told"),
        ],
    ),
    act("end-special", &[part("outcome", Words, "结果", "Outcome")]),
    act("extend", &[part("n", Number, "延长多少，单位同期限", "By how much, in the unit of the limit"), REASON]),
    act(
        "review",
        &[
            part("agrees", Flag, "是否提请决定", "Whether it is passed on for decision"),
            part("opinion", Words, "审查意见", "Opinion"),
        ],
    ),
    act("grant", &[part("content", Words, "准予的内容", "What is granted")]),
    act(
        "refuse",
        &[
            part("reasons", Words, "理由", "Reasons"),
            BASIS,
            may("false-statement", Flag, "是否因隐瞒情况或者提供虚假材料", "Whether facts were hidden or papers false"),
        ],
    ),
    act("file", &[]),
    act("make-result", &[part("number", Words, "证照编号", "Number of the document"), part("name", Words, "名称", "Its name")]),
    act("deliver", &[part("manner", Words, "送达方式", "Manner"), part("receiver", Words, "签收人", "Receiver")]),
    act("withdraw", &[REASON]),
    act("return", &[REASON]),
    act("terminate", &[REASON, BASIS]),
    act("archive", &[]),
    act("end", &[part("ground", Code, "法定情形代码", "Code of the ground"), REASON]),
    act(
        "propose-penalty",
        &[
            part("ground", Code, "法定情形代码", "Code of the ground"),
            part("facts", Words, "违法事实和理由", "Facts and reasons"),
        ],
    ),
    act("classify", &[part("class", Code, "分类代码", "Code of the class")]),
    act("transfer", &[part("agency", Code, "机关代码", "Code of the body"), part("note", Words, "说明", "Note")]),
    act("resolve", &[part("solution", Words, "解决办法", "Solution")]),
    act("explain", &[REASON, BASIS, part("other-way", Words, "其他途径", "Another way")]),
    act("give-feedback", &[may("satisfied", Flag, "是否满意", "Whether satisfied"), part("words", Words, "内容", "In words")]),
    act("verify", &[part("confirmed", Flag, "是否属实", "Whether confirmed"), FINDINGS]),
    act(
        "find-root-cause",
        &[
            part("cause", Code, "原因代码", "Code of the cause"),
            may("item", Code, "事项代码", "Code of the item"),
            part("words", Words, "说明", "In words"),
        ],
    ),
    act("record", &[]),
    act("leave-component", &[part("item", Code, "事项代码", "Code of the item"), REASON]),
    act("take-up-component", &[part("item", Code, "事项代码", "Code of the item")]),
    act("ask-person", &[REASON]),
    act("audit", &[part("right", Flag, "自动办结是否无误", "Whether the decision by rule was right"), FINDINGS]),
    ActShape {
        name: "record-leg",
        parts: &[
            part("stand", Stand, "对方状态", "Where it stands there"),
            may("document", Words, "决定文号", "Number of the decision"),
            may("on", Day, "决定日期；不填为今天", "Its day; today if left out"),
            may("licence", Words, "证照编号", "Number of the licence"),
            part("words", Words, "怎么得知的，以及理由", "How it was found out, and reasons"),
        ],
        fixed: &[],
    },
    act("note", &[TEXT]),
    act("urge", &[TEXT]),
    act("supervise", &[TEXT]),
    act("publish-reason", &[part("clock", Code, "期限代码", "Code of the clock"), REASON]),
    act(
        "correct-error",
        &[may("letter", Number, "文书序号", "Number of the letter"), part("what", Words, "更正内容", "What is corrected")],
    ),
    act(
        "rate",
        &[
            part("level", Level, "1 非常满意 至 5 非常不满意", "1 very satisfied to 5 very dissatisfied"),
            may("words", Words, "说明", "In words"),
        ],
    ),
];

impl Part {
    fn schema(&self) -> Value {
        let mut schema = match self.holds {
            Holds::Text => json!({ "type": "string", "maxLength": LONGEST }),
            Code => json!({ "type": "string", "maxLength": 100 }),
            Codes => json!({ "type": "array", "items": { "type": "string", "maxLength": 100 }, "maxItems": 100 }),
            Flag => json!({ "type": "boolean" }),
            Number => json!({ "type": "integer", "minimum": 0 }),
            Level => json!({ "type": "integer", "minimum": 1, "maximum": 5 }),
            OneOf(words) => json!({ "type": "string", "enum": words }),
            Day => json!({ "type": "string", "format": "date" }),
            Hour => json!({ "type": "string", "maxLength": 20 }),
            Stand => json!({ "type": "string", "enum": rulebook::Stand::ALL.map(rulebook::Stand::word) }),
            Defects => {
                json!({ "type": "array", "maxItems": 200, "items": { "type": "object", "required": ["about", "words"], "additionalProperties": false, "properties": {
                "about": { "type": "string", "maxLength": 100 },
                "words": { "type": "string", "maxLength": LONGEST },
            } } })
            }
        };
        if self.optional {
            schema["type"] = json!([schema["type"], "null"]);
        }
        schema
    }
}

/// The body of an act: any object; which keys it has depends on the act in the path.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub struct Body(pub Map<String, Value>);

impl Shape for Body {
    fn schema(all: &mut Definitions) -> Value {
        all.named("Act", |all| {
            let lang = all.lang;
            let one_of = ACTS.iter().map(|act| {
                let title = casework::act::title(act.name);
                let keys = act.parts.iter().map(|part| super::shape::Key {
                    name: part.name.to_owned(),
                    schema: part.schema(),
                    words: part.words,
                    required: !part.optional,
                });
                let mut schema = object(lang, (&title.zh, &title.en), keys.collect());
                schema["title"] = json!(act.name);
                schema
            });
            json!({ "anyOf": one_of.collect::<Vec<_>>() })
        })
    }
}

/// The act that a name and a body amount to, and the identifiers of its files; unknown, missing and oversized parts are refused,
/// each with its place.
pub fn read(name: &str, body: Map<String, Value>) -> Result<(Act, Vec<String>), Fault> {
    if let Some((_, zh, en)) = ELSEWHERE.iter().find(|(known, ..)| *known == name) {
        return Err(Fault::new(&super::problem::REFUSED, Text::new(*zh, *en)).code("elsewhere"));
    }
    let act = ACTS.iter().find(|act| act.name == name).ok_or_else(Fault::not_found)?;
    let mut errors = Vec::new();
    for key in body.keys().filter(|key| !act.parts.iter().any(|part| part.name == key.as_str())) {
        errors.push((key.clone(), Text::new("这个行为没有这一项。", "The act has no such key.")));
    }
    for part in act.parts {
        let given = body.get(part.name).unwrap_or(&Value::Null);
        if given.is_null() {
            if !part.optional {
                errors.push((part.name.to_owned(), Text::new("缺少这一项。", "It is missing.")));
            }
        } else if let Some(fault) = fault(part.holds, given) {
            errors.push((part.name.to_owned(), fault));
        }
    }
    if !errors.is_empty() {
        let listed = errors.iter().map(|(key, detail)| json!({ "pointer": format!("/{key}"), "detail": detail })).collect();
        let detail =
            Text::new(format!("有{}处不符合要求。", errors.len()), format!("{} keys are not as they should be.", errors.len()));
        return Err(Fault::new(&WRONG_SHAPE, detail).with("errors", Value::Array(listed)));
    }
    let mut whole = body;
    let attached = whole.remove(ATTACHED.name).filter(|given| !given.is_null()).map(serde_json::from_value);
    let attached = attached.transpose().map_err(|error| super::call::unreadable(&error))?.unwrap_or_default();
    whole.insert("act".to_owned(), json!(name));
    for (key, value) in act.fixed {
        whole.insert((*key).to_owned(), serde_json::from_str(value).unwrap_or_default());
    }
    let act = serde_json::from_value(Value::Object(whole)).map_err(|error| super::call::unreadable(&error))?;
    Ok((act, attached))
}

shape! { FileTaken, "收下的附件", "A file that was taken in", {
    id: String = "编号，填入行为的 attached", "Identifier, for `attached` of the act";
} }

async fn take_file(call: Call, Bytes(bytes): Bytes) -> Result<Given<FileTaken>, Fault> {
    let row = cases::visible(&call).await?;
    let (office, actor, name) = (&call.app.office, &call.caller()?.actor, call.asked("name").unwrap_or_default());
    let id = office.uploads.take_for_case(&office.store, actor, &row.no, name, bytes.to_vec(), call.now).await?;
    Ok(Given::at(FileTaken { id }, row.version))
}

fn fault(holds: Holds, given: &Value) -> Option<Text> {
    let short = |value: &Value, most: usize| value.as_str().is_some_and(|text| text.chars().count() <= most);
    let fits = match holds {
        Holds::Text => short(given, LONGEST),
        Code => short(given, 100),
        Day | Hour | Stand => given.is_string(),
        Codes => given.as_array().is_some_and(|all| all.len() <= 100 && all.iter().all(|one| short(one, 100))),
        Flag => given.is_boolean(),
        Number => given.as_u64().is_some_and(|number| u32::try_from(number).is_ok()),
        OneOf(words) => given.as_str().is_some_and(|word| words.contains(&word)),
        Level => given.as_u64().is_some_and(|level| (1..=5).contains(&level)),
        Defects => given.as_array().is_some_and(|all| {
            all.len() <= 200
                && all.iter().all(|one| {
                    one.as_object().is_some_and(|one| one.len() == 2)
                        && short(&one["about"], 100)
                        && short(&one["words"], LONGEST)
                })
        }),
    };
    (!fits).then(|| Text::new("类型不对或太长。", "Of the wrong type, or too long."))
}

shape! { OpenAct, "一个行为", "An act", {
    act: String = "名称", "Name";
    title: Text = "叫法", "What people call it";
    open: bool = "现在能否办理", "Whether it can be done now";
    obstacle: Option<Obstacle> = "为什么不能", "What stands in the way";
} }

shape! { Obstacle, "障碍", "What stands in the way", {
    code: String = "规则", "The rule";
    why: Text = "理由", "Why";
    next: Text = "下一步", "What to do next";
    basis: Option<String> = "依据", "Its ground";
} }

async fn open(call: Call) -> Result<Given<Rows<OpenAct>>, Fault> {
    let row = cases::visible(&call).await?;
    let caller = call.caller()?;
    let acts = call.app.office.scene(&row.no, &caller.actor, |scene| {
        let told = open_acts(scene).into_iter().map(|(allowed, stands)| {
            let name = allowed.act.get_ref();
            let title = casework::act::title(name);
            let title = Text::new(allowed.name.as_ref().unwrap_or(&title.zh), allowed.label.as_ref().unwrap_or(&title.en));
            let obstacle = stands.err().map(|refusal| Obstacle {
                code: refusal.code,
                why: refusal.why,
                next: refusal.next,
                basis: refusal.basis,
            });
            OpenAct { act: name.clone(), title, open: obstacle.is_none(), obstacle }
        });
        told.collect::<Vec<_>>()
    });
    Ok(Given::at(Rows::all(acts.await?.ok_or_else(Fault::not_found)?), row.version))
}

shape! { ActDone, "办理结果", "What became of it", {
    again: bool = "以前已用这个键办过；这是第一次的结果", "Whether this key had been used before; this is the first outcome";
    version: u64 = "办理后的版本", "The version it led to";
    case: CaseTold = "现在的办件", "The case as it is now";
} }

async fn perform(call: Call, Of(Body(body)): Of<Body>) -> Result<Given<ActDone>, Fault> {
    let row = cases::visible(&call).await?;
    let name = call.part("act").to_owned();
    if !NAMES.iter().any(|(known, ..)| *known == name) {
        return Err(Fault::not_found());
    }
    let (mut act, attached) = read(&name, body)?;
    let caller = call.caller()?;
    caller.covers(Some(&row.item), Some(&name))?;
    if let Some(files) = act.files() {
        let (office, ids) = (&call.app.office, attached.iter().map(String::as_str));
        *files = office.uploads.taken_for_case(&office.store, &caller.actor, &row.no, ids).await?;
    }
    let ((seen, late), request) = (call.seen()?, call.request()?);
    let store = &call.app.office.store;
    if store.outcome_of(&request).await?.is_some_and(|first| first.no != row.no) {
        return Err(key_reused());
    }
    // The journal does an act once for each key; that it is the same act is known by the fingerprint.
    if store.claim_key(&request, &call.fingerprint(), call.now).await? == Claim::Other {
        return Err(key_reused());
    }
    let outcome = call.app.office.perform(&row.no, &act, &caller.actor, Some(seen), Some(&request)).await;
    match &outcome {
        Ok(Outcome::Done(_) | Outcome::Again { .. }) => store.key_made(&request, &row.no.0).await?,
        // Nothing was done, so the key may be used again once what was wrong is mended.
        _ => store.free_key(&request).await?,
    }
    let (again, version) = match outcome? {
        Outcome::Done(case) => (false, case.version),
        Outcome::Again { no, version } if no == row.no => (true, version),
        Outcome::Again { .. } => return Err(key_reused()),
        Outcome::Refused(refusal) => return Err(refusal.into()),
        Outcome::Overtaken { .. } => return Err(overtaken(&call, &row.no, seen).await?.status(late)),
    };
    let case = cases::told(&call, &row.no).await?;
    let at = case.version;
    Ok(Given::at(ActDone { again, version, case }, at))
}

/// What changed since the author looked.
pub(super) async fn overtaken(call: &Call, no: &CaseNo, seen: u64) -> Result<Fault, Fault> {
    let office = &call.app.office;
    let case = office.store.case(no).await?.ok_or_else(Fault::not_found)?;
    let edition = office.rulebooks.edition(&office.store, &case.edition).await?;
    let records = office.store.records(no).await?;
    let changes = records.iter().filter(|record| record.version > seen).filter_map(|record| {
        let text = narrate(record, &edition.rules, &case.procedure)?;
        Some(json!({ "version": record.version, "at": super::shape::At(record.at), "text": text }))
    });
    Ok(Fault::plain(&OVERTAKEN).with("changes", Value::Array(changes.collect())).with("version", json!(case.version)).next(
        "请看过变化后，用新的版本和新的幂等键再办。",
        "Look at what changed; then act on the new version, with a fresh key.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn sample(holds: Holds) -> Value {
        match holds {
            Holds::Text => json!("说明"),
            Code => json!("code"),
            Codes => json!(["a", "b"]),
            Flag => json!(true),
            Number => json!(3),
            Level => json!(2),
            Stand => json!("granted"),
            OneOf(words) => json!(words[0]),
            Day => json!("2026-03-02"),
            Hour => json!("09:30:00"),
            Defects => json!([{ "about": "floor-plan", "words": "缺尺寸" }]),
        }
    }

    #[test]
    fn every_act_is_told_here_or_said_to_be_done_elsewhere() {
        let told: BTreeSet<&str> = ACTS.iter().map(|act| act.name).chain(ELSEWHERE.iter().map(|(name, ..)| *name)).collect();
        let known: BTreeSet<&str> = NAMES.iter().map(|(name, ..)| *name).collect();
        assert_eq!(told, known);
        assert_eq!(ACTS.len() + ELSEWHERE.len(), NAMES.len());
    }

    #[test]
    fn every_act_goes_round_through_its_json() {
        for shape in ACTS {
            let body: Map<String, Value> = shape.parts.iter().map(|part| (part.name.to_owned(), sample(part.holds))).collect();
            let (mut act, _) = read(shape.name, body.clone()).unwrap_or_else(|fault| panic!("{}: {fault:?}", shape.name));
            let mut body = body;
            // Files are named by what took them in; in the act they stand by their digests.
            assert_eq!(body.remove("attached").is_some(), act.files().is_some(), "{}", shape.name);
            assert_eq!(act.name(), shape.name);
            let mut back = serde_json::to_value(&act).expect("JSON");
            let object = back.as_object_mut().expect("an object");
            assert_eq!(object.remove("act"), Some(json!(shape.name)));
            for (key, value) in shape.fixed {
                assert_eq!(object.remove(*key), serde_json::from_str(value).ok(), "{} {key}", shape.name);
            }
            assert_eq!(Value::Object(body), back, "{}: the table says all that the act holds", shape.name);
        }
    }

    #[test]
    fn what_is_missing_foreign_or_of_the_wrong_type_is_refused() {
        for shape in ACTS {
            let body: Map<String, Value> = shape.parts.iter().map(|part| (part.name.to_owned(), sample(part.holds))).collect();
            for part in shape.parts {
                let mut without = body.clone();
                without.remove(part.name);
                assert_eq!(read(shape.name, without).is_ok(), part.optional, "{} without {}", shape.name, part.name);
                let mut wrong = body.clone();
                wrong.insert(part.name.to_owned(), json!({ "no": "such" }));
                assert!(read(shape.name, wrong).is_err(), "{} with a wrong {}", shape.name, part.name);
            }
            let mut more = body;
            more.insert("papers".to_owned(), json!([{ "key": "a", "digest": "b", "file-name": "c" }]));
            assert!(read(shape.name, more).is_err(), "{} with papers", shape.name);
        }
        let long = Map::from_iter([("text".to_owned(), json!("长".repeat(LONGEST + 1)))]);
        assert!(read("note", long).is_err());
    }
}
