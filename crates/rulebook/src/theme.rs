//! Themes (一件事): what people have in mind as one thing, and the items it takes. Its case is a bundle.
//!
//! A theme says which items belong to it and when, what order their law wants beyond what follows from their own papers, and
//! who leads. It never lists questions or papers: those are merged from the items by [`crate::bundle`]. Serves measures 3 and 4.

use crate::definition::{Basis, Place, Standing};
use crate::form::{Ask, Section};
use crate::item::{Example, Limit, Situation};
use crate::signer::SignerRule;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Who put the theme on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    #[serde(rename = "国家")]
    Nation,
    #[serde(rename = "市级")]
    City,
    /// 滨城特色: the district's own.
    #[serde(rename = "滨城")]
    District,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::Nation, Level::City, Level::District];

    pub fn name(self) -> Text {
        let (zh, en) = match self {
            Level::Nation => ("国家", "National list"),
            Level::City => ("市级", "Municipal list"),
            Level::District => ("滨城", "The district's own"),
        };
        Text::new(zh, en)
    }
}

/// One theme as its file says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Theme {
    /// Stable ASCII code, e.g. `restaurant`.
    pub code: Spanned<String>,
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    /// Edition of the theme itself as people cite it, e.g. 2026.1.
    pub version: String,
    pub level: Level,
    /// The list it stands on, e.g. 2024年第一批; empty for one of the district's own.
    #[serde(default)]
    pub list: String,
    /// The agency that leads (牵头单位); the others assist.
    pub lead_body: Spanned<String>,
    /// One line for the search result, in everyday words.
    #[serde(default)]
    pub summary: String,
    #[serde(default)]
    pub keywords: Vec<String>,
    #[serde(default)]
    pub basis: Vec<Basis>,
    pub component: Vec<Component>,
    /// How the guide asks for an element, and which details it asks for beyond what decides over items: the papers that hang on
    /// other elements are left to the form. Without rows the guide asks for everything.
    #[serde(default)]
    pub situation: Vec<Situation>,
    /// Answers that cannot stand together. The guide names them with the reason and goes on.
    #[serde(default)]
    pub impossible: Vec<Impossible>,
    #[serde(default)]
    pub joint: Vec<Joint>,
    /// The theme's own dated limits: `promised` from one submission to the last result, `statutory` the ceiling of an arrangement
    /// that the government has made (行政许可法 art. 42(2)).
    #[serde(default)]
    pub limit: Vec<Limit>,
    /// The minute of a day at which the applicant is told together what its bodies ask to have corrected, e.g. 16:30. Without one
    /// each body tells at once. No telling waits past the body's own limit to tell (行政许可法 art. 32(1)(4)).
    #[serde(default)]
    pub corrections_at: Option<Spanned<String>>,
    /// The government's decision by which the bodies handle this jointly (行政许可法 art. 26). Without it each item keeps its own
    /// limit and no joint ceiling may be claimed.
    #[serde(default)]
    pub arrangement: Option<Basis>,
    /// Who signs the whole with the applicant, beside whom its items ask for.
    #[serde(default)]
    pub signer: Vec<SignerRule>,
    /// Which items are needed for which answers, by name; tried every time the rulebook is compiled.
    #[serde(default)]
    pub example: Vec<Example>,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
    #[serde(skip)]
    pub place: Place,
    /// What decides over its items: asked first. Derived by `compile` from the conditions.
    #[serde(skip)]
    pub deciding: Option<Section>,
}

/// Answers that contradict each other.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Impossible {
    /// Holds where they do.
    pub when: Spanned<String>,
    /// Why that cannot be.
    pub text: String,
    pub label: String,
}

/// An item of a theme.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Component {
    pub item: Spanned<String>,
    /// When it is needed; always without one.
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// Items of the theme whose result must exist first, beyond what follows from papers and elements.
    #[serde(default)]
    pub after: Vec<Spanned<String>>,
    /// Items for which it need not wait, although its papers or elements would say so.
    #[serde(default)]
    pub independent_of: Vec<Spanned<String>>,
    /// The system of another body where this part is handled; empty when it is handled here, online.
    #[serde(default)]
    pub elsewhere: String,
    /// The ground of the condition and of the order.
    #[serde(default)]
    pub basis: Option<Basis>,
    #[serde(default)]
    pub note: String,
}

/// What several bodies do together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum JointKind {
    #[serde(rename = "联合辅导")]
    Guidance,
    #[serde(rename = "联合踏勘")]
    SiteVisit,
    #[serde(rename = "联合验收")]
    Acceptance,
}

impl JointKind {
    pub fn name(self) -> Text {
        let (zh, en) = match self {
            JointKind::Guidance => ("联合辅导", "Joint guidance"),
            JointKind::SiteVisit => ("联合踏勘", "Joint site visit"),
            JointKind::Acceptance => ("联合验收", "Joint acceptance"),
        };
        Text::new(zh, en)
    }
}

/// A joint act: one appointment, each body's opinion, one written result.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Joint {
    pub kind: JointKind,
    /// The items whose bodies take part; it happens when at least two of them are needed.
    pub items: Vec<Spanned<String>>,
    /// Within how many working days of the request it takes place.
    #[serde(default)]
    pub working_days: Option<u32>,
    /// What the applicant photographs where it is done from afar, in order.
    #[serde(default)]
    pub shots: Vec<String>,
    #[serde(default)]
    pub basis: Option<Basis>,
    #[serde(default)]
    pub note: String,
}

impl Theme {
    /// The section that asks for `fields` before anything else.
    pub(crate) fn asking_for(&self, fields: Vec<String>) -> Option<Section> {
        if fields.is_empty() {
            return None;
        }
        let ask = |field: String| {
            let wording = self.situation.iter().find(|situation| *situation.field.get_ref() == field);
            Ask {
                hint: wording.map(|situation| situation.question.clone()).unwrap_or_default(),
                field: Spanned::new(0..0, field),
                required: true,
                when: None,
                check: None,
                message: String::new(),
                sample: String::new(),
                basis: None,
            }
        };
        let (title, label) = ("办哪些事".to_owned(), Some("What is to be done".to_owned()));
        Some(Section { title, label, when: None, ask: fields.into_iter().map(ask).collect() })
    }
}
