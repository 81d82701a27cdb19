// Included for each strategy.

#[test]
fn children_are_those_of_the_version() {
    // F01, F02, F03
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO notes (id, text, person_id) VALUES (1, 'red', 1), (9, 'other', 2)",
        ],
        &[
            "UPDATE notes SET text = 'RED' WHERE id = 1",
            "INSERT INTO notes (id, text, person_id) VALUES (2, 'blue', 1)",
            "UPDATE people SET name = 'b' WHERE id = 1",
        ],
        &["UPDATE notes SET text = 'between' WHERE id = 1"],
        &[
            "UPDATE people SET name = 'c' WHERE id = 1",
            "UPDATE notes SET person_id = 2 WHERE id = 1",
            "DELETE FROM notes WHERE id = 2",
        ],
        &["DELETE FROM notes", "DELETE FROM people"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let versions = person(conn, 1);
    let of_each: Vec<_> = versions.iter().map(|version| texts(conn, version)).collect();
    let none: Vec<&str> = Vec::new();
    assert_eq!(of_each, [vec!["red"], vec!["RED", "blue"], none.clone(), none]);
}

#[test]
fn children_of_a_moment_are_those_of_rows_and_of_versions() {
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO notes (id, text, person_id) VALUES (1, 'red', 1), (2, 'blue', 2)",
        ],
        &["UPDATE notes SET text = 'RED', person_id = 2 WHERE id = 1"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let people: Vec<Person> = people::table.order(people::id).load(conn).unwrap();
    let first = person(conn, 1).remove(0);
    let last = note(conn, 1)[1].transaction_id;
    let of = |conn: &mut Conn, moment: i64| -> Vec<(Option<i32>, String)> {
        let of_people = NoteVersion::belonging_to_as_of(&people, moment)
            .order(notes_version::id)
            .select((notes_version::person_id, notes_version::text))
            .load(conn)
            .unwrap();
        let of_one: Vec<(Option<i32>, String)> = NoteVersion::belonging_to_as_of(&people[0], moment)
            .select((notes_version::person_id, notes_version::text))
            .load(conn)
            .unwrap();
        let of_version: i64 = NoteVersion::belonging_to_as_of(&first, moment)
            .count()
            .get_result(conn)
            .unwrap();
        let mine: Vec<_> = of_people.iter().filter(|(id, _)| *id == Some(1)).cloned().collect();
        assert_eq!((mine, of_version), (of_one.clone(), of_one.len() as i64));
        of_people
    };
    let told = |text: &str, id: i32| (Some(id), text.to_owned());
    assert_eq!(of(conn, last - 1), [told("red", 1), told("blue", 2)]);
    assert_eq!(of(conn, last), [told("RED", 2), told("blue", 2)]);
    assert_eq!(of(conn, 1), []);
}

#[test]
fn children_of_several_versions_are_one_query_that_can_be_narrowed() {
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO notes (id, text, person_id) VALUES (1, 'red', 1), (2, 'blue', 2)",
        ],
        &["UPDATE notes SET text = 'RED', person_id = 2 WHERE id = 1"],
        &["UPDATE people SET name = 'x'", "UPDATE notes SET text = 'BLUE' WHERE id = 2"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let (one, two) = (person(conn, 1), person(conn, 2));
    let texts = |conn: &mut Conn, versions: &[PersonVersion]| -> Vec<String> {
        NoteVersion::belonging_to(versions)
            .filter(notes_version::text.ne("x"))
            .order((notes_version::id, notes_version::transaction_id))
            .select(notes_version::text)
            .load(conn)
            .unwrap()
    };
    assert_eq!(texts(conn, &one), ["red"]);
    assert_eq!(texts(conn, &two), ["RED", "blue", "BLUE"]);
    assert_eq!(texts(conn, &[one[0].clone(), two[1].clone()]), ["red", "RED", "BLUE"]);
    let none: [&str; 0] = [];
    assert_eq!(texts(conn, &[]), none);
}

