//! Codes of the checker, by name. Their pages stand in the catalogue of `diagnostic`.

/// A name that nothing declares.
pub const UNKNOWN_NAME: &str = "WG0201";
/// One name declared twice.
pub const DUPLICATE_NAME: &str = "WG0202";
/// `use` or `extends` of something that is not among the files.
pub const UNKNOWN_UNIT: &str = "WG0203";
/// Policies or vocabularies that take each other over.
pub const UNIT_CYCLE: &str = "WG0204";
/// A field that the kind does not have.
pub const UNKNOWN_FIELD: &str = "WG0205";
/// A code that is not in the field's list.
pub const UNKNOWN_CODE: &str = "WG0206";
/// Parts or measures that are defined by themselves.
pub const DEFINITION_CYCLE: &str = "WG0207";
/// Assessments that read each other.
pub const ASSESSMENT_CYCLE: &str = "WG0208";
/// A statement that may not stand in a vocabulary.
pub const NOT_IN_VOCABULARY: &str = "WG0209";
/// A statement given twice.
pub const SAID_TWICE: &str = "WG0210";
/// `set` of something that is not a parameter of an extended policy.
pub const SET_UNKNOWN: &str = "WG0211";
/// A kind without the key that it needs.
pub const KEY_NEEDED: &str = "WG0212";
/// A record kind without a date or time.
pub const AT_NEEDED: &str = "WG0213";
/// A mark on a field of the wrong type.
pub const BAD_MARK: &str = "WG0214";
/// A code or spelling given twice in one list.
pub const DUPLICATE_CODE: &str = "WG0215";
/// A range of days or years that ends before it starts, or a date that no year has.
pub const BAD_DATES: &str = "WG0216";
/// A time zone that does not exist.
pub const UNKNOWN_TIMEZONE: &str = "WG0217";
/// A currency that does not exist, or two where one is wanted.
pub const BAD_CURRENCY: &str = "WG0223";
/// A calendar line outside the covered days, or two that contradict.
pub const BAD_CALENDAR: &str = "WG0218";
/// A tier of a kind without a tier field, or counted without one whole.
pub const BAD_TIER: &str = "WG0219";
/// Clause ids that do not form a range.
pub const BAD_CLAUSES: &str = "WG0220";
/// Definitions nested too deeply.
pub const TOO_DEEP: &str = "WG0221";
/// More deductions and bonuses than an assessment may have.
pub const TOO_MANY: &str = "WG0222";

/// A value of the wrong type.
pub const WRONG_TYPE: &str = "WG0301";
/// Two values that do not compare or combine.
pub const UNITS_DIFFER: &str = "WG0302";
/// An operator that these values do not have.
pub const WRONG_OPERATOR: &str = "WG0303";
/// A value that must be written out.
pub const NOT_CONSTANT: &str = "WG0304";
/// A measure of another kind.
pub const MEASURE_OF_OTHER_KIND: &str = "WG0305";
/// A record filter that reads more than the record.
pub const RECORD_FILTER: &str = "WG0306";
/// A tally or result outside assessments.
pub const ASSESSMENT_ONLY: &str = "WG0307";
/// A result that does not exist yet at this place, or of another kind of subject or period.
pub const RESULT_NOT_READY: &str = "WG0308";
/// A share compared with more than 100%.
pub const SHARE_ABOVE_ONE: &str = "WG0309";
/// A kind or part where a value must stand.
pub const KIND_AS_VALUE: &str = "WG0310";
/// A number that this place cannot take.
pub const BAD_NUMBER: &str = "WG0311";

/// No reference leads to the subject.
pub const NO_LINK: &str = "WG0401";
/// Several references lead to the subject.
pub const AMBIGUOUS_LINK: &str = "WG0402";
/// `via` that does not lead to the subject.
pub const BAD_VIA: &str = "WG0403";
/// Kinds that cannot be counted together.
pub const MIXED_KINDS: &str = "WG0404";
/// A time frame that these rows cannot have.
pub const BAD_ROW_FRAME: &str = "WG0405";
/// Two frames, or a frame beside a term.
pub const TWO_FRAMES: &str = "WG0406";
/// A frame on an event.
pub const FRAME_ON_EVENT: &str = "WG0407";
/// A frame that no calendar has.
pub const BAD_FRAME: &str = "WG0408";
/// `by DATE` without a first day.
pub const BY_WITHOUT_START: &str = "WG0409";
/// Terms with different starts in one requirement.
pub const TERMS_DIFFER: &str = "WG0410";
/// Bounds that nothing can meet.
pub const IMPOSSIBLE_BOUNDS: &str = "WG0411";
/// `more than` or `fewer than` without a whole number.
pub const NOT_WHOLE: &str = "WG0412";
/// An event that has no date.
pub const BAD_EVENT: &str = "WG0413";
/// A result that starts a term before the terms that it counts have ended.
pub const EARLY_RESULT: &str = "WG0414";

