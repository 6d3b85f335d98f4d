//! Opens a text file as UTF-8, whatever its encoding. Bytes that are no text of the encoding are an error, never replaced.

use super::{DataFile, bad_file, unreadable};
use crate::data::error::DataError;
use crate::data::manifest::Encoding;
use crate::diagnostic::Text;
use encoding_rs::{Decoder, DecoderResult, GB18030};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Bytes of a text file, in UTF-8.
pub(super) enum Source {
    /// As they stand in the file.
    Plain(File),
    /// Decoded.
    Decoded(Box<Decoding>),
}

/// Bytes that are no text of the encoding.
#[derive(Debug, Clone, Copy)]
struct NotGbk {
    byte: u64,
}

impl std::fmt::Display for NotGbk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not GBK text before byte {}", self.byte)
    }
}

impl std::error::Error for NotGbk {}

/// The error of a reader of this file.
pub(super) fn failure(file: &DataFile, reason: &io::Error) -> DataError {
    let Some(NotGbk { byte }) = reason.get_ref().and_then(|inner| inner.downcast_ref::<NotGbk>()) else {
        return unreadable(&file.path, io::Error::new(reason.kind(), reason.to_string()));
    };
    let message =
        Text::new(format!("there is no GBK text before byte {byte}"), format!("第 {byte} 字节之前有不是 GBK 的内容"));
    let help = Text::new("leave out `encoding: gbk` if the file is UTF-8", "文件若为 UTF-8，请去掉 `encoding: gbk`");
    bad_file(file, 0, message, Some(help))
}

/// Refuses a file that is UTF-8 text beyond ASCII though it is declared as GBK: read as GBK, many such bytes give other words.
fn refuse_utf8(file: &DataFile) -> Result<(), DataError> {
    let failed = |reason| unreadable(&file.path, reason);
    let mut input = File::open(&file.path).map_err(failed)?;
    let (mut bytes, mut held, mut is_ascii) = (vec![0; 1 << 16], 0, true);
    loop {
        let free = bytes.get_mut(held..).unwrap_or(&mut []);
        let count = input.read(free).map_err(failed)?;
        let text = bytes.get(..held + count).unwrap_or(&[]);
        is_ascii &= text.is_ascii();
        match std::str::from_utf8(text) {
            Ok(_) if count == 0 && !is_ascii => break,
            Ok(_) if count == 0 => return Ok(()),
            Ok(_) => held = 0,
            // A letter that the piece cuts in two.
            Err(error) if error.error_len().is_none() && count > 0 => {
                let good = error.valid_up_to();
                held = text.len() - good;
                bytes.copy_within(good..good + held, 0);
            }
            Err(_) => return Ok(()),
        }
    }
    let message = Text::new("the file is UTF-8 text, not GBK", "文件是 UTF-8 文本，不是 GBK");
    Err(bad_file(file, 0, message, Some(Text::new("leave out `encoding: gbk`", "请去掉 `encoding: gbk`"))))
}

/// Opens a file for a reader of text.
pub(super) fn open(file: &DataFile) -> Result<Source, DataError> {
    if file.encoding == Encoding::Gb18030 {
        refuse_utf8(file)?;
    }
    let opened = File::open(&file.path).map_err(|reason| unreadable(&file.path, reason))?;
    Ok(match file.encoding {
        Encoding::Utf8 => Source::Plain(opened),
        Encoding::Gb18030 => Source::Decoded(Box::new(Decoding {
            file: opened,
            decoder: GB18030.new_decoder(),
            raw: vec![0; 1 << 16],
            raw_range: 0..0,
            text: String::with_capacity(1 << 18),
            given: 0,
            read_count: 0,
            is_done: false,
        })),
    })
}

/// A file on its way from another encoding.
pub(super) struct Decoding {
    file: File,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Bytes of `raw` that wait.
    raw_range: std::ops::Range<usize>,
    text: String,
    /// Bytes of `text` that are handed out.
    given: usize,
    /// Bytes read from the file.
    read_count: u64,
    is_done: bool,
}

impl Source {
    /// From a byte of the file on; only of plain files.
    pub(super) fn from(mut self, byte: u64) -> io::Result<Source> {
        if let Source::Plain(file) = &mut self {
            file.seek(SeekFrom::Start(byte))?;
        }
        Ok(self)
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Source::Plain(file) => file.read(buffer),
            Source::Decoded(decoding) => decoding.read(buffer),
        }
    }
}

impl Decoding {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if self.is_done {
                return Ok(0);
            }
            self.fill()?;
        }
        let waiting = self.text.as_bytes().get(self.given..).unwrap_or(&[]);
        let count = waiting.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(waiting) {
            *to = *from;
        }
        self.given += count;
        Ok(count)
    }

    /// Decodes the next bytes of the file.
    fn fill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        let mut last = false;
        if self.raw_range.is_empty() {
            let count = self.file.read(&mut self.raw)?;
            self.read_count += count as u64;
            self.raw_range = 0..count;
            last = count == 0;
        }
        let waiting = self.raw.get(self.raw_range.clone()).unwrap_or(&[]);
        let (result, used) = self.decoder.decode_to_string_without_replacement(waiting, &mut self.text, last);
        self.raw_range.start += used;
        match result {
            DecoderResult::InputEmpty => self.is_done = last,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                let byte = self.read_count - self.raw_range.len() as u64;
                return Err(io::Error::new(io::ErrorKind::InvalidData, NotGbk { byte }));
            }
        }
        Ok(())
    }
}
