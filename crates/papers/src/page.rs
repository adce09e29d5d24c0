//! The page model: marks at absolute places, in millimetres from the top left corner. Pure data, with the advance of
//! every character already measured, so that PDF, SVG and OFD look the same and no renderer decides anything.

use std::sync::Arc;

use jiff::civil::DateTime;

use crate::{
    Lang,
    fonts::Weight,
    lines::{Style, measure},
    qr::Matrix,
};

/// Millimetres in a typographic point of 1/72 inch.
pub const MM_PER_POINT: f32 = 25.4 / 72.0;

/// Width and height of A4, ISO 216, in millimetres.
pub const A4: (f32, f32) = (210.0, 297.0);

/// A finished paper. Equal documents give equal bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub title: String,
    /// The body that issues it; empty if none.
    pub author: String,
    /// What it is about, such as the document number; empty if none.
    pub subject: String,
    pub lang: Lang,
    /// When it was made, in China Standard Time. The caller's clock, never ours.
    pub made: DateTime,
    pub pages: Vec<Page>,
}

impl Document {
    /// The same with words across every page, three times, for a copy that may be used for one purpose alone.
    pub fn marked(mut self, words: &str) -> Document {
        for page in &mut self.pages {
            let mut style = Style { size: 13.0, weight: Weight::Bold };
            let mut line = measure(words, style, None);
            let room = page.width - 40.0;
            if line.width() > room {
                style.size *= room / line.width();
                line = measure(words, style, None);
            }
            for part in [0.28, 0.52, 0.76] {
                page.marks.push(Mark::Text(Text {
                    x: (page.width - line.width()) / 2.0,
                    y: page.height * part,
                    text: line.text.clone(),
                    advances: line.advances.clone(),
                    size: style.size,
                    weight: style.weight,
                    colour: Colour::SEAL,
                    role: if part < 0.3 { Role::Body } else { Role::Furniture },
                    opens: true,
                }));
            }
        }
        self
    }

    /// Where its seal stands: the page, counted from 0, the centre and the radius.
    pub fn seal(&self) -> Option<(usize, [f32; 2], f32)> {
        self.pages.iter().enumerate().find_map(|(page, sheet)| {
            sheet.marks.iter().find_map(|mark| match mark {
                Mark::Seal { centre, radius, .. } => Some((page, *centre, *radius)),
                _ => None,
            })
        })
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// Millimetres.
    pub width: f32,
    pub height: f32,
    /// In reading order; later marks lie over earlier ones.
    pub marks: Vec<Mark>,
}

impl Page {
    pub fn a4() -> Page {
        Page { width: A4.0, height: A4.1, marks: Vec::new() }
    }
}

/// One thing on a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    Text(Text),
    Shape(Shape),
    /// A QR code; `side` is that of the square of modules without its quiet zone.
    Code {
        x: f32,
        y: f32,
        side: f32,
        matrix: Arc<Matrix>,
    },
    /// A PNG or JPEG, stretched to the rectangle.
    Image {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        bytes: Arc<[u8]>,
        /// What it shows, for those who do not see it.
        alt: String,
    },
    /// The picture of a round seal. Where it stands an electronic seal is put over it.
    Seal {
        centre: [f32; 2],
        radius: f32,
        shapes: Vec<Shape>,
    },
}

/// A run of text on one baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub x: f32,
    /// The baseline.
    pub y: f32,
    pub text: String,
    /// For each character of `text`, how far the next one lies to its right, in millimetres.
    pub advances: Vec<f32>,
    /// Size in points.
    pub size: f32,
    pub weight: Weight,
    pub colour: Colour,
    pub role: Role,
    /// Whether a paragraph starts here; if not, the run continues that of the mark before it.
    pub opens: bool,
}

impl Text {
    pub fn width(&self) -> f32 {
        self.advances.iter().sum()
    }
}

/// What a run of text is, for readers that do not see the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    Title,
    Heading,
    #[default]
    Body,
    /// Repeated on every page (running head, foot): not read out.
    Furniture,
}

