-- The statements that drop these triggers again.
(
    SELECT coalesce(group_concat(printf('DROP TRIGGER temp."%w";', name), ' '), '')
    FROM sqlite_temp_master
    WHERE type = 'trigger' AND name GLOB 'continuum_off *'
)
