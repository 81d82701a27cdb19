//! The names of everything continuum puts into a database, and nothing else names them.

use crate::dialect::Dialect;
use crate::model::TableName;

/// The transaction log.
pub const LOG_TABLE: &str = "continuum_transaction";
/// One row for each versioned table.
pub const REGISTRY_TABLE: &str = "continuum_table";
/// The transaction that made a version.
pub const TRANSACTION_ID: &str = "transaction_id";
/// The transaction that made the next version of the row.
pub const END_TRANSACTION_ID: &str = "end_transaction_id";
/// 0 insert, 1 update, 2 delete.
pub const OPERATION_TYPE: &str = "operation_type";

/// Where SQLite keeps a row, unless a column has the name.
pub(crate) const ROW_PLACE: &str = "_rowid_";

/// The default name of the version table of a table.
pub fn version_table(table: &str) -> String {
    format!("{table}_version")
}

/// The flag that says that a version changed the column.
pub fn mod_column(column: &str) -> String {
    format!("{column}_mod")
}

/// What a column of a version table is called, whose name another one needs: the nth choice.
pub(crate) fn set_aside(column: &str, n: u32) -> String {
    let suffix = format!("_{n}");
    // What every engine takes.
    let mut end = column.len().min(63 - suffix.len());
    while !column.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{suffix}", &column[..end])
}

/// A trigger, function or index of a version table, in the schema of the table: the name of the
/// version table, then what it is for. Names over the engine's limit are cut, and keep apart by
/// a hash of the whole.
pub(crate) fn object(dialect: Dialect, version_table: &TableName, role: &str) -> TableName {
    version_table.sibling(shorten(
        &format!("{}_{role}", version_table.name),
        dialect.identifier_limit(),
    ))
}

/// The table that names the newest version of each row, on engines that need one: after the version
/// table.
pub(crate) fn newest_table(dialect: Dialect, version_table: &TableName) -> TableName {
    version_table.sibling(shorten(
        &format!("continuum_newest_{}", version_table.name),
        dialect.identifier_limit(),
    ))
}

/// The empty table that leads to a table whose TRUNCATE is refused, on engines that need one.
pub(crate) fn guard_table(dialect: Dialect, guarded: &TableName) -> TableName {
    let name = guarded.name.trim_start_matches("continuum_");
    guarded.sibling(shorten(
        &format!("continuum_guard_{name}"),
        dialect.identifier_limit(),
    ))
}

/// How long an identifier may be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    None,
    Bytes(usize),
    Characters(usize),
}

impl Limit {
    pub(crate) fn holds(self, name: &str) -> bool {
        match self {
            Self::None => true,
            Self::Bytes(most) => name.len() <= most,
            Self::Characters(most) => name.chars().count() <= most,
        }
    }
}

fn shorten(name: &str, limit: Limit) -> String {
    if limit.holds(name) {
        return name.to_owned();
    }
    let suffix = format!("_{:08x}", fnv1a(name.as_bytes()) >> 32);
    let mut kept = name.to_owned();
    while !limit.holds(&format!("{kept}{suffix}")) {
        kept.pop();
    }
    kept + &suffix
}

/// FNV-1a, 64 bits: the same on every machine and in every version, which std's hasher is not.
/// <http://www.isthe.com/chongo/tech/comp/fnv/>
pub(crate) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_over_the_limit_are_cut_and_stay_apart() {
        let long = |last: char| format!("{}{last}", "ü".repeat(40));
        let [a, b] = ['a', 'b'].map(|last| shorten(&long(last), Limit::Bytes(63)));
        assert_ne!(a, b);
        assert!(a.len() <= 63 && b.len() <= 63);
        let [a, b] =
            ['a', 'b'].map(|last| shorten(&(long(last) + &long(last)), Limit::Characters(64)));
        assert_ne!(a, b);
        assert_eq!(a.chars().count(), 64);
        assert_eq!(
            shorten("articles_version", Limit::Bytes(63)),
            "articles_version"
        );
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
