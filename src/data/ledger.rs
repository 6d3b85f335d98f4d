//! Ledgers in files: kept between runs, continued, merged.
//!
//! A file holds what the records of some files came to, so that they need not be read again. It belongs to the policies,
//! the registers and the version that made it (see [`Fingerprint`]) and is refused by all others.

use super::error::{BadLedger, DataError, Unreadable};
use super::rejects::Reject;
use super::tally::InputCounts;
use super::unique_pass::Unique;
use crate::diagnostic::Text;
use crate::engine::batch::Batch;
use crate::engine::{Fingerprint, Hash, Ledger, Registers};
use crate::held::{Held, finishing};
use crate::model::Instant;
use crate::program::Program;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a run keeps its ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keep {
    /// The file. It need not exist.
    pub path: PathBuf,
    /// Whatever the file holds is replaced by what this run reads.
    pub replace: bool,
    /// No records are read but those that the file holds.
    pub only: bool,
}

/// First bytes of a ledger file; the number is that of the format.
const MAGIC: &[u8] = b"wangge ledger 5\n";

/// How a ledger of any format begins.
const FAMILY: &[u8] = b"wangge ledger ";

/// What a ledger file holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Version of the program that made it.
    version: String,
    /// One for each policy that leads.
    pub(super) groups: Vec<Group>,
    /// Files whose records are in it.
    pub(super) inputs: Vec<KeptInput>,
    /// Keys of rows that are unique, by group and kind.
    pub(super) unique: Unique,
    /// Rows of these files that could not be used.
    pub(super) rejects: Vec<Reject>,
}

/// The ledger of policies that see records alike.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Group {
    /// The policy that leads.
    pub name: String,
    pub fingerprint: Fingerprint,
    /// The latest as-of of the runs that filled it: records before this instant are in.
    pub known_until: Instant,
    /// Of the records that are settled.
    pub ledger: Ledger,
    /// The others.
    pub later: Vec<Batch<'static>>,
}

/// A file whose records are in a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptInput {
    /// Name, as the manifest led to it.
    pub name: String,
    /// The whole path.
    pub path: PathBuf,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Kinds of records that were read from it, sorted.
    pub kinds: Vec<String>,
    /// Hash of its bytes.
    pub hash: Hash,
    /// Its rows; those later than as-of are counted as used.
    pub counts: InputCounts,
}

impl KeptInput {
    /// Whether two hold the same records.
    pub(super) fn is_same(&self, other: &KeptInput) -> bool {
        (self.hash, &self.sheet, &self.kinds) == (other.hash, &other.sheet, &other.kinds)
    }
}

impl Kept {
    /// Of a run; nothing is in it yet.
    pub(super) fn new() -> Kept {
        Kept {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            groups: Vec::new(),
            inputs: Vec::new(),
            unique: Unique::new(),
            rejects: Vec::new(),
        }
    }

    /// The files whose records are in it.
    #[must_use]
    pub fn inputs(&self) -> &[KeptInput] {
        &self.inputs
    }

