//! Exact numbers: fixed-point field values and fractions. No binary floats anywhere.

use std::cmp::Ordering;
use std::fmt;

/// Number of decimal places that a field value may have.
pub const FIXED_PLACES: u32 = 9;
/// One unit of a [`Fixed`] value: `10^FIXED_PLACES`.
pub const FIXED_ONE: i128 = 1_000_000_000;

/// An arithmetic result did not fit into 128 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("number too large for exact arithmetic")]
pub struct Overflow;

/// A decimal with nine places, as read from data: the value times 10^9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fixed(pub i128);

impl Fixed {
    /// Reads a plain decimal such as `12`, `-0.5`, `1,200.50` is refused. At most nine places.
    ///
    /// Full-width digits, sign and point are read as their ASCII forms.
    /// `None` when the text is not such a number or does not fit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Fixed> {
        let mut chars = text.trim().chars().map(ascii_form).peekable();
        let negative = match chars.peek() {
            Some('-') => {
                chars.next();
                true
            }
            Some('+') => {
                chars.next();
                false
            }
            _ => false,
        };
        let mut value: i128 = 0;
        let mut places: Option<u32> = None;
        let mut digit_count = 0u32;
        for c in chars {
            match c {
                '.' if places.is_none() => places = Some(0),
                '0'..='9' => {
                    let digit = i128::from(u32::from(c) - u32::from('0'));
                    digit_count += 1;
                    match places.as_mut() {
                        Some(n) if *n >= FIXED_PLACES => {
                            if digit != 0 {
                                return None;
                            }
                            continue;
                        }
                        Some(n) => *n += 1,
                        None => {}
                    }
                    value = value.checked_mul(10)?.checked_add(digit)?;
                }
                _ => return None,
            }
        }
        if digit_count == 0 {
            return None;
        }
        let missing = FIXED_PLACES - places.unwrap_or(0);
        let value = value.checked_mul(10i128.checked_pow(missing)?)?;
        Some(Fixed(if negative { -value } else { value }))
    }

    /// The same value as a fraction.
    #[must_use]
    pub fn to_ratio(self) -> Ratio {
        // Most numbers are small and whole: 64 bits divide faster than 128.
        const ONE: i64 = FIXED_ONE as i64;
        match i64::try_from(self.0) {
            Ok(small) if small % ONE == 0 => Ratio::int(i128::from(small / ONE)),
            _ => Ratio::reduced(self.0, FIXED_ONE),
        }
    }

    /// A whole number. Errors when it does not fit.
    pub fn from_int(value: i64) -> Fixed {
        Fixed(i128::from(value) * FIXED_ONE)
    }
}

fn ascii_form(c: char) -> char {
    match c {
        '０'..='９' | '．' | '－' | '＋' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '−' => '-',
        c => c,
    }
}

/// How a number is brought to fewer places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rounding {
    /// To the nearest, a half away from zero (四舍五入).
    HalfUp,
    /// Toward minus infinity.
    Down,
    /// Toward plus infinity.
    Up,
    /// To the nearest, a half to the even neighbour.
    HalfEven,
}

/// An exact fraction in lowest terms, denominator above zero.
///
/// INVARIANT (lowest terms): `den > 0` and `gcd(num, den) == 1`, so equality is field equality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Ratio {
    num: i128,
    den: i128,
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    if let (Ok(mut a), Ok(mut b)) = (u64::try_from(a), u64::try_from(b)) {
        while b != 0 {
            (a, b) = (b, a % b);
        }
        return i128::from(a);
    }
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i128::try_from(a).unwrap_or(1)
}

/// The quotient rounded down, and what is left. `by` is above zero.
fn divide(number: i128, by: i128) -> (i128, i128) {
    // Most numbers are small: 64 bits divide faster than 128.
    match (i64::try_from(number), i64::try_from(by)) {
        (Ok(number), Ok(by)) => (i128::from(number.div_euclid(by)), i128::from(number.rem_euclid(by))),
        _ => (number.div_euclid(by), number.rem_euclid(by)),
    }
}

