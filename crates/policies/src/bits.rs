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
    /// From the bits of a segment.
    pub fn of(bits: &[u64]) -> Rows {
        let count: usize = bits.iter().map(|word| word.count_ones() as usize).sum();
        if count * 2 >= bits.len() * 8 { Rows::Many(bits.into()) } else { Rows::Few(places(bits, count)) }
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

fn places(bits: &[u64], count: usize) -> Box<[u16]> {
    let mut places = Vec::with_capacity(count);
    set_bits(bits, |place| places.push(place as u16));
    places.into()
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
