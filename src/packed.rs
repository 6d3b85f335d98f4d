//! Short texts as numbers, which are compared at once.

/// A text of at most 16 bytes as numbers: equal if and only if the texts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packed {
    first: u64,
    last: u64,
    length: usize,
}

impl Packed {
    /// `None` where it is longer.
    #[inline]
    pub fn of(text: &[u8]) -> Option<Packed> {
        let length = text.len();
        let (first, last) = if length > 16 {
            return None;
        } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        } else if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
        } else {
            (text.iter().fold(0, |packed, byte| packed << 8 | u64::from(*byte)), 0)
        };
        Some(Packed { first, last, length })
    }

    /// A hash of the text.
    #[inline]
    pub fn hash(self) -> u64 {
        let mixed = (self.first ^ self.last.rotate_left(29)).wrapping_add(self.length as u64);
        let folded = u128::from(mixed).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_0C9E_3779_B97F);
        (folded >> 64) as u64 ^ folded as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_equal_as_their_numbers_are() {
        let texts = [
            "",
            "a",
            "b",
            "ab",
            "ba",
            "abc",
            "abcd",
            "abcde",
            "abcdabcd",
            "abcdabce",
            "aabcdabcd",
            "甲乙丙丁",
            "0123456789abcdef",
        ];
        for one in texts {
            for other in texts {
                assert_eq!(Packed::of(one.as_bytes()) == Packed::of(other.as_bytes()), one == other, "{one} {other}");
            }
        }
        assert_eq!(Packed::of(b"0123456789abcdefg"), None);
    }
}
