//! `/policies`, `/policies/{code}` and `/policies/finder` for somebody who is not signed in.

use crate::house::House;
use axum::http::StatusCode;

/// A rulebook with one policy in each state, each with a clause of its own.
fn four_policies(files: &mut Vec<(String, String)>) {
    let policy = |life: &str, more: &str| {
        format!(
            "[[policy]]\ncode = 't-{life}'\nname = '测试政策'\nkind = '惠企'\nissuer = '测试机关'\nlevel = '区'\nlife = '{life}'\n{more}\n\
             [[policy.clause]]\ncode = 'T-{life}'\nname = '测试条款{life}'\nwhen = '首次规上'\n\
             benefit = {{ kind = 'cash', says = '奖十二万', amount = {{ fixed = '12万元', cap = '10万元' }} }}\n\
             window = {{ from = '03-01', until = '03-31' }}\nmode = '快申快享'\nbody = '测试窗口'\nexplanation = '首次规上的奖励'\n\n"
        )
    };
    let all = [
        policy("draft", ""),
        policy("live", "until = 2026-12-31"),
        policy("expired", ""),
        policy("superseded", "superseded-by = 't-live'"),
    ];
    files.push(("policies/test.toml".to_owned(), all.concat()));
}

#[tokio::test]
async fn the_list_is_filtered_and_what_is_not_in_force_never_shows_as_live() {
    let house = House::with(four_policies).await;
    let all = house.get("/policies?q=%E6%B5%8B%E8%AF%95%E6%94%BF%E7%AD%96").await;
    all.is(StatusCode::OK).has(&["测试条款live", "可以申报", "共 1 条"]).lacks(&["测试条款draft", "测试条款expired"]);
    let past = house.get("/policies?q=%E6%B5%8B%E8%AF%95%E6%94%BF%E7%AD%96&past=1").await;
    past.has(&["测试条款expired", "已过期", "已被取代", "共 3 条"]).lacks(&["测试条款draft"]);
    house.get("/policies?level=%E5%9B%BD%E5%AE%B6&benefit=%E8%B4%B7%E6%AC%BE").await.is(StatusCode::OK).lacks(&["测试条款live"]);
    house.get("/policies?q=%E6%B5%8B%E8%AF%95%E6%94%BF%E7%AD%96&open=1").await.has(&["测试条款live"]);
    house.get("/policies?q=zzzz").await.has(&["没有符合的条款"]);
    house.in_english("/policies").await.has(&["Policies for firms", "example"]);
}

