//! Opens a text file as UTF-8, whatever its encoding. Bytes that are no text of the encoding are an error, never replaced.

use super::{DataFile, unreadable};
use crate::data::error::DataError;
use crate::data::manifest::Encoding;
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

/// Opens a file for a reader of text.
pub(super) fn open(file: &DataFile) -> Result<Source, DataError> {
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
                let reason = format!("not GBK text before byte {byte} / 第 {byte} 字节之前有不是 GBK 的内容");
                return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
            }
        }
        Ok(())
    }
}
