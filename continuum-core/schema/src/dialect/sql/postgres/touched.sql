(SELECT DISTINCT ON ({key}) {columns}{any_flag} FROM (
    SELECT {either_columns}{either_differs}
    FROM old_rows o FULL JOIN new_rows n ON {o_key_is_n}
    WHERE ROW({o_watched})::record *<> ROW({n_watched})::record
) u ORDER BY {key})
