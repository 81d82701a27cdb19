// Included for each strategy.

/// People and notes that are changed, given to others, deleted and inserted again.
const BUSY: [&[&str]; 8] = [
    &[
        "INSERT INTO people VALUES (1, 'a'), (2, 'b')",
        "INSERT INTO notes (id, text, person_id) VALUES (1, 'one', 1), (2, 'two', 2), (3, 'loose', NULL)",
        "INSERT INTO marks VALUES (1, 1), (1, 2), (2, 3)",
    ],
    &["UPDATE people SET name = 'A' WHERE id = 1"],
    &[
        "UPDATE notes SET text = 'TWO', person_id = 1, answers = 1 WHERE id = 2",
        "DELETE FROM marks WHERE person_id = 1 AND note_id = 2",
    ],
    &[
        "UPDATE notes SET text = 'ONE', person_id = NULL WHERE id = 1",
        "UPDATE notes SET person_id = 2, answers = 3 WHERE id = 2",
        "DELETE FROM marks WHERE person_id = 1",
        "DELETE FROM people WHERE id = 1",
    ],
    &["UPDATE notes SET text = 'still there', answers = 1 WHERE id IN (2, 3)"],
    &["INSERT INTO people VALUES (1, 'again')", "INSERT INTO marks VALUES (1, 1), (1, 3)"],
    &[
        "UPDATE notes SET text = 'last', person_id = 1 WHERE id = 1",
        "UPDATE marks SET person_id = 1 WHERE person_id = 2 AND note_id = 2",
        "UPDATE people SET name = 'B' WHERE id = 2",
    ],
    &["DELETE FROM marks", "DELETE FROM notes WHERE id IN (2, 3)", "DELETE FROM notes"],
];

fn all_note_versions(conn: &mut Conn) -> Vec<NoteVersion> {
    notes_version::table
        .order((notes_version::transaction_id.desc(), notes_version::id))
        .select(NoteVersion::as_select())
        .load(conn)
        .unwrap()
}

fn all_person_versions(conn: &mut Conn) -> Vec<PersonVersion> {
    people_version::table
        .order((people_version::transaction_id.desc(), people_version::id))
        .select(PersonVersion::as_select())
        .load(conn)
        .unwrap()
}

/// Every moment of the log: its transactions, and one before and after them.
fn moments(conn: &mut Conn) -> Vec<i64> {
    use continuum_core::continuum_transaction::dsl;
    let mut ids: Vec<i64> =
        dsl::continuum_transaction.select(dsl::id).order(dsl::id).load(conn).unwrap();
    ids.extend([ids[0] - 1, i64::MAX]);
    ids
}

type Found = (i32, String, i64);

fn told_person(person: &PersonVersion) -> Found {
    (person.id, person.name.clone(), person.transaction_id)
}

fn told_note(note: &NoteVersion) -> Found {
    (note.id, note.text.clone(), note.transaction_id)
}

#[test]
fn the_parents_of_many_versions_are_those_of_each() {
    let Some((mut conn, _db)) = set_up(&BUSY) else { return };
    let conn = &mut conn;
    let versions = all_note_versions(conn);
    let one_by_one: Vec<Option<Found>> = versions
        .iter()
        .map(|version| {
            let parent = version.parent::<Person>().select(PersonVersion::as_select());
            parent.first(conn).optional().unwrap().as_ref().map(told_person)
        })
        .collect();
    assert!(one_by_one.iter().any(Option::is_none));
    let mut together = Vec::new();
    let seen = statements(conn, |conn| {
        together = versions
            .parents::<Person>()
            .select(<(PersonVersion, Position)>::as_select())
            .load(conn)
            .unwrap()
            .beside(&versions);
    });
    let told: Vec<_> = together.iter().map(|found| found.as_ref().map(told_person)).collect();
    assert_eq!(told, one_by_one);
    assert_eq!(seen, 1);
}

