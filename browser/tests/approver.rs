//! Examiner and approver: from acceptance to the delivered result, by mouse and by keyboard, and what happens when two are at it.

use anyhow::{Context, Result};
use browser::{District, Page, Visitor, journey, journey_in};
use thirtyfour::Key;

const PASSWORD: &str = "yimen-demo-2026";

async fn sign_in(page: &Page, who: &str) -> Result<()> {
    page.sign_in("/workbench/sign-in", who, PASSWORD).await
}

/// Ctrl and Enter: what the main button of a form answers to.
async fn press_on(page: &Page) -> Result<()> {
    page.press(Key::Control + "\u{e007}").await
}

/// The number at the end of a case's address.
async fn case_here(page: &Page) -> Result<String> {
    let path = page.path().await?;
    let path = path.split('?').next().unwrap_or_default();
    path.strip_prefix("/workbench/cases/").map(str::to_owned).with_context(|| format!("{path} is no case"))
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_permit_goes_from_acceptance_to_delivery_through_three_desks() -> Result<()> {
    let district = District::shared()?;
    let mut case = String::new();
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "li").await?;
        page.open("/workbench?step=awaiting-acceptance").await?;
        page.click_in_row(&["食品经营许可（新办）", "领取", "泰达"], "食品经营许可（新办）").await?;
        page.expect("审查要点").await?;
        case = case_here(page).await?;
        page.click("领取").await?;
        page.expect("已办理").await?;
        page.click("受理").await?;
        page.expect("清单上的材料齐全").await?;
        page.click("看文书草稿").await?;
        page.expect("受理通知书").await?;
        page.axe().await?;
        page.click("受理").await?;
        page.expect("审查中").await?;
        // Points, one by one; what is found stays.
        page.choose("申请人已取得主体资格", "符合").await?;
        page.choose("主体业态和经营项目的分类准确", "符合").await?;
        page.click("保存核对结果").await?;
        page.expect("已办理").await?;
        // Another body is asked; the applicant need not go there.
        page.click("更多办理").await?;
        page.click("征求意见").await?;
        page.fill("被征求意见的部门", "天津市滨海新区卫生健康委员会").await?;
        page.fill("征求什么意见", "请就经营场所的卫生条件提出意见。").await?;
        page.click("征求意见").await?;
        page.expect("已办理：征求意见").await?;
        // Before it answers nothing is put up for decision, and what was written is kept.
        page.click("提出审查意见").await?;
        page.fill("审查意见", "已核对的要点均符合，拟准予。").await?;
        page.click("提出审查意见").await?;
        page.expect("还有部门意见没有收到").await?;
        assert_eq!(page.value("审查意见").await?, "已核对的要点均符合，拟准予。");
        Ok(())
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "liu").await?;
        page.click("食品经营许可（新办）").await?;
        page.click("出具意见").await?;
        page.choose("意见", "同意").await?;
        page.fill("理由和建议", "卫生条件符合要求。").await?;
        page.click("出具意见").await?;
        page.expect("已办理：出具意见").await
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "li").await?;
        page.open(&format!("/workbench/cases/{case}")).await?;
        page.expect("卫生条件符合要求。").await?;
        page.click("提出审查意见").await?;
        page.fill("审查意见", "已核对的要点均符合，拟准予。").await?;
        page.click("提出审查意见").await?;
        page.expect("待决定").await
    })
    .await?;
    // The approver uses no mouse.
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "zhao").await?;
        page.open(&format!("/workbench/cases/{case}")).await?;
        page.press("?").await?;
        page.expect("快捷键").await?;
        page.press(Key::Escape).await?;
        page.press("g").await?;
        page.expect("决定内容").await?;
        assert!(page.value("决定内容").await?.starts_with("准予食品经营许可"));
        press_on(page).await?;
        // Number and seal are shown before it is made.
        page.expect("准予行政许可决定书").await?;
        page.expect("文号在作出时编定").await?;
        page.expect("天津市滨海新区市场监督管理局").await?;
        page.axe().await?;
        press_on(page).await?;
        page.expect("已办理：准予").await?;
        page.press("m").await?;
        page.expect("证件名称").await?;
        assert_eq!(page.value("证件名称").await?, "食品经营许可证");
        page.fill("证件编号", "JY21201160000999").await?;
        press_on(page).await?;
        page.expect("已办理：制作结果").await?;
        page.press("d").await?;
        page.choose("送达方式", "电子送达").await?;
        press_on(page).await?;
        page.expect("已办结").await?;
        page.reload_until("准予行政许可决定书").await?;
        page.axe().await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn who_was_overtaken_sees_what_changed_and_loses_no_text() -> Result<()> {
    let district = District::shared()?;
    journey_in(district, Visitor::at_a_desk(), async |li| {
        sign_in(li, "li").await?;
        li.open("/workbench?step=awaiting-acceptance").await?;
        li.click_in_row(&["第三类医疗器械经营许可", "领取"], "第三类医疗器械经营许可").await?;
        li.expect("审查要点").await?;
        let case = case_here(li).await?;
        li.open(&format!("/workbench/cases/{case}/acts/refuse-intake")).await?;
        li.fill("理由", "该场所位于保税区，由保税区办理。").await?;
        li.fill("应当向哪个机关申请", "天津港保税区管理委员会").await?;
        journey_in(district, Visitor::at_a_desk(), async |wang| {
            sign_in(wang, "wang").await?;
            wang.open(&format!("/workbench/cases/{case}/acts/accept")).await?;
            press_on(wang).await?;
            wang.expect("受理通知书").await?;
            press_on(wang).await?;
            wang.expect("已办理：受理").await
        })
        .await?;
        li.click("看文书草稿").await?;
        li.expect("您填写期间，办件有了变化").await?;
        li.expect("王审查").await?;
        assert_eq!(li.value("理由").await?, "该场所位于保税区，由保税区办理。");
        li.axe().await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_refusal_needs_its_reasons_and_shows_them_before_it_is_made() -> Result<()> {
    journey(Visitor::at_a_desk(), async |page| {
        sign_in(page, "zhao").await?;
        page.open("/workbench?step=in-decision").await?;
        page.click_in_row(&["药品零售经营许可"], "药品零售经营许可").await?;
        page.click("不予许可").await?;
        page.fill("理由", "").await?;
        page.click("看文书草稿").await?;
        page.expect("有几处需要修改").await?;
        page.axe().await?;
        page.fill("理由", "没有依法经过资格认定的药师。").await?;
        page.fill("法律依据", "药品管理法第五十二条").await?;
        page.click("看文书草稿").await?;
        page.expect("不予行政许可决定书").await?;
        page.expect("行政复议").await?;
        page.expect("没有依法经过资格认定的药师。").await?;
        page.click("返回修改").await?;
        assert_eq!(page.value("理由").await?, "没有依法经过资格认定的药师。");
        Ok(())
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn simple_cases_that_are_alike_are_done_together_and_others_are_not() -> Result<()> {
    journey(Visitor::at_a_desk(), async |page| {
        sign_in(page, "li").await?;
        page.open("/workbench?item=prepackaged-food-filing").await?;
        assert!(page.tick_rows(&["仅销售预包装食品备案", "待备案"], 2).await? == 2);
        page.click("批量办理所选").await?;
        page.expect("相同情形").await?;
        page.axe().await?;
        page.click("予以备案").await?;
        page.expect("确认一次，每一件分别办理").await?;
        page.click("予以备案").await?;
        page.expect("已办理 2 / 2").await?;
        page.axe().await?;
        // A permit names no likeness: each is decided by itself.
        page.open("/workbench?step=awaiting-acceptance&item=drug-retail-licence").await?;
        page.tick_rows(&["药品零售经营许可"], 2).await?;
        page.click("批量办理所选").await?;
        page.expect("须逐件办理").await?;
        page.expect_not("受理通知书").await
    })
    .await
}
