//! Firms from a register, and who may act for them. A claim on a credit code sees nothing of the firm until a counter, a register
//! or the legal representative has confirmed it (decision 34).

use super::{NumberKey, audit, require, require_district};
use crate::door::{Answer, Stop, not_found, overtaken, refuse};
use crate::sessions::{in_force, mandates_in_force};
use crate::{Failure, ids};
use casework::{Moment, Officer, Refusal};
use jiff::civil::Date;
use rulebook::procedure::Role;
use rulebook::{Text, identifier};
use store::Store;
use store::people::Person;
use store::people::firms::{Firm, Mandate, MandateState, Part};

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub refused: Vec<RefusedRow>,
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// In the file, from 1.
    pub line: u64,
    pub why: Text,
}

/// Columns by the names registers use, and ours.
const COLUMNS: [(&str, &[&str]); 9] = [
    ("code", &["统一社会信用代码", "code"]),
    ("name", &["名称", "企业名称", "name"]),
    ("kind", &["类型", "企业类型", "kind"]),
    ("legal", &["法定代表人", "负责人", "legal-person"]),
    ("legal-number", &["法定代表人证件号码", "legal-person-number"]),
    ("address", &["住所", "地址", "address"]),
    ("area", &["辖区", "area"]),
    ("industry", &["行业代码", "industry"]),
    ("status", &["登记状态", "status"]),
];
/// Firms in one unit of writing.
const AT_ONCE: usize = 200;

/// Imports firms from CSV with a head line. The same file again changes nothing; a row at fault is told and left out.
///
/// # Errors
/// Refused where the head line lacks the code or the name.
pub async fn import(store: &Store, key: &NumberKey, by: &Officer, csv: &str, source: &str, now: Moment) -> Answer<ImportReport> {
    require_district(by, Role::Administrator, now.day())?;
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().map_err(|_| bad_head())?.clone();
    let column = |name: &str| {
        let names = COLUMNS.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, names)| names);
        head.iter().position(|title| names.contains(&title))
    };
    if column("code").is_none() || column("name").is_none() {
        return Err(bad_head());
    }
    let mut report = ImportReport::default();
    let mut firms: Vec<Firm> = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(fault) => {
                let line = fault.position().map_or(0, csv::Position::line);
                report.refused.push(RefusedRow { line, why: Text::new("这一行不是 CSV。", "This line is not CSV.") });
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let field = |name: &str| column(name).and_then(|place| record.get(place)).unwrap_or_default();
        match firm(&field, key, source, now) {
            Ok(firm) => match firms.iter().find(|other| other.code == firm.code) {
                None => firms.push(firm),
                Some(_) => report
                    .refused
                    .push(RefusedRow {
                        line, why: Text::new("同一文件中代码重复。", "This code is in the file twice.")
                    }),
            },
            Err(why) => report.refused.push(RefusedRow { line, why }),
        }
    }
    for chunk in firms.chunks(AT_ONCE) {
        let codes: Vec<String> = chunk.iter().map(|firm| firm.code.clone()).collect();
        let known = store.firms(&codes).await?;
        let mut news = Vec::new();
        for firm in chunk {
            match known.iter().find(|old| old.code == firm.code) {
                None => report.added += 1,
                Some(old) if Firm { updated_at: firm.updated_at, ..old.clone() } == *firm => {
                    report.unchanged += 1;
                    continue;
                }
                Some(_) => report.changed += 1,
            }
            news.push(firm.clone());
        }
        if !news.is_empty() {
            let detail = format!("{} firms from {source}", news.len());
            store.import_firms(&news, &audit(by.id.0.clone(), "import-firms", source, now, &detail)).await?;
        }
    }
    Ok(report)
}

fn firm<'a>(field: &dyn Fn(&str) -> &'a str, key: &NumberKey, source: &str, now: Moment) -> Result<Firm, Text> {
    let code = identifier::normalise(field("code"));
    identifier::CreditCode::parse(&code).map_err(identifier::Fault::text)?;
    if field("name").is_empty() {
        return Err(Text::new("没有名称。", "There is no name."));
    }
    let number = identifier::normalise(field("legal-number"));
    let legal_digest = if number.is_empty() {
        String::new()
    } else {
        identifier::ResidentNumber::parse(&number, now.day()).map_err(identifier::Fault::text)?;
        key.digest(&number)
    };
    let bounded = |name: &str| field(name).chars().take(300).collect::<String>();
    Ok(Firm {
        code,
        name: bounded("name"),
        kind: bounded("kind"),
        legal_person: bounded("legal"),
        legal_digest,
        address: bounded("address"),
        area: bounded("area"),
        industry: bounded("industry"),
        status: bounded("status"),
        source: source.to_owned(),
        updated_at: now,
    })
}

