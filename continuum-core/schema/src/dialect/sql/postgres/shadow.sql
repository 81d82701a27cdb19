CREATE TABLE {version} AS SELECT {columns} FROM {table} WITH NO DATA;
ALTER TABLE {version}
    {alterations};
