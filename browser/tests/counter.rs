//! A clerk at the counter: one visitor after the other, the same form and papers as everywhere, a decision at the window.

use anyhow::Result;
use browser::{Page, Visitor, journey};

const PASSWORD: &str = "yimen-demo-2026";
const NUMBER: &str = "身份证件号码或统一社会信用代码";

/// Whose document lies on the counter.
async fn find(page: &Page, number: &str) -> Result<()> {
    page.open("/workbench/counter").await?;
    page.fill(NUMBER, number).await?;
    page.click("查找").await?;
    page.expect("正在为其办理").await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_clerk_parks_one_visitor_serves_the_next_and_decides_for_the_first_at_the_window() -> Result<()> {
    journey(Visitor::at_a_desk(), async |page| {
        page.sign_in("/workbench/sign-in", "chuangkou", PASSWORD).await?;
        // A slip in the number is said at once; the number never stands in an address.
        page.open("/workbench/counter").await?;
        page.fill(NUMBER, "120116188512310021").await?;
        page.click("查找").await?;
        page.expect("校验").await?;
        find(page, "120116188512310020").await?;
        assert!(!page.path().await?.contains("18851231"), "{}", page.path().await?);
        page.expect_not("120116188512310020").await?;
        // Found by an everyday word.
        page.fill("事项名称", "失业证").await?;
        page.click("查事项").await?;
        page.click("就业创业证申领").await?;
        page.fill("经营或办理地点所在区域", "塘沽街道").await?;
        page.click("开始收件").await?;
        // What her register entry says is not typed again.
        page.expect("可以直接带入").await?;
        page.click("全部带入").await?;
        page.expect_gone("可以直接带入").await?;
        assert_eq!(page.value("自然人姓名").await?, "李二门");
        page.fill("手机号码", "13800000000").await?;
        page.choose("性别", "女").await?;
        page.expect("已保存").await?;
        page.axe().await?;
        // The next visitor is called.
        page.click("暂存，先办下一位").await?;
        page.expect("已暂存").await?;
        find(page, "91120116MADEM0003H").await?;
        page.expect("照此再办").await?;
        page.click("照此再办").await?;
        page.expect("检查并提交").await?;
        page.axe().await?;
        page.click("打印一次性告知").await?;
        page.expect("办理所需材料一次性告知单").await?;
        page.expect("首问人员：陈窗口").await?;
        page.axe().await?;
        page.click("返回").await?;
        page.click("暂存，先办下一位").await?;
        // The first one is back, and everything is still there.
        page.click("李二门").await?;
        page.expect("就业创业证申领").await?;
        assert_eq!(page.value("手机号码").await?, "13800000000");
        page.click("检查并提交").await?;
        page.expect("学历").await?;
        page.fill("出生日期", "1885-12-31").await?;
        page.fill("常住地址", "天津市滨海新区测试路8号").await?;
        page.fill("所在区域", "塘沽街道").await?;
        page.choose("学历", "大学本科").await?;
        page.choose("就业状态", "灵活就业").await?;
        page.choose("委托代理人办理", "否").await?;
        page.choose("领取方式", "窗口领取").await?;
        page.click("检查并提交").await?;
        page.expect("请申请人核对").await?;
        page.axe().await?;
        page.click("申请人已核对，提交").await?;
        page.expect("已提交").await?;
        page.fill("口令", "1357").await?;
        page.click("生成查询码").await?;
        page.expect("只显示这一次").await?;
        page.axe().await?;
        page.click("返回办件").await?;
        // The receipt is made behind the scenes; a moment later it can be printed.
        page.reload_until("收件凭证").await?;
        page.axe().await?;
        // Complete and lawful: decided on the spot, by the one who took it in.
        page.click("准予").await?;
        assert!(page.value("决定内容").await?.starts_with("准予就业创业证申领"));
        page.click("看文书草稿").await?;
        page.expect("文号在作出时编定").await?;
        page.axe().await?;
        page.click("准予").await?;
        page.expect("已办理：准予").await?;
        page.click("制作结果").await?;
        page.fill("证件编号", "JY2026030201").await?;
        page.click("制作结果").await?;
        page.expect("已办理：制作结果").await?;
        page.click("送达").await?;
        page.choose("送达方式", "当场领取").await?;
        assert_eq!(page.value("签收人").await?, "李二门");
        page.axe().await?;
        page.click("送达").await?;
        page.expect("已办理：送达").await?;
        page.reload_until("送达回证").await?;
        page.expect("已办结").await
    })
    .await
}
