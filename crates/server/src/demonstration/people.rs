//! Example accounts: every role the workbench knows, eight firms and a few persons. One password for all of them.

use anyhow::Context;
use casework::{Actor, Holder, Moment, Power, StaffId};
use jiff::civil::Date;
use office::{Office, ids};
use rulebook::identifier::CreditCode;
use rulebook::procedure::Role;
use store::people::firms::{Firm, Mandate, MandateState, Part};
use store::people::staff::{PowerRow, Staff};
use store::people::{Audit, Person, Subject};
use store::sessions::Account;

pub const PASSWORD: &str = "yimen-demo-2026";

/// Login, name, agency, roles held there, roles held in the whole district.
type Example = (&'static str, &'static str, &'static str, &'static [Role], &'static [Role]);

const STAFF: [Example; 38] = [
    ("chuangkou", "陈窗口", "zwfwb", &[], &[Role::Clerk]),
    ("li", "李审查", "scjgj", &[Role::Examiner], &[]),
    ("wang", "王审查", "scjgj", &[Role::Examiner, Role::Presider], &[]),
    ("qin", "秦听证", "scjgj", &[Role::Presider], &[]),
    ("zhao", "赵审批", "scjgj", &[Role::Approver], &[]),
    ("han", "韩局长", "scjgj", &[Role::Head, Role::Approver], &[]),
    ("sun", "孙审查", "zwfwb", &[Role::Examiner], &[]),
    ("ji", "纪审查", "zwfwb", &[Role::Examiner], &[]),
    ("zhou", "周审批", "zwfwb", &[Role::Approver, Role::Head], &[]),
    ("liu", "刘卫健", "wjw", &[Role::Examiner], &[]),
    ("wu", "吴审查", "cgw", &[Role::Examiner, Role::Approver], &[]),
    ("yan", "严消防", "xfjy", &[Role::Examiner], &[]),
    ("lei", "雷消防", "xfjy", &[Role::Examiner], &[]),
    ("shao", "邵审批", "xfjy", &[Role::Approver, Role::Head], &[]),
    ("jiao", "焦验收", "zjw", &[Role::Examiner], &[]),
    ("deng", "邓验收", "zjw", &[Role::Examiner, Role::Approver], &[]),
    ("ren", "任审查", "rsj", &[Role::Examiner], &[]),
    ("she", "佘审批", "rsj", &[Role::Approver, Role::Head], &[]),
    ("jing", "景东疆", "djq", &[Role::Examiner], &[]),
    ("dong", "董审批", "djq", &[Role::Approver, Role::Head], &[]),
    ("cheng", "程生态", "stc", &[Role::Examiner], &[]),
    ("tai", "邰审批", "stc", &[Role::Approver, Role::Head], &[]),
    ("kai", "凯审查", "jkq", &[Role::Examiner], &[]),
    ("fa", "法审批", "jkq", &[Role::Approver, Role::Head], &[]),
    ("gang", "港审查", "bsq", &[Role::Examiner], &[]),
    ("bao", "包审批", "bsq", &[Role::Approver, Role::Head], &[]),
    ("xin", "辛审查", "gxq", &[Role::Examiner], &[]),
    ("ke", "柯审批", "gxq", &[Role::Approver, Role::Head], &[]),
    ("gai", "盖发改", "fgw", &[Role::Examiner], &[]),
    ("ge", "葛发改", "fgw", &[Role::Approver, Role::Head], &[]),
    ("gao", "高督办", "zwfwb", &[], &[Role::Supervisor]),
    ("jiedai", "何接待", "zwfwb", &[], &[Role::Receptionist]),
    ("hecha", "郑核查", "zwfwb", &[], &[Role::Verifier]),
    ("bianji", "冯编辑", "scjgj", &[], &[Role::Editor]),
    ("fazhi", "许法制", "sfj", &[], &[Role::Legal]),
    ("fabu", "卫发布", "zwfwb", &[], &[Role::Publisher]),
    ("fenxi", "温分析", "zwfwb", &[], &[Role::Analyst]),
    ("guanli", "沈管理", "zwfwb", &[], &[Role::Administrator]),
];

/// Login, name, resident number (fictional, of the 1800s), and which firms: place among the firms.
const PERSONS: [(&str, &str, &str, &[usize]); 4] = [
    ("zhangsan", "张一门", "120116189001010012", &[0, 1, 2, 3]),
    ("lisi", "李二门", "120116188512310020", &[4, 5]),
    ("wangwu", "王三门", "120116189602290013", &[6, 7]),
    ("zhaoliu", "赵四门", "120116189107150013", &[]),
];

/// Who sends drafts of a body of the zone to be assessed: login, name, resident number, and the body.
const DRAFTER: (&str, &str, &str, &str) = ("qicao", "齐起草", "120116188806060012", "天津港保税区示例政策起草处");

/// Where each of the firms is registered.
const AREAS: [&str; 6] = ["120116001", "120116400", "120116403", "120116406", "120116402", "120116401"];

const FIRMS: [(&str, &str); 8] = [
    ("天津滨海示例餐饮000101号有限公司", "6210"),
    ("天津泰达示例药房000102号有限公司", "5251"),
    ("天津东疆示例超市000103号有限公司", "5212"),
    ("天津生态城示例酒店000104号有限公司", "6110"),
    ("天津高新示例器械000105号有限公司", "5154"),
    ("天津保税示例食品000106号有限公司", "5121"),
    ("天津塘沽示例茶饮000107号有限公司", "6233"),
    ("天津汉沽示例烘焙000108号有限公司", "6299"),
];

pub fn print_accounts(address: &str) {
    println!("\n  portal      {address}/");
    println!("  workbench   {address}/workbench");
    println!("  password    {PASSWORD}   (for every account)");
    let people: Vec<&str> = PERSONS.iter().map(|(login, ..)| *login).chain([DRAFTER.0]).collect();
    println!("  applicants  {}", people.join("  "));
    let staff: Vec<String> = STAFF
        .iter()
        .map(|(login, _, _, here, everywhere)| {
            let role = here.iter().chain(*everywhere).next().map_or("", |role| casework::decide::role_name(*role).1);
            format!("{login} ({role})")
        })
        .collect();
    for line in staff.chunks(4) {
        println!("  staff       {}", line.join("  "));
    }
    println!();
}

pub async fn fill(office: &Office, now: Moment) -> anyhow::Result<()> {
    let store = &office.store;
    let password = office.entrance.passwords.hash(PASSWORD).await?;
    let audit = |what: &str, subject: &str| Audit {
        id: ids::opaque(),
        by: "demonstration".to_owned(),
        what: what.to_owned(),
        subject: subject.to_owned(),
        at: now,
        detail: String::new(),
    };
    let account = |login: &str, subject: Subject| Account::new(login, subject, password.clone());
    for (login, name, agency, here, everywhere) in STAFF {
        let row = Staff {
            id: login.to_owned(),
            name: name.to_owned(),
            agency: agency.to_owned(),
            phone: "022-00000000".to_owned(),
            active: true,
            left_on: None,
            version: 1,
        };
        store.add_staff(&row, &audit("add-staff", login)).await?;
        store.add_account(&account(login, Subject::Staff(login.to_owned())), None).await?;
        let at_agency = here.iter().map(|role| (*role, Some(agency.to_owned())));
        let district = everywhere.iter().map(|role| (*role, None));
        for (role, agency) in at_agency.chain(district) {
            let power = Power { role, agency, items: Vec::new(), until: None };
            let row = PowerRow {
                id: ids::opaque(),
                staff: login.to_owned(),
                power,
                given_by: "demonstration".to_owned(),
                given_at: now,
                taken_at: None,
            };
            store.give_power(&row, &audit("give-power", login)).await?;
        }
    }
    let since = super::begins(now);
    let firms = FIRMS.iter().enumerate().map(|(place, (name, industry))| firm(place, name, industry, since));
    let firms: Vec<Firm> = firms.chain([drafting_body(since)]).collect();
    store.import_firms(&firms, &audit("import-firms", "firms")).await?;
    let persons = PERSONS.map(|(login, name, number, of)| (login, name, number, of.iter().map(|place| code(*place)).collect()));
    let (login, name, number, _) = DRAFTER;
    let drafter: (_, _, _, Vec<String>) = (login, name, number, vec![drafting_body(since).code]);
    for (login, name, number, of) in persons.into_iter().chain([drafter]) {
        let person = Person {
            id: login.to_owned(),
            name: name.to_owned(),
            id_kind: "resident".to_owned(),
            id_number: number.to_owned(),
            id_digest: office.number_key.digest(number),
            phone: "13800000000".to_owned(),
            email: format!("{login}@example.test"),
            verified: true,
            created_at: now,
        };
        store.add_person(&person, None).await?;
        store.add_account(&account(login, Subject::Person(login.to_owned())), None).await?;
        for firm in of {
            let mandate = Mandate {
                id: ids::opaque(),
                firm,
                person: login.to_owned(),
                part: Part::Legal,
                items: Vec::new(),
                acts: Vec::new(),
                from: Date::constant(2020, 1, 1),
                until: None,
                state: MandateState::Confirmed,
                confirmed_by: Some("chuangkou".to_owned()),
                confirmed_at: Some(now),
                revoked_at: None,
            };
            store.add_mandate(&mandate, &audit("confirm-mandate", login)).await?;
        }
    }
    Ok(())
}

/// A body of the administration, with a code of that kind.
fn drafting_body(now: Moment) -> Firm {
    Firm {
        code: CreditCode::compose("11", "120116", "MADEM900").map(|code| code.to_string()).unwrap_or_default(),
        name: DRAFTER.3.to_owned(),
        kind: "机关".to_owned(),
        legal_person: DRAFTER.1.to_owned(),
        area: "120116402".to_owned(),
        industry: "9221".to_owned(),
        ..firm(0, DRAFTER.3, "9221", now)
    }
}

fn firm(place: usize, name: &str, industry: &str, now: Moment) -> Firm {
    let owner = PERSONS.iter().find(|(.., of)| of.contains(&place)).map_or("", |(_, name, ..)| name);
    Firm {
        code: code(place),
        name: name.to_owned(),
        kind: "有限责任公司".to_owned(),
        legal_person: owner.to_owned(),
        legal_digest: String::new(),
        address: format!("天津市滨海新区塘沽街道测试路{}号", place + 1),
        area: AREAS.get(place).copied().unwrap_or("120116001").to_owned(),
        industry: industry.to_owned(),
        status: "存续".to_owned(),
        source: "示例".to_owned(),
        updated_at: now,
    }
}

/// Facts that an example list states of some firms, so that policies find them; composed, like the firms.
const STATED: [(usize, &str); 8] = [
    (
        0,
        r#""申请人类型":"企业","失业保险参保年限":3,"裁员率":0,"裁员率控制目标":5.5,"年末从业人员":{"value":18,"period":"2025"},"营业收入":{"value":"380万元","period":"2025"},"资产总额":{"value":"200万元","period":"2025"},"上年失业保险费":"2.4万元","经营异常":false"#,
    ),
    (
        1,
        r#""首次规上":{"value":true,"source":"official"},"经营异常":{"value":false,"source":"official"},"年末从业人员":{"value":60,"period":"2025"},"营业收入":{"value":"4200万元","period":"2025"},"资产总额":{"value":"3000万元","period":"2025"},"研发费用":"504万元","研发强度":12,"商贸首店":true,"失业保险参保年限":6,"裁员率":1,"裁员率控制目标":5.5,"上年失业保险费":"9万元""#,
    ),
    (
        4,
        r#""首次规上":true,"经营异常":{"value":false,"source":"official"},"严重失信":{"value":false,"source":"official"},"高企认定情形":"首次认定","高企证书截止日":"2027-11-30","市级高企奖励额":"10万元","研发强度":12,"曾达到双五":false,"科研失信":false,"失业保险参保年限":4,"裁员率":0,"裁员率控制目标":5.5,"年末从业人员":{"value":45,"period":"2025"},"营业收入":{"value":"3000万元","period":"2025"},"资产总额":{"value":"2000万元","period":"2025"},"上年失业保险费":"6万元""#,
    ),
    (
        5,
        r#""数字化车间":true,"经营异常":true,"严重失信":false,"年末从业人员":{"value":320,"period":"2025"},"营业收入":{"value":"6.1亿元","period":"2025"},"资产总额":{"value":"8亿元","period":"2025"}"#,
    ),
    (
        2,
        r#""首次规上":{"value":true,"source":"official"},"经营异常":{"value":false,"source":"official"},"严重失信":{"value":false,"source":"official"}"#,
    ),
    (
        3,
        r#""绿色工厂级别":{"value":"国家级","source":"official"},"经营异常":{"value":false,"source":"official"},"严重失信":{"value":false,"source":"official"},"失业保险参保年限":2,"裁员率":0,"裁员率控制目标":5.5,"年末从业人员":{"value":80,"period":"2025"},"营业收入":{"value":"1800万元","period":"2025"},"资产总额":{"value":"2500万元","period":"2025"},"上年失业保险费":"4.5万元""#,
    ),
    (
        6,
        r#""失业保险参保年限":2,"裁员率":0,"裁员率控制目标":5.5,"年末从业人员":{"value":12,"period":"2025"},"营业收入":{"value":"260万元","period":"2025"},"资产总额":{"value":"90万元","period":"2025"},"上年失业保险费":"1.8万元""#,
    ),
    (
        7,
        r#""失业保险参保年限":2,"裁员率":0,"裁员率控制目标":5.5,"年末从业人员":{"value":15,"period":"2025"},"营业收入":{"value":"320万元","period":"2025"},"资产总额":{"value":"110万元","period":"2025"},"上年失业保险费":"2.5万元""#,
    ),
];

/// Imports these facts.
pub async fn profiles(office: &Office) -> anyhow::Result<()> {
    let line = |(place, facts): &(usize, &str)| format!("{{\"profile\":\"{}\",\"facts\":{{{facts}}}}}", code(*place));
    let lines: Vec<String> = STATED.iter().map(line).collect();
    let report = office.import_profiles((1..).zip(lines.into_iter().map(Ok)), "示例名单").await?;
    office.note_ground("示例名单", office::profiles::Ground::Public).await?;
    for (line, why) in &report.why {
        tracing::warn!(line, why = %why.en, "A fact of the demonstration was refused");
    }
    Ok(())
}

/// The fictional credit code of an example firm, valid in both checks.
fn code(place: usize) -> String {
    CreditCode::compose("91", "120116", &format!("MADEM{place:03}")).map(|code| code.to_string()).unwrap_or_default()
}

/// How many firms there are; an applicant of a higher place is a person.
pub const FIRM_COUNT: usize = FIRMS.len();

/// The holder, the title of his matters, and the person who acts for him.
pub async fn applicant(office: &Office, place: usize) -> anyhow::Result<(Holder, String, Actor)> {
    if let Some(number) = place.checked_sub(FIRM_COUNT) {
        let (login, name, ..) = PERSONS[number % PERSONS.len()];
        let holder = Holder::Person(login.to_owned());
        return Ok((
            holder.clone(),
            name.to_owned(),
            Actor::Applicant { person: login.to_owned(), holder, reach: casework::Reach::Whole },
        ));
    }
    let code = code(place);
    let firm = office.store.firm(&code).await?.with_context(|| format!("no example firm {code}"))?;
    let (person, ..) = PERSONS.iter().find(|(.., of)| of.contains(&place)).context("every example firm has somebody")?;
    let holder = Holder::Firm(code);
    Ok((holder.clone(), firm.name, Actor::Applicant { person: (*person).to_owned(), holder, reach: casework::Reach::Whole }))
}

/// An example officer, with the powers of the day.
pub async fn staff(office: &Office, login: &str) -> anyhow::Result<Actor> {
    let today = office.clock.now().day();
    let officer = office.store.officer(&StaffId(login.to_owned()), today).await?;
    officer.map(Actor::Officer).with_context(|| format!("no example officer {login}"))
}

/// One page that says that it is an example, for every paper of the demonstration.
pub fn example_paper() -> anyhow::Result<Vec<u8>> {
    use papers::letter::{Block, Letter, OnMissing};
    let letter = Letter {
        title: "示例材料".to_owned(),
        blocks: vec![Block::Paragraph("这是示范系统自动生成的示例材料，不含任何真实信息。".to_owned())],
        check_code: "EXAMPLE".to_owned(),
        check_url: "http://localhost/check/EXAMPLE".to_owned(),
        demonstration: true,
        ..Letter::default()
    };
    let pages = letter.lay_out(jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0), OnMissing::Box)?;
    Ok(papers::pdf::write(&pages)?)
}
