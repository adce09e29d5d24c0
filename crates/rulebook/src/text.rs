//! Words for people, Chinese first. Both languages stand side by side where they are written, so that neither can be
//! forgotten: see `docs/decisions/0001-two-literals-instead-of-keys.md`.

use serde::{Deserialize, Serialize};

/// The language a person reads the interface in. Definitions stay Chinese in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    /// The one of the two texts that this reader wants.
    pub fn say<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// The value of the HTML `lang` attribute.
    pub fn tag(self) -> &'static str {
        self.say_static("zh-CN", "en")
    }

    fn say_static(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Text {
    pub zh: String,
    pub en: String,
}

impl Text {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Text {
        Text { zh: zh.into(), en: en.into() }
    }

    pub fn get(&self, lang: Lang) -> &str {
        lang.say(&self.zh, &self.en)
    }
}
