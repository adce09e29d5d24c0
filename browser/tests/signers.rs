//! Two investors close their firm: one fills in the form, the other signs what she sees, a change makes her sign again, and it is sent.

use anyhow::{Context, Result};
use browser::{District, Page, Visitor, journey_in};

const PASSWORD: &str = "yimen-demo-2026";
const TYPED: [(&str, &str); 11] = [
    ("申请人名称", "天津滨海示例有限公司"),
    ("统一社会信用代码", "91120116MA0TEXT042"),
    ("法定代表人", "赵四门"),
    ("联系人", "赵四门"),
    ("联系电话", "13800000000"),
    ("全体投资人", "赵四门，120116189107150013；李二门，120116188512310020"),
    ("公示起始日", "2026-01-20"),
    ("公示期满日", "2026-02-09"),
    ("经营场所地址", "测试路11号"),
    ("所在区域", "塘沽街道"),
    ("申请事由", "公司不再经营，申请按简易程序注销。"),
];

/// What waits for somebody is opened from the list, read and signed.
async fn signs(page: &Page, login: &str) -> Result<()> {
    page.sign_in("/sign-in", login, PASSWORD).await?;
    page.open("/matters").await?;
    page.click("待我签署").await?;
    page.expect("赵四门").await?;
    page.axe().await?;
    page.click_in_item("申请人：赵四门", "简易注销登记").await?;
    page.expect("以“投资人”的身份签署").await?;
    page.expect("承担法律责任").await?;
    page.expect_not("13800000000").await?;
    page.axe().await?;
    page.fits().await?;
    page.click("我已看过，签署").await?;
    page.expect("已签署").await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn an_application_goes_out_once_both_investors_have_signed_what_stands_in_it() -> Result<()> {
    let district = District::open()?;
    let mut draft = String::new();
    journey_in(&district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/sign-in", "zhaoliu", PASSWORD).await?;
        page.open("/apply/simplified-deregistration").await?;
        page.fill("经营或办理地点所在区域", "塘沽街道").await?;
        page.click("开始填写").await?;
        page.expect("检查并提交").await?;
        draft = page.path().await?;
        for (label, value) in TYPED {
            page.fill(label, value).await?;
        }
        page.click("检查并提交").await?;
        page.expect("还没有请签").await?;
        page.expect_not("提交申请").await?;
        page.axe().await?;
        page.click("请他们签署").await?;
        page.expect("等待签署").await?;
        page.open("/signatures").await?;
        page.click("简易注销登记").await?;
        page.click("我已看过，签署").await?;
        page.expect("已签署").await
    })
    .await
    .context("the first fills in, asks and signs")?;
    journey_in(&district, Visitor::with_a_phone(), async |page| {
        signs(page, "lisi").await?;
        page.open(&draft).await?;
        page.expect_not("13800000000").await
    })
    .await
    .context("the second signs")?;
    journey_in(&district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/sign-in", "zhaoliu", PASSWORD).await?;
        page.open(&draft).await?;
        page.fill("公示期满日", "2026-02-10").await?;
        page.click("检查并提交").await?;
        page.expect("签署已失效").await?;
        page.expect("需要重新签署").await?;
        page.axe().await?;
        page.open(&draft.replace("/drafts/", "/signatures/")).await?;
        page.click("我已看过，签署").await?;
        page.expect("已签署").await
    })
    .await
    .context("a change voids both")?;
    journey_in(&district, Visitor::with_a_phone(), async |page| signs(page, "lisi").await).await.context("signed again")?;
    journey_in(&district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/sign-in", "zhaoliu", PASSWORD).await?;
        page.open(&format!("{draft}/check")).await?;
        page.expect("需要的签署已经齐全").await?;
        page.click("提交申请").await?;
        page.expect("共同签署").await?;
        page.expect("李二门").await?;
        page.axe().await
    })
    .await
    .context("and it is sent")
}
