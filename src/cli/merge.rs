//! `wangge merge`: the ledgers of parts to one.

use super::args::MergeArgs;
use super::problems::data_error;
use super::{Exit, Screen, interrupt};
use crate::data::error::DataError;
use crate::data::ledger::{Kept, LedgerFile};

pub(super) fn run(args: &MergeArgs, screen: &mut Screen) -> Exit {
    interrupt::watch(screen.lang());
    match merge(args) {
        Ok(file_count) => {
            if !args.quiet {
                let (parts, out) = (args.ledgers.len(), args.out.display());
                screen.line(&screen.say(
                    format!("{out}: {parts} ledgers, {file_count} files"),
                    format!("{out}：{parts} 个汇总账，{file_count} 个文件"),
                ));
            }
            Exit::Fine
        }
        Err(error) => data_error(&error, screen),
    }
}

/// Gives the number of files whose records are in the joint ledger.
fn merge(args: &MergeArgs) -> Result<usize, DataError> {
    let mut file = LedgerFile::claim(&args.out)?;
    let mut joint: Option<Kept> = None;
    for path in &args.ledgers {
        let part = Kept::read(path)?;
        match &mut joint {
            Some(joint) => joint.merge(path, part)?,
            None => joint = Some(part),
        }
    }
    // INVARIANT (at least one ledger): clap asks for it.
    let Some(joint) = joint else { return Ok(0) };
    file.write(&joint)?;
    file.commit()?;
    Ok(joint.inputs().len())
}
