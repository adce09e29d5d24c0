//! `/partners/{partner}/messages`: what a partner system tells us. It has no token: its signature over the body is what it is known
//! by, and each message says that it is for us and has a number of its own. Serves measure 4.

use super::call::{Call, File, Given, Takes};
use super::problem::{FORBIDDEN, Fault, KEY_REUSED, REFUSED, UNAUTHORIZED, WRONG_SHAPE};
use super::route::Route;
use super::shape::{Definitions, Key, Shape, object, shape};
use bytes::Bytes;
use jiff::civil::Date;
use office::exchange::message::SIGNATURE;
use office::exchange::{Heard, LONGEST};
use rulebook::{Stand, Text};
use serde_json::{Value, json};

/// Where partner systems report; what comes here is signed.
pub(super) const PLACE: &str = "/partners/{partner}/";

pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/partners/{partner}/messages", hear).says(
            "对接系统回传办理情况；请求头 SM2-Signature 是对请求体的 SM2 签名（DER，base64）",
            "A partner system reports; the header SM2-Signature is the SM2 signature of the body (DER in base64)",
        ),
        Route::post("/partners/{partner}/papers", paper).says(
            "对接系统取办件的一份材料；签名同上，每次一个新的消息编号",
            "A partner system fetches a paper of a case it was sent; signed likewise, with a fresh number each time",
        ),
    ]
}

/// The bytes as they were signed.
struct Signed(Bytes);

/// The same, asking for a paper.
struct Asking(Bytes);

impl Takes for Asking {
    const LARGEST: usize = LONGEST;

    fn take(call: &mut Call) -> Result<Asking, Fault> {
        Signed::take(call).map(|signed| Asking(signed.0))
    }

    fn body(all: &mut Definitions) -> Option<(&'static str, Value)> {
        let schema = all.named("PaperWanted", |all| {
            let text = |name: &str, words| Key { name: name.to_owned(), schema: short(), words, required: true };
            let keys = vec![
                text("message", ("消息编号，每条一个", "Number of the message, one for each")),
                text("from", ("发送方代码", "Code of the sender")),
                text("to", ("接收方", "For whom it is")),
                text("case", ("办件编号", "Case number")),
                text("digest", ("材料的 SM3，十六进制", "SM3 of the paper, hexadecimal")),
            ];
            object(all.lang, ("对接系统要取的材料", "A paper that a partner system wants"), keys)
        });
        Some(("application/json", schema))
    }
}

fn short() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 120 })
}

impl Takes for Signed {
    const LARGEST: usize = LONGEST;

    fn take(call: &mut Call) -> Result<Signed, Fault> {
        call.is_media("application/json")?;
        Ok(Signed(std::mem::take(&mut call.body)))
    }

    fn body(all: &mut Definitions) -> Option<(&'static str, Value)> {
        Some(("application/json", message(all)))
    }
}

/// What `office::exchange::message::Incoming` reads.
fn message(all: &mut Definitions) -> Value {
    let text = short;
    let key = |name: &str, schema: Value, words: (&'static str, &'static str), required: bool| Key {
        name: name.to_owned(),
        schema,
        words,
        required,
    };
    all.named("PartnerMessage", |all| {
        let lang = all.lang;
        let ruling = object(
            lang,
            ("决定", "A decision"),
            vec![
                key("body", text(), ("作出决定的机关代码", "Code of the body that decided"), true),
                key("document", text(), ("文号", "Number of its document"), true),
                key("on", Date::schema(all), ("日期", "Its day"), true),
            ],
        );
        let licence = object(
            lang,
            ("证照", "A licence"),
            vec![key("number", text(), ("编号", "Its number"), true), key("name", text(), ("名称", "Its name"), true)],
        );
        let stands: Vec<&str> = Stand::ALL.iter().map(|stand| stand.word()).collect();
        let report = object(
            lang,
            ("办理情况：每次都是全部", "How the matter stands there: all of it, each time"),
            vec![
                key("count", json!({ "type": "integer", "minimum": 1 }), ("序号，只增不减", "A count that only rises"), true),
                key("stand", json!({ "type": "string", "enum": stands }), ("状态", "Where it stands"), true),
                key("number", text(), ("对方的编号", "The number of the matter there"), false),
                key("ruling", ruling, ("决定", "The decision"), false),
                key("licence", licence, ("证照", "The licence"), false),
                key(
                    "words",
                    json!({ "type": "string", "maxLength": 5000 }),
                    ("理由或者补正内容", "Reasons, or what to correct"),
                    false,
                ),
            ],
        );
        object(
            lang,
            ("对接系统的一条消息", "A message of a partner system"),
            vec![
                key("message", text(), ("消息编号，每条一个", "Number of the message, one for each"), true),
                key("from", text(), ("发送方代码", "Code of the sender"), true),
                key("to", text(), ("接收方", "For whom it is"), true),
                key("case", text(), ("办件编号", "Case number"), true),
                key("report", report, ("办理情况", "What it reports"), true),
            ],
        )
    })
}

shape! { Receipted, "消息的处理结果", "What became of a message", {
    verdict: String = "recorded 已记录，known 没有新内容，late 已有更新的，contradiction 前后矛盾并已交人核实；重复的消息得到第一次的结果", "recorded, known (nothing new), late (a later one came before), contradiction (on record, an officer looks); a repeated message gets its first verdict";
} }

async fn hear(call: Call, Signed(body): Signed) -> Result<Given<Receipted>, Fault> {
    let heard = call.app.office.hear_partner(call.part("partner"), &body, signature(&call)).await?;
    if heard.is_good() || heard == Heard::Contradiction {
        return Ok(Given::of(Receipted { verdict: heard.word().to_owned() }));
    }
    Err(fault(&heard))
}

async fn paper(call: Call, Asking(body): Asking) -> Result<File, Fault> {
    let found = call.app.office.paper_for_partner(call.part("partner"), &body, signature(&call)).await?;
    let bytes = found.map_err(|heard| fault(&heard))?;
    Ok(File { bytes, media: "application/octet-stream".to_owned(), name: "paper".to_owned() })
}

fn signature(call: &Call) -> &str {
    call.headers.get(SIGNATURE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Why a message was not taken in.
fn fault(heard: &Heard) -> Fault {
    let fault = match heard {
        Heard::Recorded | Heard::Known | Heard::Late | Heard::Contradiction | Heard::Again(_) => Fault::plain(&REFUSED),
        Heard::UnknownPartner | Heard::UnknownCase => Fault::not_found(),
        Heard::BadSignature => Fault::new(
            &UNAUTHORIZED,
            Text::new("签名与请求体或证书不符。", "The signature fits neither the body nor the certificate."),
        ),
        Heard::Unreadable => Fault::plain(&WRONG_SHAPE),
        Heard::NotForUs => Fault::new(
            &FORBIDDEN,
            Text::new("消息不是发给本系统的，或者不是由该系统发出的。", "The message is not for us, or not from this partner."),
        ),
        Heard::NumberReused => Fault::new(
            &KEY_REUSED,
            Text::new("这个消息编号已用于另一条消息。", "The number of this message belongs to another one."),
        ),
        Heard::Refused(refusal) if refusal.code == "not-yours" => Fault::new(&REFUSED, refusal.why.clone()),
        Heard::Refused(refusal) => refusal.clone().into(),
    };
    fault.code(heard.word())
}
