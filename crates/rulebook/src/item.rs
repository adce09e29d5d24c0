//! Items (事项): what can be applied for, on which terms. Elements after GB/T 39046-2020 (domain handbook §3.1).
//!
//! Serves measure 6: the same item has the same terms at every counter and online. Serves measure 9: limits are dated.

use crate::at_once::AtOnce;
use crate::calendar::Term;
use crate::definition::{Basis, Place, Standing, WrittenTerm, day, optional_day};
use crate::signer::SignerRule;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// Type of item (事项类型), GB/T 39046-2020 annex A. Chapter 2.1 of the handbook governs permits only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ItemType {
    #[serde(rename = "行政许可")]
    Permit,
    #[serde(rename = "行政确认")]
    Confirmation,
    #[serde(rename = "行政给付")]
    Grant,
    #[serde(rename = "行政奖励")]
    Reward,
    #[serde(rename = "行政裁决")]
    Adjudication,
    #[serde(rename = "行政备案")]
    Filing,
    #[serde(rename = "其他行政权力")]
    Other,
    #[serde(rename = "公共服务")]
    PublicService,
}

impl ItemType {
    pub const ALL: [ItemType; 8] = [
        ItemType::Permit,
        ItemType::Confirmation,
        ItemType::Grant,
        ItemType::Reward,
        ItemType::Adjudication,
        ItemType::Filing,
        ItemType::Other,
        ItemType::PublicService,
    ];

    /// The two-digit code of the standard; filings are kept under 10 其他.
    pub fn code(self) -> &'static str {
        match self {
            ItemType::Permit => "01",
            ItemType::Grant => "05",
            ItemType::Confirmation => "07",
            ItemType::Reward => "08",
            ItemType::Adjudication => "09",
            ItemType::Filing | ItemType::Other => "10",
            ItemType::PublicService => "20",
        }
    }

    pub fn name(self) -> crate::Text {
        let (zh, en) = match self {
            ItemType::Permit => ("行政许可", "Administrative permit"),
            ItemType::Confirmation => ("行政确认", "Administrative confirmation"),
            ItemType::Grant => ("行政给付", "Administrative grant"),
            ItemType::Reward => ("行政奖励", "Administrative reward"),
            ItemType::Adjudication => ("行政裁决", "Administrative adjudication"),
            ItemType::Filing => ("行政备案", "Filing"),
            ItemType::Other => ("其他行政权力", "Other administrative power"),
            ItemType::PublicService => ("公共服务", "Public service"),
        };
        crate::Text::new(zh, en)
    }
}

