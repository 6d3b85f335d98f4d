//! One diagnostic model for all stages, plain data; one renderer a file.

mod alike;
pub mod catalogue;
pub mod github;
pub mod human;
pub mod json;
#[cfg(feature = "cli")]
pub mod junit;
pub mod place;
pub mod sarif;
pub mod suggest;

use crate::source::Span;

/// Language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

/// How bad it is. Ordered from mild to severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing (an open parameter).
    Note,
    /// Likely a mistake.
    Warning,
    /// The policy cannot be used.
    Error,
}

/// A message in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Text {
    /// English: lower case, no final stop, the user's words in backticks.
    pub en: String,
    /// Chinese: written, not translated.
    pub zh: String,
}

impl Text {
    /// From both languages.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Text {
        Text { en: en.into(), zh: zh.into() }
    }

    /// The text in one language.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }
}

/// A place that a diagnostic points at, with what to say there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The bytes.
    pub span: Span,
    /// What is there (may be empty).
    pub text: Text,
}

/// One finding of the checker about a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Stable code, `WG0123`.
    pub code: &'static str,
    /// Severity.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: Text,
    /// Where.
    pub primary: Label,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// Clause behind it, if known.
    pub clause: Option<String>,
    /// The way out.
    pub help: Option<Text>,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(code: &'static str, span: Span, message: Text) -> Diagnostic {
        Diagnostic::new(code, Severity::Error, span, message)
    }

    /// A diagnostic at a place, with an empty label.
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, span: Span, message: Text) -> Diagnostic {
        let primary = Label { span, text: Text::new("", "") };
        Diagnostic { code, severity, message, primary, secondary: Vec::new(), clause: None, help: None }
    }

    /// With the way out.
    #[must_use]
    pub fn with_help(mut self, help: Text) -> Diagnostic {
        self.help = Some(help);
        self
    }

    /// With words at the primary place.
    #[must_use]
    pub fn with_label(mut self, text: Text) -> Diagnostic {
        self.primary.text = text;
        self
    }

    /// With one more place.
    #[must_use]
    pub fn with_secondary(mut self, span: Span, text: Text) -> Diagnostic {
        self.secondary.push(Label { span, text });
        self
    }
}
