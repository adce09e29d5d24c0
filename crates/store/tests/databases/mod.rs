//! The databases that a story is told on, each fresh and gone afterwards. Other crates' tests take it in with `#[path]`.

#![allow(dead_code, reason = "no test binary needs all of it")]

use std::sync::atomic::{AtomicU64, Ordering};
use store::engine::{Engine, Options, op};

pub struct Database {
    name: &'static str,
    engine: Engine,
}

impl Database {
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// For the messages of failing tests.
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub fn is_inline(&self) -> bool {
        self.name == "SQLite in-line"
    }
}

/// Tells the story on every engine there is.
pub async fn each(story: impl AsyncFn(Database)) {
    each_with(Options::default(), story).await;
}

pub async fn each_with(options: Options, story: impl AsyncFn(Database)) {
    let threaded = Engine::sqlite_in_memory(options.clone()).expect("SQLite opens");
    story(Database { name: "SQLite", engine: threaded }).await;
    let inline = Engine::sqlite_inline(options.clone()).expect("SQLite opens");
    story(Database { name: "SQLite in-line", engine: inline }).await;
    on_postgres(options, story).await;
}

/// Tells the story in a schema of its own, if there is a server. A failing story leaves its schema to be looked at.
pub async fn on_postgres(options: Options, story: impl AsyncFn(Database)) {
    let Ok(url) = std::env::var("YIMEN_TEST_POSTGRES") else {
        println!("YIMEN_TEST_POSTGRES is not set: not told on PostgreSQL");
        return;
    };
    let schema = fresh_name();
    let options = Options { schema: Some(schema.clone()), connections: options.connections.min(8), ..options };
    let engine = Engine::postgres(&url, options).await.expect("PostgreSQL answers");
    engine.migrate(&[]).await.expect("the schema is made");
    story(Database { name: "PostgreSQL", engine: engine.clone() }).await;
    // A statement is `'static`; this one is made once for each test process.
    let drop: &'static str = Box::leak(format!("DROP SCHEMA {schema} CASCADE").into_boxed_str());
    engine.write(vec![op(drop, vec![])]).await.expect("the schema goes");
    engine.close().await;
}

fn fresh_name() -> String {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_millis();
    format!("test_{now}_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}
