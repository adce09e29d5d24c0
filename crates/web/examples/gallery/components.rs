//! Every component, in every state it can be in.

use jiff::civil::date;
use maud::{Markup, html};
use rulebook::Lang;
use web::layout::{Area, Crumb, DemoBar, NavItem, Page, WhoAmI};
use web::pieces::action_bar::{NotNow, action_bar};
use web::pieces::button::{Button, Look, button, confirm_button, link_button};
use web::pieces::chart::{Bar, Figure, bars, columns, figure};
use web::pieces::clock::{Clock, clocks};
use web::pieces::copy_code::copy_code;
use web::pieces::date::{day, moment};
use web::pieces::day_table::{CountedDay, DayKind, day_table};
use web::pieces::empty_state::empty_state;
use web::pieces::error_summary::error_summary;
use web::pieces::field::{Choice, Control, Field, Line, field};
use web::pieces::files::{Paper, Uploads};
use web::pieces::law::{LawQuote, law_quote};
use web::pieces::letter::{Letter, letter};
use web::pieces::notice::{Notice, notice};
use web::pieces::pagination::pagination;
use web::pieces::party::{Party, party};
use web::pieces::rating::rating;
use web::pieces::search_box::{SearchBox, search_box};
use web::pieces::stepper::{Stage, Step, stepper};
use web::pieces::summary_list::{SummaryRow, summary_list};
use web::pieces::table::{Column, Row, Sorted, Table, table};
use web::pieces::tabs::{Tab, tabs};
use web::pieces::tag::{Light, example_mark, light, light_saying, tag};
use web::pieces::timeline::{Happening, timeline};
use web::pieces::{Tone, zh};

pub fn page(lang: Lang) -> Page {
    let body = html! {
        div .page-head { h1 { (lang.say("构件", "Components")) } }
        div .stack {
            (part(lang.say("文字与链接", "Text and links"), text(lang)))
            (part(lang.say("状态", "States"), states(lang)))
            (part(lang.say("按钮", "Buttons"), buttons(lang)))
            (part(lang.say("通知", "Notices"), notices(lang)))
            (part(lang.say("表单", "Forms"), fields(lang)))
            (part(lang.say("表格与列表", "Tables and lists"), lists(lang)))
            (part(lang.say("时限", "Clocks"), times(lang)))
            (part(lang.say("图表", "Charts"), charts(lang)))
            (part(lang.say("文书与依据", "Letters and law"), papers(lang)))
        }
    };
    let mut page = Page::new(Area::Portal, lang, lang.say("构件", "Components"), "/gallery?x=1", body);
    page.nav = vec![
        NavItem::new("#a", lang.say("首页", "Home")).current(true),
        NavItem::new("#b", lang.say("我的办件", "My matters")).count(3),
    ];
    page.search = Some(("/search".into(), "/search/suggest".into()));
    page.who = Some(WhoAmI {
        name: "王小明".into(), role: "滨海示例餐饮有限公司".into(), key: "k1".into(), ..WhoAmI::default()
    });
    page.breadcrumbs = vec![Crumb::to("/", lang.say("首页", "Home")), Crumb::here(lang.say("构件", "Components"))];
    page.demo = Some(DemoBar { now: "2026-03-02 10:00".into(), csrf: String::new() });
    page.notices = vec![Notice::new(Tone::Good, lang.say("已提交，编号见下。", "Submitted. The number is below."))];
    page
}

fn part(title: &str, body: Markup) -> Markup {
    html! { section .stack { h2 { (title) } (body) } }
}

