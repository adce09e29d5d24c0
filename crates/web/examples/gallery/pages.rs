//! Sample pages: how the components stand together on a screen. All matters and people here are made up.

use jiff::civil::date;
use maud::{Markup, html};
use rulebook::Lang;
use web::layout::{Area, Crumb, NavItem, Page, WhoAmI};
use web::pieces::action_bar::{NotNow, action_bar};
use web::pieces::button::{Button, Look, button, link_button};
use web::pieces::chart::{Bar, Figure, bars, columns, figure};
use web::pieces::clock::{Clock, clocks};
use web::pieces::copy_code::copy_code;
use web::pieces::date::{day, moment, short_day};
use web::pieces::field::{Choice, Control, Field, Line, field};
use web::pieces::files::{Paper, Uploads, paper_list};
use web::pieces::form;
use web::pieces::hero::hero;
use web::pieces::law::{LawQuote, law_quote};
use web::pieces::notice::{Notice, notice};
use web::pieces::party::{Party, party};
use web::pieces::search_box::{SearchBox, search_box};
use web::pieces::split::{Pane, ReviewPoint, review_points, split};
use web::pieces::stepper::{Stage, Step, stepper};
use web::pieces::summary_list::{SummaryRow, summary_list};
use web::pieces::table::{Column, Row, Table, table};
use web::pieces::tabs::{Tab, tabs};
use web::pieces::tag::{Light, example_mark, light_saying, tag};
use web::pieces::timeline::{Happening, timeline};
use web::pieces::{Tone, words};

const ITEM: &str = "食品经营许可（新办）";
const FIRM: &str = "滨海示例餐饮有限公司";

fn portal(lang: Lang, title: &str, body: Markup) -> Page {
    let mut page = Page::new(Area::Portal, lang, title, "/", body);
    page.nav = vec![
        NavItem::new("/", lang.say("首页", "Home")),
        NavItem::new("/items", lang.say("事项与指南", "Services and guides")),
        NavItem::new("/matters", lang.say("我的办件", "My matters")).count(2),
        NavItem::new("/follow", lang.say("查进度", "Follow a matter")),
        NavItem::new("/lists", lang.say("清单公开", "Lists")),
        NavItem::new("/unresolved", lang.say("办不成事", "Could not be done")),
    ];
    page.footer = vec![
        NavItem::new("/accessibility", lang.say("无障碍说明", "Accessibility")),
        NavItem::new("/privacy", lang.say("个人信息", "Personal data")),
        NavItem::new("/measures", lang.say("十七项措施", "The 17 measures")),
    ];
    page.search = Some(("/search".into(), "/search/suggest".into()));
    page.who = Some(WhoAmI { name: "王小明".into(), role: FIRM.into(), href: Some("/account".into()), ..WhoAmI::default() });
    page
}

fn workbench(lang: Lang, title: &str, current: usize, body: Markup) -> Page {
    let mut page = Page::new(Area::Workbench, lang, title, "/workbench", body);
    let names = [
        ("我的任务", "My tasks"),
        ("窗口", "Counter"),
        ("督办", "Supervision"),
        ("事项", "Services"),
        ("清单", "Lists"),
        ("台账", "Ledger"),
        ("人员", "People"),
        ("日历", "Calendar"),
    ];
    page.nav = names
        .iter()
        .enumerate()
        .map(|(at, (zh, en))| NavItem::new("/workbench/x", lang.say(zh, en)).current(at == current))
        .collect();
    page.nav[0].count = Some(12);
    page.search = Some(("/workbench/search".into(), "/workbench/suggest".into()));
    page.who = Some(WhoAmI { name: "李秋".into(), role: "审批员 · 政务服务办".into(), ..WhoAmI::default() });
    page
}

