//! Options that change, and columns that go and come back: what the history has said stays.

use super::{Conn, database};
use crate::support::database::{Database, Engine};
use crate::support::history::story;
use crate::support::kept::{STRATEGIES, versioned};
use crate::support::random::Random;
use crate::support::sound::assert_sound;
use continuum_core::continuum_transaction;
use continuum_core::prelude::*;
use continuum_schema::{Baseline, Dialect, Histories, Log, Plan, Required, VersionedTable};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

const ITEMS: &str = "items (id) { id -> Integer, name -> Nullable<Text>, views -> Integer }";
const CREATE_ITEMS: &str = "CREATE TABLE items
    (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20), views INTEGER NOT NULL DEFAULT 0)";

/// A table of which one migration after the other is made.
struct Evolving {
    db: Database<Conn>,
    is: Vec<VersionedTable>,
    log: Log,
}

impl Evolving {
    fn begin(db: Database<Conn>, table: &str, options: &str) -> Self {
        Self::begin_with(db, table, options, Log::default())
    }

    fn begin_with(db: Database<Conn>, table: &str, options: &str, log: Log) -> Self {
        let is = versioned(&[(table, options)]);
        let wanted = Histories {
            tables: &is,
            log: &log,
        };
        let plan = Plan::between_histories(None, wanted, Conn::DIALECT, Baseline::Rows).unwrap();
        db.apply(&plan.up_sql());
        Self { db, is, log }
    }

    /// Applies what leads to this table with these options.
    fn follow(&mut self, table: &str, options: &str) -> Plan {
        let wanted = versioned(&[(table, options)]).into_iter().zip(&self.is);
        let wanted: Vec<_> = wanted
            .map(|(table, was)| table.following(Some(was)))
            .collect();
        let [before, after] = [&self.is, &wanted].map(|tables| Histories {
            tables,
            log: &self.log,
        });
        let plan =
            Plan::between_histories(Some(before), after, Conn::DIALECT, Baseline::Rows).unwrap();
        if !plan.is_empty() {
            self.db.apply(&plan.up_sql());
        }
        self.is = wanted;
        plan
    }

    fn connect(&self) -> Conn {
        self.db.connect()
    }

    fn runs(&self, statement: &str) {
        let alice = ChangeInfo::new().actor("alice");
        self.connect()
            .versioned_transaction(alice, |conn| conn.batch_execute(statement))
            .unwrap();
    }

    fn tells(&self, columns: &[&str], id: i32) -> Vec<String> {
        let condition = format!("id = {id}");
        story(&mut self.connect(), "items_version", columns, &condition)
    }
}

#[test]
fn a_column_that_was_excluded_and_is_kept_again_goes_on_from_what_was_known_of_it() {
    for strategy in STRATEGIES {
        let Some(db) = database() else { return };
        db.apply(CREATE_ITEMS);
        let mut items = Evolving::begin(db, ITEMS, strategy);
        items.runs("INSERT INTO items VALUES (1, 'a', 1)");
        items.runs("UPDATE items SET views = 2");
        let excluded = items.follow(ITEMS, &format!("{strategy}, exclude(views)"));
        items.runs("UPDATE items SET name = 'b', views = 3");
        items.runs("UPDATE items SET name = 'c', views = 4");
        items.runs("INSERT INTO items VALUES (2, 'a', 5), (3, 'a', 6)");
        items.runs("UPDATE items SET name = 'b' WHERE id = 2");
        items.runs("DELETE FROM items WHERE id = 3");

        let kept_again = items.follow(ITEMS, strategy);
        let of_one = [
            "insert a, 1",
            "update a, 2",
            "update b, 2",
            "update c, 2",
            "update c, 4",
        ];
        assert_eq!(items.tells(&["name", "views"], 1), of_one);
        assert_eq!(
            items.tells(&["name", "views"], 2),
            ["insert a, 5", "update b, 5"]
        );
        assert_eq!(
            items.tells(&["name", "views"], 3),
            ["insert a, 0", "delete a, 0"]
        );
        items.runs("UPDATE items SET views = 7 WHERE id = 1");
        assert_eq!(items.tells(&["views"], 1)[5..], ["update 7"]);
        assert_sound(&mut items.connect());

        items.db.apply(&kept_again.down_sql());
        items.runs("UPDATE items SET views = 8 WHERE id = 1");
        items.runs("UPDATE items SET name = 'd' WHERE id = 1");
        items.db.apply(&excluded.down_sql());
        assert_eq!(items.tells(&["name", "views"], 1)[..5], of_one);
        assert_eq!(
            items.tells(&["name", "views"], 1)[5..],
            ["update c, 7", "update d, 7", "update d, 8"]
        );
        items.runs("UPDATE items SET views = 9 WHERE id = 1");
        assert_eq!(items.tells(&["views"], 1)[8..], ["update 9"]);
        assert_sound(&mut items.connect());
    }
}

