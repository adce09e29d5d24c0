//! Shapes: what the API takes and gives. One declaration is the Rust type, its JSON and its schema, so that they cannot differ.
//!
//! Keys are in kebab-case, as in acts and definitions. Texts for people carry both languages. Days are `2026-03-02`, moments
//! are RFC 3339 by the clock on the wall in Tianjin.

use casework::Moment;
use jiff::civil::Date;
use rulebook::{Lang, Text};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The named schemas of one document, in one language.
pub struct Definitions {
    pub lang: Lang,
    pub all: BTreeMap<String, Value>,
    /// Where each was declared: two of one name would hide one another.
    places: BTreeMap<&'static str, &'static str>,
}

impl Definitions {
    pub fn new(lang: Lang) -> Definitions {
        Definitions { lang, all: BTreeMap::new(), places: BTreeMap::new() }
    }

    /// Notes where a name was declared.
    pub fn declared(&mut self, name: &'static str, place: &'static str) {
        let first = *self.places.entry(name).or_insert(place);
        debug_assert_eq!(first, place, "two schemas are called {name}");
    }

    /// A reference to the schema of this name, which is drawn once.
    pub fn named(&mut self, name: &str, draw: impl FnOnce(&mut Definitions) -> Value) -> Value {
        if !self.all.contains_key(name) {
            // Its place is taken first, so that a shape may contain itself.
            self.all.insert(name.to_owned(), Value::Null);
            let drawn = draw(self);
            self.all.insert(name.to_owned(), drawn);
        }
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }
}

pub trait Shape {
    /// Whether the key may be absent in what is taken.
    const OPTIONAL: bool = false;

    fn schema(all: &mut Definitions) -> Value;
}

/// One key of an object.
pub struct Key {
    pub name: String,
    pub schema: Value,
    pub words: (&'static str, &'static str),
    pub required: bool,
}

