//! Kinds with fields: what a random policy is about. The shapes are those of real registers; names are random.

use super::words::Words;

/// Units that numbers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Plain,
    Share,
    Points,
    Money,
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
    Years,
    Named,
}

/// Units that are lengths of time.
pub const SPANS: [Unit; 6] = [Unit::Minutes, Unit::Hours, Unit::Days, Unit::Weeks, Unit::Months, Unit::Years];

/// The name of the one unit that policies declare by using it.
pub const NAMED_UNIT: &str = "公里";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    Text,
    Whole,
    Number(Unit),
    Bool,
    Date,
    Time,
    /// Codes; the first number names the list.
    Code(Vec<String>),
    Codes(Vec<String>),
    Ref(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub ty: FieldType,
    pub optional: bool,
    /// Id of the keyword that marks it.
    pub mark: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Whole,
    Entity,
    Record,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    pub name: String,
    pub role: Role,
    pub fields: Vec<Field>,
}

pub struct Schema {
    pub kinds: Vec<Kind>,
    names: Vec<String>,
}

impl Kind {
    pub fn marked(&self, mark: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.mark == Some(mark))
    }

    pub fn is_record(&self) -> bool {
        self.role == Role::Record
    }

    /// A record that covers time: it has an end, or its moment is a day.
    pub fn has_length(&self) -> bool {
        let by_date = self.marked("at").is_some_and(|at| self.fields[at].ty == FieldType::Date);
        by_date || self.marked("end_field").is_some()
    }

    pub fn is_tree(&self) -> bool {
        self.marked("parent").is_some()
    }
}

const NAMES: [&str; 48] = [
    "grid",
    "household",
    "visitor",
    "outcall",
    "ledger_a",
    "stage1",
    "verdict",
    "alpha",
    "beta",
    "gamma",
    "delta",
    "omega",
    "risk",
    "size",
    "stars",
    "flag",
    "remark",
    "fee",
    "span_x",
    "ratio",
    "住户",
    "网格",
    "走访",
    "巡查",
    "诉求",
    "办结",
    "决定书",
    "专员",
    "甲类",
    "乙类",
    "丙类",
    "类别名",
    "面积",
    "金额",
    "评分",
    "时长",
    "备注",
    "受理",
    "到期",
    "红旗",
    "黄牌",
    "街区",
    "楼栋",
    "站点",
    "比例",
    "编号",
    "等级",
    "标签",
];

impl Schema {
    /// A name that no other thing of the policy bears.
    pub fn fresh(&mut self, w: &mut Words) -> String {
        let base = *w.pick(&NAMES);
        let mut name = base.to_owned();
        let mut n = 1;
        while self.names.contains(&name) {
            n += 1;
            name = format!("{base}{n}");
        }
        self.names.push(name.clone());
        name
    }