fn text(lang: Lang) -> Markup {
    html! {
        p .lead { (lang.say("一门办成一件事：材料齐了就收，收了就有期限，到期之前有人办。", "One door: what is complete is taken in, what is taken in has a limit, and somebody acts before it.")) }
        p .prose { (lang.say("正文一行不超过四十个汉字左右。", "A line of text stays at a comfortable length. ")) a href="#x" { (lang.say("链接有下划线", "Links are underlined")) } "。" }
        p .small.muted { (lang.say("次要的小字", "Small and secondary")) " " code { "91120116MA00000000" } }
        p { (zh("定义始终是中文")) ", " (day(date(2026, 3, 2), lang)) ", " (moment(date(2026, 3, 2).at(10, 5, 0, 0), lang)) }
        (copy_code(lang.say("查询码", "Code to follow"), "K7QF-3M2P-X9", lang))
        div .grid { div { (party(&Party { name: "滨海示例餐饮有限公司", note: "91120116MA00000000", firm: true, href: Some("#f") }, lang)) }
            div { (party(&Party { name: "李秋", note: "首席审批员 · 政务服务办", ..Party::default() }, lang)) } }
        (search_box(&SearchBox { label: lang.say("想办什么？如：开饭店", "What would you like to do?"), big: true, id: "big-search", suggest: Some("/s"), ..SearchBox::default() }, lang))
    }
}

fn states(lang: Lang) -> Markup {
    let lights = [Light::Normal, Light::Soon, Light::Overdue, Light::Paused, Light::Done, Light::Provisional];
    html! {
        p .row { @for one in lights { (light(one, lang)) } }
        p .row {
            (light_saying(Light::Soon, lang.say("剩 1 个工作日", "1 working day left"), lang))
            (light_saying(Light::Overdue, lang.say("超 2 个工作日", "2 working days late"), lang))
        }
        p .row {
            (tag(lang.say("草稿", "Draft"), Tone::Plain, lang)) (tag(lang.say("审查中", "Under examination"), Tone::Info, lang))
            (tag(lang.say("准予", "Granted"), Tone::Good, lang)) (tag(lang.say("待补正", "Correction asked"), Tone::Warn, lang))
            (tag(lang.say("不予许可", "Refused"), Tone::Bad, lang)) (tag(lang.say("特别程序", "Special procedure"), Tone::Rest, lang)) (example_mark(lang))
        }
        (stepper(lang.say("办理进度", "Progress"), &[
            Step { name: lang.say("收件", "Received"), stage: Stage::Past, note: "3月2日", ..Step::default() },
            Step { name: lang.say("受理", "Accepted"), stage: Stage::Past, note: "3月3日", href: Some("#s") },
            Step { name: lang.say("现场核查", "Inspection"), stage: Stage::Skipped, ..Step::default() },
            Step { name: lang.say("审查", "Examination"), stage: Stage::Now, note: lang.say("到 3月16日", "until 16 Mar"), ..Step::default() },
            Step { name: lang.say("决定", "Decision"), ..Step::default() },
            Step { name: lang.say("送达", "Delivery"), ..Step::default() },
        ], lang))
        (empty_state(lang.say("还没有办件", "No matters yet"), lang.say("从事项开始，填到一半也会留着。", "Start from a service; half-filled forms are kept."), link_button("#n", lang.say("找事项", "Find a service"), Look::Main, None)))
    }
}

fn buttons(lang: Lang) -> Markup {
    html! {
        form .buttons {
            (button(&Button::new(lang.say("保存并继续", "Save and continue"))))
            (button(&Button::new(lang.say("上一步", "Back")).look(Look::Second)))
            (link_button("#go", lang.say("打开", "Open"), Look::Second, Some("o")))
            button .button aria-disabled="true" type="button" { (lang.say("现在不能", "Not now")) }
            (confirm_button(lang.say("撤回申请", "Withdraw"), lang.say("撤回后本次申请终止，已交材料仍可再用。", "Withdrawing ends this application; your papers stay usable."),
                field(&Field::new("reason", lang.say("原因", "Reason"), Control::Area { value: "", rows: 2 }), lang),
                &Button::new(lang.say("确定撤回", "Yes, withdraw")).named("act", "withdraw"), lang))
        }
        (action_bar(light_saying(Light::Normal, lang.say("承诺期限 3月16日，剩 6 个工作日", "Promised by 16 Mar, 6 working days left"), lang),
            html! { (button(&Button::new(lang.say("受理", "Accept")).key("a"))) (button(&Button::new(lang.say("要求补正", "Ask correction")).look(Look::Second).key("c"))) },
            &[NotNow { act: lang.say("作出决定", "Decide").into(), why: "该办件正在等待申请人补正（3月4日告知），收到补正材料后才能作出决定。".into() }], lang))
    }
}

