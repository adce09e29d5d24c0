//! Every page there is, as everybody who may see it sees it: in both languages axe finds nothing, a telephone shows all of its
//! width, and on English pages Chinese is marked as Chinese.
//!
//! Nobody keeps a list of addresses: each role starts at its front doors and follows the links. What the routers offer is read
//! from their source, and a page that no role comes to, or that nobody was told to come to, fails the test.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use anyhow::{Context, Result, bail};
use browser::{Page, Visitor, journey};

const PASSWORD: &str = "yimen-demo-2026";

/// Who goes through the house, where they sign in, and what they must have seen of it in the end.
struct Walker {
    name: &'static str,
    login: &'static str,
    doors: &'static [&'static str],
    pages: &'static [&'static str],
}

const VISITOR: Walker = Walker {
    name: "a visitor",
    login: "",
    doors: &[
        "/",
        "/search?q=%E5%BC%80%E9%A5%AD%E5%BA%97",
        "/search?q=zzzz",
        "/check/0000",
        "/themes/restaurant?has-business-licence=false&entity-to-register=%E4%B8%AA%E4%BD%93%E5%B7%A5%E5%95%86%E6%88%B7&unsure=has-kitchen",
        "/together?items=food-operation-new&items=shop-sign-filing",
        "/items/food-operation-new",
        "/policies/P36",
        "/claims/notices",
        "/policies/compare?c=P36&c=P01&c=P09&c=E1&registered-area=%E7%BB%8F%E5%BC%80%E5%8C%BA",
        "/policies/finder?registered-area=%E7%BB%8F%E5%BC%80%E5%8C%BA",
        "/nowhere",
        "/workbench/sign-in",
        "/api",
    ],
    pages: &[
        "/",
        "/search",
        "/items",
        "/items/{code}",
        "/items/{code}/error",
        "/themes",
        "/themes/{code}",
        "/together",
        "/verify",
        "/lists",
        "/lists/authority",
        "/lists/{code}",
        "/limits",
        "/measures",
        "/venues",
        "/broken-promises",
        "/policies",
        "/policies/finder",
        "/policies/compare",
        "/policies/calendar",
        "/policies/{code}",
        "/decisions",
        "/claims/notices",
        "/claims/notices/{no}",
        "/check",
        "/check/{code}",
        "/report",
        "/follow",
        "/sign-in",
        "/register",
        "/api",
        "/workbench/sign-in",
    ],
};

const APPLICANT: Walker = Walker {
    name: "an applicant",
    login: "zhangsan",
    doors: &[
        "/",
        "/matters",
        "/wallet",
        "/signatures",
        "/sign-in/password",
        "/apply/food-operation-new",
        "/apply/unresolved-matter",
        "/me/policies",
        "/me/policies/profile",
        "/me/policies/compare?c=P36&c=P01",
    ],
    pages: &[
        "/me/policies",
        "/me/policies/compare",
        "/me/policies/profile",
        "/matters",
        "/wallet",
        "/signatures",
        "/signatures/{draft}",
        "/notices",
        "/matters/{no}",
        "/matters/{no}/clocks/{clock}",
        "/matters/{no}/form",
        "/account",
        "/account/tokens",
        "/sign-in/password",
        "/apply/{item}",
        "/drafts/{id}",
        "/drafts/{id}/check",
    ],
};

const CLERK: Walker = Walker {
    name: "a counter clerk",
    login: "chuangkou",
    doors: &["/workbench", "/workbench/counter"],
    pages: &[
        "/workbench",
        "/workbench/counter",
        "/workbench/counter/visitors/{key}",
        "/workbench/counter/visitors/{key}/themes/{code}",
        "/workbench/counter/visitors/{key}/together",
        "/workbench/counter/drafts/{id}",
        "/workbench/counter/drafts/{id}/notice",
        "/workbench/counter/drafts/{id}/check",
        "/workbench/counter/identity",
        "/workbench/counter/cases/{no}",
        "/workbench/search",
        "/workbench/notices",
        "/workbench/account",
    ],
};