#[test]
fn what_a_row_became_while_a_column_was_excluded_is_a_version_of_the_migration_s() {
    let strict = Log {
        append_only: true,
        require: vec![Required::Transaction, Required::Actor],
        ..Log::default()
    };
    let requires = Log {
        append_only: false,
        ..strict.clone()
    };
    let logs = [Log::default(), strict, requires];
    for (strategy, log) in STRATEGIES
        .iter()
        .flat_map(|s| logs.iter().map(move |log| (s, log)))
    {
        let strategy = &format!("{strategy}, track_changes");
        let Some(db) = database() else { return };
        db.apply(CREATE_ITEMS);
        let mut items = Evolving::begin_with(db, ITEMS, strategy, log.clone());
        items.runs("INSERT INTO items VALUES (1, 'a', 1), (2, 'a', 1), (3, 'a', 1)");
        items.follow(ITEMS, &format!("{strategy}, exclude(name, views)"));
        items.runs("UPDATE items SET name = NULL WHERE id = 1");
        items.runs("UPDATE items SET views = 2 WHERE id = 2");
        items.follow(ITEMS, strategy);
        let told = [
            "CASE WHEN name_mod THEN 'name' END",
            "CASE WHEN views_mod THEN 'views' END",
            "name",
            "views",
        ];
        let one = ["insert name, views, a, 1", "update name, NULL, NULL, 1"];
        let two = ["insert name, views, a, 1", "update NULL, views, a, 2"];
        assert_eq!(items.tells(&told, 1), one);
        assert_eq!(items.tells(&told, 2), two);
        assert_eq!(items.tells(&told, 3), one[..1]);
        let reason: Option<String> = continuum_transaction::table
            .order(continuum_transaction::id.desc())
            .select(continuum_transaction::reason)
            .first(&mut items.connect())
            .unwrap();
        assert_eq!(
            reason.as_deref(),
            Some("what changed while it had no history: items.name, items.views")
        );
        assert_sound(&mut items.connect());
        items.runs("UPDATE items SET views = 3");
        assert_eq!(items.tells(&["views"], 1)[1..], ["update 1", "update 3"]);
        assert_sound(&mut items.connect());

        let excluded = items.follow(ITEMS, &format!("{strategy}, exclude(name)"));
        items.runs("UPDATE items SET name = 'b' WHERE id = 3");
        items.db.apply(&excluded.down_sql());
        assert_eq!(
            items.tells(&["name"], 3),
            ["insert a", "update a", "update b"]
        );
        assert_sound(&mut items.connect());
        items.db.apply(&excluded.up_sql());
        items.db.apply(&excluded.down_sql());

        items.is = versioned(&[(ITEMS, strategy)]);
        let excluded = items.follow(ITEMS, &format!("{strategy}, exclude(views)"));
        items.runs("UPDATE items SET views = 4 WHERE id = 3");
        items.db.apply(&excluded.down_sql());
        assert_eq!(
            items.tells(&["views"], 3),
            ["insert 1", "update 3", "update 3", "update 4"]
        );
        assert_eq!(
            items.tells(&["views"], 2),
            ["insert 1", "update 2", "update 3"]
        );
        assert_sound(&mut items.connect());
    }
}