/// Choice: `of` or `in`.
pub const CHOOSE_OF_OR_IN: &str = "WG0501";
/// Choice: rest days.
pub const CHOOSE_REST_DAYS: &str = "WG0502";
/// Choice: rounding of `per`.
pub const CHOOSE_PER_ROUNDING: &str = "WG0503";
/// Choice: nothing due.
pub const CHOOSE_NOTHING_DUE: &str = "WG0504";
/// Choice: unknown obligations.
pub const CHOOSE_UNKNOWN: &str = "WG0505";
/// Choice: zero divisor.
pub const CHOOSE_ZERO_DIVISOR: &str = "WG0506";
/// Choice: base of an award's share.
pub const CHOOSE_AWARD_BASE: &str = "WG0507";
/// Choice: ties at the limit.
pub const CHOOSE_TIES: &str = "WG0508";
/// Choice: rounding of an award's share.
pub const CHOOSE_AWARD_ROUNDING: &str = "WG0509";
/// Workdays without a calendar.
pub const CALENDAR_NEEDED: &str = "WG0510";
/// Choice: one of several calendars.
pub const CHOOSE_CALENDAR: &str = "WG0511";
/// A choice that has nothing to choose here.
pub const CHOICE_IDLE: &str = "WG0512";
/// A table or list of grades without `otherwise`.
pub const OTHERWISE_NEEDED: &str = "WG0513";
/// Deductions over the same records whose order cannot be told.
pub const DEDUCTIONS_UNORDERED: &str = "WG0514";
/// Records are picked by hours that run over midnight, and it is not said on which day they count.
pub const CHOOSE_DAY_START: &str = "WG0515";

/// A strength of a part where it cannot stand.
pub const MISPLACED_STRENGTH: &str = "WG0780";
/// A tolerance of a rule that is not `should`, or of something without a bound.
pub const BAD_TOLERANCE: &str = "WG0781";
/// A tally of rules that count only by choice.
pub const CHOOSE_COUNTING: &str = "WG0782";
/// Two rules that nothing can meet together.
pub const RULES_CONFLICT: &str = "WG0783";
/// Two rules of which one is stricter.
pub const STRICTER_RULE: &str = "WG0784";
/// One duty in two rules.
pub const SAME_DUTY: &str = "WG0785";
/// A rule that cannot be overridden by this one.
pub const BAD_OVERRIDE: &str = "WG0786";

/// A kind that cannot hold waivers as declared, or a rule that nothing can waive.
pub const BAD_WAIVER: &str = "WG0787";
/// A life that records cannot give to a kind.
pub const BAD_LIFETIME: &str = "WG0788";
/// A relation without two references.
pub const BAD_RELATION: &str = "WG0789";

/// Choice: whether the records of a stand-in count.
pub const CHOOSE_STAND_IN: &str = "WG0690";
/// Stand-ins that cannot be.
pub const BAD_STAND_IN: &str = "WG0691";
/// Choice: several records that are first.
pub const CHOOSE_FIRST_TIES: &str = "WG0692";
/// Firsts that cannot be.
pub const BAD_FIRST: &str = "WG0693";

/// A decision about a year, in periods shorter than a year.
pub const YEAR_OF_SHORT_PERIODS: &str = "WG0694";
/// A grade that the assessment does not have.
pub const UNKNOWN_GRADE: &str = "WG0601";
/// An item that the assessment does not have.
pub const UNKNOWN_ITEM: &str = "WG0602";
/// A row that nothing reaches.
pub const UNREACHABLE_ROW: &str = "WG0603";
/// A worse value that gets more.
pub const WORSE_GETS_MORE: &str = "WG0604";
/// Items that do not add up.
pub const ITEMS_DO_NOT_ADD_UP: &str = "WG0605";
/// An assessment whose periods are not said, or said of events.
pub const BAD_ASSESSMENT_PERIOD: &str = "WG0606";
/// A grade for one total only.
pub const EXACT_GRADE: &str = "WG0607";
/// An award that asks for neither grade nor veto.
pub const AWARD_ASKS_NOTHING: &str = "WG0608";
/// Money that is divided and not rounded.
pub const UNROUNDED_MONEY: &str = "WG0609";

/// A value of a table's domain that no row takes.
pub const TABLE_GAP: &str = "WG0700";
/// A value of a table's domain that two rows take.
pub const TABLE_OVERLAP: &str = "WG0701";
/// A domain that has no values, or bounds that are not known.
pub const BAD_DOMAIN: &str = "WG0702";
/// Choice: part of a unit in `per`.
pub const CHOOSE_PART: &str = "WG0703";

