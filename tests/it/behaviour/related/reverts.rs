// Included for each strategy.

/// The notes as they are: id, text, person, what they answer.
fn all_notes(conn: &mut Conn) -> Vec<String> {
    let notes: Vec<Note> = notes::table.order(notes::id).load(conn).unwrap();
    let or_none = |id: Option<i32>| id.map_or("-".to_owned(), |id| id.to_string());
    notes
        .iter()
        .map(|note| {
            let (person, answers) = (or_none(note.person_id), or_none(note.answers));
            format!("{} {} {person} {answers}", note.id, note.text)
        })
        .collect()
}

fn all_people(conn: &mut Conn) -> Vec<String> {
    people::table.order(people::id).select(people::name).load(conn).unwrap()
}

fn all_marks(conn: &mut Conn) -> Vec<(i32, i32)> {
    marks::table.order((marks::person_id, marks::note_id)).load(conn).unwrap()
}

fn transactions(conn: &mut Conn) -> i64 {
    continuum_core::continuum_transaction::table.count().get_result(conn).unwrap()
}

/// A person with three notes; then one was changed, one moved away, one deleted, one moved here,
/// and one is new.
const MIXED: [&[&str]; 2] = [
    &[
        "INSERT INTO people VALUES (1, 'a'), (2, 'b')",
        "INSERT INTO notes (id, text, person_id) VALUES (1, 'one', 1), (2, 'two', 1), \
         (3, 'three', 1), (4, 'four', 2), (9, 'other', 2)",
    ],
    &[
        "UPDATE people SET name = 'x'",
        "UPDATE notes SET text = 'changed' WHERE id IN (1, 9)",
        "UPDATE notes SET person_id = 2 WHERE id = 2",
        "DELETE FROM notes WHERE id = 3",
        "UPDATE notes SET person_id = 1 WHERE id = 4",
        "INSERT INTO notes (id, text, person_id) VALUES (5, 'new', 1)",
    ],
];

#[test]
fn children_go_back_and_newer_ones_are_kept() {
    // H09, H10, H11
    let Some((mut conn, _db)) = set_up(&MIXED) else {
        return;
    };
    let conn = &mut conn;
    let first = person(conn, 1).remove(0);
    let before = (all_notes(conn), transactions(conn));
    let back = first.reverting().with(children::<Note>());
    let preview = back.dry_run(conn).unwrap();
    assert_eq!((preview.conflicts, preview.obstacles), (vec![], vec![]));
    let told: Vec<_> = preview
        .changes
        .iter()
        .map(|change| format!("{} {}", change.table, change.operation))
        .collect();
    let expected = ["people update", "notes update", "notes update", "notes insert"];
    assert_eq!(told, expected);
    assert_eq!((all_notes(conn), transactions(conn)), before);

    assert_eq!(back.execute(conn), Ok(4));
    assert_eq!(all_people(conn), ["a", "x"]);
    let expected =
        ["1 one 1 -", "2 two 1 -", "3 three 1 -", "4 four 1 -", "5 new 1 -", "9 changed 2 -"];
    assert_eq!(all_notes(conn), expected);
    assert_eq!(transactions(conn), before.1 + 1);
    let last: Transaction = continuum_core::continuum_transaction::table
        .order(continuum_core::continuum_transaction::id.desc())
        .select(Transaction::as_select())
        .first(conn)
        .unwrap();
    assert_eq!(last.meta.unwrap()["reverts_to"], first.transaction_id);
    assert_sound(conn);
    // Once more, and there is nothing to do.
    assert_eq!(back.execute(conn), Ok(0));
    assert_eq!(transactions(conn), before.1 + 1);
}

#[test]
fn newer_children_are_detached() {
    // H10
    let Some((mut conn, _db)) = set_up(&MIXED) else {
        return;
    };
    let conn = &mut conn;
    let first = person(conn, 1).remove(0);
    let back = first.reverting().with(children::<Note>().detach_newer());
    let changes = back.dry_run(conn).unwrap().changes;
    let detached = changes.iter().find(|change| change.row.contains('5')).unwrap();
    assert_eq!((detached.operation, detached.version), (Operation::Update, None));
    assert_eq!(back.execute(conn), Ok(6));
    // What was somewhere else is there again.
    let expected =
        ["1 one 1 -", "2 two 1 -", "3 three 1 -", "4 four 2 -", "5 new - -", "9 changed 2 -"];
    assert_eq!(all_notes(conn), expected);
    assert_sound(conn);
}

#[test]
fn newer_children_are_deleted() {
    // H10
    let Some((mut conn, _db)) = set_up(&MIXED) else {
        return;
    };
    let conn = &mut conn;
    let first = person(conn, 1).remove(0);
    let back = first.reverting().with(children::<Note>().delete_newer());
    assert_eq!(back.execute(conn), Ok(6));
    let expected = ["1 one 1 -", "2 two 1 -", "3 three 1 -", "4 four 2 -", "9 changed 2 -"];
    assert_eq!(all_notes(conn), expected);
    assert_sound(conn);
}

