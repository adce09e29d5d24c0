//! A form of 312 questions of which 246 depend on an answer: how long after that answer the page shows the right questions, beside the
//! same form without conditions in the same run. Both items are made for this journey and are in no rulebook of anybody.

use anyhow::{Context, Result};
use browser::{District, Page, Visitor, journey_in};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const PASSWORD: &str = "yimen-demo-2026";
const QUESTIONS: usize = 312;
const CONDITIONAL: usize = 246;
/// Times the answer is changed.
const CHANGES: usize = 21;
/// What a person takes for at once, in milliseconds. A program that was not optimised only has to answer.
const BAR: f64 = if cfg!(debug_assertions) { 2_000.0 } else { 100.0 };

/// Presses the answer and tells how long it takes until it is saved, the questions are the right ones and the page is drawn.
const PRESS: &str = r#"
const [answer, changes, done] = arguments;
const form = document.querySelector('form[data-autosave]'), line = form.querySelector('.save-state');
const radio = [...form.querySelectorAll('[data-field="long-switch"] input[type=radio]')][answer];
const shown = () => form.querySelectorAll('[data-field]').length, before = document.getElementById('answers');
const start = performance.now();
let busy = false;
const ready = () => {
  busy = busy || line.dataset.state === 'busy';
  if (!busy || line.dataset.state !== '' || (changes && document.getElementById('answers') === before)) return;
  watch.disconnect();
  requestAnimationFrame(() => setTimeout(() => done([performance.now() - start, shown()])));
};
const watch = new MutationObserver(ready);
watch.observe(form, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'], characterData: true });
radio.checked = true;
radio.dispatchEvent(new Event('change', { bubbles: true }));
"#;

/// The district's own rulebook with the two items, in a folder that goes with it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn rulebook() -> Result<Folder> {
    let folder = Folder(std::env::temp_dir().join(format!("yimen-long-form-{}", std::process::id())));
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../rulebook")), &folder.0).context("copying the rulebook")?;
    std::fs::write(folder.0.join("long-form.toml"), definitions())?;
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if path.is_dir() {
            copy(&path, &to.join(name))?;
        } else {
            std::fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

/// The questions, a form with conditions and one without, and an item for each.
fn definitions() -> String {
    let example = "status = \"example\"\n";
    let mut text = format!(
        "[[field]]\nname = \"长表开关\"\ncode = \"long-switch\"\nlabel = \"Switch\"\nkind = \"yes-no\"\nmeaning = \"决定问哪些。\"\n{example}"
    );
    let mut asks = [
        String::from("  { field = \"长表开关\", sample = \"是\" },\n"),
        String::from("  { field = \"长表开关\", sample = \"是\" },\n"),
    ];
    for number in 1..QUESTIONS {
        let name = format!("长表第{number}问");
        let _ = write!(
            text,
            "\n[[field]]\nname = \"{name}\"\ncode = \"long-{number}\"\nlabel = \"Question {number}\"\nkind = \"text\"\nmeaning = \"示例。\"\n{example}"
        );
        let when = match number {
            _ if number > CONDITIONAL => "",
            _ if number % 2 == 0 => ", when = \"长表开关\"",
            _ => ", when = \"not 长表开关\"",
        };
        let _ = writeln!(asks[0], "  {{ field = \"{name}\", required = false, sample = \"甲\"{when} }},");
        let _ = writeln!(asks[1], "  {{ field = \"{name}\", required = false, sample = \"甲\" }},");
    }
    for (code, asks) in ["long-form", "plain-form"].into_iter().zip(&asks) {
        let _ = write!(text, "\n[[form]]\ncode = \"{code}\"\nname = \"示例长表\"\nsource = \"示例\"\n{example}");
        let _ = write!(text, "\n[[form.section]]\ntitle = \"示例\"\nlabel = \"Sample\"\nask = [\n{asks}]\n");
        let _ = write!(
            text,
            "\n[[item]]\ncode = \"{code}\"\nname = \"示例长表{code}\"\ntype = \"行政备案\"\nprocedure = \"filing\"\nform = \"{code}\"\n\
             objects = [\"自然人\", \"企业法人\"]\nchannels = [\"网上\"]\nconsult-phone = \"022-00000001\"\n\
             complaint-phone = \"022-00000002\"\nsource = \"示例\"\n{example}\
             basis = [{{ law = \"示例\", status = \"example\" }}]\n\
             limit = [{{ kind = \"statutory\", from = 2020-01-01, none-stated = true, start = \"receipt\", basis = {{ law = \"示例\", status = \"example\" }} }}]\n\
             [item.result]\nname = \"示例回执\"\nkind = \"备案凭证\"\nsample = \"示例回执（样本）\"\n\n\
             [[authority]]\nitem = \"{code}\"\nagency = \"zwfwb\"\nform = \"法定\"\nfrom = 2020-01-01\nbasis = {{ law = \"示例\", status = \"example\" }}\n{example}"
        );
    }
    text
}

/// Milliseconds of each change, sorted, and how many questions stand there after the last.
async fn reacts(page: &Page, item: &str, changes: bool) -> Result<(Vec<f64>, u64)> {
    page.open(&format!("/apply/{item}")).await?;
    page.fill("经营或办理地点所在区域", "塘沽街道").await?;
    page.click("开始填写").await?;
    page.expect("长表开关").await?;
    let (mut times, mut shown) = (Vec::new(), 0);
    for turn in 0..=CHANGES {
        let told = page.execute_async(PRESS, vec![Value::from(turn % 2), Value::from(changes)]).await?;
        let told: (f64, u64) = told.convert()?;
        // The first press warms everything up.
        if turn > 0 {
            times.push(told.0);
        }
        shown = told.1;
    }
    times.sort_by(f64::total_cmp);
    Ok((times, shown))
}

#[tokio::test]
#[ignore = "drives a browser: cargo xtask ci --only journeys"]
async fn three_hundred_questions_follow_an_answer_at_once() -> Result<()> {
    let rulebook = rulebook()?;
    let district = District::of(&rulebook.0)?;
    journey_in(&district, Visitor::at_a_desk(), async |page| {
        page.sign_in("/sign-in", "zhangsan", PASSWORD).await?;
        let (long, shown) = reacts(page, "long-form", true).await?;
        let (plain, all) = reacts(page, "plain-form", false).await?;
        let [p50, p95] = [50, 95].map(|share| long[(long.len() - 1) * share / 100]);
        let [base50, base95] = [50, 95].map(|share| plain[(plain.len() - 1) * share / 100]);
        println!("{QUESTIONS} questions, {CONDITIONAL} conditional: p50 {p50:.0} ms, p95 {p95:.0} ms; without conditions p50 {base50:.0} ms, p95 {base95:.0} ms");
        assert_eq!(all as usize, QUESTIONS);
        assert_eq!(shown as usize, QUESTIONS - CONDITIONAL / 2, "half of the conditional ones apply");
        assert!(p95 <= BAR, "the form reacts within {p95:.0} ms; the bar is {BAR} ms");
        Ok(())
    })
    .await
}
