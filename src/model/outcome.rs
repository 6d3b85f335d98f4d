//! Results of a run as plain data: what the engine gives, reports print and tests compare.

use super::ids::{AssessmentId, CounterId, MeasureId, RewardId, RuleId};
use super::number::Ratio;
use super::period::Period;
use super::time::{Day, Instant, Moment};

/// Outcome of an obligation. One that is not due is not listed at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Done as required.
    Met,
    /// Not done as required.
    Unmet,
    /// The window is open and nothing is decided yet.
    Pending,
    /// An excuse or waiver holds.
    Excused,
    /// Records or attributes that would decide are missing.
    Unknown,
}

impl Outcome {
    /// As findings.csv prints it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Met => "met",
            Outcome::Unmet => "unmet",
            Outcome::Pending => "pending",
            Outcome::Excused => "excused",
            Outcome::Unknown => "unknown",
        }
    }
}

/// A measured or required value, for a finding. Several parts stand in the order of the rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Shown {
    /// A number.
    Number(Ratio),
    /// A day or instant.
    Moment(Moment),
    /// Text, a code or a key.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// Missing, or not decided.
    Nothing,
}

impl Shown {
    /// A number that is not exact, by its ends: `2..5`, `2..`, `..5`; nothing where it has none.
    #[must_use]
    pub fn range(least: Option<Ratio>, most: Option<Ratio>) -> Shown {
        if least.is_none() && most.is_none() {
            return Shown::Nothing;
        }
        let end = |end: Option<Ratio>| end.map_or_else(String::new, |end| end.to_string());
        Shown::Text(format!("{}..{}", end(least), end(most)))
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Shown::Number(n) => n.fmt(f),
            Shown::Moment(m) => m.fmt(f),
            Shown::Text(t) => f.write_str(t),
            Shown::Bool(b) => f.write_str(if *b { "true" } else { "false" }),
            Shown::Nothing => Ok(()),
        }
    }
}

/// One obligation, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// Key of the subject.
    pub subject: String,
    /// First day of the window.
    pub start: Day,
    /// Last day of the window (inclusive); `None` when a term's last day cannot be known.
    pub last: Option<Day>,
    /// The day by which it belongs to a period.
    pub owner: Day,
    /// Outcome.
    pub outcome: Outcome,
    /// Measured values, one a part of the requirement.
    pub measured: Vec<Shown>,
    /// Required values, one a part (two for `between`).
    pub required: Vec<Shown>,
}

/// Counts of the obligations of one rule, or of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Counts {
    /// Met.
    pub met: u64,
    /// Unmet.
    pub unmet: u64,
    /// Pending.
    pub pending: u64,
    /// Excused.
    pub excused: u64,
    /// Unknown.
    pub unknown: u64,
}

impl Counts {
    /// met + unmet + unknown.
    #[must_use]
    pub fn due(self) -> u64 {
        self.met + self.unmet + self.unknown
    }

    /// One more of an outcome.
    #[inline]
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Met => self.met += 1,
            Outcome::Unmet => self.unmet += 1,
            Outcome::Pending => self.pending += 1,
            Outcome::Excused => self.excused += 1,
            Outcome::Unknown => self.unknown += 1,
        }
    }

    /// The sum of both.
    pub fn merge(&mut self, other: Counts) {
        self.met += other.met;
        self.unmet += other.unmet;
        self.pending += other.pending;
        self.excused += other.excused;
        self.unknown += other.unknown;
    }
}

/// The result of one assessment for one subject and period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The assessment.
    pub assessment: AssessmentId,
    /// Key of the subject.
    pub subject: String,
    /// The period; an event's is its day.
    pub period: Period,
    /// Total; `None`: not scored.
    pub points: Option<Ratio>,
    /// Final grade, a position in the assessment's grades.
    pub grade: Option<u32>,
    /// Names of the vetoes that hold, in the order written.
    pub vetoes: Vec<String>,
    /// Rank, if ranked.
    pub rank: Option<u64>,
    /// Key or text of the group it is ranked in.
    pub group: Option<String>,
    /// Unknown obligations in its items, and items, deductions and bonuses whose value is unknown.
    pub unknown: u64,
}

/// One line of an assessment: an item, a deduction or a bonus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemResult {
    /// The assessment.
    pub assessment: AssessmentId,
    /// Key of the subject.
    pub subject: String,
    /// The period.
    pub period: Period,
    /// Name of the item, deduction or bonus.
    pub item: String,
    /// Obligations behind it; `None` where it reads none.
    pub counts: Option<Counts>,
    /// Points, rounded; deductions are negative. `None`: not assessed or left out.
    pub points: Option<Ratio>,
    /// Full points (of a deduction or bonus its cap, if any).
    pub max_points: Option<Ratio>,
}

/// Where an effect comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EffectOrigin {
    /// An assessment.
    Assessment(AssessmentId),
    /// A step of a counter.
    Counter(CounterId),
    /// A stand-alone reward.
    Reward(RewardId),
}

