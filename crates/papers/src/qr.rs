//! QR codes (GB/T 18284, ISO/IEC 18004): as modules for a page, as SVG for the web.

use std::fmt::Write;

/// Text that no QR code can hold (more than about 2 300 bytes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("内容过长，二维码装不下 / too long for a QR code")]
pub struct TooLong;

/// The modules of a code, without the quiet zone of four modules that must stay white around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    width: usize,
    dark: Vec<bool>,
}

/// Encodes with error correction level M, which survives 15 % of damage: a stamp or a fold.
pub fn encode(text: &str) -> Result<Matrix, TooLong> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M).map_err(|_| TooLong)?;
    Ok(Matrix { width: code.width(), dark: code.into_colors().into_iter().map(|c| c == qrcode::Color::Dark).collect() })
}

/// The code for `text` as an SVG element that is as large as its place; `label` is what a screen reader says.
pub fn svg(text: &str, label: &str) -> Result<String, TooLong> {
    const QUIET: usize = 4;
    let matrix = encode(text)?;
    let side = matrix.width + 2 * QUIET;
    let mut out = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="{}" shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d=""##,
        crate::svg::escaped(label),
    );
    for (x, y, length) in matrix.runs() {
        let _ = write!(out, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
    }
    out.push_str("\"/></svg>");
    Ok(out)
}

impl Matrix {
    /// Modules along one side.
    pub fn width(&self) -> usize {
        self.width
    }

    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width && self.dark.get(y * self.width + x).copied().unwrap_or(false)
    }

    /// The dark modules as horizontal runs: column, row, length. Fewer figures and no hairlines between them.
    pub fn runs(&self) -> impl Iterator<Item = (usize, usize, usize)> {
        (0..self.width).flat_map(move |y| {
            (0..self.width).filter(move |&x| self.is_dark(x, y) && (x == 0 || !self.is_dark(x - 1, y))).map(move |x| {
                let length = (x..self.width).take_while(|&x| self.is_dark(x, y)).count();
                (x, y, length)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_cover_exactly_the_dark_modules() {
        let matrix = encode("https://example.invalid/check/7KQ4-0M2X").unwrap();
        let mut drawn = vec![false; matrix.dark.len()];
        for (x, y, length) in matrix.runs() {
            for x in x..x + length {
                assert!(!std::mem::replace(&mut drawn[y * matrix.width + x], true));
            }
        }
        assert_eq!(drawn, matrix.dark);
    }

    #[test]
    fn the_svg_keeps_its_quiet_zone_and_escapes_its_label() {
        let svg = svg("A", "\"<查验>").unwrap();
        assert!(svg.contains(r#"viewBox="0 0 29 29""#), "{svg}");
        assert!(svg.contains("&quot;&lt;查验&gt;"), "{svg}");
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert_eq!(encode(&"长".repeat(2000)), Err(TooLong));
    }
}
