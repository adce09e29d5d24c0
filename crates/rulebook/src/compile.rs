//! Files in, rulebook and problems out. Never stops at the first fault; the workbench editor, a text editor and a test all
//! come through here.

use crate::agency::{Agency, Area, Authority, AuthorityForm, Window};
use crate::check::Check;
use crate::definition::{Basis, Place};
use crate::dictionary::Dictionary;
use crate::expression::Expression;
use crate::field::{CodeList, Field};
use crate::form::Form;
use crate::goal::Goal;
use crate::ground::Ground;
use crate::item::{Item, ItemType};
use crate::licence_type::LicenceType;
use crate::list::{HigherRow, ListRow};
use crate::material::Material;
use crate::measure::Measure;
use crate::partner::Partner;
use crate::policy::Policy;
use crate::problem::{Problem, Severity};
use crate::procedure::Procedure;
use crate::programme::{Budget, Programme};
use crate::register::Register;
use crate::retention::Retention;
use crate::size::SizeRow;
use crate::text::Text;
use crate::theme::Theme;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// Everything that is declared, by code.
#[derive(Debug, Clone, Default)]
pub struct Rulebook {
    pub fields: BTreeMap<String, Field>,
    pub codes: BTreeMap<String, CodeList>,
    pub materials: BTreeMap<String, Material>,
    pub forms: BTreeMap<String, Form>,
    pub procedures: BTreeMap<String, Procedure>,
    pub items: BTreeMap<String, Item>,
    pub themes: BTreeMap<String, Theme>,
    pub agencies: BTreeMap<String, Agency>,
    pub areas: BTreeMap<String, Area>,
    pub windows: BTreeMap<String, Window>,
    pub authority: Vec<Authority>,
    /// Where each row of `authority` stands, in the same order.
    pub authority_places: Vec<Place>,
    /// Codes and names of definitions that could not be read.
    pub(crate) unread: Vec<String>,
    pub list: BTreeMap<String, ListRow>,
    pub higher_list: BTreeMap<String, HigherRow>,
    pub measures: BTreeMap<u32, Measure>,
    pub registers: BTreeMap<String, Register>,
    /// How long what was handed in is kept.
    pub retention: BTreeMap<String, Retention>,
    /// Codes of kinds of licences, by the name of the licence.
    pub licence_types: BTreeMap<String, LicenceType>,
    /// On which a permit comes to its end.
    pub grounds: BTreeMap<String, Ground>,
    /// Systems in which bodies handle some of these items.
    pub partners: BTreeMap<String, Partner>,
    /// Policies for firms, with their clauses.
    pub policies: BTreeMap<String, Policy>,
    /// Goals of macro policy that clauses are held against.
    pub goals: BTreeMap<String, Goal>,
    /// Lines of budgets, and the programmes that pay out of them.
    pub budgets: BTreeMap<String, Budget>,
    pub programmes: BTreeMap<String, Programme>,
    /// By which enterprises are sorted into large, medium, small and micro.
    pub sizes: BTreeMap<String, SizeRow>,
    /// Rules that an edition must satisfy, by short name.
    pub checks: BTreeMap<String, Check>,
    /// The dictionary that conditions are bound to.
    pub dictionary: Dictionary,
    /// Every condition of the rulebook, by its text.
    pub conditions: HashMap<String, Expression>,
    /// Where each definition stands, by kind and code.
    pub places: BTreeMap<(&'static str, String), Place>,
    /// The texts it was compiled from, by path, so that any part of a definition can be pointed at.
    pub sources: BTreeMap<String, String>,
}

impl Rulebook {
    /// The element of this code; `fields` has them by name.
    pub fn field_of(&self, code: &str) -> Option<&Field> {
        self.fields.get(&*self.dictionary.get(code)?.name)
    }
}

/// A shorter name of a definition says too little to tell by it what a problem is about.
const SHORTEST: usize = 4;

/// What a file may contain: any number of definitions of any kind.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct File {
    field: Vec<Field>,
    code_list: Vec<CodeList>,
    material: Vec<Material>,
    form: Vec<Form>,
    procedure: Vec<Procedure>,
    item: Vec<Item>,
    theme: Vec<Theme>,
    agency: Vec<Agency>,
    area: Vec<Area>,
    window: Vec<Window>,
    authority: Vec<Authority>,
    list_row: Vec<ListRow>,
    higher_row: Vec<HigherRow>,
    measure: Vec<Measure>,
    ground: Vec<Ground>,
    register: Vec<Register>,
    retention: Vec<Retention>,
    licence_type: Vec<LicenceType>,
    partner: Vec<Partner>,
    policy: Vec<Policy>,
    goal: Vec<Goal>,
    budget: Vec<Budget>,
    programme: Vec<Programme>,
    size: Vec<SizeRow>,
    check: Vec<Check>,
}

