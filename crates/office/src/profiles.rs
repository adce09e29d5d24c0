//! What is known of a firm: what the register tells, what was imported, and what it declared itself, side by side. A source replaces
//! only what it stated before; nobody overwrites another. Serves measure 14.

mod counted;
mod purposes;
pub mod rows;

pub use counted::Counted;
pub use purposes::{Ground, MATCHING, purpose_name};

use crate::{Failure, Office};
use jiff::civil::Date;
use policies::derived::{SizeOf, is_computed};
use policies::{Profile, Source, Stated};
use rulebook::expression::{ElementIndex, Fact, Value};
use rulebook::field::{Field, FieldKind};
use rulebook::{Rulebook, Text};
use serde_json::{Map, json};
use std::collections::BTreeMap;
use store::people::firms::Firm;
use store::profiles::{Objection, Packed};

/// The origin under which the system's own register of firms is shown.
pub const REGISTER: &str = "企业登记";
/// Firms in one unit of writing.
const AT_ONCE: usize = 500;
/// Longest words of an objection, in characters.
pub const LONGEST_OBJECTION: usize = 1_000;
/// Refused lines that are told one by one.
const TOLD: usize = 1_000;

/// A statement with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub stated: Stated,
    pub origin: String,
}

impl Told {
    /// The value as people read it, with the unit of its element.
    pub fn words(&self, field: &Field) -> Text {
        let value = match &self.stated.fact {
            Fact::Known(value) => value.words(),
            Fact::NeedsPerson => return Text::new("要由人核对", "a person must look"),
            Fact::NotApplicable => return Text::new("不适用", "does not apply"),
            Fact::Missing => return Text::new("没有", "none"),
        };
        let unit = match (&field.unit, field.kind) {
            (Some(unit), _) => Text::new(unit, unit),
            (None, FieldKind::Money) => Text::new("元", "yuan"),
            _ => return value,
        };
        Text::new(format!("{} {}", value.zh, unit.zh), format!("{} {}", value.en, unit.en))
    }
}

/// What is stated of a firm, by element.
pub type Statements = BTreeMap<ElementIndex, Vec<Told>>;

/// All that is known of a firm.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub told: Statements,
    /// What is used, in the order of the dictionary.
    pub facts: Vec<Fact>,
    pub contradicted: Vec<ElementIndex>,
    /// How its size stands; `None` where the rulebook has no table of sizes.
    pub size: Option<SizeOf>,
}

impl Known {
    pub(crate) fn of(rules: &Rulebook, told: Statements, name: &str) -> Known {
        let stated = told.iter().map(|(element, all)| (*element, all.iter().map(|told| told.stated.clone()).collect()));
        let profile = Profile { name: name.to_owned(), stated: stated.collect() };
        let mut facts = Vec::new();
        let contradicted = profile.facts(&rules.dictionary, &mut facts);
        let size = profile.derive(rules, &mut facts);
        Known { told, facts, contradicted, size }
    }
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub lines: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Lines that were passed over, and facts that were left out.
    pub refused: u64,
    /// The first of them: number of the line from 1, and why.
    pub why: Vec<(u64, Text)>,
}

impl Imported {
    fn refuse(&mut self, line: u64, why: Text) {
        self.refused += 1;
        if self.why.len() < TOLD {
            self.why.push((line, why));
        }
    }
}

impl Office {
    /// What is known of a firm today.
    pub async fn known_of(&self, firm: &str) -> Result<Known, Failure> {
        let live = self.rulebooks.live()?;
        let told = self.told_of(&live.rules, firm, self.now().await?.day()).await?;
        Ok(Known::of(&live.rules, told, firm))
    }

    /// What is known of each of these firms, in their order, read together; `None` of one that does not want to be matched.
    pub(crate) async fn known_of_those(
        &self,
        rules: &Rulebook,
        firms: &[String],
        today: Date,
    ) -> Result<Vec<Option<Known>>, Failure> {
        let unwilling = self.store.not_matched(firms).await?;
        let registered: BTreeMap<String, Firm> =
            self.store.firms(firms).await?.into_iter().map(|firm| (firm.code.clone(), firm)).collect();
        let mut packed: BTreeMap<String, Vec<Packed>> = BTreeMap::new();
        for one in self.store.profiles_of(firms).await? {
            packed.entry(one.firm.clone()).or_default().push(one);
        }
        let known = |firm: &String| {
            let stated = packed.get(firm).map_or(&[][..], Vec::as_slice);
            Known::of(rules, told(rules, firm, registered.get(firm), stated, today), firm)
        };
        Ok(firms.iter().map(|firm| (!unwilling.contains(firm)).then(|| known(firm))).collect())
    }

    /// What sources state of a firm, in the words of these rules.
    pub(crate) async fn told_of(&self, rules: &Rulebook, firm: &str, today: Date) -> Result<Statements, Failure> {
        let registered = self.store.firm(firm).await?;
        Ok(told(rules, firm, registered.as_ref(), &self.store.profile(firm).await?, today))
    }

