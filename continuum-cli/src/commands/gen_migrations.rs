//! `continuum-cli gen-migrations`: read, plan, write.

mod summary;

use self::summary::Summary;
use crate::changes::Changes;
use crate::cli::GenMigrations;
use crate::config::{Config, Engine};
use crate::error::{Error, Result};
use crate::installed::Installed;
use crate::migration_dir::MigrationDir;
use crate::migration_name::MigrationName;
use crate::source::Source;
use crate::state::{self, Described, DescribedLog, Known, State, Stopped};
use chrono::Utc;
use continuum_schema::{Baseline, Histories, Log, LogColumn, Plan, VersionedTable};
use std::io::Write;

pub(crate) fn run(args: &GenMigrations, out: &mut dyn Write) -> Result<()> {
    let name = args.name.as_deref().map(MigrationName::given).transpose()?;
    let config = Config::find(args)?;
    let dir = MigrationDir::read(&config.migrations_dir)?;
    let installed = Installed::read(&dir)?;
    let engine = engine(&config, installed.as_ref())?;
    let source = Source::read(&config, engine.dialect)?;
    source.check_stopped(installed.as_ref())?;

    let wanted = &match &installed {
        Some(installed) => installed.followed_by(source.tables()),
        None => source.tables().to_vec(),
    };
    let before = installed.as_ref().map(Installed::tables);
    let baseline = if args.no_baseline {
        Baseline::None
    } else {
        Baseline::Rows
    };
    let no_log = Log::default();
    let old_log = installed.as_ref().map_or(&no_log, Installed::log);
    let log = log(args, &config.log(source.columns())?, old_log)?;
    let mut plan = Plan::between_histories(
        before.as_deref().map(|tables| Histories {
            tables,
            log: old_log,
        }),
        Histories {
            tables: wanted,
            log: &log,
        },
        engine.dialect,
        baseline,
    )
    .map_err(|errors| source.mistakes(&errors))?;
    let is_wanted = |table: &VersionedTable| {
        let mut wanted = wanted.iter();
        wanted.any(|it| it.table.name == table.table.name)
    };
    let mut behind = installed
        .as_ref()
        .map(Installed::behind)
        .unwrap_or_default();
    behind.retain(|(table, _)| is_wanted(table));
    let unshared = before
        .as_deref()
        .filter(|_| installed.as_ref().is_some_and(Installed::is_unshared));
    let caught_up = Plan::catching_up(&behind, unshared, old_log, engine.dialect)
        .map_err(|errors| source.mistakes(&errors))?;
    plan.steps.splice(0..0, caught_up.steps);
    let changes = Changes::between(before.as_deref().unwrap_or_default(), wanted);
    let is_changed = |table: &VersionedTable| {
        let mut changed = changes.changed.iter();
        changed.any(|it| it.table.name == table.table.name)
    };
    let behind = behind.iter().map(|(table, _)| *table);
    let behind = behind.filter(|table| !is_changed(table)).collect();
    let summary = Summary {
        config: &config,
        engine: &engine,
        changes: &Changes {
            log: (*old_log != log).then_some((old_log, &log)),
            behind,
            unshared: unshared.is_some(),
            ..changes
        },
    };
    if plan.is_empty() {
        return print(out, &summary.nothing(wanted));
    }

    let name = name.unwrap_or_else(|| MigrationName::of(summary.changes));
    let migration = dir.next(&name, Utc::now());
    let files = [
        ("up.sql", plan.up_sql()),
        ("down.sql", plan.down_sql()),
        (
            state::FILE,
            state(&plan, summary.changes, installed.as_ref()).text(),
        ),
    ];
    if args.stdout {
        return print(out, &summary.files(&migration, &files));
    }
    dir.write(&migration, &files)?;
    print(out, &summary.written(&migration))
}

/// With the columns that are no longer declared, save those that shall go.
fn log(args: &GenMigrations, declared: &Log, installed: &Log) -> Result<Log> {
    let mut log = declared.clone().keeping(installed);
    for name in &args.drop_column {
        let is_named = |column: &&LogColumn| column.name() == name;
        let refuse = |why: String| {
            Err(Error::NotDroppable {
                column: name.clone(),
                why,
            })
        };
        if declared.columns.iter().any(|column| is_named(&column)) {
            return refuse("transaction_columns! declares it; take it out there first".to_owned());
        }
        if !installed.columns.iter().any(|column| is_named(&column)) {
            let kept = log.columns.iter().filter(|c| !declared.columns.contains(c));
            let kept: Vec<_> = kept.map(LogColumn::name).collect();
            return refuse(match kept.as_slice() {
                [] => "the transaction log has no column that is no longer declared".to_owned(),
                _ => format!(
                    "the transaction log has no such column; those that are no longer declared \
                     are: {}",
                    kept.join(", ")
                ),
            });
        }
        log.columns.retain(|column| column.name() != name);
    }
    Ok(log)
}

/// Who says which engine; at last, the migrations that are there.
fn engine(config: &Config, installed: Option<&Installed>) -> Result<Engine> {
    match (&config.engine, installed) {
        (Some(wanted), Some(installed)) => {
            installed.engine().check(wanted)?;
            Ok(wanted.clone())
        }
        (Some(engine), None) => Ok(engine.clone()),
        (None, Some(installed)) => {
            let dialect = installed.engine().dialect;
            Ok(Engine::new(dialect, "the migrations that are there"))
        }
        (None, None) => Err(Error::NoEngine),
    }
}

fn state(plan: &Plan, changes: &Changes<'_>, installed: Option<&Installed>) -> State {
    let previous = |table: &VersionedTable| {
        let fingerprint = installed?.fingerprint(&table.table.name)?;
        Some(fingerprint.to_owned())
    };
    let described = |table: &&VersionedTable| Described {
        table: (*table).clone(),
        previous: previous(table),
    };
    let stopped = |table: &&VersionedTable| {
        Some(Stopped {
            table: table.table.name.clone(),
            previous: previous(table)?,
        })
    };
    let known = |table: &VersionedTable| {
        Some(Known {
            table: table.table.name.clone(),
            previous: previous(table)?,
        })
    };
    let after_log = installed
        .and_then(Installed::log_fingerprint)
        .map(str::to_owned);
    State {
        dialect: plan.dialect,
        fingerprint: plan.fingerprint(),
        creates_log: installed.is_none(),
        log: changes.log.map(|(_, log)| DescribedLog {
            log: log.clone(),
            previous: after_log.clone(),
        }),
        known: installed
            .filter(|_| changes.log.is_some() || plan.dialect.shares())
            .map(Installed::tables)
            .unwrap_or_default()
            .iter()
            .filter_map(known)
            .collect(),
        after_log: after_log.filter(|_| changes.log.is_none()),
        tables: changes
            .added
            .iter()
            .chain(&changes.changed)
            .chain(&changes.behind)
            .map(described)
            .collect(),
        stopped: changes.stopped.iter().filter_map(stopped).collect(),
    }
}

fn print(out: &mut dyn Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes())
        .map_err(|source| Error::Output { source })
}
