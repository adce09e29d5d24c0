//! `/drafts/{id}/papers`, `/uploads/{id}`: papers for a draft, whole or in parts that resume after a lost line. What a file is
//! its bytes say; a digest opens nothing by itself.

use super::call::{Call, Done, File, Given, Made, Of, Part};
use super::caller::Scope;
use super::once::once;
use super::problem::{Fault, OVERTAKEN};
use super::route::Route;
use super::shape::shape;
use office::drafts;
use office::uploads::Progress;
use rulebook::Text;
use serde_json::json;

pub fn routes() -> Vec<Route> {
    let name = || json!({ "type": "string", "maxLength": 200 });
    vec![
        Route::put("/drafts/{id}/papers/{key}", whole)
            .with(Scope::Drafts)
            .says("上传一份完整的材料（不超过4 MiB；更大的分段上传）", "Upload a paper, whole: up to 4 MiB, larger ones in parts")
            .needs_for("name", ("文件名", "File name"), name()),
        Route::get("/drafts/{id}/papers/{key}/{digest}", paper)
            .with(Scope::Drafts)
            .says("草稿中的材料文件", "A paper of a draft"),
        Route::post("/drafts/{id}/uploads", begin).with(Scope::Drafts).once().says("开始分段上传", "Begin an upload in parts"),
        Route::get("/uploads/{id}", status)
            .with(Scope::Drafts)
            .says("断线后从哪里继续", "Where to go on after the line was lost"),
        Route::put("/uploads/{id}", append)
            .with(Scope::Drafts)
            .says(
                "上传下一段；起点不符时 409 并说明从哪里继续",
                "Send the next part; where it does not begin where we stand the answer is 409 and tells where to go on",
            )
            .needs_for(
                "offset",
                ("这一段的起点（字节）", "Where the part begins, in bytes"),
                json!({ "type": "integer", "minimum": 0 }),
            ),
        Route::delete("/uploads/{id}", give_up).with(Scope::Drafts).says("放弃上传", "Give an upload up"),
    ]
}

shape! { taken Announced, "要上传的文件", "A file to be uploaded", {
    key: String = "材料代码", "Key of the material";
    name: String = "文件名", "File name";
    size: u64 = "字节数", "Size in bytes";
} }

shape! { UploadTold, "上传进度", "Where an upload stands", {
    id: String = "编号", "Identifier";
    offset: u64 = "下一段的起点", "Where the next part begins";
    done: bool = "已完成，材料已在草稿中", "Whether it is done and the paper is in the draft";
} }

fn told(progress: Progress) -> UploadTold {
    UploadTold { id: progress.id, offset: progress.offset, done: progress.done }
}

async fn whole(call: Call, Part(bytes): Part) -> Result<Done, Fault> {
    let (office, actor, draft) = (&call.app.office, &call.caller()?.actor, call.part("id"));
    let name = call.asked("name").unwrap_or_default();
    let whole = drafts::open(&office.store, actor, draft).await?;
    let edition = office.rulebooks.edition(&office.store, &whole.draft.edition).await?;
    office
        .uploads
        .take_whole(&office.store, &edition.rules, actor, draft, call.part("key"), name, bytes.to_vec(), call.now)
        .await?;
    Ok(Done)
}

async fn paper(call: Call) -> Result<File, Fault> {
    let office = &call.app.office;
    let given = office.uploads.paper(&office.store, &call.caller()?.actor, call.part("id"), call.part("digest")).await?;
    let draft = office.store.draft(call.part("id")).await?.ok_or_else(Fault::not_found)?;
    super::story::note_draft(&call, &draft).await?;
    Ok(File { bytes: given.bytes, media: given.media.to_owned(), name: given.file_name })
}

async fn begin(call: Call, Of(body): Of<Announced>) -> Result<Made<UploadTold>, Fault> {
    let (office, actor, draft) = (&call.app.office, &call.caller()?.actor, call.part("id"));
    let whole = drafts::open(&office.store, actor, draft).await?;
    let edition = office.rulebooks.edition(&office.store, &whole.draft.edition).await?;
    let id = once(&call, async || {
        let begun = office.uploads.begin(&office.store, &edition.rules, actor, draft, &body.key, &body.name, body.size, call.now);
        Ok(begun.await?.id)
    })
    .await?;
    let progress = office.uploads.status(&office.store, actor, &id).await?;
    Ok(Made { location: format!("/api/v1/uploads/{id}"), body: told(progress) })
}

async fn status(call: Call) -> Result<Given<UploadTold>, Fault> {
    let office = &call.app.office;
    Ok(Given::of(told(office.uploads.status(&office.store, &call.caller()?.actor, call.part("id")).await?)))
}

async fn append(call: Call, Part(bytes): Part) -> Result<Given<UploadTold>, Fault> {
    let (office, actor, id) = (&call.app.office, &call.caller()?.actor, call.part("id"));
    let offset: u64 = call.asked_as("offset")?.unwrap_or_default();
    let upload = office.store.upload(id).await?.ok_or_else(Fault::not_found)?;
    let whole = drafts::open(&office.store, actor, &upload.draft).await?;
    let edition = office.rulebooks.edition(&office.store, &whole.draft.edition).await?;
    let progress = office.uploads.append(&office.store, &edition.rules, actor, id, offset, &bytes, call.now).await?;
    if !progress.taken {
        let detail = Text::new("这一段的起点不对，没有收下。", "The part begins elsewhere and was not taken.");
        return Err(Fault::new(&OVERTAKEN, detail).code("other-offset").with("offset", json!(progress.offset)));
    }
    Ok(Given::of(told(progress)))
}

async fn give_up(call: Call) -> Result<Done, Fault> {
    let office = &call.app.office;
    office.uploads.give_up(&office.store, &call.caller()?.actor, call.part("id")).await?;
    Ok(Done)
}