#[test]
fn a_newer_child_that_is_still_referred_to_is_in_the_way() {
    let Some((mut conn, _db)) = set_up(&[
        &["INSERT INTO people VALUES (1, 'a')"],
        &[
            "INSERT INTO notes (id, text, person_id) VALUES (1, 'new', 1)",
            "INSERT INTO notes (id, text, answers) VALUES (2, 'answer', 1)",
        ],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let first = person(conn, 1).remove(0);
    let before = (all_notes(conn), transactions(conn));
    let delete = || children::<Note>().delete_newer();
    let refused = first.reverting().with(delete()).execute(conn);
    let Err(HistoryError::Conflicts(conflicts)) = refused else {
        panic!("{refused:?}")
    };
    let table = "notes".to_owned();
    assert_eq!(conflicts[0].later, Later::Reference { table });
    assert_eq!((all_notes(conn), transactions(conn)), before);
    let answers_as_well = delete().with(descendants::<Note>().detach_newer());
    assert_eq!(first.reverting().with(answers_as_well).execute(conn), Ok(2));
    assert_eq!(all_notes(conn), ["2 answer - -"]);
    assert_sound(conn);
}

#[test]
fn relations_of_relations_go_back_to_any_depth() {
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO notes (id, text, person_id, answers) VALUES \
             (1, 'top', 1, NULL), (2, 'middle', 2, 1), (3, 'low', NULL, 2), (4, 'lowest', 2, 3)",
            "INSERT INTO marks VALUES (1, 4), (2, 4)",
        ],
        &[
            "DELETE FROM marks",
            "DELETE FROM notes WHERE id = 4",
            "DELETE FROM notes WHERE id = 3",
            "UPDATE notes SET text = 'x', answers = NULL WHERE id = 2",
            "UPDATE people SET name = 'x'",
            "INSERT INTO notes (id, text, answers) VALUES (5, 'new', 1)",
        ],
        &[
            "DELETE FROM notes WHERE answers IS NOT NULL",
            "DELETE FROM notes",
            "DELETE FROM people WHERE id = 1",
        ],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let first = person(conn, 1).remove(0);
    let answers = descendants::<Note>().delete_newer().with(children::<Mark>());
    let back = first.reverting().with(children::<Note>().with(answers));
    assert_eq!(back.execute(conn), Ok(7));
    assert_eq!(all_people(conn), ["a", "x"]);
    let expected = ["1 top 1 -", "2 middle 2 1", "3 low - 2", "4 lowest 2 3"];
    assert_eq!(all_notes(conn), expected);
    assert_eq!(all_marks(conn), [(1, 4), (2, 4)]);
    assert_sound(conn);
}

#[test]
fn rows_that_refer_to_each_other_in_a_ring_have_an_end() {
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO notes (id, text) VALUES (1, 'one'), (2, 'two')",
            "UPDATE notes SET answers = 3 - id",
        ],
        &["UPDATE notes SET text = 'x', answers = NULL"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let first = note(conn, 1).remove(0);
    assert_eq!(first.reverting().with(descendants::<Note>()).execute(conn), Ok(2));
    assert_eq!(all_notes(conn), ["1 one - 2", "2 two - 1"]);
    assert_sound(conn);
}

#[test]
fn the_parent_comes_back_with_the_row() {
    // H14
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO notes (id, text, person_id) VALUES (1, 'one', 1)",
        ],
        &[
            "UPDATE notes SET person_id = 2",
            "DELETE FROM people WHERE id = 1",
            "UPDATE people SET name = 'x'",
        ],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let first = note(conn, 1).remove(0);
    let before = (all_notes(conn), transactions(conn));
    let Err(HistoryError::Obstacles(obstacles)) = first.reverting().execute(conn) else {
        panic!("refused")
    };
    let (columns, target) = (vec!["person_id".to_owned()], "people".to_owned());
    assert_eq!(obstacles[0].reason, Reason::NoTarget { columns, target });
    assert_eq!((all_notes(conn), transactions(conn)), before);
    assert_eq!(first.reverting().with(parent::<Person>()).execute(conn), Ok(2));
    assert_eq!(all_notes(conn), ["1 one 1 -"]);
    assert_eq!(all_people(conn), ["a", "x"]);
    assert_sound(conn);
}

#[test]
fn links_of_this_row_alone_go_back_and_bring_what_they_link() {
    // H15, H16
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO notes (id, text) VALUES (1, 'one'), (2, 'two'), (3, 'three')",
            "INSERT INTO marks VALUES (1, 1), (1, 2), (2, 2)",
        ],
        &[
            "DELETE FROM marks",
            "DELETE FROM notes WHERE id = 2",
            "INSERT INTO marks VALUES (1, 3), (2, 3)",
            "UPDATE notes SET text = 'x' WHERE id = 3",
        ],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let first = person(conn, 1).remove(0);
    let links = children::<Mark>().delete_newer().with(parent::<Note>());
    assert_eq!(first.reverting().with(links).execute(conn), Ok(4));
    assert_eq!(all_marks(conn), [(1, 1), (1, 2), (2, 3)]);
    assert_eq!(all_notes(conn), ["1 one - -", "2 two - -", "3 x - -"]);
    assert_sound(conn);
}