/// A number divided by one above zero that divides it.
fn part(number: i128, by: i128) -> i128 {
    if by == 1 { number } else { divide(number, by).0 }
}

#[allow(clippy::should_implement_trait, reason = "checked: the traits of these names cannot give an error")]
impl Ratio {
    /// 0
    pub const ZERO: Ratio = Ratio { num: 0, den: 1 };
    /// 1
    pub const ONE: Ratio = Ratio { num: 1, den: 1 };

    /// `num / den` in lowest terms. Errors when `den` is 0 or a sign cannot be turned.
    pub fn new(num: i128, den: i128) -> Result<Ratio, Overflow> {
        if den == 0 {
            return Err(Overflow);
        }
        let (num, den) =
            if den < 0 { (num.checked_neg().ok_or(Overflow)?, den.checked_neg().ok_or(Overflow)?) } else { (num, den) };
        Ok(Ratio::reduced(num, den))
    }

    fn reduced(num: i128, den: i128) -> Ratio {
        if den == 1 {
            return Ratio { num, den };
        }
        let g = gcd(num, den).max(1);
        Ratio { num: part(num, g), den: part(den, g) }
    }

    /// A whole number.
    #[must_use]
    pub const fn int(value: i128) -> Ratio {
        Ratio { num: value, den: 1 }
    }

    /// Numerator, in lowest terms.
    #[must_use]
    pub const fn num(self) -> i128 {
        self.num
    }

    /// Denominator, above zero.
    #[must_use]
    pub const fn den(self) -> i128 {
        self.den
    }

    /// Sum.
    pub fn add(self, other: Ratio) -> Result<Ratio, Overflow> {
        if self.den == other.den {
            return Ok(Ratio::reduced(self.num.checked_add(other.num).ok_or(Overflow)?, self.den));
        }
        let g = gcd(self.den, other.den);
        let left = self.num.checked_mul(other.den / g).ok_or(Overflow)?;
        let right = other.num.checked_mul(self.den / g).ok_or(Overflow)?;
        let den = self.den.checked_mul(other.den / g).ok_or(Overflow)?;
        Ok(Ratio::reduced(left.checked_add(right).ok_or(Overflow)?, den))
    }

    /// The number with its sign turned.
    pub fn neg(self) -> Result<Ratio, Overflow> {
        Ok(Ratio { num: self.num.checked_neg().ok_or(Overflow)?, den: self.den })
    }

    /// Difference.
    pub fn sub(self, other: Ratio) -> Result<Ratio, Overflow> {
        self.add(other.neg()?)
    }

    /// Product.
    pub fn mul(self, other: Ratio) -> Result<Ratio, Overflow> {
        let (g1, g2) = (gcd(self.num, other.den).max(1), gcd(other.num, self.den).max(1));
        let num = part(self.num, g1).checked_mul(part(other.num, g2)).ok_or(Overflow)?;
        let den = part(self.den, g2).checked_mul(part(other.den, g1)).ok_or(Overflow)?;
        // Both were in lowest terms, and nothing is left that one numerator shares with the other's denominator.
        Ok(Ratio { num, den })
    }

    /// Quotient; `None` when the divisor is zero.
    pub fn div(self, other: Ratio) -> Result<Option<Ratio>, Overflow> {
        if other.num == 0 {
            return Ok(None);
        }
        let (num, den) =
            if other.num < 0 { (-other.den, other.num.checked_neg()) } else { (other.den, Some(other.num)) };
        self.mul(Ratio { num, den: den.ok_or(Overflow)? }).map(Some)
    }

    /// Largest whole number not above it.
    #[must_use]
    pub fn floor(self) -> i128 {
        divide(self.num, self.den).0
    }

