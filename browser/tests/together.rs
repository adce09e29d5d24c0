//! One thing (一件事): somebody who wants to sell tea has one form to fill in, gets her licence, is asked once for
//! what is missing, and has in her wallet what anybody can verify.

use anyhow::{Context, Result};
use browser::{District, Page, Visitor, journey_in};
use thirtyfour::{By, Key};

const PASSWORD: &str = "yimen-demo-2026";
/// The number of the new licence: a credit code that is valid and nobody's.
const CODE: &str = "92120116MA0TEXT20L";
/// The number of the food licence.
const FOOD_NUMBER: &str = "JY21201160000997";

/// What the guide may ask, and what she answers; it asks only what still changes something.
const GUIDE: [(&str, &str); 10] = [
    ("已经有营业执照了吗", "否"),
    ("准备登记成公司", "个体工商户"),
    ("加工食品的厨房或者操作间吗", "否"),
    ("门面外要挂店招", "是"),
    ("房屋的建筑面积是多少", "60"),
    ("店里要卖烟吗", "否"),
    ("污水接进市政排水管网吗", "否"),
    ("厨房油烟走专用烟道", "否"),
    ("实际用于经营的面积", "40"),
    ("场所是自己的、租的还是借用的", "租赁"),
];

/// What the merged form asks of her beyond that: each once, though three bodies need it.
const TYPED: [(&str, &str); 23] = [
    ("申请人类型", "个体工商户"),
    ("自然人姓名", "赵四门"),
    ("公民身份号码", "120116189107150013"),
    ("手机号码", "13800000000"),
    ("个体工商户名称", "天津市滨海新区示例茶饮店000111号"),
    ("经营范围", "许可项目：餐饮服务（以许可证件为准）。"),
    ("资金数额", "50000"),
    ("从业人数", "3"),
    ("所在区域", "塘沽街道"),
    ("经营场所地址", "测试路11号"),
    ("住所", "测试路11号"),
    ("联系人", "赵四门"),
    ("联系电话", "13800000000"),
    ("租赁期限截止日", "2029-12-31"),
    ("接触直接入口食品人数", "2"),
    ("食品安全管理员姓名", "赵四门"),
    ("食品安全管理员证件号码", "120116189107150013"),
    ("设备设施说明", "冷藏柜1台、消毒柜1台"),
    ("招牌文字内容", "示例茶饮"),
    ("招牌长度", "4"),
    ("招牌高度", "1"),
    ("招牌离地高度", "3"),
    ("计划设置日期", "2026-04-01"),
];

const CHOSEN: [(&str, &str); 16] = [
    ("组成形式", "个人经营"),
    ("使用名称", "是"),
    ("涉及前置审批", "否"),
    ("仅通过网络经营", "否"),
    ("利用自有住宅经营", "否"),
    ("委托代理人办理", "否"),
    ("领取方式", "电子送达"),
    ("招牌设置位置", "门楣"),
    ("使用照明", "否"),
    ("另设仓库", "否"),
    ("食品经营主体业态", "餐饮服务经营者"),
    ("食品经营项目", "自制饮品制售"),
    ("需要冷藏冷冻", "是"),
    ("供餐对象含中小学生或幼儿", "否"),
    ("利用自动设备经营", "否"),
    ("管理员已通过考核", "是"),
];

/// Answers the guide until nothing it could ask would change anything.
async fn answer_the_guide(page: &Page) -> Result<()> {
    for _ in 0..=GUIDE.len() {
        let words = page.words().await?;
        if words.contains("可以开始填了") {
            return Ok(());
        }
        let asked = GUIDE.iter().find(|(question, _)| words.contains(question));
        let (question, answer) = asked.with_context(|| format!("no answer to what is asked in {words:.300}"))?;
        if answer.parse::<u32>().is_ok() {
            page.fill(question, answer).await?;
        } else {
            page.choose(question, answer).await?;
        }
        page.click("下一个").await?;
        page.expect_gone(question).await?;
    }
    anyhow::bail!("the guide goes on asking")
}

