//! A document as PDF/A-2u (ISO 19005-2): every typeface embedded, every character with its meaning, so that it opens
//! and can be searched in decades. Headings and paragraphs are tagged for those who have it read out; rules, seals and
//! what repeats on every page are marked as decoration. Equal documents give equal bytes.

use std::{collections::HashSet, num::NonZeroU16};

use krilla::{
    Document as Pdf, SerializeSettings,
    color::rgb,
    configure::{Archival, ConfigurationBuilder},
    geom::{Path, PathBuilder, Point, Size, Transform},
    image::Image,
    metadata::{DateTime, Metadata},
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagKind, TagTree},
    text::{GlyphId, KrillaGlyph},
};

use crate::{
    fonts::{self, MissingGlyphs},
    page::{Colour, Document, MM_PER_POINT, Mark, Page, Role, Shape, Step, Text},
};

#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// Never printed as an empty box: see [`crate::letter::OnMissing`] for what a letter can do about it.
    #[error(transparent)]
    Missing(#[from] MissingGlyphs),
    #[error("图片无法读取 / an image cannot be read: {0}")]
    Image(String),
    #[error("无法生成 PDF / the PDF cannot be written: {0}")]
    Writer(String),
}

/// Writes the document as a PDF file.
pub fn write(document: &Document) -> Result<Vec<u8>, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_U)
        .finish()
        .map_err(|error| PdfError::Writer(format!("{error:?}")))?;
    let mut pdf = Pdf::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let missing = missing(document);
    if !missing.is_empty() {
        return Err(MissingGlyphs(missing).into());
    }
    let mut tags = Tags::default();
    for page in &document.pages {
        draw_page(&mut pdf, page, &mut tags)?;
    }
    pdf.set_tag_tree(tags.finish());
    pdf.set_metadata(metadata(document));
    pdf.finish().map_err(|error| PdfError::Writer(error.to_string()))
}

/// The characters of the whole document that cannot be printed, each once.
pub(crate) fn missing(document: &Document) -> Vec<char> {
    let mut all: Vec<char> = Vec::new();
    for mark in document.pages.iter().flat_map(|page| &page.marks) {
        if let Mark::Text(text) = mark {
            all.extend(fonts::missing(&text.text));
        }
    }
    let mut seen = HashSet::new();
    all.retain(|c| seen.insert(*c));
    all
}

fn metadata(document: &Document) -> Metadata {
    let made = document.made;
    let part = |part: i8| u8::try_from(part).unwrap_or(0);
    Metadata::new()
        .title(document.title.clone())
        .description(document.subject.clone())
        .authors(if document.author.is_empty() { Vec::new() } else { vec![document.author.clone()] })
        .language(document.lang.tag().to_owned())
        .creator("Yimen".to_owned())
        .creation_date(
            DateTime::new(u16::try_from(made.year()).unwrap_or(0))
                .month(part(made.month()))
                .day(part(made.day()))
                .hour(part(made.hour()))
                .minute(part(made.minute()))
                .second(part(made.second()))
                .utc_offset_hour(8)
                .utc_offset_minute(0),
        )
}

/// What is said, in reading order.
#[derive(Default)]
struct Tags {
    tree: TagTree,
    paragraph: Option<(Role, TagGroup)>,
}

impl Tags {
    fn text(&mut self, text: &Text, run: Identifier) {
        if text.opens || self.paragraph.as_ref().is_none_or(|(role, _)| *role != text.role) {
            self.close();
            let level = |level| Tag::Hn(NonZeroU16::MIN.saturating_add(level), None).into();
            let kind: TagKind = match text.role {
                Role::Title => level(0),
                Role::Heading => level(1),
                Role::Body | Role::Furniture => Tag::P.into(),
            };
            self.paragraph = Some((text.role, TagGroup::new(kind)));
        }
        if let Some((_, paragraph)) = &mut self.paragraph {
            paragraph.push(run);
        }
    }

    fn figure(&mut self, alt: &str, picture: Identifier) {
        self.close();
        self.tree.push(TagGroup::with_children(Tag::Figure(Some(alt.to_owned())), vec![picture.into()]));
    }

    fn close(&mut self) {
        if let Some((_, paragraph)) = self.paragraph.take() {
            self.tree.push(paragraph);
        }
    }