/// A consequence of a veto, gate, grade, rank or reward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// What brought it.
    pub origin: EffectOrigin,
    /// Key of the subject.
    pub subject: String,
    /// The period.
    pub period: Period,
    /// `grade`, `veto`, `cap`, `lower`, `bar`, `reward`, `sanction` or `award`.
    pub kind: &'static str,
    /// Name of the gate, veto, award, ...
    pub name: String,
    /// Amount, if it has one.
    pub amount: Option<Ratio>,
    /// Unit of the amount.
    pub unit: String,
    /// Who receives or bears it (the subject unless said otherwise).
    pub recipient: String,
    /// Who pays; empty where the policy does not say.
    pub payer: String,
    /// In words of the policy: the grade set, the grade that brought it, the place reached; [`UNKNOWN`].
    pub reason: String,
}

/// The reason of an effect whose amount is not known, or of a reward of which not everything is known.
pub const UNKNOWN: &str = "unknown";
/// The name of a payment that has none and is per nothing that has one; of more of them a number follows.
pub const UNNAMED_PAYMENT: &str = "pay";

/// A line of a reward: one payment for one subject and period, before the bounds on the reward as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentResult {
    /// The reward.
    pub reward: RewardId,
    /// Key of the subject.
    pub subject: String,
    /// The period.
    pub period: Period,
    /// Name of the payment.
    pub name: String,
    /// What is found: the amount as often as it is paid.
    pub found: Ratio,
    /// At most its own ceiling.
    pub paid: Ratio,
}

/// A value of a measure that the policy marks for output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureValue {
    /// The measure.
    pub measure: MeasureId,
    /// Key of the subject.
    pub subject: String,
    /// First day of the window.
    pub start: Day,
    /// Last day (inclusive).
    pub last: Day,
    /// Value.
    pub value: Shown,
}

/// A subject of which a counter has records that are not decided: they may count or not, or it is not known how much they add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCounter {
    /// The counter.
    pub counter: CounterId,
    /// Key of the subject.
    pub subject: String,
}

/// A subject of which it is not known whether an assessment takes it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplaced {
    /// The assessment.
    pub assessment: AssessmentId,
    /// Key of the subject.
    pub subject: String,
    /// Period.
    pub period: Period,
}

/// Everything a run decides, sorted as the output files are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Results {
    /// Scores.
    pub scores: Vec<Score>,
    /// Subjects without a score because it is not known whether the scope holds for them.
    pub unplaced: Vec<Unplaced>,
    /// Subjects of which a counter's steps may be others than those that are listed.
    pub open_counters: Vec<OpenCounter>,
    /// Items.
    pub items: Vec<ItemResult>,
    /// Effects.
    pub effects: Vec<Effect>,
    /// Lines of rewards, those that are not 0.
    pub payments: Vec<PaymentResult>,
    /// Counts for each rule, by rule id.
    pub rules: Vec<Counts>,
    /// Measures.
    pub measures: Vec<MeasureValue>,
}

/// Which obligations a run hands to its sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FindingFilter {
    /// Every one that is due.
    All,
    /// Unmet and unknown.
    #[default]
    Unmet,
    /// None.
    None,
}

impl FindingFilter {
    /// Whether an outcome is listed.
    #[must_use]
    pub fn lists(self, outcome: Outcome) -> bool {
        match self {
            FindingFilter::All => true,
            FindingFilter::Unmet => matches!(outcome, Outcome::Unmet | Outcome::Unknown),
            FindingFilter::None => false,
        }
    }
}

/// The instant up to which a run knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// Records dated before this instant are read (exclusive).
    pub read_until: Instant,
    /// A window whose end (exclusive) is not after this has ended.
    pub closed_until: Instant,
}

impl AsOf {
    /// A date stands for that day while it lasts: its records are read, what ends on it is open.
    #[must_use]
    pub fn day(day: Day) -> AsOf {
        AsOf { read_until: day.end(), closed_until: day.start() }
    }

    /// An instant: records up to and with it are read, what ends with it has ended.
    #[must_use]
    pub fn at(at: Instant) -> AsOf {
        AsOf { read_until: Instant(at.0.saturating_add(1)), closed_until: at }
    }

    /// The day of it (the reference date where it is earlier than the period's last day).
    #[must_use]
    pub fn reference(self) -> Day {
        self.closed_until.day()
    }

    /// Whether a moment is read: its earliest instant lies before `read_until`.
    #[must_use]
    pub fn reads(self, moment: Moment) -> bool {
        moment.earliest() < self.read_until
    }

    /// Whether days up to `end` (exclusive) have ended.
    #[must_use]
    pub fn has_ended(self, end: Day) -> bool {
        self.has_passed(end, 0)
    }

    /// Whether days up to `end` (exclusive) have ended that start at a time of day (in minutes).
    #[must_use]
    pub fn has_passed(self, end: Day, day_starts: u32) -> bool {
        super::hours::day_start(end, day_starts) <= self.closed_until
    }
}