/// The number of the part of this name, from the page of the bundle.
async fn part_of(page: &Page, name: &str) -> Result<String> {
    let words = page.words().await?;
    let after = words.split_once("各项进展").map_or(&*words, |(_, after)| after);
    let rest = after.split_once(name).map(|(_, rest)| rest).with_context(|| format!("no part “{name}” in {after:.300}"))?;
    let number = rest.split(|letter: char| !letter.is_ascii_digit()).find(|part| part.len() == 22);
    number.map(str::to_owned).with_context(|| format!("“{name}” has no number in {rest:.100}"))
}

/// The examiner of one part asks for what is missing.
async fn asks_for_the_list(district: &District, case: &str) -> Result<()> {
    journey_in(district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/workbench/sign-in", "li", PASSWORD).await?;
        page.open(&format!("/workbench/cases/{case}/acts/ask-correction")).await?;
        page.click("设备设施清单").await?;
        page.press(Key::Control + "\u{e007}").await?;
        page.expect("一次性补正告知书").await?;
        page.press(Key::Control + "\u{e007}").await?;
        page.expect("待补正").await
    })
    .await
}

/// What was missing is there: the examiner accepts it and puts it up for the decision.
async fn examines(district: &District, case: &str) -> Result<()> {
    journey_in(district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/workbench/sign-in", "li", PASSWORD).await?;
        page.open(&format!("/workbench/cases/{case}")).await?;
        page.click("受理").await?;
        page.expect("看文书草稿").await?;
        page.click("看文书草稿").await?;
        page.expect("受理通知书").await?;
        page.click("受理").await?;
        page.expect("审查中").await?;
        page.click("领取").await?;
        page.expect("已办理：领取").await?;
        page.click("提出审查意见").await?;
        page.fill("审查意见", "材料齐全，符合条件，拟准予。").await?;
        page.click("提出审查意见").await?;
        page.expect("待决定").await
    })
    .await
}

/// The licence lies in the wallet of the new firm; gives its file.
async fn takes_from_the_wallet(district: &District, bundle: &str, food: &str) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    journey_in(district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/sign-in", "zhaoliu", PASSWORD).await?;
        page.open(bundle).await?;
        page.click("以新企业的名义打开").await?;
        page.open("/wallet").await?;
        page.reload_until("食品经营许可证").await?;
        page.expect(FOOD_NUMBER).await?;
        page.axe().await?;
        file = page.take(&format!("/wallet/{food}/pdf")).await?;
        Ok(())
    })
    .await?;
    Ok(file)
}

/// Anybody verifies it: a landlord who has the file and no account. One changed byte, and it is no licence any more.
async fn anybody_verifies(district: &District, mut bytes: Vec<u8>) -> Result<()> {
    let file = std::env::temp_dir().join(format!("licence-{}.pdf", std::process::id()));
    std::fs::write(&file, &bytes).context("the licence as a file")?;
    let shown = file.display().to_string();
    journey_in(district, Visitor::at_a_desk(), async |page| {
        page.open("/verify").await?;
        page.fill("证照文件", &shown).await?;
        page.click("查验").await?;
        page.expect(FOOD_NUMBER).await?;
        page.expect("有效").await?;
        page.axe().await?;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&file, &bytes).context("a licence that somebody altered")?;
        page.open("/verify").await?;
        page.fill("证照文件", &shown).await?;
        page.click("查验").await?;
        page.expect_gone(FOOD_NUMBER).await?;
        page.axe().await
    })
    .await?;
    std::fs::remove_file(&file).ok();
    Ok(())
}

