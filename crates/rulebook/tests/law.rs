//! Every ground that the district's rulebook calls verified can be read, article by article, in the texts it carries.

use rulebook::law::Articles;
use std::collections::BTreeSet;
use toml::{Table, Value};

mod folder;

/// Documents that are no laws: their text is not carried, and what they say is cited from the draft itself.
const NO_LAWS: [&str; 1] = ["若干措施"];

#[test]
fn what_is_cited_as_verified_can_be_quoted() {
    let files = folder::district();
    let (path, text) = files.iter().find(|(path, _)| path == "laws/articles.jsonl").expect("the rulebook carries texts");
    let (articles, problems) = Articles::parse(path, text);
    assert_eq!(problems, []);
    let mut cited = BTreeSet::new();
    for (_, text) in files.iter().filter(|(path, _)| path.ends_with(".toml")) {
        collect(&Value::Table(text.parse::<Table>().expect("the rulebook compiles")), &mut cited);
    }
    assert!(cited.len() > 200);
    let missing: Vec<String> = cited
        .iter()
        .filter(|(law, _)| !NO_LAWS.iter().any(|word| law.contains(word)))
        // A chapter is a ground, not a quotation.
        .filter(|(_, article)| article.contains('条'))
        .filter(|(law, article)| articles.lookup(law, article).is_none())
        .map(|(law, article)| format!("{law}{article}"))
        .collect();
    assert!(missing.is_empty(), "cited as verified, and not in {path}:\n{}", missing.join("\n"));
}

fn collect(value: &Value, cited: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect(value, cited)),
        Value::Table(table) => {
            let text = |key: &str| table.get(key).and_then(Value::as_str);
            if let (Some(law), Some(article), Some("verified")) = (text("law"), text("article"), text("status")) {
                cited.insert((law.to_owned(), article.to_owned()));
            }
            table.values().for_each(|value| collect(value, cited));
        }
        _ => {}
    }
}
