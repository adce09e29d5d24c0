//! Doors that anybody may knock at without being known: signing in, looking something up, the public API. How often one address may is
//! bounded here, beside what is bounded by name (a locked account, a follow code that ends).
//!
//! The address is that of the connection. Behind a reverse proxy it is the one that the proxy tells, and a proxy is believed only where
//! the settings name it. The machine itself is never bounded: it is a proxy that was not named, and everybody would share its bucket.

use crate::app::App;
use crate::layout::Area;
use crate::pieces::Tone;
use crate::pieces::notice::Notice;
use crate::rates::{Rate, Rates};
use crate::visitor::Visitor;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use rulebook::{Lang, Text};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the settings say of the doors.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Knocks a minute from one address; 0 bounds nothing.
    pub sign_in: u32,
    pub look: u32,
    pub api: u32,
    /// The proxies that are believed, and the header in which they tell who asks.
    pub proxies: Vec<Network>,
    pub header: HeaderName,
}

/// Wide enough for a whole hall or office behind one address.
impl Default for Limits {
    fn default() -> Limits {
        let header = HeaderName::from_static("x-forwarded-for");
        Limits { sign_in: 60, look: 300, api: 600, proxies: Vec::new(), header }
    }
}

/// Addresses that begin alike: `10.0.0.0/8`, `::1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: u128,
    prefix: u32,
}

impl Network {
    /// `None` where it is no address, or its prefix is too long.
    pub fn parse(text: &str) -> Option<Network> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let whole = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(whole);
        (prefix <= whole).then(|| Network { first: number(address), prefix: 128 - whole + prefix })
    }

    fn holds(self, address: IpAddr) -> bool {
        let differs = number(address) ^ self.first;
        differs.leading_zeros() >= self.prefix
    }
}

/// An address as IPv6: an IPv4 one is the same however it came.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_ipv6_mapped()),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// Who shares a bucket: one IPv4 address, or the 64 bits of an IPv6 address that one connection has to itself.
fn bucket(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => number(IpAddr::V4(address)),
        IpAddr::V6(address) => u128::from(address) & !u128::from(u64::MAX),
    }
}

pub struct Doors {
    sign_in: Option<Rates<u128>>,
    look: Option<Rates<u128>>,
    api: Option<Rates<u128>>,
    proxies: Vec<Network>,
    header: HeaderName,
}

impl Doors {
    pub fn new(limits: Limits) -> Doors {
        let rates = |calls: u32| (calls > 0).then(|| Rates::new(Rate::per_minute(calls)));
        let (sign_in, look, api) = (rates(limits.sign_in), rates(limits.look), rates(limits.api));
        Doors { sign_in, look, api, proxies: limits.proxies, header: limits.header }
    }

    /// Somebody calls the API without a token that holds.
    pub(crate) fn call(&self, extensions: &Extensions, headers: &HeaderMap) -> Result<(), Wait> {
        knock(self.api.as_ref(), self.asks(extensions, headers))
    }

    /// Under which name a partner system is counted: its messages are signed, and come as fast as those of a token.
    pub(crate) fn partner(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<String> {
        self.asks(extensions, headers).map(|address| format!("address {:x}", bucket(address)))
    }

    /// The address that asks; `None` where it is not known, or is this machine.
    fn asks(&self, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
        let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
        let peer = peer.ip().to_canonical();
        let asks = if self.is_proxy(peer) { self.told(headers).unwrap_or(peer) } else { peer };
        (!asks.is_loopback()).then_some(asks)
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|known| known.holds(address))
    }

    /// The address that the proxies tell: the last one that no proxy of ours has. What stands before it anybody may have written.
    fn told(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let lines: Vec<&str> = headers.get_all(&self.header).iter().filter_map(|line| line.to_str().ok()).collect();
        let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
        let mut addresses = hops.map_while(|hop| hop.trim().parse::<IpAddr>().ok()).map(|address| address.to_canonical());
        addresses.find(|address| !self.is_proxy(*address))
    }
}

impl Default for Doors {
    fn default() -> Doors {
        Doors::new(Limits::default())
    }
}

fn knock(rates: Option<&Rates<u128>>, asks: Option<IpAddr>) -> Result<(), Wait> {
    let (Some(rates), Some(asks)) = (rates, asks) else { return Ok(()) };
    rates.take(bucket(asks), Instant::now()).map_err(Wait)
}

/// Whoever stands before a page that anybody may ask for.
pub(crate) struct Door {
    doors: Arc<Doors>,
    asks: Option<IpAddr>,
}

impl FromRequestParts<App> for Door {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Door, Infallible> {
        Ok(Door { asks: app.doors.asks(&parts.extensions, &parts.headers), doors: app.doors.clone() })
    }
}

