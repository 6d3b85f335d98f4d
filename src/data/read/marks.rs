//! Places of two bytes in a text, found 64 bytes at a time.

/// Bytes that are looked at together.
const WIDTH: usize = 64;

/// Finds the place of each byte that is `one` or `other`, ascending: they stand first in `found`, and their number is given. The bytes
/// are few enough for places of 32 bits.
///
/// Cells are short: a search that starts anew behind each of them costs more than to look at every byte once.
pub(super) fn find_marks(bytes: &[u8], one: u8, other: u8, found: &mut Vec<u32>) -> usize {
    /// Places that are written together: as many as most chunks have.
    const TOGETHER: usize = 8;
    // Room for all that there can be, so that nobody asks for room again and again; what is in it does not matter.
    if found.len() < bytes.len() + WIDTH {
        found.resize(bytes.len() + WIDTH, 0);
    }
    let (chunks, rest) = bytes.as_chunks::<WIDTH>();
    let (mut at, mut count) = (0u32, 0);
    for chunk in chunks {
        let mut marks = marks_of(chunk, one, other);
        let end = count + marks.count_ones() as usize;
        loop {
            // Beyond the last mark stands something that the next ones write over.
            if let Some(places) = found.get_mut(count..).and_then(|room| room.first_chunk_mut::<TOGETHER>()) {
                for place in places {
                    *place = at + marks.trailing_zeros();
                    marks &= marks.wrapping_sub(1);
                }
            }
            count += TOGETHER;
            if count >= end {
                break;
            }
        }
        count = end;
        at += WIDTH as u32;
    }
    for (place, _) in (at..).zip(rest).filter(|(_, byte)| **byte == one || **byte == other) {
        if let Some(slot) = found.get_mut(count) {
            *slot = place;
            count += 1;
        }
    }
    count
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
                let mut found = vec![7];
                let count = find_marks(&text, b',', b'\n', &mut found);
                let expected: Vec<u32> =
                    (0..).zip(&text).filter(|(_, byte)| b",\n".contains(byte)).map(|(at, _)| at).collect();
                assert_eq!(found[..count], expected, "{length} {step}");
            }
        }
    }
}
