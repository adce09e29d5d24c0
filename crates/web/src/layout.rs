//! The one layout: every page of the portal and of the workbench is drawn here, so that head, landmarks, switches and
//! footer are the same everywhere. Works without scripts; no inline style or script, so a strict content security
//! policy holds.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use rulebook::Lang;

use crate::assets;
use crate::pieces::notice::{Notice, notices};
use crate::pieces::search_box::{SearchBox, search_box};
use crate::pieces::{Icon, foreign, icon, words};

/// Which of the two halves of the house a page belongs to. The tokens differ (the workbench is denser), the layout does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    Portal,
    Workbench,
}

/// A link of the main navigation or of the footer.
#[derive(Debug, Clone, Default)]
pub struct NavItem {
    pub href: String,
    pub text: String,
    pub current: bool,
    /// How many wait there; nothing is shown for `None` or zero.
    pub count: Option<u32>,
}

impl NavItem {
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> NavItem {
        NavItem { href: href.into(), text: text.into(), ..NavItem::default() }
    }

    pub fn current(self, current: bool) -> NavItem {
        NavItem { current, ..self }
    }

    pub fn count(self, count: u32) -> NavItem {
        NavItem { count: Some(count), ..self }
    }
}

/// A step of the way to this page. The last one is the page itself and is not linked.
#[derive(Debug, Clone)]
pub struct Crumb {
    pub href: Option<String>,
    pub text: String,
}

impl Crumb {
    pub fn to(href: impl Into<String>, text: impl Into<String>) -> Crumb {
        Crumb { href: Some(href.into()), text: text.into() }
    }

    pub fn here(text: impl Into<String>) -> Crumb {
        Crumb { href: None, text: text.into() }
    }
}

/// Who is signed in.
#[derive(Debug, Clone, Default)]
pub struct WhoAmI {
    pub name: String,
    /// The firm a person acts for, or the role and agency of an officer.
    pub role: String,
    /// Where one's own account is, if there is such a page.
    pub href: Option<String>,
    /// The token of this session, for the sign-out form.
    pub csrf: String,
    /// An opaque name of the account: unsent text is kept in the browser under it, so that nobody sees another's.
    pub key: String,
}

/// The strip of a demonstration: what its clock says and the form that moves it (`POST /demo/clock`, with
/// `move=hour|day|working-day|five-working-days`).
#[derive(Debug, Clone, Default)]
pub struct DemoBar {
    pub now: String,
    pub csrf: String,
}

impl axum::response::IntoResponse for Page {
    fn into_response(self) -> axum::response::Response {
        self.render().into_response()
    }
}

/// Everything a page is made of.
pub struct Page {
    pub area: Area,
    pub lang: Lang,
    pub title: String,
    /// Path and query of this page; the language and print switches lead back to it.
    pub here: String,
    pub nav: Vec<NavItem>,
    pub footer: Vec<NavItem>,
    pub who: Option<WhoAmI>,
    /// Where to sign in when nobody is; no link if empty.
    pub sign_in: String,
    /// Where the sign-out form is posted.
    pub sign_out: String,
    /// The search box of the header.
    pub search: Option<(String, String)>,
    pub large_print: bool,
    pub notices: Vec<Notice>,
    pub breadcrumbs: Vec<Crumb>,
    pub demo: Option<DemoBar>,
    /// Use the whole width of the screen: the examiner's screen, wide tables.
    pub wide: bool,
    pub body: Markup,
}

impl Page {
    /// A page with nothing around its body; set the other fields as needed.
    pub fn new(area: Area, lang: Lang, title: impl Into<String>, here: impl Into<String>, body: Markup) -> Page {
        let (sign_in, sign_out) = match area {
            Area::Portal => ("/sign-in", "/sign-out"),
            Area::Workbench => ("/workbench/sign-in", "/workbench/sign-out"),
        };
        Page {
            area,
            lang,
            title: title.into(),
            here: here.into(),
            nav: Vec::new(),
            footer: Vec::new(),
            who: None,
            sign_in: sign_in.to_owned(),
            sign_out: sign_out.to_owned(),
            search: None,
            large_print: false,
            notices: Vec::new(),
            breadcrumbs: Vec::new(),
            demo: None,
            wide: false,
            body,
        }
    }

