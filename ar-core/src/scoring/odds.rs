//! Logarithms and bins of odds, as exact as bins need them, and quick: they are asked for millions of times.

#![expect(clippy::indexing_slicing, reason = "bins and cells are held inside their tables")]

/// The least and the greatest chance that are told apart.
const CHANCES: (f64, f64) = (1e-5, 1.0 - 1e-5);
/// Bins of log odds, and what they span.
const BINS: u8 = 60;
const SPAN: (f64, f64) = (-8.0, 4.0);
/// Bits of the mantissa, beside the exponent, that choose a cell of the table.
const CELL_BITS: u32 = 7;
const FIRST_CELL: u64 = CHANCES.0.to_bits() >> (52 - CELL_BITS);
const CELLS: usize = ((CHANCES.1.to_bits() >> (52 - CELL_BITS)) - FIRST_CELL + 1) as usize;

/// The natural logarithm to a thousandth, of a positive normal number: exponent, and a polynomial of the mantissa.
pub const fn quick_log(value: f64) -> f64 {
    let bits = value.max(f64::MIN_POSITIVE).to_bits();
    let exponent = ((bits >> 52) & 0x7FF) as f64 - 1023.0;
    let mantissa = f64::from_bits((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
    // ln(m) = 2 artanh(t), t = (m - 1) / (m + 1), at most a third.
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let square = t * t;
    exponent * core::f64::consts::LN_2 + 2.0 * t * (1.0 + square * (1.0 / 3.0 + square * 0.2))
}

/// Which of `bins` equal parts of the range from `low` to `high` a value falls into.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held between the first and the last bin")]
pub const fn place(value: f64, low: f64, high: f64, bins: u8) -> u8 {
    ((value - low) * (bins as f64 / (high - low))).clamp(0.0, bins as f64 - 1.0) as u8
}

const fn bin_of_odds(chance: f64) -> u8 {
    place(quick_log(chance / (1.0 - chance)), SPAN.0, SPAN.1, BINS)
}

/// Where the bins begin; behind the last, and behind it, nothing.
const BEGINS: [f64; BINS as usize + 2] = {
    let mut begins = [f64::INFINITY; BINS as usize + 2];
    let mut bin = 0;
    while bin < BINS {
        let (mut below, mut reached) = (CHANCES.0.to_bits() - 1, CHANCES.1.to_bits() + 1);
        while reached - below > 1 {
            let middle = below + (reached - below) / 2;
            if bin_of_odds(f64::from_bits(middle)) >= bin {
                reached = middle;
            } else {
                below = middle;
            }
        }
        begins[bin as usize] = f64::from_bits(reached);
        bin += 1;
    }
    begins
};

/// By cell, the bin in which it begins.
const CELL_TABLE: [u8; CELLS] = {
    let mut found = [0; CELLS];
    let (mut cell, mut bin) = (0, 0u8);
    while cell < CELLS {
        let begins = f64::from_bits((FIRST_CELL + cell as u64) << (52 - CELL_BITS));
        while BEGINS[bin as usize + 1] <= begins {
            bin += 1;
        }
        found[cell] = bin;
        cell += 1;
    }
    found
};

static CELL: [u8; CELLS] = CELL_TABLE;

/// Up to here no cell has two borders of bins in it.
const NEARLY_SURE: f64 = {
    let mut cell = 0;
    while cell + 1 < CELLS && CELL_TABLE[cell + 1] - CELL_TABLE[cell] < 2 {
        cell += 1;
    }
    f64::from_bits((FIRST_CELL + cell as u64) << (52 - CELL_BITS))
};

/// The bin of the odds of a chance: what their logarithm would give, looked up.
pub fn bin(chance: f64) -> u8 {
    let chance = chance.clamp(CHANCES.0, CHANCES.1);
    let mut bin = CELL[((chance.to_bits() >> (52 - CELL_BITS)) - FIRST_CELL) as usize];
    // Mostly a cell has one border at most: that is asked without a branch.
    bin += u8::from(BEGINS[usize::from(bin) + 1] <= chance);
    while chance > NEARLY_SURE && BEGINS[usize::from(bin) + 1] <= chance {
        bin += 1;
    }
    bin
}
