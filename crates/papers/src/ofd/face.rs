//! A typeface in part, as a font file of its own: only the glyphs that a document shows, with the table that leads from
//! a character to its glyph, so that any reader finds them by the text alone.

use std::collections::BTreeMap;

use subsetter::GlyphRemapper;

use crate::fonts::Typeface;

/// The characters that a document takes from a typeface.
#[derive(Default)]
pub(super) struct Face {
    characters: BTreeMap<char, u16>,
}

/// What the typeface calls itself.
pub(super) fn name(typeface: &Typeface) -> String {
    let names = typeface.face.names();
    let named = names.into_iter().find(|name| name.name_id == ttf_parser::name_id::FULL_NAME && name.is_unicode());
    named.and_then(|name| name.to_string()).unwrap_or_else(|| "Noto Sans SC".to_owned())
}

impl Face {
    pub fn take(&mut self, c: char, glyph: u16) {
        self.characters.insert(c, glyph);
    }

    pub fn subset(&self, typeface: &Typeface) -> Result<Vec<u8>, String> {
        let mut glyphs = GlyphRemapper::new();
        let places: Vec<(u32, u16)> = self.characters.iter().map(|(c, glyph)| (u32::from(*c), glyphs.remap(*glyph))).collect();
        let (file, index) = typeface.file;
        let subset = subsetter::subset(file, index, &glyphs).map_err(|error| error.to_string())?;
        let mut tables = tables(&subset).ok_or("its tables cannot be read")?;
        tables.insert(*b"cmap", cmap(&places));
        // What the subset leaves out and readers of whole font files ask for.
        for tag in [ttf_parser::Tag::from_bytes(b"OS/2"), ttf_parser::Tag::from_bytes(b"name")] {
            if let Some(table) = typeface.face.raw_face().table(tag) {
                tables.entry(tag.to_bytes()).or_insert_with(|| table.to_vec());
            }
        }
        tables.entry(*b"post").or_insert_with(|| [&[0, 3, 0, 0][..], &[0; 28]].concat());
        Ok(assembled(subset.get(..4).unwrap_or_default(), &tables))
    }
}

type Tables = BTreeMap<[u8; 4], Vec<u8>>;

fn tables(file: &[u8]) -> Option<Tables> {
    let count = usize::from(u16::from_be_bytes(file.get(4..6)?.try_into().ok()?));
    let mut tables = Tables::new();
    for record in file.get(12..12 + 16 * count)?.chunks_exact(16) {
        let word = |at: usize| Some(u32::from_be_bytes(record.get(at..at + 4)?.try_into().ok()?) as usize);
        let (from, length) = (word(8)?, word(12)?);
        tables.insert(record.get(..4)?.try_into().ok()?, file.get(from..from.checked_add(length)?)?.to_vec());
    }
    Some(tables)
}

/// OpenType `cmap`: format 4 for the basic plane, which every reader knows, and format 12 for all characters.
fn cmap(places: &[(u32, u16)]) -> Vec<u8> {
    let basic: Vec<(u16, u16)> =
        places.iter().filter_map(|(c, glyph)| Some((u16::try_from(*c).ok()?, *glyph))).filter(|(c, _)| *c != u16::MAX).collect();
    // One segment for each character, and the last that the format asks for.
    let segments = basic.len() as u16 + 1;
    let mut short: Vec<u16> = vec![4, 16 + 8 * segments, 0, 2 * segments];
    let power = segments.ilog2();
    short.extend([2u16 << power, power as u16, 2 * segments - (2u16 << power)]);
    short.extend(basic.iter().map(|(c, _)| *c).chain([u16::MAX]));
    short.push(0);
    short.extend(basic.iter().map(|(c, _)| *c).chain([u16::MAX]));
    short.extend(basic.iter().map(|(c, glyph)| glyph.wrapping_sub(*c)).chain([1]));
    short.extend(std::iter::repeat_n(0, usize::from(segments)));
    let mut long: Vec<u32> = vec![12 << 16, 16 + 12 * places.len() as u32, 0, places.len() as u32];
    long.extend(places.iter().flat_map(|(c, glyph)| [*c, *c, u32::from(*glyph)]));

    let mut table: Vec<u8> = [0u16, 2].iter().flat_map(|n| n.to_be_bytes()).collect();
    let first = 20u32;
    for (encoding, offset) in [(1u16, first), (10, first + 2 * short.len() as u32)] {
        table.extend([3, encoding].iter().flat_map(|n| n.to_be_bytes()));
        table.extend(offset.to_be_bytes());
    }
    table.extend(short.iter().flat_map(|n| n.to_be_bytes()));
    table.extend(long.iter().flat_map(|n| n.to_be_bytes()));
    table
}

fn assembled(kind: &[u8], tables: &Tables) -> Vec<u8> {
    let count = tables.len() as u16;
    let power = count.max(1).ilog2();
    let mut file = kind.to_vec();
    file.extend([count, 16 << power, power as u16, 16 * count - (16 << power)].iter().flat_map(|n| n.to_be_bytes()));
    let mut offset = 12 + 16 * tables.len();
    let mut head = None;
    for (tag, table) in tables {
        if tag == b"head" {
            head = Some(offset);
        }
        file.extend(tag);
        for word in [sum(table), offset as u32, table.len() as u32] {
            file.extend(word.to_be_bytes());
        }
        offset += table.len().next_multiple_of(4);
    }
    for table in tables.values() {
        file.extend(table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    // The checksum of the whole lies in `head` and is counted as nought while it is computed.
    if let Some(place) = head.and_then(|at| file.get_mut(at + 8..at + 12)) {
        place.fill(0);
        let whole = 0xb1b0_afba_u32.wrapping_sub(sum(&file));
        if let Some(place) = head.and_then(|at| file.get_mut(at + 8..at + 12)) {
            place.copy_from_slice(&whole.to_be_bytes());
        }
    }
    file
}

fn sum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum: u32, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::{Weight, glyph};

    #[test]
    fn the_subset_is_a_font_that_finds_its_characters_and_their_widths() {
        let mut face = Face::default();
        let text = "一门A，滨海（新）";
        let typeface = glyph('一', Weight::Bold).unwrap().typeface;
        for c in text.chars() {
            face.take(c, glyph(c, Weight::Bold).unwrap().id.0);
        }
        let file = face.subset(typeface).unwrap();
        assert!(file.len() < 20_000, "{}", file.len());
        let read = ttf_parser::Face::parse(&file, 0).unwrap();
        for c in text.chars() {
            let id = read.glyph_index(c).unwrap();
            let was = typeface.face.glyph_index(c).unwrap();
            assert_eq!(read.glyph_hor_advance(id), typeface.face.glyph_hor_advance(was), "{c}");
            assert_eq!(read.glyph_bounding_box(id), typeface.face.glyph_bounding_box(was), "{c}");
        }
        assert_eq!(read.glyph_index('海').map(|id| id.0 != 0), Some(true));
        assert_eq!(read.glyph_index('河'), None);
    }
}
