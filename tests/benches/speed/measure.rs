//! Times, and what is made of them.

use crate::contender::Subject;
use rustix::time::{ClockId, clock_gettime};
use std::path::PathBuf;
use std::time::Instant;

/// What something took, in microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    pub wall: f64,
    pub cpu: f64,
}

impl Cost {
    pub fn per(self, units: u32) -> Self {
        Self {
            wall: self.wall / f64::from(units),
            cpu: self.cpu / f64::from(units),
        }
    }

    pub fn ratio(self, base: Self) -> Self {
        Self {
            wall: self.wall / base.wall,
            cpu: self.cpu / base.cpu,
        }
    }

    pub fn median(costs: &[Self]) -> Self {
        Self {
            wall: median(costs.iter().map(|cost| cost.wall)),
            cpu: median(costs.iter().map(|cost| cost.cpu)),
        }
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.is_empty() {
        f64::NAN
    } else if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}

/// The time that something has had a processor for.
pub enum CpuClock {
    /// This thread: the engine runs in it.
    ThisThread,
    /// The process, or thread, of the server that serves a connection: its directory in `/proc`.
    Server(PathBuf),
}

impl CpuClock {
    fn microseconds(&self) -> f64 {
        match self {
            Self::ThisThread => {
                let time = clock_gettime(ClockId::ThreadCPUTime);
                time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
            }
            // Exact while the server waits for the next statement.
            Self::Server(directory) => {
                let path = directory.join("schedstat");
                let text = std::fs::read_to_string(&path)
                    .unwrap_or_else(|error| panic!("Linux tells CPU time in {path:?}: {error}"));
                let nanoseconds: f64 = text.split(' ').next().unwrap().parse().unwrap();
                nanoseconds / 1e3
            }
        }
    }

    /// What `f` takes.
    pub fn time<T>(&self, f: impl FnOnce() -> T) -> (T, Cost) {
        let (cpu, wall) = (self.microseconds(), Instant::now());
        let value = f();
        let wall = wall.elapsed().as_secs_f64() * 1e6;
        let cpu = self.microseconds() - cpu;
        (value, Cost { wall, cpu })
    }
}

/// One contender's turns at one workload, one after the other.
pub struct Series {
    pub arena: &'static str,
    pub workload: &'static str,
    pub subject: Subject,
    /// For each row or transaction.
    pub costs: Vec<Cost>,
}

/// One thing beside another one on the same database.
pub struct Comparison {
    pub arena: &'static str,
    pub subject: Subject,
    pub what: &'static str,
    pub against: &'static str,
    pub base: Vec<Cost>,
    pub costs: Vec<Cost>,
}

impl Comparison {
    pub fn ratio(&self) -> Cost {
        ratio(&self.costs, &self.base)
    }
}

/// The median of the ratios of each round.
pub fn ratio(costs: &[Cost], base: &[Cost]) -> Cost {
    let pairs = costs.iter().zip(base);
    let ratios: Vec<Cost> = pairs.map(|(cost, base)| cost.ratio(*base)).collect();
    Cost::median(&ratios)
}

/// What a version takes, in bytes.
pub struct Stored {
    pub arena: &'static str,
    pub subject: Subject,
    pub table: f64,
    pub indexes: f64,
}

/// Everything that was measured.
#[derive(Default)]
pub struct Measured {
    pub series: Vec<Series>,
    pub reading: Vec<Comparison>,
    pub sequence: Vec<Comparison>,
    pub stored: Vec<Stored>,
}

impl Measured {
    /// Adds a turn.
    pub fn add(
        &mut self,
        arena: &'static str,
        workload: &'static str,
        subject: Subject,
        cost: Cost,
    ) {
        let series = self.series.iter_mut().find(|series| {
            (series.arena, series.workload, series.subject) == (arena, workload, subject)
        });
        match series {
            Some(series) => series.costs.push(cost),
            None => self.series.push(Series {
                arena,
                workload,
                subject,
                costs: vec![cost],
            }),
        }
    }

    pub fn find(&self, arena: &str, workload: &str, subject: Subject) -> Option<&Series> {
        self.series.iter().find(|series| {
            (series.arena, series.workload, series.subject) == (arena, workload, subject)
        })
    }
}
