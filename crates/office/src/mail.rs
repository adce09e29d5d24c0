//! The mail port: notices also by e-mail, to those who gave an address. A mail says what the notice says and where to look, and
//! nothing of the matter itself. Nothing is logged of whom it went to.

use crate::sessions::{Want, covers, in_force};
use crate::{Failure, ids};
use casework::{Holder, Moment};
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;
use store::Store;
use store::notices::Notice;
use store::people::firms::Mandate;

/// How the connection to the server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protection {
    /// TLS from the first byte (port 465).
    #[default]
    Tls,
    /// Begins in the clear and goes over to TLS, or not at all (port 587).
    StartTls,
    /// None, for a relay on the same machine.
    None,
}

/// A server and who we are there. `Debug` keeps the password to itself.
#[derive(Clone, Default)]
pub struct SmtpSettings {
    pub host: String,
    pub port: Option<u16>,
    pub protection: Protection,
    pub user: String,
    pub password: String,
    /// `一门 <noreply@example.cn>`
    pub from: String,
}

impl std::fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmtpSettings({}, {:?})", self.host, self.protection)
    }
}

/// Sends mail, or puts it where it can be looked at.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

#[derive(Clone)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// One file for each mail, `<id>.eml`.
    Folder(PathBuf),
}

/// What is sent when no sender is configured.
const NOBODY: &str = "noreply@localhost";

impl Mailer {
    /// # Errors
    /// When the sender is no address, or the server cannot be named so.
    pub fn smtp(settings: &SmtpSettings) -> Result<Mailer, Failure> {
        let wrong = |what: &dyn std::fmt::Display| Failure::Unready(format!("the mail settings: {what}"));
        let builder = match settings.protection {
            Protection::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&settings.host).map_err(|fault| wrong(&fault))?,
            Protection::StartTls => {
                AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&settings.host).map_err(|fault| wrong(&fault))?
            }
            Protection::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host),
        };
        let builder = settings.port.into_iter().fold(builder, |builder, port| builder.port(port));
        let builder = if settings.user.is_empty() {
            builder
        } else {
            builder.credentials(Credentials::new(settings.user.clone(), settings.password.clone()))
        };
        let from = settings.from.parse().map_err(|fault| wrong(&fault))?;
        Ok(Mailer { from, way: Way::Smtp(builder.timeout(Some(Duration::from_secs(20))).build()) })
    }

    /// Puts mail into a folder instead of sending it.
    ///
    /// # Errors
    /// When `from` is no address; an empty one is ours.
    pub fn folder(folder: PathBuf, from: &str) -> Result<Mailer, Failure> {
        let from = if from.is_empty() { NOBODY } else { from };
        let from = from.parse().map_err(|fault| Failure::Unready(format!("the mail settings: {fault}")))?;
        Ok(Mailer { from, way: Way::Folder(folder) })
    }

    /// Sends one mail. The same `id` gives the same Message-ID, so that a mail sent twice after a lost answer is seen as one.
    ///
    /// # Errors
    /// When the address is none or the server does not take it; the errand behind it is tried again.
    pub async fn send(&self, id: &str, to: &str, subject: &str, body: &str) -> Result<(), Failure> {
        let faulty = |what: &str| Failure::Files(std::io::Error::other(format!("a mail: {what}")));
        let to: Mailbox = to.parse().map_err(|_| faulty("the address is none"))?;
        let host = self.from.email.domain();
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .message_id(Some(format!("<{}@{host}>", &ids::digest(id)[..32])))
            .header(ContentType::TEXT_PLAIN)
            .body(body.to_owned())
            .map_err(|_| faulty("it cannot be put together"))?;
        match &self.way {
            // The server's answer may repeat the address, and this text may be logged: only its class is kept.
            Way::Smtp(transport) => transport.send(message).await.map(drop).map_err(|fault| {
                faulty(if fault.is_permanent() { "the server refused it" } else { "the server cannot be reached" })
            }),
            Way::Folder(folder) => {
                tokio::fs::create_dir_all(folder).await?;
                let name = &ids::digest(id)[..32];
                let unfinished = folder.join(format!("{name}.part"));
                tokio::fs::write(&unfinished, message.formatted()).await?;
                Ok(tokio::fs::rename(unfinished, folder.join(format!("{name}.eml"))).await?)
            }
        }
    }

    /// Sends a notice to those behind its reader who gave an address: the person, or everybody who may act for the firm today in
    /// what it is about.
    /// Gives how many.
    pub async fn send_notice(&self, store: &Store, notice: &Notice, public_url: &str, now: Moment) -> Result<usize, Failure> {
        let addresses = addresses(store, notice, now).await?;
        let place = format!("{public_url}/notices");
        let body = format!("{}\r\n\r\n{}\r\n\r\n{place}\r\n", notice.zh, notice.en);
        for address in &addresses {
            self.send(&format!("{}:{address}", notice.id), address, "一门：您有一条新通知 / A notice for you", &body).await?;
        }
        Ok(addresses.len())
    }
}

