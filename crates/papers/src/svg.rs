//! A page as SVG, for showing a letter as a draft in the browser. One unit is one millimetre.
//!
//! Every character stands at its measured place, so that the lines end where they will in print even if the reader's
//! own typeface is another. No style attributes: they would need a hole in the content security policy.

use std::fmt::Write;

use base64::Engine;

use crate::{
    Lang,
    fonts::Weight,
    page::{Colour, MM_PER_POINT, Mark, Page, Shape, Step, Text},
};

/// Draws one page. `label` is what a screen reader calls it before it reads its text.
pub fn draw(page: &Page, label: &str, lang: Lang) -> String {
    let (width, height) = (Short(page.width), Short(page.height));
    let mut out = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}mm" height="{height}mm" lang="{}" role="group" aria-label="{}" font-family="'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"><rect width="{width}" height="{height}" fill="#fff"/>"##,
        lang.tag(),
        escaped(label),
    );
    for mark in &page.marks {
        match mark {
            Mark::Text(text) => draw_text(&mut out, text),
            Mark::Shape(shape) => draw_shape(&mut out, shape),
            Mark::Seal { shapes, .. } => shapes.iter().for_each(|shape| draw_shape(&mut out, shape)),
            Mark::Code { x, y, side, matrix } => {
                let module = side / matrix.width() as f32;
                let _ = write!(
                    out,
                    r#"<path shape-rendering="crispEdges" transform="translate({} {}) scale({module})" d=""#,
                    Short(*x),
                    Short(*y)
                );
                for (x, y, length) in matrix.runs() {
                    let _ = write!(out, "M{x} {y}h{length}v1h-{length}z");
                }
                out.push_str("\"/>");
            }
            Mark::Image { x, y, width, height, bytes, alt } => {
                let kind = if bytes.starts_with(b"\x89PNG") { "png" } else { "jpeg" };
                let _ = write!(
                    out,
                    r#"<image x="{}" y="{}" width="{}" height="{}" preserveAspectRatio="none" role="img" aria-label="{}" href="data:image/{kind};base64,{}"/>"#,
                    Short(*x),
                    Short(*y),
                    Short(*width),
                    Short(*height),
                    escaped(alt),
                    base64::engine::general_purpose::STANDARD.encode(bytes)
                );
            }
        }
    }
    out.push_str("</svg>");
    out
}

fn draw_text(out: &mut String, text: &Text) {
    let weight = if text.weight == Weight::Bold { r#" font-weight="700""# } else { "" };
    let _ = write!(
        out,
        r#"<text xml:space="preserve" y="{}" font-size="{}"{weight} fill="{}">"#,
        Short(text.y),
        Short(text.size * MM_PER_POINT),
        Hex(text.colour)
    );
    // Browsers disagree on how many places a character beyond the basic plane takes, so each list of places ends with it.
    let mut x = text.x;
    let mut rest = text.text.char_indices().zip(&text.advances).peekable();
    while let Some(&((start, _), _)) = rest.peek() {
        let mut places = String::new();
        let mut end = start;
        for ((offset, c), advance) in rest.by_ref() {
            let _ = write!(places, "{}{}", if places.is_empty() { "" } else { " " }, Short(x));
            x += advance;
            end = offset + c.len_utf8();
            if c.len_utf16() > 1 {
                break;
            }
        }
        let _ = write!(out, r#"<tspan x="{places}">{}</tspan>"#, escaped(&text.text[start..end]));
    }
    out.push_str("</text>");
}

fn draw_shape(out: &mut String, shape: &Shape) {
    out.push_str("<path d=\"");
    for step in &shape.steps {
        let _ = match step {
            Step::Move(a) => write!(out, "M{}", Pair(*a)),
            Step::Line(a) => write!(out, "L{}", Pair(*a)),
            Step::Quad(a, b) => write!(out, "Q{} {}", Pair(*a), Pair(*b)),
            Step::Cubic(a, b, c) => write!(out, "C{} {} {}", Pair(*a), Pair(*b), Pair(*c)),
            Step::Close => write!(out, "Z"),
        };
    }
    out.push('"');
    let _ = match shape.fill {
        Some(fill) => write!(out, r#" fill="{}""#, Hex(fill)),
        None => write!(out, r#" fill="none""#),
    };
    if let Some((width, colour)) = shape.stroke {
        let _ = write!(out, r#" stroke="{}" stroke-width="{}""#, Hex(colour), Short(width));
    }
    out.push_str("/>");
}

/// Text made safe for an element or an attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
    out
}

struct Hex(Colour);

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Colour(red, green, blue) = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// A length to a hundredth of a millimetre: finer than any printer.
pub(crate) struct Short(pub f32);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", (self.0 * 100.0).round() / 100.0)
    }
}

pub(crate) struct Pair(pub [f32; 2]);

impl std::fmt::Display for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", Short(self.0[0]), Short(self.0[1]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Role;

    #[test]
    fn text_is_escaped_and_every_character_has_its_place() {
        let text = Text {
            x: 10.0,
            y: 20.0,
            text: "甲<𠮷b".into(),
            advances: vec![4.0, 2.0, 4.0, 2.0],
            size: 12.0,
            weight: Weight::Bold,
            colour: Colour::RED,
            role: Role::Body,
            opens: true,
        };
        let svg = draw(&Page { marks: vec![Mark::Text(text)], ..Page::a4() }, "\"草稿\"", Lang::Zh);
        assert!(svg.contains(r#"<tspan x="10 14 16">甲&lt;𠮷</tspan><tspan x="20">b</tspan>"#), "{svg}");
        assert!(svg.contains(r#"aria-label="&quot;草稿&quot;""#), "{svg}");
        assert!(!svg.contains("style="), "{svg}");
    }

    #[test]
    fn a_shape_keeps_its_line_and_its_filling() {
        let shape = Shape::rectangle(1.0, 2.0, 3.0, 4.0).filled(Colour::SHADE).drawn(0.25, Colour::BLACK);
        let svg = draw(&Page { marks: vec![Mark::Shape(shape)], ..Page::a4() }, "", Lang::En);
        assert!(svg.contains(r##"d="M1 2L4 2L4 6L1 6Z" fill="#f3f3f1" stroke="#000000" stroke-width="0.25""##), "{svg}");
    }
}
