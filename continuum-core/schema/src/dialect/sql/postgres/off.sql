IF current_setting('continuum.recording', true) <> '' THEN
    IF continuum_recording_is_off() THEN
        RETURN NULL;
    END IF;
END IF;