/// Compiles the definitions in `files`, which are pairs of path and text. Files that are not TOML are passed over.
pub fn compile<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Rulebook, Vec<Problem>) {
    let mut reading = Reading::default();
    let mut texts = HashMap::new();
    for (path, text) in files {
        if path.ends_with(".toml") {
            reading.file(path, text);
            texts.insert(path, text);
        }
    }
    let Reading { mut rulebook, mut problems, unread } = reading;
    rulebook.unread = unread;
    rulebook.dictionary = Dictionary::new(&rulebook.fields, &rulebook.codes);
    crate::link::link(&mut rulebook, &texts, &mut problems);
    problems.retain(|problem| !rulebook.follows_from_unread(problem));
    rulebook.sources = texts.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    (rulebook, problems)
}

#[derive(Default)]
struct Reading {
    rulebook: Rulebook,
    problems: Vec<Problem>,
    /// Codes and names of definitions that could not be read.
    unread: Vec<String>,
}

impl Reading {
    fn file(&mut self, path: &str, text: &str) {
        let (mut rest, mut told) = (text.to_owned(), Vec::new());
        let file: File = loop {
            let fault = match toml::from_str(&rest) {
                Ok(file) => break file,
                Err(fault) => fault,
            };
            let block = fault.span().and_then(|span| definition_at(text, span.start));
            if block.is_none() || !told.contains(&block) {
                self.problems.push(unreadable(path, text, &fault));
            }
            // A foreign key goes, and else the definition it stands in; whatever else the file holds is read. The first fault of a
            // definition is told, for the next may follow from it.
            let Some(block) = block else { return };
            let key = fault
                .span()
                .and_then(|span| foreign_key(&rest, &fault, span.start))
                .filter(|_| !told.contains(&Some(block.clone())));
            told.push(Some(block.clone()));
            if key.is_none() {
                self.unread.extend(names_in(&rest[block.clone()]));
            }
            let gone = key.unwrap_or(block);
            // Blanks of the same length, so that every line and offset stays where it is.
            let blank: String = rest[gone.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
            if blank == rest[gone.clone()] {
                return;
            }
            rest.replace_range(gone, &blank);
        };
        macro_rules! take {
            ($list:ident, $kind:literal, $key:ident, $map:ident) => {
                for definition in file.$list {
                    let line = line_at(text, definition.$key.span().start);
                    let key = definition.$key.get_ref().clone();
                    if self.place($kind, key.to_string(), path, line) {
                        self.rulebook.$map.insert(key, definition);
                    }
                }
            };
        }
        take!(field, "field", name, fields);
        take!(code_list, "code-list", code, codes);
        take!(material, "material", key, materials);
        take!(form, "form", code, forms);
        take!(procedure, "procedure", code, procedures);
        take!(agency, "agency", code, agencies);
        take!(area, "area", code, areas);
        take!(window, "window", code, windows);
        take!(list_row, "list-row", code, list);
        take!(higher_row, "higher-row", code, higher_list);
        take!(measure, "measure", number, measures);
        take!(ground, "ground", code, grounds);
        take!(register, "register", code, registers);
        take!(retention, "retention", code, retention);
        take!(licence_type, "licence-type", name, licence_types);
        take!(partner, "partner", code, partners);
        take!(goal, "goal", code, goals);
        take!(budget, "budget", code, budgets);
        take!(programme, "programme", code, programmes);
        take!(size, "size", code, sizes);
        take!(check, "check", rule, checks);
        for mut item in file.item {
            let line = line_at(text, item.code.span().start);
            let code = item.code.get_ref().clone();
            item.place = Place { file: path.to_owned(), line };
            if self.place("item", code.clone(), path, line) {
                self.rulebook.items.insert(code, item);
            }
        }
        for mut theme in file.theme {
            let line = line_at(text, theme.code.span().start);
            let code = theme.code.get_ref().clone();
            theme.place = Place { file: path.to_owned(), line };
            if self.place("theme", code.clone(), path, line) {
                self.rulebook.themes.insert(code, theme);
            }
        }
        for mut policy in file.policy {
            let line = line_at(text, policy.code.span().start);
            let code = policy.code.get_ref().clone();
            policy.place = Place { file: path.to_owned(), line };
            if self.place("policy", code.clone(), path, line) {
                self.rulebook.policies.insert(code, policy);
            }
        }
        for row in file.authority {
            let line = line_at(text, row.item.span().start);
            self.rulebook.authority_places.push(Place { file: path.to_owned(), line });
            self.rulebook.authority.push(row);
        }
    }

    /// Notes where a definition stands; a second one of the same name is a problem and is left out.
    fn place(&mut self, kind: &'static str, code: String, file: &str, line: usize) -> bool {
        if let Some(first) = self.rulebook.places.get(&(kind, code.clone())) {
            self.problems.push(Problem {
                severity: Severity::Error,
                file: file.to_owned(),
                line,
                rule: "defined-twice".to_owned(),
                message: Text::new(
                    format!("“{code}”已在 {}:{} 定义", first.file, first.line),
                    format!("“{code}” is already defined at {}:{}", first.file, first.line),
                ),
                remedy: Text::new("删去其中一个，或另取代码", "Delete one of them, or choose another code"),
            });
            return false;
        }
        self.rulebook.places.insert((kind, code), Place { file: file.to_owned(), line });
        true
    }
}

/// The line, from 1, of a byte offset.
fn unreadable(path: &str, text: &str, fault: &toml::de::Error) -> Problem {
    Problem {
        severity: Severity::Error,
        file: path.to_owned(),
        line: fault.span().map_or(0, |span| line_at(text, span.start)),
        rule: "toml".to_owned(),
        message: Text::new(
            format!("这一行读不懂：{}", fault.message()),
            format!("This line cannot be read: {}", fault.message()),
        ),
        remedy: Text::new("对照 docs/writing-rules.md 改正写法", "Compare with docs/writing-rules.md"),
    }
}

/// The line of a key that no definition has, where it stands on a line of its own.
fn foreign_key(text: &str, fault: &toml::de::Error, at: usize) -> Option<std::ops::Range<usize>> {
    let from = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let until = text[at..].find('\n').map_or(text.len(), |end| at + end);
    let line = text[from..until].trim_start();
    let own = fault.message().starts_with("unknown field") && text[from..at].trim().is_empty() && !line.starts_with('[');
    own.then_some(from..until)
}

/// The definition around a place of a file: from its `[[…]]` to the next one.
fn definition_at(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let starts = |line: &str| line.starts_with('[') && !line.split(']').next().is_some_and(|head| head.contains('.'));
    let mut block = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if starts(line) {
            if offset > at {
                return block.map(|from| from..offset);
            }
            block = Some(offset);
        }
        offset += line.len();
    }
    block.map(|from| from..text.len())
}

