//! Words of both languages at random: keywords by their id, names quoted or not, punctuation full-width or not.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wangge::syntax::keywords::keyword;

pub struct Words {
    rng: ChaCha8Rng,
    /// Out of 100: how often a Chinese form is taken.
    chinese: u32,
    /// What amounts are in, where it is not the yuan.
    pub currency: Option<[&'static str; 2]>,
}

impl Words {
    pub fn new(seed: u64) -> Words {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let chinese = [0, 50, 100][rng.random_range(0..3)];
        Words { rng, chinese, currency: None }
    }

    /// Out of 100.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// From `low` to `high`, both included.
    pub fn range(&mut self, low: i64, high: i64) -> i64 {
        self.rng.random_range(low..=high)
    }

    pub fn below(&mut self, count: usize) -> usize {
        self.rng.random_range(0..count)
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(at + 1);
            items.swap(at, other);
        }
    }

    /// A form of a keyword, with spaces around it.
    pub fn kw(&mut self, id: &str) -> String {
        let keyword = keyword(id).unwrap_or_else(|| panic!("no keyword {id}"));
        let (first, other) =
            if self.chance(self.chinese) { (keyword.zh, keyword.en) } else { (keyword.en, keyword.zh) };
        let forms = if first.is_empty() { other } else { first };
        format!(" {} ", self.pick(forms))
    }

    /// The unit of amounts.
    pub fn money(&mut self) -> String {
        match self.currency {
            None => self.kw("yuan"),
            Some(forms) => format!(" {} ", self.pick(&forms)),
        }
    }

    /// One of several keywords.
    pub fn kw_of(&mut self, ids: &[&str]) -> String {
        let id = ids[self.below(ids.len())];
        self.kw(id)
    }

    /// A keyword that has a form in English only when the sentence is English.
    pub fn english(&mut self) -> bool {
        !self.chance(self.chinese)
    }

    pub fn name(&mut self, name: &str) -> String {
        match self.below(5) {
            0 => format!(" 「{name}」 "),
            1 => format!(" `{name}` "),
            _ => format!(" {name} "),
        }
    }

    pub fn text(&mut self, text: &str) -> String {
        if self.chance(50) { format!(" \"{text}\" ") } else { format!(" “{text}” ") }
    }

    /// ASCII punctuation or its full-width form.
    pub fn mark(&mut self, ascii: &str) -> String {
        let wide = match ascii {
            "," => "，",
            ":" => "：",
            ";" => "；",
            "(" => "（",
            ")" => "）",
            "{" => "｛",
            "}" => "｝",
            "=" => "＝",
            "<" => "＜",
            ">" => "＞",
            "<=" => "≤",
            ">=" => "≥",
            "<>" => "≠",
            "*" => "×",
            "/" => "÷",
            "+" => "＋",
            "-" => "－",
            other => other,
        };
        if self.chance(self.chinese / 2) { wide.to_owned() } else { ascii.to_owned() }
    }

    pub fn paren(&mut self, inside: &str) -> String {
        format!(" {} {} {} ", self.mark("("), inside.trim(), self.mark(")"))
    }

    pub fn list(&mut self, items: &[String]) -> String {
        let mut text = String::new();
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                text += &if self.chance(20) { "、".to_owned() } else { self.mark(",") };
            }
            text += item;
        }
        text
    }

    /// A date as written in either language.
    pub fn date(&mut self, date: chrono::NaiveDate) -> String {
        use chrono::Datelike;
        if self.chance(self.chinese / 2) {
            format!(" {}年{}月{}日 ", date.year(), date.month(), date.day())
        } else {
            format!(" {date} ")
        }
    }
}