/// A figure of lines and curves, filled or drawn or both.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    pub steps: Vec<Step>,
    pub fill: Option<Colour>,
    /// Width in millimetres and colour.
    pub stroke: Option<(f32, Colour)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    Move([f32; 2]),
    Line([f32; 2]),
    Quad([f32; 2], [f32; 2]),
    Cubic([f32; 2], [f32; 2], [f32; 2]),
    Close,
}

impl Shape {
    pub fn line(from: [f32; 2], to: [f32; 2], width: f32, colour: Colour) -> Shape {
        Shape { steps: vec![Step::Move(from), Step::Line(to)], fill: None, stroke: Some((width, colour)) }
    }

    pub fn rectangle(x: f32, y: f32, width: f32, height: f32) -> Shape {
        let (right, bottom) = (x + width, y + height);
        let steps =
            vec![Step::Move([x, y]), Step::Line([right, y]), Step::Line([right, bottom]), Step::Line([x, bottom]), Step::Close];
        Shape { steps, fill: None, stroke: None }
    }

    pub fn circle([x, y]: [f32; 2], radius: f32) -> Shape {
        // Four cubic curves with this handle length stay within 0.03 % of a circle.
        let (r, h) = (radius, radius * 0.552_285);
        let steps = vec![
            Step::Move([x + r, y]),
            Step::Cubic([x + r, y + h], [x + h, y + r], [x, y + r]),
            Step::Cubic([x - h, y + r], [x - r, y + h], [x - r, y]),
            Step::Cubic([x - r, y - h], [x - h, y - r], [x, y - r]),
            Step::Cubic([x + h, y - r], [x + r, y - h], [x + r, y]),
            Step::Close,
        ];
        Shape { steps, fill: None, stroke: None }
    }

    fn down(self, dy: f32) -> Shape {
        Shape { steps: self.steps.into_iter().map(|step| step.down(dy)).collect(), ..self }
    }

    pub fn filled(self, colour: Colour) -> Shape {
        Shape { fill: Some(colour), ..self }
    }

    pub fn drawn(self, width: f32, colour: Colour) -> Shape {
        Shape { stroke: Some((width, colour)), ..self }
    }
}

impl Step {
    fn down(self, dy: f32) -> Step {
        let d = |[x, y]: [f32; 2]| [x, y + dy];
        match self {
            Step::Move(a) => Step::Move(d(a)),
            Step::Line(a) => Step::Line(d(a)),
            Step::Quad(a, b) => Step::Quad(d(a), d(b)),
            Step::Cubic(a, b, c) => Step::Cubic(d(a), d(b), d(c)),
            Step::Close => Step::Close,
        }
    }
}

impl Mark {
    /// The same mark `dy` millimetres further down.
    pub fn down(self, dy: f32) -> Mark {
        match self {
            Mark::Text(text) => Mark::Text(Text { y: text.y + dy, ..text }),
            Mark::Shape(shape) => Mark::Shape(shape.down(dy)),
            Mark::Code { x, y, side, matrix } => Mark::Code { x, y: y + dy, side, matrix },
            Mark::Image { x, y, width, height, bytes, alt } => Mark::Image { x, y: y + dy, width, height, bytes, alt },
            Mark::Seal { centre: [x, y], radius, shapes } => {
                let shapes = shapes.into_iter().map(|shape| shape.down(dy)).collect();
                Mark::Seal { centre: [x, y + dy], radius, shapes }
            }
        }
    }
}

/// A colour of sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    pub const BLACK: Colour = Colour(0, 0, 0);
    pub const GREY: Colour = Colour(0x59, 0x59, 0x59);
    pub const RULE: Colour = Colour(0x80, 0x80, 0x80);
    pub const SHADE: Colour = Colour(0xf3, 0xf3, 0xf1);
    /// Lighter than the red of a letterhead, so that black text over a seal stays readable.
    pub const SEAL: Colour = Colour(0xe0, 0x4a, 0x4a);
    pub const RED: Colour = Colour(0xc8, 0x10, 0x1c);
}