    fn finish(mut self) -> TagTree {
        self.close();
        self.tree
    }
}

const DECORATION: ContentTag = ContentTag::Artifact(Artifact { kind: ArtifactType::Layout, bbox: None });
const FURNITURE: ContentTag = ContentTag::Artifact(Artifact { kind: ArtifactType::PaginationOther, bbox: None });

fn draw_page(pdf: &mut Pdf, page: &Page, tags: &mut Tags) -> Result<(), PdfError> {
    let settings = PageSettings::from_wh(points(page.width), points(page.height))
        .ok_or_else(|| PdfError::Writer(format!("page of {} × {} mm", page.width, page.height)))?;
    let mut sheet = pdf.start_page_with(settings);
    let mut surface = sheet.surface();
    for mark in &page.marks {
        draw_mark(&mut surface, mark, tags)?;
    }
    surface.finish();
    sheet.finish();
    Ok(())
}

fn draw_mark(surface: &mut Surface<'_>, mark: &Mark, tags: &mut Tags) -> Result<(), PdfError> {
    match mark {
        Mark::Text(text) if text.role == Role::Furniture => {
            surface.start_tagged(FURNITURE);
            draw_text(surface, text);
        }
        Mark::Text(text) => {
            let run = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            draw_text(surface, text);
            tags.text(text, run);
        }
        Mark::Shape(shape) => {
            surface.start_tagged(DECORATION);
            draw_shape(surface, shape);
        }
        Mark::Seal { shapes, .. } => {
            surface.start_tagged(DECORATION);
            for shape in shapes {
                draw_shape(surface, shape);
            }
        }
        Mark::Code { x, y, side, matrix } => {
            let module = side / matrix.width() as f32;
            let steps = matrix.runs().flat_map(|(column, row, length)| {
                let (x, y) = (x + column as f32 * module, y + row as f32 * module);
                Shape::rectangle(x, y, length as f32 * module, module).steps
            });
            surface.start_tagged(DECORATION);
            draw_shape(surface, &Shape { steps: steps.collect(), fill: Some(Colour::BLACK), stroke: None });
        }
        Mark::Image { x, y, width, height, bytes, alt } => {
            let data = bytes.to_vec().into();
            let image = if bytes.starts_with(b"\x89PNG") { Image::from_png(data, false) } else { Image::from_jpeg(data, false) };
            let image = image.map_err(PdfError::Image)?;
            let size = Size::from_wh(points(*width), points(*height))
                .ok_or_else(|| PdfError::Image(format!("{width} × {height} mm")))?;
            let picture = surface.start_tagged(if alt.is_empty() { DECORATION } else { ContentTag::Other });
            surface.push_transform(&Transform::from_translate(points(*x), points(*y)));
            surface.draw_image(image, size);
            surface.pop();
            if !alt.is_empty() {
                tags.figure(alt, picture);
            }
        }
    }
    surface.end_tagged();
    Ok(())
}

/// Draws a run, changing typeface wherever a character needs it.
fn draw_text(surface: &mut Surface<'_>, text: &Text) {
    surface.set_stroke(None);
    surface.set_fill(Some(fill(text.colour)));
    let mut glyphs: Vec<KrillaGlyph> = Vec::with_capacity(text.advances.len());
    let mut current: Option<&'static fonts::Typeface> = None;
    let (mut from, mut x) = (text.x, text.x);
    let mut put = |face: Option<&'static fonts::Typeface>, from: f32, glyphs: &mut Vec<KrillaGlyph>| {
        if let Some(face) = face.filter(|_| !glyphs.is_empty()) {
            let start = Point::from_xy(points(from), points(text.y));
            surface.draw_glyphs(start, glyphs, face.embeddable.clone(), &text.text, text.size, false);
            glyphs.clear();
        }
    };
    for ((offset, c), advance) in text.text.char_indices().zip(&text.advances) {
        // Never none: a document with a missing glyph was refused as a whole.
        let Some(glyph) = fonts::glyph(c, text.weight) else { continue };
        if current.is_none_or(|face| !std::ptr::eq(face, glyph.typeface)) {
            put(current, from, &mut glyphs);
            (current, from) = (Some(glyph.typeface), x);
        }
        let id = GlyphId::new(u32::from(glyph.id.0));
        let ems = points(*advance) / text.size;
        glyphs.push(KrillaGlyph::new(id, ems, 0.0, 0.0, 0.0, offset..offset + c.len_utf8(), None));
        x += advance;
    }
    put(current, from, &mut glyphs);
}