fn notices(lang: Lang) -> Markup {
    let all = [
        (Tone::Info, lang.say("本事项免费办理", "This service is free of charge")),
        (Tone::Good, lang.say("已受理", "Accepted")),
        (Tone::Warn, lang.say("补正期限还有两天", "Two days are left to supply what is missing")),
        (Tone::Bad, lang.say("没有保存", "This was not saved")),
        (Tone::Rest, lang.say("时限已暂停", "The clock is paused")),
    ];
    html! { @for (tone, title) in all { (notice(&Notice::new(tone, title).body(html! { p { (lang.say("说明一句话，并告诉下一步做什么。", "One sentence says more, and what to do next.")) } }), lang)) } }
}

fn fields(lang: Lang) -> Markup {
    let kinds = [Choice::new("a", "餐饮服务经营者"), Choice { hint: Some("含学校、幼儿园食堂"), ..Choice::new("b", "单位食堂") }];
    let papers =
        [Paper { name: "平面布置图.pdf", href: "#p", size: 842_000, note: "3月2日 10:32 上传", remove: Some("p1") }];
    let wrong = lang.say("经营面积应大于 0", "The area must be above 0");
    html! {
        (error_summary(&[("area", wrong), ("", lang.say("缺少一份材料：平面布置图", "One paper is missing: the floor plan"))], lang))
        form .form method="post" novalidate data-autosave="/draft" data-fragment="/form" {
            p .save-state role="status" data-state="" { (lang.say("已保存 10:32", "Saved 10:32")) }
            p .save-state data-state="failed" { (lang.say("保存失败，将重试", "Could not save, will try again")) }
            div #answers {
                (field(&Field::text("firm", "经营者名称", "滨海示例餐饮有限公司").required().origin(Some("营业执照，2026年3月1日")), lang))
                (field(&Field::new("area", "经营面积", Control::Number { value: "-1", unit: "平方米" }).required().hint(lang.say("以场所证明为准", "As in the proof of premises")).error(Some(wrong)), lang))
                (field(&Field::new("kind", "主体业态", Control::Radios { value: "a", choices: &kinds, across: false }).refresh(), lang))
                (field(&Field::new("do", "经营项目", Control::Checks { values: &["b"], choices: &kinds }).error(Some(lang.say("请选择", "Choose at least one"))), lang))
                (field(&Field::new("kitchen", "设有厨房", Control::YesNo { value: Some(true) }).refresh(), lang))
                (field(&Field::new("day", lang.say("开业日期", "Opening day"), Control::Date { value: "2026-05-06" }), lang))
                (field(&Field::new("street", lang.say("所在街道", "Street"), Control::Select { value: "", choices: &kinds }), lang))
                (field(&Field::new("tel", lang.say("手机", "Mobile"), Control::Text { value: "", line: Line::Phone }).autocomplete("tel"), lang))
                (field(&Field::new("pw", lang.say("密码", "Password"), Control::Text { value: "", line: Line::Password }).autocomplete("current-password"), lang))
                (field(&Field::new("note", lang.say("说明", "Remark"), Control::Area { value: "", rows: 3 }), lang))
                (field(&Field::text("addr", lang.say("地址", "Address"), "").suggest("/addresses"), lang))
                (field(&Field::new("plan", "平面布置图", Control::Files(Uploads { papers: &papers, upload: Some("/up"), accept: "image/*,application/pdf", multiple: true, camera: true })).hint(lang.say("照片或 PDF，每个不超过 20 MB", "Photo or PDF, at most 20 MB each")), lang))
                (field(&Field::new("code", "统一社会信用代码", Control::Shown { value: "91120116MA00000000" }), lang))
            }
            (rating("stars", lang.say("这次办得怎么样？", "How was it?"), Some(4), lang))
            div .buttons { (button(&Button::new(lang.say("检查并提交", "Check and send")).look(Look::Large))) }
        }
    }
}