#[test]
fn the_parents_of_many_versions_at_one_moment_are_those_of_each() {
    let Some((mut conn, _db)) = set_up(&BUSY) else { return };
    let conn = &mut conn;
    let versions = all_note_versions(conn);
    for moment in moments(conn) {
        let one_by_one: Vec<Option<Found>> = versions
            .iter()
            .map(|version| {
                let parent = version.parent_as_of::<Person>(moment);
                let parent = parent.select(PersonVersion::as_select()).first(conn);
                parent.optional().unwrap().as_ref().map(told_person)
            })
            .collect();
        let mut together = Vec::new();
        let seen = statements(conn, |conn| {
            together = versions
                .parents_as_of::<Person>(moment)
                .select(<(PersonVersion, Position)>::as_select())
                .load(conn)
                .unwrap()
                .beside(&versions);
        });
        let told: Vec<_> = together.iter().map(|found| found.as_ref().map(told_person)).collect();
        assert_eq!((moment, told), (moment, one_by_one));
        assert_eq!(seen, 1);
    }
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    let none: i64 = versions.parents_as_of::<Person>(long_ago).count().get_result(conn).unwrap();
    let now = std::time::SystemTime::now() + std::time::Duration::from_secs(3600);
    let some: i64 = versions.parents_as_of::<Person>(now).count().get_result(conn).unwrap();
    let named = versions.iter().filter(|version| version.person_id.is_some()).count();
    assert_eq!((none, some), (0, named as i64));
}

#[test]
fn the_parents_of_many_versions_may_be_of_their_own_table() {
    let Some((mut conn, _db)) = set_up(&BUSY) else { return };
    let conn = &mut conn;
    let versions = all_note_versions(conn);
    let mut then: Vec<Option<i64>> = vec![None];
    then.extend(moments(conn).into_iter().map(Some));
    for moment in then {
        let one_by_one: Vec<Option<Found>> = versions
            .iter()
            .map(|version| {
                let moment = moment.unwrap_or(version.transaction_id);
                let parent = version.parent_as_of::<Note>(moment);
                let parent = parent.select(NoteVersion::as_select()).first(conn);
                parent.optional().unwrap().as_ref().map(told_note)
            })
            .collect();
        let query = match moment {
            Some(moment) => versions.parents_as_of::<Note>(moment),
            None => versions.parents::<Note>(),
        };
        let together: Vec<Option<NoteVersion>> = query
            .select(<(NoteVersion, Position)>::as_select())
            .load(conn)
            .unwrap()
            .beside(&versions);
        let told: Vec<_> = together.iter().map(|found| found.as_ref().map(told_note)).collect();
        assert_eq!((moment, told), (moment, one_by_one));
    }
}

#[test]
fn the_links_of_many_versions_are_those_of_each_both_ways() {
    let Some((mut conn, _db)) = set_up(&BUSY) else { return };
    let conn = &mut conn;
    let mut then: Vec<Option<i64>> = vec![None];
    then.extend(moments(conn).into_iter().map(Some));
    let (people, notes) = (all_person_versions(conn), all_note_versions(conn));
    for moment in then {
        let one_by_one: Vec<Vec<Found>> = people
            .iter()
            .map(|version| {
                let linked = match moment {
                    Some(moment) => version.linked_as_of::<Mark, Note>(moment),
                    None => version.linked::<Mark, Note>(),
                };
                let linked = linked.order(notes_version::id).select(NoteVersion::as_select());
                linked.load(conn).unwrap().iter().map(told_note).collect()
            })
            .collect();
        let mut together = Vec::new();
        let seen = statements(conn, |conn| {
            let linked = match moment {
                Some(moment) => people.linked_as_of::<Mark, Note>(moment),
                None => people.linked::<Mark, Note>(),
            };
            together = linked
                .order(notes_version::id)
                .select(<(NoteVersion, Position)>::as_select())
                .load(conn)
                .unwrap()
                .grouped_beside(&people);
        });
        let told: Vec<Vec<Found>> =
            together.iter().map(|found| found.iter().map(told_note).collect()).collect();
        assert_eq!((moment, told), (moment, one_by_one));
        assert_eq!(seen, 1);

        let one_by_one: Vec<Vec<Found>> = notes
            .iter()
            .map(|version| {
                let linked = match moment {
                    Some(moment) => version.linked_as_of::<Mark, Person>(moment),
                    None => version.linked::<Mark, Person>(),
                };
                let linked = linked.order(people_version::id).select(PersonVersion::as_select());
                linked.load(conn).unwrap().iter().map(told_person).collect()
            })
            .collect();
        let linked = match moment {
            Some(moment) => notes.linked_as_of::<Mark, Person>(moment),
            None => notes.linked::<Mark, Person>(),
        };
        let together = linked
            .order(people_version::id)
            .select(<(PersonVersion, Position)>::as_select())
            .load(conn)
            .unwrap()
            .grouped_beside(&notes);
        let told: Vec<Vec<Found>> =
            together.iter().map(|found| found.iter().map(told_person).collect()).collect();
        assert_eq!((moment, told), (moment, one_by_one));
    }
}