#[test]
fn recording_goes_on_after_any_change_of_options_and_after_its_reverse() {
    let options = [
        "",
        "track_changes",
        "hidden(views)",
        "hidden(views), track_changes",
        "exclude(views)",
        "exclude(views), track_changes",
        "hidden(name, views)",
    ];
    for before in options {
        for after in options {
            if before == after {
                continue;
            }
            let Some(db) = database() else { return };
            db.apply(CREATE_ITEMS);
            let mut items = Evolving::begin(db, ITEMS, before);
            items.runs("INSERT INTO items VALUES (1, 'a', 1)");
            let told = |items: &Evolving| items.tells(&["id"], 1).len();
            let plan = items.follow(ITEMS, after);
            for (step, sql) in [plan.down_sql(), plan.up_sql(), plan.down_sql()]
                .iter()
                .enumerate()
            {
                let were = told(&items);
                items.runs("UPDATE items SET name = concat(name, 'b'), views = views + 1");
                assert_eq!(told(&items), were + 1, "{before} to {after}, {step}");
                assert_sound(&mut items.connect());
                items.db.apply(sql);
            }
            items.runs("UPDATE items SET name = 'z', views = 0");
            assert_sound(&mut items.connect());
        }
    }
}

#[test]
fn a_flag_that_a_hidden_column_has_begun_with_says_what_the_values_said() {
    let Some(db) = database() else { return };
    db.apply(CREATE_ITEMS);
    let mut items = Evolving::begin(db, ITEMS, "");
    items.runs("INSERT INTO items VALUES (1, 'a', 1)");
    items.runs("UPDATE items SET name = 'b'");
    items.runs("UPDATE items SET views = 2");
    items.follow(ITEMS, "hidden(views)");
    items.runs("UPDATE items SET name = 'c'");
    items.runs("UPDATE items SET views = 3");
    let flag = ["CASE WHEN views_mod THEN 'changed' ELSE 'same' END"];
    let told = [
        "insert changed",
        "update same",
        "update changed",
        "update same",
        "update changed",
    ];
    assert_eq!(items.tells(&flag, 1), told);

    // And keeps it, whatever is tracked later.
    for options in ["", "track_changes", "", "hidden(views)"] {
        items.follow(ITEMS, options);
        assert_eq!(items.tells(&flag, 1)[..5], told, "{options}");
    }
    assert_sound(&mut items.connect());
}

#[test]
fn a_column_that_comes_back_with_other_values_leaves_the_old_ones_beside_it() {
    let without = "items (id) { id -> Integer, name -> Nullable<Text> }";
    let other = "items (id) { id -> Integer, name -> Nullable<Text>, views -> Nullable<Text> }";
    for is_told_that_it_went in [true, false] {
        let Some(db) = database() else { return };
        db.apply(CREATE_ITEMS);
        let mut items = Evolving::begin(db, ITEMS, "");
        items.runs("INSERT INTO items VALUES (1, 'a', 1)");
        items.follow(ITEMS, "exclude(views)");
        items.db.apply("ALTER TABLE items DROP COLUMN views");
        if is_told_that_it_went {
            items.follow(without, "");
        }
        items.runs("UPDATE items SET name = 'b'");
        items
            .db
            .apply("ALTER TABLE items ADD COLUMN views VARCHAR(20)");
        let comes_back = items.follow(other, "");
        items.runs("UPDATE items SET views = 'many'");
        assert_eq!(
            items.tells(&["name", "views", "views_1"], 1),
            [
                "insert a, NULL, 1",
                "update b, NULL, NULL",
                "update b, many, NULL"
            ]
        );
        assert_sound(&mut items.connect());

        items.db.apply(&comes_back.down_sql());
        items.runs("UPDATE items SET name = 'c'");
        assert_eq!(
            items.tells(&["name", "views"], 1),
            [
                "insert a, 1",
                "update b, NULL",
                "update b, NULL",
                "update c, NULL"
            ]
        );
    }
}

