//! One draft against many clauses, with witnesses: `cargo bench -p policies --bench assess -- [CLAUSES] [OF_THE_DRAFT]`, by default 10000
//! and 10. Generated from a seed: clauses of 3 to 8 conditions over 30 elements. Told twice: with behaviours spread over twenty, and with all
//! clauses meaning the same one, so that every pair has to be looked at. Serves measure 17.

#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a benchmark measures time and prints")]

use jiff::civil::{Date, date};
use policies::assess::{Kind, Subjects};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Instant;

const TODAY: Date = date(2026, 3, 2);

fn main() {
    let mut sizes = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let (clauses, drafted): (u64, u64) = (sizes.next().unwrap_or(10_000), sizes.next().unwrap_or(10));
    for behaviours in [20, 1] {
        let mut lot = Lot(20_260_302);
        let mut text = fields();
        for number in 0..clauses {
            clause(&mut text, &mut lot, &format!("C{number}"), "live", "鼓励", number % behaviours);
        }
        for number in 0..drafted {
            clause(&mut text, &mut lot, &format!("D{number}"), "draft", "约束", number % behaviours);
        }
        let (rulebook, problems) = rulebook::compile([("all.toml", text.as_str())]);
        assert!(problems.iter().all(|problem| problem.rule == "condition-fixed"), "{:?}", problems.first());
        let drafts: BTreeSet<String> = (0..drafted).map(|number| format!("p-D{number}")).collect();
        let began = Instant::now();
        let subjects = Subjects::of(&rulebook, &drafts, TODAY);
        let findings = subjects.findings();
        let took = began.elapsed();
        let count = |proved: bool| findings.iter().filter(|one| one.kind == Kind::Conflict && one.proved == proved).count();
        println!(
            "a draft of {drafted} clauses against {clauses}, {behaviours} behaviours, one thread: {took:.2?}; {} findings, {} conflicts with a witness, {} left open",
            findings.len(),
            count(true),
            count(false)
        );
    }
}

fn fields() -> String {
    let mut text = String::new();
    for number in 0..30 {
        let kind = match number {
            0..8 => "yes-no",
            8..18 => "choice",
            18..28 => "money",
            _ => "date",
        };
        let codes = if kind == "choice" { format!("codes = \"l{number}\"\n") } else { String::new() };
        let _ = write!(text, "[[field]]\nname = \"e{number}\"\ncode = \"e{number}\"\nkind = \"{kind}\"\n{codes}");
        if kind == "choice" {
            let _ = write!(text, "[[code-list]]\ncode = \"l{number}\"\nname = \"l\"\nvalue = [");
            for word in 0..3 + (number - 8) * 4 {
                let _ = write!(text, "{{ code = \"v{word}\", name = \"v{word}\" }},");
            }
            text.push_str("]\n");
        }
    }
    text
}

fn clause(text: &mut String, lot: &mut Lot, code: &str, life: &str, direction: &str, behaviour: u64) {
    let count = 3 + lot.below(6);
    let conditions: Vec<String> = (0..count).map(|_| condition(lot)).collect();
    let when = conditions.join(" and ");
    let _ = write!(
        text,
        "[[policy]]\ncode = \"p-{code}\"\nname = \"p\"\nkind = \"惠企\"\nissuer = \"i\"\nlevel = \"区\"\nlife = \"{life}\"\n[[policy.clause]]\n\
         code = \"{code}\"\nname = \"c\"\nwhen = '{when}'\nmode = \"申报\"\nbody = \"b\"\nexplanation = \"e\"\n\
         benefit = {{ kind = \"cash\", says = \"s\", amount = {{ fixed = \"{}万元\" }} }}\n\
         aim = {{ behaviour = \"b{behaviour}\", direction = \"{direction}\" }}\n",
        1 + lot.below(99)
    );
}

fn condition(lot: &mut Lot) -> String {
    let number = lot.below(30);
    match number {
        0..8 if lot.below(2) == 0 => format!("e{number}"),
        0..8 => format!("not e{number}"),
        8..18 => {
            let words = 3 + (number - 8) * 4;
            let (one, two) = (lot.below(words), lot.below(words));
            format!("e{number} in [\"v{one}\", \"v{two}\"]")
        }
        18..28 => {
            let relation = if lot.below(3) == 0 { "<=" } else { ">=" };
            format!("e{number} {relation} {}", (1 + lot.below(99)) * 10_u64.pow(4 + lot.below(5) as u32))
        }
        _ => format!("e{number} >= {}-01-01", 1995 + lot.below(30)),
    }
}

/// Numbers that look like chance and are the same in every run (splitmix64).
struct Lot(u64);

impl Lot {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }
}