    /// The whole document.
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            (DOCTYPE)
            html lang=(lang.tag()) data-print=[self.large_print.then_some("large")] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title lang=[foreign(&self.title, lang)] { (self.title) " – " (self.house()) }
                    link rel="stylesheet" href=(assets::STYLE.href());
                    link rel="icon" type="image/svg+xml" href=(assets::MARK.href());
                    script src=(assets::SCRIPT.href()) defer {}
                    @if self.area == Area::Workbench { script src=(assets::KEYS.href()) defer {} }
                }
                body class=[self.class()] data-who=[self.who.as_ref().map(|who| &who.key)] {
                    a .skip href="#main" { (lang.say("跳到正文", "Skip to content")) }
                    @if let Some(demo) = &self.demo { (demo_bar(demo, lang)) }
                    header .top { div .wrap {
                        (self.brand())
                        @if let Some((action, suggest)) = &self.search { (search_box(&self.search_box(action, suggest), lang)) }
                        (self.tools())
                        (self.navigation())
                    } }
                    @if !self.breadcrumbs.is_empty() { (crumbs(&self.breadcrumbs, lang)) }
                    main #main tabindex="-1" { div .wrap {
                        (notices(&self.notices, lang))
                        (self.body)
                    } }
                    (self.foot())
                }
            }
        }
    }

    fn class(&self) -> Option<&'static str> {
        match (self.area, self.wide) {
            (Area::Portal, false) => None,
            (Area::Portal, true) => Some("wide"),
            (Area::Workbench, false) => Some("workbench"),
            (Area::Workbench, true) => Some("workbench wide"),
        }
    }

    fn house(&self) -> &'static str {
        match (self.area, self.lang) {
            (Area::Portal, Lang::Zh) => "一门 · 政务服务",
            (Area::Portal, Lang::En) => "Yimen · Government services",
            (Area::Workbench, Lang::Zh) => "一门 · 工作台",
            (Area::Workbench, Lang::En) => "Yimen · Workbench",
        }
    }

    fn brand(&self) -> Markup {
        let lang = self.lang;
        let (home, name) = match self.area {
            Area::Portal => ("/", lang.say("政务服务", "Government services")),
            Area::Workbench => ("/workbench", lang.say("工作台", "Workbench")),
        };
        html! {
            a .brand href=(home) {
                span aria-hidden="true" { (PreEscaped(assets::MARK.content().replace(r#" role="img" aria-label="一门""#, ""))) }
                span { (lang.say("一门", "Yimen")) small { (name) } }
            }
        }
    }

    fn search_box<'a>(&self, action: &'a str, suggest: &'a str) -> SearchBox<'a> {
        let label = match self.area {
            Area::Portal => self.lang.say("搜事项、指南，如：开饭店", "Search services and guides"),
            Area::Workbench => self.lang.say("办件编号、名称", "Case number or name"),
        };
        SearchBox {
            action,
            label,
            suggest: Some(suggest).filter(|suggest| !suggest.is_empty()),
            id: "site-search",
            ..SearchBox::default()
        }
    }

    fn tools(&self) -> Markup {
        let lang = self.lang;
        let (other, other_name) = if lang == Lang::Zh { (Lang::En, "English") } else { (Lang::Zh, "中文") };
        let other_code = if other == Lang::Zh { "zh" } else { "en" };
        let (print, print_name) = if self.large_print {
            ("normal", lang.say("标准字号", "Normal print"))
        } else {
            ("large", lang.say("大字版", "Large print"))
        };
        html! {
            div .tools {
                a href=(with_parameter(&self.here, "lang", other_code)) lang=(other.tag()) hreflang=(other.tag()) { (other_name) }
                a href=(with_parameter(&self.here, "print", print)) { (print_name) }
                @if let Some(who) = &self.who {
                    span .who {
                        @if let Some(href) = &who.href { a href=(href) { (words(&who.name, lang)) } } @else { (words(&who.name, lang)) }
                        @if !who.role.is_empty() { small { (words(&who.role, lang)) } }
                    }
                    form method="post" action=(self.sign_out) data-sign-out {
                        input type="hidden" name="csrf" value=(who.csrf);
                        button type="submit" { (lang.say("退出", "Sign out")) }
                    }
                } @else if !self.sign_in.is_empty() {
                    a href=(self.sign_in) { (icon(Icon::Person)) (lang.say("登录", "Sign in")) }
                }
            }
        }
    }

    /// On a narrow screen the same links fold away under one word; only one of the two lists is ever drawn.
    fn navigation(&self) -> Markup {
        let links = html! {
            @for item in &self.nav {
                li { a href=(item.href) aria-current=[item.current.then_some("page")] {
                    (item.text)
                    @if let Some(count) = item.count.filter(|count| *count > 0) { span .count { (count) } }
                } }
            }
        };
        html! {
            @if !self.nav.is_empty() {
                nav .nav aria-label=(self.lang.say("主导航", "Main")) {
                    ul { (links) }
                    details {
                        summary { (icon(Icon::Menu)) (self.lang.say("菜单", "Menu")) }
                        ul { (links) }
                    }
                }
            }
        }
    }

    fn foot(&self) -> Markup {
        html! {
            footer .foot { div .wrap {
                span { (self.house()) }
                @if !self.footer.is_empty() {
                    ul { @for item in &self.footer { li { a href=(item.href) { (item.text) } } } }
                }
            } }
        }
    }
}

fn crumbs(way: &[Crumb], lang: Lang) -> Markup {
    html! {
        nav .crumbs aria-label=(lang.say("当前位置", "Breadcrumb")) { div .wrap { ol {
            @for crumb in way {
                li {
                    @if let Some(href) = &crumb.href { a href=(href) { (words(&crumb.text, lang)) } }
                    @else { span aria-current="page" { (words(&crumb.text, lang)) } }
                }
            }
        } } }
    }
}

fn demo_bar(demo: &DemoBar, lang: Lang) -> Markup {
    let moves = [
        ("hour", lang.say("+1 小时", "+1 hour")),
        ("day", lang.say("+1 天", "+1 day")),
        ("working-day", lang.say("下一工作日", "Next working day")),
        ("five-working-days", lang.say("+5 个工作日", "+5 working days")),
    ];
    html! {
        section .demo-bar aria-label=(lang.say("演示", "Demonstration")) { div .wrap {
            strong { (lang.say("演示系统", "Demonstration")) }
            span { (lang.say("系统时间：", "Its clock: ")) span .tnum { (demo.now) } }
            form method="post" action="/demo/clock" {
                input type="hidden" name="csrf" value=(demo.csrf);
                @for (value, text) in moves { button type="submit" name="move" value=(value) { (text) } }
            }
        } }
    }
}

/// `here` with one query parameter set, whatever it was before.
pub fn with_parameter(here: &str, name: &str, value: &str) -> String {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name));
    let pairs: Vec<String> = kept.map(str::to_owned).chain([format!("{name}={value}")]).collect();
    format!("{path}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_keeps_the_rest_of_the_address() {
        fn check(here: &str, there: &str) {
            assert_eq!(with_parameter(here, "lang", "en"), there);
        }
        check("/", "/?lang=en");
        check("/search?q=%E9%A5%AD", "/search?q=%E9%A5%AD&lang=en");
        check("/search?lang=zh&q=a", "/search?q=a&lang=en");
        check("/search?slang=1", "/search?slang=1&lang=en");
    }

    #[test]
    fn a_page_has_no_inline_style_or_script() {
        for area in [Area::Portal, Area::Workbench] {
            let mut page = Page::new(area, Lang::En, "<Title>", "/", html! { p { "…" } });
            page.who = Some(WhoAmI { name: "张三".into(), csrf: "token".into(), ..WhoAmI::default() });
            page.nav = vec![NavItem::new("/", "Home").current(true)];
            page.demo = Some(DemoBar::default());
            let text = page.render().into_string();
            assert!(!text.contains("style=") && !text.contains("<style") && !text.contains(" on"), "{text}");
            assert!(text.contains("&lt;Title&gt;") && text.contains(r##"href="#main""##));
            assert!(text.contains(r#"<span lang="zh-CN">张三</span>"#), "{text}");
        }
    }
}