pub fn home(lang: Lang) -> Page {
    let themes = [
        ("开饭店", "食品经营、门头、消防，一次办"),
        ("开药店", "药品经营、医疗器械备案"),
        ("办幼儿园", "办学许可、食堂、消防"),
        ("建厂房", "拿地即开工"),
        ("招员工", "参保、就业登记、补贴"),
        ("接水电气", "报装一次申请"),
    ];
    let body = html! {
        div .stack {
            (hero(html! {
                h1 { (lang.say("要办什么事？", "What would you like to get done?")) }
                p .lead { (lang.say("说一件事就行，例如「开饭店」。", "One word will do, in Chinese or pinyin: 开饭店, kaifandian.")) }
                (search_box(&SearchBox { label: lang.say("搜事项、指南、一件事", "Search services and guides"), big: true, id: "home-search", ..SearchBox::default() }, lang))
            }))
            section .stack { h2 { (lang.say("您正在办的", "What you have open")) }
                div .grid.two {
                    (open_matter(lang, ITEM, tag(lang.say("待您补正", "Waiting for you"), Tone::Warn, lang), lang.say("请补一份平面布置图，3月18日前", "Please supply a floor plan by 18 Mar")))
                    (open_matter(lang, "公共场所卫生许可", tag(lang.say("草稿", "Draft"), Tone::Plain, lang), lang.say("填到第 2 步，昨天 16:20 保存", "At step 2, saved yesterday at 16:20")))
                }
            }
            section .stack { h2 { (lang.say("一件事", "Several permits at once")) }
                div .grid { @for (name, text) in themes { a .card href="/theme" { h3 { (words(name, lang)) } p .muted { (words(text, lang)) } } } } }
            section .stack { h2 { (lang.say("别的路", "Other ways")) }
                div .grid {
                    div { h3 { a href="/follow" { (lang.say("凭查询码看进度", "Follow with a code")) } } p .muted { (lang.say("不用登录", "Without signing in")) } }
                    div { h3 { a href="/venues" { (lang.say("到哪个大厅办", "Where to go")) } } p .muted { (lang.say("窗口、时间、电话", "Counters, hours, telephones")) } }
                    div { h3 { a href="/unresolved" { (lang.say("办不成？告诉我们", "Could not get it done?")) } } p .muted { (lang.say("专人接，限期答复", "A named person answers in time")) } }
                } }
        }
    };
    let mut page = portal(lang, lang.say("首页", "Home"), body);
    page.nav[0].current = true;
    page.search = None;
    page
}

fn open_matter(lang: Lang, name: &str, state: Markup, text: &str) -> Markup {
    html! { a .card href="/case" { div .row.apart { h3 { (words(name, lang)) } (state) } p { (text) } } }
}

pub fn case(lang: Lang) -> Page {
    let papers = [
        Paper { name: "平面布置图.pdf", href: "#p", size: 842_000, note: "3月2日 10:32", remove: None },
        Paper { name: "营业执照", href: "#p", size: 310_000, note: "取自证照库", remove: None },
    ];
    let happenings = [
        Happening {
            when: moment(date(2026, 3, 2).at(10, 0, 0, 0), lang),
            title: lang.say("您提交了申请", "You sent the application").into(),
            who: "王小明".into(),
            tone: Tone::Info,
            ..Happening::default()
        },
        Happening {
            when: moment(date(2026, 3, 3).at(9, 20, 0, 0), lang),
            title: lang.say("已受理", "Accepted").into(),
            who: "李秋，政务服务办".into(),
            tone: Tone::Good,
            body: html! { p { a href="#l" { (lang.say("受理通知书", "Letter of acceptance")) } } },
            ..Happening::default()
        },
        Happening {
            when: moment(date(2026, 3, 5).at(14, 0, 0, 0), lang),
            title: lang.say("安排现场核查", "Inspection arranged").into(),
            who: "张海、陈立，政务服务办".into(),
            tone: Tone::Info,
            body: html! { p { (lang.say("3月9日 9:30，请安排人在场。", "9 March 9:30, please have somebody there.")) } },
            ..Happening::default()
        },
        Happening {
            when: day(date(2026, 3, 16), lang),
            title: lang.say("作出决定", "Decision").into(),
            who: "政务服务办".into(),
            next: true,
            ..Happening::default()
        },
    ];
    let body = html! {
        div .page-head {
            div { p .over { (lang.say("办件", "Case")) " BH26-000123" } h1 { (words(ITEM, lang)) } }
            div .row { (tag(lang.say("审查中", "Under examination"), Tone::Info, lang)) (example_mark(lang)) }
        }
        div .with-side {
            div .stack {
                (notice(&Notice::new(Tone::Info, lang.say("现在：政务服务办正在审查，李秋经办", "Now: the approval office is examining, handled by 李秋"))
                    .body(html! { p { (lang.say("您不用做什么。最迟 3月16日 周一有决定。", "Nothing for you to do. A decision comes by Monday 16 March at the latest.")) } }), lang))
                (stepper(lang.say("进度", "Progress"), &[
                    Step { name: lang.say("收件", "Received"), stage: Stage::Past, note: lang.say("3月2日", "2 Mar"), ..Step::default() },
                    Step { name: lang.say("受理", "Accepted"), stage: Stage::Past, note: lang.say("3月3日", "3 Mar"), ..Step::default() },
                    Step { name: lang.say("审查", "Examination"), stage: Stage::Now, ..Step::default() },
                    Step { name: lang.say("决定", "Decision"), note: lang.say("3月16日前", "by 16 Mar"), ..Step::default() },
                    Step { name: lang.say("送达", "Delivery"), ..Step::default() },
                ], lang))
                h2 { (lang.say("经过", "What happened")) }
                (timeline(&happenings, lang))
                h2 { (lang.say("材料", "Papers")) }
                (paper_list(&papers, lang))
            }
            aside .stack aria-label=(lang.say("要点", "In short")) {
                div .card { h2 { (lang.say("时限", "Limits")) } (clocks(&[
                    Clock { name: "承诺办结期限", due: Some(date(2026, 3, 16)), light: Some(Light::Normal), left: lang.say("剩 6 个工作日", "6 working days left"), basis: "承诺 10 个工作日（示例）", explain: Some("#e"), ..Clock::default() },
                    Clock { name: "法定办结期限", due: Some(date(2026, 3, 30)), light: Some(Light::Normal), basis: "行政许可法第四十二条", explain: Some("#e"), ..Clock::default() },
                ], lang)) }
                div .card.stack-s { h2 { (lang.say("查询码", "Code to follow")) } (copy_code(lang.say("查询码", "Code"), "K7QF-3M2P-X9", lang))
                    p .small.muted { (lang.say("给别人看进度用，看不到材料。", "Lets others see where it stands, not the papers.")) } }
                div .card.stack-s { h2 { (lang.say("您还可以", "You can also")) } p { a href="#w" { (lang.say("撤回申请", "Withdraw the application")) } } p { a href="#q" { (lang.say("问一句", "Ask a question")) } } }
            }
        }
    };
    let mut page = portal(lang, ITEM, body);
    page.nav[2].current = true;
    page.breadcrumbs = vec![
        Crumb::to("/", lang.say("首页", "Home")),
        Crumb::to("/matters", lang.say("我的办件", "My matters")),
        Crumb::here("BH26-000123"),
    ];
    page
}