/// The approver grants it, and the licence is made and delivered.
async fn grants_the_licence(district: &District, case: &str, number: &str) -> Result<()> {
    let press_on = async |page: &Page| page.press(Key::Control + "\u{e007}").await;
    journey_in(district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/workbench/sign-in", "zhao", PASSWORD).await?;
        page.open(&format!("/workbench/cases/{case}")).await?;
        page.press("g").await?;
        page.expect("决定内容").await?;
        press_on(page).await?;
        page.expect("文号在作出时编定").await?;
        press_on(page).await?;
        page.expect("已办理：准予").await?;
        page.press("m").await?;
        page.expect("证件名称").await?;
        page.fill("证件编号", number).await?;
        press_on(page).await?;
        page.expect("已办理：制作结果").await?;
        page.press("d").await?;
        page.choose("送达方式", "电子送达").await?;
        press_on(page).await?;
        page.expect("已办结").await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_tea_shop_goes_from_the_first_question_over_one_correction_to_a_licence_that_anybody_verifies() -> Result<()> {
    let district = District::open()?;
    let paper = std::env::temp_dir().join(format!("together-{}.pdf", std::process::id()));
    std::fs::write(&paper, b"%PDF-1.4\n%%EOF\n").context("making a paper to upload")?;
    let file = paper.display().to_string();
    let (mut bundle, mut licence) = (String::new(), String::new());
    journey_in(&district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/sign-in", "zhaoliu", PASSWORD).await?;
        page.open("/").await?;
        page.fill("搜事项、指南，如：开饭店", "开奶茶店").await?;
        page.press(Key::Enter).await?;
        page.expect("条结果").await?;
        page.axe().await?;
        page.click("开办餐饮店一件事").await?;
        answer_the_guide(page).await?;
        page.axe().await?;
        page.fill("经营或办理地点所在区域", "塘沽街道").await?;
        page.click("开始填写").await?;
        page.expect("一件事，一次填报").await?;
        for (question, answer) in CHOSEN {
            page.choose(question, answer).await?;
        }
        // Another question has these words in it (仅通过网络经营).
        let sells = "//fieldset[legend[starts-with(normalize-space(), '通过网络经营')]]//label[normalize-space() = '否']";
        for _ in 0..50 {
            // The form is drawn anew after each answer, and what was found may be gone.
            if let Ok(label) = page.find(By::XPath(sells)).await
                && label.click().await.is_ok()
            {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        for (label, value) in TYPED {
            page.fill(label, value).await?;
        }
        page.fill("场所使用证明", &file).await?;
        page.expect("已上传").await?;
        page.axe().await?;
        page.click("检查并提交").await?;
        page.expect("提交前检查").await?;
        page.axe().await?;
        page.click("提交申请").await?;
        page.expect("各项进展").await?;
        bundle = page.path().await?;
        // The licence is with its body; the others wait for it and are with nobody.
        page.expect("等“个体工商户设立登记”的结果").await?;
        page.reload_until("正常").await?;
        licence = part_of(page, "个体工商户设立登记").await?;
        page.axe().await
    })
    .await?;
    grants_the_licence(&district, &licence, CODE).await?;
    let mut food = String::new();
    journey_in(&district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/sign-in", "zhaoliu", PASSWORD).await?;
        page.open(&bundle).await?;
        page.reload_until("以新企业的名义打开").await?;
        page.reload_until(CODE).await?;
        food = part_of(page, "食品经营许可（新办）").await?;
        Ok(())
    })
    .await?;
    asks_for_the_list(&district, &food).await?;
    journey_in(&district, Visitor::with_a_phone(), async |page| {
        page.sign_in("/sign-in", "zhaoliu", PASSWORD).await?;
        page.open(&bundle).await?;
        page.expect("请您一次补正").await?;
        page.axe().await?;
        page.fits().await?;
        page.click("一次补正").await?;
        page.expect("一次性告知需要补正的内容").await?;
        page.expect("设备设施清单").await?;
        for wanted in ["设备设施清单", "食品安全管理员考核证明", "食品安全规章制度"] {
            page.fill(wanted, &file).await?;
            page.expect("已上传").await?;
            // Loaded anew the page says no more that this one was just uploaded, and the next one is waited for.
            page.open(&page.path().await?).await?;
        }
        page.click("检查并提交").await?;
        page.expect("提交前检查").await?;
        page.click("提交申请").await?;
        page.expect("各项进展").await?;
        page.expect_not("请您一次补正").await
    })
    .await?;
    std::fs::remove_file(&paper).ok();
    examines(&district, &food).await.context("the examiner accepts and examines")?;
    grants_the_licence(&district, &food, FOOD_NUMBER).await.context("the approver grants the food licence")?;
    let licence = takes_from_the_wallet(&district, &bundle, &food).await.context("the wallet")?;
    anybody_verifies(&district, licence).await.context("anybody verifies it")
}
