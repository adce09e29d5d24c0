//! The one table of routes. The router, the checks at the door and the OpenAPI document are all made from it, so they cannot
//! drift: what a route takes and gives is the type of its handler.

use super::call::{Call, Gives, Takes};
use super::caller::Scope;
use super::problem::Fault;
use super::shape::Definitions;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;

type Running = Pin<Box<dyn Future<Output = Result<Response, Fault>> + Send>>;

/// What an answer looks like: its status, and its media type with its schema where it has a body.
pub type Told = (StatusCode, Option<(&'static str, Value)>);

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
    pub title: (&'static str, &'static str),
    pub parameters: Vec<Parameter>,
    /// Whether an `Idempotency-Key` is asked for.
    pub keyed: bool,
    /// Whether the version seen is asked for.
    pub versioned: bool,
    pub largest: usize,
    pub body: fn(&mut Definitions) -> Option<(&'static str, Value)>,
    pub told: fn(&mut Definitions) -> Told,
    run: Box<dyn Fn(Call) -> Running + Send + Sync>,
}

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Public,
    AnyToken,
    With(Scope),
}

/// A parameter of the query.
#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: &'static str,
    pub words: (&'static str, &'static str),
    pub schema: Value,
    pub required: bool,
}

impl Route {
    fn new<T, F, G>(method: Method, path: &'static str, run: impl Fn(Call, T) -> F + Send + Sync + Copy + 'static) -> Route
    where
        T: Takes + 'static,
        F: Future<Output = Result<G, Fault>> + Send + 'static,
        G: Gives + 'static,
    {
        Route {
            method,
            path,
            who: Who::Public,
            title: ("", ""),
            parameters: Vec::new(),
            keyed: false,
            versioned: false,
            largest: T::LARGEST,
            body: T::body,
            told: G::told,
            run: Box::new(move |mut call| match T::take(&mut call) {
                Ok(taken) => {
                    let running = run(call, taken);
                    Box::pin(async move { running.await.map(Gives::reply) })
                }
                Err(fault) => Box::pin(async { Err(fault) }),
            }),
        }
    }

    pub fn get<F, G>(path: &'static str, run: impl Fn(Call) -> F + Send + Sync + Copy + 'static) -> Route
    where
        F: Future<Output = Result<G, Fault>> + Send + 'static,
        G: Gives + 'static,
    {
        Route::new(Method::GET, path, move |call, _: super::call::Nothing| run(call))
    }

    pub fn post<T, F, G>(path: &'static str, run: impl Fn(Call, T) -> F + Send + Sync + Copy + 'static) -> Route
    where
        T: Takes + 'static,
        F: Future<Output = Result<G, Fault>> + Send + 'static,
        G: Gives + 'static,
    {
        Route::new(Method::POST, path, run)
    }

    pub fn put<T, F, G>(path: &'static str, run: impl Fn(Call, T) -> F + Send + Sync + Copy + 'static) -> Route
    where
        T: Takes + 'static,
        F: Future<Output = Result<G, Fault>> + Send + 'static,
        G: Gives + 'static,
    {
        Route::new(Method::PUT, path, run)
    }

    pub fn delete<F, G>(path: &'static str, run: impl Fn(Call) -> F + Send + Sync + Copy + 'static) -> Route
    where
        F: Future<Output = Result<G, Fault>> + Send + 'static,
        G: Gives + 'static,
    {
        Route::new(Method::DELETE, path, move |call, _: super::call::Nothing| run(call))
    }

    pub fn says(mut self, zh: &'static str, en: &'static str) -> Route {
        self.title = (zh, en);
        self
    }

    /// For tokens with this scope only.
    pub fn with(mut self, scope: Scope) -> Route {
        self.who = Who::With(scope);
        self
    }

    /// For every token that holds.
    pub fn with_any_token(mut self) -> Route {
        self.who = Who::AnyToken;
        self
    }

    /// Done once for each `Idempotency-Key`.
    pub fn once(mut self) -> Route {
        self.keyed = true;
        self
    }

    /// Its author says which version was seen.
    pub fn versioned(self) -> Route {
        Route { versioned: true, ..self }.may_be_versioned()
    }

    /// The same where not every call is about a case that is there already.
    pub fn may_be_versioned(mut self) -> Route {
        let seen = Parameter {
            name: "seen",
            words: ("看过的版本；也可以用 If-Match", "The version seen, instead of If-Match"),
            schema: json!({ "type": "integer", "minimum": 0 }),
            required: false,
        };
        self.parameters.push(seen);
        self
    }

    /// Takes a parameter of text.
    pub fn asks(self, name: &'static str, zh: &'static str, en: &'static str) -> Route {
        self.asks_for(name, (zh, en), json!({ "type": "string", "maxLength": 200 }))
    }

    /// Takes a parameter that is one of these words.
    pub fn asks_one(self, name: &'static str, words: (&'static str, &'static str), of: &[&str]) -> Route {
        self.asks_for(name, words, json!({ "type": "string", "enum": of }))
    }

    pub fn asks_for(mut self, name: &'static str, words: (&'static str, &'static str), schema: Value) -> Route {
        self.parameters.push(Parameter { name, words, schema, required: false });
        self
    }

    /// A parameter that must be there.
    pub fn needs_for(mut self, name: &'static str, words: (&'static str, &'static str), schema: Value) -> Route {
        self.parameters.push(Parameter { name, words, schema, required: true });
        self
    }

    /// Gives its list in pages.
    pub fn paged(self) -> Route {
        let limit = json!({ "type": "integer", "minimum": 1, "maximum": super::call::MOST_ROWS, "default": super::call::ROWS });
        self.asks("after", "上一页给出的游标", "The cursor that the page before gave").asks_for(
            "limit",
            ("一页多少行", "Rows of a page"),
            limit,
        )
    }

    pub fn run(&self, call: Call) -> impl Future<Output = Result<Response, Fault>> + Send {
        (self.run)(call)
    }

    /// The resource it belongs to: the first part of its path.
    pub fn resource(&self) -> &'static str {
        self.path.trim_start_matches('/').split('/').next().unwrap_or("")
    }

    /// The names of the parts of its path.
    pub fn parts(&self) -> Vec<&'static str> {
        let named = |part: &'static str| part.strip_prefix('{')?.strip_suffix('}');
        self.path.split('/').filter_map(named).collect()
    }
}