fn draw_shape(surface: &mut Surface<'_>, shape: &Shape) {
    // With neither of the two, krilla would fill in black.
    if shape.fill.is_none() && shape.stroke.is_none() {
        return;
    }
    let Some(path) = path(&shape.steps) else { return };
    surface.set_fill(shape.fill.map(fill));
    surface.set_stroke(shape.stroke.map(|(width, colour)| Stroke {
        paint: paint(colour).into(),
        width: points(width),
        ..Stroke::default()
    }));
    surface.draw_path(&path);
}

fn path(steps: &[Step]) -> Option<Path> {
    let mut path = PathBuilder::new();
    let p = points;
    for step in steps {
        match *step {
            Step::Move([x, y]) => path.move_to(p(x), p(y)),
            Step::Line([x, y]) => path.line_to(p(x), p(y)),
            Step::Quad([a, b], [x, y]) => path.quad_to(p(a), p(b), p(x), p(y)),
            Step::Cubic([a, b], [c, d], [x, y]) => path.cubic_to(p(a), p(b), p(c), p(d), p(x), p(y)),
            Step::Close => path.close(),
        }
    }
    path.finish()
}

fn paint(Colour(red, green, blue): Colour) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn fill(colour: Colour) -> Fill {
    Fill { paint: paint(colour).into(), ..Fill::default() }
}

fn points(mm: f32) -> f32 {
    mm / MM_PER_POINT
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        Lang,
        fonts::Weight,
        lines::{Style, measure},
        qr,
    };

    fn document(words: &str) -> Document {
        let measured = measure(words, Style { size: 12.0, weight: Weight::Regular }, None);
        let text = Text {
            x: 20.0,
            y: 30.0,
            text: measured.text,
            advances: measured.advances,
            size: 12.0,
            weight: Weight::Regular,
            colour: Colour::BLACK,
            role: Role::Body,
            opens: true,
        };
        let matrix = Arc::new(qr::encode("https://example.invalid/check").unwrap());
        let code = Mark::Code { x: 20.0, y: 40.0, side: 20.0, matrix };
        let circle = Mark::Shape(Shape::circle([60.0, 60.0], 20.0).drawn(1.0, Colour::RED));
        Document {
            title: "受理通知书".into(),
            author: "某局".into(),
            subject: "津滨审受〔2026〕12号".into(),
            lang: Lang::Zh,
            made: jiff::civil::date(2026, 3, 2).at(9, 30, 0, 0),
            pages: vec![Page { marks: vec![Mark::Text(text), code, circle], ..Page::a4() }],
        }
    }

    #[test]
    fn equal_documents_give_equal_bytes() {
        let bytes = write(&document("本机关予以受理")).unwrap();
        assert_eq!(bytes, write(&document("本机关予以受理")).unwrap());
        assert!(bytes.len() < 40_000, "the typeface is embedded in part: {}", bytes.len());
    }

    #[test]
    fn the_file_declares_itself_as_pdf_a_2u_made_at_the_given_time() {
        let bytes = write(&document("受理")).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for part in ["pdfaid:part>2<", "pdfaid:conformance>U<", "2026-03-02T09:30:00+08:00", "zh-CN", "津滨审受〔2026〕12号"]
        {
            assert!(text.contains(part), "{part}");
        }
    }

    #[test]
    fn a_missing_glyph_is_an_error_that_lists_every_character() {
        let error = write(&document("王\u{e123}和\u{10fffd}")).unwrap_err();
        assert!(matches!(error, PdfError::Missing(MissingGlyphs(all)) if all == ['\u{e123}', '\u{10fffd}']));
    }

    #[test]
    fn a_broken_image_is_an_error() {
        let mut document = document("图");
        let bytes = Arc::from(&b"not an image"[..]);
        document.pages[0].marks.push(Mark::Image { x: 0.0, y: 0.0, width: 10.0, height: 10.0, bytes, alt: String::new() });
        assert!(matches!(write(&document), Err(PdfError::Image(_))));
    }
}