#[test]
fn links_of_a_moment_are_those_of_then_whatever_the_version() {
    let Some((mut conn, _db)) = set_up(&BUSY) else { return };
    let conn = &mut conn;
    let first = person(conn, 1).remove(0);
    let began = first.transaction_id;
    let texts = |conn: &mut Conn, moment: i64| -> Vec<String> {
        let linked = first.linked_as_of::<Mark, Note>(moment).order(notes_version::id);
        linked.select(notes_version::text).load(conn).unwrap()
    };
    let moments: Vec<i64> = moments(conn).into_iter().filter(|id| *id >= began).collect();
    let none: Vec<&str> = Vec::new();
    assert_eq!(texts(conn, began - 1), none);
    assert_eq!(texts(conn, moments[0]), ["one", "two"]);
    assert_eq!(texts(conn, moments[1]), ["one", "two"]);
    assert_eq!(texts(conn, moments[2]), ["one"]);
    assert_eq!(texts(conn, moments[3]), none);
    assert_eq!(texts(conn, moments[5]), ["ONE", "still there"]);
    assert_eq!(texts(conn, i64::MAX), none);
}

#[test]
fn the_parents_of_many_versions_are_filtered_and_joined_like_any_query() {
    let Some((mut conn, _db)) = set_up(&BUSY) else { return };
    let conn = &mut conn;
    let versions = all_note_versions(conn);
    let renamed: Vec<Option<PersonVersion>> = versions
        .parents::<Person>()
        .filter(people_version::name.ne("b"))
        .into_boxed()
        .select(<(PersonVersion, Position)>::as_select())
        .load(conn)
        .unwrap()
        .beside(&versions);
    let expected: Vec<Option<Found>> = versions
        .iter()
        .map(|version| {
            let parent = version.parent::<Person>().filter(people_version::name.ne("b"));
            let parent = parent.select(PersonVersion::as_select()).first(conn);
            parent.optional().unwrap().as_ref().map(told_person)
        })
        .collect();
    let told: Vec<_> = renamed.iter().map(|found| found.as_ref().map(told_person)).collect();
    assert_eq!(told, expected);
    assert!(told.iter().flatten().count() < versions.len());

    // With what these parents had marked: the parent is there once for each mark.
    let marked = versions
        .parents::<Person>()
        .inner_join(marks_version::table.on(MarkVersion::belonged_to::<Person>()))
        .order(marks_version::note_id)
        .select(((people_version::name, marks_version::note_id), Position::as_select()))
        .load::<((String, i32), Position)>(conn)
        .unwrap()
        .grouped_beside(&versions);
    assert!(marked.iter().any(|marks| marks.len() > 1));

    // As it is, a query has all columns, and the positions.
    let pairs: Vec<((i32, String, i64), Position)> = versions
        .parents::<Person>()
        .select((
            (people_version::id, people_version::name, people_version::transaction_id),
            Position::as_select(),
        ))
        .load(conn)
        .unwrap();
    let found: i64 = versions.parents::<Person>().count().get_result(conn).unwrap();
    assert_eq!(pairs.len() as i64, found);
    let whole: Vec<(PersonVersion, Position)> = versions.parents::<Person>().load(conn).unwrap();
    assert_eq!(whole.len() as i64, found);
}

