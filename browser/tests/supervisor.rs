//! A supervisor, and those who keep the ledger of what could not be done: nothing red stays unseen, and nobody checks himself.

use anyhow::Result;
use browser::{District, Page, Visitor, journey, journey_in};

const PASSWORD: &str = "yimen-demo-2026";

async fn sign_in(page: &Page, who: &str) -> Result<()> {
    page.sign_in("/workbench/sign-in", who, PASSWORD).await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_supervisor_explains_a_red_light_has_its_reason_published_and_moves_work_to_another_desk() -> Result<()> {
    journey(Visitor::at_a_desk(), async |page| {
        sign_in(page, "gao").await?;
        page.open("/workbench/supervision").await?;
        page.expect("红灯清单").await?;
        page.axe().await?;
        // Every day of a limit is accounted for.
        page.click_in_row(&["食品经营许可（新办）", "尚未公开原因", "李审查", "超期"], "食品经营许可（新办）").await?;
        page.expect("审查要点").await?;
        let case = page.path().await?;
        page.click("怎么算的").await?;
        page.expect("逐日说明").await?;
        page.expect("起算之日").await?;
        page.expect("休息日：周末").await?;
        page.axe().await?;
        // The reason is published; the light stays red.
        page.open(&case).await?;
        page.click("公开逾期原因").await?;
        page.choose("逾期的时限", "承诺期限").await?;
        page.fill("理由", "申请人的场所两次整改，复查未能按期安排。").await?;
        page.axe().await?;
        page.click("公开逾期原因").await?;
        page.expect("已办理").await?;
        page.open("/workbench/supervision").await?;
        page.expect("申请人的场所两次整改，复查未能按期安排。").await?;
        // Urged: without words it is refused, with them the handler is told.
        page.tick_rows(&["食品经营许可（新办）", "复查未能按期安排"], 1).await?;
        page.fill("要求", "请于三日内办结。").await?;
        page.click("催办").await?;
        page.expect("已催办").await?;
        // Somebody is away: her cases go to a colleague, one by one if need be.
        page.open("/workbench/people/li/cases").await?;
        page.tick_rows(&["药品零售经营许可", "待受理"], 2).await?;
        page.fill("移交给", "王审查").await?;
        page.fill("移交理由", "李审查外出学习一周。").await?;
        page.click("移交所选").await?;
        page.expect("已移交").await?;
        page.axe().await?;
        page.open("/workbench/week").await?;
        page.expect("红灯最久的").await?;
        page.axe().await?;
        page.click("上一周").await?;
        page.expect("2026年2月23日").await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn who_handled_what_could_not_be_done_does_not_verify_it() -> Result<()> {
    let district = District::shared()?;
    let mut case = String::new();
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "jiedai").await?;
        page.open("/workbench?step=awaiting-feedback").await?;
        page.click_in_row(&["“办不成事”反映", "反馈"], "“办不成事”反映").await?;
        page.expect("办理经过").await?;
        case = page.path().await?;
        page.click("反馈").await?;
        page.choose("是否解决", "已解决").await?;
        page.fill("反映人的说法", "电话回访：已经解决。").await?;
        page.click("反馈").await?;
        page.expect("核查").await
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "li").await?;
        page.open(&case).await?;
        page.click("暂不能办理").await?;
        page.expect("核查").await?;
        page.open(&format!("{case}/acts/verify")).await?;
        page.expect("返回办件").await?;
        page.expect_not("CTRL").await
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "hecha").await?;
        page.open(&format!("{case}/acts/verify")).await?;
        page.choose("核查结论", "属实，已经解决").await?;
        page.fill("核查情况", "查阅了窗口录像，并电话询问了反映人。").await?;
        page.axe().await?;
        page.press(thirtyfour::Key::Control + "\u{e007}").await?;
        page.expect("已办理").await?;
        page.open(&format!("{case}/acts/find-root-cause")).await?;
        page.fill("原因类别", "条件不清").await?;
        page.fill("出在哪个事项", "食品经营许可（新办）").await?;
        page.fill("原因说明", "指南没有写明何时需要平面图。").await?;
        page.press(thirtyfour::Key::Control + "\u{e007}").await?;
        page.expect("已办理").await?;
        page.open(&format!("{case}/acts/record")).await?;
        page.press(thirtyfour::Key::Control + "\u{e007}").await?;
        page.expect("已备案").await
    })
    .await
}