#[test]
fn versions_of_rows_are_found_as_diesel_does() {
    let Some((mut conn, _db)) = set_up(&[
        &["INSERT INTO notes (id, text) VALUES (1, 'red'), (2, 'blue')"],
        &["UPDATE notes SET text = 'RED' WHERE id = 1"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let notes: Vec<Note> = notes::table.order(notes::id).load(conn).unwrap();
    let one: i64 = NoteVersion::belonging_to(&notes[0]).count().get_result(conn).unwrap();
    let grouped: Vec<Vec<NoteVersion>> = NoteVersion::belonging_to(&notes)
        .select(NoteVersion::as_select())
        .load(conn)
        .unwrap()
        .grouped_by(&notes);
    assert_eq!((one, grouped[0].len(), grouped[1].len()), (2, 2, 1));
}

#[test]
fn the_parent_is_what_it_was_then() {
    // F01, F07, F08, F09
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'first'), (2, 'other')",
            "INSERT INTO notes (id, text, person_id) VALUES (1, 'red', 1), (2, 'loose', NULL)",
        ],
        &["UPDATE people SET name = 'renamed' WHERE id = 1"],
        &["UPDATE notes SET text = 'RED' WHERE id = 1"],
        &["UPDATE notes SET person_id = 2 WHERE id = 1"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let name = |conn: &mut Conn, version: &NoteVersion| -> Option<String> {
        let parent = version.parent::<Person>().select(PersonVersion::as_select());
        parent.first(conn).optional().unwrap().map(|parent: PersonVersion| parent.name)
    };
    let versions = note(conn, 1);
    let parents: Vec<_> = versions.iter().map(|version| name(conn, version)).collect();
    let named = |name: &str| Some(name.to_owned());
    assert_eq!(parents, [named("first"), named("renamed"), named("other")]);
    let loose = note(conn, 2).remove(0);
    assert_eq!(name(conn, &loose), None);
    let later: String = versions[0]
        .parent_as_of::<Person>(versions[1].transaction_id)
        .select(people_version::name)
        .first(conn)
        .unwrap();
    assert_eq!(later, "renamed");
}

#[test]
fn rows_that_refer_to_rows_of_their_own_table_are_found_both_ways() {
    let Some((mut conn, _db)) = set_up(&[
        &["INSERT INTO notes (id, text) VALUES (1, 'question')"],
        &["INSERT INTO notes (id, text, answers) VALUES (2, 'answer', 1)"],
        &["UPDATE notes SET text = text || '!'"],
        &["UPDATE notes SET answers = NULL", "UPDATE notes SET text = 'end' WHERE id = 1"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let answers = |conn: &mut Conn, version: &NoteVersion| -> Vec<String> {
        // Of rows of its own table, `belonging_to` takes a version to be a parent.
        NoteVersion::belonging_to(version)
            .select(notes_version::text)
            .load(conn)
            .unwrap()
    };
    let question = note(conn, 1);
    let of_each: Vec<_> = question.iter().map(|version| answers(conn, version)).collect();
    let none: Vec<&str> = Vec::new();
    assert_eq!(of_each, [none.clone(), vec!["answer!"], none]);
    let answer = note(conn, 2);
    let asked: Vec<Option<String>> = answer
        .iter()
        .map(|version| {
            let parent = version.parent::<Note>().select(notes_version::text);
            parent.first(conn).optional().unwrap()
        })
        .collect();
    let told = |text: &str| Some(text.to_owned());
    assert_eq!(asked, [told("question"), told("question!"), None]);
}

#[test]
fn a_table_without_a_history_gives_its_live_rows() {
    // F12
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a')",
            "INSERT INTO notes (id, text, person_id, room_id) VALUES (1, 'red', 1, 1)",
        ],
        &["UPDATE notes SET room_id = NULL"],
        &[
            "UPDATE rooms SET name = 'KITCHEN'",
            "INSERT INTO pens VALUES (1, 1), (2, 1), (3, 7)",
        ],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let versions = note(conn, 1);
    let rooms: Vec<Vec<Room>> = versions
        .iter()
        .map(|version| version.live_parent::<Room>().load(conn).unwrap())
        .collect();
    assert_eq!((rooms[0].len(), rooms[1].len()), (1, 0));
    assert_eq!(rooms[0][0].name, "KITCHEN");
    let pens: i64 = person(conn, 1)[0]
        .live_children::<Pen>()
        .count()
        .get_result(conn)
        .unwrap();
    assert_eq!(pens, 2);
}

#[test]
fn links_are_those_of_the_version_both_ways() {
    // G01, G03, G04, G05
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO notes (id, text) VALUES (1, 'red'), (2, 'blue')",
            "INSERT INTO marks VALUES (1, 1), (1, 2), (2, 1)",
        ],
        &[
            "UPDATE notes SET text = 'RED' WHERE id = 1",
            "DELETE FROM marks WHERE person_id = 1 AND note_id = 2",
            "UPDATE people SET name = 'c'",
        ],
        &["INSERT INTO marks VALUES (2, 2)"],
        &["DELETE FROM notes WHERE id = 1", "UPDATE people SET name = 'd'"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let marked = |conn: &mut Conn, id: i32| -> Vec<Vec<String>> {
        let versions = person(conn, id);
        let of_each = versions.iter().map(|version| {
            version
                .linked::<Mark, Note>()
                .order(notes_version::id)
                .select(notes_version::text)
                .load(conn)
                .unwrap()
        });
        of_each.collect()
    };
    assert_eq!(marked(conn, 1), [vec!["red", "blue"], vec!["RED"], vec![]]);
    assert_eq!(marked(conn, 2), [vec!["red"], vec!["RED"], vec!["blue"]]);
    let by: Vec<String> = note(conn, 1)[1]
        .linked::<Mark, Person>()
        .order(people_version::id)
        .select(people_version::name)
        .load(conn)
        .unwrap();
    assert_eq!(by, ["c", "c"]);
}

#[test]
fn a_relation_is_joined_and_filtered_like_any_query() {
    // F11
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a'), (2, 'b')",
            "INSERT INTO notes (id, text, person_id) VALUES (1, 'red', 1), (2, 'blue', 1)",
            "INSERT INTO marks VALUES (2, 1)",
        ],
        &["DELETE FROM marks"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let first = person(conn, 1).remove(0);
    let marked: Vec<(String, i32)> = NoteVersion::belonging_to(&first)
        .inner_join(marks_version::table.on(MarkVersion::belonged_to::<Note>()))
        .filter(notes_version::text.like("%e%"))
        .order(notes_version::id)
        .select((notes_version::text, marks_version::person_id))
        .load(conn)
        .unwrap();
    assert_eq!(marked, [("red".to_owned(), 2)]);
}

#[test]
fn pairs_of_parents_and_children_are_one_join() {
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a')",
            "INSERT INTO notes (id, text, person_id) VALUES (1, 'red', 1)",
        ],
        &["UPDATE people SET name = 'b'"],
        &["UPDATE people SET name = 'c'", "UPDATE notes SET person_id = NULL"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let pairs: Vec<(String, Option<String>)> = people_version::table
        .left_join(notes_version::table.on(NoteVersion::belonged_to::<Person>()))
        .order(people_version::transaction_id)
        .select((people_version::name, notes_version::text.nullable()))
        .load(conn)
        .unwrap();
    let pair = |name: &str, text: Option<&str>| (name.to_owned(), text.map(str::to_owned));
    let expected = [pair("a", Some("red")), pair("b", Some("red")), pair("c", None)];
    assert_eq!(pairs, expected);
}

#[test]
fn each_relation_is_one_statement() {
    let Some((mut conn, _db)) = set_up(&[&[
        "INSERT INTO people VALUES (1, 'a'), (2, 'b')",
        "INSERT INTO notes (id, text, person_id) VALUES (1, 'red', 1), (2, 'blue', 2)",
        "INSERT INTO marks VALUES (2, 1)",
    ]]) else {
        return;
    };
    let conn = &mut conn;
    let versions = [person(conn, 1).remove(0), person(conn, 2).remove(0)];
    let red = note(conn, 1).remove(0);
    let select = NoteVersion::as_select;
    let seen = statements(conn, |conn| {
        let children = NoteVersion::belonging_to(&versions[..]).select(select()).load(conn);
        assert_eq!(children.unwrap().len(), 2);
    });
    assert_eq!(seen, 1);
    let seen = statements(conn, |conn| {
        red.parent::<Person>().select(PersonVersion::as_select()).first(conn).unwrap();
        versions[1].linked::<Mark, Note>().select(select()).first(conn).unwrap();
    });
    assert_eq!(seen, 2);
}

#[test]
fn relations_are_found_by_indexes() {
    let each = |select: &str| {
        format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
             SELECT {select} FROM n"
        )
    };
    let people = format!("INSERT INTO people {}", each("i, 'a'"));
    let notes = format!("INSERT INTO notes (id, text, person_id) {}", each("i, 'a', i"));
    let marks = format!("INSERT INTO marks {}", each("i, 2001 - i"));
    let Some((mut conn, _db)) = set_up(&[
        &[&people, &notes, &marks],
        &["UPDATE people SET name = 'b'", "UPDATE notes SET text = 'b'"],
        &["UPDATE people SET name = 'c'", "UPDATE notes SET text = 'c'"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let index = format!("CREATE INDEX notes_by_person ON {} (person_id)", VERSION_TABLES[1]);
    conn.batch_execute(&index).unwrap();
    if Conn::DIALECT == Dialect::Postgres {
        conn.batch_execute("VACUUM ANALYZE").unwrap();
    }
    let versions = person(conn, 7);
    let red = note(conn, 7).remove(0);
    let by_index = |plan: String, indexes: &[&str]| {
        for table in VERSION_TABLES {
            assert!(!reads_all(&plan, table), "{plan}");
        }
        // On MySQL, continuum makes an index on the columns of foreign keys.
        for index in indexes.iter().filter(|_| Conn::DIALECT != Dialect::MySql) {
            assert!(plan.contains(index), "{plan}");
        }
    };
    let of_one = NoteVersion::belonging_to(&versions[0]).select(notes_version::id);
    by_index(plan(conn, &of_one), &["notes_by_person"]);
    let of_each = NoteVersion::belonging_to(&versions).select(notes_version::id);
    by_index(plan(conn, &of_each), &["notes_by_person"]);
    let parent = red.parent::<Person>().select(people_version::id);
    by_index(plan(conn, &parent), &[]);
    let linked = versions[0].linked::<Mark, Note>().select(notes_version::id);
    by_index(plan(conn, &linked), &[]);
}
