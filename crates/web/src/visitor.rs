//! Whoever sent the request: the language, the size of print, and who is signed in. Rights are read for every request and
//! never kept in a session.

use crate::app::{App, Here};
use crate::error::Problem;
use crate::layout::{Area, DemoBar, NavItem, Page, WhoAmI};
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use casework::{Actor, Holder, Officer, Power};
use maud::Markup;
use office::sessions::SignedIn;
use rulebook::procedure::Role;
use rulebook::{Lang, Text};
use std::collections::BTreeMap;

pub const SESSION: &str = "yimen-session";
pub const LANG: &str = "yimen-lang";
pub const PRINT: &str = "yimen-print";

/// Largest form that is read, in bytes; papers come another way.
const LARGEST_FORM: usize = 512 * 1024;

/// The file of a licence that anybody may bring to be looked at.
const LARGEST_TO_VERIFY: usize = 8 * 1024 * 1024 + 4096;

/// The same with files, for browsers without scripts; with scripts files come in pieces.
const LARGEST_WITH_FILES: usize = 64 * 1024 * 1024;

/// Fields and files of one such form, and the bytes of its texts together: two texts of a definition are the longest.
const MOST_PARTS: usize = 2_000;
const LARGEST_TEXTS: usize = 4 * 1024 * 1024;

#[derive(Debug, Clone)]
pub struct Visitor {
    pub lang: Lang,
    pub large_print: bool,
    /// Path and query of the request.
    pub here: String,
    pub signed_in: Option<SignedIn>,
    /// The secret of the session's cookie, also while the session still lacks something.
    pub secret: Option<String>,
    pub unread: u32,
    pub demo: Option<String>,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Visitor, Response> {
        // A form's reader wants to know who sent it, and so does the page behind: they are told the same, once a request.
        if let Some(known) = parts.extensions.get::<Visitor>() {
            return Ok(known.clone());
        }
        let cookies = cookies(parts);
        let lang = match cookies.get(LANG).map(String::as_str) {
            Some("en") => Lang::En,
            Some(_) => Lang::Zh,
            None => wanted(parts),
        };
        let here = parts.extensions.get::<Here>().map_or_else(|| parts.uri.to_string(), |here| here.0.clone());
        let demo = app.office.settings.demonstration.then(|| app.office.clock.now().to_string());
        let mut visitor =
            Visitor { lang, large_print: cookies.contains_key(PRINT), here, signed_in: None, secret: None, unread: 0, demo };
        if let Some(session) = cookies.get(SESSION) {
            match app.office.signed_in(session).await {
                Ok(signed_in) => {
                    visitor.signed_in = signed_in;
                    visitor.secret = Some(session.clone());
                }
                Err(failure) => return Err(Problem::Failed(failure).page(&visitor, Area::Portal)),
            }
            if let Some(inbox) = visitor.inbox() {
                visitor.unread = app.office.store.unread_count(&inbox).await.unwrap_or_default();
            }
        }
        parts.extensions.insert(visitor.clone());
        Ok(visitor)
    }
}

/// The language a browser asks for first, until its owner has chosen one here.
fn wanted(parts: &Parts) -> Lang {
    let asked = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if asked.trim_start().to_ascii_lowercase().starts_with("en") { Lang::En } else { Lang::Zh }
}

