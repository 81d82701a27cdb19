//! The statements through Diesel, for a connection's type.

/// The methods of `Contest` that are the same text on every engine.
macro_rules! through_diesel {
    () => {
        fn last_transaction(&mut self) -> diesel::QueryResult<i64> {
            use continuum_core::continuum_transaction;
            use diesel::prelude::*;
            continuum_transaction::table
                .select(continuum_transaction::id)
                .order(continuum_transaction::id.desc())
                .first(self)
        }

        fn insert_one(&mut self, n: i32) -> diesel::QueryResult<usize> {
            use crate::articles::validity::schema::articles;
            use diesel::prelude::*;
            diesel::insert_into(articles::table)
                .values((
                    articles::name.eq(format!("article {n}")),
                    articles::content.eq(crate::statements::CONTENT),
                    articles::author_id.eq(n % 100),
                    articles::created_at.eq(chrono::DateTime::UNIX_EPOCH.naive_utc()),
                ))
                .execute(self)
        }

        fn update_one(&mut self, id: i32, n: i32) -> diesel::QueryResult<usize> {
            use crate::articles::validity::schema::articles;
            use diesel::prelude::*;
            diesel::update(articles::table.find(id))
                .set(articles::name.eq(format!("better name {n}")))
                .execute(self)
        }

        fn live_row(&mut self, id: i32) -> diesel::QueryResult<usize> {
            use crate::articles::validity::models::Article;
            use crate::articles::validity::schema::articles;
            use diesel::prelude::*;
            let query = articles::table.find(id).select(Article::as_select());
            Ok(query.load::<Article>(self)?.len())
        }

        fn live_table(&mut self) -> diesel::QueryResult<usize> {
            use crate::articles::validity::models::Article;
            use crate::articles::validity::schema::articles;
            use diesel::prelude::*;
            let query = articles::table.select(Article::as_select());
            Ok(query.load::<Article>(self)?.len())
        }

        fn versions(
            &mut self,
            strategy: continuum_core::Strategy,
            id: i32,
        ) -> diesel::QueryResult<usize> {
            crate::statements::on_strategy!(strategy, |articles, Article, ArticleVersion| {
                let article = crate::statements::with_key!(Article, id);
                Ok(article.versions().load::<ArticleVersion>(self)?.len())
            })
        }

        fn row_as_of(
            &mut self,
            strategy: continuum_core::Strategy,
            id: i32,
            moment: i64,
        ) -> diesel::QueryResult<usize> {
            crate::statements::on_strategy!(strategy, |articles, Article, ArticleVersion| {
                let article = crate::statements::with_key!(Article, id);
                Ok(article.as_of(moment).load::<ArticleVersion>(self)?.len())
            })
        }

        fn filtered_as_of(
            &mut self,
            strategy: continuum_core::Strategy,
            id: i32,
            moment: i64,
        ) -> diesel::QueryResult<usize> {
            crate::statements::on_strategy!(strategy, |articles, Article, ArticleVersion| {
                let query = ArticleVersion::as_of(moment).filter(articles::id.eq(id));
                Ok(query.load::<ArticleVersion>(self)?.len())
            })
        }

        fn table_in_the_past(&mut self, moment: i64) -> diesel::QueryResult<usize> {
            use continuum_core::TimeTravel;
            TimeTravel::as_of(self, moment, |conn| {
                crate::engine::Contest::live_table(conn)
            })
        }

        fn table_as_of(
            &mut self,
            strategy: continuum_core::Strategy,
            moment: i64,
        ) -> diesel::QueryResult<usize> {
            crate::statements::on_strategy!(strategy, |articles, Article, ArticleVersion| {
                let query = ArticleVersion::as_of(moment);
                Ok(query.load::<ArticleVersion>(self)?.len())
            })
        }

        fn whole_table_as_of(
            &mut self,
            strategy: continuum_core::Strategy,
            moment: i64,
        ) -> diesel::QueryResult<usize> {
            crate::statements::on_strategy!(strategy, |articles, Article, ArticleVersion| {
                let all = continuum_core::AsOf::<ArticleVersion>::whole_table(moment);
                let query = articles::table
                    .filter(all)
                    .select(ArticleVersion::as_select());
                Ok(query.load::<ArticleVersion>(self)?.len())
            })
        }
    };
}

/// The same code with the types of either strategy.
macro_rules! on_strategy {
    ($strategy:expr, |$table:ident, $row:ident, $version:ident| $body:block) => {
        match $strategy {
            continuum_core::Strategy::Validity => {
                #[allow(unused_imports)]
                use crate::articles::validity::{
                    models::{Article as $row, ArticleVersion as $version},
                    schema::articles_version as $table,
                };
                #[allow(unused_imports)]
                use diesel::prelude::*;
                $body
            }
            continuum_core::Strategy::Subquery => {
                #[allow(unused_imports)]
                use crate::articles::subquery::{
                    models::{Article as $row, ArticleVersion as $version},
                    schema::articles_version as $table,
                };
                #[allow(unused_imports)]
                use diesel::prelude::*;
                $body
            }
        }
    };
}

/// A row of which only the key counts.
macro_rules! with_key {
    ($row:ident, $id:expr) => {
        $row {
            id: $id,
            name: String::new(),
            content: String::new(),
            author_id: 0,
            created_at: chrono::DateTime::UNIX_EPOCH.naive_utc(),
        }
    };
}

pub(crate) use {on_strategy, through_diesel, with_key};

/// 200 characters.
pub const CONTENT: &str = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do \
    eiusmod tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud \
    exercitation ullamco laboris nisi ut aliquip.";