impl Door {
    /// Somebody says a secret: a password, a code.
    pub(crate) fn sign_in(&self) -> Result<(), Wait> {
        knock(self.doors.sign_in.as_ref(), self.asks)
    }

    /// Somebody looks something up.
    pub(crate) fn look(&self) -> Result<(), Wait> {
        knock(self.doors.look.as_ref(), self.asks)
    }
}

/// Too often: how long it takes until the next knock is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) Duration);

impl Wait {
    /// Whole seconds, at least one.
    pub(crate) fn seconds(self) -> u64 {
        self.0.as_secs_f64().ceil().max(1.0) as u64
    }

    fn words(self) -> Text {
        let seconds = self.seconds();
        Text::new(
            format!("来自您的网络的请求太多，请{seconds}秒后再试。同一单位、同一大厅共用一个网络地址的，会一起计数。"),
            format!(
                "Too many requests came from your network; try again in {seconds} s. Everybody behind the same address counts."
            ),
        )
    }

    /// Above the form that was sent, which is shown again with what was typed.
    pub(crate) fn notice(self, lang: Lang) -> Notice {
        Notice::new(Tone::Warn, self.words().get(lang))
    }

    /// An answer that says so to programs too.
    pub(crate) fn on(self, answer: impl IntoResponse) -> Response {
        (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, HeaderValue::from(self.seconds()))], answer).into_response()
    }

    /// A page of its own, with the way back to what was asked for.
    pub(crate) fn page(self, visitor: &Visitor) -> Response {
        let lang = visitor.lang;
        let title = lang.say("请稍等片刻", "Wait a moment");
        let body = html! {
            h1 { (title) }
            p { (self.words().get(lang)) }
            p { a href=(visitor.here) { (lang.say("重新打开这一页", "Open this page again")) } }
        };
        self.on(visitor.page(Area::Portal, title, body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv6Addr;

    fn doors(proxies: &[&str]) -> Doors {
        let proxies = proxies.iter().map(|text| Network::parse(text).expect("a network")).collect();
        Doors::new(Limits { sign_in: 1, proxies, ..Limits::default() })
    }

    fn asks(doors: &Doors, peer: &str, told: &[&str]) -> Option<String> {
        let (mut extensions, mut headers) = (Extensions::new(), HeaderMap::new());
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().expect("an address"), 1)));
        for line in told {
            headers.append("x-forwarded-for", line.parse().expect("a header"));
        }
        doors.asks(&extensions, &headers).map(|address| address.to_string())
    }

    #[test]
    fn without_a_proxy_nobody_chooses_the_address_that_is_counted() {
        let doors = doors(&[]);
        assert_eq!(asks(&doors, "203.0.113.7", &["198.51.100.1"]).as_deref(), Some("203.0.113.7"));
        assert_eq!(asks(&doors, "::ffff:203.0.113.7", &[]).as_deref(), Some("203.0.113.7"));
        assert_eq!(asks(&doors, "127.0.0.1", &["198.51.100.1"]), None, "a proxy that was not named");
    }

    #[test]
    fn a_proxy_that_was_named_tells_who_asks_and_what_stands_before_it_is_not_believed() {
        let doors = doors(&["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);
        let told = |lines: &[&str]| asks(&doors, "127.0.0.1", lines);
        assert_eq!(told(&["198.51.100.1"]).as_deref(), Some("198.51.100.1"));
        assert_eq!(told(&["1.2.3.4, 198.51.100.1, 10.1.2.3"]).as_deref(), Some("198.51.100.1"));
        assert_eq!(told(&["1.2.3.4", "198.51.100.1"]).as_deref(), Some("198.51.100.1"), "the last line is the proxy's own");
        assert_eq!(told(&["198.51.100.1, unknown"]), None, "nonsense is not read past");
        assert_eq!(asks(&doors, "fd12::1", &["2001:db8::5"]).as_deref(), Some("2001:db8::5"));
        assert_eq!(asks(&doors, "192.0.2.1", &["198.51.100.1"]).as_deref(), Some("192.0.2.1"), "no proxy of ours");
    }

    #[test]
    fn networks_are_read_as_they_are_written() {
        for wrong in ["", "10.0.0.0/33", "::/129", "proxy.example.cn", "10.0.0.0/x"] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
        let all = Network::parse("0.0.0.0/0").expect("a network");
        assert!(all.holds("203.0.113.7".parse().expect("an address")) && !all.holds(Ipv6Addr::LOCALHOST.into()));
    }

    #[test]
    fn one_connection_has_one_bucket_however_many_addresses_it_takes() {
        let of = |text: &str| bucket(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