pub fn form(lang: Lang) -> Page {
    let kinds = [
        Choice::new("餐饮服务经营者", "餐饮服务经营者"),
        Choice::new("食品销售经营者", "食品销售经营者"),
        Choice::new("单位食堂", "单位食堂"),
    ];
    let wrong = lang.say("请填写手机号，用来收通知", "Please give a mobile number for notices");
    let fields = html! {
        (field(&Field::text("shop", "经营者名称", FIRM).required().origin(Some("营业执照，2026年3月1日")), lang))
        (field(&Field::new("kind", "主体业态", Control::Radios { value: "餐饮服务经营者", choices: &kinds, across: false }).required().refresh(), lang))
        (field(&Field::new("area", "经营面积", Control::Number { value: "86", unit: "平方米" }).required().hint(lang.say("以场所证明为准", "As in the proof of premises")), lang))
        (field(&Field::new("kitchen", "设有厨房", Control::YesNo { value: Some(true) }).required().refresh(), lang))
        (field(&Field::new("tel", lang.say("手机", "Mobile number"), Control::Text { value: "", line: Line::Phone }).required().error(Some(wrong)).autocomplete("tel"), lang))
        (field(&Field::new("plan", "平面布置图", Control::Files(Uploads { upload: Some("/up"), accept: "image/*,application/pdf", multiple: true, ..Uploads::default() })).hint(lang.say("照片或 PDF", "Photo or PDF")), lang))
    };
    let foot = html! { div .buttons { (button(&Button::new(lang.say("保存并继续", "Save and continue")))) (link_button("#b", lang.say("上一步", "Back"), Look::Second, None)) } };
    let body = html! {
        div .page-head { div { p .over { (words(ITEM, lang)) } h1 { (lang.say("经营场所", "Premises")) } } }
        (stepper(lang.say("填写步骤", "Steps"), &[
            Step { name: lang.say("申请人", "Applicant"), stage: Stage::Past, href: Some("#1"), ..Step::default() },
            Step { name: lang.say("经营场所", "Premises"), stage: Stage::Now, ..Step::default() },
            Step { name: lang.say("材料", "Papers"), ..Step::default() },
            Step { name: lang.say("检查并提交", "Check and send"), ..Step::default() },
        ], lang))
        (web::pieces::error_summary::error_summary(&[("tel", wrong)], lang))
        (form::form(&form::Form { action: "/apply", autosave: Some("/apply/draft"), fragment: Some("/apply/form"), ..form::Form::default() }, fields, foot, lang))
    };
    let mut page = portal(lang, lang.say("经营场所", "Premises"), body);
    page.breadcrumbs =
        vec![Crumb::to("/", lang.say("首页", "Home")), Crumb::to("/items", lang.say("事项", "Services")), Crumb::here(ITEM)];
    page
}