    /// Keeps what a firm says of itself about one element; an empty answer takes back what it said. What others state stays.
    ///
    /// # Errors
    /// What is wrong with the answer.
    pub async fn declare(&self, firm: &str, element: &str, answer: &str) -> Result<Result<(), Text>, Failure> {
        let live = self.rulebooks.live()?;
        let now = self.now().await?;
        let Some(element) = live.rules.dictionary.get(element) else {
            return Ok(Err(Text::new("没有这个数据元", "there is no such element")));
        };
        if !answer.trim().is_empty() && is_computed(&live.rules, element.index) {
            return Ok(Err(Text::new("这一项由平台计算，不用填", "this is computed by the platform; it is not asked for")));
        }
        let known = self.known_of(firm).await?;
        let mut own: Vec<(ElementIndex, Vec<Stated>)> = known
            .told
            .into_iter()
            .filter(|(index, _)| *index != element.index)
            .map(|(index, told)| (index, told.into_iter().map(|told| told.stated).filter(declared).collect()))
            .collect();
        if !answer.trim().is_empty() {
            let value = match element.kind.read(answer) {
                Ok(value) => value,
                Err(fault) => return Ok(Err(fault)),
            };
            let stated = Stated {
                fact: Fact::Known(value),
                source: Source::SelfDeclared,
                period: String::new(),
                observed: Some(now.day()),
            };
            own.push((element.index, vec![stated]));
        }
        let profile = Profile { name: firm.to_owned(), stated: own };
        let facts = pack(&live.rules, &profile, Source::SelfDeclared);
        let packed = Packed {
            firm: firm.to_owned(),
            source: word(Source::SelfDeclared).to_owned(),
            origin: String::new(),
            facts,
            seen_at: now,
        };
        self.store.keep_profiles(&[packed]).await?;
        Ok(Ok(()))
    }

    /// Takes down what a firm says against the statements of others about one element; the same `request` once.
    ///
    /// # Errors
    /// Nobody else states anything there, or nothing is said against it.
    pub async fn object(&self, firm: &str, element: &str, words: &str, request: &str) -> Result<Result<(), Text>, Failure> {
        let live = self.rulebooks.live()?;
        let known = self.known_of(firm).await?;
        let words: String = words.trim().chars().take(LONGEST_OBJECTION).collect();
        if words.is_empty() {
            return Ok(Err(Text::new("请写明哪里不对。", "Say what is wrong.")));
        }
        let told = live.rules.field_of(element).and_then(|field| {
            let told = known.told.get(&live.rules.dictionary.get(&field.code)?.index)?;
            Some((field, told.iter().filter(|one| !declared(&one.stated)).collect::<Vec<_>>()))
        });
        let Some((field, others)) = told.filter(|(_, others)| !others.is_empty()) else {
            return Ok(Err(Text::new("这一项没有别人的记载。", "Nobody else states anything there.")));
        };
        let said: Vec<String> = others.iter().map(|one| one.words(field).zh.to_string()).collect();
        let objection = Objection {
            id: format!("{firm}-{request}"),
            firm: firm.to_owned(),
            element: field.name.get_ref().clone(),
            said: said.join("、"),
            words,
            at: self.now().await?,
            answer: None,
            answered_at: None,
        };
        self.store.object(&objection).await?;
        Ok(Ok(()))
    }

    /// Takes profiles over, line by line, from whatever they are read; the same again changes nothing. `origin` names the register
    /// or list: what it stated before is replaced, what others stated stays.
    pub async fn import_profiles(
        &self,
        lines: impl Iterator<Item = (u64, Result<String, Text>)>,
        origin: &str,
    ) -> Result<Imported, Failure> {
        let live = self.rulebooks.live()?;
        let now = self.now().await?;
        let (mut report, mut waiting) = (Imported::default(), Vec::new());
        for (number, line) in lines {
            report.lines += 1;
            let read = line.and_then(|line| Profile::read(&line, &live.rules.dictionary, now.day()));
            let (profile, doubts) = match read {
                Ok(read) => read,
                Err(why) => {
                    report.refuse(number, why);
                    continue;
                }
            };
            for doubt in doubts {
                let (element, why) = (doubt.element, doubt.message);
                report.refuse(number, Text::new(format!("{element}：{}", why.zh), format!("{element}: {}", why.en)));
            }
            for source in [Source::Official, Source::Imported] {
                let facts = pack(&live.rules, &profile, source);
                if facts != "{}" {
                    let (firm, source, origin) = (profile.name.clone(), word(source).to_owned(), origin.to_owned());
                    waiting.push(Packed { firm, source, origin, facts, seen_at: now });
                }
            }
            if profile.stated.iter().flat_map(|(_, stated)| stated).any(declared) {
                report.refuse(
                    number,
                    Text::new(
                        "企业自报的不能导入，由企业自己填报",
                        "what a firm declares cannot be imported; the firm says it here",
                    ),
                );
            }
            if waiting.len() >= AT_ONCE {
                self.keep_imported(&mut waiting, &mut report).await?;
            }
        }
        self.keep_imported(&mut waiting, &mut report).await?;
        Ok(report)
    }

