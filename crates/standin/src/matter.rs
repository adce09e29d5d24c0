//! A matter as the stand-in knows it: what came in, what happened to it, and how it is told.

use anyhow::bail;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Matter {
    pub number: String,
    /// Rises with everything that happens.
    pub count: u32,
    pub stand: String,
    pub body: String,
    pub received_at: String,
    received_on: Option<Date>,
    pub ruling: Option<Value>,
    pub licence: Option<Value>,
    words: Option<String>,
    /// Numbers of the messages it was told of.
    pub heard: BTreeSet<String>,
    /// Digests of the papers, with their length once they were fetched.
    pub papers: BTreeMap<String, Option<usize>>,
    /// How it ended on the other side.
    pub outcome: Option<String>,
}

impl Matter {
    pub(crate) fn new(code: &str, serial: usize) -> Matter {
        Matter {
            number: format!("{}-{serial:06}", code.to_ascii_uppercase()),
            count: 0,
            stand: String::new(),
            body: String::new(),
            received_at: String::new(),
            received_on: None,
            ruling: None,
            licence: None,
            words: None,
            heard: BTreeSet::new(),
            papers: BTreeMap::new(),
            outcome: None,
        }
    }

    /// Takes a message down; `false` for one that came before.
    pub(crate) fn takes(&mut self, message: &Value) -> bool {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if !self.heard.insert(text(&message["message"])) {
            return false;
        }
        for paper in message["matter"]["papers"].as_array().into_iter().flatten() {
            let digest = text(&paper["digest"]);
            // An original that was seen at a counter has no file.
            if !digest.is_empty() {
                self.papers.entry(digest).or_insert(None);
            }
        }
        match message["kind"].as_str() {
            Some("application") => {
                self.body = text(&message["matter"]["body"]);
                self.received_at = text(&message["matter"]["received-at"]);
                self.received_on = text(&message["matter"]["received-on"]).parse().ok();
                (self.count, self.stand) = (1, "taken".to_owned());
            }
            Some("closed") => {
                self.outcome = message["outcome"].as_str().map(str::to_owned);
                // What was decided here stays decided; what was not goes no further.
                if !self.is_decided() {
                    self.count += 1;
                    "ended".clone_into(&mut self.stand);
                    self.words = Some("申请人或办理机关已在一门终止办理".to_owned());
                }
            }
            _ => {
                // What was wanted has come.
                if self.stand == "correction" {
                    self.count += 1;
                    "taken".clone_into(&mut self.stand);
                }
            }
        }
        true
    }

    fn is_decided(&self) -> bool {
        ["granted", "filed", "refused", "not-taken-in", "ended"].contains(&self.stand.as_str())
    }

    /// What an official does there. `licensed` makes the licence of what was granted.
    pub(crate) fn happens(&mut self, what: &str, today: Option<Date>) -> anyhow::Result<()> {
        match what {
            "licensed" if self.stand == "granted" => {
                self.licence = Some(json!({ "number": licence_number(&self.number), "name": "示例证照" }));
            }
            "accepted" | "correction" | "granted" | "filed" | "refused" | "not-taken-in" if !self.is_decided() => {
                let ruling = !["accepted", "correction"].contains(&what);
                let on = today.or(self.received_on);
                self.ruling = ruling.then(|| json!({ "body": self.body, "document": format!("{}号", self.number), "on": on }));
                let says_no = ["correction", "refused", "not-taken-in"].contains(&what);
                self.words = says_no.then(|| "示例：平面布置图与现场不符，请核对后修改。".to_owned());
                what.clone_into(&mut self.stand);
            }
            _ => bail!("“{what}” cannot happen to a matter that is {}", self.stand),
        }
        self.count += 1;
        Ok(())
    }

    /// All that there is to tell of it.
    pub(crate) fn report(&self) -> Value {
        let mut report = json!({ "count": self.count, "stand": self.stand, "number": self.number });
        for (name, value) in
            [("ruling", self.ruling.clone()), ("licence", self.licence.clone()), ("words", self.words.clone().map(Value::from))]
        {
            if let Some(value) = value {
                report[name] = value;
            }
        }
        report
    }
}

/// Something else than is true: a refusal where it was granted, a grant where not.
pub(crate) fn contradicted(mut report: Value) -> Value {
    let granted = report["stand"] == "granted";
    report["stand"] = json!(if granted { "refused" } else { "granted" });
    report["words"] = json!("示例：前后矛盾的回传");
    if let Some(object) = report.as_object_mut().filter(|_| granted) {
        object.remove("licence");
    }
    report
}

/// The number of a licence; of a business licence it is a credit code that reads TEXT and is nobody's.
fn licence_number(number: &str) -> String {
    if number.starts_with("ENTITY") {
        return "91120116MA0TEXT042".to_owned();
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    format!("JY11201160{digits}")
}
