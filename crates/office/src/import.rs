//! Taking over what an office has in its spreadsheets: items, lists, agencies, staff and firms, from CSV and XLSX.
//!
//! Columns are found by their heads, in Chinese or English. A row at fault is told with its number, column, reason and remedy, and
//! never stops the others. The same file again changes nothing. Definitions become a draft for the editor and are never in force
//! by themselves. Serves measures 6 and 7.

mod definitions;
mod people;
pub(crate) mod table;

use crate::Office;
use crate::door::{Answer, refuse};
use casework::Officer;
use rulebook::Text;

pub use table::Table;

/// What is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Items,
    List,
    Higher,
    Agencies,
    Staff,
    Firms,
}

impl Kind {
    pub const ALL: [Kind; 6] = [Kind::Items, Kind::List, Kind::Higher, Kind::Agencies, Kind::Staff, Kind::Firms];

    pub fn word(self) -> &'static str {
        match self {
            Kind::Items => "items",
            Kind::List => "list",
            Kind::Higher => "higher-list",
            Kind::Agencies => "agencies",
            Kind::Staff => "staff",
            Kind::Firms => "firms",
        }
    }

    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    pub fn name(self) -> Text {
        let (zh, en) = match self {
            Kind::Items => ("政务服务事项", "Service items"),
            Kind::List => ("事项清单", "The list of items"),
            Kind::Higher => ("上级许可清单", "The permit list from above"),
            Kind::Agencies => ("机关", "Agencies"),
            Kind::Staff => ("工作人员", "Staff"),
            Kind::Firms => ("企业和其他组织", "Firms"),
        };
        Text::new(zh, en)
    }

    /// The columns that are understood: ours, and the heads by which each is found. The first `needed` must be there.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Kind::Items => definitions::ITEM_COLUMNS,
            Kind::List => definitions::LIST_COLUMNS,
            Kind::Higher => definitions::HIGHER_COLUMNS,
            Kind::Agencies => definitions::AGENCY_COLUMNS,
            Kind::Staff => people::STAFF_COLUMNS,
            Kind::Firms => people::FIRM_COLUMNS,
        }
    }
}

/// A column by our name, and the heads that mean it.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub heads: &'static [&'static str],
    pub needed: bool,
}

pub(crate) const fn column(name: &'static str, heads: &'static [&'static str]) -> Column {
    Column { name, heads, needed: false }
}

pub(crate) const fn needed(name: &'static str, heads: &'static [&'static str]) -> Column {
    Column { name, heads, needed: true }
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub kind: Kind,
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub refused: Vec<Refused>,
    /// Heads of columns that nobody understood; they were passed over.
    pub passed_over: Vec<String>,
    /// Changes that were drafted, for the editor to look at and pass on.
    pub drafted: Vec<String>,
    /// Login and password, told once, of staff who were taken on.
    pub passwords: Vec<(String, String)>,
}

impl Report {
    fn new(kind: Kind, table: &Table) -> Report {
        Report {
            kind,
            added: 0,
            changed: 0,
            unchanged: 0,
            refused: Vec::new(),
            passed_over: table.passed_over.clone(),
            drafted: Vec::new(),
            passwords: Vec::new(),
        }
    }
}

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// As the spreadsheet counts, from 1, its head included.
    pub row: u32,
    /// The head of the column at fault; empty where it is the row.
    pub column: String,
    pub why: Text,
    pub remedy: Text,
}

/// What is wrong with a row, before it is known where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Our name of the column.
    pub(crate) column: &'static str,
    pub(crate) why: Text,
    pub(crate) remedy: Text,
}

impl Fault {
    pub(crate) fn new(column: &'static str, why: (&str, &str), remedy: (&str, &str)) -> Fault {
        Fault { column, why: Text::new(why.0, why.1), remedy: Text::new(remedy.0, remedy.1) }
    }

    pub(crate) fn at(self, table: &Table, row: u32) -> Refused {
        Refused { row, column: table.head_of(self.column).to_owned(), why: self.why, remedy: self.remedy }
    }
}

/// Largest file, in bytes.
const LARGEST: usize = 32 * 1024 * 1024;

impl Office {
    /// Takes over a file.
    ///
    /// # Errors
    /// Refused for whoever may not, for a file that is no table, and for one that lacks a needed column.
    pub async fn import(&self, by: &Officer, kind: Kind, file_name: &str, bytes: Vec<u8>) -> Answer<Report> {
        if bytes.len() > LARGEST {
            return Err(refuse(
                "too-large",
                ("文件太大（最多 32 MB）。", "The file is too large (32 MB at most)."),
                ("请分成几份导入。", "Import it in parts."),
            ));
        }
        // Reading a spreadsheet of tens of thousands of rows takes a while.
        let read = tokio::task::spawn_blocking(move || Table::read(kind, &bytes)).await;
        let table = read.map_err(|fault| crate::Failure::Unready(format!("the file could not be read: {fault}")))??;
        match kind {
            Kind::Items | Kind::List | Kind::Higher | Kind::Agencies => {
                self.import_definitions(by, kind, &table, file_name).await
            }
            Kind::Staff => self.import_staff(by, &table).await,
            Kind::Firms => self.import_firms(by, &table, file_name).await,
        }
    }
}