const EXAMINER: Walker = Walker {
    name: "an examiner",
    login: "li",
    doors: &["/workbench", "/workbench/search?q=%E9%A4%90%E9%A5%AE"],
    pages: &["/workbench/cases/{no}", "/workbench/cases/{no}/acts/{act}", "/workbench/cases/{no}/clocks/{clock}"],
};

const APPROVER: Walker =
    Walker { name: "an approver", login: "zhao", doors: &["/workbench"], pages: &["/workbench/cases/{no}/acts/{act}"] };

const PAYER: Walker = Walker {
    name: "an examiner of claims",
    login: "ren",
    doors: &["/workbench", "/workbench/claims", "/workbench/claims/rsj-stable-small"],
    pages: &["/workbench/claims", "/workbench/claims/{programme}", "/workbench/cases/{no}"],
};

const SUPERVISOR: Walker = Walker {
    name: "a supervisor",
    login: "gao",
    doors: &["/workbench"],
    pages: &[
        "/workbench/supervision",
        "/workbench/week",
        "/workbench/by-rule",
        "/workbench/commitments",
        "/workbench/objections",
        "/workbench/people/{id}/cases",
    ],
};

const EDITOR: Walker = Walker {
    name: "an editor",
    login: "bianji",
    doors: &["/workbench", "/workbench/items/food-operation-new"],
    pages: &[
        "/workbench/items",
        "/workbench/items/{code}",
        "/workbench/definitions",
        "/workbench/zones",
        "/workbench/import",
        "/workbench/policies",
        "/workbench/policies/try",
        "/workbench/policies/opinion",
        "/workbench/policies/new",
        "/workbench/policies/queue",
        "/workbench/policies/table",
        "/workbench/policies/{code}",
        "/workbench/policies/{code}/edit",
        "/workbench/policies/{code}/clauses/{clause}",
        "/workbench/corrections",
        "/workbench/corrections/{id}",
        "/workbench/changes",
        "/workbench/changes/{id}",
    ],
};

const LEGAL: Walker = Walker { name: "a legal reviewer", login: "fazhi", doors: &["/workbench"], pages: &["/workbench/changes"] };

const PUBLISHER: Walker = Walker {
    name: "a publisher",
    login: "fabu",
    doors: &["/workbench", "/workbench/editions/compare"],
    pages: &[
        "/workbench/publish",
        "/workbench/editions",
        "/workbench/editions/compare",
        "/workbench/lists",
        "/workbench/lists/{code}",
    ],
};

const ANALYST: Walker =
    Walker { name: "a policy analyst", login: "fenxi", doors: &["/workbench"], pages: &["/workbench/policies/reach"] };

const ADMINISTRATOR: Walker = Walker {
    name: "an administrator",
    login: "guanli",
    doors: &["/workbench"],
    pages: &[
        "/workbench/people",
        "/workbench/people/{id}",
        "/workbench/tokens",
        "/workbench/calendar",
        "/workbench/readings",
        "/workbench/readings/administration",
        "/workbench/retention",
        "/workbench/errands",
        "/workbench/partners",
    ],
};

const WALKERS: [&Walker; 12] = [
    &VISITOR,
    &APPLICANT,
    &CLERK,
    &EXAMINER,
    &APPROVER,
    &PAYER,
    &SUPERVISOR,
    &EDITOR,
    &LEGAL,
    &PUBLISHER,
    &ANALYST,
    &ADMINISTRATOR,
];