/// A person says that she may act for a firm. Where the register names her as its legal representative that is confirmed at
/// once; else it waits for a counter. Whether the code is known here is not told.
pub async fn claim(store: &Store, person: &str, code: &str, part: Part, now: Moment) -> Answer<Mandate> {
    let code = identifier::normalise(code);
    if let Err(fault) = identifier::CreditCode::parse(&code) {
        let next = Text::new("请对照营业执照核对。", "Compare it with the business licence.");
        return Err(Refusal::new("bad-code", fault.text(), next).into());
    }
    let person = store.person(person).await?.ok_or_else(not_found)?;
    let open = |mandate: &Mandate| {
        mandate.firm == code && mandate.part == part && (mandate.state == MandateState::Claimed || in_force(mandate, now.day()))
    };
    if let Some(mandate) = store.mandates_of_person(&person.id).await?.into_iter().find(open) {
        return Ok(mandate);
    }
    let named = part == Part::Legal && person.verified && {
        let firm = store.firm(&code).await?;
        firm.is_some_and(|firm| !firm.legal_digest.is_empty() && firm.legal_digest == person.id_digest)
    };
    let mandate = Mandate {
        id: ids::opaque(),
        firm: code,
        person: person.id.clone(),
        part,
        items: Vec::new(),
        acts: Vec::new(),
        from: now.day(),
        until: None,
        state: if named { MandateState::Confirmed } else { MandateState::Claimed },
        confirmed_by: named.then(|| "register".to_owned()),
        confirmed_at: named.then_some(now),
        revoked_at: None,
    };
    let note = audit(format!("p:{}", person.id), "claim-mandate", mandate.firm.clone(), now, part.word());
    store.add_mandate(&mandate, &note).await?;
    Ok(mandate)
}

/// The clerk has seen licence and letter of authority, and the face of a person whose number is confirmed.
pub async fn confirm(store: &Store, by: &Officer, mandate: &str, now: Moment) -> Answer<()> {
    require(by, Role::Clerk, None, now.day())?;
    let row = store.mandate(mandate).await?.ok_or_else(not_found)?;
    let person = store.person(&row.person).await?.ok_or_else(not_found)?;
    if !person.verified {
        return Err(refuse(
            "not-confirmed",
            ("此人身份尚未核实。", "The identity of this person has not been confirmed."),
            ("请先核对身份证件。", "Compare the identity document first."),
        ));
    }
    settle(store, by, mandate, MandateState::Claimed, MandateState::Confirmed, "confirm-mandate", now).await
}

pub async fn refuse_claim(store: &Store, by: &Officer, mandate: &str, now: Moment) -> Answer<()> {
    require(by, Role::Clerk, None, now.day())?;
    settle(store, by, mandate, MandateState::Claimed, MandateState::Refused, "refuse-mandate", now).await
}

async fn settle(
    store: &Store,
    by: &Officer,
    id: &str,
    from: MandateState,
    to: MandateState,
    what: &str,
    now: Moment,
) -> Answer<()> {
    let note = audit(by.id.0.clone(), what, id, now, "");
    let moved = store.move_mandate(id, from, to, &format!("staff:{}", by.id), now, &note).await?;
    if moved { Ok(()) } else { Err(overtaken()) }
}

/// What a legal representative lets an operator do.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Codes of items; empty means every item.
    pub items: Vec<String>,
    /// Names of acts; empty means every act.
    pub acts: Vec<String>,
    pub from: Date,
    /// The last day. A mandate has an end, so that forgotten ones do not stay.
    pub until: Date,
}

/// Longest mandate that can be given online, in days; renewed by giving it again.
const LONGEST_MANDATE: i64 = 3 * 366;