#[test]
fn a_version_may_ask_twice_and_nobody_need_ask() {
    let Some((mut conn, _db)) = set_up(&BUSY) else { return };
    let conn = &mut conn;
    let one = note(conn, 1).remove(0);
    let twice = [one.clone(), note(conn, 3).remove(0), one];
    let parents = twice
        .parents::<Person>()
        .select(<(PersonVersion, Position)>::as_select())
        .load(conn)
        .unwrap()
        .beside(&twice);
    let names: Vec<_> =
        parents.iter().map(|parent| parent.as_ref().map(|parent| parent.name.as_str())).collect();
    assert_eq!(names, [Some("a"), None, Some("a")]);
    let nobody: Vec<NoteVersion> = Vec::new();
    let parents = nobody.parents::<Person>().load::<(PersonVersion, Position)>(conn).unwrap();
    assert!(parents.beside(&nobody).is_empty());
    let nobody: Vec<PersonVersion> = Vec::new();
    let linked = nobody.linked::<Mark, Note>().load::<(NoteVersion, Position)>(conn).unwrap();
    assert!(linked.grouped_beside(&nobody).is_empty());
}

#[test]
fn a_thousand_versions_have_their_parents_and_links_in_one_statement_by_indexes() {
    let each = |select: &str| {
        format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
             SELECT {select} FROM n"
        )
    };
    let people = format!("INSERT INTO people {}", each("i, 'a'"));
    let notes = format!("INSERT INTO notes (id, text, person_id) {}", each("i, 'a', i"));
    let marks = format!("INSERT INTO marks {}", each("i, 5001 - i"));
    let Some((mut conn, _db)) = set_up(&[
        &[&people, &notes, &marks],
        &["UPDATE people SET name = 'b'", "UPDATE notes SET text = 'b'"],
        &["UPDATE people SET name = 'c'", "UPDATE notes SET text = 'c' WHERE id <= 1000"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    if Conn::DIALECT == Dialect::Postgres {
        conn.batch_execute("VACUUM ANALYZE").unwrap();
    }
    let versions: Vec<NoteVersion> = notes_version::table
        .filter(notes_version::text.eq("c"))
        .order(notes_version::id)
        .select(NoteVersion::as_select())
        .load(conn)
        .unwrap();
    let of_people: Vec<PersonVersion> = people_version::table
        .filter(people_version::name.eq("b").and(people_version::id.le(1000)))
        .order(people_version::id)
        .select(PersonVersion::as_select())
        .load(conn)
        .unwrap();
    let seen = statements(conn, |conn| {
        let parents = versions
            .parents::<Person>()
            .select(<(PersonVersion, Position)>::as_select())
            .load(conn)
            .unwrap()
            .beside(&versions);
        for (version, parent) in versions.iter().zip(&parents) {
            let parent = parent.as_ref().unwrap();
            assert_eq!((parent.id, parent.name.as_str()), (version.id, "c"));
        }
    });
    assert_eq!((versions.len(), seen), (1000, 1));
    let seen = statements(conn, |conn| {
        let linked = of_people
            .linked::<Mark, Note>()
            .select(<(NoteVersion, Position)>::as_select())
            .load(conn)
            .unwrap()
            .grouped_beside(&of_people);
        for (version, linked) in of_people.iter().zip(&linked) {
            let told: Vec<_> = linked.iter().map(|note| (note.id, note.text.as_str())).collect();
            assert_eq!(told, [(5001 - version.id, "b")]);
        }
    });
    assert_eq!((of_people.len(), seen), (1000, 1));

    let by_index = |plan: String| {
        for table in ["people_version", "notes_version", "marks_version"] {
            assert!(!reads_all(&plan, table), "{plan}");
        }
    };
    let (few, last) = (&versions[..20], versions[0].transaction_id);
    by_index(plan(conn, &few.parents::<Person>().select(people_version::id)));
    by_index(plan(conn, &few.parents_as_of::<Person>(last).select(people_version::id)));
    let few = &of_people[..3];
    by_index(plan(conn, &few.linked::<Mark, Note>().select(notes_version::id)));
    by_index(plan(conn, &few.linked_as_of::<Mark, Note>(last).select(notes_version::id)));
}
