//! What people of the district type, and which item they should find.

use rulebook::search::Index;
use std::sync::LazyLock;

mod folder;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let files = folder::district();
    let text = |wanted: &str| files.iter().find(|(path, _)| path == wanted).map_or("", |(_, text)| text.as_str());
    let (rulebook, _) = rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    Index::new(&rulebook, text("search/synonyms.csv"), text("search/stopwords.txt"))
});

#[test]
fn people_find_what_they_look_for() {
    let mut wrong = Vec::new();
    for (query, expected) in [
        ("开饭店", "food-operation-new"),
        ("我想开个饭店要怎么办", "food-operation-new"),
        ("开奶茶店", "food-operation-new"),
        ("kaifandian", "food-operation-new"),
        ("kfd", "food-operation-new"),
        ("shipinjingying", "food-operation-new"),
        ("spjyxk", "food-operation-new"),
        ("食品经营许可", "food-operation-new"),
        ("食品径营许可", "food-operation-new"),
        ("食品经营许可变更", "food-operation-change"),
        ("food business", "food-operation-new"),
        ("yaodian", "drug-retail-licence"),
        ("开药店", "drug-retail-licence"),
        ("药", "drug-retail-licence"),
        ("药店许可证", "drug-retail-licence"),
        ("卖口罩", "device-class2-filing"),
        ("开公司", "company-registration"),
        ("注册公司", "company-registration"),
        ("个体户", "self-employed-registration"),
        ("烟草证", "tobacco-retail-licence"),
        ("排污证", "pollutant-permit-key"),
        ("渣土证", "construction-waste-disposal"),
        ("施工许可", "construction-permit"),
        ("门头招牌", "shop-sign-filing"),
        ("开KTV", "entertainment-venue-licence"),
        ("开网吧", "internet-cafe-licence"),
        ("电梯登记", "special-equipment-registration"),
        ("消防检查", "fire-safety-check"),
        ("fire safety", "fire-safety-check"),
        ("过户", "real-estate-transfer-registration"),
        ("办不成", "unresolved-matter"),
        ("饭店关门", "food-operation-cancellation"),
        ("饭店不干了，证怎么办", "food-operation-cancellation"),
        ("清税证明", "tax-clearance"),
        ("办执照", "self-employed-registration"),
        ("drug retail license", "drug-retail-licence"),
        ("water", "water-connection"),
    ] {
        let found = INDEX.search(query, 4);
        if found.first().is_none_or(|hit| hit.code != expected) {
            let found: Vec<String> = found.iter().map(|hit| format!("{} {:.2} {}", hit.code, hit.score, hit.why.zh)).collect();
            wrong.push(format!("{query} → {expected}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_item_is_found_by_its_own_name_and_its_own_words() {
    let files = folder::district();
    let (rulebook, _) = rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let mut wrong = Vec::new();
    for (code, item) in &rulebook.items {
        let first = |query: &str| INDEX.search(query, 1).first().map(|hit| hit.code.clone());
        if first(&item.name).as_ref() != Some(code) {
            wrong.push(format!("{} is found as {:?}", item.name, first(&item.name)));
        }
        for keyword in &item.keywords {
            if !INDEX.search(keyword, 3).iter().any(|hit| hit.code == *code) {
                wrong.push(format!("{keyword} does not find {code}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_being_typed_is_completed_in_chinese_and_in_pinyin() {
    let check = |typed: &str, expected: &str| {
        let words: Vec<String> = INDEX.suggestions(typed, 8).into_iter().map(|suggestion| suggestion.words).collect();
        assert!(words.iter().any(|words| words == expected), "{typed}: {words:?}");
        assert!(words.len() <= 8);
    };
    check("开饭", "开饭店");
    check("kaif", "开饭店");
    check("食品经", "食品经营许可（新办）");
    check("spjy", "食品经营许可（新办）");
    check("xfjc", "消防检查");
}

#[test]
fn a_theme_is_found_by_its_own_name_and_its_own_words() {
    let files = folder::district();
    let (rulebook, _) = rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let text = |wanted: &str| files.iter().find(|(path, _)| path == wanted).map_or("", |(_, text)| text.as_str());
    let index = Index::of_themes(&rulebook, text("search/synonyms.csv"), text("search/stopwords.txt"));
    let mut wrong = Vec::new();
    for (code, theme) in &rulebook.themes {
        for words in std::iter::once(&theme.name).chain(&theme.keywords) {
            let found = index.search(words, 3);
            if !found.iter().any(|hit| hit.code == *code && hit.fits_well()) {
                wrong.push(format!("{words} does not find {code}: {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_opens_finds_what_opens_and_who_closes_what_closes() {
    let files = folder::district();
    let (rulebook, _) = rulebook::compile(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let text = |wanted: &str| files.iter().find(|(path, _)| path == wanted).map_or("", |(_, text)| text.as_str());
    let index = Index::of_themes(&rulebook, text("search/synonyms.csv"), text("search/stopwords.txt"));
    let mut wrong = Vec::new();
    for (query, expected) in [
        ("办执照", "enterprise-opening"),
        ("办营业执照", "enterprise-opening"),
        ("饭店关门", "enterprise-deregistration"),
        ("公司倒闭了怎么办", "enterprise-deregistration"),
        ("注销执照", "enterprise-deregistration"),
        ("开饭店", "restaurant"),
        ("办药店", "pharmacy"),
    ] {
        let found = index.search(query, 4);
        if found.first().is_none_or(|hit| hit.code != expected) {
            let found: Vec<String> = found.iter().map(|hit| format!("{} {:.2} {}", hit.code, hit.score, hit.why.zh)).collect();
            wrong.push(format!("{query} → {expected}, found {found:?}"));
        }
    }
    for (query, other) in [("饭店关门", "restaurant"), ("办执照", "enterprise-deregistration")] {
        if index.search(query, 30).iter().any(|hit| hit.code == other && hit.fits_well()) {
            wrong.push(format!("{query} goes the other way than {other}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
