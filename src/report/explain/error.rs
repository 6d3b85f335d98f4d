//! Why nothing can be explained.

use crate::data::error::DataError;
use crate::diagnostic::Text;

/// Why nothing can be explained.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The data cannot be read, or the engine stopped.
    #[error(transparent)]
    Data(#[from] DataError),
    /// No policy of the run has such a rule, assessment or subject.
    #[error("{}", message.en)]
    Unknown {
        /// What is missing.
        message: Text,
        /// The nearest one there is.
        help: Option<Text>,
    },
}
