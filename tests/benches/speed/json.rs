//! The figures as JSON.

use crate::contender::Subject;
use crate::measure::{Comparison, Cost, Measured, ratio};
use crate::options::Options;
use serde_json::{Value, json};

pub fn json(measured: &Measured, options: &Options) -> String {
    let series = measured.series.iter().map(|series| {
        let over = |base: Option<Subject>| {
            base.and_then(|base| measured.find(series.arena, series.workload, base))
                .map(|base| cost(ratio(&series.costs, &base.costs)))
        };
        json!({
            "engine": series.arena,
            "workload": series.workload,
            "subject": series.subject.name(),
            "microseconds": cost(Cost::median(&series.costs)),
            "over_unversioned": over(Some(Subject::Unversioned)),
            "over_by_hand": over(series.subject.by_hand()),
            "rounds": series.costs.iter().copied().map(cost).collect::<Vec<_>>(),
        })
    });
    let stored = measured.stored.iter().map(|stored| {
        json!({
            "engine": stored.arena,
            "subject": stored.subject.name(),
            "table": stored.table,
            "indexes": stored.indexes,
        })
    });
    let text = json!({
        "sizes": {
            "rounds": options.rounds,
            "transactions": options.transactions,
            "keys": options.keys,
            "rows": options.rows,
            "versions": options.versions,
        },
        "writing": series.collect::<Value>(),
        "bytes_per_version": stored.collect::<Value>(),
        "what_a_session_has_run_before": comparisons(&measured.sequence),
        "reading": comparisons(&measured.reading),
    });
    format!("{text:#}\n")
}

fn comparisons(comparisons: &[Comparison]) -> Value {
    let each = comparisons.iter().map(|comparison| {
        json!({
            "engine": comparison.arena,
            "subject": comparison.subject.name(),
            "what": comparison.what,
            "against": comparison.against,
            "microseconds": cost(Cost::median(&comparison.costs)),
            "against_microseconds": cost(Cost::median(&comparison.base)),
            "ratio": cost(comparison.ratio()),
        })
    });
    each.collect()
}

fn cost(cost: Cost) -> Value {
    let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
    json!({ "cpu": rounded(cost.cpu), "wall": rounded(cost.wall) })
}