fn lists(lang: Lang) -> Markup {
    let columns = [
        Column { sort: Some("?sort=no"), ..Column::new(lang.say("办件", "Case")) },
        Column::new(lang.say("申请人", "Applicant")),
        Column::new(lang.say("步骤", "Step")),
        Column { sort: Some("?sort=due"), sorted: Some(Sorted::Up), ..Column::new(lang.say("时限", "Due")) },
        Column::numeric(lang.say("材料", "Papers")),
    ];
    let row = |no: &str, shown: Light, say: &str| {
        Row::new(vec![
            html! { a href="#c" { (no) } span .sub { (zh("食品经营许可（新办）")) } },
            zh("滨海示例餐饮有限公司"),
            tag(lang.say("审查", "Examination"), Tone::Info, lang),
            light_saying(shown, say, lang),
            html! { "6" },
        ])
        .light(shown)
        .pick(no)
    };
    let rows = vec![
        row("BH26-000123", Light::Overdue, lang.say("超 1 个工作日", "1 working day late")),
        row("BH26-000124", Light::Soon, lang.say("今天到期", "due today")),
        row("BH26-000125", Light::Normal, lang.say("剩 6 个工作日", "6 working days left")),
        row("BH26-000126", Light::Paused, lang.say("等待补正", "waiting for correction")),
    ];
    html! {
        (tabs(lang.say("办件", "Cases"), &[Tab { href: "#1", text: lang.say("待办", "To do"), current: true, count: Some(4), ..Tab::default() }, Tab { href: "#2", text: lang.say("已办", "Done"), ..Tab::default() }]))
        (table(&Table { caption: lang.say("待办的办件", "Cases to do"), columns: &columns, rows, keys: true, picks: Some("case"), ..Table::default() }, lang))
        (pagination(Some("#p"), Some("#n"), lang.say("共 312 件", "312 in all"), lang))
        div .card { (summary_list(&[
            SummaryRow::new("经营者名称", zh("滨海示例餐饮有限公司")).change("#ch"),
            SummaryRow::new("经营场所", zh("天津市滨海新区示例路 1 号")).change("#ch"),
            SummaryRow::new(lang.say("提交时间", "Submitted"), moment(date(2026, 3, 2).at(10, 0, 0, 0), lang)),
        ], lang)) }
        div .card { (timeline(&[
            Happening { when: moment(date(2026, 3, 2).at(10, 0, 0, 0), lang), title: lang.say("已提交", "Submitted").into(), who: "王小明".into(), tone: Tone::Info, ..Happening::default() },
            Happening { when: moment(date(2026, 3, 4).at(9, 20, 0, 0), lang), title: lang.say("要求补正", "Correction asked").into(), who: "李秋，政务服务办".into(), tone: Tone::Warn, body: html! { p { (zh("缺：平面布置图。")) a href="#l" { (lang.say("一次性告知书", "The notice")) } } }, ..Happening::default() },
            Happening { when: day(date(2026, 3, 2), lang), title: lang.say("时限暂停", "Clock paused").into(), tone: Tone::Rest, ..Happening::default() },
            Happening { when: moment(date(2026, 3, 10).at(0, 5, 0, 0), lang), title: lang.say("超期", "Overdue").into(), tone: Tone::Bad, ..Happening::default() },
            Happening { when: moment(date(2026, 3, 10).at(9, 5, 0, 0), lang), title: lang.say("准予许可", "Granted").into(), tone: Tone::Good, ..Happening::default() },
            Happening { when: day(date(2026, 3, 16), lang), title: lang.say("送达", "Delivery").into(), next: true, ..Happening::default() },
        ], lang)) }
    }
}