/// Choice: a period without a result.
pub const CHOOSE_MISSING_PERIOD: &str = "WG0750";
/// A date without a year in a policy without a day of issue.
pub const YEAR_NOT_KNOWN: &str = "WG0680";
/// Choice: windows that a season cuts.
pub const CHOOSE_SEASON_EDGE: &str = "WG0681";
/// Choice: how days without are counted.
pub const CHOOSE_DAYS_WITHOUT: &str = "WG0682";
/// Choice: whether a spacing includes its number.
pub const CHOOSE_SPACING: &str = "WG0683";
/// A bound on the time between records beside other requirements.
pub const GAP_ALONE: &str = "WG0684";
/// Choice: rounding of prorated bounds.
pub const CHOOSE_PRORATE_ROUNDING: &str = "WG0685";
/// Time that is covered by records without a length, or taken in a way that does not go with it.
pub const BAD_COVER: &str = "WG0686";
/// `is followed by` and `follows` of a subject that is no record.
pub const NEIGHBOUR_NEEDS_RECORD: &str = "WG0660";
/// Records that nothing joins to the subject.
pub const NOTHING_SHARED: &str = "WG0661";
/// Choice: which references neighbours share.
pub const CHOOSE_SHARED: &str = "WG0662";
/// `by different` over steps that are not records.
pub const HANDS_NEED_RECORDS: &str = "WG0663";
/// An office clock whose spans do not rise, or that cannot count this.
pub const BAD_CLOCK: &str = "WG0664";
/// Options of a term that do not go together.
pub const TERM_OPTIONS: &str = "WG0665";
/// Choice: whether a row is one of those beside it.
pub const CHOOSE_ITSELF: &str = "WG0666";
/// Earlier records, of a window in which none is earlier.
pub const EARLIER_IN_A_DAY: &str = "WG0667";
/// A term whose start is its step.
pub const OWN_STEP: &str = "WG0668";
/// A value compared with itself.
pub const SAME_SIDES: &str = "WG0669";

/// Choice: points above a counter's threshold.
pub const CHOOSE_EXCESS: &str = "WG0751";
/// Choice: what comes after the last step of a counter.
pub const CHOOSE_AFTER_LAST: &str = "WG0752";
/// A counter without steps.
pub const NO_STEPS: &str = "WG0753";

/// A period by its number where there are never so many.
pub const NO_SUCH_PERIOD: &str = "WG0754";
/// A value over periods of which no whole one ever lies in those of the reader.
pub const NO_WHOLE_PERIOD: &str = "WG0755";

/// An open parameter.
pub const OPEN_PARAMETER: &str = "WG0650";
/// Something declared and never used.
pub const UNUSED: &str = "WG0651";
/// Clauses that are neither cited nor declared not encoded.
pub const CLAUSES_MISSING: &str = "WG0652";
/// A clause that is cited and declared not encoded.
pub const CITED_AND_NOT_ENCODED: &str = "WG0653";
/// One reason for several clauses.
pub const REASON_REPEATED: &str = "WG0654";
/// A rule that cites no clause.
pub const NO_CITES: &str = "WG0655";
/// A clause outside the declared ones.
pub const CLAUSE_OUTSIDE: &str = "WG0656";

/// Rows of registers that are counted on a day that is not said.
pub const ROWS_DAY: &str = "WG0657";
/// A measure of records that are counted, whose window is that of whoever counts.
pub const ROW_WINDOW: &str = "WG0658";
/// A comparison of records with an edge of the window that all records of the window pass.
pub const IDLE_EDGE: &str = "WG0659";
/// Bonuses that may bring an item or group above its full points.
pub const CHOOSE_ABOVE_FULL: &str = "WG0720";
/// A group that cannot be.
pub const BAD_GROUP: &str = "WG0721";
/// Places of a prize that nobody takes.
pub const CHOOSE_EMPTY_PLACES: &str = "WG0722";
/// A quota on the last grade, or prizes without any.
pub const BAD_LADDER: &str = "WG0723";
/// `counts again` where no record is deducted.
pub const AGAIN_IDLE: &str = "WG0724";
/// Choice: where the remainder of a split goes.
pub const CHOOSE_REMAINDER: &str = "WG0725";
/// A split that cannot be.
pub const BAD_SPLIT: &str = "WG0726";
/// Choice: winners whose amounts exceed the budget.
pub const CHOOSE_OVER_BUDGET: &str = "WG0727";
/// A budget or ceiling that bounds nothing.
pub const BAD_BUDGET: &str = "WG0728";
/// A prize that asks for more than the one above it.
pub const FLOORS_FALL: &str = "WG0729";
/// Choice: a value outside the bounds in which a person gives it.
pub const CHOOSE_OUTSIDE: &str = "WG0730";
/// A number that nobody can give as declared.
pub const BAD_GIVEN: &str = "WG0731";
/// A due day of what has none, or of somebody else.
pub const BAD_DUE_DAY: &str = "WG0732";
/// A name that looks like another, or holds a letter of another script.
pub const LOOKS_LIKE: &str = "WG0810";
/// No policy was made, and nothing was reported.
pub const NOTHING_MADE: &str = "WG0299";
