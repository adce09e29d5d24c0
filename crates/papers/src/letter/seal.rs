//! The picture of a round seal: a ring, the body's name along it, a star in the middle. A demonstration carries its word
//! at the bottom and no star, so that nobody takes it for a seal. The picture proves nothing: that is the signature's part.

use std::f32::consts::PI;

use ttf_parser::OutlineBuilder;

use crate::{
    fonts::{self, Weight},
    page::{Colour, Shape, Step},
};

/// Millimetres, to the outer edge of the ring.
pub(crate) const RADIUS: f32 = 20.0;
const RING: f32 = 1.0;
/// From the ring to the name, and the height of its characters.
const GAP: f32 = 1.2;
const HEIGHT: f32 = 5.0;
/// The name leaves at least this angle free at the bottom.
const WIDEST: f32 = 1.5 * PI;

/// Draws the seal around `centre`. A `word` marks a demonstration.
pub(crate) fn draw(name: &str, word: Option<&str>, centre: [f32; 2]) -> Vec<Shape> {
    let mut shapes = vec![Shape::circle(centre, RADIUS - RING / 2.0).drawn(RING, Colour::SEAL), around(name, centre)];
    shapes.push(match word {
        Some(word) => below(word, centre),
        None => star(centre),
    });
    shapes.retain(|shape| !shape.steps.is_empty());
    shapes
}

/// The name along the ring, read clockwise, its characters made narrow where there are many.
fn around(name: &str, [x, y]: [f32; 2]) -> Shape {
    let characters: Vec<char> = name.chars().filter(|c| !c.is_whitespace()).collect();
    let middle = RADIUS - RING - GAP - HEIGHT / 2.0;
    let step = (WIDEST / characters.len().max(1) as f32).min(PI / 6.0);
    let width = (0.95 * step * (middle - HEIGHT / 2.0)).min(0.95 * HEIGHT);
    let mut steps = Vec::new();
    for (i, c) in characters.iter().enumerate() {
        let angle = (i as f32 - (characters.len() as f32 - 1.0) / 2.0) * step;
        let (sin, cos) = angle.sin_cos();
        outline(*c, &mut steps, |across, up| {
            let (across, up) = (across * width, middle + up * HEIGHT);
            [x + cos * across + sin * up, y + sin * across - cos * up]
        });
    }
    Shape { steps, fill: Some(Colour::SEAL), stroke: None }
}

/// A word in the gap that the name leaves at the bottom, clear of the signer's name that runs through the middle.
fn below(word: &str, [x, y]: [f32; 2]) -> Shape {
    let advances: Vec<f32> = word.chars().map(|c| fonts::glyph(c, Weight::Bold).map_or(1.0, |glyph| glyph.advance)).collect();
    let total: f32 = advances.iter().sum();
    let size = (13.0 / total.max(1.0)).min(6.0);
    let y = y + 0.62 * RADIUS;
    let mut steps = Vec::new();
    let mut from = x - total * size / 2.0;
    for (c, advance) in word.chars().zip(advances) {
        let middle = from + advance * size / 2.0;
        outline(c, &mut steps, |across, up| [middle + across * size, y - up * size]);
        from += advance * size;
    }
    Shape { steps, fill: Some(Colour::SEAL), stroke: None }
}

fn star([x, y]: [f32; 2]) -> Shape {
    const OUTER: f32 = 6.5;
    // The inner corners of a regular five-pointed star.
    const INNER: f32 = OUTER * 0.381_966;
    let corner = |i: usize| {
        let radius = if i.is_multiple_of(2) { OUTER } else { INNER };
        let (sin, cos) = (i as f32 * PI / 5.0).sin_cos();
        [x + radius * sin, y - radius * cos]
    };
    let mut steps: Vec<Step> = (0..10).map(|i| if i == 0 { Step::Move(corner(i)) } else { Step::Line(corner(i)) }).collect();
    steps.push(Step::Close);
    Shape { steps, fill: Some(Colour::SEAL), stroke: None }
}

/// Adds the outline of a character. `place` maps from ems around the middle of its box, up positive, to the page.
fn outline(c: char, steps: &mut Vec<Step>, place: impl Fn(f32, f32) -> [f32; 2]) {
    let Some(glyph) = fonts::glyph(c, Weight::Bold) else { return };
    let per_em = glyph.typeface.units_per_em();
    let place = |x: f32, y: f32| place(x / per_em - glyph.advance / 2.0, y / per_em - 0.38);
    // A character of the wrong shape would be worse than none: an outline that cannot be read adds nothing.
    let _ = glyph.typeface.face.outline_glyph(glyph.id, &mut Pen { steps, place });
}

struct Pen<'a, F> {
    steps: &'a mut Vec<Step>,
    place: F,
}

impl<F: Fn(f32, f32) -> [f32; 2]> OutlineBuilder for Pen<'_, F> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.steps.push(Step::Move((self.place)(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.steps.push(Step::Line((self.place)(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.steps.push(Step::Quad((self.place)(x1, y1), (self.place)(x, y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.steps.push(Step::Cubic((self.place)(x1, y1), (self.place)(x2, y2), (self.place)(x, y)));
    }

    fn close(&mut self) {
        self.steps.push(Step::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stays_inside_the_ring() {
        for name in ["局", "天津市滨海新区市场监督管理局", "天津经济技术开发区（南港工业区）管理委员会政务服务办公室行政审批专用"]
        {
            for shape in draw(name, Some("示范"), [0.0, 0.0]) {
                for step in shape.steps {
                    if let Step::Move([x, y]) | Step::Line([x, y]) | Step::Quad(_, [x, y]) = step {
                        assert!(x.hypot(y) <= RADIUS, "{name}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_demonstration_has_its_word_and_no_star() {
        let (real, shown) = (draw("某局", None, [0.0, 0.0]), draw("某局", Some("示范"), [0.0, 0.0]));
        assert_eq!(real[..2], shown[..2]);
        assert_eq!(real[2], star([0.0, 0.0]));
        assert_eq!(shown[2], below("示范", [0.0, 0.0]));
    }
}
