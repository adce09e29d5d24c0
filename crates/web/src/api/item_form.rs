//! The form of an item as JSON Schema 2020-12, for systems that draw or fill it.
//!
//! Answers are texts, exactly as a person types them, by the code of the element; several choices are joined by `、`. What depends
//! on other answers cannot be said in a schema without saying the condition language over again, so it stands in `x-when` and
//! `x-check`, and `POST /items/{code}/intake` tells what is asked for given some answers.

use rulebook::Rulebook;
use rulebook::field::{Field, FieldKind};
use rulebook::form::{Ask, Section};
use rulebook::item::Item;
use serde_json::{Map, Value, json};

pub fn schema(rules: &Rulebook, item: &Item) -> Option<Value> {
    let form = rules.forms.get(item.form.as_ref()?.get_ref())?;
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut sections = Vec::new();
    for section in &form.section {
        let mut keys = Vec::new();
        for ask in &section.ask {
            let Some(field) = rules.fields.get(ask.field.get_ref()) else { continue };
            keys.push(field.code.as_str());
            if ask.required && ask.when.is_none() && section.when.is_none() {
                required.push(field.code.as_str());
            }
            properties.insert(field.code.clone(), property(rules, section, ask, field));
        }
        let when = section.when.as_ref().map(|when| when.get_ref());
        sections.push(json!({ "title": section.title, "title-en": section.label, "when": when, "fields": keys }));
    }
    Some(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:yimen:form:{}", form.code.get_ref()),
        "title": form.name,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
        "x-sections": sections,
    }))
}

fn property(rules: &Rulebook, section: &Section, ask: &Ask, field: &Field) -> Value {
    let mut property = of_kind(rules, field);
    let mut put = |name: &str, value: Value| {
        if !(value.is_null() || value == "" || value == json!([])) {
            property[name] = value;
        }
    };
    put("title", json!(field.name.get_ref()));
    put("x-title-en", json!(field.label));
    put(
        "description",
        json!(
            [field.meaning.as_str(), ask.hint.as_str()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
        ),
    );
    put("x-kind", json!(field.kind));
    put("x-unit", json!(field.unit));
    put("x-required", json!(ask.required));
    put("x-when", json!(ask.when.as_ref().or(section.when.as_ref()).map(|when| when.get_ref())));
    put("x-check", json!(ask.check.as_ref().map(|check| check.get_ref())));
    put("x-check-message", json!(ask.message));
    put("examples", if ask.sample.is_empty() { Value::Null } else { json!([ask.sample]) });
    put("x-basis", json!(ask.basis.as_ref().map(ToString::to_string)));
    property
}

/// What a text has to look like to be an answer of this kind. Numbers have at most four places.
fn of_kind(rules: &Rulebook, field: &Field) -> Value {
    const NUMBER: &str = r"^-?[0-9]+(\.[0-9]{1,4})?$";
    let length = field.length.unwrap_or(if field.kind == FieldKind::LongText { 2_000 } else { 200 });
    match field.kind {
        FieldKind::YesNo => json!({ "type": "string", "enum": ["是", "否"] }),
        FieldKind::Number | FieldKind::Money => {
            json!({ "type": "string", "pattern": NUMBER, "x-minimum": field.min, "x-maximum": field.max })
        }
        FieldKind::Date => json!({ "type": "string", "format": "date" }),
        FieldKind::Choice => json!({ "type": "string", "enum": rules.choices(field) }),
        FieldKind::Choices => json!({ "type": "string", "x-choices": rules.choices(field), "x-separator": "、" }),
        FieldKind::CreditCode => json!({ "type": "string", "pattern": "^[0-9A-HJ-NP-RTUW-Y]{18}$" }),
        FieldKind::CitizenId => json!({ "type": "string", "pattern": "^[0-9]{17}[0-9X]$" }),
        FieldKind::Email => json!({ "type": "string", "format": "email", "maxLength": length }),
        _ => json!({ "type": "string", "maxLength": length }),
    }
}
