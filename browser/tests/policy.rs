//! A policy from its text to the list of a firm: pasted, marked, given its conditions by picking, read by three desks, published; and not before.

use anyhow::Result;
use browser::{District, Page, Visitor, journey_in};

const PASSWORD: &str = "yimen-demo-2026";

const TEXT: &str = "国家橱窗设备更新支持办法\n第一条 上年度营业收入不低于100万元，无经营异常的企业，一次性奖励3万元。\n\
                    第二条 对在本区注册的重大项目一事一议。";

async fn sign_in(page: &Page, who: &str) -> Result<()> {
    page.sign_in("/workbench/sign-in", who, PASSWORD).await
}

async fn pass_on(page: &Page, who: &str, button: &str) -> Result<()> {
    sign_in(page, who).await?;
    page.open("/workbench/changes").await?;
    page.click("录入政策《国家橱窗设备更新支持办法》").await?;
    page.click(button).await?;
    page.expect_gone(button).await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_policy_goes_from_its_text_to_the_list_of_a_firm() -> Result<()> {
    let district = District::shared()?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "bianji").await?;
        page.open("/workbench/policies").await?;
        page.click("录入政策").await?;
        page.fill("标题", "国家橱窗设备更新支持办法").await?;
        page.fill("代码", "window-renewal").await?;
        page.fill("制定机关", "示例部门").await?;
        page.fill("层级", "国家").await?;
        page.fill("类别", "惠企").await?;
        page.fill("来源（网址或者收到的方式）", "示例：政务公开栏").await?;
        page.set("原文", TEXT).await?;
        page.axe().await?;
        page.click("读入原文").await?;
        page.expect("原文已读入").await?;
        // Words that a reviewer will want to look at are shown where they stand.
        page.expect("一事一议").await?;
        page.choose("原文段落", "2 第一条").await?;
        page.axe().await?;
        page.click("把勾选的段落标成条款").await?;
        page.expect("对应的原文").await?;
        // Suggested with the words it comes from; nothing is added unasked.
        page.expect("还没有条件：对所有企业。").await?;
        page.choose("从原文读出的建议", "营业收入 >= 100万").await?;
        page.choose("从原文读出的建议", "not 经营异常").await?;
        page.fill("定额", "3万元").await?;
        page.click("更新，看哪些样例企业符合").await?;
        page.expect("很有希望").await?;
        page.expect("暂不符合").await?;
        page.axe().await?;
        page.fill("条款名称", "橱窗设备更新奖励").await?;
        page.click("保存草稿").await?;
        page.expect("草稿已保存").await?;
        page.open("/workbench/policies/window-renewal/edit").await?;
        page.fill("状态", "现行").await?;
        page.fill("维护人", "示例岗").await?;
        page.fill("复核日期", "2026-12-31").await?;
        page.click("保存草稿").await?;
        page.expect("草稿已保存").await?;
        page.axe().await?;
        page.click("检查和送审").await?;
        page.expect("送部门审核").await?;
        page.click("送部门审核").await?;
        page.expect_gone("送部门审核").await?;
        // Nobody outside sees it yet.
        page.open("/policies?q=%E6%A9%B1%E7%AA%97").await?;
        page.expect_not("橱窗设备更新奖励").await
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| pass_on(page, "zhao", "同意，送法制审核").await).await?;
    journey_in(district, Visitor::at_a_desk(), async |page| pass_on(page, "fazhi", "同意，送发布").await).await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        sign_in(page, "fabu").await?;
        page.open("/workbench/publish").await?;
        page.tick_rows(&["录入政策《国家橱窗设备更新支持办法》"], 1).await?;
        page.fill("说明", "新录一项国家政策").await?;
        page.click("发布所选").await?;
        page.expect("已发布").await?;
        page.open("/policies?q=%E6%A9%B1%E7%AA%97").await?;
        page.expect("橱窗设备更新奖励").await?;
        page.open("/policies/window-renewal-1").await?;
        page.expect("3万元").await?;
        page.axe().await
    })
    .await?;
    journey_in(district, Visitor::with_a_phone(), async |page| {
        page.sign_in("/sign-in", "zhangsan", PASSWORD).await?;
        page.open("/account").await?;
        page.click_in_item("000101号", "代表该企业").await?;
        page.expect("我的事项").await?;
        page.open("/me/policies").await?;
        page.expect("橱窗设备更新奖励").await?;
        page.fits().await
    })
    .await
}