#[tokio::test]
async fn a_clause_tells_all_that_is_needed_to_decide_and_a_draft_is_not_there() {
    let house = House::with(four_policies).await;
    let page = house.get("/policies/T-live").await;
    page.is(StatusCode::OK).has(&[
        "奖十二万",
        "12万元",
        "不超过",
        "10万元",
        "首次规上",
        "测试窗口",
        "快申快享",
        "2026年12月31日",
    ]);
    house.get("/policies/T-expired").await.is(StatusCode::OK).has(&["现在不能申报", "已过期"]).lacks(&["可以申报"]);
    house.get("/policies/T-superseded").await.has(&["由这份文件取代"]);
    house.get("/policies/T-draft").await.is(StatusCode::NOT_FOUND);
    house.get("/policies/nothing").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_clause_shows_the_passage_it_is_made_from_and_says_where_none_was_entered() {
    let house = House::with(|files| {
        four_policies(files);
        let text = files.pop().expect("the policies").1;
        let text =
            text.replace("life = 'live'\n", "life = 'live'\nparagraph = ['总则。', '第二条 首次升规的，奖励十二万元。']\n");
        let text = text.replace("code = 'T-live'\n", "code = 'T-live'\npassage = [2]\n");
        files.push(("policies/test.toml".to_owned(), text));
    })
    .await;
    house.get("/policies/T-live").await.has(&["第 2 段", "首次升规的，奖励十二万元"]).lacks(&["总则。", "原文没有录入"]);
    house.in_english("/policies/T-live").await.has(&["The text", "paragraph 2"]);
    house.get("/policies/T-expired").await.has(&["原文没有录入"]);
}

#[tokio::test]
async fn the_finder_asks_what_matters_and_groups_without_deciding() {
    let house = House::with(four_policies).await;
    let first = house.get("/policies/finder").await;
    first.is(StatusCode::OK).has(&["第1个问题", "不清楚", "条政策要看这个回答"]).lacks(&["测试条款live"]);
    let told = "registered-area=%E7%BB%8F%E5%BC%80%E5%8C%BA&%E9%A6%96%E6%AC%A1%E8%A7%84%E4%B8%8A=true";
    let met = house.get(&format!("/policies/finder?{told}")).await;
    met.is(StatusCode::OK).has(&["条件看来都满足", "测试条款live", "10 万元", "还缺信息", "首次规上奖励", "以办理机关决定为准"]);
    // Whether a firm qualifies is for the body: no page says it.
    met.lacks(&["符合资格", "qualified", "您符合", "测试条款draft", "测试条款expired"]);
    let asked = met.text.split("第3个问题").nth(1).and_then(|rest| rest.split("name=\"unsure\" value=\"").nth(1));
    let code = asked.and_then(|rest| rest.split('"').next()).expect("a next question").to_owned();
    let skipped = house.get(&format!("/policies/finder?{told}&unsure={code}")).await;
    skipped.has(&["第4个问题", "不清楚"]).lacks(&[&format!("name=\"unsure\" value=\"{code}\">不清楚")]);
    let almost = house.get("/policies/finder?%E9%A6%96%E6%AC%A1%E8%A7%84%E4%B8%8A=false").await;
    almost.has(&["差一点", "差在", "测试条款live", "如果是"]);
    assert!(met.cookies.is_empty(), "nothing of an anonymous visitor is kept");
}

#[tokio::test]
async fn four_clauses_at_most_stand_side_by_side_with_the_firms_own_values() {
    let house = House::with(four_policies).await;
    let plain = house.get("/policies/compare?c=T-live&c=P36&c=T-live&c=T-draft").await;
    plain.is(StatusCode::OK).has(&["测试条款live", "首次规上奖励", "快申快享", "测试窗口", "什么时候申报", "材料"]);
    plain.lacks(&["测试条款draft", "结果", "不知道"]);
    assert_eq!(plain.text.matches(">看条款<").count(), 2, "what is named twice is compared once, a draft never");
    let told = format!("{}=true", house.office.rulebooks.live().expect("rules").rules.fields["首次规上"].code);
    let own = house.get(&format!("/policies/compare?c=T-live&c=P36&{told}")).await;
    own.has(&["结果", "首次规上", "不知道", "去掉"]).lacks(&["符合资格", "qualified"]);
    // Taking one away keeps the answers.
    assert!(own.text.contains(&format!("href=\"/policies/compare?c=P36&amp;{told}\"")), "{}", own.text);
    let many = house.get("/policies/compare?c=P36&c=P01&c=P02&c=E1&c=T-live").await;
    many.has(&["只显示前 4 条"]).lacks(&["测试条款live"]);
    house.get("/policies/compare?c=nothing").await.is(StatusCode::OK).has(&["还没有选条款"]);
    house.in_english("/policies/compare?c=P36").await.has(&["Side by side", "When to claim"]);
    assert!(own.cookies.is_empty(), "nothing of an anonymous visitor is kept");
}

#[tokio::test]
async fn the_calendar_shows_what_can_be_claimed_when() {
    let house = House::with(four_policies).await;
    let all = house.get("/policies/calendar").await;
    all.is(StatusCode::OK).has(&["现在可以申报", "测试条款live", "2026年3月31日", "还有 30 天", "条的文件没有写明申报期"]);
    all.lacks(&["测试条款expired", "测试条款draft"]);
    house.get("/policies/calendar?q=zzzz").await.has(&["没有写明申报期的条款"]);
    house.in_english("/policies/calendar").await.has(&["Open now"]);
}

#[tokio::test]
async fn the_finder_never_asks_for_the_size_but_for_what_it_follows_from() {
    let house = House::open().await;
    let live = house.office.rulebooks.live().expect("rules");
    let code = |name: &str| live.rules.fields[name].code.clone();
    // Nothing else is left to ask about: what is not answered is said not to be known.
    let figures = ["行业大类", "年末从业人员", "营业收入", "资产总额"].map(code);
    let unsure = |also: &str| {
        let others =
            live.rules.fields.values().map(|field| &field.code).filter(|code| !figures.contains(*code) && **code != also);
        others.map(|code| format!("&unsure={code}")).collect::<String>()
    };
    let (mut told, mut asked) = (String::new(), Vec::new());
    let size = code("企业规模");
    for _ in 0..figures.len() + 1 {
        let page = house.get(&format!("/policies/finder?x=1{told}{}", unsure(&size))).await;
        let Some(next) = page
            .text
            .split("name=\"unsure\" value=\"")
            .filter_map(|rest| rest.split_once("\">"))
            .find_map(|(code, rest)| rest.starts_with("不清楚").then(|| code.to_owned()))
        else {
            break;
        };
        assert_ne!(next, size, "the size is computed");
        told += &format!("&{next}={}", if next == figures[0] { "6210" } else { "5" });
        asked.push(next);
    }
    assert!(asked.contains(&figures[0]) && asked.contains(&figures[1]), "{asked:?}");
    let computed = house.get(&format!("/policies/finder?{}=6210&{}=5", figures[0], figures[1])).await;
    computed.has(&["企业规模（平台算出）", "微型", "餐饮业", "算自"]);
    let bank = house.get(&format!("/policies/finder?{}=6620", figures[0])).await;
    bank.has(&["未划型", "不在划型范围"]);
    house.get(&format!("/policies/finder?{}=6210", figures[0])).await.has(&["还算不出来", "年末从业人员"]);
    house
        .get(&format!("/policies/finder?ask={size}&{}=6620", figures[0]))
        .await
        .lacks(&["按《统计上大中小微型企业划分办法（2017）》由平台计算"]);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_asked_again_with_the_reason_and_a_number_is_taken_as_people_type_it() {
    let house = House::open().await;
    let asks = async |code: &str, typed: &str| {
        house.get(&format!("/policies/finder?{}={}", web::encode(code), web::encode(typed))).await
    };
    asks("staff-year-end", "abc").await.is(StatusCode::OK).has(&["“abc”", "value=\"abc\""]);
    asks("staff-year-end", "３０").await.is(StatusCode::OK).has(&["您的回答", "30"]).lacks(&["“３０”"]);
    asks("revenue", "３８０万").await.is(StatusCode::OK).has(&["您的回答", "3800000"]);
    asks("revenue", "-3").await.is(StatusCode::OK).has(&["value=\"-3\""]).lacks(&["您的回答"]);
}
