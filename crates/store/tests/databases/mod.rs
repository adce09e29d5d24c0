//! The databases that a story is told on, each fresh and gone afterwards.

use store::engine::{Engine, Options};

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
}
