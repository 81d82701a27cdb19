//! The figures as text.

use crate::bulk;
use crate::contender::Subject;
use crate::measure::{Comparison, Cost, Measured, ratio};
use crate::single;
use std::fmt::Write;

pub const WORKLOADS: [&str; 6] = [
    single::INSERT,
    single::UPDATE,
    bulk::INSERT,
    bulk::UPDATE,
    bulk::NO_CHANGE,
    bulk::DELETE,
];

pub fn report(measured: &Measured) -> String {
    let mut text = String::new();
    for arena in arenas(measured) {
        writing(&mut text, measured, arena);
    }
    if !measured.stored.is_empty() {
        text += "\nBytes for each version          rows   indexes\n";
    }
    for stored in &measured.stored {
        let (table, indexes) = (stored.table, stored.indexes);
        let whose = format!("{}, {}", stored.arena, stored.subject.name());
        line(&mut text, format!("{whose:<32}{table:>6.0}{indexes:>10.0}"));
    }
    comparisons(
        &mut text,
        "What a session has run before",
        &measured.sequence,
    );
    comparisons(&mut text, "Reading", &measured.reading);
    text
}

fn writing(text: &mut String, measured: &Measured, arena: &str) {
    line(
        text,
        format!("\n{arena}: microseconds for each row or transaction, and as ratio"),
    );
    line(
        text,
        format!(
            "{:<32}{:>10}{:>10}{:>8}{:>8}{:>14}{:>14}",
            "", "CPU", "wall", "CPU x", "wall x", "CPU x by hand", "wall x by hand"
        ),
    );
    for workload in WORKLOADS {
        let Some(base) = measured.find(arena, workload, Subject::Unversioned) else {
            continue;
        };
        line(text, workload.to_owned());
        for subject in Subject::ALL {
            let Some(series) = measured.find(arena, workload, subject) else {
                continue;
            };
            let median = Cost::median(&series.costs);
            let over = ratio(&series.costs, &base.costs);
            let mut row = format!(
                "  {:<30}{:>10.2}{:>10.2}{:>8.2}{:>8.2}",
                subject.name(),
                median.cpu,
                median.wall,
                over.cpu,
                over.wall
            );
            let by_hand = subject
                .by_hand()
                .and_then(|by_hand| measured.find(arena, workload, by_hand));
            if let Some(by_hand) = by_hand {
                let over = ratio(&series.costs, &by_hand.costs);
                let _ = write!(row, "{:>14.2}{:>14.2}", over.cpu, over.wall);
            }
            line(text, row);
        }
    }
}

fn comparisons(text: &mut String, title: &str, comparisons: &[Comparison]) {
    if comparisons.is_empty() {
        return;
    }
    line(
        text,
        format!("\n{title}: microseconds of CPU, and as ratio"),
    );
    for comparison in comparisons {
        let ratio = comparison.ratio();
        line(
            text,
            format!(
                "{:<12}{:<22}{:<62}{:>10.2}{:>10.2}{:>10.2}{:>10.2} wall",
                comparison.arena,
                comparison.subject.name(),
                format!("{}, {}", comparison.what, comparison.against),
                Cost::median(&comparison.base).cpu,
                Cost::median(&comparison.costs).cpu,
                ratio.cpu,
                ratio.wall
            ),
        );
    }
}

/// Those that were measured, in their order.
pub fn arenas(measured: &Measured) -> Vec<&'static str> {
    let mut arenas: Vec<_> = measured.series.iter().map(|series| series.arena).collect();
    arenas.dedup();
    arenas
}

fn line(text: &mut String, line: String) {
    text.push_str(line.trim_end());
    text.push('\n');
}
