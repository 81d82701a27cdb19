// Included for each strategy.

#[test]
fn one_row_at_the_other_side_is_one_or_none() {
    // F07, F08, F09
    let Some((mut conn, _db)) = set_up(&[
        &["INSERT INTO people VALUES (1, 'a'), (2, 'b')"],
        &[
            "INSERT INTO notes (id, text, person_id) VALUES (1, 'passport', 1)",
            "UPDATE people SET name = 'x'",
        ],
        &["UPDATE notes SET text = 'renewed'"],
        &["UPDATE people SET name = 'y'"],
        &[
            "UPDATE notes SET person_id = 2",
            "UPDATE people SET name = 'z'",
        ],
        &["DELETE FROM notes", "UPDATE people SET name = 'end'"],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let passports = |conn: &mut Conn, id: i32| -> Vec<Option<String>> {
        let of_each = person(conn, id).into_iter().map(|version| {
            NoteVersion::belonging_to(&version)
                .select(notes_version::text)
                .first(conn)
                .optional()
                .unwrap()
        });
        of_each.collect()
    };
    let has = |text: &str| Some(text.to_owned());
    let first = [None, has("passport"), has("renewed"), None, None];
    assert_eq!(passports(conn, 1), first);
    assert_eq!(passports(conn, 2), [None, None, None, has("renewed"), None]);
}

#[test]
fn the_one_row_at_the_other_side_of_a_link_comes_back_in_place_of_the_one_of_now() {
    // H16
    let Some((mut conn, _db)) = set_up(&[
        &[
            "INSERT INTO people VALUES (1, 'a')",
            "INSERT INTO notes (id, text) VALUES (1, 'old'), (2, 'new')",
            "INSERT INTO marks VALUES (1, 1)",
        ],
        &[
            "UPDATE marks SET note_id = 2",
            "DELETE FROM notes WHERE id = 1",
            "UPDATE people SET name = 'b'",
        ],
    ]) else {
        return;
    };
    let conn = &mut conn;
    let versions = person(conn, 1);
    let link = || children::<Mark>().delete_newer().with(parent::<Note>());
    assert_eq!(versions[0].reverting().with(link()).execute(conn), Ok(4));
    assert_eq!(all_marks(conn), [(1, 1)]);
    assert_eq!(all_notes(conn), ["1 old - -", "2 new - -"]);
    let linked: Vec<String> = person(conn, 1)[2]
        .linked::<Mark, Note>()
        .select(notes_version::text)
        .load(conn)
        .unwrap();
    assert_eq!(linked, ["old"]);
    assert_eq!(versions[1].reverting().with(link()).execute(conn), Ok(3));
    assert_eq!(all_marks(conn), [(1, 2)]);
    assert_sound(conn);
}
