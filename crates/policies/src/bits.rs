//! Sets of rows in bits: a block of them as the matcher works on it, and a whole set as it is kept.

/// Words of a block; a block's planes for all atoms stay in the cache of one core.
pub const WORDS: usize = 8;
/// Rows of a block.
pub const BLOCK: usize = WORDS * 64;
/// Rows of a segment: few enough that the codes of its distinct values fit into 16 bits.
pub const SEGMENT: usize = 32_768;

/// One bit for each row of a block.
pub type Plane = [u64; WORDS];

pub const NONE: Plane = [0; WORDS];

/// A set of rows of one segment; few are kept as places, many as bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    Few(Box<[u16]>),
    Many(Box<[u64]>),
}

impl Rows {
    /// From places in order, of a segment of so many rows.
    pub fn of(places: &[u16], rows: usize) -> Rows {
        if places.len() * 16 < rows {
            return Rows::Few(places.into());
        }
        let mut bits = vec![0; rows.div_ceil(64)];
        places.iter().for_each(|place| bits[usize::from(*place) / 64] |= 1 << (place % 64));
        Rows::Many(bits.into())
    }

    pub fn len(&self) -> usize {
        match self {
            Rows::Few(places) => places.len(),
            Rows::Many(bits) => bits.iter().map(|word| word.count_ones() as usize).sum(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every row, in order.
    pub fn each(&self, mut visit: impl FnMut(usize)) {
        match self {
            Rows::Few(places) => places.iter().for_each(|place| visit(usize::from(*place))),
            Rows::Many(bits) => set_bits(bits, visit),
        }
    }
}

/// The places of all bits that are set, in order.
pub fn set_bits(bits: &[u64], mut visit: impl FnMut(usize)) {
    for (at, word) in bits.iter().enumerate() {
        let mut rest = *word;
        while rest != 0 {
            visit(at * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}

/// One bit for each code that passes, of at most 64. Written so that the compiler compares many at a time.
pub(crate) fn mask(codes: &[u16], passes: impl Fn(u16) -> bool) -> u64 {
    let mut found = [0_u8; 64];
    for (found, code) in found.iter_mut().zip(codes) {
        *found = u8::from(passes(*code));
    }
    let (eights, _) = found.as_chunks::<8>();
    // Multiplying gathers the lowest bits of eight bytes in the highest byte.
    let gather = |eight: &[u8; 8]| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    eights.iter().zip((0..).step_by(8)).map(|(eight, at)| gather(eight) << at).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_has_a_bit_for_each_code_that_passes() {
        let codes: Vec<u16> = (0..64).map(|n| n * 29 % 64).collect();
        for length in [0, 1, 8, 63, 64] {
            let expected = codes[..length].iter().enumerate().filter(|(_, code)| **code < 20).map(|(at, _)| 1 << at).sum::<u64>();
            assert_eq!(mask(&codes[..length], |code| code < 20), expected, "{length}");
        }
    }

    #[test]
    fn few_rows_and_many_are_told_in_order() {
        for step in [1, 40] {
            let places: Vec<u16> = (0..1_000).step_by(step).collect();
            let rows = Rows::of(&places, 1_000);
            let mut told = Vec::new();
            rows.each(|row| told.push(row as u16));
            assert_eq!((told, rows.len()), (places.clone(), places.len()));
        }
    }
}