/// An object with these keys and no others.
pub fn object(lang: Lang, words: (&str, &str), keys: Vec<Key>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for key in keys {
        let mut schema = key.schema;
        if let Some(object) = schema.as_object_mut() {
            object.insert("description".to_owned(), json!(lang.say(key.words.0, key.words.1)));
        }
        if key.required {
            required.push(key.name.clone());
        }
        properties.insert(key.name, schema);
    }
    json!({
        "type": "object",
        "description": lang.say(words.0, words.1),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Declares what is given: `shape! { Name, "中文", "English", { key: Type = "中文", "English"; } }`. With `taken` before the name it
/// is read from a body instead, and unknown keys are refused.
macro_rules! shape {
    ($name:ident, $zh:literal, $en:literal, { $($key:ident : $kind:ty = $key_zh:literal, $key_en:literal;)* }) => {
        #[doc = $en]
        #[derive(Debug, Clone, serde::Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub struct $name { $(#[doc = $key_en] pub $key: $kind,)* }
        $crate::api::shape::shape!(@schema true, $name, $zh, $en, { $($key: $kind = $key_zh, $key_en;)* });
    };
    (taken $name:ident, $zh:literal, $en:literal, { $($key:ident : $kind:ty = $key_zh:literal, $key_en:literal;)* }) => {
        #[doc = $en]
        #[derive(Debug, Clone, serde::Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub struct $name { $(#[doc = $key_en] pub $key: $kind,)* }
        $crate::api::shape::shape!(@schema false, $name, $zh, $en, { $($key: $kind = $key_zh, $key_en;)* });
    };
    (@schema $given:literal, $name:ident, $zh:literal, $en:literal, { $($key:ident : $kind:ty = $key_zh:literal, $key_en:literal;)* }) => {
        impl $crate::api::shape::Shape for $name {
            fn schema(all: &mut $crate::api::shape::Definitions) -> serde_json::Value {
                all.declared(stringify!($name), module_path!());
                all.named(stringify!($name), |all| {
                    let keys = vec![$($crate::api::shape::Key {
                        name: stringify!($key).trim_start_matches("r#").replace('_', "-"),
                        schema: <$kind as $crate::api::shape::Shape>::schema(all),
                        words: ($key_zh, $key_en),
                        required: $given || !<$kind as $crate::api::shape::Shape>::OPTIONAL,
                    }),*];
                    $crate::api::shape::object(all.lang, ($zh, $en), keys)
                })
            }
        }
    };
}

pub(crate) use shape;

macro_rules! plain {
    ($($kind:ty => $schema:tt,)*) => { $(
        impl Shape for $kind {
            fn schema(_: &mut Definitions) -> Value { json!($schema) }
        }
    )* };
}

plain! {
    String => { "type": "string" },
    bool => { "type": "boolean" },
    u8 => { "type": "integer", "minimum": 0, "maximum": 255 },
    u32 => { "type": "integer", "minimum": 0 },
    u64 => { "type": "integer", "minimum": 0 },
    usize => { "type": "integer", "minimum": 0 },
    i64 => { "type": "integer" },
    f64 => { "type": "number" },
    Date => { "type": "string", "format": "date" },
    At => { "type": "string", "format": "date-time" },
    Value => {},
}

impl Shape for Text {
    fn schema(all: &mut Definitions) -> Value {
        all.named("Text", |all| {
            let key =
                |name: &str, words| Key { name: name.to_owned(), schema: json!({ "type": "string" }), words, required: true };
            let keys = vec![key("zh", ("中文", "In Chinese")), key("en", ("英文", "In English"))];
            object(all.lang, ("同一句话的中英文", "A sentence in both languages"), keys)
        })
    }
}

impl<T: Shape> Shape for Option<T> {
    const OPTIONAL: bool = true;

    fn schema(all: &mut Definitions) -> Value {
        let mut schema = T::schema(all);
        match schema.get("type").cloned() {
            Some(Value::String(kind)) if schema.get("enum").is_none() => {
                schema["type"] = json!([kind, "null"]);
                schema
            }
            _ if schema.as_object().is_some_and(Map::is_empty) => schema,
            _ => json!({ "anyOf": [schema, { "type": "null" }] }),
        }
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn schema(all: &mut Definitions) -> Value {
        json!({ "type": "array", "items": T::schema(all) })
    }
}

impl<T: Shape> Shape for BTreeMap<String, T> {
    fn schema(all: &mut Definitions) -> Value {
        json!({ "type": "object", "additionalProperties": T::schema(all) })
    }
}

/// A moment as it is written in answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At(pub Moment);

impl Serialize for At {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{}+08:00", self.0.wall().strftime("%Y-%m-%dT%H:%M:%S")))
    }
}

/// Rows of a list and where it goes on.
#[derive(Debug, Clone, Serialize)]
pub struct Rows<T> {
    pub rows: Vec<T>,
    /// Give it back as `after` for the next page; none on the last one.
    pub next: Option<String>,
}

impl<T: Shape> Shape for Rows<T> {
    fn schema(all: &mut Definitions) -> Value {
        let rows = Key { name: "rows".to_owned(), schema: Vec::<T>::schema(all), words: ("各行", "The rows"), required: true };
        let next = Key {
            name: "next".to_owned(),
            schema: json!({ "type": ["string", "null"] }),
            words: (
                "下一页的游标，作为 after 传回；没有更多时为空",
                "Cursor of the next page, given back as `after`; null on the last one",
            ),
            required: true,
        };
        object(all.lang, ("一页", "A page"), vec![rows, next])
    }
}

impl<T> Rows<T> {
    /// Everything at once.
    pub fn all(rows: Vec<T>) -> Rows<T> {
        Rows { rows, next: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    shape! { Row, "行", "A row", {
        no: String = "编号", "Number";
        due_on: Option<Date> = "到期", "Due";
        words: Option<Text> = "话", "Words";
    } }

    shape! { taken Asked, "所问", "What is asked", {
        first_name: String = "名", "Name";
        note: Option<String> = "备注", "Note";
    } }

    #[test]
    fn a_shape_is_type_json_and_schema_at_once() {
        let mut all = Definitions::new(Lang::En);
        assert_eq!(Row::schema(&mut all), json!({ "$ref": "#/components/schemas/Row" }));
        let schema = &all.all["Row"];
        assert_eq!(schema["properties"]["due-on"]["type"], json!(["string", "null"]));
        assert_eq!(schema["required"], json!(["no", "due-on", "words"]));
        assert_eq!(schema["properties"]["words"]["anyOf"][1], json!({ "type": "null" }));
        let row = Row { no: "1".into(), due_on: None, words: None };
        assert_eq!(serde_json::to_value(row).expect("JSON"), json!({ "no": "1", "due-on": null, "words": null }));
    }

    #[test]
    fn what_is_taken_may_leave_out_what_is_optional_and_nothing_else_may_be_added() {
        let mut all = Definitions::new(Lang::Zh);
        Asked::schema(&mut all);
        assert_eq!(all.all["Asked"]["required"], json!(["first-name"]));
        let read = |text: &str| serde_json::from_str::<Asked>(text).map(|asked| (asked.first_name, asked.note));
        assert_eq!(read(r#"{"first-name":"a"}"#).expect("it is enough"), ("a".into(), None));
        assert!(read(r#"{"first-name":"a","more":1}"#).is_err() && read("{}").is_err());
    }

    #[test]
    fn a_moment_is_told_with_its_offset() {
        let at = At(Moment::at(jiff::civil::date(2026, 3, 2).at(10, 5, 0, 0)));
        assert_eq!(serde_json::to_value(at).expect("JSON"), json!("2026-03-02T10:05:00+08:00"));
    }
}