/// One item as its file says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Item {
    /// Stable ASCII code, e.g. `food-operation-new`.
    pub code: Spanned<String>,
    pub name: String,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(rename = "type")]
    pub item_type: ItemType,
    /// Code of the procedure that a case of this item runs.
    pub procedure: Spanned<String>,
    /// The ground on which a refusal has to be reconsidered before it is sued over (复议前置, 行政复议法 art. 23).
    #[serde(default)]
    pub review_first: Option<Basis>,
    /// The ground on which it directly concerns public safety, health, life or property, so that 行政许可法 arts. 78 and 79 bar.
    #[serde(default)]
    pub safety: Option<Basis>,
    /// The ground on which it is decided by testing, inspecting or quarantining equipment or products (行政许可法 art. 55).
    #[serde(default)]
    pub testing: Option<Basis>,
    /// Code of the form; an item without one cannot be applied for here and says where instead.
    #[serde(default)]
    pub form: Option<Spanned<String>>,
    /// Bodies in whose name the matter is decided are rows of the authority matrix; this is the line department that
    /// supervises afterwards (审管联动).
    #[serde(default)]
    pub industry_body: Option<Spanned<String>>,
    /// Row of the permit list; a permit without one does not compile (清单之外不得实施许可).
    #[serde(default)]
    pub list_row: Option<Spanned<String>>,
    /// 基本编码 and 实施编码 as published; opaque strings.
    #[serde(default)]
    pub catalog_code: String,
    #[serde(default)]
    pub task_code: String,
    /// Code of the higher body's item this one implements, for comparing zones.
    #[serde(default)]
    pub exercise_level: String,
    /// Whom it serves: 自然人, 企业法人, 个体工商户, …
    #[serde(default)]
    pub objects: Vec<String>,
    /// One line for the search result and the guide's head, in everyday words.
    #[serde(default)]
    pub summary: String,
    /// Everyday words people search with (开饭店).
    #[serde(default)]
    pub keywords: Vec<String>,
    /// 主题分类.
    #[serde(default)]
    pub themes: Vec<String>,
    /// Acceptance conditions in words, each with its ground (V15).
    #[serde(default)]
    pub condition: Vec<Condition>,
    #[serde(default)]
    pub basis: Vec<Basis>,
    pub limit: Vec<Limit>,
    #[serde(default)]
    pub material: Vec<NeededMaterial>,
    /// Questions that switch materials on and off, by element; asked before the form in the guide.
    #[serde(default)]
    pub situation: Vec<Situation>,
    #[serde(default)]
    pub point: Vec<ReviewPoint>,
    #[serde(default)]
    pub result: Option<ItemResult>,
    #[serde(default)]
    pub fee: Fee,
    /// Trips a person has to make; 0 with a reason forbidden, >0 with one required (V3).
    #[serde(default)]
    pub visits: u32,
    #[serde(default)]
    pub visit_reason: String,
    /// Channels: 窗口, 网上, 邮寄. The applicant chooses (条例 37).
    #[serde(default)]
    pub channels: Vec<String>,
    #[serde(default)]
    pub online_depth: String,
    /// Steps as shown in the guide (受理 审核 审批 办结 送达).
    #[serde(default)]
    pub steps: Vec<String>,
    #[serde(default)]
    pub faq: Vec<Faq>,
    #[serde(default)]
    pub consult_phone: String,
    #[serde(default)]
    pub complaint_phone: String,
    #[serde(default)]
    pub example: Vec<Example>,
    /// Elements whose value must be equal for cases to be decided in one safe batch.
    #[serde(default)]
    pub batch_key: Vec<String>,
    /// Whether the decision is number-limited (行政许可法 art. 57).
    #[serde(default)]
    pub quantity_limit: Option<u32>,
    /// A clerk at the window may decide within this scope (授权窗口即办); a condition over the dictionary.
    #[serde(default)]
    pub window_scope: Option<Spanned<String>>,
    /// Rules by which the system may grant by itself (秒办).
    #[serde(default)]
    pub at_once: Option<AtOnce>,
    /// What it does to a permit that stands already; none where it is a first grant.
    #[serde(default)]
    pub continues: Option<Continues>,
    /// Granted on a written commitment, where the applicant chooses so; never the only way.
    #[serde(default)]
    pub commitment: Option<crate::commitment::Commitment>,
    /// Who signs with the applicant before it can be sent.
    #[serde(default)]
    pub signer: Vec<SignerRule>,
    /// Closed to new applications from this day; open cases go on, and a visitor still gets a dated written answer.
    #[serde(default, deserialize_with = "optional_day")]
    pub closed_from: Option<Date>,
    #[serde(default)]
    pub closed_reason: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub status: Standing,
    #[serde(skip)]
    pub place: Place,
}

/// Which of the two limits a `[[limit]]` states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitKind {
    Statutory,
    #[default]
    Promised,
}

/// The event from which a limit runs. Laws differ (trap T-04), so it is written with each limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartEvent {
    Receipt,
    #[default]
    Acceptance,
}

/// A dated limit. The old one stays above the new one for cases that already run.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Limit {
    #[serde(default)]
    pub kind: LimitKind,
    #[serde(deserialize_with = "day")]
    pub from: Date,
    pub working_days: Option<u32>,
    pub days: Option<u32>,
    pub months: Option<u32>,
    #[serde(default)]
    pub immediate: bool,
    /// The law states no limit: a value of its own, not an omission.
    #[serde(default)]
    pub none_stated: bool,
    #[serde(default)]
    pub start: StartEvent,
    pub basis: Basis,
    /// Longest extension, in the same unit; 0 when there is none (行政许可法 art. 42: ten working days).
    #[serde(default)]
    pub extension: u32,
    /// What is not counted, in words, for the guide and the acceptance notice.
    #[serde(default)]
    pub not_counted: String,
}

/// The limit of this kind in force on that day: of a theme or an item. A case keeps the terms of the day on which it was received.
pub fn limit_on(limits: &[Limit], kind: LimitKind, on: Date) -> Option<&Limit> {
    limits.iter().filter(|limit| limit.kind == kind && limit.from <= on).max_by_key(|limit| limit.from)
}

/// The same for plans and checks: before the first one is in force, that first one.
pub fn limit_on_or_first(limits: &[Limit], kind: LimitKind, on: Date) -> Option<&Limit> {
    let first = || limits.iter().filter(|limit| limit.kind == kind).min_by_key(|limit| limit.from);
    limit_on(limits, kind, on).or_else(first)
}