    /// Smallest whole number not below it.
    #[must_use]
    pub fn ceil(self) -> i128 {
        if self.den == 1 { self.num } else { self.floor() + 1 }
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_int(self) -> bool {
        self.den == 1
    }

    /// Brought to a multiple of `10^-places`.
    pub fn round(self, places: u32, how: Rounding) -> Result<Ratio, Overflow> {
        let scale = 10i128.checked_pow(places).ok_or(Overflow)?;
        let scaled = self.mul(Ratio::int(scale))?;
        Ratio::new(scaled.round_int(how), scale)
    }

    /// Brought to a multiple of a number above zero; itself where that is zero.
    pub fn round_to(self, multiple: Ratio, how: Rounding) -> Result<Ratio, Overflow> {
        match self.div(multiple)? {
            Some(times) => Ratio::int(times.round_int(how)).mul(multiple),
            None => Ok(self),
        }
    }

    /// Brought to a whole number.
    #[must_use]
    pub fn round_int(self, how: Rounding) -> i128 {
        match how {
            Rounding::Down => self.floor(),
            Rounding::Up => self.ceil(),
            Rounding::HalfUp | Rounding::HalfEven => {
                // The fraction above `low`, as rest / den with 0 <= rest < den.
                let (low, rest) = divide(self.num, self.den);
                match rest.cmp(&(self.den - rest)) {
                    Ordering::Less => low,
                    Ordering::Greater => low + 1,
                    Ordering::Equal => match how {
                        Rounding::HalfEven if low % 2 == 0 => low,
                        Rounding::HalfUp if self.num < 0 => low,
                        _ => low + 1,
                    },
                }
            }
        }
    }

    /// The exact decimal, when it has at most `places` places.
    #[must_use]
    pub fn exact_decimal(self, places: u32) -> Option<String> {
        if self.den == 1 {
            return Some(decimal_text(self.num, 0));
        }
        let (times, rest) = divide(10i128.checked_pow(places)?, self.den);
        if rest != 0 {
            return None;
        }
        let text = decimal_text(self.num.checked_mul(times)?, places);
        Some(if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text })
    }

    /// The number with exactly `places` places, half up where it has more.
    #[must_use]
    pub fn to_places(self, places: u32) -> String {
        let units = 10i128.checked_pow(places).ok_or(Overflow).and_then(|scale| self.mul(Ratio::int(scale)));
        match units {
            Ok(units) => decimal_text(units.round_int(Rounding::HalfUp), places),
            Err(Overflow) => self.floor().to_string(),
        }
    }
}

/// `units * 10^-places` in plain digits.
fn decimal_text(units: i128, places: u32) -> String {
    let size = units.unsigned_abs();
    let digits = u64::try_from(size).map_or_else(|_| size.to_string(), |size| size.to_string());
    let places = places as usize;
    let mut text = String::with_capacity(digits.len() + places + 3);
    if units < 0 {
        text.push('-');
    }
    let (whole, behind) = digits.split_at(digits.len().saturating_sub(places));
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if places > 0 {
        text.push('.');
        text.extend(std::iter::repeat_n('0', places - behind.len()));
        text.push_str(behind);
    }
    text
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    /// Compares without forming products, so it never overflows: whole parts first, then the
    /// reciprocals of the rests (the continued fraction of each side).
    fn cmp(&self, other: &Ratio) -> Ordering {
        if self.den == other.den {
            return self.num.cmp(&other.num);
        }
        let (mut a, mut b) = ((self.num, self.den), (other.num, other.den));
        let mut turned = false;
        loop {
            let ((qa, ra), (qb, rb)) = (divide(a.0, a.1), divide(b.0, b.1));
            let order = qa.cmp(&qb);
            let order = if order != Ordering::Equal {
                order
            } else {
                match (ra == 0, rb == 0) {
                    (true, true) => Ordering::Equal,
                    (true, false) => Ordering::Less,
                    (false, true) => Ordering::Greater,
                    (false, false) => {
                        (a, b) = ((a.1, ra), (b.1, rb));
                        turned = !turned;
                        continue;
                    }
                }
            };
            return if turned { order.reverse() } else { order };
        }
    }
}

