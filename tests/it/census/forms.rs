//! Every form that must occur in a long run, by group.

/// Groups, and their forms with `|` between them.
pub const FORMS: &[(&str, &str)] = &[
    (
        "counter",
        "Points | Steps | StepsInWindow | Carried | Dropped | Repeats | Ends | clean | clean clears | cleared by records \
        | cleared every period | cleared under a condition | cleared by own cycle | length worked out | money rounded | step reached \
        | second step reached",
    ),
    (
        "over periods",
        "Count | Sum | Average | Min | Max | First | Last | Share | Quantile | nth | previous | previous record \
        | previous by reference | last to end | last before start | missing excluded | missing as | missing unknown",
    ),
    ("taken in", "a vocabulary | a policy | values set"),
    ("outcome", "met | unmet | pending | excused | unknown"),
    (
        "requirement",
        "all | any | at least | at most | exactly | between | per | condition | term | sequence | gap | gap of a computed length \
        | by different hands",
    ),
    ("joined terms", "all | any | of several strengths"),
    ("per, rounded", "up | down | half up | half even | unrounded"),
    (
        "frame",
        "Day | Week | TenDays | HalfMonth | Month | Quarter | HalfYear | Year | n Day | n Week | n TenDays \
        | n HalfMonth | n Month | n Quarter | n HalfYear | n Year | anchored | param | open param | on day \
        | on day or last | on last day | first days | last days | fixed | on nth weekday | on last weekday \
        | yearly | from a date of the subject | rolling | rolling in windows | throughout | throughout in windows | in season | gaps \
        | state | event | term",
    ),
    ("subject", "whole | register | derived | record"),
    ("strength", "must | in principle | should | may | aim"),
    (
        "rule clause",
        "scope | scope by an earlier result | excused | except | in force | waivable | sides of different strength | overridden \
        | waivers on file | derived life",
    ),
    ("days of a waiver", "said by fields | those of the row"),
    ("partial windows", "Whole | Any | Half | FirstDay | Prorate"),
    ("attributes", "at start | at end | at event"),
    ("rows counted", "first day | last day | daily mean"),
    ("thinned", "spaced | alternating | both"),
    ("spacing", "at least | more than"),
    ("acting", "or stand-in | stand-in instead | stand-ins without a source | stand-ins by records"),
    ("first per", "shared | all | none | by key | unless earlier | unless by then | several fields | pooled"),
    ("term", "Minutes | Hours | Days | Workdays | Weeks | Months | Years"),
    (
        "term option",
        "within | not before | ahead | by a due date | extended | extended twice | stopped | stopped by several | on a clock \
        | on a clock of every day | followed | follows | computed amount | last of records | nth of records | computed moment \
        | due day of another rule \
        | moves | stays | or before | each result | each step of a counter | first step after its start \
        | n-th step after its start | last step after its start | followed not before | follows not before \
        | missing start unmet | by due day | open amount | start on records | start in a field \
        | start from dates of records | step on records | step in a field",
    ),
    (
        "stopped",
        "by one event | by every record | by records that share something | during records | during days of records \
        | for all subjects",
    ),
    ("turn", "first result | last result | first step | last step"),
    (
        "aggregate",
        "count | distinct | sum | average | weighted | smallest | largest | first | last | share | list | median \
        | percentile",
    ),
    (
        "aggregated",
        "records | pooled records | register rows | records as rows | records beside | register rows beside | filtered | named year \
        | days that start later | results of records | results of rows",
    ),
    ("beside", "all | sharing | included | left out | earlier | earlier by key"),
    (
        "cover",
        "Minutes | Hours | Days | covered | uncovered | share | most at once | by several | by the clock \
        | in the frame | in hours | during records",
    ),
    ("link", "shared | whole | one step | more steps | ancestors"),
    (
        "aggregate frame",
        "window | up to end | before start | ever | last to end | last before start | up to a day of the row \
        | units up to a day of the row | from a day of the row | between days of the row | since the last",
    ),
    (
        "expression",
        "number | text | yes or no | date | code | param | open param | field | field by reference | key \
        | measure | measure of a reference | window start | window end | add | sub | mul | div | div zero unknown | as of | min | max \
        | abs | floor | ceil | round | cases | cases without otherwise | no value | own points of a counter | or else | = | <> | < | <= | > | >= \
        | or stand-in | stand-in instead | one of | has any | has all | starts with | in hours \
        | in hours over midnight | ends with | contains | known | and | or | not | is true | points of \
        | grade of | time of day | vetoed in | rank of | over periods | in period | points of item | full items | counter \
        | result by reference",
    ),
    ("result by reference", "Points | Grade | Vetoed | Rank"),
    ("part of a date", "Year | Quarter | Month | Weekday | Day"),
    ("shifted by", "Minutes | Hours | Days | Workdays | Weeks | Months | Years"),
    ("between", "Minutes | Hours | Days | Weeks | Months | Years"),
    ("working time between", "Minutes | Hours | Workdays"),
    (
        "tally",
        "longest run met | longest run unmet | current run met | current run unmet | Share | MeanShare | Met \
        | Unmet | Due | Unknown | Excused | Pending | DueDay",
    ),
    ("item", "full | share | when | points"),
    ("item choice", "Full | Zero | LeftOut | NotScored | Excluded | Unmet"),
    (
        "assessment",
        "of events | of periods | unclamped | above full counts | lowest is best | multiples | money rounded | deduct | add \
        | cap | when | sets grade | caps grade | grade that is computed | lowers | loses item | raises \
        | limits raises | withholds | leaves unscored | veto without points | veto with a term | prizes \
        | prizes pass on | prize with a floor | grade quota | veto sets grade | veto bars | rank \
        | rank in groups | award | award share | base all | ties Include | ties Exclude | ties share, first \
        | ties share, nobody | ties share prizes | not scored \
        | reads another | reward | split | split in part | remainder First | remainder Largest \
        | remainder Subject | remainder Nobody | budget shared | budget in proportion | budget cut \
        | budget unpaid | ceiling of a year | ceiling of a recipient | key with the highest first \
        | key with the lowest first | split by weight | split equally",
    ),
    ("share of places rounded", "HalfUp | HalfEven | Up | Down"),
    ("lines rounded", "HalfUp | HalfEven | Up | Down"),
    (
        "lines",
        "group of items | group of changes | group cap | loses at most | group above full lost \
        | group in a group | body | item above full counts",
    ),
    ("effect", "grade | veto | cap | lower | raise | withhold | unscored | bar | reward | sanction | award"),
    ("as-of", "before the period | inside, a day | inside, an instant | after | gap in a source | no source"),
];

/// The forms of a group's text.
pub fn forms(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split('|').map(str::trim)
}
