//! Changes of definitions and steps of the list as rows, on every engine.

mod databases;

use casework::Moment;
use databases::{Database, each};
use rulebook::Rulebook;
use store::Store;
use store::changes::{Change, ChangeState, Stamp};
use store::editions::{NewEdition, Published};
use store::list_steps::{ListState, ListStep};

const NOW: Moment = Moment(1_772_420_400_000);

async fn store(database: &Database) -> Store {
    let store = Store::open(database.engine().clone());
    store.migrate().await.expect("the tables are made");
    store
}

fn change(id: &str) -> Change {
    Change {
        id: id.to_owned(),
        path: "items/a.toml".to_owned(),
        base_edition: "2026-03-01.1".to_owned(),
        text: "# 新".to_owned(),
        state: ChangeState::Draft,
        author: "li".to_owned(),
        note: "改电话".to_owned(),
        version: 1,
        updated_at: NOW,
    }
}

fn stamp(by: &'static str, words: &'static str) -> Stamp<'static> {
    Stamp { by, at: Moment(NOW.0 + 1), words }
}

fn edition<'a>(name: &'a str, base: Option<&'a str>, rules: &'a Rulebook, files: &'a [(String, String)]) -> NewEdition<'a> {
    NewEdition { name, base, files, rules, in_force_at: NOW, by: "pub", note: "" }
}

#[tokio::test]
async fn of_two_who_change_the_same_draft_the_second_writes_nothing() {
    each(async |database| {
        let store = store(&database).await;
        store.add_change(&change("c1"), "起草").await.unwrap();
        assert!(store.save_change("c1", 1, "2026-03-01.1", "# 李", "", stamp("li", "")).await.unwrap());
        assert!(!store.save_change("c1", 1, "2026-03-01.1", "# 王", "", stamp("wang", "")).await.unwrap());
        let kept = store.kept_change("c1").await.unwrap().unwrap();
        assert_eq!((kept.text.as_str(), kept.version), ("# 李", 2), "{}", database.name());
        let steps = store.change_steps("c1").await.unwrap();
        assert_eq!(steps.iter().map(|step| step.by.as_str()).collect::<Vec<_>>(), ["li", "li"]);
    })
    .await;
}

#[tokio::test]
async fn a_change_goes_from_desk_to_desk_and_is_not_saved_on_the_way() {
    each(async |database| {
        let store = store(&database).await;
        store.add_change(&change("c1"), "").await.unwrap();
        let (draft, department) = (ChangeState::Draft, ChangeState::Department);
        assert!(store.move_change("c1", 1, draft, department, stamp("li", "请审")).await.unwrap());
        assert!(!store.move_change("c1", 1, draft, department, stamp("li", "请审")).await.unwrap());
        assert!(!store.save_change("c1", 2, "e", "# 改", "", stamp("li", "")).await.unwrap());
        assert_eq!(store.changes(&[department], 10).await.unwrap().len(), 1);
        assert!(store.changes(&[draft], 10).await.unwrap().is_empty());
        let steps = store.change_steps("c1").await.unwrap();
        assert_eq!(steps.last().map(|step| (step.state, step.words.as_str())), Some((department, "请审")));
    })
    .await;
}

#[tokio::test]
async fn an_edition_and_the_changes_it_takes_in_are_published_together_or_not_at_all() {
    each(async |database| {
        let store = store(&database).await;
        let (rules, files) = (Rulebook::default(), vec![("items/a.toml".to_owned(), "# 新".to_owned())]);
        store.add_change(&Change { state: ChangeState::Ready, ..change("c1") }, "").await.unwrap();
        store.add_change(&change("c2"), "").await.unwrap();
        let both = [("c1".to_owned(), 1), ("c2".to_owned(), 1)];
        assert_eq!(store.publish_changes(&edition("e1", None, &rules, &files), &both, NOW).await.unwrap(), None);
        assert_eq!(store.latest_edition().await.unwrap(), None, "{}", database.name());
        let one = &both[..1];
        let published = store.publish_changes(&edition("e1", None, &rules, &files), one, NOW).await.unwrap();
        assert!(matches!(published, Some(Published::Yes(_))));
        assert_eq!(store.kept_change("c1").await.unwrap().unwrap().state, ChangeState::Published);
        let late = store.publish_changes(&edition("e2", None, &rules, &files), &[], NOW).await.unwrap();
        assert_eq!(late, Some(Published::Overtaken { latest: Some("e1".to_owned()) }));
    })
    .await;
}

#[tokio::test]
async fn the_list_is_told_as_it_stood_and_nobody_speaks_past_anybody() {
    each(async |database| {
        let store = store(&database).await;
        let step = |number: u64, state, agency: &str| ListStep {
            row: "xk-a".to_owned(),
            number,
            state,
            agency: agency.to_owned(),
            words: String::new(),
            by: "li".to_owned(),
            at: Moment(NOW.0 + number as i64 * 1_000),
        };
        assert!(!store.append_list_step(&step(2, ListState::Agreed, "scjgj")).await.unwrap());
        assert!(store.append_list_step(&step(1, ListState::Proposed, "xzspj")).await.unwrap());
        assert!(store.append_list_step(&step(2, ListState::Disputed, "scjgj")).await.unwrap());
        assert!(!store.append_list_step(&step(2, ListState::Agreed, "jkq")).await.unwrap());
        assert_eq!(store.list_steps("xk-a").await.unwrap().len(), 2);
        let then = store.list_steps_before(Moment(NOW.0 + 1_500)).await.unwrap();
        assert_eq!(then, [step(1, ListState::Proposed, "xzspj")], "{}", database.name());
    })
    .await;
}
