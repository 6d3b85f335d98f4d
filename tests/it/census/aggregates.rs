//! Forms of aggregates: what is taken, of which rows, in which frame.

use wangge::model::{
    Acting, Agg, AggFrame, AggOp, Expr, Itself, Link, Policy, Quantile, Role, Source, SourcePart, Thin, Ties,
};

use super::Census;

impl Census {
    pub(super) fn agg(&mut self, policy: &Policy, agg: &Agg) {
        let form = match &agg.op {
            AggOp::Count => "count",
            AggOp::Distinct(_) => "distinct",
            AggOp::Sum(_) => "sum",
            AggOp::Average(_, None) => "average",
            AggOp::Average(_, Some(_)) => "weighted",
            AggOp::Min(_) => "smallest",
            AggOp::Max(_) => "largest",
            AggOp::First(_) => "first",
            AggOp::Last(_) => "last",
            AggOp::Share(_) => "share",
            AggOp::List(_) => "list",
            AggOp::Quantile(_, Quantile::Median) => "median",
            AggOp::Quantile(..) => "percentile",
        };
        self.add("aggregate", form);
        if let Some(Thin { spacing: Some(spacing), .. }) = agg.thin {
            self.add("spacing", if spacing.inclusive { "at least" } else { "more than" });
        }
        match agg.thin {
            Some(Thin { spacing: Some(_), alternating: true }) => self.add("thinned", "both"),
            Some(Thin { alternating: true, .. }) => self.add("thinned", "alternating"),
            Some(_) => self.add("thinned", "spaced"),
            None => {}
        }
        let parts: Vec<&SourcePart> = match &agg.source {
            Source::Records(parts) => {
                self.add("aggregated", if parts.len() > 1 { "pooled records" } else { "records" });
                let form = match &agg.frame {
                    AggFrame::Window => "window",
                    AggFrame::UpToEnd => "up to end",
                    AggFrame::BeforeStart => "before start",
                    AggFrame::Ever => "ever",
                    AggFrame::Last { at_end: true, .. } => "last to end",
                    AggFrame::Last { .. } => "last before start",
                    AggFrame::Dated { from: Some(_), until: None } => "from a day of the row",
                    AggFrame::Dated { from: None, .. } => "up to a day of the row",
                    frame @ AggFrame::Dated { .. } if frame.units().is_some() => "units up to a day of the row",
                    AggFrame::Dated { .. } => "between days of the row",
                    AggFrame::SinceLast(_) => "since the last",
                };
                self.add("aggregate frame", form);
                parts.iter().collect()
            }
            Source::Rows(part) => {
                let record = policy.kinds[part.kind].role == Role::Record;
                self.add("aggregated", if record { "records as rows" } else { "register rows" });
                vec![part]
            }
            Source::Sharing(sharing) => {
                let record = policy.kinds[sharing.part.kind].role == Role::Record;
                self.add("aggregated", if record { "records beside" } else { "register rows beside" });
                self.add("beside", if sharing.on.is_empty() { "all" } else { "sharing" });
                let itself = match sharing.itself {
                    Itself::Included => "included",
                    Itself::LeftOut => "left out",
                    Itself::Earlier => "earlier",
                    Itself::EarlierByKey => "earlier by key",
                };
                self.add("beside", itself);
                vec![&sharing.part]
            }
        };
        for part in parts {
            if part.filter.iter().chain(agg.op.exprs()).any(reads_results) {
                let record = policy.kinds[part.kind].role == Role::Record;
                self.add("aggregated", if record { "results of records" } else { "results of rows" });
            }
            self.add_if(part.filter.is_some(), "aggregated", "filtered");
            self.add_if(part.year_field.is_some(), "aggregated", "named year");
            self.add_if(part.day_starts > 0, "aggregated", "days that start later");
            part.filter.iter().for_each(|e| self.expr(policy, e));
            match part.acting {
                Acting::InPerson => {}
                Acting::OrStandIn => self.add("acting", "or stand-in"),
                Acting::StandInInstead => self.add("acting", "stand-in instead"),
            }
            if let Some(first) = &part.first {
                let ties = match first.ties {
                    Ties::Shared => "shared",
                    Ties::All => "all",
                    Ties::None => "none",
                    Ties::ByKey => "by key",
                };
                self.add("first per", ties);
                if let Some((_, by_then)) = &first.known {
                    self.add("first per", if *by_then { "unless by then" } else { "unless earlier" });
                }
                self.add_if(first.rivals.len() > 1, "first per", "pooled");
                self.add_if(first.rivals[0].matter.len() > 1, "first per", "several fields");
            }
            match &part.link {
                Link::Whole => self.add("link", "whole"),
                Link::Shared { .. } => self.add("link", "shared"),
                Link::Path { path, ancestors } => {
                    self.add_if(*ancestors, "link", "ancestors");
                    self.add("link", if path.len() == 1 { "one step" } else { "more steps" });
                }
            }
        }
    }
}

fn reads_results(expr: &Expr) -> bool {
    matches!(expr, Expr::Result(..)) || expr.children().into_iter().any(reads_results)
}
