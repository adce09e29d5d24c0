//! The harness itself, on two small pages of its own: it must find what is there, and fault what is wrong.

use std::io::{Read, Write};
use std::net::TcpListener;

use anyhow::Result;
use browser::{District, Visitor, journey_in};

/// A district of one form and the page it leads to.
fn district() -> Result<District> {
    const FORM: &str =
        "<!doctype html><html lang=zh-CN><head><title>申请</title><meta name=viewport content='width=device-width'></head>
        <body><main><h1>申请</h1><form action=/done>
        <label for=name>单位名称</label><input id=name name=name>
        <label>开业日期 <input type=date name=day></label>
        <label for=kind>类型</label><select id=kind name=kind><option>餐饮</option><option>食品</option></select>
        <fieldset><legend>是否设厨房</legend><label><input type=radio name=kitchen value=yes> 是</label>
        <label><input type=radio name=kitchen value=no> 否</label></fieldset>
        <button>提交</button></form></main></body></html>";
    const DONE: &str = "<!doctype html><html lang=zh-CN><head><title>收件</title></head>
        <body><main><h1>已收件</h1><img src=data:,><script>document.body.append('有脚本')</script></main></body></html>";
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        for mut visit in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let length = visit.read(&mut request).unwrap_or(0);
            let page = if request[..length].starts_with(b"GET /done") { DONE } else { FORM };
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\nconnection: close\r\ncontent-length";
            let _ = write!(visit, "{head}: {}\r\n\r\n{page}", page.len());
        }
    });
    Ok(District::at(&address))
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_form_is_filled_in_by_its_labels() -> Result<()> {
    journey_in(&district()?, Visitor::with_a_phone(), async |page| {
        page.open("/").await?;
        page.axe().await?;
        page.fits().await?;
        page.fill("单位名称", "滨城小馆").await?;
        page.fill("开业日期", "2026-03-02").await?;
        page.fill("类型", "食品").await?;
        page.choose("是否设厨房", "是").await?;
        assert_eq!(page.value("单位名称").await?, "滨城小馆");
        page.click("提交").await?;
        page.expect("已收件").await?;
        let path = page.path().await?;
        assert!(path.ends_with("day=2026-03-02&kind=%E9%A3%9F%E5%93%81&kitchen=yes"), "{path}");
        page.expect("有脚本").await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_picture_without_words_is_a_fault() -> Result<()> {
    journey_in(&district()?, Visitor::at_a_desk(), async |page| {
        page.open("/done").await?;
        page.expect("已收件").await?;
        let found = format!("{:#}", page.axe().await.unwrap_err());
        assert!(found.contains("image-alt (critical)"), "{found}");
        Ok(())
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_visitor_without_scripts_gets_the_page_as_it_was_sent() -> Result<()> {
    journey_in(&district()?, Visitor::at_a_desk().without_scripts(), async |page| {
        page.open("/done").await?;
        page.expect("已收件").await?;
        page.expect_not("有脚本").await
    })
    .await
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn a_journey_that_fails_says_where_and_leaves_a_picture() -> Result<()> {
    let failed = journey_in(&district()?, Visitor::at_a_desk(), async |page| {
        page.open("/").await?;
        assert_eq!(page.value("单位名称").await?, "somebody else's");
        Ok(())
    })
    .await;
    let told = format!("{:#}", failed.unwrap_err());
    assert!(told.contains("somebody else's"), "{told}");
    let picture = told.split_once("see ").and_then(|(_, rest)| rest.split_once(": ")).map(|(path, _)| path);
    assert!(picture.is_some_and(|path| std::fs::metadata(path).is_ok_and(|file| file.len() > 1000)), "{told}");
    Ok(())
}
