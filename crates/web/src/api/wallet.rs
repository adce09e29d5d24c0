//! `/wallet`: the holder's own licences, their files, what was done with them, and copies for one purpose: as on the page (我的证照), with
//! the same bounds. Serves measure 2.

use super::call::{Call, File, Given, Of, key_reused};
use super::caller::Scope;
use super::once::once;
use super::problem::Fault;
use super::public::{LicenceNow, licence_now};
use super::route::Route;
use super::shape::{At, Rows, shape};
use crate::pieces::licence::is_licence;
use casework::CaseNo;
use jiff::civil::Date;
use office::licences::{CopyWanted, Format};
use store::licences::{Held, LicenceUse};

/// As on the page.
const MOST: u32 = 200;
const MOST_USES: u32 = 50;

pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/wallet", all).with(Scope::Cases).says("自己的证照", "One's own licences"),
        Route::get("/wallet/{no}", one).with(Scope::Cases).says("一份证照，按办件编号", "One licence, by the number of its case"),
        Route::get("/wallet/{no}/uses", uses)
            .with(Scope::Cases)
            .says("证照的使用记录，新的在前", "What was done with it, latest first"),
        Route::get("/wallet/{no}/pdf", pdf).with(Scope::Cases).says("证照文件（PDF）", "Its file, as PDF"),
        Route::get("/wallet/{no}/ofd", ofd).with(Scope::Cases).says("证照文件（OFD）", "Its file, as OFD"),
        Route::post("/wallet/{no}/copies", copy)
            .with(Scope::Acts)
            .once()
            .says("制作限定用途的副本（PDF）", "Make a copy for one purpose, as PDF"),
    ]
}

shape! { LicenceHeld, "持有的证照", "A licence that one holds", {
    case: String = "办件编号", "Number of its case";
    item: String = "事项代码", "Code of the item";
    licence: LicenceNow = "登记中的现状", "As the register has it now";
    days_left: Option<i64> = "还有多少天，含最后一天", "Days until its last, that day counted in";
    files: Vec<String> = "可取的文件：pdf、ofd", "Files that can be taken: pdf, ofd";
} }

shape! { UseTold, "证照的一次使用", "Something that was done with a licence", {
    at: At = "时间", "When";
    by: String = "谁：p:个人", "By whom: p:person";
    what: String = "pdf、ofd：取走文件；copy：制作副本", "pdf, ofd: the file was taken; copy: a copy was made";
    purpose: String = "副本的用途", "For what a copy is";
    until: Option<Date> = "副本可用至", "Until when a copy may be used";
} }

shape! { taken CopyAsked, "要制作的副本", "A copy that is wanted", {
    purpose: String = "用途，会印在每一页上，不超过40个字", "Purpose, printed on every page, at most 40 characters";
    until: Date = "使用期限至", "May be used until";
} }

async fn all(call: Call) -> Result<Given<Rows<LicenceHeld>>, Fault> {
    let caller = call.caller()?;
    let live = call.app.office.rulebooks.live()?;
    let held = call.app.office.store.wallet(&caller.holder()?.key(), None, MOST, 0).await?.into_iter();
    let held = held.filter(|held| is_licence(&held.licence.item, &live.rules));
    let held = held.filter(|held| caller.covers(Some(&held.licence.item), None).is_ok());
    Ok(Given::of(Rows::all(held.map(|held| told(held, call.now.day())).collect())))
}

async fn one(call: Call) -> Result<Given<LicenceHeld>, Fault> {
    Ok(Given::of(told(held(&call).await?, call.now.day())))
}

async fn uses(call: Call) -> Result<Given<Rows<UseTold>>, Fault> {
    Ok(Given::of(Rows::all(held(&call).await?.uses.into_iter().map(use_told).collect())))
}

async fn pdf(call: Call) -> Result<File, Fault> {
    file(&call, Format::Pdf, "application/pdf").await
}

async fn ofd(call: Call) -> Result<File, Fault> {
    file(&call, Format::Ofd, "application/ofd").await
}

async fn file(call: &Call, format: Format, media: &str) -> Result<File, Fault> {
    let held = held(call).await?;
    let found = call.app.office.licence_file(&held, format, &call.caller()?.owner()).await?;
    let (bytes, name) = found.ok_or_else(Fault::not_found)?;
    Ok(File { bytes, media: media.to_owned(), name })
}

/// A copy is not kept, so the same key gives no second one: whoever lost it makes another under a fresh key.
async fn copy(call: Call, Of(body): Of<CopyAsked>) -> Result<File, Fault> {
    let caller = call.caller()?;
    let mut made = None;
    once(&call, async || {
        let wanted = CopyWanted {
            no: held(&call).await?.licence.no,
            holder: caller.holder()?.key(),
            by: caller.owner(),
            purpose: body.purpose,
            until: body.until,
        };
        let name = format!("副本-{}.pdf", wanted.no);
        let bytes = call.app.office.licence_copy(&wanted).await?.map_err(|why| Fault::malformed(why.zh, why.en))?;
        made = Some(File { bytes, media: "application/pdf".to_owned(), name: name.clone() });
        Ok(name)
    })
    .await?;
    made.ok_or_else(key_reused)
}

/// The caller's own licence of that case; what the mandate does not cover is not there.
async fn held(call: &Call) -> Result<Held, Fault> {
    let (caller, no) = (call.caller()?, CaseNo(call.part("no").to_owned()));
    let held = call.app.office.store.wallet(&caller.holder()?.key(), Some(&no), 1, MOST_USES).await?.pop();
    held.filter(|held| caller.covers(Some(&held.licence.item), None).is_ok()).ok_or_else(Fault::not_found)
}

fn told(held: Held, today: Date) -> LicenceHeld {
    let digests = held.certificate.map(|letter| [("pdf", letter.digest), ("ofd", letter.ofd_digest)]);
    let files = digests.into_iter().flatten().filter(|(_, digest)| !digest.is_empty());
    LicenceHeld {
        case: held.licence.no.0.clone(),
        item: held.licence.item.clone(),
        days_left: held.licence.days_left(today).map(i64::from),
        files: files.map(|(format, _)| format.to_owned()).collect(),
        licence: licence_now(held.licence, today),
    }
}

fn use_told(done: LicenceUse) -> UseTold {
    UseTold { at: At(done.at), by: done.by, what: done.what, purpose: done.purpose, until: done.until }
}
