//! A disk that runs full: a clear answer, nothing lost, and everything goes on once there is room, without a restart.

use crate::district::{District, sign_in, submit};
use crate::program::{Folder, Serving, run, yimen};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// A small disk: a file system of its own where we may mount one, else a bound on the size of the program's files.
enum Disk {
    Mounted(PathBuf),
    Bounded,
}

const FILLER: &str = "filler";

impl Disk {
    fn at(path: &Path) -> Disk {
        std::fs::create_dir_all(path).expect("a folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64m", "tmpfs"]).arg(path).output();
        match mounted {
            Ok(told) if told.status.success() => Disk::Mounted(path.to_owned()),
            _ => Disk::Bounded,
        }
    }

    /// Fills it to the last block, or forbids the program to write beyond the first.
    fn fill(&self, node: &Serving) {
        match self {
            Disk::Mounted(path) => {
                let of = format!("of={}", path.join(FILLER).display());
                let told = Command::new("dd").args(["if=/dev/zero", &of, "bs=4k"]).output().expect("dd");
                assert!(!told.status.success(), "it ends when the disk is full");
            }
            Disk::Bounded => bound(node, "4096"),
        }
    }

    fn free(&self, node: &Serving) {
        match self {
            Disk::Mounted(path) => std::fs::remove_file(path.join(FILLER)).expect("removed"),
            Disk::Bounded => bound(node, "unlimited"),
        }
    }
}

fn bound(node: &Serving, bytes: &str) {
    let told = Command::new("prlimit").args(["--pid", &node.pid(), &format!("--fsize={bytes}:")]).status().expect("prlimit");
    assert!(told.success(), "prlimit");
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Disk::Mounted(path) = self {
            let _ = Command::new("umount").arg("--lazy").arg(path).status();
        }
    }
}

#[tokio::test]
async fn a_full_disk_is_told_and_loses_nothing() {
    let folder = Folder::new();
    let disk = Disk::at(&folder.0.join("data"));
    let data = folder.path("data");
    let district = District::found(&folder.0.join("data"), None, None).await;
    let token = district.token().await;
    let mut drafts = Vec::new();
    for _ in 0..3 {
        drafts.push(district.draft().await);
    }
    district.leave().await;
    // Under a bound, writing on is answered with an error and not with the end of the program.
    let mut command = Command::new("sh");
    let real = yimen(&["serve", "--listen", "127.0.0.1:0", "--data", &data]);
    command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]).arg(real.get_program()).args(real.get_args());
    command.current_dir(crate::program::root());
    let mut node = Serving::spawn(&folder, &mut command);
    let first = submit(&node.address, &token, &drafts[0]).expect("an answer").is(201).json()["no"].clone();
    let cookie = sign_in(&node);

    disk.fill(&node);
    // What is left of the file that the database has already made may take a little more.
    let full =
        (0..200).map(|_| submit(&node.address, &token, &drafts[1]).expect("an answer")).find(|answer| answer.status != 201);
    let told = full.expect("the disk is full").is(503);
    assert_eq!(told.json()["status"], 503);
    assert!(told.header("retry-after").is_some());
    let form = "csrf=x&business-name=%E6%9F%90%E6%9F%90%E9%A5%AD%E5%BA%97";
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie.as_str())];
    let page = node.ask("POST", &format!("/drafts/{}", drafts[2]), &headers, form.as_bytes()).expect("an answer");
    assert!(page.status == 503 || page.status == 422, "{}", page.status);
    let seen = node.ask("GET", &format!("/api/v1/drafts/{}", drafts[0]), &[("authorization", &format!("Bearer {token}"))], b"");
    assert_eq!(seen.expect("an answer").status, 200, "reading goes on");

    disk.free(&node);
    let again = submit(&node.address, &token, &drafts[0]).expect("an answer").is(201).json();
    assert_eq!((&again["no"], &again["again"]), (&first, &serde_json::json!(true)), "what was confirmed stands");
    for draft in &drafts[1..] {
        let sent = std::iter::repeat_with(|| {
            std::thread::sleep(Duration::from_millis(50));
            submit(&node.address, &token, draft).expect("an answer")
        });
        assert!(sent.take(100).any(|answer| answer.status == 201), "it goes on without a restart:\n{}", node.log());
    }
    assert!(!node.log().contains("panicked"), "{}", node.log());
    node.terminate();
    assert!(node.ended(Duration::from_secs(40)).success());
    assert!(run(&["verify", "--data", &data]).ended(0).out.contains("3 cases"));
}