fn cookies(parts: &Parts) -> BTreeMap<String, String> {
    let headers = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    headers
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

impl Visitor {
    /// The person or officer behind the request, as the core knows them.
    pub fn actor(&self) -> Option<&Actor> {
        self.signed_in.as_ref().map(|signed_in| &signed_in.actor)
    }

    /// The applicant signed in, with the holder she acts for; otherwise a way to the sign-in page.
    pub fn applicant(&self) -> Result<(&SignedIn, &Holder), Problem> {
        match &self.signed_in {
            Some(signed_in) => match &signed_in.actor {
                Actor::Applicant { holder, .. } => Ok((signed_in, holder)),
                _ => Err(Problem::SignIn(self.here.clone())),
            },
            None => Err(Problem::SignIn(self.here.clone())),
        }
    }

    /// The officer signed in, second factor and all.
    pub fn officer(&self) -> Result<(&SignedIn, &Officer), Problem> {
        match &self.signed_in {
            Some(signed_in) => match &signed_in.actor {
                Actor::Officer(officer) => Ok((signed_in, officer)),
                _ => Err(Problem::SignIn(self.here.clone())),
            },
            None => Err(Problem::SignIn(self.here.clone())),
        }
    }

    /// The officer, if he holds one of these roles anywhere.
    pub fn officer_with(&self, roles: &[Role]) -> Result<(&SignedIn, &Officer), Problem> {
        self.officer_who(|power| roles.contains(&power.role))
    }

    /// The officer, if he holds one of these roles for the whole district: what is done there is done to every body.
    pub fn officer_of_district(&self, roles: &[Role]) -> Result<(&SignedIn, &Officer), Problem> {
        self.officer_who(|power| roles.contains(&power.role) && power.agency.is_none())
    }

    fn officer_who(&self, holds: impl Fn(&Power) -> bool) -> Result<(&SignedIn, &Officer), Problem> {
        let (signed_in, officer) = self.officer()?;
        if officer.powers.iter().any(holds) { Ok((signed_in, officer)) } else { Err(Problem::Forbidden) }
    }

    pub fn has_role(&self, role: Role) -> bool {
        matches!(self.actor(), Some(Actor::Officer(officer)) if officer.powers.iter().any(|power| power.role == role))
    }

    /// Where this visitor's notices lie.
    pub fn inbox(&self) -> Option<store::notices::Inbox> {
        office::sessions::inbox(self.actor()?)
    }

    /// What the query of the address asks for.
    pub fn asked(&self) -> Posted {
        Posted::of_query(self.here.split_once('?').map_or("", |(_, query)| query))
    }

    pub fn csrf(&self) -> &str {
        self.signed_in.as_ref().map_or("", |signed_in| signed_in.csrf.as_str())
    }

    /// A page with head, navigation and footer for this visitor.
    pub fn page(&self, area: Area, title: &str, body: Markup) -> Page {
        let lang = self.lang;
        let mut page = Page::new(area, lang, title, self.here.clone(), body);
        page.large_print = self.large_print;
        page.nav = match area {
            Area::Portal => crate::portal::navigation(self),
            Area::Workbench => crate::workbench::navigation(self),
        };
        page.footer = vec![
            NavItem::new("/measures", lang.say("十七项举措", "The 17 measures")),
            NavItem::new("/lists", lang.say("事项与权责清单", "Lists of items and powers")),
            NavItem::new("/limits", lang.say("承诺时限公示", "Published limits")),
            NavItem::new(crate::portal::broken_promises::HERE, lang.say("逾期与原因", "Broken promises")),
            NavItem::new("/decisions", lang.say("决定公开", "Published decisions")),
            NavItem::new("/check", lang.say("文书查验", "Check a document")),
            NavItem::new("/workbench", lang.say("工作人员入口", "For staff")),
        ];
        page.who = self.signed_in.as_ref().map(|signed_in| WhoAmI {
            name: signed_in.name.clone(),
            role: signed_in.role.get(lang).to_owned(),
            href: Some(if area == Area::Workbench { "/workbench/account" } else { "/account" }.to_owned()),
            csrf: signed_in.csrf.clone(),
            key: signed_in.key(),
        });
        if area == Area::Portal {
            page.search = Some(("/search".to_owned(), "/search/suggest".to_owned()));
        }
        page.demo = self.demo.as_ref().map(|now| DemoBar { now: now.clone(), csrf: self.csrf().to_owned() });
        page
    }

    /// Turns what a page found into an answer; a problem becomes a page of its own.
    pub fn answer(&self, area: Area, found: Result<impl IntoResponse, Problem>) -> Response {
        match found {
            Ok(found) => found.into_response(),
            Err(problem) => problem.page(self, area),
        }
    }
}

/// A form that was posted. The token of the session has been checked, sizes are bounded.
#[derive(Debug, Default)]
pub struct Posted {
    pairs: Vec<(String, String)>,
    files: Vec<PostedFile>,
}

/// A file of a multipart form: the way without scripts.
#[derive(Debug)]
pub struct PostedFile {
    pub field: String,
    pub name: String,
    pub bytes: axum::body::Bytes,
}

impl Posted {
    /// What the query of an address asks for.
    pub fn of_query(query: &str) -> Posted {
        Posted { pairs: urlencoded_pairs(query.as_bytes()), files: Vec::new() }
    }

    pub fn get(&self, name: &str) -> &str {
        self.pairs.iter().rev().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// The value, unless it is empty.
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn is_set(&self, name: &str) -> bool {
        self.given(name).is_some()
    }

    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn files(&self) -> &[PostedFile] {
        &self.files
    }

    /// A value that must be there and read as `T`.
    pub fn read<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.get(name).parse().map_err(|_| {
            Problem::Malformed(Text::new(
                format!("“{name}”没有填写或格式不对。"),
                format!("“{name}” is missing or not in the right form."),
            ))
        })
    }
}

impl FromRequest<App> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Posted, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, app).await?;
        let area = if visitor.here.starts_with("/workbench") { Area::Workbench } else { Area::Portal };
        let malformed = |zh: &str, en: &str| Problem::Malformed(Text::new(zh, en)).page(&visitor, area);
        let broken = || malformed("提交的内容太大或连接中断，请重试。", "Too large, or the connection broke; try again.");
        let media = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let mut posted = Posted::default();
        if media.starts_with("multipart/form-data") {
            let most = match &visitor.signed_in {
                Some(_) => LARGEST_WITH_FILES,
                None if visitor.here == "/verify" => LARGEST_TO_VERIFY,
                None => LARGEST_FORM,
            };
            let whole = axum::body::to_bytes(body, most).await.map_err(|_| broken())?;
            let request = Request::from_parts(parts, axum::body::Body::from(whole));
            let mut multipart = Multipart::from_request(request, app).await.map_err(|_| broken())?;
            let mut texts = 0;
            while let Some(part) = multipart.next_field().await.map_err(|_| broken())? {
                if posted.pairs.len() + posted.files.len() >= MOST_PARTS {
                    return Err(broken());
                }
                let field = part.name().unwrap_or_default().to_owned();
                match part.file_name().map(str::to_owned) {
                    Some(name) => {
                        let bytes = part.bytes().await.map_err(|_| broken())?;
                        if !name.is_empty() && !bytes.is_empty() {
                            posted.files.push(PostedFile { field, name, bytes });
                        }
                    }
                    None => {
                        let text = part.text().await.map_err(|_| broken())?;
                        texts += text.len();
                        if texts > LARGEST_TEXTS {
                            return Err(broken());
                        }
                        posted.pairs.push((field, text.replace('\0', "").replace("\r\n", "\n")));
                    }
                }
            }
        } else {
            let bytes = axum::body::to_bytes(body, LARGEST_FORM).await.map_err(|_| broken())?;
            posted.pairs = urlencoded_pairs(&bytes);
        }
        if !visitor.csrf().is_empty() && posted.get("csrf") != visitor.csrf() {
            return Err(malformed(
                "页面已过期，请返回刷新后重试；填写的内容仍在。",
                "The page has expired. Go back, reload and send again; what you typed is kept.",
            ));
        }
        Ok(posted)
    }
}