impl Item {
    /// What it is called in English; its Chinese name where it has no other.
    pub fn english(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }
}

impl Limit {
    /// The term, or `None` when none is stated (or when it is written wrongly, which `compile` reports).
    pub fn term(&self) -> Option<Term> {
        WrittenTerm { working_days: self.working_days, days: self.days, months: self.months, immediate: self.immediate }.term()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Condition {
    pub text: String,
    pub basis: Option<Basis>,
}

/// Whether a paper must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Necessity {
    #[default]
    Required,
    /// 可容缺: may follow later under tolerant acceptance.
    Deferrable,
    Optional,
}

/// A paper that this item needs, by its shared key.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NeededMaterial {
    /// Key in `materials.toml`.
    pub key: Spanned<String>,
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    #[serde(default)]
    pub necessity: Necessity,
    /// Working days within which a deferred paper must follow.
    #[serde(default)]
    pub defer_working_days: Option<u32>,
    /// Oldest acceptable age in days, where this item is stricter than the material itself.
    #[serde(default)]
    pub fresh_days: Option<u32>,
    #[serde(default)]
    pub originals: u32,
    #[serde(default)]
    pub copies: u32,
    #[serde(default)]
    pub note: String,
    pub basis: Option<Basis>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Situation {
    /// Element of the dictionary that the question asks for.
    pub field: Spanned<String>,
    pub question: String,
}

/// A row of the examiner's checklist (审查要点).
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReviewPoint {
    pub text: String,
    #[serde(default)]
    pub when: Option<Spanned<String>>,
    /// Material the point is checked against.
    #[serde(default)]
    pub material: Option<String>,
    pub basis: Option<Basis>,
}

/// What is handed out when the matter is granted.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ItemResult {
    pub name: String,
    /// 出证, 出文, 审批 or 备案凭证.
    pub kind: String,
    /// Elements that stand only by this result, as a credit code does: whoever asks for one waits for it.
    #[serde(default)]
    pub gives: Vec<Given>,
    #[serde(default)]
    pub validity_months: Option<u32>,
    #[serde(default)]
    pub sample: String,
    /// Days before expiry from which and until which renewal is asked for.
    #[serde(default)]
    pub renew_from_days: Option<u32>,
    #[serde(default)]
    pub renew_until_days: Option<u32>,
}

/// An element that a result gives.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Given {
    pub field: Spanned<String>,
    /// The element of the item's own form whose answer becomes it, as the proposed name becomes the name. Without one it is read
    /// from the result itself.
    #[serde(default)]
    pub from: Option<Spanned<String>>,
}

/// The handling item (业务办理项) that goes on from an earlier permit of the same holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Handling {
    /// 延续 (行政许可法 art. 50)
    Renewal,
    /// 变更 (art. 49)
    Change,
    /// 补证: the certificate was lost or spoilt.
    Reissue,
    /// 注销 on the holder's own application.
    Deregistration,
}

impl Handling {
    pub fn name(self) -> crate::Text {
        let (zh, en) = match self {
            Handling::Renewal => ("延续", "renewal"),
            Handling::Change => ("变更", "change"),
            Handling::Reissue => ("补证", "reissue"),
            Handling::Deregistration => ("注销", "deregistration"),
        };
        crate::Text::new(zh, en)
    }
}

/// From which permits an item goes on, and for a renewal when it has to be asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Continues {
    pub how: Handling,
    /// Items under which the earlier permit was granted.
    pub of: Vec<Spanned<String>>,
    /// Not asked for earlier than so long before the permit ends.
    #[serde(default)]
    pub earliest: Option<WrittenTerm>,
    /// And at least so long before; without it the procedure's own figure holds (行政许可法 art. 50(1): thirty days).
    #[serde(default)]
    pub latest: Option<WrittenTerm>,
    /// The law that sets another time than art. 50(1).
    #[serde(default)]
    pub basis: Option<Basis>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fee {
    #[serde(default)]
    pub charged: bool,
    #[serde(default)]
    pub standard: String,
    pub basis: Option<Basis>,
    #[serde(default)]
    pub pay_online: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Faq {
    pub question: String,
    pub answer: String,
}

/// An example that is checked every time the rulebook is compiled.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Example {
    pub given: toml::Table,
    /// Names of the materials needed then; exactly these.
    pub needs: Vec<String>,
}