async fn addresses(store: &Store, notice: &Notice, now: Moment) -> Result<BTreeSet<String>, Failure> {
    let people: Vec<String> = match Holder::from_key(&notice.reader) {
        Some(Holder::Person(id)) => vec![id],
        Some(Holder::Firm(code)) => {
            let case = match &notice.case_no {
                Some(no) => store.case(no).await?,
                None => None,
            };
            let want = Want { item: case.as_ref().map(|case| case.item.as_str()), act: None };
            let mandates = store.mandates_of_firm(&code).await?;
            let told = |mandate: &Mandate| in_force(mandate, now.day()) && covers(mandate, want);
            mandates.into_iter().filter(told).map(|mandate| mandate.person).collect()
        }
        None => Vec::new(),
    };
    let mut addresses = BTreeSet::new();
    for id in people {
        addresses.extend(store.person(&id).await?.map(|person| person.email).filter(|email| !email.is_empty()));
    }
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blobs::tests::Away;
    use crate::people::tests::{code, confirmed, now, officer, store};
    use rulebook::procedure::Role;
    use store::people::firms::Part;

    fn notice(reader: &str) -> Notice {
        let text = |word: &str| word.to_owned();
        let (zh, en) = (text("您的申请已受理。"), text("Your application was accepted."));
        Notice { id: text("n1"), reader: text(reader), case_no: None, zh, en, at: now(), read_at: None }
    }

    fn mails(away: &Away) -> Vec<String> {
        let entries = std::fs::read_dir(&away.0).into_iter().flatten();
        entries.map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a mail")).collect()
    }

    #[tokio::test]
    async fn a_mail_goes_to_those_who_may_act_today_and_once_for_each_notice() {
        let (store, away) = (store().await, Away::new());
        let mailer = Mailer::folder(away.0.clone(), "一门 <noreply@example.cn>").expect("an address");
        let one = confirmed(&store, "one", "张三", 1).await;
        let two = confirmed(&store, "two", "李四", 2).await;
        for (person, address) in [(&one, "one@example.cn"), (&two, "two@example.cn")] {
            store.set_contact(person, "13800000000", address).await.expect("written");
            crate::people::firms::claim(&store, person, &code(1), Part::Operator, now()).await.expect("claimed");
        }
        let firm = format!("f:{}", code(1));
        let send =
            async |reader: &str| mailer.send_notice(&store, &notice(reader), "https://example.cn", now()).await.expect("sent");
        assert_eq!(send(&firm).await, 0, "a claim hears nothing of the firm");
        let claim = store.mandates_of_person(&one).await.expect("read").remove(0);
        crate::people::firms::confirm(&store, &officer("c", Role::Clerk), &claim.id, now()).await.expect("confirmed");
        assert_eq!((send(&firm).await, send(&firm).await), (1, 1));
        let sent = mails(&away);
        assert_eq!(sent.len(), 1, "the same notice is the same mail");
        assert!(sent[0].contains("To: one@example.cn") && sent[0].contains("Message-ID: <"), "{}", sent[0]);
        assert_eq!((send(&format!("p:{two}")).await, send("s:clerk").await, mails(&away).len()), (1, 0, 2));
    }

    #[tokio::test]
    async fn a_mail_about_a_case_goes_to_those_whose_mandate_covers_its_item() {
        let (store, away) = (store().await, Away::new());
        let mailer = Mailer::folder(away.0.clone(), "").expect("an address");
        crate::drafts::tests::case(&store, "C1", "elsewhere", "approval").await;
        for (n, login, item) in [(1, "one", "item"), (2, "two", "elsewhere")] {
            let person = confirmed(&store, login, "张三", n).await;
            store.set_contact(&person, "13800000000", &format!("{login}@example.cn")).await.expect("written");
            let mandate = Mandate {
                id: login.to_owned(),
                firm: code(1),
                person,
                part: Part::Operator,
                items: vec![item.to_owned()],
                acts: vec![],
                from: now().day(),
                until: None,
                state: store::people::firms::MandateState::Confirmed,
                confirmed_by: None,
                confirmed_at: None,
                revoked_at: None,
            };
            store.add_mandate(&mandate, &crate::people::audit("x", "x", "x", now(), "")).await.expect("given");
        }
        let told = Notice { case_no: Some(casework::CaseNo("C1".into())), ..notice(&format!("f:{}", code(1))) };
        assert_eq!(mailer.send_notice(&store, &told, "https://example.cn", now()).await.expect("sent"), 1);
        assert!(mails(&away)[0].contains("To: two@example.cn"));
    }

    #[tokio::test]
    async fn what_cannot_be_sent_is_a_failure_that_names_nobody() {
        let away = Away::new();
        let mailer = Mailer::folder(away.0.clone(), "").expect("an address");
        for address in ["", "no address", "a@b.cn\r\nBcc: c@d.cn"] {
            let failure = mailer.send("x", address, "s", "b").await.expect_err("no address").to_string();
            assert!(!failure.contains("b.cn"), "{failure}");
        }
        assert!(Mailer::folder(away.0.clone(), "nobody").is_err());
        let settings = SmtpSettings {
            host: "127.0.0.1".into(),
            port: Some(1),
            protection: Protection::None,
            from: NOBODY.into(),
            ..SmtpSettings::default()
        };
        let mailer = Mailer::smtp(&settings).expect("settings");
        let failure = mailer.send("x", "a@b.cn", "s", "b").await.expect_err("nobody listens").to_string();
        assert!(failure.contains("cannot be reached") && !failure.contains("b.cn"), "{failure}");
        assert!(Mailer::smtp(&SmtpSettings { from: "x".into(), ..settings.clone() }).is_err());
        let secret = SmtpSettings { password: "very-secret".into(), ..settings };
        assert!(!format!("{secret:?}").contains("very-secret"));
    }
}
