//! Places of two bytes in a text, found 64 bytes at a time.

/// Bytes that are looked at together.
const WIDTH: usize = 64;

/// Calls `take` with the place of each byte that is `one` or `other`, ascending.
///
/// Cells are short: a search that starts anew behind each of them costs more than to look at every byte once.
#[inline]
pub(super) fn each_mark(bytes: &[u8], one: u8, other: u8, mut take: impl FnMut(usize)) {
    let (chunks, rest) = bytes.as_chunks::<WIDTH>();
    let mut at = 0;
    for chunk in chunks {
        let mut marks = marks_of(chunk, one, other);
        while marks != 0 {
            take(at + marks.trailing_zeros() as usize);
            marks &= marks - 1;
        }
        at += WIDTH;
    }
    for (place, byte) in rest.iter().enumerate() {
        if *byte == one || *byte == other {
            take(at + place);
        }
    }
}

/// A bit for each byte that is one of the two.
#[inline]
fn marks_of(chunk: &[u8; WIDTH], one: u8, other: u8) -> u64 {
    let mut hits = [0u8; WIDTH];
    for (hit, byte) in hits.iter_mut().zip(chunk) {
        *hit = u8::from(*byte == one || *byte == other);
    }
    let (words, _) = hits.as_chunks::<8>();
    // The lowest bits of eight bytes, gathered in the highest byte of a product.
    let gathered = words.iter().map(|word| u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56);
    gathered.zip((0u32..).step_by(8)).fold(0, |marks, (byte, shift)| marks | byte << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_in_order() {
        for length in [0, 1, 7, 8, 63, 64, 65, 130, 300] {
            for step in 1..7 {
                let text: Vec<u8> = (0..length)
                    .map(|at: usize| if at.is_multiple_of(step) { b"\n,"[at / step % 2] } else { at as u8 | 0x80 })
                    .collect();
                let mut found = Vec::new();
                each_mark(&text, b',', b'\n', |at| found.push(at));
                let expected: Vec<usize> = (0..length).filter(|at| at.is_multiple_of(step)).collect();
                assert_eq!(found, expected, "{length} {step}");
            }
        }
    }
}