    pub fn new(w: &mut Words) -> Schema {
        let mut s = Schema { kinds: Vec::new(), names: vec![NAMED_UNIT.to_owned()] };
        if w.chance(70) {
            s.kind(w, Role::Whole, Vec::new());
        }
        let area = s.kinds.len();
        let parent = if w.chance(60) { vec![("parent", FieldType::Ref(area), true)] } else { Vec::new() };
        let mut fields = vec![("key", FieldType::Text, false)];
        fields.extend(parent);
        if w.chance(60) {
            fields.push(("tier_field", FieldType::Whole, w.chance(20)));
        }
        s.kind(w, Role::Entity, fields);
        s.values(w, area, 2);

        let unit = s.kinds.len();
        let key = if w.chance(30) { FieldType::Whole } else { FieldType::Text };
        let mut fields = vec![("key", key, false), ("", FieldType::Ref(area), w.chance(40))];
        if w.chance(20) {
            fields.push(("", FieldType::Ref(area), true));
        }
        s.kind(w, Role::Entity, fields);
        s.values(w, unit, 4);

        let person = s.kinds.len();
        s.kind(w, Role::Entity, vec![("key", FieldType::Text, false)]);
        if w.chance(30) {
            s.values(w, person, 1);
        }

        // Two kinds of visits with the same first fields, so that they can be pooled.
        let first = s.kinds.len();
        let moment = if w.chance(50) { FieldType::Date } else { FieldType::Time };
        let key = w.chance(50);
        let pooled = [("", FieldType::Number(Unit::Points), true), ("", FieldType::Time, true)];
        for at in 0..2 {
            let mut fields = vec![("at", moment.clone(), false), ("", FieldType::Ref(unit), w.chance(30))];
            fields.extend(pooled.clone());
            if w.chance(50) {
                fields[3].0 = "end_field";
            }
            if w.chance(60) {
                fields.push(("", FieldType::Ref(person), w.chance(50)));
            }
            if key {
                let ty = if w.chance(50) { FieldType::Whole } else { FieldType::Text };
                fields.push(("key", ty, false));
            }
            s.kind(w, Role::Record, fields);
            if at == 1 {
                for field in 2..4 {
                    s.kinds[first + 1].fields[field].name = s.kinds[first].fields[field].name.clone();
                }
            }
            s.values(w, first + at, 4);
        }

        let case = s.kinds.len();
        let moment = if w.chance(70) { FieldType::Time } else { FieldType::Date };
        let key = if w.chance(30) { FieldType::Whole } else { FieldType::Text };
        let mut fields = vec![("key", key, false), ("at", moment, false), ("", FieldType::Ref(area), w.chance(20))];
        fields.push(("", FieldType::Date, true));
        fields.push(("", FieldType::Time, true));
        if w.chance(50) {
            fields.push(("", FieldType::Ref(person), true));
        }
        if w.chance(25) {
            fields.push(("", FieldType::Ref(case), true));
        }
        s.kind(w, Role::Record, fields);
        s.values(w, case, 3);

        let step = s.kinds.len();
        let moment = if w.chance(70) { FieldType::Time } else { FieldType::Date };
        let mut fields = vec![("at", moment, false), ("", FieldType::Ref(case), w.chance(20))];
        // What two steps have in common may be their case alone, or more; either may stand first.
        if w.chance(40) {
            fields.insert(1 + w.below(2), ("", FieldType::Ref(person), w.chance(20)));
        }
        if w.chance(50) {
            fields.push(("key", FieldType::Text, false));
        }
        s.kind(w, Role::Record, fields);
        s.values(w, step, 2);

        let decision = s.kinds.len();
        let fields = vec![
            ("at", FieldType::Date, false),
            ("", FieldType::Ref(area), w.chance(20)),
            ("", FieldType::Ref(unit), true),
            ("", FieldType::Text, true),
            ("", FieldType::Whole, true),
        ];
        s.kind(w, Role::Record, fields);
        s.values(w, decision, 1);
        s
    }