#[test]
fn a_column_that_comes_back_in_another_case_or_as_a_flag_is_another_one() {
    let without = "items (id) { id -> Integer, name -> Nullable<Text> }";
    let upper = "items (id) { id -> Integer, name -> Nullable<Text>, #[sql_name = \"VIEWS\"] views -> Integer }";
    let Some(db) = database() else { return };
    db.apply(CREATE_ITEMS);
    let mut items = Evolving::begin(db, ITEMS, "");
    items.runs("INSERT INTO items VALUES (1, 'a', 1)");
    items.follow(ITEMS, "exclude(views)");
    items.db.apply("ALTER TABLE items DROP COLUMN views");
    items.follow(without, "");
    let quote = if Conn::DIALECT == Dialect::MySql {
        '`'
    } else {
        '"'
    };
    items.db.apply(&format!(
        "ALTER TABLE items ADD COLUMN {quote}VIEWS{quote} INTEGER NOT NULL DEFAULT 3"
    ));
    items.follow(upper, "");
    let now = format!("{quote}VIEWS{quote}");
    assert_eq!(items.tells(&[&now, "views_1"], 1), ["insert 3, 1"]);
    assert_sound(&mut items.connect());

    let Some(db) = database() else { return };
    db.apply("CREATE TABLE items (id INTEGER NOT NULL PRIMARY KEY, views INTEGER NOT NULL, views_mod BOOLEAN)");
    let with = "items (id) { id -> Integer, views -> Integer, views_mod -> Nullable<Bool> }";
    let without = "items (id) { id -> Integer, views -> Integer }";
    let mut items = Evolving::begin(db, with, "");
    items.runs("INSERT INTO items VALUES (1, 1, true)");
    items.runs("UPDATE items SET views_mod = false");
    items.follow(with, "exclude(views_mod)");
    items.db.apply("ALTER TABLE items DROP COLUMN views_mod");
    items.follow(without, "");
    let hidden = items.follow(without, "hidden(views)");
    assert_eq!(
        items.tells(&["CASE WHEN views_mod_1 THEN 'yes' ELSE 'no' END"], 1),
        ["insert yes", "update no"]
    );
    items.runs("UPDATE items SET views = 2");
    items.db.apply(&hidden.down_sql());
    assert_eq!(
        items.tells(
            &["CASE WHEN views_mod THEN 'yes' WHEN NOT views_mod THEN 'no' END"],
            1
        ),
        ["insert yes", "update no", "update NULL", "update NULL"]
    );
    assert_sound(&mut items.connect());
}

const OF_A_COLUMN: [Option<&str>; 3] = [None, Some("exclude"), Some("hidden")];

#[test]
fn no_sequence_of_options_loses_what_was_told() {
    for seed in 1..=3 {
        let Some(db) = database() else { return };
        db.apply(CREATE_ITEMS);
        let mut items = Evolving::begin(db, ITEMS, "");
        let mut random = Random::new(seed);
        let mut sequence = Vec::new();
        let mut told: Vec<(&str, Vec<String>)> = Vec::new();
        items.runs("INSERT INTO items VALUES (1, 'a', 1)");
        for step in 0..8 {
            let of = ["name", "views"].map(|column| (column, random.one_of(&OF_A_COLUMN)));
            let mut options: Vec<_> = ["exclude", "hidden"]
                .into_iter()
                .map(|option| {
                    let columns = of.iter().filter(|(_, is)| *is == Some(option));
                    let columns: Vec<_> = columns.map(|(column, _)| *column).collect();
                    format!("{option}({})", columns.join(", "))
                })
                .filter(|option| !option.ends_with("()"))
                .collect();
            if random.below(3) == 0 {
                options.push("track_changes".to_owned());
            }
            let options = options.join(", ");
            sequence.push(options.clone());
            let plan = items.follow(ITEMS, &options);
            if !plan.is_empty() && random.below(2) == 0 {
                items.runs("UPDATE items SET name = 'z', views = -1");
                items.db.apply(&plan.down_sql());
                items.runs("UPDATE items SET name = 'y', views = -2");
                assert_sound(&mut items.connect());
                items.db.apply(&plan.up_sql());
            }
            items.runs(&format!(
                "UPDATE items SET name = 'n{step}', views = {step}"
            ));
            assert_sound(&mut items.connect());
            for (column, values) in &told {
                let now = items.tells(&[column], 1);
                for value in values {
                    assert!(
                        now.contains(value),
                        "{value} of {column} in {now:?}: {sequence:?}"
                    );
                }
            }
            let tracked = of.iter().filter(|(_, is)| is.is_none());
            told.extend(tracked.map(|(column, _)| (*column, items.tells(&[column], 1))));
        }
    }
}
