//! The page in front of a visitor, and what a visitor does: read, click, fill in, press keys. By the words on the
//! page, never by its inner structure, so that a journey reads like one and breaks only when the page does.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;
use thirtyfour::prelude::*;

use crate::{axe, folder};

/// How long a visitor waits for what should be there.
const PATIENCE: Duration = Duration::from_secs(10);

/// Every text and every name for screen readers that has Chinese in it and stands in no element that says so.
const UNMARKED: &str = "
const chinese = /[\\u3000-\\u30ff\\u3400-\\u9fff\\uff00-\\uff60]/, found = [];
const note = (at, text) => {
  if (!chinese.test(text) || at.closest('[lang]')?.lang.startsWith('zh')) return;
  found.push(`“${text.trim().slice(0, 60)}” in ${at.outerHTML.slice(0, 120)}`);
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const at = texts.currentNode.parentElement;
  if (!at.closest('script')) note(at, texts.currentNode.data);
}
for (const name of ['aria-label', 'title', 'alt', 'placeholder'])
  for (const at of document.body.querySelectorAll(`[${name}]`)) note(at, at.getAttribute(name));
note(document.querySelector('title'), document.title);
return found;
";

/// An open browser in a district. What is not here is on the driver, to which it gives way.
pub struct Page {
    driver: WebDriver,
    address: String,
}

impl std::ops::Deref for Page {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.driver
    }
}

impl Page {
    pub(crate) fn new(driver: WebDriver, address: &str) -> Self {
        Self { driver, address: address.to_owned() }
    }

    /// Opens a page of the district by its path.
    pub async fn open(&self, path: &str) -> Result<()> {
        self.driver.goto(format!("{}{path}", self.address)).await.with_context(|| format!("opening {path}"))
    }