    fn kind(&mut self, w: &mut Words, role: Role, fields: Vec<(&'static str, FieldType, bool)>) {
        let name = self.fresh(w);
        let mut kind = Kind { name, role, fields: Vec::new() };
        for (mark, ty, optional) in fields {
            let mark = Some(mark).filter(|m| !m.is_empty());
            kind.fields.push(Field { name: self.fresh(w), ty, optional, mark });
        }
        self.kinds.push(kind);
    }

    /// Adds attributes of random types.
    fn values(&mut self, w: &mut Words, kind: usize, count: i64) {
        for _ in 0..w.range(1, count + 2) {
            let ty = match w.below(14) {
                0 => FieldType::Text,
                1 => FieldType::Whole,
                2 => FieldType::Number(Unit::Plain),
                3 => FieldType::Number(Unit::Share),
                4 => FieldType::Number(Unit::Points),
                5 => FieldType::Number(Unit::Money),
                6 => FieldType::Number(*w.pick(&[Unit::Days, Unit::Hours, Unit::Months, Unit::Minutes, Unit::Named])),
                7 => FieldType::Bool,
                8 => FieldType::Date,
                9 => FieldType::Time,
                10 | 11 => FieldType::Code(self.codes(w)),
                12 => FieldType::Codes(self.codes(w)),
                _ => FieldType::Number(Unit::Plain),
            };
            let field = Field { name: self.fresh(w), ty, optional: w.chance(40), mark: None };
            self.kinds[kind].fields.push(field);
        }
    }

    fn codes(&mut self, w: &mut Words) -> Vec<String> {
        (0..w.range(1, 4)).map(|_| self.fresh(w)).collect()
    }

    /// All chains of references from one kind to another that pass no kind twice, at most four steps.
    pub fn chains(&self, from: usize, to: usize) -> Vec<Vec<usize>> {
        let mut found = Vec::new();
        self.extend(from, to, &mut vec![from], &mut Vec::new(), &mut found);
        found
    }

    fn extend(
        &self,
        at: usize,
        to: usize,
        visited: &mut Vec<usize>,
        path: &mut Vec<usize>,
        found: &mut Vec<Vec<usize>>,
    ) {
        for (field, decl) in self.kinds[at].fields.iter().enumerate() {
            let FieldType::Ref(next) = decl.ty else { continue };
            path.push(field);
            if next == to {
                found.push(path.clone());
            } else if path.len() < 4 && !visited.contains(&next) {
                visited.push(next);
                self.extend(next, to, visited, path, found);
                visited.pop();
            }
            path.pop();
        }
    }

    /// Names of a path, as a policy writes them.
    pub fn path(&self, w: &mut Words, kind: usize, path: &[usize]) -> String {
        let mut at = kind;
        let mut names = Vec::new();
        for step in path {
            let field = &self.kinds[at].fields[*step];
            names.push(w.name(&field.name).trim().to_owned());
            if let FieldType::Ref(next) = field.ty {
                at = next;
            }
        }
        format!(" {} ", names.join("."))
    }

    /// Paths of at most two references to fields, with their types.
    pub fn paths(&self, kind: usize) -> Vec<(Vec<usize>, FieldType)> {
        let mut found = Vec::new();
        let mut open = vec![(Vec::new(), kind)];
        while let Some((path, at)) = open.pop() {
            for (field, decl) in self.kinds[at].fields.iter().enumerate() {
                let mut longer: Vec<usize> = path.clone();
                longer.push(field);
                if let FieldType::Ref(next) = decl.ty
                    && longer.len() <= 2
                {
                    open.push((longer.clone(), next));
                }
                found.push((longer, decl.ty.clone()));
            }
        }
        found.sort_by_key(|(path, _)| path.clone());
        found
    }

    /// The declarations, as text.
    pub fn declare(&self, w: &mut Words, kind: &Kind) -> String {
        let name = w.name(&kind.name);
        if kind.role == Role::Whole {
            return format!("{}{name}", w.kw("whole"));
        }
        let head = w.kw(if kind.is_record() { "record" } else { "entity" });
        let mut text = format!("{head}{name}{}\n", w.mark("{"));
        for field in &kind.fields {
            let mark = field.mark.map_or(String::new(), |mark| w.kw(mark));
            let ty = self.type_text(w, &field.ty);
            let optional = if field.optional { w.kw("optional") } else { String::new() };
            let given = if kind.is_record() { given_text(w, kind, field) } else { String::new() };
            text += &format!("    {mark}{}{}{ty}{optional}{given}\n", w.name(&field.name), w.mark(":"));
        }
        text += &w.mark("}");
        if kind.role == Role::Entity
            && let Some(at) = self.kinds.iter().position(|other| other.name == kind.name)
        {
            text += &super::relations::lifetime(w, self, at);
        }
        text
    }

    fn type_text(&self, w: &mut Words, ty: &FieldType) -> String {
        match ty {
            FieldType::Text => w.kw("text"),
            FieldType::Whole => w.kw("whole_number"),
            FieldType::Number(unit) => format!("{}{}", w.kw("number"), unit_text(w, *unit)),
            FieldType::Bool => w.kw("yes_or_no"),
            FieldType::Date => w.kw("date"),
            FieldType::Time => w.kw("time"),
            FieldType::Code(codes) | FieldType::Codes(codes) => {
                let head = w.kw(if matches!(ty, FieldType::Code(_)) { "one_of" } else { "any_of" });
                let names: Vec<String> = codes.iter().map(|code| w.name(code)).collect();
                format!("{head}{{{}}} ", w.list(&names))
            }
            FieldType::Ref(kind) => w.name(&self.kinds[*kind].name),
        }
    }
}

pub fn unit_text(w: &mut Words, unit: Unit) -> String {
    match unit {
        Unit::Plain => String::new(),
        Unit::Share => "%".to_owned(),
        Unit::Points => w.kw("points"),
        Unit::Money => w.money(),
        Unit::Days => w.kw("days"),
        Unit::Minutes => w.kw("minutes"),
        Unit::Weeks => w.kw("weeks"),
        Unit::Years => w.kw("years"),
        Unit::Hours => w.kw("hours"),
        Unit::Months => w.kw("months"),
        Unit::Named => format!(" {NAMED_UNIT} "),
    }
}

/// Bounds in which a person gives a number. The rows hold to them: what does not is no row.
fn given_text(w: &mut Words, kind: &Kind, field: &Field) -> String {
    let bounds = match field.ty {
        _ if !w.chance(15) => return String::new(),
        FieldType::Whole => ("-3000", "3000"),
        FieldType::Number(Unit::Share) => ("-10000%", "10000%"),
        FieldType::Number(_) => ("-100", "100"),
        _ => return String::new(),
    };
    let names = kind.fields.iter().filter(|other| {
        !other.optional && matches!(other.ty, FieldType::Text | FieldType::Ref(_) | FieldType::Code(_))
    });
    let names: Vec<&Field> = names.collect();
    let by = if names.is_empty() || w.chance(50) {
        String::new()
    } else {
        let by = w.pick(&names).name.clone();
        format!("{}{}", w.kw("given_by"), w.name(&by))
    };
    let outside = w.kw_of(&["outside_rejected", "outside_bounded"]);
    format!("{}{} {}{} {by}{outside}", w.kw("given_within"), bounds.0, w.kw("to"), bounds.1)
}