/// A legal representative lets somebody act for the firm. The operator is named by name and number and must be known to us by a
/// confirmed identity; that anything differs is told in one way only.
pub async fn give(
    store: &Store,
    key: &NumberKey,
    legal: &str,
    firm: &str,
    operator: (&str, &str),
    scope: &Scope,
    now: Moment,
) -> Answer<Mandate> {
    let today = now.day();
    is_legal(store, legal, firm, today).await?;
    let days = i64::from(scope.from.until(scope.until).map_or(-1, |span| span.get_days()));
    let names_are_codes = scope.items.iter().chain(&scope.acts).all(|code| {
        !code.is_empty()
            && code.len() <= 80
            && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    });
    if scope.until < today
        || !(0..=LONGEST_MANDATE).contains(&days)
        || !names_are_codes
        || scope.items.len() + scope.acts.len() > 200
    {
        return Err(refuse(
            "bad-scope",
            (
                "授权期限或范围不对：最长三年，结束日不早于今天。",
                "Dates or scope of the mandate are wrong: at most three years, and not over already.",
            ),
            ("请改正后保存。", "Mend it and save again."),
        ));
    }
    let (name, number) = operator;
    let known: Option<Person> = store.person_by_digest(&key.digest(&identifier::normalise(number))).await?;
    let operator = known.filter(|person| person.verified && person.name == name.trim()).ok_or_else(|| {
        refuse(
            "unknown-operator",
            ("没有找到这位已实名核实的经办人。", "There is no person of that name and number with a confirmed identity."),
            (
                "请对方先注册并核实身份，再核对姓名和证件号码。",
                "Let them register and confirm their identity first; then check name and number.",
            ),
        )
    })?;
    let mandate = Mandate {
        id: ids::opaque(),
        firm: firm.to_owned(),
        person: operator.id,
        part: Part::Operator,
        items: scope.items.clone(),
        acts: scope.acts.clone(),
        from: scope.from,
        until: Some(scope.until),
        state: MandateState::Confirmed,
        confirmed_by: Some(format!("person:{legal}")),
        confirmed_at: Some(now),
        revoked_at: None,
    };
    store.add_mandate(&mandate, &audit(format!("p:{legal}"), "give-mandate", firm, now, &mandate.id)).await?;
    Ok(mandate)
}

/// Ends a mandate at once: by the legal representative of the firm, or by the one who holds it.
pub async fn revoke(store: &Store, person: &str, mandate: &str, now: Moment) -> Answer<()> {
    let row = store.mandate(mandate).await?.ok_or_else(not_found)?;
    if row.person != person {
        is_legal(store, person, &row.firm, now.day()).await.map_err(|stop| match stop {
            Stop::Refused(_) => not_found(),
            failed => failed,
        })?;
    }
    let note = audit(format!("p:{person}"), "revoke-mandate", row.firm.clone(), now, mandate);
    let moved = store.move_mandate(mandate, row.state, MandateState::Revoked, &format!("person:{person}"), now, &note).await?;
    if moved { Ok(()) } else { Err(overtaken()) }
}

/// A clerk ends a mandate on the written word of the firm.
pub async fn revoke_at_counter(store: &Store, by: &Officer, mandate: &str, now: Moment) -> Answer<()> {
    require(by, Role::Clerk, None, now.day())?;
    settle(store, by, mandate, MandateState::Confirmed, MandateState::Revoked, "revoke-mandate", now).await
}

/// All mandates for a firm, for its legal representative.
pub async fn of_firm(store: &Store, legal: &str, firm: &str, now: Moment) -> Answer<Vec<Mandate>> {
    is_legal(store, legal, firm, now.day()).await?;
    Ok(store.mandates_of_firm(firm).await?)
}

/// A firm that a person may act for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    pub code: String,
    /// The code where no register has told us the name.
    pub name: String,
    pub mandates: Vec<Mandate>,
}

/// Firms that a person may act for today.
pub async fn seats(store: &Store, person: &str, now: Moment) -> Result<Vec<Seat>, Failure> {
    let mut seats: Vec<Seat> = Vec::new();
    for mandate in store.mandates_of_person(person).await?.into_iter().filter(|mandate| in_force(mandate, now.day())) {
        match seats.last_mut().filter(|seat| seat.code == mandate.firm) {
            Some(seat) => seat.mandates.push(mandate),
            None => seats.push(Seat { code: mandate.firm.clone(), name: mandate.firm.clone(), mandates: vec![mandate] }),
        }
    }
    let codes: Vec<String> = seats.iter().map(|seat| seat.code.clone()).collect();
    for firm in store.firms(&codes).await? {
        seats.iter_mut().filter(|seat| seat.code == firm.code).for_each(|seat| seat.name.clone_from(&firm.name));
    }
    Ok(seats)
}

async fn is_legal(store: &Store, person: &str, firm: &str, on: Date) -> Answer<()> {
    let mandates = mandates_in_force(store, person, firm, on).await?;
    if mandates.iter().any(|mandate| mandate.part == Part::Legal) {
        return Ok(());
    }
    Err(refuse(
        "not-legal-representative",
        ("只有经确认的法定代表人可以管理授权。", "Only the confirmed legal representative manages mandates."),
        ("请由法定代表人办理，或到窗口确认身份。", "Let the legal representative do it, or have that confirmed at a counter."),
    ))
}

fn bad_head() -> Stop {
    refuse(
        "bad-head",
        (
            "第一行须有“统一社会信用代码”和“名称”两栏。",
            "The first line must name the columns code (统一社会信用代码) and name (名称).",
        ),
        ("请改正表头后再导入。", "Mend the head line and import again."),
    )
}
