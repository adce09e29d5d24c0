//! `/me/policies` and `/me/policies/profile`: the firm's own list, its facts, and who may see them.

use crate::house::House;
use crate::uploads::{Someone, act_for, mandate, someone};
use axum::http::StatusCode;
use office::profiles::Ground;
use rulebook::Text;
use store::people::Audit;
use store::people::firms::{Firm, Part};
use store::profiles::Choices;

const FIRM: &str = "91120116MA0TEXT042";

async fn acting(house: &House, login: &str, order: u32, items: &[&str]) -> Someone {
    let me = someone(house, login, order).await;
    mandate(house, &me, FIRM, Part::Operator, items).await;
    act_for(house, &me, FIRM).await;
    me
}

/// A firm of the register in 经开区, of whom an import states two things.
async fn known_firm(house: &House) {
    let (office, now) = (&house.office, house.office.now().await.expect("now"));
    let live = office.rulebooks.live().expect("rules");
    let areas = &live.rules.codes["areas"].value;
    let area = areas.iter().find(|area| area.name == "经开区").expect("the zone");
    let word = |word: &str| word.to_owned();
    let firm = Firm {
        code: word(FIRM),
        name: word("测试零四二号有限公司"),
        kind: word("有限责任公司"),
        legal_person: word("张三"),
        legal_digest: String::new(),
        address: String::new(),
        area: area.code.clone(),
        industry: word("3411"),
        status: word("存续"),
        source: word("test"),
        updated_at: now,
    };
    let audit = Audit { id: word("a-firm"), by: word("x"), what: word("x"), subject: word("x"), at: now, detail: word("") };
    office.store.import_firms(&[firm], &audit).await.expect("imported");
    assert_eq!(import(house, r#""首次规上":{"value":true,"source":"official"},"经营异常":false"#).await, (2, 0, 0));
}

/// How many sources stated something new, how many the same, and how many lines or facts were refused.
async fn import(house: &House, facts: &str) -> (u64, u64, u64) {
    let line: Result<String, Text> = Ok(format!("{{\"profile\":\"{FIRM}\",\"facts\":{{{facts}}}}}"));
    let report = house.office.import_profiles([(1, line)].into_iter(), "测试名单").await.expect("imported");
    (report.changed, report.unchanged, report.refused)
}

#[tokio::test]
async fn an_import_is_told_what_it_refused_and_does_not_double() {
    let house = House::open().await;
    let facts = r#""营业收入":{"value":4200,"unit":"万元","period":"2025"},"资产总额":{"value":1,"unit":"美元"},"没有":1"#;
    assert_eq!(import(&house, facts).await, (1, 0, 2));
    assert_eq!(import(&house, facts).await, (0, 1, 2));
    assert_eq!(import(&house, r#""营业收入":"4300万元""#).await, (1, 0, 0));
    assert_eq!(import(&house, r#""营业收入":{"value":1,"source":"self-declared"}"#).await, (0, 0, 1));
    let known = house.office.known_of(FIRM).await.expect("known");
    let told: Vec<usize> = known.told.values().map(Vec::len).collect();
    assert_eq!(told, [1], "what a source states takes the place of what it stated before");
    let broken = house.office.import_profiles([(7, Ok("{".to_owned()))].into_iter(), "x").await.expect("imported");
    assert_eq!((broken.refused, broken.why[0].0), (1, 7));
}

#[tokio::test]
async fn the_one_question_is_asked_once_and_the_list_changes_at_once() {
    let house = House::open().await;
    known_firm(&house).await;
    let me = acting(&house, "boss", 1, &[]).await;
    let page = house.get_with("/me/policies", &me.cookie).await;
    // Known from the register: the zone, which is why P36 speaks of the firm at all.
    page.is(StatusCode::OK).has(&["测试零四二号有限公司", "首次规上奖励", "补一条信息", "/me/policies/answer"]);
    page.lacks(&["name=\"registered-area\"", "符合资格", "qualified"]);
    let live = house.office.rulebooks.live().expect("rules");
    let code = live.rules.fields["严重失信"].code.clone();
    let answer = [("csrf", me.csrf.as_str()), ("element", "严重失信"), (code.as_str(), "false")];
    house.post_with("/me/policies/answer", &answer, &me.cookie).await.is(StatusCode::SEE_OTHER);
    let met = house.get_with("/me/policies?group=met", &me.cookie).await;
    met.has(&["条件看来都满足", "首次规上奖励", "20 万元"]);
    let profile = house.get_with("/me/policies/profile", &me.cookie).await;
    profile.is(StatusCode::OK).has(&["自报", "官方", "导入", "测试名单", "企业登记", "提出异议", "撤回"]);
    let copy = house.get_with("/account/my-data.json", &me.cookie).await;
    copy.is(StatusCode::OK).has(&["\"profile\"", "测试名单", "\"facts\"", "\"consents\"", "\"objections\""]);
    // The firm's own word never hides what an authority says.
    let first = live.rules.fields["首次规上"].code.clone();
    let own = [("csrf", me.csrf.as_str()), ("element", first.as_str()), (first.as_str(), "false")];
    house.post_with("/me/policies/answer", &own, &me.cookie).await.is(StatusCode::SEE_OTHER);
    house.get_with("/me/policies?group=met", &me.cookie).await.has(&["首次规上奖励"]);
    let wrong = [("csrf", me.csrf.as_str()), ("element", "revenue"), ("revenue", "很多")];
    house.post_with("/me/policies/answer", &wrong, &me.cookie).await.is(StatusCode::OK).has(&["很多"]);
}

#[tokio::test]
async fn nobody_sees_the_list_of_a_firm_whose_file_is_not_open_to_them() {
    let house = House::open().await;
    known_firm(&house).await;
    house.get("/me/policies").await.is(StatusCode::SEE_OTHER);
    let limited = acting(&house, "limited", 2, &["prepackaged-food-filing"]).await;
    for path in ["/me/policies", "/me/policies/profile"] {
        house.get_with(path, &limited.cookie).await.is(StatusCode::FORBIDDEN).lacks(&["首次规上"]);
    }
    let form = [("csrf", limited.csrf.as_str()), ("element", "首次规上"), ("matched", "false")];
    for path in ["/me/policies/answer", "/me/policies/object", "/me/policies/choices"] {
        house.post_with(path, &form, &limited.cookie).await.is(StatusCode::FORBIDDEN);
    }
    let stranger = someone(&house, "stranger", 3).await;
    house.get_with("/me/policies", &stranger.cookie).await.is(StatusCode::OK).lacks(&["首次规上", FIRM]);
    house.get_with("/me/policies/profile", &stranger.cookie).await.is(StatusCode::OK).has(&["没有代表企业"]).lacks(&[FIRM]);
    house.get_with("/account/my-data.json", &stranger.cookie).await.lacks(&["测试名单"]);
    let form = [("csrf", stranger.csrf.as_str()), ("element", "首次规上")];
    house.post_with("/me/policies/answer", &form, &stranger.cookie).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_match_is_told_once_and_who_switches_off_is_left_alone() {
    let house = House::open().await;
    known_firm(&house).await;
    let (office, me) = (&house.office, acting(&house, "boss", 1, &[]).await);
    let now = office.now().await.expect("now");
    office.declare(FIRM, "严重失信", "false").await.expect("kept").expect("a good answer");
    office.find_policies().await.expect("looked");
    let found = office.store.matches_of(FIRM).await.expect("read");
    // What is found step by step is what a full look finds.
    let shelf = office.rulebooks.live().expect("rules").shelf(now.day());
    let full = shelf.hopeful(&office.known_of(FIRM).await.expect("known").facts);
    let full: std::collections::BTreeSet<&str> = full.iter().map(|(at, _)| shelf.library.clauses[*at].code.as_str()).collect();
    assert!(full.contains("P36"));
    assert_eq!(found.keys().map(String::as_str).collect::<std::collections::BTreeSet<_>>(), full);
    assert!(found.values().all(Option::is_some), "it is ten o'clock on a working day");
    office.find_policies().await.expect("looked again");
    let notices = house.get_with("/notices", &me.cookie).await;
    assert_eq!(notices.text.matches("可能与贵企业有关").count(), 1, "told once");
    let object = [("csrf", me.csrf.as_str()), ("element", "首次规上"), ("words", "我们去年就规上了"), ("request", "r1")];
    house.post_with("/me/policies/object", &object, &me.cookie).await.is(StatusCode::SEE_OTHER);
    house.get_with("/me/policies/profile", &me.cookie).await.has(&["我们去年就规上了", "待答复"]);
    assert_eq!(office.store.open_objections(9).await.expect("read").len(), 1);
    let off = [("csrf", me.csrf.as_str()), ("matched", "false"), ("often", "0")];
    house.post_with("/me/policies/choices", &off, &me.cookie).await.is(StatusCode::SEE_OTHER);
    assert_eq!(office.store.profile_choices(FIRM).await.expect("read"), Choices { matched: false, told_every: 0 });
    office.declare(FIRM, "裁员率", "0").await.expect("kept").expect("a good answer");
    office.find_policies().await.expect("looked");
    assert!(office.store.matches_of(FIRM).await.expect("read").is_empty());
    house.get_with("/me/policies", &me.cookie).await.has(&["您关闭了自动匹配"]).lacks(&["首次规上奖励"]);
}

#[tokio::test]
async fn what_a_firm_agreed_to_and_the_ground_of_each_list_are_on_record() {
    let house = House::open().await;
    known_firm(&house).await;
    let (office, me) = (&house.office, acting(&house, "boss", 1, &[]).await);
    house.get_with("/me/policies/profile", &me.cookie).await.has(&["依据：没有记录", "还没有记录"]);
    office.note_ground("测试名单", Ground::Public).await.expect("noted");
    let consents =
        async || office.store.consents_of(FIRM, 9).await.expect("read").into_iter().map(|one| one.given).collect::<Vec<_>>();
    let live = office.rulebooks.live().expect("rules");
    let code = live.rules.fields["严重失信"].code.clone();
    let answer = [("csrf", me.csrf.as_str()), ("element", "严重失信"), (code.as_str(), "false")];
    for _ in 0..2 {
        house.post_with("/me/policies/answer", &answer, &me.cookie).await.is(StatusCode::SEE_OTHER);
    }
    assert_eq!(consents().await, [true], "said once");
    office.clock.set(casework::Moment(office.clock.now().0 + 60_000));
    let off = [("csrf", me.csrf.as_str()), ("matched", "false"), ("often", "1")];
    house.post_with("/me/policies/choices", &off, &me.cookie).await.is(StatusCode::SEE_OTHER);
    house.post_with("/me/policies/answer", &answer, &me.cookie).await.is(StatusCode::SEE_OTHER);
    assert_eq!(consents().await, [false, true], "whoever took it back does not agree by correcting a word");
    let profile = house.get_with("/me/policies/profile", &me.cookie).await;
    profile.has(&["依据：依法公开", "依据：本人同意", "用于：匹配惠企政策", "撤回"]);
    // The size is computed: nobody declares it.
    let size = live.rules.fields["企业规模"].code.clone();
    let own = [("csrf", me.csrf.as_str()), ("element", size.as_str()), (size.as_str(), "大型")];
    house.post_with("/me/policies/answer", &own, &me.cookie).await.is(StatusCode::OK);
    let known = office.known_of(FIRM).await.expect("known");
    assert!(known.told.keys().all(|index| *index != live.rules.dictionary.get("企业规模").expect("an element").index));
}

#[tokio::test]
async fn a_firm_compares_clauses_with_what_is_known_of_it() {
    let house = House::open().await;
    known_firm(&house).await;
    let me = acting(&house, "boss", 1, &[]).await;
    house.get("/me/policies/compare?c=P36").await.is(StatusCode::SEE_OTHER);
    house.get_with("/me/policies", &me.cookie).await.has(&["name=\"c\"", "/me/policies/compare"]);
    house.get_with("/me/policies/compare?c=P36&c=P01", &me.cookie).await.is(StatusCode::OK).has(&[
        "首次规上奖励",
        "结果",
        "符合",
    ]);
    let off = [("csrf", me.csrf.as_str()), ("matched", "false"), ("often", "1")];
    house.post_with("/me/policies/choices", &off, &me.cookie).await.is(StatusCode::SEE_OTHER);
    house.get_with("/me/policies/compare?c=P36", &me.cookie).await.is(StatusCode::OK).has(&["首次规上奖励"]).lacks(&["结果"]);
}
