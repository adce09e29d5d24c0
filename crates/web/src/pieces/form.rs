//! A form, and what its script does when there is one: each changed field is saved by itself, and the form says so.
//!
//! **Saving by itself.** With `autosave`, a changed field is sent as `PUT autosave`, body
//! `application/x-www-form-urlencoded`: `csrf` and the field's name with its value (checkboxes: every ticked value, or one
//! empty one). The server answers
//! `200 {"at": "10:32", "error": "…"}` (`error` optional: saved, but there is something to say about it; `""` takes back what
//! was said) or `204`; `401`/`403`: signed out, the text stays in the browser;
//! `409 {"message": "…"}`: overtaken; `422 {"message": "…"}`: not saved, said beside the field. Anything else is tried again.
//! What could not be sent stays in the browser's session storage under the account's key and is offered again.
//!
//! **Fields that others depend on.** A field marked `refresh` makes the script fetch `fragment` (a whole page or a part)
//! after saving, and put its element with `id="answers"` in the place of ours; focus and unsent text stay. No
//! condition is ever judged in the browser. Without scripts a button saves and draws the form anew: `name="_refresh"`.

use maud::{Markup, html};
use rulebook::Lang;

#[derive(Debug, Clone, Copy, Default)]
pub struct Form<'a> {
    pub action: &'a str,
    pub csrf: &'a str,
    /// The request id that makes sending twice harmless.
    pub request: Option<&'a str>,
    pub autosave: Option<&'a str>,
    pub fragment: Option<&'a str>,
    /// Use the whole width rather than a comfortable line.
    pub full: bool,
}

/// `fields` is what may be swapped, `foot` (buttons) is not.
pub fn form(form: &Form<'_>, fields: Markup, foot: Markup, lang: Lang) -> Markup {
    html! {
        form .form .full[form.full] method="post" action=(form.action) enctype="multipart/form-data" novalidate autocomplete="on"
            data-autosave=[form.autosave] data-fragment=[form.fragment] {
            input type="hidden" name="csrf" value=(form.csrf);
            @if let Some(request) = form.request { input type="hidden" name="request" value=(request); }
            @if form.autosave.is_some() { p .save-state role="status" {} }
            div #answers {
                (fields)
                @if form.fragment.is_some() {
                    p .no-js { button .button.second type="submit" name="_refresh" value="1" { (lang.say("保存并更新表单", "Save and update the form")) } }
                }
            }
            (foot)
        }
    }
}