/// Addresses that answer with something else than a page of ours.
const NO_PAGES: [(&str, &str); 29] = [
    ("/search/suggest", "suggestions, as data"),
    ("/account/my-data.json", "a file"),
    ("/claims/notices/{no}/notice", "a file"),
    ("/matters/{no}/letters/{number}", "a file"),
    ("/matters/{no}/letters/{number}/ofd", "a file"),
    ("/wallet/{no}/pdf", "a file"),
    ("/wallet/{no}/ofd", "a file"),
    ("/matters/{no}/files/{place}", "a file"),
    ("/matters/{no}/signed/{digest}", "a file"),
    ("/signatures/{draft}/papers/{digest}", "a file"),
    ("/matters/{no}/papers/{place}", "a file"),
    ("/matters/{no}/correction", "leads to the draft"),
    ("/drafts/{id}/papers/{key}/{digest}", "a file"),
    ("/drafts/{id}/uploads/{upload}", "how far an upload is, as data"),
    ("/workbench/suggest", "suggestions, as data"),
    ("/workbench/policies/statistics.xlsx", "a file"),
    ("/workbench/policies/table.csv", "a file"),
    ("/workbench/policies/table.xlsx", "a file"),
    ("/workbench/supervision/agencies.csv", "a file"),
    ("/workbench/supervision/agencies.xlsx", "a file"),
    ("/workbench/supervision/cases.csv", "a file"),
    ("/workbench/supervision/cases.xlsx", "a file"),
    ("/workbench/cases/{no}/files/{digest}", "a file"),
    ("/workbench/cases/{no}/letters/{number}", "a file"),
    ("/workbench/counter/drafts/{id}/papers/{key}/{digest}", "a file"),
    ("/workbench/counter/closed/{item}", "there is none before an item was closed: editor.rs closes one"),
    ("/workbench/claims/{programme}/payments", "a file"),
    ("/workbench/batch", "leads to the tasks"),
    ("/workbench/batch/{act}", "leads to the tasks"),
];

#[test]
fn every_page_of_the_routers_is_somebodys() -> Result<()> {
    let seen: BTreeSet<&str> = WALKERS.iter().flat_map(|walker| walker.pages).copied().collect();
    let not: BTreeSet<&str> = NO_PAGES.iter().map(|(route, _)| *route).collect();
    let routes = routes()?;
    let forgotten: Vec<&String> =
        routes.iter().filter(|route| !seen.contains(route.as_str()) && !not.contains(route.as_str())).collect();
    assert!(forgotten.is_empty(), "nobody walks to {forgotten:?}; name a walker, or say in NO_PAGES why it is no page");
    let gone: Vec<&&str> = seen.union(&not).filter(|route| !routes.contains(**route)).collect();
    assert!(gone.is_empty(), "{gone:?} are no longer in the routers");
    Ok(())
}

/// The addresses that the routers of portal and workbench answer to a GET, read from their source.
fn routes() -> Result<BTreeSet<String>> {
    let source = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/web/src"));
    let mut routes = BTreeSet::from(["/api".to_owned()]);
    for (area, prefix) in [("portal", ""), ("workbench", "/workbench")] {
        let mut folders = vec![source.join(area)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path)?;
                for piece in text.split(".route(").skip(1) {
                    let (name, rest) = piece.split_once(',').with_context(|| format!("a route in {}", path.display()))?;
                    let route = match name.trim().strip_prefix('"') {
                        Some(quoted) => quoted.trim_end_matches('"').to_owned(),
                        // A name for the address, said in the same file.
                        None => text
                            .split_once(&format!("const {}: &str = \"", name.trim()))
                            .and_then(|(_, rest)| rest.split_once('"'))
                            .map(|(route, _)| route.to_owned())
                            .with_context(|| format!("what {name} is in {}", path.display()))?,
                    };
                    let handlers = rest.split("\n}").next().unwrap_or_default();
                    if handlers.contains("get(") {
                        let whole = format!("{prefix}{route}");
                        routes.insert(if whole == "/workbench/" { "/workbench".to_owned() } else { whole });
                    }
                }
            }
        }
    }
    Ok(routes)
}