/// `application/x-www-form-urlencoded`, with repeated names kept.
pub(crate) fn urlencoded_pairs(bytes: &[u8]) -> Vec<(String, String)> {
    let decode = |part: &[u8]| {
        let mut out = Vec::with_capacity(part.len());
        let mut rest = part.iter();
        while let Some(&byte) = rest.next() {
            out.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let mut ahead = rest.clone();
                    let hex = [ahead.next(), ahead.next()];
                    match hex {
                        [Some(&high), Some(&low)] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                            rest = ahead;
                            let digit = |c: u8| (c as char).to_digit(16).unwrap_or_default() as u8;
                            digit(high) << 4 | digit(low)
                        }
                        _ => b'%',
                    }
                }
                byte => byte,
            });
        }
        String::from_utf8_lossy(&out).replace('\0', "").replace("\r\n", "\n")
    };
    bytes
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            (decode(&pair[..at]), decode(pair.get(at + 1..).unwrap_or_default()))
        })
        .collect()
}

/// A cookie of ours: only for this site, not readable by scripts.
pub fn set_cookie(name: &str, value: &str, seconds: Option<i64>, secure: bool) -> (axum::http::HeaderName, String) {
    let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    let secure = if secure { "; Secure" } else { "" };
    (SET_COOKIE, format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_repeated_names_chinese_and_broken_escapes() {
        let pairs = urlencoded_pairs("a=1&a=2&%E5%90%8D=%E9%A5%AD+%E5%BA%97&x=%zz&y".as_bytes());
        let texts: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(texts, [("a", "1"), ("a", "2"), ("名", "饭 店"), ("x", "%zz"), ("y", "")]);
    }
}