impl fmt::Display for Ratio {
    /// A plain decimal: exact with up to nine places, else rounded half up to ten.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.exact_decimal(FIXED_PLACES) {
            Some(text) => f.write_str(&text),
            None => f.write_str(&self.to_places(10)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn r(num: i128, den: i128) -> Ratio {
        Ratio::new(num, den).unwrap_or(Ratio::ZERO)
    }

    #[test]
    fn decimals_are_read_exactly() {
        assert_eq!(Fixed::parse("12.5"), Some(Fixed(12_500_000_000)));
        assert_eq!(Fixed::parse("－０．０５"), Some(Fixed(-50_000_000)));
        assert_eq!(Fixed::parse("1.0000000000"), Some(Fixed(1_000_000_000)));
        for bad in ["", "-", ".", "1.0000000001", "1,200", "1e5", "abc", "1.2.3"] {
            assert_eq!(Fixed::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn order_needs_no_products() {
        let big = i128::MAX;
        assert!(r(big, big - 1) > r(big - 1, big - 2).neg().unwrap_or(Ratio::ZERO));
        assert!(r(big - 2, big) < r(big - 1, big));
        assert!(r(-1, 2) < r(-1, 3));
        assert_eq!(r(2, 4), r(1, 2));
    }

    #[test]
    fn small_and_large_numbers_count_alike() {
        // Sizes below, at and beyond 64 bits; what is left over shows in the lowest terms.
        let large = i128::from(i64::MAX);
        for n in [1, 6, -6, large, large + 1, -large - 1, -large - 2, large * 12] {
            for d in [1, 4, 9, large, large + 1, large * 4] {
                let one = r(n, d);
                assert_eq!((one.mul(Ratio::int(d)), gcd(one.num(), one.den())), (Ok(Ratio::int(n)), 1), "{n}/{d}");
                assert_eq!(one.floor(), n.div_euclid(d));
                assert_eq!(one.mul(r(d, n)), Ok(Ratio::ONE));
                assert_eq!(one.div(one), Ok(Some(Ratio::ONE)));
                assert_eq!(one.mul(Ratio::ZERO), Ok(Ratio::ZERO));
                assert_eq!(Ratio::ZERO.div(one), Ok(Some(Ratio::ZERO)));
                assert_eq!(one.cmp(&r(n - 1, d)), Ordering::Greater);
                assert_eq!(one.sub(one), Ok(Ratio::ZERO));
            }
        }
    }

    #[test]
    fn rounding_has_names() {
        for (num, den, up, even, down, ceil) in [
            (5, 2, 3, 2, 2, 3),
            (-5, 2, -3, -2, -3, -2),
            (7, 3, 2, 2, 2, 3),
            (7, 2, 4, 4, 3, 4),
            (-7, 3, -2, -2, -3, -2),
        ] {
            assert_eq!(r(num, den).round_int(Rounding::HalfUp), up);
            assert_eq!(r(num, den).round_int(Rounding::HalfEven), even);
            assert_eq!(r(num, den).round_int(Rounding::Down), down);
            assert_eq!(r(num, den).round_int(Rounding::Up), ceil);
        }
    }

    #[test]
    fn printed_as_plain_decimals() {
        assert_eq!(r(1, 4).to_string(), "0.25");
        assert_eq!(r(-1, 3).to_string(), "-0.3333333333");
        assert_eq!(r(100, 1).to_string(), "100");
        assert_eq!(r(5, 1).to_places(2), "5.00");
        assert_eq!(r(-1, 200).to_places(2), "-0.01");
        assert_eq!((r(0, 1).to_string(), r(0, 1).to_places(2)), ("0".to_owned(), "0.00".to_owned()));
        assert_eq!((r(1, 300).to_places(0), r(7, 1).to_places(0)), ("0".to_owned(), "7".to_owned()));
        assert_eq!(r(-1, 1_000).to_places(2), "0.00");
        let big = i128::from(u64::MAX) * 1_000 + 5;
        assert_eq!(r(big, 1).to_string(), "18446744073709551615005");
        assert_eq!(r(-big, 1_000).to_places(3), "-18446744073709551615.005");
    }

    #[test]
    fn overflow_is_an_error() {
        assert_eq!(Ratio::int(i128::MAX).add(Ratio::ONE), Err(Overflow));
        assert_eq!(Ratio::int(i128::MAX).mul(Ratio::int(2)), Err(Overflow));
        assert_eq!(Ratio::int(3).div(Ratio::ZERO), Ok(None));
    }
}