fn times(lang: Lang) -> Markup {
    let days = [
        (13, DayKind::Start, None, "收到申请"),
        (14, DayKind::Counted, Some(1), "调休上班"),
        (15, DayKind::Off, None, "春节假期"),
        (24, DayKind::Counted, Some(2), ""),
        (25, DayKind::Paused, None, "等待补正"),
        (26, DayKind::Counted, Some(3), ""),
        (27, DayKind::Due, Some(4), ""),
    ];
    let days: Vec<CountedDay> = days
        .into_iter()
        .map(|(on, kind, number, why)| CountedDay { date: Some(date(2026, 2, on)), kind, number, why: why.into() })
        .collect();
    html! {
        div .grid.two {
            div .card { (clocks(&[
                Clock { name: "承诺办结期限", due: Some(date(2026, 3, 16)), light: Some(Light::Soon), left: lang.say("剩 1 个工作日", "1 working day left"), basis: "承诺 10 个工作日", explain: Some("#e"), ..Clock::default() },
                Clock { name: "法定办结期限", due: Some(date(2027, 1, 30)), light: Some(Light::Normal), provisional: true, basis: "行政许可法第四十二条第一款", ..Clock::default() },
                Clock { name: "补正期限", light: Some(Light::Paused), left: lang.say("等待补正，暂停计时", "waiting for correction, paused"), ..Clock::default() },
            ], lang)) }
            (day_table(lang.say("受理期限是怎么算的（示例）", "How the limit was computed (example)"), &days, lang))
        }
    }
}

fn charts(lang: Lang) -> Markup {
    let parts = [
        (lang.say("正常", "on time"), Tone::Good),
        (lang.say("临期", "due soon"), Tone::Warn),
        (lang.say("超期", "overdue"), Tone::Bad),
    ];
    let rows = [("政务服务办", vec![120, 14, 3]), ("市场监管局", vec![64, 9, 0]), ("住房和建设委", vec![31, 2, 1])];
    let rows: Vec<Bar> = rows.into_iter().map(|(name, parts)| Bar { name: zh(name), parts }).collect();
    let points: Vec<(String, u64)> = (2..=13).map(|on| (format!("3/{on}"), (u64::from(on as u32 * 37) % 23) + 4)).collect();
    html! {
        div .grid.small {
            (figure(&Figure { name: lang.say("在办", "Open"), number: "244", note: lang.say("比上周多 12", "12 more than last week"), href: Some("#o"), ..Figure::default() }, lang))
            (figure(&Figure { name: lang.say("临期", "Due soon"), number: "25", tone: Tone::Warn, href: Some("#o"), ..Figure::default() }, lang))
            (figure(&Figure { name: lang.say("超期", "Overdue"), number: "4", tone: Tone::Bad, href: Some("#o"), ..Figure::default() }, lang))
            (figure(&Figure { name: lang.say("平均用时", "Mean time"), number: "3.2", unit: lang.say("工作日", "working days"), ..Figure::default() }, lang))
        }
        (bars(lang.say("各部门在办件", "Open cases by department"), &parts, &rows, lang))
        (columns(lang.say("每日受理", "Accepted each day"), &points, Some((lang.say("日均", "Mean"), 14)), lang))
    }
}

fn papers(lang: Lang) -> Markup {
    html! {
        (law_quote(&LawQuote { article: "行政许可法第三十二条第一款第四项", text: "申请材料不齐全或者不符合法定形式的，应当当场或者在五日内一次告知申请人需要补正的全部内容，逾期不告知的，自收到申请材料之日起即为受理；", source: "2019年修正", verified: true, href: Some("#law") }, lang))
        (law_quote(&LawQuote { article: "某实施办法第一条", text: "示例条文。", ..LawQuote::default() }, lang))
        (letter(&Letter { title: "一次性补正告知书", number: "津滨审示〔2026〕第 0001 号（示例）", agency: "滨海新区政务服务办公室", date: "2026年3月4日", seal: "专用章", draft: true,
            body: html! { p { "滨海示例餐饮有限公司：" } p { "你单位于2026年3月2日提交的食品经营许可申请收悉。经查，缺少下列材料，请一次补齐：" } ol { li { "平面布置图" } } } }, lang))
    }
}
