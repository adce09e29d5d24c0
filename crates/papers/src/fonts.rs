//! The typefaces: Noto Sans SC in two weights, carried in the program, and the system's Noto Sans CJK for rarer
//! characters, which occur above all in people's names. Each is parsed once.

use std::{fmt, sync::OnceLock};

use ttf_parser::{Face, GlyphId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    #[default]
    Regular,
    Bold,
}

/// The characters for which no typeface has a glyph, each once, in the order in which they were met.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("字库中没有下列字，无法印出 / no typeface has a glyph for: {}", Listed(.0))]
pub struct MissingGlyphs(pub Vec<char>);

struct Listed<'a>(&'a [char]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, c) in self.0.iter().enumerate() {
            write!(f, "{}{} (U+{:04X})", if i > 0 { ", " } else { "" }, c.escape_debug(), *c as u32)?;
        }
        Ok(())
    }
}

/// The characters of `text` that cannot be printed, each once.
pub fn missing(text: &str) -> Vec<char> {
    let mut missing = Vec::new();
    for c in text.chars() {
        if c != '\n' && !missing.contains(&c) && glyph(c, Weight::Regular).is_none() {
            missing.push(c);
        }
    }
    missing
}

/// One font file, ready to measure with and to embed.
pub(crate) struct Typeface {
    pub face: Face<'static>,
    /// The file and the face in it, for embedding in other formats than PDF.
    pub file: (&'static [u8], u32),
    pub embeddable: krilla::text::Font,
    per_em: f32,
}

/// A character's picture.
#[derive(Clone, Copy)]
pub(crate) struct Glyph {
    pub typeface: &'static Typeface,
    pub id: GlyphId,
    /// In parts of the em.
    pub advance: f32,
}

/// The glyph for a character, looked for in our own typeface first and then in the system's.
pub(crate) fn glyph(c: char, weight: Weight) -> Option<Glyph> {
    ours(weight).and_then(|typeface| typeface.glyph(c)).or_else(|| rare(weight).and_then(|typeface| typeface.glyph(c)))
}

impl Typeface {
    fn parse(data: &'static [u8], index: u32) -> Option<Typeface> {
        let face = Face::parse(data, index).ok()?;
        let embeddable = krilla::text::Font::new(data.into(), index)?;
        let per_em = f32::from(face.units_per_em());
        Some(Typeface { face, file: (data, index), embeddable, per_em })
    }

    fn glyph(&'static self, c: char) -> Option<Glyph> {
        let id = self.face.glyph_index(c).filter(|id| id.0 != 0)?;
        let advance = f32::from(self.face.glyph_hor_advance(id)?) / self.per_em;
        Some(Glyph { typeface: self, id, advance })
    }

    pub fn units_per_em(&self) -> f32 {
        self.per_em
    }
}

fn ours(weight: Weight) -> Option<&'static Typeface> {
    static REGULAR: OnceLock<Option<Typeface>> = OnceLock::new();
    static BOLD: OnceLock<Option<Typeface>> = OnceLock::new();
    match weight {
        Weight::Regular => REGULAR.get_or_init(|| Typeface::parse(include_bytes!("../fonts/NotoSansSC-Regular-subset.ttf"), 0)),
        Weight::Bold => BOLD.get_or_init(|| Typeface::parse(include_bytes!("../fonts/NotoSansSC-Bold-subset.ttf"), 0)),
    }
    .as_ref()
}

/// The folders where Debian, Fedora, Arch and openEuler keep Noto Sans CJK.
const FOLDERS: [&str; 5] = [
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/google-noto-sans-cjk-fonts",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/noto-cjk",
    "/usr/local/share/fonts",
];

/// In the collections of Noto Sans CJK the face for Simplified Chinese is the third.
const SIMPLIFIED: u32 = 2;

/// The system's typeface, read when a character first needs it: 20 MB that most processes never touch.
fn rare(weight: Weight) -> Option<&'static Typeface> {
    static REGULAR: OnceLock<Option<Typeface>> = OnceLock::new();
    static BOLD: OnceLock<Option<Typeface>> = OnceLock::new();
    let find = |name: &str| {
        FOLDERS.iter().find_map(|folder| {
            let data = std::fs::read(std::path::Path::new(folder).join(name)).ok()?;
            // Kept until the process ends, like the typefaces in the program; each weight once.
            Typeface::parse(Box::leak(data.into_boxed_slice()), SIMPLIFIED)
        })
    };
    match weight {
        Weight::Regular => REGULAR.get_or_init(|| find("NotoSansCJK-Regular.ttc")).as_ref(),
        Weight::Bold => BOLD.get_or_init(|| find("NotoSansCJK-Bold.ttc")).as_ref().or_else(|| rare(Weight::Regular)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_are_carried_in_the_program() {
        assert!(ours(Weight::Regular).is_some());
        assert!(ours(Weight::Bold).is_some());
    }

    #[test]
    fn what_offices_write_every_day_can_be_printed() {
        let text = "津滨审准〔2026〕12号《行政许可法》“受理”‘期限’——……、，。：；！?()〈〉①②③⑩√×□●■★※§°℃m²%‰¥£ⅠⅡ·→—–-";
        for weight in [Weight::Regular, Weight::Bold] {
            let without: String = text.chars().filter(|c| ours(weight).and_then(|face| face.glyph(*c)).is_none()).collect();
            assert_eq!(without, "", "{weight:?}");
        }
    }

    #[test]
    fn a_character_that_nobody_has_is_named_with_its_code_point() {
        let missing = missing("王\u{10fffd}\u{e123}王\u{e123}");
        assert_eq!(missing, ['\u{10fffd}', '\u{e123}']);
        let told = MissingGlyphs(missing).to_string();
        assert!(told.ends_with("(U+10FFFD), \\u{e123} (U+E123)"), "{told}");
    }

    #[test]
    fn a_full_width_character_is_one_em() {
        assert_eq!(glyph('门', Weight::Regular).map(|glyph| glyph.advance), Some(1.0));
    }
}