    /// The path, and the query, of the page we are on.
    pub async fn path(&self) -> Result<String> {
        let url = self.driver.current_url().await?;
        Ok(url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())))
    }

    /// Signs in on the page that asks for name and password; staff sign in at `/workbench/sign-in`.
    pub async fn sign_in(&self, at: &str, name: &str, password: &str) -> Result<()> {
        self.open(at).await?;
        // The browser itself finds these fields by their purpose; so do password managers.
        let username = self.wait("a field for the name", &["//input[contains(@autocomplete, 'username')]".to_owned()]).await?;
        username.send_keys(name).await?;
        let secret = self.wait("a field for the password", &["//input[@autocomplete='current-password']".to_owned()]).await?;
        secret.send_keys(password).await?;
        secret.send_keys(Key::Enter).await?;
        self.until(&format!("{name} is signed in"), async || Ok(!self.path().await?.starts_with(at))).await
    }

    /// Clicks the link, button, tab or summary that bears `text`: exactly if there is one, else as a part.
    pub async fn click(&self, text: &str) -> Result<()> {
        self.again(async || {
            let element = self.wait(&format!("something to click called “{text}”"), &clickable(text)).await?;
            self.touch(&element).await.with_context(|| format!("clicking “{text}”"))
        })
        .await
    }

    /// Fills in the field labelled `label`. A choice takes one of its options; a day is written 2026-03-02.
    pub async fn fill(&self, label: &str, value: &str) -> Result<()> {
        self.again(async || self.fill_once(label, value).await).await
    }

    async fn fill_once(&self, label: &str, value: &str) -> Result<()> {
        let field = self.field(label).await?;
        let kind = field.attr("type").await?.unwrap_or_default();
        if field.tag_name().await? == "select" {
            let option = format!("./option[normalize-space()={0}]|./optgroup/option[normalize-space()={0}]", literal(value));
            let option = field.find(By::XPath(option)).await.with_context(|| format!("“{label}” has no choice “{value}”"))?;
            return option.click().await.with_context(|| format!("choosing “{value}”"));
        }
        match kind.as_str() {
            // The browser's own pickers take keys in the order of its language, which is no concern of a journey.
            "date" | "datetime-local" | "month" | "time" => {
                return self.set(label, value).await;
            }
            // A file is named by its path.
            "file" => field.send_keys(value).await?,
            _ => {
                field.clear().await?;
                field.send_keys(value).await?;
            }
        }
        Ok(())
    }

    /// Puts a long text into the field labelled `label` at once, as one does who pastes it.
    pub async fn set(&self, label: &str, value: &str) -> Result<()> {
        let field = self.field(label).await?;
        let set = "const [field, value] = arguments; field.value = value;
                   for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));";
        self.driver.execute(set, vec![field.to_json()?, json!(value)]).await?;
        Ok(())
    }

    /// What stands in the field labelled `label`.
    pub async fn value(&self, label: &str) -> Result<String> {
        self.again(async || Ok(self.field(label).await?.prop("value").await?.unwrap_or_default())).await
    }

    /// Ticks `answer` in the group of choices that is headed `question`.
    pub async fn choose(&self, question: &str, answer: &str) -> Result<()> {
        let group = format!("//fieldset[./legend[contains(normalize-space(), {})]]", literal(question));
        let label = format!("{group}//label[normalize-space()={0} or starts-with(normalize-space(), {0})]", literal(answer));
        self.again(async || {
            let label = self.wait(&format!("“{answer}” under “{question}”"), std::slice::from_ref(&label)).await?;
            self.touch(&label).await.with_context(|| format!("choosing “{answer}”"))
        })
        .await
    }

    /// Clicks `what` in the first row of a table in which all of `marks` can be read.
    pub async fn click_in_row(&self, marks: &[&str], what: &str) -> Result<()> {
        let marked: Vec<String> = marks.iter().map(|mark| format!("contains(., {})", literal(mark))).collect();
        let row = format!("(//tr[{}])[1]", marked.join(" and "));
        let inside = |path: String| path.replace("//*[", &format!("{row}//*["));
        let [exact, part] = clickable(what);
        let box_ = format!("{row}//input[@type='checkbox'][@aria-label={0} or @title={0}]", literal(what));
        let element = self.wait(&format!("“{what}” in a row with {marks:?}"), &[inside(exact), inside(part), box_]).await?;
        self.touch(&element).await.with_context(|| format!("clicking “{what}” in the row with {marks:?}"))
    }

    /// The same in the entry of a list.
    pub async fn click_in_item(&self, mark: &str, what: &str) -> Result<()> {
        let entry = format!("(//li[contains(., {})][.//*[contains(., {})]])[1]//*[", literal(mark), literal(what));
        let paths = clickable(what).map(|path| path.replace("//*[", &entry));
        self.again(async || {
            let element = self.wait(&format!("“{what}” in an entry with “{mark}”"), &paths).await?;
            self.touch(&element).await.with_context(|| format!("clicking “{what}” beside “{mark}”"))
        })
        .await
    }

    /// Ticks the boxes of so many rows in which all of `marks` can be read; says how many there were.
    pub async fn tick_rows(&self, marks: &[&str], most: usize) -> Result<usize> {
        let marked: Vec<String> = marks.iter().map(|mark| format!("contains(., {})", literal(mark))).collect();
        let boxes = format!("//tr[{}]//input[@type='checkbox']", marked.join(" and "));
        self.wait(&format!("a box in a row with {marks:?}"), std::slice::from_ref(&boxes)).await?;
        let found = self.driver.find_all(By::XPath(boxes)).await?;
        for one in found.iter().take(most) {
            self.touch(one).await.context("ticking a row")?;
        }
        Ok(found.len().min(most))
    }

    /// Waits until `text` can be read on the page.
    pub async fn expect(&self, text: &str) -> Result<()> {
        self.until(&format!("“{text}” on the page"), async || Ok(self.words().await?.contains(text))).await
    }

    /// Loads the page anew until `text` can be read: what the office does behind the scenes takes a moment.
    pub async fn reload_until(&self, text: &str) -> Result<()> {
        self.until(&format!("“{text}” after loading the page anew"), async || {
            self.driver.refresh().await?;
            Ok(self.words().await?.contains(text))
        })
        .await
    }

    /// Waits until `text` can no longer be read on the page.
    pub async fn expect_gone(&self, text: &str) -> Result<()> {
        self.until(&format!("“{text}” to be gone"), async || Ok(!self.words().await?.contains(text))).await
    }

    /// Fails if `text` can be read on the page as it is now. First `expect` what tells that the page has come.
    pub async fn expect_not(&self, text: &str) -> Result<()> {
        if self.words().await?.contains(text) {
            bail!("“{text}” should not be on the page");
        }
        Ok(())
    }

    /// Presses keys where the focus is, as one does who uses no mouse. A page that goes away meanwhile takes no key: then they are
    /// pressed on the next.
    pub async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        let keys: String = keys.into().as_vec().into_iter().collect();
        self.again(async || self.driver.active_element().await?.send_keys(&*keys).await.context("pressing keys")).await
    }

    /// Fails if axe finds fault with the page. Axe is a script itself: not for visitors without.
    pub async fn axe(&self) -> Result<()> {
        axe::check(&self.driver).await
    }

    /// The same for who looks at many pages: axe runs only where something is built as on no page before, and this says so.
    pub async fn axe_if_new(&self) -> Result<bool> {
        axe::check_what_is_new(&self.driver).await
    }

    /// Fails if the page is wider than the screen: nobody should have to push it to and fro.
    pub async fn fits(&self) -> Result<()> {
        let over = "const page = document.documentElement; return page.scrollWidth - page.clientWidth;";
        let over = self.driver.execute(over, Vec::new()).await?.json().as_i64().unwrap_or_default();
        if over > 0 { bail!("the page is {over} pixels wider than the screen") } else { Ok(()) }
    }

    /// Lays the page out as it is on a screen of this width, without loading it anew.
    pub async fn on_a_screen(&self, width: u32) -> Result<()> {
        let screen = json!({"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": false});
        self.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", screen).await.context("changing the screen")?;
        Ok(())
    }

    /// Takes the browser off the net, as a tunnel does, or puts it back; what it sends goes at so many bytes a second.
    pub async fn network(&self, offline: bool, sends: i64) -> Result<()> {
        let network = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": sends});
        self.driver.cdp().send_raw("Network.enable", json!({})).await.context("watching the network")?;
        self.driver.cdp().send_raw("Network.emulateNetworkConditions", network).await.context("changing the network")?;
        Ok(())
    }

    /// Fails if Chinese is left on a page in another language that is not marked as such: a screen reader would stumble over it.
    pub async fn chinese_is_marked(&self) -> Result<()> {
        let found = self.driver.execute(UNMARKED, Vec::new()).await.context("looking for Chinese")?;
        let found: Vec<&str> = found.json().as_array().into_iter().flatten().filter_map(|text| text.as_str()).collect();
        if found.is_empty() { Ok(()) } else { bail!("Chinese that is not marked as Chinese:\n  {}", found.join("\n  ")) }
    }

    /// Where the links of the page lead within the district, each once, in their order; the switch of language is none.
    pub async fn links(&self) -> Result<Vec<String>> {
        let all = "return [...new Set([...document.links].filter(a => a.origin === location.origin && !a.lang)
                       .map(a => a.pathname + a.search))];";
        let found = self.driver.execute(all, Vec::new()).await.context("reading the links")?;
        Ok(found.json().as_array().into_iter().flatten().filter_map(|link| link.as_str().map(str::to_owned)).collect())
    }

    /// The bytes that an address of this district answers, as whoever is signed in takes them.
    pub async fn take(&self, path: &str) -> Result<Vec<u8>> {
        let script = "const [path, done] = arguments;
            fetch(path).then(async answer => done(answer.ok ? [...new Uint8Array(await answer.arrayBuffer())] : answer.status));";
        let answer = self.driver.execute_async(script, vec![json!(path)]).await.with_context(|| format!("taking {path}"))?;
        let bytes = answer.json().as_array().with_context(|| format!("{path} answers {}", answer.json()))?;
        Ok(bytes.iter().filter_map(|byte| byte.as_u64().and_then(|byte| u8::try_from(byte).ok())).collect())
    }

    /// Everything that can be read, values of fields left out.
    pub async fn words(&self) -> Result<String> {
        Ok(self.driver.find(By::Tag("body")).await?.text().await?)
    }

    /// The field labelled `label`, whichever way: a label around it or for it, or a name for screen readers.
    pub async fn field(&self, label: &str) -> Result<WebElement> {
        let control = "self::input[not(@type='hidden')] or self::textarea or self::select";
        let by = |test: &str| {
            let labels = format!("//label[{test}]");
            format!("(//*[{control}][@id={labels}/@for]|{labels}//*[{control}])")
        };
        let words = literal(label);
        // What says that an answer is needed stands in the label, but is no part of its name.
        let exact = by(&format!("normalize-space()={words} or normalize-space(text()[normalize-space()][1])={words}"));
        let named = format!("//*[{control}][@aria-label={words}]");
        let part = by(&format!("contains(normalize-space(), {words})"));
        self.wait(&format!("a field labelled “{label}”"), &[exact, named, part]).await
    }

    /// Waits for the first element to be seen that the earliest of `paths` (XPath) finds.
    async fn wait(&self, what: &str, paths: &[String]) -> Result<WebElement> {
        let mut found = None;
        self.until(what, async || {
            for path in paths {
                for element in self.driver.find_all(By::XPath(path.as_str())).await? {
                    // A file is chosen through a button of the page's own; the field itself may be hidden.
                    if element.is_displayed().await? || element.attr("type").await?.as_deref() == Some("file") {
                        found = Some(element);
                        return Ok(true);
                    }
                }
            }
            Ok(false)
        })
        .await?;
        found.with_context(|| format!("there is no {what}"))
    }

    /// Clicks where one can see what one clicks: in the middle of the screen, clear of bars that stay in place.
    async fn touch(&self, element: &WebElement) -> Result<()> {
        let middle = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' });";
        self.driver.execute(middle, vec![element.to_json()?]).await?;
        Ok(element.click().await?)
    }

    /// Does it once more if the element went while we reached for it: a form is drawn anew when an answer decides others.
    async fn again<T>(&self, mut act: impl AsyncFnMut() -> Result<T>) -> Result<T> {
        let start = Instant::now();
        loop {
            match act().await {
                Err(error) if format!("{error:#}").contains("stale element") && start.elapsed() < PATIENCE => {}
                outcome => return outcome,
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Looks again and again, as long as a visitor would. A page that changes under our eyes is looked at anew.
    async fn until(&self, what: &str, mut look: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
        let start = Instant::now();
        loop {
            let error = match look().await {
                Ok(true) => return Ok(()),
                Ok(false) => None,
                Err(error) => Some(error),
            };
            if start.elapsed() > PATIENCE {
                let error = error.map(|error| format!(": {error:#}")).unwrap_or_default();
                bail!("waited in vain for {what}{error}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Keeps a picture and the source of the page, and says where; for a journey that failed.
    pub(crate) async fn evidence(&self, name: &str) -> String {
        let keep = async || -> Result<String> {
            let picture = folder()?.join(format!("{name}.png"));
            std::fs::write(picture.with_extension("html"), self.driver.source().await?)?;
            self.driver.screenshot(&picture).await?;
            Ok(format!("{name}, on {}; see {}", self.driver.current_url().await?, picture.display()))
        };
        keep().await.unwrap_or_else(|error| format!("{name}; no picture, for: {error:#}"))
    }

    /// Closes the browser.
    pub(crate) async fn close(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }
}

/// What can be clicked, by its words or its name for screen readers.
fn clickable(text: &str) -> [String; 2] {
    let kind = "self::a or self::button or self::summary or self::label or @role='button' or @role='tab' or @role='menuitem'";
    let words = literal(text);
    let button = format!("//input[@type='submit' or @type='button'][@value={words}]");
    // The key that a button answers to stands in it, but is no part of its name.
    let keyed = format!("./kbd and normalize-space(text()[normalize-space()][1])={words}");
    let exact = format!("//*[{kind}][normalize-space()={words} or @aria-label={words} or ({keyed})]|{button}");
    [exact, format!("//*[{kind}][contains(normalize-space(), {words})]")]
}

/// `text` as XPath writes it, which knows no way to escape a quotation mark.
fn literal(text: &str) -> String {
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    let pieces: Vec<_> = text.split('\'').map(|piece| format!("'{piece}'")).collect();
    format!("concat({})", pieces.join(", \"'\", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_mark_is_written_in_pieces() {
        assert_eq!(literal("受理"), "'受理'");
        assert_eq!(literal("the firm's"), "concat('the firm', \"'\", 's')");
    }
}
