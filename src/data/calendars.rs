//! Workday calendars from files: a row a day, without gaps.

use super::convert::yes_or_no;
use super::error::{BadFile, DataError};
use super::manifest::CalendarDecl;
use super::read::{DataFile, Need, Wanted, excerpt, read_file};
use super::rejects::Reason;
use crate::diagnostic::Text;
use crate::model::Day;
use crate::model::calendar::WorkCalendar;
use std::collections::BTreeMap;

/// Reads a calendar. A day that is missing between the first and the last, given twice with different
/// answers or not readable is an error: terms would go wrong in silence.
pub fn read_calendar(decl: &CalendarDecl, files: &[DataFile]) -> Result<WorkCalendar, DataError> {
    let need = Need::Named { optional: false };
    let wanted = [&decl.date, &decl.workday].map(|column| Wanted { name: column.value.clone(), need });
    let mut days: BTreeMap<Day, bool> = BTreeMap::new();
    for file in files {
        read_file(file, &wanted, &mut |block| {
            if let Some(broken) = block.broken.first() {
                return Err(bad(file, broken.line, broken.reason.text()));
            }
            for row in 0..block.row_count() {
                let line = block.lines.get(row).copied().unwrap_or(0);
                let value = |column: usize, reason: Reason, help: Option<Text>| {
                    let (text, why) = (block.text(row, column), reason.text());
                    let name = wanted.get(column).map_or("", |wanted| wanted.name.as_str());
                    let shown = excerpt(&text);
                    let message = Text::new(
                        format!("column `{name}`, value `{shown}`: {}", why.en),
                        format!("`{name}` 列的值 `{shown}`：{}", why.zh),
                    );
                    DataError::from(BadFile { path: file.name.clone(), line, message, help })
                };
                let day = Day::parse(&block.text(row, 0)).ok_or_else(|| value(0, Reason::NotDate, None))?;
                let word = block.text(row, 1);
                let word = word.trim();
                let meant = decl.values.iter().find(|(from, _)| from.value == word).map_or(word, |(_, to)| &to.value);
                let work = yes_or_no(meant).ok_or_else(|| value(1, Reason::NotBool, Some(workday_words(word))))?;
                if days.insert(day, work).is_some_and(|before| before != work) {
                    let message = Text::new(
                        format!("{day} is a workday in one row and a rest day in another"),
                        format!("{day} 在一行中是工作日，在另一行中是休息日"),
                    );
                    return Err(bad(file, line, message));
                }
            }
            Ok(())
        })?;
    }
    let name = &decl.name.value;
    let whole = |message| DataError::from(BadFile { path: names(files), line: 0, message, help: None });
    let Some((first, _)) = days.first_key_value() else {
        return Err(whole(Text::new(format!("calendar `{name}` has no rows"), format!("日历 `{name}` 没有数据"))));
    };
    let mut next = *first;
    for day in days.keys() {
        if *day != next {
            let message = Text::new(
                format!("calendar `{name}` has no row for {next}"),
                format!("日历 `{name}` 缺少 {next} 这一天"),
            );
            return Err(whole(message));
        }
        next = day.plus(1);
    }
    Ok(WorkCalendar::new(*first, days.into_values().collect()))
}

/// How a calendar's file says what is a workday.
fn workday_words(written: &str) -> Text {
    let shown = excerpt(written);
    Text::new(
        format!(
            "a workday is `1`, `yes` or `true`, a rest day `0`, `no` or `false`; other words are translated in the manifest: `values: {{ \"{shown}\": yes }}`"
        ),
        format!(
            "工作日写`1`、`是`、`yes`，休息日写`0`、`否`、`no`；其他写法须在清单中对应：`values: {{ \"{shown}\": yes }}`"
        ),
    )
}

fn names(files: &[DataFile]) -> String {
    files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn bad(file: &DataFile, line: u64, message: Text) -> DataError {
    BadFile { path: file.name.clone(), line, message, help: None }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::decode::Located;
    use crate::data::manifest::Format;
    use crate::source::Span;
    use std::io::Write;

    fn read(text: &str) -> Result<WorkCalendar, String> {
        let mut temp = tempfile::NamedTempFile::new().unwrap();
        temp.write_all(text.as_bytes()).unwrap();
        let file = DataFile::plain(temp.path().to_owned(), "c.csv".to_owned(), Format::Csv);
        let word = |text: &str| Located { value: text.to_owned(), span: Span::default() };
        let decl = CalendarDecl {
            name: word("c"),
            files: Vec::new(),
            layout: crate::data::manifest::Layout::default(),
            date: word("d"),
            workday: word("w"),
            values: vec![(word("班"), word("yes"))],
        };
        read_calendar(&decl, &[file]).map_err(|error| error.to_string())
    }

    #[test]
    fn calendars_are_whole_or_refused() {
        let calendar = read("d,w\n2024-01-02,否\n2024-01-01,班\n2024-01-02,0\n").unwrap();
        assert_eq!(calendar.is_workday(Day::from_ymd(2024, 1, 1).unwrap()), Some(true));
        assert_eq!(calendar.is_workday(Day::from_ymd(2024, 1, 2).unwrap()), Some(false));
        assert_eq!(calendar.last(), Day::from_ymd(2024, 1, 2).unwrap());
        for (text, message) in [
            ("d,w\n2024-01-01,1\n2024-01-03,1\n", "c.csv: calendar `c` has no row for 2024-01-02"),
            (
                "d,w\n2024-01-01,1\n2024-01-01,0\n",
                "c.csv:3: 2024-01-01 is a workday in one row and a rest day in another",
            ),
            ("d,w\n2024-01-01,maybe\n", "c.csv:2: column `w`, value `maybe`: not yes or no (是, 否)"),
            ("d,w\n", "c.csv: calendar `c` has no rows"),
            ("d,w\n2024-01-01\n", "c.csv:2: the row has 1 cells, the header 2"),
        ] {
            assert_eq!(read(text), Err(message.to_owned()), "{text}");
        }
    }
}
