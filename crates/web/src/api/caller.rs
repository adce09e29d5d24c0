//! Who is behind a token: the same actor as behind a session of its subject, narrowed by the token's scope. Rights are read for
//! every call.

use super::problem::{FORBIDDEN, Fault, UNAUTHORIZED};
use crate::app::App;
use casework::{Actor, Holder, Moment, Officer};
use jiff::civil::Date;
use office::sessions::{Want, mandates_in_force};
use office::tokens;
use rulebook::Text;
use rulebook::procedure::Role;
use store::people::Subject;
use store::reader::{Reader, Scope as Sight};
use store::tokens::Token;

/// What a token may be used for. It narrows what its subject may do and never widens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    Cases,
    Acts,
    Drafts,
    Account,
    Profile,
    Mandates,
    Figures,
    Guides,
    Rules,
    People,
    Records,
}

impl Scope {
    pub const ALL: [Scope; 11] = [
        Scope::Cases,
        Scope::Acts,
        Scope::Drafts,
        Scope::Account,
        Scope::Profile,
        Scope::Mandates,
        Scope::Figures,
        Scope::Guides,
        Scope::Rules,
        Scope::People,
        Scope::Records,
    ];

    /// The word in tokens and in the document.
    pub fn word(self) -> &'static str {
        match self {
            Scope::Cases => "cases:read",
            Scope::Acts => "cases:act",
            Scope::Drafts => "drafts:write",
            Scope::Account => "account:read",
            Scope::Profile => "profile:write",
            Scope::Mandates => "mandates:write",
            Scope::Figures => "figures:read",
            Scope::Guides => "guides:write",
            Scope::Rules => "rules:write",
            Scope::People => "people:write",
            Scope::Records => "records:write",
        }
    }

    pub fn meaning(self) -> Text {
        let (zh, en) = match self {
            Scope::Cases => ("查看办件、任务、文书和材料", "Reading cases, tasks, letters and papers"),
            Scope::Acts => ("办理行为", "Acts on cases"),
            Scope::Drafts => ("草稿、上传和提交", "Drafts, uploads and sending them"),
            Scope::Account => ("本人资料和消息", "One's own data and notices"),
            Scope::Profile => {
                ("企业自报信息、异议和政策匹配的选择", "What a firm says of itself, its objections, and its choices of matching")
            }
            Scope::Mandates => ("代办授权、来访人和查询码", "Mandates, visitors and follow codes"),
            Scope::Figures => ("督办数字", "Figures of supervision"),
            Scope::Guides => ("报告和处理指南中的错误", "Reporting errors in guides, and answering for them"),
            Scope::Rules => ("规则书、清单和导入", "The rulebook, the list, and tables taken in"),
            Scope::People => ("人员、权限和令牌", "People, powers and tokens"),
            Scope::Records => ("阅读日志、管理日志和保管期限", "The reading log, the log of administration, and retention"),
        };
        Text::new(zh, en)
    }
}

pub struct Caller {
    pub token: Token,
    pub actor: Actor,
}

/// The token behind a secret, if it holds now.
pub async fn token(app: &App, secret: &str, now: Moment) -> Result<Option<Token>, Fault> {
    Ok(tokens::resolve(&app.office.store, secret, now).await?)
}

/// As whom the token acts in this call. `scope` is one that it has.
///
/// # Errors
/// Unauthorized once its subject has left, forbidden where no confirmed mandate lets the person act for the token's firm.
pub async fn of_token(app: &App, token: Token, scope: &str, now: Moment) -> Result<Caller, Fault> {
    let store = &app.office.store;
    let mandates = match (&token.subject, firm_of(&token)) {
        (Subject::Person(id), Some(firm)) => mandates_in_force(store, id, firm, now.day()).await?,
        _ => Vec::new(),
    };
    if firm_of(&token).is_some() && mandates.is_empty() {
        return Err(no_mandate());
    }
    // Which item and which act a mandate has to cover is asked where that is known.
    let actor = tokens::actor_of(store, &token, scope, Want::default(), now).await.map_err(|stop| match stop {
        office::Stop::Refused(_) => Fault::plain(&UNAUTHORIZED),
        office::Stop::Failed(failure) => failure.into(),
    })?;
    Ok(Caller { token, actor })
}

/// Words of a token's scope; the firm it is bound to is not one of them.
pub fn scopes_of(token: &Token) -> impl Iterator<Item = &str> {
    token.scope.split_whitespace().filter(|word| !word.starts_with("firm:"))
}

fn firm_of(token: &Token) -> Option<&str> {
    token.scope.split_whitespace().find_map(|word| word.strip_prefix("firm:"))
}

impl Caller {
    /// The key under which drafts and requests of this person or officer lie.
    pub fn owner(&self) -> String {
        self.token.subject.key()
    }

    pub fn holder(&self) -> Result<&Holder, Fault> {
        match &self.actor {
            Actor::Applicant { holder, .. } => Ok(holder),
            _ => Err(only_for("申请人", "applicants")),
        }
    }

    pub fn officer(&self) -> Result<&Officer, Fault> {
        match &self.actor {
            Actor::Officer(officer) => Ok(officer),
            _ => Err(only_for("工作人员", "staff")),
        }
    }

    /// The officer, if one of these roles is held today.
    pub fn officer_with(&self, roles: &[Role], today: Date) -> Result<&Officer, Fault> {
        let officer = self.officer()?;
        let held =
            officer.powers.iter().any(|power| roles.contains(&power.role) && power.until.is_none_or(|until| today <= until));
        if held { Ok(officer) } else { Err(only_for("有相应岗位的人员", "officers with that role")) }
    }

    /// The same, held for the whole district.
    pub fn officer_of_district(&self, roles: &[Role], today: Date) -> Result<&Officer, Fault> {
        let officer = self.officer_with(roles, today)?;
        if officer.bodies(roles).is_none() {
            Ok(officer)
        } else {
            Err(only_for("全区岗位的人员", "officers of the district"))
        }
    }

    pub fn has(&self, scope: Scope) -> bool {
        scopes_of(&self.token).any(|word| word == scope.word())
    }

    /// Lists as the pages of the same person show them.
    pub fn reader(&self, app: &App, today: Date) -> Reader {
        Reader::for_actor(&app.office.store, Sight::of(&self.actor, today))
    }

    /// Where this caller's notices lie.
    pub fn notices(&self) -> Result<store::notices::Inbox, Fault> {
        office::sessions::inbox(&self.actor).ok_or_else(Fault::not_found)
    }

    /// Whether a mandate covers what is wanted; persons for themselves and staff need none.
    pub fn covers(&self, item: Option<&str>, act: Option<&str>) -> Result<(), Fault> {
        if self.actor.covers(item, act) { Ok(()) } else { Err(no_mandate()) }
    }
}

fn only_for(zh: &str, en: &str) -> Fault {
    Fault::new(&FORBIDDEN, Text::new(format!("这一操作只供{zh}使用。"), format!("This is for {en} only."))).code("not-yours")
}

fn no_mandate() -> Fault {
    let why = Text::new("没有代办这家单位这项业务的有效授权。", "There is no mandate in force to do this for this firm.");
    Fault::new(&FORBIDDEN, why).code("no-mandate").next(
        "请法定代表人在线授权或续期，或到窗口确认。",
        "Have the legal representative give or renew it online, or have it confirmed at a counter.",
    )
}

impl From<office::Stop> for Fault {
    fn from(stop: office::Stop) -> Fault {
        match stop {
            office::Stop::Refused(refusal) => (*refusal).into(),
            office::Stop::Failed(failure) => failure.into(),
        }
    }
}