/// The route that answers an address: of several the one with the fewest blanks.
fn route_of<'a>(path: &str, routes: &'a BTreeSet<String>) -> Option<&'a str> {
    let parts = |text: &'a str| text.trim_matches('/').split('/').collect::<Vec<_>>();
    let path: Vec<&str> = path.split('?').next().unwrap_or_default().trim_matches('/').split('/').collect();
    let fits = |route: &&'a String| {
        let route = parts(route);
        route.len() == path.len() && route.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
    };
    routes.iter().filter(fits).min_by_key(|route| route.matches('{').count()).map(String::as_str)
}

#[test]
fn an_address_belongs_to_its_route() {
    let routes: BTreeSet<String> = ["/", "/lists/{code}", "/lists/authority", "/matters/{no}"].map(str::to_owned).into();
    assert_eq!(route_of("/?lang=en", &routes), Some("/"));
    assert_eq!(route_of("/lists/authority", &routes), Some("/lists/authority"));
    assert_eq!(route_of("/lists/xk-food?on=2026-01-01", &routes), Some("/lists/{code}"));
    assert_eq!(route_of("/elsewhere", &routes), None);
}

/// How many addresses of one route are looked at: where much depends on what stands there, more than one.
fn enough(route: &str) -> usize {
    match route {
        "/matters/{no}" | "/workbench/cases/{no}" | "/workbench/counter/cases/{no}" => 4,
        "/items/{code}" | "/search" | "/workbench/counter/drafts/{id}" | "/drafts/{id}" => 2,
        _ => 1,
    }
}

/// Follows the links from the doors, in Chinese; then everything once more in English.
async fn walk(page: &Page, walker: &Walker, more: &[String]) -> Result<()> {
    let routes = routes()?;
    let doors = || walker.doors.iter().map(|door| (*door).to_owned()).chain(more.iter().cloned());
    let mut waiting: VecDeque<String> = doors().collect();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut order = Vec::new();
    let mut faults = Vec::new();
    page.open("/?lang=zh").await?;
    while let Some(path) = waiting.pop_front() {
        let route = route_of(&path, &routes);
        if route.is_some_and(|route| NO_PAGES.iter().any(|(no, _)| *no == route)) {
            continue;
        }
        // Every act has a form of its own.
        let kind = match route {
            Some("/workbench/cases/{no}/acts/{act}") => path.rsplit('/').next().unwrap_or_default().split('?').collect(),
            Some(route) => route.to_owned(),
            None if doors().any(|door| door == path) => path.clone(),
            None => continue,
        };
        let known = found.entry(kind).or_default();
        if known.len() >= enough(route.unwrap_or_default()) || known.contains(&path) {
            continue;
        }
        known.push(path.clone());
        page.open(&path).await?;
        faults.extend(look(page, &path, false).await?);
        // The portal is for the public: who works here has seen it there.
        let links = page
            .links()
            .await?
            .into_iter()
            .filter(|link| !walker.doors[0].starts_with("/workbench") || link.starts_with("/workbench"));
        waiting.extend(links.filter(|link| !link.ends_with("print=large") && !link.ends_with("print=normal")));
        order.push(path);
    }
    page.open("/?lang=en").await?;
    for path in &order {
        page.open(path).await?;
        faults.extend(look(page, path, true).await?);
    }
    println!("{} saw {} pages", walker.name, order.len());
    let came: BTreeSet<&str> = order.iter().filter_map(|path| route_of(path, &routes)).collect();
    let missed: Vec<_> = walker.pages.iter().filter(|route| !came.contains(**route)).collect();
    if !missed.is_empty() {
        faults.push(format!("{} never came to {missed:?}", walker.name));
    }
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n\n")) }
}

