//! Those who keep the rules: a guide error reported by a visitor is mended through four desks, an item is closed, and a row comes
//! onto the list though one body objects.

use anyhow::Result;
use browser::{District, Page, Visitor, journey_in};

const PASSWORD: &str = "yimen-demo-2026";

async fn sign_in(page: &Page, who: &str) -> Result<()> {
    page.sign_in("/workbench/sign-in", who, PASSWORD).await
}

/// Passes on both changes that wait at this desk.
async fn pass_both(page: &Page, button: &str) -> Result<()> {
    for note in ["写明设备清单的式样", "由备案改为网上报告"] {
        page.open("/workbench/changes").await?;
        page.click(note).await?;
        page.expect("改了什么").await?;
        page.click(button).await?;
        page.expect_gone(button).await?;
    }
    Ok(())
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn an_error_in_a_guide_is_mended_through_four_desks_and_a_disputed_row_comes_onto_the_list() -> Result<()> {
    let district = District::shared()?;
    journey_in(district, Visitor::with_a_phone(), async |page| {
        page.open("/items/food-operation-new").await?;
        page.click("指南有错").await?;
        page.choose("哪一部分", "材料").await?;
        page.fill("哪里不对，应该是什么", "没有写明设备清单是什么式样。").await?;
        page.click("提交").await?;
        page.expect("收到了，谢谢").await?;
        page.axe().await?;
        page.fits().await
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "bianji").await?;
        page.open("/workbench/corrections").await?;
        page.click_in_row(&["没有写明设备清单是什么式样。"], "食品经营许可（新办）").await?;
        page.click("我来办").await?;
        page.expect("改正指南并发布以后").await?;
        page.axe().await?;
        page.click("去改指南").await?;
        page.fill("一句话说明", "开饭店、咖啡店、食堂要办的证；设备清单写明名称、数量、位置。").await?;
        page.fill("改了什么、为什么", "写明设备清单的式样").await?;
        // Before anything is saved: what would change, and whom it touches.
        page.click("检查并看变化").await?;
        page.expect("件在办件，仍按各自收件时的版本办理").await?;
        page.axe().await?;
        page.click("保存草稿").await?;
        page.expect("送部门审核").await?;
        page.click("送部门审核").await?;
        page.expect_gone("送部门审核").await?;
        // A slip in the text is named with its line, and goes no further.
        page.open("/workbench/definitions?path=items/device-class2-filing.toml").await?;
        let text = page.value("内容").await?;
        page.set("内容", &text.replace("procedure = \"filing\"", "procedure = \"filling\"")).await?;
        page.fill("改了什么、为什么", "试一试").await?;
        page.click("只检查").await?;
        page.expect("items/device-class2-filing.toml:").await?;
        page.expect("filling").await?;
        page.axe().await?;
        // An item is closed from today on.
        page.open("/workbench/items/device-class2-filing").await?;
        page.fill("从哪一天起不再收新申请", "2026-03-02").await?;
        page.fill("原因和替代办法", "改为网上报告，不再到窗口备案。").await?;
        page.fill("改了什么、为什么", "由备案改为网上报告").await?;
        page.click("保存草稿").await?;
        page.expect("送部门审核").await?;
        page.click("送部门审核").await?;
        page.expect_gone("送部门审核").await?;
        // A row is proposed for the list.
        page.open("/workbench/lists").await?;
        page.fill("代码", "gf-night-market-guide").await?;
        page.fill("名称", "夜间集市经营指导").await?;
        page.fill("类型", "公共服务").await?;
        page.fill("实施机关", "天津市滨海新区市场监督管理局").await?;
        page.fill("依据（法律、法规、规章）", "优化营商环境条例").await?;
        page.fill("为什么要列入", "夜间集市的摊主不知道找谁。").await?;
        page.click("提出").await?;
        page.expect("夜间集市经营指导").await
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "zhao").await?;
        pass_both(page, "同意，送法制审核").await
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "wu").await?;
        page.open("/workbench/lists/gf-night-market-guide").await?;
        page.choose("是否同意", "不同意").await?;
        page.fill("理由", "夜间集市的占道由城管委管理，应当写明。").await?;
        page.click("提交意见").await?;
        page.expect("有争议").await?;
        page.axe().await
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "fazhi").await?;
        pass_both(page, "同意，送发布").await
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "fabu").await?;
        page.open("/workbench/publish").await?;
        page.tick_rows(&["写明设备清单的式样"], 1).await?;
        page.tick_rows(&["由备案改为网上报告"], 1).await?;
        page.fill("说明", "指南纠错，并停办一项备案").await?;
        page.axe().await?;
        page.click("发布所选").await?;
        page.expect("已发布").await?;
        page.open("/workbench/lists/gf-night-market-guide").await?;
        page.choose("裁定", "列入清单").await?;
        page.fill("理由和依据", "占道另行许可，本条目只作指导。").await?;
        page.click("作出裁定").await?;
        page.expect("已裁定").await?;
        page.click("公布").await?;
        page.expect("已公布").await?;
        page.axe().await
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        page.open("/items/food-operation-new").await?;
        page.expect("设备清单写明名称、数量、位置。").await?;
        page.open("/lists/gf-night-market-guide").await?;
        page.expect("夜间集市经营指导").await?;
        sign_in(page, "bianji").await?;
        page.open("/workbench/corrections").await?;
        page.click_in_row(&["没有写明设备清单是什么式样。"], "食品经营许可（新办）").await?;
        page.choose("怎么解决的", "").await?;
        page.fill("答复", "指南已写明设备清单的式样。").await?;
        page.click("答复并关闭").await?;
        page.expect("已答复并关闭").await?;
        page.click("已答复").await?;
        page.click("食品经营许可（新办）").await?;
        page.expect("指南已写明设备清单的式样。").await
    })
    .await?;
    // Who asks for the closed item at a counter gets a dated answer on paper, not an error.
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "chuangkou").await?;
        page.open("/workbench/counter/visitors/f:91120116MADEM0003H?item=device-class2-filing").await?;
        page.click("出具书面答复").await?;
        page.expect("改为网上报告，不再到窗口备案。").await?;
        page.expect("首问人员：陈窗口").await?;
        page.axe().await
    })
    .await
}