/// What a definition is called by others.
fn names_in(definition: &str) -> Vec<String> {
    let named = |line: &str| {
        let (key, value) = line.split_once('=')?;
        let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
        ["code", "name", "key"].contains(&key.trim()).then(|| value.to_owned())
    };
    let own = definition.lines().enumerate().take_while(|(number, line)| *number == 0 || !line.starts_with('['));
    own.filter_map(|(_, line)| named(line)).collect()
}

pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

impl Rulebook {
    /// The row of the authority matrix under which `agency` may decide `item` in `area` on that day, if there is one.
    pub fn authority_of(&self, item: &str, agency: &str, area: &str, on: jiff::civil::Date) -> Option<&Authority> {
        let own = self.agencies.get(agency)?;
        self.authority.iter().find(|row| {
            let areas = if row.areas.is_empty() { &own.areas } else { &row.areas };
            row.item.get_ref() == item
                && row.agency.get_ref() == agency
                && row.from <= on
                && row.until.is_none_or(|until| on <= until)
                && (areas.is_empty() || area.is_empty() || areas.iter().any(|known| known == area))
        })
    }

    /// Whether a problem is only that a definition that could not be read is not there: its own fault is told already.
    pub(crate) fn follows_from_unread(&self, problem: &Problem) -> bool {
        // What is missing may be what uses the rest.
        let of_absence = ["unused", "condition-unasked"].contains(&problem.rule.as_str());
        let names = |name: &String| name.chars().count() >= SHORTEST && problem.message.zh.contains(name.as_str());
        problem.rule != "toml" && !self.unread.is_empty() && (of_absence || self.unread.iter().any(names))
    }

