//! An applicant: from the first sign-in to a lawful acceptance by silence, and what others must not see.

use anyhow::Result;
use browser::{District, Visitor, journey, journey_in};

const PASSWORD: &str = "yimen-demo-2026";

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_firm_applies_and_silence_for_five_working_days_accepts_it_by_law() -> Result<()> {
    journey_in(&District::open()?, Visitor::at_a_desk(), async |page| {
        page.sign_in("/sign-in", "zhangsan", PASSWORD).await?;
        page.open("/account").await?;
        page.axe().await?;
        page.click("代表该企业").await?;
        page.expect("我的事项").await?;
        page.open("/apply/construction-waste-disposal").await?;
        page.fill("经营或办理地点所在区域", "塘沽街道").await?;
        page.click("开始填写").await?;
        page.expect("可以直接带入").await?;
        page.click("全部带入").await?;
        page.expect("申请事由").await?;
        page.fill("联系人", "张一门").await?;
        page.fill("联系电话", "13800000000").await?;
        page.fill("经营场所地址", "测试路1号").await?;
        page.fill("所在区域", "塘沽街道").await?;
        page.fill("申请事由", "装修产生的建筑垃圾需要处置。").await?;
        page.expect("已保存").await?;
        page.axe().await?;
        page.click("检查并提交").await?;
        page.expect("提交前检查").await?;
        page.axe().await?;
        page.click("提交申请").await?;
        page.expect("已收件").await?;
        page.expect("2026年3月9日").await?;
        page.axe().await?;
        page.click("+5 个工作日").await?;
        page.click("下一工作日").await?;
        page.expect("视为受理").await?;
        page.expect("受理通知书").await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_visitor_with_a_telephone_reads_her_matters_in_english() -> Result<()> {
    journey(Visitor::with_a_phone().in_english(), async |page| {
        page.sign_in("/sign-in?lang=en", "lisi", PASSWORD).await?;
        page.open("/account").await?;
        page.click("Act for this firm").await?;
        page.expect("My matters").await?;
        page.axe().await?;
        page.fits().await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn another_firms_matter_is_not_found() -> Result<()> {
    let district = District::shared()?;
    let mut first = String::new();
    journey_in(district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/sign-in", "zhangsan", PASSWORD).await?;
        page.open("/account").await?;
        page.click("代表该企业").await?;
        page.click("食品经营许可").await?;
        page.expect("办件编号").await?;
        first = page.path().await?;
        Ok(())
    })
    .await?;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/sign-in", "zhaoliu", PASSWORD).await?;
        page.open(&first).await?;
        page.expect("没有这个页面").await?;
        page.expect_not("有限公司").await
    })
    .await
}