pub fn tasks(lang: Lang) -> Page {
    let columns = [
        Column::new(lang.say("办件", "Case")),
        Column::new(lang.say("申请人", "Applicant")),
        Column::new(lang.say("要做的", "What to do")),
        Column::new(lang.say("时限", "Due")),
        Column::new(lang.say("收件", "Received")),
        Column::new(lang.say("经办", "Handled by")),
    ];
    let items = [ITEM, "公共场所卫生许可", "劳务派遣经营许可", "设置大型户外广告设施审批"];
    let rows = (0..14u32)
        .map(|at| {
            let (shown, left) = match at {
                0 | 1 => (Light::Overdue, lang.say("超 1 个工作日", "1 working day late")),
                2..=4 => (Light::Soon, lang.say("今天到期", "due today")),
                5 | 9 => (Light::Paused, lang.say("等待补正", "waiting for correction")),
                _ => (Light::Normal, lang.say("剩 6 个工作日", "6 working days left")),
            };
            let todo = if at % 3 == 0 { lang.say("决定是否受理", "Accept or not") } else { lang.say("审查", "Examine") };
            Row::new(vec![
                html! { a href="/workbench/case" { "BH26-" (format!("{:06}", 123 + at)) } span .sub { (words(items[at as usize % items.len()], lang)) } },
                html! { (words(FIRM, lang)) },
                html! { (todo) },
                html! { (light_saying(shown, left, lang)) span .sub { (short_day(date(2026, 3, 16), lang)) } },
                short_day(date(2026, 3, 2), lang),
                html! { (words("李秋", lang)) },
            ])
            .light(shown)
            .pick(format!("BH26-{:06}", 123 + at))
        })
        .collect();
    let body = html! {
        div .page-head { h1 { (lang.say("我的任务", "My tasks")) } div .buttons { (link_button("/new", lang.say("窗口收件", "Take in at the counter"), Look::Main, Some("n"))) } }
        (tabs(lang.say("任务", "Tasks"), &[
            Tab { href: "#1", text: lang.say("按紧急", "By urgency"), current: true, count: Some(14), ..Tab::default() }, Tab { href: "#2", text: lang.say("等我的", "Waiting for me"), count: Some(3), ..Tab::default() },
            Tab { href: "#3", text: lang.say("等别人", "Waiting for others"), count: Some(21), ..Tab::default() }, Tab { href: "#4", text: lang.say("本科室", "My department"), ..Tab::default() },
        ]))
        (table(&Table { caption: lang.say("按紧急程度排列的任务", "Tasks by urgency"), columns: &columns, rows, keys: true, picks: Some("case"), ..Table::default() }, lang))
        (web::pieces::pagination::pagination(None, Some("#n"), "", lang))
    };
    workbench(lang, lang.say("我的任务", "My tasks"), 0, body)
}

