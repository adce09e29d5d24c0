//! Twelve items compiled, merged and planned, and the next question with five hundred items in play. The bars are 20 ms and 5 ms:
//! `cargo bench -p rulebook --bench bundle`.

use divan::black_box;
use jiff::civil::{Date, date};
use rulebook::bundle::Bundle;
use rulebook::guide::{Guide, Told};
use rulebook::intake::{Answers, Knowns};
use rulebook::{Rulebook, compile};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::LazyLock;

#[path = "../tests/folder/mod.rs"]
mod folder;

const TODAY: Date = date(2026, 3, 2);

static DISTRICT: LazyLock<Rulebook> = LazyLock::new(|| {
    let files = folder::district();
    compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).0
});

static NOTHING: Knowns = Knowns::new();

const TWELVE: [&str; 12] = [
    "company-registration",
    "food-operation-new",
    "prepackaged-food-filing",
    "drug-retail-licence",
    "device-class2-filing",
    "device-class3-licence",
    "public-place-hygiene",
    "fire-safety-check",
    "shop-sign-filing",
    "tobacco-retail-licence",
    "drainage-permit",
    "special-equipment-registration",
];

fn main() {
    divan::main();
}

/// What the samples of the twelve forms say.
fn filled() -> Answers {
    let forms = TWELVE.iter().filter_map(|code| DISTRICT.forms.get(DISTRICT.items[*code].form.as_ref()?.get_ref()));
    let asks = forms.flat_map(|form| &form.section).flat_map(|section| &section.ask).filter(|ask| !ask.sample.is_empty());
    asks.map(|ask| (DISTRICT.fields[ask.field.get_ref()].code.clone(), ask.sample.clone())).collect()
}

#[divan::bench]
fn twelve_items_compiled(bencher: divan::Bencher<'_, '_>) {
    bencher.bench(|| Bundle::of_items(black_box(&DISTRICT), TWELVE));
}

#[divan::bench]
fn twelve_items_compiled_and_merged(bencher: divan::Bencher<'_, '_>) {
    let answers = filled();
    bencher.bench(|| {
        let bundle = Bundle::of_items(black_box(&DISTRICT), TWELVE);
        let intake = bundle.intake(&answers, &[], &NOTHING, TODAY);
        (bundle.state(&answers, TODAY).days, intake.faults().count())
    });
}

#[divan::bench]
fn twelve_items_shared_out(bencher: divan::Bencher<'_, '_>) {
    let (answers, bundle) = (filled(), Bundle::of_items(&DISTRICT, TWELVE));
    bencher.bench(|| TWELVE.map(|code| bundle.share(code, black_box(&answers), &Answers::new(), TODAY)));
}

/// Five hundred items, each needed under a condition of its own over sixty elements, with eight papers each.
static LARGE: LazyLock<Rulebook> = LazyLock::new(|| {
    let mut text = String::new();
    for n in 0..60 {
        let kind = if n % 3 == 0 { "kind = 'number'\nmin = 0" } else { "kind = 'yes-no'" };
        let _ = writeln!(text, "[[field]]\nname = '要素{n}'\ncode = 'element-{n}'\n{kind}");
    }
    let test = |n: usize| {
        if (n % 60).is_multiple_of(3) { format!("要素{} > {}", n % 60, n * 7 % 500) } else { format!("要素{}", n % 60) }
    };
    for n in 0..200 {
        let _ = writeln!(text, "[[material]]\nkey = 'paper-{n}'\nname = '材料{n}'");
    }
    let mut components = String::new();
    for n in 0..500 {
        let papers: String = (0..8)
            .map(|at| {
                format!("{{ key = 'paper-{}', when = '{} or {}' }},", (n * 8 + at) % 200, test(n + at), test(n * 3 + at + 1))
            })
            .collect();
        let _ = writeln!(
            text,
            "[[item]]\ncode = 'item-{n}'\nname = '事项{n}'\ntype = '行政许可'\nprocedure = 'p'\nlimit = []\nmaterial = [{papers}]"
        );
        let _ =
            writeln!(components, "{{ item = 'item-{n}', when = '{} and ({} or {})' }},", test(n), test(n + 7), test(n * 5 + 2));
    }
    let _ = writeln!(
        text,
        "[[theme]]\ncode = 'project'\nname = '工程'\nversion = '1'\nlevel = '滨城'\nlead-body = 'b'\ncomponent = [{components}]"
    );
    compile([("large.toml", text.as_str())]).0
});

#[divan::bench]
fn the_next_question_with_five_hundred_items(bencher: divan::Bencher<'_, '_>) {
    let guide = Guide::of_bundle(&Bundle::of_theme(&LARGE, &LARGE.themes["project"]), TODAY);
    let (answers, unsure) = (Answers::new(), BTreeSet::new());
    bencher.bench(|| guide.next(black_box(Told { answers: &answers, unsure: &unsure }), TODAY).is_some());
}

#[divan::bench]
fn the_next_question_half_way(bencher: divan::Bencher<'_, '_>) {
    let guide = Guide::of_bundle(&Bundle::of_theme(&LARGE, &LARGE.themes["project"]), TODAY);
    let answers = (0..30).map(|n| (format!("element-{n}"), if n % 3 == 0 { "20" } else { "是" }.to_owned())).collect();
    let unsure = BTreeSet::new();
    bencher.bench(|| guide.next(black_box(Told { answers: &answers, unsure: &unsure }), TODAY).is_some());
}