    /// The body on whose behalf `agency` handles an item in an area (委托), and what that rests on.
    pub fn principal(&self, item: &str, agency: &str, area: &str, on: jiff::civil::Date) -> Option<(&Agency, &Basis)> {
        let row = self.authority_of(item, agency, area, on).filter(|row| row.form == AuthorityForm::Entrusted)?;
        Some((self.agencies.get(row.principal.as_ref()?.get_ref())?, &row.basis))
    }

    /// The body in whose name `agency` decides: under 委托 the principal's (行政许可法 art. 24), otherwise its own.
    pub fn signing_agency<'a>(&'a self, item: &str, agency: &'a str, area: &str, on: jiff::civil::Date) -> &'a str {
        let row = self.authority_of(item, agency, area, on).filter(|row| row.form == AuthorityForm::Entrusted);
        row.and_then(|row| row.principal.as_ref()).map_or(agency, |principal| principal.get_ref())
    }

    /// The row of the permit list that holds this item; outside the list nothing is permitted (优化营商环境条例 art. 40).
    pub fn permit_row(&self, item: &str) -> Option<&ListRow> {
        let row = self.list.get(self.items.get(item)?.list_row.as_ref()?.get_ref())?;
        (row.item_type == ItemType::Permit).then_some(row)
    }

    /// The system in which matters of this item are handled, if there is one.
    pub fn partner_of(&self, item: &str) -> Option<&Partner> {
        self.partners.values().find(|partner| partner.handles(item))
    }

    /// Whether an item stands for several that are applied for together.
    pub fn is_for_bundles(&self, item: &Item) -> bool {
        self.procedures.get(item.procedure.get_ref()).is_some_and(Procedure::is_for_bundles)
    }

    /// The agencies that may decide `item` in `area` on that day; a body of the area itself comes before one of the district.
    pub fn competent(&self, item: &str, area: &str, on: jiff::civil::Date) -> Vec<&Agency> {
        let mut bodies: Vec<&Agency> =
            self.agencies.values().filter(|agency| self.authority_of(item, agency.code.get_ref(), area, on).is_some()).collect();
        bodies.sort_by_key(|agency| agency.areas.is_empty());
        bodies
    }
}