pub fn examine(lang: Lang) -> Page {
    let points = [
        ReviewPoint { code: "1", text: "申请人为依法登记的市场主体", finding: "yes", ..ReviewPoint::default() },
        ReviewPoint {
            code: "2",
            text: "经营场所与污染源保持规定距离",
            hint: Some("看平面图和现场照片"),
            finding: "no",
            remark: "北侧距垃圾房 8 米，请说明。",
        },
        ReviewPoint { code: "3", text: "布局流程合理，生熟分开", ..ReviewPoint::default() },
        ReviewPoint { code: "4", text: "从业人员健康证明在有效期内", finding: "yes", ..ReviewPoint::default() },
    ];
    let paper = html! { div .stack {
        (tabs(lang.say("材料", "Papers"), &[Tab { href: "#f", text: lang.say("申请表", "Form"), current: true, ..Tab::default() }, Tab { href: "#p", text: lang.say("平面图", "Plan"), ..Tab::default() }, Tab { href: "#h", text: lang.say("健康证明", "Health proofs"), count: Some(3), ..Tab::default() }]))
        (summary_list(&[
            SummaryRow::new("经营者名称", words(FIRM, lang)), SummaryRow::new("统一社会信用代码", html! { code { "91120116MA00000000" } }), SummaryRow::new("主体业态", words("餐饮服务经营者", lang)),
            SummaryRow::new("经营项目", words("热食类食品制售、冷食类食品制售", lang)), SummaryRow::new("经营面积", words("86 平方米", lang)), SummaryRow::new("设有厨房", words("是", lang)), SummaryRow::new("经营场所", words("天津市滨海新区示例路 1 号", lang)),
        ], lang))
        h3 { (lang.say("这家企业的历史", "This firm's history")) }
        (timeline(&[Happening { when: day(date(2025, 6, 10), lang), title: "公共场所卫生许可 · 准予".into(), who: "政务服务办".into(), tone: Tone::Good, ..Happening::default() }], lang))
    } };
    let checks = html! { form .form.full data-autosave="/workbench/points" { p .save-state role="status" { (lang.say("已保存 10:32", "Saved 10:32")) }
    (review_points(&points, lang))
    (field(&Field::new("opinion", lang.say("审查意见", "Opinion"), Control::Area { value: "", rows: 4 }), lang)) } };
    let law = html! { div .stack {
        (law_quote(&LawQuote { article: "行政许可法第三十四条第三款", text: "根据法定条件和程序，需要对申请材料的实质内容进行核实的，行政机关应当指派两名以上工作人员进行核查。", source: "2019年修正", verified: true, href: Some("#law") }, lang))
        (law_quote(&LawQuote { article: "食品经营审查要点（示例）", text: "场所距离要求以示例代替。", ..LawQuote::default() }, lang))
    } };
    let body = html! {
        div .page-head {
            div { p .over { "BH26-000123 · " (lang.say("第一经办 李秋", "first handled by 李秋")) } h1 { (words(ITEM, lang)) } }
            div .row { (party(&Party { name: FIRM, note: "91120116MA00000000", firm: true, href: Some("#firm") }, lang)) }
        }
        (split(&Pane { id: "paper", title: lang.say("材料", "Papers"), body: paper }, &Pane { id: "points", title: lang.say("审查要点", "Points to check"), body: checks }, Some(&Pane { id: "law", title: lang.say("依据", "Law"), body: law })))
        (action_bar(light_saying(Light::Normal, lang.say("承诺 3月16日，剩 6 个工作日", "Promised by 16 Mar, 6 working days left"), lang),
            html! { (button(&Button::new(lang.say("拟准予", "Propose to grant")).key("g"))) (button(&Button::new(lang.say("拟不予", "Propose to refuse")).look(Look::Second).key("r"))) (button(&Button::new(lang.say("现场核查", "Inspect")).look(Look::Second).key("i"))) (button(&Button::new(lang.say("特别程序", "Special procedure")).look(Look::Second).key("s"))) },
            &[NotNow { act: lang.say("要求补正", "Ask correction").into(), why: "材料已于3月3日受理，一次性告知已过；新发现的问题须由负责人记明理由。".into() }, NotNow { act: lang.say("送达", "Deliver").into(), why: "尚未作出决定。".into() }], lang))
    };
    let mut page = workbench(lang, ITEM, 0, body);
    page.wide = true;
    page
}

pub fn board(lang: Lang) -> Page {
    let parts = [
        (lang.say("正常", "on time"), Tone::Good),
        (lang.say("临期", "due soon"), Tone::Warn),
        (lang.say("超期", "overdue"), Tone::Bad),
        (lang.say("暂停", "paused"), Tone::Rest),
    ];
    let rows = [
        ("政务服务办", vec![120, 14, 3, 20]),
        ("市场监管局", vec![64, 9, 0, 4]),
        ("住房和建设委", vec![31, 2, 1, 8]),
        ("卫生健康委", vec![22, 0, 0, 1]),
    ];
    let rows: Vec<Bar> =
        rows.into_iter().map(|(name, parts)| Bar { name: html! { a href="#d" { (words(name, lang)) } }, parts }).collect();
    let points: Vec<(String, u64)> = (2..=13u64).map(|on| (format!("3/{on}"), on * 37 % 23 + 4)).collect();
    let number = |name, number, tone| figure(&Figure { name, number, tone, href: Some("#n"), ..Figure::default() }, lang);
    let body = html! {
        div .page-head { h1 { (lang.say("督办", "Supervision")) } p .muted { (lang.say("截至 ", "As of ")) (moment(date(2026, 3, 2).at(10, 0, 0, 0), lang)) } }
        div .stack {
            div .grid.small { (number(lang.say("在办", "Open"), "299", Tone::Plain)) (number(lang.say("超期", "Overdue"), "4", Tone::Bad)) (number(lang.say("临期", "Due soon"), "25", Tone::Warn)) (number(lang.say("按期办结率", "Done in time"), "98.7%", Tone::Good)) }
            (bars(lang.say("各部门在办件", "Open cases by department"), &parts, &rows, lang))
            (columns(lang.say("每日办结", "Closed each day"), &points, Some((lang.say("日均", "Mean"), 14)), lang))
        }
    };
    workbench(lang, lang.say("督办", "Supervision"), 2, body)
}