    /// Reads a file. Errors when it is none of ours, damaged, or of another version.
    pub fn read(path: &Path) -> Result<Kept, DataError> {
        let bytes = fs::read(path).map_err(|reason| unreadable(path, reason))?;
        let again = Text::new(
            "take an earlier copy, or make it again: `--replace` with all of its files at hand",
            "请改用先前的副本，或备齐其全部数据文件后用 `--replace` 重新生成",
        );
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            if bytes.starts_with(FAMILY) {
                let another = Text::new("it is a ledger of another format", "是另一种格式的汇总账文件");
                return Err(bad(path, another, again));
            }
            return Err(bad(
                path,
                Text::new("it is no ledger of this format", "不是此格式的汇总账文件"),
                Text::new("name a file that `--ledger` wrote", "请指定由 `--ledger` 写出的文件"),
            ));
        };
        let damaged = || bad(path, Text::new("it is damaged or cut off", "文件已损坏或不完整"), again.clone());
        let (payload, sum) = rest.split_at_checked(rest.len().saturating_sub(32)).ok_or_else(damaged)?;
        if Sha256::digest(payload).as_slice() != sum {
            return Err(damaged());
        }
        // The version stands first, so that a file of another one is told apart before the rest is read.
        let version: String = postcard::take_from_bytes(payload).map_err(|_| damaged())?.0;
        let own = env!("CARGO_PKG_VERSION");
        if version != own {
            return Err(bad(
                path,
                Text::new(
                    format!("version {version} made it, this is {own}"),
                    format!("由 {version} 版生成，本程序为 {own} 版"),
                ),
                again,
            ));
        }
        postcard::from_bytes(payload).map_err(|_| damaged())
    }

    /// Whether it goes on with this run: the same policies, alike in what they count, the same registers, and no earlier as-of.
    ///
    /// `leading`: positions of the policies that have ledgers of their own.
    pub(super) fn fits(
        &self,
        path: &Path,
        leading: &[usize],
        programs: &[Program],
        registers: &[Arc<Registers>],
    ) -> Result<(), DataError> {
        let own = || leading.iter().filter_map(|at| programs.get(*at));
        let names: Vec<&str> = own().map(|program| program.policy().name.as_str()).collect();
        self.is_of(path, &names)?;
        let registers = leading.iter().filter_map(|at| registers.get(*at));
        for ((group, program), registers) in self.groups.iter().zip(own()).zip(registers) {
            group.fits(path, &Fingerprint::new(program, registers), &program.policy().name)?;
            let (known, now) = (group.known_until, program.spec().as_of.read_until);
            if now < known {
                let day = Instant(known.0 - 1).day();
                return Err(bad(
                    path,
                    Text::new(
                        format!("it has taken in what was known up to {day}, and this run is as of an earlier time"),
                        format!("其中已计入截至 {day} 的情况，而本次的截至时间更早"),
                    ),
                    Text::new(
                        format!("score as of {day} or later, or make another ledger for the earlier time"),
                        format!("请以 {day} 或之后为截至时间，或为较早的时间另建汇总账"),
                    ),
                ));
            }
        }
        Ok(())
    }

    /// Whether it has as many ledgers as these policies.
    fn is_of(&self, path: &Path, names: &[&str]) -> Result<(), DataError> {
        if self.groups.len() == names.len() {
            return Ok(());
        }
        let own: Vec<&str> = self.groups.iter().map(|group| group.name.as_str()).collect();
        let (own, others) = (own.join(", "), names.join(", "));
        let text = Text::new(
            format!("it is of the policies {own}, not of {others}"),
            format!("其政策为 {own}，而不是 {others}"),
        );
        Err(bad(path, text, observe_again()))
    }

    /// Takes in another ledger of the same run. Errors when both hold the same file, or the same unique key.
    pub fn merge(&mut self, path: &Path, other: Kept) -> Result<(), DataError> {
        let names: Vec<&str> = self.groups.iter().map(|group| group.name.as_str()).collect();
        other.is_of(path, &names)?;
        for (own, theirs) in self.groups.iter().zip(&other.groups) {
            theirs.fits(path, &own.fingerprint, &own.name)?;
        }
        let is_twice = |input: &&KeptInput| input.counts.read > 0 && self.inputs.iter().any(|own| own.is_same(input));
        if let Some(twice) = other.inputs.iter().find(is_twice) {
            let name = &twice.name;
            return Err(bad(
                path,
                Text::new(
                    format!("`{name}` is in it and in an earlier one: its records would count twice"),
                    format!("`{name}` 也在前一个汇总账中，其记录会重复计算"),
                ),
                Text::new("merge each part once", "每个部分只合并一次"),
            ));
        }
        for (kind, rows) in &other.unique {
            let known = self.unique.entry(*kind).or_default();
            let shared = rows.shared_with(known);
            if shared > 0 {
                return Err(bad(
                    path,
                    Text::new(
                        format!("keys that must be unique are in it and in an earlier one: {shared}"),
                        format!("有 {shared} 个须唯一的主键同时在前一个汇总账中"),
                    ),
                    Text::new("score both parts in one run", "请将两部分放在一次运行中计算"),
                ));
            }
            known.merge(rows.clone());
        }
        for (own, theirs) in self.groups.iter_mut().zip(other.groups) {
            own.ledger.merge(theirs.ledger);
            own.later.extend(theirs.later);
            own.known_until = own.known_until.max(theirs.known_until);
        }
        self.inputs.extend(other.inputs);
        self.rejects.extend(other.rejects);
        Ok(())
    }
}

impl Group {
    fn fits(&self, path: &Path, wanted: &Fingerprint, name: &str) -> Result<(), DataError> {
        if self.fingerprint.program != wanted.program {
            return Err(bad(
                path,
                Text::new(
                    format!(
                        "`{name}` counts something else now: its text, parameters, period or calendars have changed"
                    ),
                    format!("`{name}` 的统计口径已变：其条文、参数、时段或日历有改动"),
                ),
                observe_again(),
            ));
        }
        if self.fingerprint.registers != wanted.registers {
            return Err(bad(
                path,
                Text::new(
                    "the registers have changed: keys, or columns that records are filtered or led on by",
                    "登记册已变：主键，或筛选、归属记录所用的列有改动",
                ),
                observe_again(),
            ));
        }
        Ok(())
    }
}

fn observe_again() -> Text {
    Text::new(
        "make it again: `--replace` with all of its files at hand",
        "请备齐其全部数据文件后用 `--replace` 重新生成",
    )
}

pub(super) fn bad(path: &Path, text: Text, help: Text) -> DataError {
    BadLedger { path: path.display().to_string(), text, help }.into()
}

fn unreadable(path: &Path, reason: io::Error) -> DataError {
    Unreadable { path: path.display().to_string(), reason }.into()
}

/// A claimed ledger file: what is written stands beside its place until it is whole.
///
/// The lock is a file of its own, and what is written has a name of this process: whoever comes in between never touches a
/// ledger that is whole.
#[derive(Debug)]
pub struct LedgerFile {
    place: PathBuf,
    hidden: PathBuf,
    lock_path: PathBuf,
    lock: Option<File>,
    /// Dropped last: an interrupted run may still have to remove the files.
    _held: [Held; 2],
}