/// What is wrong with the page that is open.
async fn look(page: &Page, path: &str, english: bool) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let here = format!("{path} in {}", if english { "English" } else { "Chinese" });
    if let Err(fault) = page.axe_if_new().await {
        faults.push(format!("{here}: {fault:#}"));
    }
    if english && let Err(fault) = page.chinese_is_marked().await {
        faults.push(format!("{here}: {fault:#}"));
    }
    page.on_a_screen(390).await?;
    if let Err(fault) = page.fits().await {
        faults.push(format!("{here}: {fault:#}"));
    }
    page.on_a_screen(1280).await?;
    Ok(faults)
}

/// Members of staff, one after the other in one browser: signing in takes its time.
async fn as_staff(walkers: &[&Walker]) -> Result<()> {
    journey(Visitor::at_a_desk(), async |page| {
        for walker in walkers {
            page.open("/?lang=zh").await?;
            page.sign_in("/workbench/sign-in", walker.login, PASSWORD).await?;
            walk(page, walker, &[]).await?;
            page.open("/?lang=zh").await?;
            page.open("/workbench").await?;
            page.click("退出").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_visitors_pages() -> Result<()> {
    journey(Visitor::at_a_desk(), async |page| walk(page, &VISITOR, &[]).await).await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn an_applicants_pages() -> Result<()> {
    journey(Visitor::at_a_desk(), async |page| {
        page.sign_in("/sign-in", APPLICANT.login, PASSWORD).await?;
        page.open("/account").await?;
        page.click("代表该企业").await?;
        page.expect("待我签署").await?;
        page.open("/apply/food-operation-new").await?;
        page.fill("经营或办理地点所在区域", "塘沽街道").await?;
        page.click("开始填写").await?;
        page.expect("检查并提交").await?;
        let draft = page.path().await?;
        walk(page, &APPLICANT, &[format!("{draft}/check"), draft]).await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_counter_clerks_pages() -> Result<()> {
    journey(Visitor::at_a_desk(), async |page| {
        page.sign_in("/workbench/sign-in", CLERK.login, PASSWORD).await?;
        page.open("/workbench/counter").await?;
        page.fill("身份证件号码或统一社会信用代码", "120116188512310020").await?;
        page.click("查找").await?;
        page.expect("正在为其办理").await?;
        let visitor = page.path().await?;
        page.open(&format!("{visitor}?item=employment-certificate")).await?;
        page.fill("经营或办理地点所在区域", "塘沽街道").await?;
        page.click("开始收件").await?;
        page.expect("检查并提交").await?;
        let draft = page.path().await?;
        let together = [format!("{visitor}/themes/restaurant?has-business-licence=true"), format!("{visitor}/together")];
        let begun = [format!("{draft}/check"), format!("{draft}/notice"), draft, visitor];
        walk(page, &CLERK, &[begun.as_slice(), &together].concat()).await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn an_examiners_pages() -> Result<()> {
    as_staff(&[&EXAMINER, &PAYER]).await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn the_pages_of_approver_and_supervisor() -> Result<()> {
    as_staff(&[&APPROVER, &SUPERVISOR]).await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn an_editors_pages() -> Result<()> {
    journey(Visitor::at_a_desk(), async |page| {
        page.open("/items/food-operation-new/error").await?;
        page.choose("哪一部分", "材料").await?;
        page.fill("哪里不对", "设备清单的式样没有写明。").await?;
        page.click("提交").await?;
        page.expect("收到了").await?;
        page.sign_in("/workbench/sign-in", EDITOR.login, PASSWORD).await?;
        page.open("/workbench/items/food-operation-new").await?;
        page.fill("一句话说明", "开饭店、食堂、小吃店要办的证。").await?;
        page.fill("改了什么、为什么", "用平常的话").await?;
        page.click("保存草稿").await?;
        page.expect("送部门审核").await?;
        walk(page, &EDITOR, &[]).await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn the_pages_of_legal_reviewer_and_publisher() -> Result<()> {
    as_staff(&[&LEGAL, &PUBLISHER]).await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn an_administrators_pages() -> Result<()> {
    as_staff(&[&ADMINISTRATOR]).await
}
