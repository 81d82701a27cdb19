-- A new id. lastval() goes on answering with the application's own number.
BEGIN
    last := lastval();
EXCEPTION
    WHEN object_not_in_prerequisite_state THEN NULL; -- No sequence was used in this session.
    WHEN insufficient_privilege THEN NULL; -- One of which the history's owner may know nothing.
END;
drawn := nextval('continuum_transaction_id_seq');
IF last IS NOT NULL THEN
    -- lastval() tells the sequence that was used last, and what setval() said of it.
    ignored := setval('continuum_lastval', CASE WHEN nextval('continuum_lastval') IS NOT NULL THEN last END);
END IF;
