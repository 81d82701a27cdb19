IF current_setting('continuum.recording', true) <> '' AND continuum_recording_is_off() THEN
    RETURN NULL;
END IF;
