//! An applicant: from the first sign-in to a lawful acceptance by silence, and what others must not see.

use anyhow::{Context, Result};
use browser::{District, Page, Visitor, journey, journey_in};

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
        // Another look at the clocks may have been under way when the page was written.
        page.reload_until("视为受理").await?;
        // The letter is the courier's, who comes after.
        page.reload_until("受理通知书").await
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

/// Signs in and acts for the firm whose name has `firm` in it.
async fn act_for(page: &Page, who: &str, firm: &str) -> Result<()> {
    page.sign_in("/sign-in", who, PASSWORD).await?;
    page.open("/account").await?;
    page.click_in_item(firm, "代表该企业").await?;
    page.expect("我的事项").await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_guide_is_found_by_everyday_words_and_by_pinyin() -> Result<()> {
    journey(Visitor::with_a_phone(), async |page| {
        for words in ["开饭店", "kaifandian"] {
            page.open("/").await?;
            page.fill("搜事项、指南，如：开饭店", words).await?;
            page.press(thirtyfour::Key::Enter).await?;
            page.expect("条结果").await?;
            page.click("食品经营许可（新办）").await?;
            page.expect("要交什么材料").await?;
        }
        // The list of papers follows the answers.
        page.choose("店里有加工食品的厨房", "否").await?;
        page.click("看我要交什么").await?;
        page.expect("按您的情况，不用交：").await?;
        page.axe().await?;
        page.fits().await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_correction_is_supplied_with_a_file_whose_upload_was_cut_off_and_followed_without_signing_in() -> Result<()> {
    let district = District::shared()?;
    let paper = std::env::temp_dir().join(format!("equipment-{}.pdf", std::process::id()));
    let mut bytes = b"%PDF-1.4\n".to_vec();
    bytes.resize(3 << 20, b' ');
    bytes.extend_from_slice(b"\n%%EOF\n");
    std::fs::write(&paper, bytes).context("making a paper to upload")?;
    let (mut code, mut case) = (String::new(), String::new());
    journey_in(district, Visitor::at_a_desk(), async |page| {
        act_for(page, "zhangsan", "示例酒店000104").await?;
        page.click_in_row(&["食品经营许可（新办）", "待补正"], "食品经营许可（新办）").await?;
        page.expect("请您补正").await?;
        page.expect("清单缺少消毒设备一栏").await?;
        page.expect("2026年3月13日").await?;
        case = page.path().await?;
        page.axe().await?;
        page.click("去补正").await?;
        // The form says again what is asked, and takes the paper although it usually makes it itself.
        page.expect("清单缺少消毒设备一栏").await?;
        page.axe().await?;
        page.network(false, 600_000).await?;
        page.fill("设备设施清单", &paper.display().to_string()).await?;
        page.expect("equipment-").await?;
        tokio::time::sleep(std::time::Duration::from_millis(2500)).await;
        page.network(true, -1).await?;
        page.expect("连接中断，将重试").await?;
        page.network(false, -1).await?;
        page.expect("已上传").await?;
        // Drafts come first among one's matters, and nothing of this one is lost.
        page.open("/matters").await?;
        page.expect("草稿").await?;
        page.axe().await?;
        page.click("食品经营许可（新办）").await?;
        page.expect("equipment-").await?;
        page.click("检查并提交").await?;
        page.expect("提交前检查").await?;
        page.click("提交申请").await?;
        page.expect("待受理").await?;
        // A code and a secret of one's own, for who has no account at hand.
        page.click("设置查询码").await?;
        page.fill("口令", "ab12cd").await?;
        page.click("生成").await?;
        page.expect("请与口令分开保管").await?;
        code = page.find(thirtyfour::By::Css(".copy code")).await?.text().await?;
        Ok(())
    })
    .await?;
    std::fs::remove_file(&paper).ok();
    journey_in(district, Visitor::with_a_phone(), async |page| {
        page.open("/follow").await?;
        page.fill("查询码", &code).await?;
        page.fill("口令", "wrong1").await?;
        page.click("查看").await?;
        page.expect("查询码或口令不对").await?;
        page.expect_not("待受理").await?;
        page.fill("查询码", &code).await?;
        page.fill("口令", "ab12cd").await?;
        page.click("查看").await?;
        page.expect("待受理").await?;
        page.expect_not("示例酒店").await?;
        page.axe().await?;
        page.fits().await?;
        // The code opens nothing else.
        page.open(&case).await?;
        page.expect("登录").await?;
        page.expect_not("待受理").await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn an_applicant_reports_rates_withdraws_and_takes_a_copy_of_all_that_is_kept() -> Result<()> {
    let district = District::shared()?;
    journey_in(district, Visitor::with_a_phone(), async |page| {
        act_for(page, "zhangsan", "示例超市000103").await?;
        // Withdrawn: asked once more, then told.
        page.click_in_row(&["公共场所卫生许可", "待受理"], "公共场所卫生许可").await?;
        page.click("撤回申请").await?;
        page.fill("原因", "暂不营业").await?;
        page.click("确认撤回").await?;
        page.expect("已撤回").await?;
        page.axe().await?;
        page.fits().await?;
        // Rated, once.
        page.open("/matters").await?;
        page.click_in_row(&["仅销售预包装食品备案", "已备案"], "仅销售预包装食品备案").await?;
        page.choose("满意程度", "★★★★满意").await?;
        page.fill("想说的话", "当天就办好了。").await?;
        page.click("提交评价").await?;
        page.expect_gone("提交评价").await?;
        // What could not be done.
        page.open("/report").await?;
        page.axe().await?;
        page.click("在网上反映").await?;
        page.fill("经营或办理地点所在区域", "塘沽街道").await?;
        page.click("开始填写").await?;
        page.fill("反映事项", "食品经营许可").await?;
        page.fill("反映情况", "两次到窗口都说还缺材料，清单上却没有。").await?;
        page.fill("联系人", "张一门").await?;
        page.fill("联系电话", "13800000000").await?;
        page.click("检查并提交").await?;
        page.expect("提交前检查").await?;
        page.click("提交申请").await?;
        page.expect("专人接待").await?;
        page.fits().await?;
        // One's own data, as a file; only with one's own session.
        page.open("/account").await?;
        page.expect("下载我的全部数据").await?;
        let read = "const done = arguments[0]; fetch('/account/my-data.json').then(a => a.text()).then(done);";
        let data = page.execute_async(read, Vec::new()).await?;
        let data = data.json().as_str().unwrap_or_default().to_owned();
        assert!(data.contains("张一门") && !data.contains("李二门"), "{data:.300}");
        Ok(())
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

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_filing_that_meets_every_published_rule_is_done_while_the_applicant_waits() -> Result<()> {
    journey_in(&District::open()?, Visitor::with_a_phone(), async |page| {
        page.open("/items/seal-engraving-filing").await?;
        page.expect("能不能当场自动办结").await?;
        page.expect("系统不会拒绝任何人").await?;
        act_for(page, "zhangsan", "000101号").await?;
        page.open("/apply/seal-engraving-filing").await?;
        page.fill("经营或办理地点所在区域", "塘沽街道").await?;
        page.click("开始填写").await?;
        page.click("全部带入").await?;
        page.expect("刻制单位名称").await?;
        page.fill("联系人", "张一门").await?;
        page.fill("联系电话", "13800000000").await?;
        page.fill("所在区域", "塘沽街道").await?;
        page.choose("印章种类", "法定名称章").await?;
        page.fill("刻制单位名称", "天津滨海示例刻章店").await?;
        page.choose("刻制单位已备案", "是").await?;
        page.expect("已保存").await?;
        page.click("检查并提交").await?;
        page.expect("提交前检查").await?;
        page.click("提交申请").await?;
        // Nobody presses anything: the page looks again by itself.
        page.expect("全部规则符合，由系统当场办结").await?;
        page.reload_until("备案凭证").await?;
        page.expect("刻制单位已经备案").await?;
        page.click("核对时用到的数据").await?;
        page.expect("经营主体登记库").await?;
        page.axe().await?;
        page.fits().await?;
        page.click("请工作人员复查").await?;
        page.fill("您认为哪里不对", "印章种类填错了").await?;
        page.click("提交").await?;
        page.expect("申请人要求由工作人员复查").await?;
        page.expect("前复查").await
    })
    .await
}