    async fn keep_imported(&self, waiting: &mut Vec<Packed>, report: &mut Imported) -> Result<(), Failure> {
        let changed = self.store.keep_profiles(waiting).await?;
        report.changed += changed as u64;
        report.unchanged += (waiting.len() - changed) as u64;
        waiting.clear();
        Ok(())
    }
}

/// What the register and the packed statements of all sources say on one day.
fn told(rules: &Rulebook, firm: &str, registered: Option<&Firm>, packed: &[Packed], today: Date) -> Statements {
    let mut told = Statements::new();
    let mut take = |facts: &str, origin: &str| {
        let line = format!("{{\"profile\":{},\"facts\":{facts}}}", json!(firm));
        let Ok((profile, _)) = Profile::read(&line, &rules.dictionary, today) else { return };
        for (element, stated) in profile.stated {
            let own = stated.into_iter().map(|stated| Told { stated, origin: origin.to_owned() });
            told.entry(element).or_default().extend(own);
        }
    };
    if let Some(registered) = registered {
        take(&of_register(rules, registered), REGISTER);
    }
    packed.iter().for_each(|packed| take(&packed.facts, &packed.origin));
    told
}

fn declared(stated: &Stated) -> bool {
    stated.source == Source::SelfDeclared
}

/// The word of a source as profiles write it.
pub fn word(source: Source) -> &'static str {
    match source {
        Source::Official => "official",
        Source::Imported => "imported",
        Source::SelfDeclared => "self-declared",
    }
}

/// What one source states, as JSON in the form in which profiles are read; elements in order, so that the same is the same text.
fn pack(rules: &Rulebook, profile: &Profile, source: Source) -> String {
    let mut all = Map::new();
    for (index, stated) in &profile.stated {
        let Some(element) = rules.dictionary.at(*index) else { continue };
        let own: Vec<_> = stated.iter().filter(|stated| stated.source == source).filter_map(statement).collect();
        if !own.is_empty() {
            all.insert(element.name.to_string(), own.into());
        }
    }
    all.sort_keys();
    serde_json::Value::Object(all).to_string()
}

fn statement(stated: &Stated) -> Option<serde_json::Value> {
    let mut one = Map::from_iter([("source".to_owned(), json!(word(stated.source)))]);
    match &stated.fact {
        Fact::Known(Value::Many(words)) => one.insert("value".to_owned(), json!(words)),
        Fact::Known(Value::Bool(truth)) => one.insert("value".to_owned(), json!(truth)),
        Fact::Known(Value::Number(number)) => one.insert("value".to_owned(), json!(number.to_string())),
        Fact::Known(Value::Date(date)) => one.insert("value".to_owned(), json!(date.to_string())),
        Fact::Known(Value::Text(text)) => one.insert("value".to_owned(), json!(text)),
        Fact::NeedsPerson => one.insert("state".to_owned(), json!("needs-person")),
        Fact::NotApplicable => one.insert("state".to_owned(), json!("not-applicable")),
        Fact::Missing => return None,
    };
    if !stated.period.is_empty() {
        one.insert("period".to_owned(), json!(stated.period));
    }
    if let Some(day) = stated.observed {
        one.insert("observed".to_owned(), json!(day.to_string()));
    }
    Some(one.into())
}

/// What the register of firms tells, as far as the dictionary has a place for it: nobody is asked for it again.
fn of_register(rules: &Rulebook, firm: &Firm) -> String {
    let seen: Date = firm.updated_at.day();
    let area = rules.codes.get("areas").and_then(|list| list.value.iter().find(|value| value.code == firm.area));
    let division = firm.area.get(..6).filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    let kind = if firm.kind.contains("个体") { "个体工商户" } else { "企业" };
    let known = [
        ("registered-area", area.map(|area| json!(area.name))),
        ("registered-division", division.map(|code| json!(code))),
        ("applicant-kind", (!firm.kind.is_empty()).then(|| json!(kind))),
        ("legal-person", firm.kind.contains("公司").then_some(json!(true))),
        ("industry-class", (!firm.industry.is_empty()).then(|| json!(firm.industry))),
    ];
    let known = known.into_iter().filter(|(code, _)| rules.dictionary.get(code).is_some());
    let facts = known.filter_map(|(code, value)| {
        Some((code.to_owned(), json!([{ "value": value?, "source": "official", "observed": seen.to_string() }])))
    });
    serde_json::Value::Object(facts.collect()).to_string()
}
