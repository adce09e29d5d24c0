//! Searching five hundred items, each way of typing once. The bar is a millisecond: `cargo bench -p rulebook --bench search`.

use divan::black_box;
use rulebook::search::Index;

#[path = "../tests/folder/mod.rs"]
mod folder;

fn main() {
    divan::main();
}

/// The district's items, several times over under other codes, to 500 and some more.
fn index() -> Index {
    let files = folder::district();
    let text = |wanted: &str| files.iter().find(|(path, _)| path == wanted).map_or("", |(_, text)| text.as_str());
    let (mut rulebook, _) = rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let items: Vec<_> = rulebook.items.values().cloned().collect();
    for copy in 0.. {
        if rulebook.items.len() >= 500 {
            break;
        }
        for item in &items {
            let mut item = item.clone();
            let code = format!("{}-{copy}", item.code.get_ref());
            item.code = toml::Spanned::new(0..0, code.clone());
            rulebook.items.insert(code, item);
        }
    }
    Index::new(&rulebook, text("search/synonyms.csv"), text("search/stopwords.txt"))
}

#[divan::bench(args = ["开饭店", "食品经营许可", "许可", "药", "我想开个饭店要怎么办", "食品径营许可", "shipinjingying", "spjyxk", "shiping jingying", "drug license", "zzzz"])]
fn search(bencher: divan::Bencher<'_, '_>, query: &str) {
    let index = index();
    bencher.bench(|| index.search(black_box(query), 10));
}

#[divan::bench(args = ["开", "kai", "食品经", "spjy"])]
fn suggest(bencher: divan::Bencher<'_, '_>, typed: &str) {
    let index = index();
    bencher.bench(|| index.suggestions(black_box(typed), 8));
}
