//! `seal create` and `licence verify`: what is said of a file, and with which end, without a database.

use crate::program::{Folder, run};
use papers::letter::{Block, Letter, OnMissing, SealText};
use papers::licence_file::Sealer;
use papers::sign::FileKeys;

fn sealed(folder: &Folder) -> [(String, Vec<u8>); 2] {
    let letter = Letter {
        title: "食品经营许可证".into(),
        blocks: vec![Block::Paragraph("准予从事食品经营。".into())],
        signer: "滨海新区市场监督管理局".into(),
        seal: Some(SealText("滨海新区市场监督管理局".into())),
        ..Letter::default()
    };
    let document = letter.lay_out(jiff::civil::date(2026, 3, 2).at(9, 0, 0, 0), OnMissing::Refuse).expect("laid out");
    let sealer = Sealer::of(&FileKeys::open(folder.0.join("keys")), "scjgj").expect("a seal");
    let now = jiff::Timestamp::now();
    [
        ("licence.ofd".to_owned(), sealer.ofd(&document, now).expect("sealed")),
        ("licence.pdf".to_owned(), sealer.pdf(&document, now).expect("sealed")),
    ]
}

#[test]
fn a_sealed_licence_ends_with_0_a_meddled_one_with_1_and_anything_else_with_2() {
    let (folder, elsewhere) = (Folder::new(), Folder::new());
    let data = folder.path("");
    let create = ["seal", "create", "scjgj", "滨海新区市场监督管理局", "--demonstration", "--data", &data];
    assert!(run(&create).ended(0).out.contains("made"));
    assert!(run(&create).ended(0).out.contains("there already"), "nothing is overwritten");
    for (name, bytes) in sealed(&folder) {
        let path = folder.path(&name);
        std::fs::write(&path, &bytes).expect("written");
        let said = run(&["licence", "verify", &path, "--data", &data]).ended(0);
        assert!(said.out.contains("盖章者：滨海新区市场监督管理局") && said.out.contains("its seal holds"), "{}", said.out);
        run(&["licence", "verify", &path, "--trust", &folder.path("keys/trusted.pem"), "--data", &elsewhere.path("")]).ended(0);
        let blind = run(&["licence", "verify", &path, "--data", &elsewhere.path("")]).ended(1);
        assert!(blind.out.contains("stays unproven"), "{}", blind.out);
        std::fs::write(&path, [&bytes[..], b"more"].concat()).expect("written");
        let said = run(&["licence", "verify", &path, "--data", &data]).ended(1);
        assert!(said.out.contains("追加了 4 个字节"), "{}", said.out);
    }
    let other = folder.write("letter.txt", "这是一封信");
    assert!(run(&["licence", "verify", &other, "--data", &data]).ended(2).err.contains("neither OFD nor PDF"));
    run(&["licence", "verify", &folder.path("nowhere.ofd"), "--data", &data]).ended(2);
    let trust = folder.write("empty.pem", "");
    run(&["licence", "verify", &other, "--trust", &trust, "--data", &data]).ended(2);
    assert!(!folder.0.join("yimen.db").exists(), "no database was made");
}
