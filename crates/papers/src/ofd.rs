//! A document as OFD (GB/T 33190-2016), the format in which Chinese offices keep and exchange finished papers: a ZIP
//! archive of XML parts, lengths in millimetres from the top left corner. Each typeface is embedded with just the
//! characters that the document uses. Equal documents give equal bytes: fixed order, fixed times, numbers in order.

mod face;

use std::{
    fmt::Write as _,
    io::{Cursor, Write as _},
    sync::Arc,
};

use sm3::{Digest, Sm3};

use self::face::Face;
use crate::{
    fonts::{self, MissingGlyphs, Typeface},
    page::{Colour, Document, MM_PER_POINT, Mark, Page, Shape, Step, Text},
    pdf,
    svg::{Pair, Short, escaped},
};

#[derive(Debug, thiserror::Error)]
pub enum OfdError {
    #[error(transparent)]
    Missing(#[from] MissingGlyphs),
    #[error("字体无法嵌入 / a typeface cannot be embedded: {0}")]
    Typeface(String),
    #[error("无法生成 OFD / the OFD cannot be written: {0}")]
    Archive(#[from] zip::result::ZipError),
}

/// The name and the bytes of each file in the archive, in the order in which they are written.
pub(crate) type Parts = Vec<(String, Vec<u8>)>;

pub(crate) const ENTRY: &str = "OFD.xml";
pub(crate) const SIGNATURES: &str = "Doc_0/Signs/Signatures.xml";
pub(crate) const NAMESPACE: &str = "http://www.ofdspec.org/2016";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Writes the document as an OFD file without an electronic seal.
pub fn write(document: &Document) -> Result<Vec<u8>, OfdError> {
    pack(&parts(document, false)?.0)
}

/// The parts of the document, and the numbers of its pages. Where it is `sealed`, its entry names the list of signatures
/// that follows.
pub(crate) fn parts(document: &Document, sealed: bool) -> Result<(Parts, Vec<u32>), OfdError> {
    let missing = pdf::missing(document);
    if !missing.is_empty() {
        return Err(MissingGlyphs(missing).into());
    }
    let mut writer = Writer::default();
    let mut pages = Vec::new();
    for page in &document.pages {
        let number = writer.number();
        pages.push((number, writer.page(page)));
    }
    let mut listed = String::new();
    for (index, (number, _)) in pages.iter().enumerate() {
        let _ = write!(listed, r#"<ofd:Page ID="{number}" BaseLoc="Pages/Page_{index}/Content.xml"/>"#);
    }
    let (resources, files) = writer.resources()?;
    let first = document.pages.first().map_or((0.0, 0.0), |page| (page.width, page.height));
    let root = element(
        "Document",
        "",
        &format!(
            "<ofd:CommonData><ofd:MaxUnitID>{}</ofd:MaxUnitID><ofd:PageArea>{}</ofd:PageArea>\
             <ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>",
            writer.last,
            physical_box(first),
        ),
    );
    let mut rest: Parts = vec![("Doc_0/Document.xml".into(), root), ("Doc_0/PublicRes.xml".into(), resources)];
    let numbers = pages.iter().map(|(number, _)| *number).collect();
    for (index, (_, content)) in pages.into_iter().enumerate() {
        rest.push((format!("Doc_0/Pages/Page_{index}/Content.xml"), content));
    }
    rest.extend(files);
    let entry = entry(document, &rest, sealed);
    rest.insert(0, (ENTRY.into(), entry));
    Ok((rest, numbers))
}

pub(crate) fn pack(parts: &Parts) -> Result<Vec<u8>, OfdError> {
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive.start_file(name.as_str(), options)?;
        archive.write_all(bytes).map_err(zip::result::ZipError::from)?;
    }
    Ok(archive.finish()?.into_inner())
}

pub(crate) fn element(name: &str, attributes: &str, inner: &str) -> Vec<u8> {
    format!(r#"{DECLARATION}<ofd:{name} xmlns:ofd="{NAMESPACE}"{attributes}>{inner}</ofd:{name}>"#).into_bytes()
}

fn entry(document: &Document, rest: &Parts, sealed: bool) -> Vec<u8> {
    // Equal content has the equal identifier: nothing here is drawn by chance.
    let mut digest = Sm3::new();
    for (name, bytes) in rest {
        digest.update(name);
        digest.update(bytes);
    }
    let mut information = String::from("<ofd:DocID>");
    for byte in &digest.finalize()[..16] {
        let _ = write!(information, "{byte:02x}");
    }
    information.push_str("</ofd:DocID>");
    for (name, text) in [("Title", &document.title), ("Author", &document.author), ("Subject", &document.subject)] {
        if !text.is_empty() {
            let _ = write!(information, "<ofd:{name}>{}</ofd:{name}>", escaped(text));
        }
    }
    let _ = write!(
        information,
        "<ofd:CreationDate>{}</ofd:CreationDate><ofd:DocUsage>Normal</ofd:DocUsage><ofd:Creator>Yimen</ofd:Creator>",
        document.made.date()
    );
    let signatures = if sealed { format!("<ofd:Signatures>/{SIGNATURES}</ofd:Signatures>") } else { String::new() };
    element(
        "OFD",
        r#" Version="1.0" DocType="OFD""#,
        &format!(
            "<ofd:DocBody><ofd:DocInfo>{information}</ofd:DocInfo>\
             <ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot>{signatures}</ofd:DocBody>"
        ),
    )
}

fn physical_box((width, height): (f32, f32)) -> String {
    format!("<ofd:PhysicalBox>0 0 {} {}</ofd:PhysicalBox>", Short(width), Short(height))
}

/// What the pages need besides themselves, and the numbers that every object of the document has.
#[derive(Default)]
struct Writer {
    last: u32,
    faces: Vec<(u32, &'static Typeface, Face)>,
    images: Vec<(u32, Arc<[u8]>)>,
}

impl Writer {
    fn number(&mut self) -> u32 {
        self.last += 1;
        self.last
    }

    fn page(&mut self, page: &Page) -> Vec<u8> {
        let size = (page.width, page.height);
        let layer = self.number();
        let mut out = String::new();
        for mark in &page.marks {
            match mark {
                Mark::Text(text) => self.text(&mut out, text),
                Mark::Shape(shape) => self.shape(&mut out, shape, size),
                Mark::Seal { shapes, .. } => shapes.iter().for_each(|shape| self.shape(&mut out, shape, size)),
                Mark::Code { x, y, side, matrix } => {
                    let module = side / matrix.width() as f32;
                    let steps = matrix.runs().flat_map(|(column, row, length)| {
                        let (x, y) = (x + column as f32 * module, y + row as f32 * module);
                        Shape::rectangle(x, y, length as f32 * module, module).steps
                    });
                    self.shape(&mut out, &Shape { steps: steps.collect(), fill: Some(Colour::BLACK), stroke: None }, size);
                }
                Mark::Image { x, y, width, height, bytes, .. } => {
                    let image = self.image(bytes);
                    let number = self.number();
                    let (width, height) = (Short(*width), Short(*height));
                    let _ = write!(
                        out,
                        r#"<ofd:ImageObject ID="{number}" Boundary="{} {width} {height}" CTM="{width} 0 0 {height} 0 0" ResourceID="{image}"/>"#,
                        Pair([*x, *y])
                    );
                }
            }
        }
        element(
            "Page",
            "",
            &format!(
                r#"<ofd:Area>{}</ofd:Area><ofd:Content><ofd:Layer ID="{layer}" Type="Body">{out}</ofd:Layer></ofd:Content>"#,
                physical_box(size)
            ),
        )
    }

    /// A run becomes one object for each stretch of the same typeface. A character beyond the basic plane ends a
    /// stretch, because readers disagree on how many distances it takes.
    fn text(&mut self, out: &mut String, text: &Text) {
        let mut rest = text.text.chars().zip(&text.advances).peekable();
        let mut x = text.x;
        while let Some(&(first, _)) = rest.peek() {
            let Some(typeface) = fonts::glyph(first, text.weight).map(|glyph| glyph.typeface) else {
                rest.next();
                continue;
            };
            let from = x;
            let (mut words, mut distances, mut last) = (String::new(), String::new(), 0.0);
            while let Some(&(c, advance)) = rest.peek() {
                let Some(glyph) = fonts::glyph(c, text.weight).filter(|glyph| std::ptr::eq(glyph.typeface, typeface)) else {
                    break;
                };
                if !words.is_empty() {
                    let _ = write!(distances, "{}{}", if distances.is_empty() { "" } else { " " }, Short(last));
                }
                self.face(typeface).1.take(c, glyph.id.0);
                words.push(c);
                last = *advance;
                x += advance;
                rest.next();
                if c.len_utf16() > 1 {
                    break;
                }
            }
            let font = self.face(typeface).0;
            self.stretch(out, text, font, &words, &distances, [from, x]);
        }
    }

    fn stretch(&mut self, out: &mut String, text: &Text, font: u32, words: &str, distances: &str, [from, to]: [f32; 2]) {
        let size = text.size * MM_PER_POINT;
        let number = self.number();
        let _ = write!(
            out,
            r#"<ofd:TextObject ID="{number}" Boundary="{} {} {}" Font="{font}" Size="{}"><ofd:FillColor Value="{}"/><ofd:TextCode X="0" Y="{}""#,
            Pair([from, text.y - size]),
            Short((to - from).max(0.01)),
            Short(size * 1.4),
            Short(size),
            rgb(text.colour),
            Short(size),
        );
        if !distances.is_empty() {
            let _ = write!(out, r#" DeltaX="{distances}""#);
        }
        let _ = write!(out, ">{}</ofd:TextCode></ofd:TextObject>", escaped(words));
    }

    fn shape(&mut self, out: &mut String, shape: &Shape, (width, height): (f32, f32)) {
        if shape.fill.is_none() && shape.stroke.is_none() {
            return;
        }
        let number = self.number();
        let _ = write!(
            out,
            r#"<ofd:PathObject ID="{number}" Boundary="0 0 {} {}" Stroke="{}" Fill="{}""#,
            Short(width),
            Short(height),
            shape.stroke.is_some(),
            shape.fill.is_some(),
        );
        if let Some((width, _)) = shape.stroke {
            let _ = write!(out, r#" LineWidth="{}""#, Short(width));
        }
        out.push('>');
        if let Some((_, colour)) = shape.stroke {
            let _ = write!(out, r#"<ofd:StrokeColor Value="{}"/>"#, rgb(colour));
        }
        if let Some(colour) = shape.fill {
            let _ = write!(out, r#"<ofd:FillColor Value="{}"/>"#, rgb(colour));
        }
        out.push_str("<ofd:AbbreviatedData>");
        for (i, step) in shape.steps.iter().enumerate() {
            out.push_str(if i > 0 { " " } else { "" });
            let _ = match *step {
                Step::Move(a) => write!(out, "M {}", Pair(a)),
                Step::Line(a) => write!(out, "L {}", Pair(a)),
                Step::Quad(a, b) => write!(out, "Q {} {}", Pair(a), Pair(b)),
                Step::Cubic(a, b, c) => write!(out, "B {} {} {}", Pair(a), Pair(b), Pair(c)),
                Step::Close => write!(out, "C"),
            };
        }
        out.push_str("</ofd:AbbreviatedData></ofd:PathObject>");
    }

    fn face(&mut self, typeface: &'static Typeface) -> (u32, &mut Face) {
        let at = match self.faces.iter().position(|(_, known, _)| std::ptr::eq(*known, typeface)) {
            Some(at) => at,
            None => {
                let number = self.number();
                self.faces.push((number, typeface, Face::default()));
                self.faces.len() - 1
            }
        };
        let (number, _, face) = &mut self.faces[at];
        (*number, face)
    }

    fn image(&mut self, bytes: &Arc<[u8]>) -> u32 {
        if let Some((number, _)) = self.images.iter().find(|(_, known)| known == bytes) {
            return *number;
        }
        let number = self.number();
        self.images.push((number, bytes.clone()));
        number
    }

    fn resources(&self) -> Result<(Vec<u8>, Parts), OfdError> {
        let mut files = Parts::new();
        let mut listed = String::new();
        if !self.faces.is_empty() {
            listed.push_str("<ofd:Fonts>");
        }
        for (number, typeface, face) in &self.faces {
            let (name, bytes) = (face::name(typeface), face.subset(typeface).map_err(OfdError::Typeface)?);
            let bold = typeface.face.is_bold();
            let file = format!("font_{number}.{}", if bytes.starts_with(b"OTTO") { "otf" } else { "ttf" });
            let _ = write!(
                listed,
                r#"<ofd:Font ID="{number}" FontName="{0}" FamilyName="{0}"{1}><ofd:FontFile>{file}</ofd:FontFile></ofd:Font>"#,
                escaped(&name),
                if bold { r#" Bold="true""# } else { "" },
            );
            files.push((format!("Doc_0/Res/{file}"), bytes));
        }
        if !self.faces.is_empty() {
            listed.push_str("</ofd:Fonts>");
        }
        if !self.images.is_empty() {
            listed.push_str("<ofd:MultiMedias>");
            for (number, bytes) in &self.images {
                let (format, suffix) = if bytes.starts_with(b"\x89PNG") { ("PNG", "png") } else { ("JPEG", "jpg") };
                let file = format!("image_{number}.{suffix}");
                let _ = write!(
                    listed,
                    r#"<ofd:MultiMedia ID="{number}" Type="Image" Format="{format}"><ofd:MediaFile>{file}</ofd:MediaFile></ofd:MultiMedia>"#
                );
                files.push((format!("Doc_0/Res/{file}"), bytes.to_vec()));
            }
            listed.push_str("</ofd:MultiMedias>");
        }
        Ok((element("Res", r#" BaseLoc="Res""#, &listed), files))
    }
}

fn rgb(Colour(red, green, blue): Colour) -> String {
    format!("{red} {green} {blue}")
}