#[test]
fn a_deletion_and_a_deleted_row_have_relations_as_well() {
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a')",
            "INSERT INTO notes (id, text, person_id) VALUES (1, 'one', 1)",
        ],
        &["DELETE FROM notes", "DELETE FROM people"],
        &[
            "INSERT INTO people VALUES (1, 'again')",
            "INSERT INTO notes (id, text, person_id) VALUES (2, 'two', 1)",
        ],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let versions = person(conn, 1);
    let deletion = versions[1].reverting().with(children::<Note>().delete_newer());
    assert_eq!(deletion.execute(conn), Ok(2));
    assert_eq!((all_people(conn), all_notes(conn)), (vec![], vec![]));
    let back = versions[0].reverting().with(children::<Note>().delete_newer());
    assert_eq!(back.execute(conn), Ok(2));
    assert_eq!(all_notes(conn), ["1 one 1 -"]);
    assert_sound(conn);
}

#[test]
fn the_number_of_statements_depends_on_the_relations_alone() {
    let count = |rows: i32| {
        let many = format!(
            "INSERT INTO notes (id, text, person_id) WITH RECURSIVE n (i) AS \
             (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) SELECT i, 'a', 1 FROM n"
        );
        let (mut conn, _db) = set_up(&[
            &["INSERT INTO people VALUES (1, 'a')", &many],
            &[
                "UPDATE notes SET text = 'x' WHERE id % 2 = 0",
                "DELETE FROM notes WHERE id % 2 = 1",
                &many.replace("SELECT i,", "SELECT i + 100000,"),
            ],
        ])?;
        let conn = &mut conn;
        let first = person(conn, 1).remove(0);
        let back = first.reverting().with(children::<Note>().delete_newer());
        Some(statements(conn, |conn| {
            assert_eq!(back.execute(conn), Ok(2 * rows as usize));
        }))
    };
    let (Some(few), Some(many)) = (count(4), count(1000)) else {
        return;
    };
    assert_eq!(few, many);
    assert!(few < 70, "{few}");
}

#[test]
fn a_version_that_is_gone_is_told() {
    let Some((mut conn, _db)) = set_up(&MIXED) else {
        return;
    };
    let conn = &mut conn;
    let first = person(conn, 1).remove(0);
    let transaction_id = first.transaction_id;
    diesel::delete(people_version::table.filter(people_version::transaction_id.eq(transaction_id)))
        .execute(conn)
        .unwrap();
    let back = first.reverting().with(children::<Note>());
    assert_eq!(back.execute(conn), Err(HistoryError::NoVersion { transaction_id }));
    assert_eq!(back.dry_run(conn), Err(HistoryError::NoVersion { transaction_id }));
}

#[test]
fn rows_that_have_no_version_are_what_they_always_were() {
    let Some(db) = database() else { return };
    db.apply(&format!(
        "{TABLES} INSERT INTO people VALUES (1, 'a');
        INSERT INTO notes (id, text, person_id, answers) VALUES (1, 'old', 1, NULL), (2, 'x', 1, 1);"
    ));
    let (schema, models) = models();
    db.apply(&migration(&schema, &models, &[], Conn::DIALECT, Baseline::None).up_sql());
    let conn = &mut db.connect();
    transaction(
        conn,
        &["UPDATE people SET name = 'b'", "INSERT INTO notes (id, text, person_id) VALUES (5, 'new', 1)"],
    );
    transaction(conn, &["UPDATE notes SET text = 'y' WHERE id = 2"]);
    let first = person(conn, 1).remove(0);
    let answers = descendants::<Note>().delete_newer();
    let back = first.reverting().with(children::<Note>().delete_newer().with(answers));
    assert_eq!(back.execute(conn), Ok(3));
    assert_eq!(all_people(conn), ["a"]);
    assert_eq!(all_notes(conn), ["1 old 1 -", "2 x 1 1"]);
    assert_sound(conn);
}

#[test]
fn a_moment_before_the_history_is_refused() {
    let Some((mut conn, _db)) = set_up(&MIXED) else {
        return;
    };
    let conn = &mut conn;
    let mut first = person(conn, 1).remove(0);
    first.transaction_id = 0;
    let refused = first.reverting().with(children::<Note>()).execute(conn);
    let Err(HistoryError::Obstacles(obstacles)) = refused else {
        panic!("{refused:?}")
    };
    assert!(matches!(obstacles[0].reason, Reason::BeforeHistory { .. }));
}
