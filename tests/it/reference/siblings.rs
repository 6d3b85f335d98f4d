//! Rows beside the row that asks (section 4): every row is looked at for each who asks.

use chrono::NaiveDate;
use wangge::model::{AggFrame, Expr, FieldId, Itself, Role, Sharing};

use super::Run;
use super::aggregate::Found;
use super::eval::Context;
use super::time::{after, before};
use super::value::V;
use super::world::Subject;

impl Run<'_> {
    pub fn find_beside<'a>(
        &self,
        sharing: &Sharing,
        exprs: &[&Expr],
        frame: &AggFrame,
        context: &Context<'a>,
    ) -> Found<'a> {
        let part = &sharing.part;
        if self.policy.kinds[part.kind].role != Role::Record {
            let day = self.rows_day(context);
            let gap = !self.has_any_source(part.kind);
            let mut found = Found { gap, ..Found::default() };
            let own = self.values(&context.row, sharing.on.iter().map(|(_, own)| own), day);
            found.gap |= !own.iter().all(V::is_known);
            let from = self.rows_from(exprs, day, context);
            for row in self.subjects(part.kind) {
                if self.is_there_in(&row, from, after(day)) && self.is_beside(sharing, &row, &own, day, context) {
                    self.keep(part, row, day, context, &mut found);
                }
            }
            return found;
        }
        let mut found = self.find_records(&[], frame, context);
        let Some(mut stretch) = self.stretch(frame, context) else { return found };
        if let (true, Subject::Record(kind, at)) = (sharing.itself.is_earlier(), &context.row) {
            let end = after(self.moment(*kind, *at).day());
            stretch.end = Some(stretch.end.map_or(end, |other| other.min(end)));
        }
        let past_as_of = *frame != AggFrame::Ever && stretch.end.is_some_and(|end| self.is_ahead(end, 0, context));
        found.open = past_as_of && !context.reading.been;
        found.undone = past_as_of || context.reading.fillable;
        found.gap = stretch.unseen || self.has_gap(part.kind, stretch.start, self.demanded(&stretch, 0, context));
        found.start = stretch.start;
        let own: Vec<V> = sharing.on.iter().map(|(_, own)| self.eval(&field(own), context)).collect();
        found.gap |= !own.iter().all(V::is_known);
        for row in self.subjects(part.kind) {
            let Subject::Record(kind, at) = row else { unreachable!("an event") };
            let moment = self.moment(kind, at);
            if stretch.takes(moment.day(), moment) && self.is_beside(sharing, &row, &own, moment.day(), context) {
                self.keep(part, row, before(context.window.1), context, &mut found);
            }
        }
        found
    }

    /// Whether a row shares the values of the context's row, and counts beside it.
    fn is_beside(&self, sharing: &Sharing, row: &Subject, own: &[V], day: NaiveDate, context: &Context<'_>) -> bool {
        let theirs = self.values(row, sharing.on.iter().map(|(theirs, _)| theirs), day);
        let alike = theirs.iter().zip(own).all(|(a, b)| a.is_known() && a == b);
        let moments = || match (row, &context.row) {
            (Subject::Record(kind, at), Subject::Record(own, own_at)) => {
                (self.moment(*kind, *at), self.moment(*own, *own_at))
            }
            _ => unreachable!("only records come before each other"),
        };
        alike
            && match sharing.itself {
                Itself::Included => true,
                Itself::LeftOut => *row != context.row,
                Itself::Earlier => {
                    let (theirs, own) = moments();
                    theirs.compare(own).is_lt()
                }
                Itself::EarlierByKey => {
                    (self.order(row), self.key_order(row)) < (self.order(&context.row), self.key_order(&context.row))
                }
            }
    }

    fn values<'p>(&self, row: &Subject, paths: impl Iterator<Item = &'p Vec<FieldId>>, day: NaiveDate) -> Vec<V> {
        paths.map(|path| self.read(row, path, day, false)).collect()
    }
}

fn field(path: &[FieldId]) -> wangge::model::Expr {
    wangge::model::Expr::Field(path.to_vec())
}