impl LedgerFile {
    /// Claims a place. Errors when it cannot be written, or while another run writes there.
    pub fn claim(path: &Path) -> Result<LedgerFile, DataError> {
        let place = std::path::absolute(path).map_err(|reason| unwritable(path, &reason))?;
        if place.is_dir() {
            return Err(unwritable(path, &io::ErrorKind::IsADirectory.into()));
        }
        refuse_foreign(path)?;
        let beside = |ending: &str| {
            let mut name = std::ffi::OsString::from(".");
            name.push(place.file_name().unwrap_or_default());
            name.push(ending);
            place.with_file_name(name)
        };
        let lock_path = beside(".wangge");
        let hidden = beside(&format!(".wangge.{}", std::process::id()));
        let lock = File::options().create(true).truncate(false).write(true).open(&lock_path);
        let lock = lock.map_err(|reason| unwritable(path, &reason))?;
        if let Err(TryLockError::WouldBlock) = lock.try_lock() {
            return Err(bad(
                path,
                Text::new("another run is writing it", "另一次运行正在写入"),
                Text::new("wait until that run has ended", "请等待该次运行结束"),
            ));
        }
        let _held = [Held::new(&hidden), Held::new(&lock_path)];
        Ok(LedgerFile { place, hidden, lock_path, lock: Some(lock), _held })
    }

    /// Writes what is kept, beside the place.
    pub fn write(&mut self, kept: &Kept) -> Result<(), DataError> {
        let written = File::create(&self.hidden).and_then(|mut file| {
            write_to(&mut file, kept)?;
            file.sync_all()
        });
        written.map_err(|reason| unwritable(&self.place, &reason))
    }

    /// Puts what was written in its place; an earlier ledger goes.
    pub fn commit(self) -> Result<(), DataError> {
        finishing(|| fs::rename(&self.hidden, &self.place)).map_err(|reason| unwritable(&self.place, &reason))
    }
}

impl Drop for LedgerFile {
    fn drop(&mut self) {
        // Whole ones have been renamed.
        let _ = fs::remove_file(&self.hidden);
        let _ = fs::remove_file(&self.lock_path);
        drop(self.lock.take());
    }
}

/// Refuses to replace what is no ledger.
fn refuse_foreign(path: &Path) -> Result<(), DataError> {
    let mut head = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(FAMILY.len() as u64).read_to_end(&mut head),
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(reason) => Err(reason),
    }
    .map_err(|reason| unreadable(path, reason))?;
    if head.is_empty() || head == FAMILY {
        return Ok(());
    }
    Err(bad(
        path,
        Text::new("a file that is no ledger stands there", "该处已有文件，且不是汇总账"),
        Text::new("name another file", "请另选文件名"),
    ))
}

fn unwritable(path: &Path, reason: &io::Error) -> DataError {
    let (en, zh) = match reason.kind() {
        io::ErrorKind::PermissionDenied => ("permission denied".to_owned(), "没有写入权限".to_owned()),
        io::ErrorKind::NotFound => ("its folder does not exist".to_owned(), "所在文件夹不存在".to_owned()),
        io::ErrorKind::IsADirectory => ("it is a folder".to_owned(), "这是文件夹".to_owned()),
        io::ErrorKind::StorageFull => ("the disk is full".to_owned(), "磁盘已满".to_owned()),
        _ => (reason.to_string(), reason.to_string()),
    };
    bad(
        path,
        Text::new(format!("it cannot be written: {en}"), format!("无法写入：{zh}")),
        Text::new("name another place; an earlier ledger there is as it was", "请换一个位置；原有汇总账未受影响"),
    )
}

/// Hashes what passes.
struct Hashing<W> {
    to: W,
    hash: Sha256,
    /// Why writing failed.
    failure: Option<io::Error>,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.to.write(bytes) {
            Ok(count) => {
                self.hash.update(bytes.get(..count).unwrap_or(bytes));
                Ok(count)
            }
            Err(error) => {
                let kind = error.kind();
                self.failure = Some(error);
                Err(kind.into())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn write_to(file: &mut File, kept: &Kept) -> io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 20, file);
    to.write_all(MAGIC)?;
    let mut hashing = Hashing { to: &mut to, hash: Sha256::new(), failure: None };
    if let Err(error) = postcard::to_io(kept, &mut hashing) {
        return Err(hashing.failure.take().unwrap_or_else(|| io::Error::other(error.to_string())));
    }
    let sum = hashing.hash.finalize();
    to.write_all(&sum)?;
    to.flush()
}

/// Hash of a file.
pub(super) fn hash_file(path: &Path) -> Result<Hash, DataError> {
    let mut file = File::open(path).map_err(|reason| unreadable(path, reason))?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 18];
    loop {
        let count = file.read(&mut piece).map_err(|reason| unreadable(path, reason))?;
        match piece.get(..count) {
            Some(read) if count > 0 => hash.update(read),
            _ => return Ok(hash.finalize().into()),
        }
    }
}
